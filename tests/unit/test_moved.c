/*
 * test_moved: a client's history as lines: each record comes back byte for
 * byte, what is no line of ours is refused by name, and what may not stand
 * beside what is there is found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/moved.h"
#include "collector/quorum.h"
#include "collector/runs.h"
#include "lib/interval.h"
#include "tests/unit/shard_tree.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define BUCKET INT64_C(81234)
#define AT (BUCKET * RUNS_BUCKET_MS)

static const char tree[] = SHARD_TREE
    "clients: [{ name: acme, title: A, sla: gold, zone: UTC, endpoints: "
    "[{ name: learn, url: \"https://learn.example/\" }] }]\n";

static struct settings *
settings(void)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settings_from_text(tree, &errors);

	assert_non_null(s);
	return s;
}

/* ---- lines ---- */

static struct moved
record_of(enum moved_key key, const char *field, const void *value,
    size_t length)
{
	return (struct moved){ .key = key,
		.field = field != NULL ? mem_text(field) : NULL,
		.value = mem_copy(value, length),
		.length = length };
}

static void
must_come_back(enum moved_key key, const char *field, const void *value,
    size_t length, const char *sign)
{
	struct moved m = record_of(key, field, value, length), again;
	struct text line = { 0 };
	char error[160];

	moved_write(&m, &line);
	if (strstr(line.data, sign) == NULL)
		fail_msg("no %s in %s", sign, line.data);
	if (moved_read(line.data, line.length, &again, error) != 0)
		fail_msg("%s: %s", error, line.data);
	assert_int_equal(again.key, key);
	if (field != NULL)
		assert_string_equal(again.field, field);
	else
		assert_null(again.field);
	assert_int_equal(again.length, length);
	assert_memory_equal(again.value, value, length);
	moved_clear(&m);
	moved_clear(&again);
	text_clear(&line);
}

static void
text_must_come_back(enum moved_key key, const char *field, const char *value,
    const char *sign)
{
	must_come_back(key, field, value, strlen(value), sign);
}

static struct runs_bytes
runs_bytes(size_t count)
{
	struct run items[8];
	const struct runs runs = { .items = items, .count = count };
	struct runs_bytes bytes = { 0 };

	for (size_t i = 0; i < count; i++)
		items[i] =
		    (struct run){ .first_at_ms = AT + (int64_t)i * 100000,
			    .last_at_ms = AT + (int64_t)i * 100000 + 60000,
			    .interval_ms = 30000,
			    .outcome = i % 2 == 0 ? OUTCOME_OK : OUTCOME_FAILED,
			    .reason = i % 2 == 0 ? REASON_NONE : REASON_DNS };
	runs_encode(&runs, BUCKET, &bytes);
	return bytes;
}

static void
records_come_back_byte_for_byte(void **state)
{
	struct runs_bytes runs = runs_bytes(3);

	(void)state;
	text_must_come_back(MOVED_TERMS, "acme",
	    "[{\"a\":1,\"b\":\"\xc3\xa9\"}]", "\"value\":[");
	text_must_come_back(MOVED_VOIDS, "auckland|blind|akl-1|5", "0",
	    "\"value\":0");
	text_must_come_back(MOVED_JOURNAL, NULL, "{\"at\":1}", "\"value\":{");
	/* As nobody of ours writes them. */
	text_must_come_back(MOVED_TERMS, "acme", "[ ]", "\"bytes\":");
	text_must_come_back(MOVED_TERMS, "acme", "[\"\\u00e9\"]", "\"bytes\":");
	text_must_come_back(MOVED_TERMS, "acme", "", "\"bytes\":\"\"");
	text_must_come_back(MOVED_TERMS, "acme", "{\"a\":1,\"a\":2}",
	    "\"bytes\":");
	must_come_back(MOVED_STATES, "acme/learn", "\0\377", 2, "\"bytes\":");
	must_come_back(MOVED_RUNS, "acme/learn|auckland|81234", runs.data,
	    runs.length, "60000,30000,\"ok\",\"none\"],[");
	/* A byte more or less is no record of runs, but comes back. */
	must_come_back(MOVED_RUNS, "acme/learn|auckland|81234", runs.data,
	    runs.length - 1, "\"bytes\":");
	must_come_back(MOVED_HISTORY, "x", "\1\0", 2, "\"bytes\":");
	/* One number in more bytes than it needs: not how we write it. */
	must_come_back(MOVED_HISTORY, "x", "\1\1\200\0\0\1\0", 7, "\"bytes\":");
	free(runs.data);
}

static void
lines_that_are_none_are_refused(void **state)
{
#define RUNS "{\"key\":\"runs\",\"field\":\"f\",\"runs\":"
	static const struct {
		const char *line, *error;
	} cases[] = {
		{ "", "not an object" },
		{ "[]", "not an object: something else" },
		{ "{\"key\":1}", "key: there is none" },
		{ "{\"key\":\"meta\"}", "key: there is none" },
		{ "{\"key\":\"terms\",\"key\":\"terms\"}", "not an object" },
		{ "{\"key\":\"terms\",\"value\":1}", "field: missing" },
		{ "{\"key\":\"journal\",\"field\":\"a\",\"value\":1}",
		    "field: unexpected" },
		{ "{\"key\":\"terms\",\"field\":1,\"value\":1}", "field: exp" },
		{ "{\"key\":\"terms\",\"field\":\"\",\"value\":1}",
		    "field: exp" },
		{ "{\"key\":\"terms\",\"field\":\"a\"}", "expected one of" },
		{ "{\"key\":\"terms\",\"field\":\"a\",\"value\":1,\"x\":2}",
		    "expected one of" },
		{ "{\"key\":\"journal\",\"value\":1,\"x\":2}",
		    "expected one of" },
		{ "{\"key\":\"terms\",\"field\":\"a\",\"value\":1,\"bytes\":"
		  "\"\"}",
		    "expected one of" },
		{ "{\"key\":\"terms\",\"field\":\"a\",\"bytes\":1}",
		    "bytes: expected" },
		{ "{\"key\":\"terms\",\"field\":\"a\",\"bytes\":\"a\"}",
		    "bytes: expected" },
		{ "{\"key\":\"terms\",\"field\":\"a\",\"runs\":[]}",
		    "runs: unexpected" },
		{ "{\"key\":\"runs\",\"field\":\"a\",\"value\":[]}",
		    "value: unexpected" },
		{ RUNS "[]}", "runs: unreadable" },
		{ RUNS "{}}", "runs: unreadable" },
		{ RUNS "[1]}", "runs: unreadable" },
		{ RUNS "[[1,2,3,\"ok\"]]}", "runs: unreadable" },
		{ RUNS "[[1,2,3.5,\"ok\",\"none\"]]}", "runs: unreadable" },
		{ RUNS "[[1,2,3,\"ok\",0]]}", "runs: unreadable" },
		{ RUNS "[[1,2,3,\"odd\",\"none\"]]}", "runs: unreadable" },
		{ RUNS "[[1,2,3,\"ok\",\"odd\"]]}", "runs: unreadable" },
		{ RUNS "[[-1,2,3,\"ok\",\"none\"]]}", "runs: unreadable" },
		{ RUNS "[[2,1,3,\"ok\",\"none\"]]}", "runs: unreadable" },
		{ RUNS "[[1,281474976710657,3,\"ok\",\"none\"]]}",
		    "runs: unreadable" },
		{ RUNS "[[1,2,0,\"ok\",\"none\"]]}", "runs: unreadable" },
		{ RUNS "[[1,2,86400001,\"ok\",\"none\"]]}",
		    "runs: unreadable" },
		{ RUNS "[[1,2,3,\"ok\",\"none\"],[2,4,3,\"ok\",\"none\"]]}",
		    "runs: unreadable" },
		{ RUNS "[[1,2,3,\"ok\",\"none\"],[21600000,21600000,3,\"ok\","
		       "\"none\"]]}",
		    "not of one record" },
	};
	char error[160];
	struct moved m;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (moved_read(cases[i].line, strlen(cases[i].line), &m,
			error) == 0)
			fail_msg("taken: %s", cases[i].line);
		if (strstr(error, cases[i].error) == NULL)
			fail_msg("%s: %s", cases[i].line, error);
	}
}

static void
what_is_too_long_is_refused(void **state)
{
	char *blob = mem_alloc(MOVED_VALUE_MAX + 1), error[160];
	struct moved m =
	    record_of(MOVED_STATES, "a/b", blob, MOVED_VALUE_MAX + 1);
	struct text line = { 0 };

	(void)state;
	moved_write(&m, &line);
	moved_clear(&m);
	assert_int_equal(moved_read(line.data, line.length, &m, error), -1);
	assert_string_equal(error, "the record is too long");
	memset(blob, 'x', MOVED_FIELD_MAX + 1);
	blob[MOVED_FIELD_MAX + 1] = '\0';
	m = record_of(MOVED_STATES, blob, "1", 1);
	line.length = 0;
	moved_write(&m, &line);
	moved_clear(&m);
	assert_int_equal(moved_read(line.data, line.length, &m, error), -1);
	assert_string_equal(error, "field: expected a text, not too long");
	text_clear(&line);
	free(blob);
}

static void
heads(void **state)
{
	static const struct {
		const char *old, *new, *error;
	} cases[] = {
		{ "history", "report", "not the history" },
		{ "\"sunwatch\"", "\"x\"", "not the history" },
		{ "\"format\":1", "\"format\":2", "another version" },
		{ "\"acme\"", "\"Acme\"", "client: not a name" },
		{ "\"acme\"", "\"\"", "client: not a name" },
		{ "\"acme\"", "1", "client: not a name" },
		{ "\"shards\":4", "\"shards\":0", "out of range" },
		{ "\"shards\":4", "\"shards\":65", "out of range" },
		{ "\"at\":7", "\"at\":-1", "out of range" },
		{ "\"at\":7", "\"at\":253402300800000", "out of range" },
		{ "\"judged\":6", "\"judged\":-1", "out of range" },
		{ "\"settled\":5", "\"settled\":-1", "out of range" },
		{ "{", "[", "not an object" },
	};
	struct moved_head h = { .client = "acme",
		.shards = 4,
		.at_ms = 7,
		.judged_ms = 6,
		.settled_ms = 5 };
	struct moved_head again;
	struct text line = { 0 };
	char error[160];

	(void)state;
	moved_write_head(&h, &line);
	assert_int_equal(moved_read_head(line.data, line.length, &again, error),
	    0);
	assert_string_equal(again.client, "acme");
	assert_int_equal(again.shards, 4);
	assert_int_equal(again.at_ms, 7);
	assert_int_equal(again.judged_ms, 6);
	assert_int_equal(again.settled_ms, 5);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *at = strstr(line.data, cases[i].old);
		struct text t = { 0 };

		assert_non_null(at);
		text_add_bytes(&t, line.data, (size_t)(at - line.data));
		text_add(&t, cases[i].new);
		text_add(&t, at + strlen(cases[i].old));
		assert_int_equal(moved_read_head(t.data, t.length, &again,
				     error),
		    -1);
		if (strstr(error, cases[i].error) == NULL)
			fail_msg("%s: %s", t.data, error);
		text_clear(&t);
	}
	text_clear(&line);
}

/* ---- whose ---- */

static void
whose_a_record_is(void **state)
{
	static const struct {
		enum moved_key key;
		const char *field;
		bool is;
	} cases[] = {
		{ MOVED_TERMS, "acme", true },
		{ MOVED_TERMS, "acme/learn", true },
		{ MOVED_TERMS, "acmes", false },
		{ MOVED_TERMS, "acm", false },
		{ MOVED_TERMS, "acme|x", false },
		{ MOVED_STATES, "acme", false },
		{ MOVED_STATES, "acme/learn", true },
		{ MOVED_WINDOWS, "acme|m-1", true },
		{ MOVED_WINDOWS, "acme/m-1", false },
		{ MOVED_OLDVOIDS, "auckland|blind|a|1", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (moved_is_of(cases[i].key, cases[i].field, "acme") !=
		    cases[i].is)
			fail_msg("%s", cases[i].field);
	assert_true(moved_is_about("{\"subject\":\"acme\"}", 18, "acme"));
	assert_false(moved_is_about("{\"subject\":\"acm\"}", 17, "acme"));
	assert_false(moved_is_about("{\"subject\":1}", 13, "acme"));
	assert_false(moved_is_about("x", 1, "acme"));
}

/* ---- what is taken, in its order ---- */

#define STRETCH                                                                \
	"{\"kind\":\"down\",\"from\":1,\"to\":2,\"from_before\":0,"            \
	"\"to_before\":2,\"reason\":\"dns\",\"removed\":false}"
#define REMARK "[{\"at\":1,\"by\":\"isla\",\"text\":\"why\"}]"
#define INCIDENT                                                               \
	"{\"client\":\"acme\",\"incident\":\"INC-000042\",\"opened_ms\":7}"
#define ENTRY "{\"at\":1,\"what\":\"corrected\",\"subject\":\"acme\"}"

struct given {
	enum moved_key key;
	const char *field, *value; /* value NULL: runs of that bucket */
	const char *error;         /* "": it is taken */
};

static int
give(struct moved_check *check, const struct given *g, char error[160])
{
	struct runs_bytes runs = runs_bytes(2);
	struct moved m = g->value != NULL
	    ? record_of(g->key, g->field, g->value, strlen(g->value))
	    : record_of(g->key, g->field, runs.data, runs.length);
	int result = moved_check(check, &m, error);

	moved_clear(&m);
	free(runs.data);
	return result;
}

/* In their order, of which each goes on behind what was taken before. */
static void
the_check_in_its_order(void **state)
{
	static const struct given cases[] = {
		{ MOVED_TERMS, "acme/learn", "{}", "a list" },
		{ MOVED_TERMS, "birch", "[]", "of another client" },
		{ MOVED_TERMS, "acme/le arn", "[]", "field: no name" },
		{ MOVED_TERMS, "acme/m\xc3\xa9", "[]", "field: no name" },
		{ MOVED_WINDOWS, "acme|m-1", "{}", "at: expected" },
		{ MOVED_TERMS, "acme/learn", "[]", "key: not in its place" },
		{ MOVED_ANNOTATIONS, "acme/learn|1", REMARK, "" },
		{ MOVED_ANNOTATIONS, "acme/learn|1", REMARK, "there before" },
		{ MOVED_ANNOTATIONS, "acme/learn|0", REMARK, "there before" },
		{ MOVED_STATES, "acme/learn", "[]", "is no object" },
		{ MOVED_STATES, "acme/web", "{}", "" },
		{ MOVED_STATES, "acme/web2", "x", "is no object" },
		{ MOVED_OUTAGES, "acme/learn|1", STRETCH, "" },
		{ MOVED_OUTAGES, "acme/learn|3", "{}", "kind: expected" },
		{ MOVED_RUNS, "acme/learn|auckland|81233", NULL,
		    "of another bucket" },
		{ MOVED_RUNS, "acme/learn|auckland|81234", NULL, "" },
		{ MOVED_RUNS, "acme/learn|auckland|81235", "\1",
		    "runs: unreadable" },
		{ MOVED_RUNS, "acme/learn|auckland|81236", "\1",
		    "runs: unreadable" },
		{ MOVED_RUNS, "acme/learn|auckland|9x", NULL, "field is not" },
		{ MOVED_RUNS, "acme/learn|b", NULL, "field is not" },
		{ MOVED_RUNS, "acme/learn|london|-1", NULL, "field is not" },
		{ MOVED_RUNS, "acme/learn|london|253402300799999", NULL,
		    "field is not" },
		{ MOVED_HISTORY, "acme/learn|", "", "field is not" },
		{ MOVED_HISTORY, "acme/learn|auckland|81234", NULL, "" },
		{ MOVED_HISTORY, "acme/learn|london|81234", NULL, "" },
		{ MOVED_VOIDS, "auckland|blind", "0", "field is not" },
		{ MOVED_VOIDS, "auckland|blind|a|5", "5", "not from before" },
		{ MOVED_VOIDS, "auckland|blind|a|6", "0", "" },
		{ MOVED_VOIDS, "auckland|odd|a|5", "0", "unreadable" },
		{ MOVED_VOIDS, "paris|blind|a|6", "0", "nothing was seen" },
		{ MOVED_OLDVOIDS, "auckland|blind|a|5", "0", "it goes on" },
		{ MOVED_OLDVOIDS, "auckland|blind|a|7", "9", "" },
		{ MOVED_INCIDENTS, "acme|INC-000042|7", "[]", "no object" },
		{ MOVED_INCIDENTS, "acme|INC-000042|8", INCIDENT,
		    "of another field" },
		{ MOVED_INCIDENTS, "acme|INC-000043|1", "{}",
		    "of another field" },
		{ MOVED_INCIDENTS, "acme|INC-000044|1",
		    "{\"client\":\"birch\"}", "of another field" },
		{ MOVED_INCIDENTS, "acme|INC-000045|1", "{\"client\":\"acme\"}",
		    "of another field" },
		{ MOVED_JOURNAL, NULL, "[]", "no object" },
		{ MOVED_JOURNAL, NULL, "{}", "expected at and what" },
		{ MOVED_JOURNAL, NULL, "{\"at\":1}", "expected at and what" },
		{ MOVED_JOURNAL, NULL, "{\"at\":1,\"what\":\"x\"}",
		    "about somebody else" },
		{ MOVED_JOURNAL, NULL,
		    "{\"at\":1,\"what\":\"resealed\",\"subject\":\"acme\"}",
		    "replaced elsewhere" },
		{ MOVED_JOURNAL, NULL, ENTRY, "" },
		{ MOVED_JOURNAL, NULL, ENTRY, "" },
	};
	struct settings *s = settings();
	struct moved_check *check = moved_check_new(s, "acme");
	char error[160];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int result = give(check, &cases[i], error);

		if ((result == 0) != (cases[i].error[0] == '\0') ||
		    strstr(error, cases[i].error) == NULL)
			fail_msg("case %zu, %s: %s", i,
			    cases[i].field != NULL ? cases[i].field : "-",
			    error);
	}
	assert_int_equal(moved_check_begin(check, "auckland"), AT);
	assert_int_equal(moved_check_begin(check, "london"), AT);
	assert_int_equal(moved_check_begin(check, "paris"), NEVER);
	moved_check_free(check);
	moved_check_free(NULL);
	settings_free(s);
}

static void
an_incident_of_its_own_is_taken(void **state)
{
	const struct given g = { MOVED_INCIDENTS, "acme|INC-000042|7", INCIDENT,
		"" };
	struct settings *s = settings();
	struct moved_check *check = moved_check_new(s, "acme");
	char error[160];

	(void)state;
	assert_int_equal(give(check, &g, error), 0);
	moved_check_free(check);
	settings_free(s);
}

static void
what_people_said_has_an_end(void **state)
{
	struct settings *s = settings();
	struct moved_check *check = moved_check_new(s, "acme");
	char field[64], error[160];
	struct given g = { MOVED_ANNOTATIONS, field, "[]", "" };

	(void)state;
	for (int i = 0; i < MOVED_SAID_MAX; i++) {
		text_format(field, sizeof(field), "acme/learn|%06d", i);
		/* Of a form that is refused later: to count is quick. */
		g.value = "x";
		assert_int_equal(give(check, &g, error), -1);
		assert_string_not_equal(error, "too many of this key");
	}
	text_format(field, sizeof(field), "acme/learn|%06d", MOVED_SAID_MAX);
	assert_int_equal(give(check, &g, error), -1);
	assert_string_equal(error, "too many of this key");
	moved_check_free(check);
	settings_free(s);
}

static void
regions_have_an_end(void **state)
{
	struct settings *s = settings();
	struct moved_check *check = moved_check_new(s, "acme");
	char field[64], error[160] = "";
	struct given g = { MOVED_HISTORY, field, NULL, "" };
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		text_format(field, sizeof(field), "acme/learn|r%04d|81234", i);
		if (give(check, &g, error) != 0)
			break;
	}
	assert_string_equal(error, "too many regions");
	assert_int_equal(i, REGIONS_MAX);
	moved_check_free(check);
	settings_free(s);
}

/* ---- voids of two stores ---- */

static void
voids_beside_each_other(void **state)
{
	static const struct {
		const char *field, *value; /* there already */
		int64_t other_ms; /* somebody else was seen since; or NEVER */
		const char *error;
	} cases[] = {
		{ "auckland|blind|a|6", "9", NEVER, "" },
		{ "auckland|blind|a|6", "9", 8, "" },
		{ "auckland|blind|a|6", "10", NEVER, "ends otherwise" },
		{ "auckland|blind|a|6", "0", NEVER, "ends otherwise" },
		/* The file's was over when the other one was seen first. */
		{ "paris|blind|a|6", "0", 9, "" },
		{ "paris|blind|a|6", "0", 8, "would be of others" },
		{ "auckland|blind|b|6", "0", 9, "would be of this client" },
		{ "auckland|blind|b|6", "90000000000000", 9,
		    "would be of this client" },
		{ "auckland|blind|b|6", "7", 9, "" },
		{ "what is that", "7", NEVER, "" },
	};
	static const struct given runs = { MOVED_HISTORY,
		"acme/learn|auckland|81234", NULL, "" };
	char error[160];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct settings *s = settings();
		struct moved_check *check = moved_check_new(s, "acme");
		struct moved_voids *v = moved_voids_new(check);
		struct moved m =
		    record_of(MOVED_OLDVOIDS, "auckland|blind|a|6", "9", 1);

		assert_int_equal(give(check, &runs, error), 0);
		moved_voids_file(v, &m);
		moved_voids_file(v, &m);
		if (cases[i].other_ms != NEVER) {
			moved_voids_other(v, "auckland", cases[i].other_ms + 2);
			moved_voids_other(v, "auckland", cases[i].other_ms + 1);
			moved_voids_other(v, "auckland", cases[i].other_ms);
			moved_voids_other(v, "london", 0);
		}
		error[0] = '\0';
		if (moved_voids_there(v, cases[i].field, cases[i].value,
			strlen(cases[i].value), error) == 0)
			(void)moved_voids_bear(v, error);
		if ((error[0] == '\0') != (cases[i].error[0] == '\0') ||
		    strstr(error, cases[i].error) == NULL)
			fail_msg("case %zu: %s", i, error);
		moved_clear(&m);
		moved_voids_free(v);
		moved_check_free(check);
		settings_free(s);
	}
	moved_voids_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_back_byte_for_byte),
		cmocka_unit_test(lines_that_are_none_are_refused),
		cmocka_unit_test(what_is_too_long_is_refused),
		cmocka_unit_test(heads),
		cmocka_unit_test(whose_a_record_is),
		cmocka_unit_test(the_check_in_its_order),
		cmocka_unit_test(an_incident_of_its_own_is_taken),
		cmocka_unit_test(what_people_said_has_an_end),
		cmocka_unit_test(regions_have_an_end),
		cmocka_unit_test(voids_beside_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
