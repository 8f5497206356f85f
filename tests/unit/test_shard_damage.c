/* shard: records and entries that cannot be read. */
#include "tests/unit/shard_life.h"

#define MINUTE (60 * (int64_t)1000)

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
		    "meta position: not an id of a stream" },
		{ "meta", "position", "",
		    "meta position: not an id of a stream" },
		{ "meta", "position", "18446744073709551616-0",
		    "meta position: not an id of a stream" },
		{ "meta", "position", "5-",
		    "meta position: not an id of a stream" },
		{ "meta", "judged", "soon", "meta judged: not a time" },
		{ "meta", "judged", "-5", "meta judged: not a time" },
		{ "meta", "settled", "5 days", "meta settled: not a time" },
		{ "meta", "commit", "5",
		    "meta commit: not the name of a commit" },
		{ "meta", "evaluated", "-1", "meta evaluated: not a number" },
		{ "meta", "note|hole", "1 2 3 4", "meta note: unreadable" },
		{ "meta", "note|hole|akl-1", "1 2 3", "meta note: unreadable" },
		{ "meta", "note|hole|akl-1", "1 2 3 4 5",
		    "meta note: unreadable" },
		{ "meta", "note|hole|akl-1", "1 -2 3 4",
		    "meta note: unreadable" },
		{ "meta", "note|hole|akl-1", "1 2 253402300800000 4",
		    "meta note: unreadable" },
		{ "meta", "note|hole|akl 1", "1 2 3 4",
		    "meta note: unreadable" },
		{ "meta",
		    "note|hole|akl-1-and-so-on-and-so-on-and-so-on-and-so-on-"
		    "and-so-on-and-so-on-and-so-on",
		    "1 2 3 4", "meta note: unreadable" },
		{ "meta", "judged", "253402300800000",
		    "meta judged: not a time" },
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
		{ "agents", "akl-1",
		    "{\"heard\":253402300800000,\"closed\":5,"
		    "\"spool\":\"a\",\"before\":\"\"}",
		    "agents: unreadable" },
		{ "agents", "akl-1",
		    "{\"heard\":5,\"closed\":-253402300800000,"
		    "\"spool\":\"a\",\"before\":\"\"}",
		    "agents: unreadable" },
		{ "voids", "auckland|hole|-|5", "253402300800000",
		    "voids: unreadable" },
		{ "windows", "acme|m-1", "{", "" },
		{ "exclusions", "acme|x-1", "{", "" },
		{ "annotations", "acme/learn|5", "[",
		    "annotations: unreadable" },
		{ "annotations", "acme/learn|5", "{}",
		    "annotations: unreadable" },
		{ "terms", "acme/\x7f", "[]", "terms: field is no name" },
		{ "alarms", "learn", "{}", "alarms: no such place" },
		{ "alarms", "operations/x", "{}", "alarms: unreadable" },
		{ "alarms", "operations/x", "x", "alarms: unreadable" },
		{ "alarms", "operations/x",
		    "{\"since\":253402300800000,\"raised_at\":5,"
		    "\"severity\":1}",
		    "alarms: unreadable" },
		{ "alarms", "operations/x",
		    "{\"since\":5,\"raised_at\":253402300800000,"
		    "\"severity\":1}",
		    "alarms: unreadable" },
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
		if (bad[i].error[0] == '\0')
			assert_ptr_equal(strstr(error, "not JSON: "), error);
		else
			assert_string_equal(error, bad[i].error);
	}
	/* A byte of zero ends nothing. */
	assert_int_equal(shard_load(s, "meta", "judged", "5\0", 2, error), -1);
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
	assert_int_equal(shard_load(s, "annotations", long_name, "[]", 2,
			     error),
	    -1);
	memset(long_name, 'x', 5);
	long_name[100] = '/';
	assert_int_equal(shard_load(s, "terms", long_name, "[]", 2, error), -1);
	assert_string_equal(error, "terms: name too long");
	memcpy(long_name, "operations/", 11);
	assert_int_equal(shard_load(s, "alarms", long_name, "{}", 2, error),
	    -1);
	shard_free(s);
	world_end(&w);
}

/* More notes on an outage than were ever taken. */
static void
test_too_many_notes(void **state)
{
	struct text list = { 0 };
	char error[160];
	struct shard *s;

	(void)state;
	world_begin(&w, tree);
	s = shard_new(w.settings, 0);
	for (int i = 0; i < 64; i++)
		text_addf(&list, "%s{}", i > 0 ? "," : "[");
	text_add(&list, "]");
	assert_int_equal(shard_load(s, "annotations", "acme/learn|5", list.data,
			     list.length, error),
	    0);
	list.data[list.length - 1] = ',';
	text_add(&list, "{}]");
	assert_int_equal(shard_load(s, "annotations", "acme/learn|5", list.data,
			     list.length, error),
	    -1);
	text_clear(&list);
	shard_free(s);
	world_end(&w);
}

static void
look(enum outcome outcome, int64_t at_ms)
{
	static const char *const agents[] = { "akl-1", "lon-1" };
	static const char *const regions[] = { "auckland", "london" };

	for (int a = 0; a < 2; a++) {
		struct observation o = { .endpoint = "acme/learn",
			.started_at_ms = at_ms,
			.until_at_ms = at_ms,
			.count = 1,
			.outcome = outcome,
			.reason = outcome == OUTCOME_FAILED ? REASON_TIMEOUT
							    : REASON_NONE,
			.interval_ms = MINUTE };
		struct wire_part part = world_part(&w);

		part.observations = &o;
		part.count = 1;
		world_store(&w, agents[a], regions[a], &part, 0, false);
	}
	world_read(&w);
}

/* One look a minute, which is bad from one minute to another. */
static void
live_with_an_outage(int minutes, int from, int to)
{
	for (int i = 0; i < minutes; i++) {
		world_pass(&w, w.now_ms + MINUTE);
		look(i >= from && i < to ? OUTCOME_FAILED : OUTCOME_OK,
		    w.now_ms);
	}
}

static void
damage(const char *key, const char *field, const char *value)
{
	struct commit c;

	commit_init(&c);
	commit_set_text(&c, key, field, value);
	world_set(&w, &c.ops[0]);
	commit_clear(&c);
}

/* As the evaluator does it: what is refused goes, and the rest is taken. */
static void
restart_without_what_is_refused(void)
{
	struct shard *s = shard_new(w.settings, 0);
	char error[160];

	shard_free(w.shard);
	for (size_t i = w.field_count; i > 0; i--) {
		struct world_field *f = &w.fields[i - 1];

		if (!world_loads(f->key) ||
		    shard_load(s, f->key, f->field, f->value, f->length,
			error) == 0)
			continue;
		free(f->value);
		w.field_count--;
		memmove(f, f + 1, (w.field_count - i + 1) * sizeof(*f));
	}
	w.shard = s;
	shard_start(s, w.now_ms);
	for (w.given = 0; w.given < w.inbox_count &&
	     strtoll(w.inbox[w.given].id, NULL, 10) <=
		 strtoll(shard_position(s), NULL, 10);
	     w.given++)
		;
	world_read(&w);
}

static char *
outages(void)
{
	struct text t = { 0 };

	text_add(&t, "");
	for (size_t i = 0; i < w.field_count; i++)
		if (strcmp(w.fields[i].key, "outages") == 0)
			text_addf(&t, "%s %.*s\n", w.fields[i].field,
			    (int)w.fields[i].length, w.fields[i].value);
	return text_take(&t);
}

static void
test_a_damaged_field_of_meta_stopped_the_shard(void **state)
{
	static const char *const fields[] = { "note|hole|akl-1", "position",
		"judged", "settled", "commit", "evaluated" };
	char *before, *after;

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		world_begin(&w, tree);
		live_with_an_outage(30, 10, 15);
		before = outages();
		assert_non_null(strstr(before, "\"down\""));
		damage("meta", fields[i], "rubbish {");
		restart_without_what_is_refused();
		after = outages();
		assert_string_equal(after, before);
		text_clear(&w.story);
		/* What follows is evaluated, committed and told. */
		live_with_an_outage(10, 2, 10);
		assert_non_null(strstr(w.story.data, "raised down"));
		assert_string_equal(world_find(&w, "meta", "position")->value,
		    w.inbox[w.inbox_count - 1].id);
		free(before);
		free(after);
		world_end(&w);
	}
}

/* Else an inbox would seem full, or empty, for ever. */
static void
test_how_many_were_evaluated_is_asked_again(void **state)
{
	static const struct {
		const char *field;
		int64_t appended;
		const char *after; /* two entries more */
	} cases[] = {
		{ "position", 1000, "1002" },
		{ "evaluated", INT64_MAX, "253402300800001" },
		{ "evaluated", -1, "2" },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		world_begin(&w, tree);
		live_with_an_outage(5, 0, 0);
		assert_false(shard_is_uncounted(w.shard));
		damage("meta", cases[i].field, "");
		restart_without_what_is_refused();
		assert_true(shard_is_uncounted(w.shard));
		shard_count(w.shard, cases[i].appended);
		assert_false(shard_is_uncounted(w.shard));
		live_with_an_outage(1, 0, 0);
		assert_string_equal(world_find(&w, "meta", "evaluated")->value,
		    cases[i].after);
		world_end(&w);
	}
}

/*
 * From when on what was agreed is not known any more; what was booked under
 * it is.
 */
static void
test_damaged_terms_took_the_outages_with_them(void **state)
{
	char *before, *after;

	(void)state;
	world_begin(&w, tree);
	live_with_an_outage(30, 10, 15);
	before = outages();
	damage("terms", "acme/learn", "rubbish {");
	w.now_ms += MINUTE;
	restart_without_what_is_refused();
	live_with_an_outage(5, 0, 0);
	world_restart(&w); /* with terms that begin now */
	look(OUTCOME_OK, w.now_ms - 10 * MINUTE); /* late, and older */
	live_with_an_outage(5, 0, 0);
	after = outages();
	assert_string_equal(after, before);
	free(before);
	free(after);
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
		cmocka_unit_test(
		    test_a_damaged_field_of_meta_stopped_the_shard),
		cmocka_unit_test(test_how_many_were_evaluated_is_asked_again),
		cmocka_unit_test(test_damaged_terms_took_the_outages_with_them),
		cmocka_unit_test(test_names_too_long),
		cmocka_unit_test(test_too_many_notes),
		cmocka_unit_test(test_unreadable_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
