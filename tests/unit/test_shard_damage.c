/* shard: records and entries that cannot be read. */
#include "tests/unit/shard_life.h"

static struct world w;

static void
test_bad_records(void **state)
{
	static const struct {
		const char *key, *field, *value, *error;
	} bad[] = {
		{ "meta", "position",
		    "1234567890123456789012345678901234567890123456789012"
		    "345678901234567890",
		    "meta: value too long" },
		{ "meta", "judged", "soon", "meta judged: not a number" },
		{ "meta", "shard_schema", "2",
		    "meta shard_schema: made by a newer version of this "
		    "program" },
		{ "runs", "acme/learn", "", "runs: field is not a|b|c" },
		{ "runs", "learn|auckland|1", "", "runs: no such place" },
		{ "runs", "acme/learn|auckland|1", "x",
		    "runs: unreadable record" },
		{ "voids", "auckland|blind|-", "0",
		    "voids: field is not a|b|c|from" },
		{ "voids", "auckland|blind|-|x", "0",
		    "voids: field is not a|b|c|from" },
		{ "voids", "auckland|odd|-|5", "0", "voids: unreadable" },
		{ "voids", "auckland|hole|-|5", "x", "voids: unreadable" },
		{ "outages", "|5", "{}", "outages: field is not a|from" },
		{ "outages", "learn|5", "{}", "outages: no such place" },
		{ "outages", "acme/learn|5", "{}", "kind: expected a text" },
		{ "terms", "acme/learn", "{}", "expected a list of steps" },
		{ "terms", "acme", "{}", "expected a list of steps" },
		{ "terms", "acme/\xff", "[]", "terms: field is no name" },
		{ "runs", "acme/x\n|auckland|1", "", "runs: field is no name" },
		{ "agents", "akl-1", "{}", "agents: unreadable" },
		{ "agents", "akl-1", "x", "agents: unreadable" },
		{ "agents", "akl-1",
		    "{\"heard\":5,\"closed\":5,\"spool\":\"a\",\"before\":\"\","
		    "\"doubt\":-1}",
		    "agents: unreadable" },
		{ "agents", "akl-1",
		    "{\"heard\":5,\"closed\":5,\"spool\":\"a\",\"before\":\"\","
		    "\"doubt\":3}",
		    "agents: unreadable" },
		{ "terms", "acme/\x7f", "[]", "terms: field is no name" },
		{ "alarms", "learn", "{}", "alarms: no such place" },
		{ "alarms", "operations/x", "{}", "alarms: unreadable" },
		{ "alarms", "operations/x", "x", "alarms: unreadable" },
		{ "states", "learn", "{}", "states: no such place" },
	};
	char error[160];
	struct shard *s;

	(void)state;
	world_begin(&w, tree);
	s = shard_new(w.settings, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(shard_load(s, bad[i].key, bad[i].field,
				     bad[i].value, strlen(bad[i].value), error),
		    -1);
		assert_string_equal(error, bad[i].error);
	}
	assert_int_equal(shard_load(s, "other", "x", "y", 1, error), 0);
	shard_free(s);
	world_end(&w);
	shard_free(NULL);
}

static void
test_names_too_long(void **state)
{
	char error[160], long_name[300];
	struct shard *s;

	(void)state;
	world_begin(&w, tree);
	s = shard_new(w.settings, 0);
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(shard_load(s, "terms", long_name, "[]", 2, error), -1);
	assert_int_equal(shard_load(s, "agents", long_name, "{}", 2, error),
	    -1);
	memcpy(long_name, "acme/", 5);
	assert_int_equal(shard_load(s, "terms", long_name, "[]", 2, error), -1);
	assert_int_equal(shard_load(s, "runs", long_name, "", 0, error), -1);
	memcpy(long_name, "operations/", 11);
	assert_int_equal(shard_load(s, "alarms", long_name, "{}", 2, error),
	    -1);
	shard_free(s);
	world_end(&w);
}

/* What cannot be read is journalled, and the next entry counts again. */
static void
test_unreadable_entry(void **state)
{
	struct wire_envelope e = { .agent = "akl-1",
		.region = "auckland",
		.part = "x",
		.part_length = 1 };
	struct wire_bytes bytes;

	(void)state;
	world_begin(&w, tree);
	shard_entry(w.shard, "1800000000000-1", "nonsense", 8, w.now_ms);
	world_commit(&w);
	assert_non_null(strstr(w.journal.data, "\"unreadable\""));
	text_clear(&w.journal);
	w.now_ms += 3600000; /* within the hour it is only counted */
	wire_encode_envelope(&e, &bytes);
	shard_entry(w.shard, "1800000000000-2", bytes.data, bytes.length,
	    w.now_ms);
	world_commit(&w);
	assert_non_null(strstr(w.journal.data, "1800000000000-2"));
	assert_string_equal(world_find(&w, "meta", "position")->value,
	    "1800000000000-2");
	wire_bytes_clear(&bytes);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_names_too_long),
		cmocka_unit_test(test_unreadable_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
