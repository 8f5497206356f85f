/*
 * Who was woken, of what there is of old: lines of an earlier release, a
 * record whose lines are gone, names that are not shown any more.
 */
#include "tests/unit/woken_tell.h"

/* Lines as an earlier release wrote them, from a text. */
#define OPENED                                                                 \
	"{\"at_ms\":1000,\"incident\":\"INC-000001\",\"by\":\"evaluate\","     \
	"\"what\":\"opened\",\"text\":\"acme/learn\"}\n"
#define LINE(at, by, what, text)                                               \
	"{\"at_ms\":" #at ",\"incident\":\"INC-000001\",\"by\":\"" by          \
	"\",\"what\":\"" what "\",\"text\":\"" text "\"}\n"

static const char record_json[] =
    "{\"number\":1,\"subject\":\"acme/learn\",\"severity\":1,"
    "\"opened_ms\":1000,\"closed_ms\":90000,\"ended\":\"ended by itself\","
    "\"called\":[{\"person\":\"isla\",\"channel\":\"mail\",\"at_ms\":2000,"
    "\"outcome\":\"handed over\",\"intent\":\"i-000000001\"},"
    "{\"person\":\"tom\",\"channel\":\"mail\",\"at_ms\":80000,"
    "\"outcome\":\"failed\",\"intent\":\"i-000000002\"}],"
    "\"holds\":[{\"person\":\"isla\",\"from_ms\":5000,\"to_ms\":70000}]}";

static void
check_at(const char *journal, bool with_record, int64_t at_ms, bool hide,
    const char *expected)
{
	struct world w = { .begin_ms = 0 };
	struct woken_journal j = { 0 };
	struct incident *inc = NULL;
	struct text t = { 0 };
	struct woken k;
	char error[160];

	told_ms = 0;
	if (with_record)
		inc = incident_decode(record_json, strlen(record_json), error);
	read_lines(&j, journal);
	woken_at(&j, inc, "INC-000001", &learn, at_ms, &k);
	if (hide)
		woken_hide_all_names(&k);
	tell(&w, &k, &t);
	if (strcmp(t.data, expected) != 0)
		fail_msg("at %d it was:\n%snot:\n%s", (int)at_ms, t.data,
		    expected);
	text_clear(&t);
	woken_end(&k);
	woken_clear(&j);
	incident_free(inc);
}

static int
severity_at(const char *journal, int64_t at_ms)
{
	struct woken_journal j = { 0 };
	struct woken k;
	int severity;

	read_lines(&j, journal);
	woken_at(&j, NULL, "INC-000001", &learn, at_ms, &k);
	severity = k.severity;
	woken_end(&k);
	woken_clear(&j);
	return severity;
}

/* The record alone, when its lines are gone. */
static void
test_the_record_says_what_no_line_does(void **state)
{
	(void)state;
	check_at("", true, 999, false, "S1 calling, not open\n");
	check_at("", true, 1000, false, "S1 calling, nobody\n");
	check_at("", true, 4000, false,
	    "S1 calling, calls\n"
	    "[    2] calls isla by mail: : handed over\n");
	check_at("", true, 5000, false,
	    "S1 taken, taken: isla since 5 until 0\n"
	    "[    2] calls isla by mail: : handed over\n");
	check_at("", true, 70000, false,
	    "S1 calling, calls\n"
	    "[    2] calls isla by mail: : handed over\n");
	check_at("", true, 90000, true,
	    "S1 closed, closed\n"
	    "[    2] calls erased by mail: : handed over\n"
	    "[   80] calls erased by mail: : failed\n");
}

/* Who took it stood in "by" alone; a call had no line when it began. */
static void
test_lines_of_an_earlier_release(void **state)
{
	static const char old[] = OPENED LINE(2500, "pager", "handed over",
	    "i-000000001 to isla by mail: 250 ok")
	    LINE(3000, "root as tom", "taken", "takes it")
		LINE(4000, "aroha by link", "snoozed", "snoozes it until then")
		    LINE(6000, "pager", "severity", "severity S3 -> S1")
			LINE(7000, "pager", "severity", "severity Sx -> S1");

	(void)state;
	check_at(old, true, 2600, false,
	    "S3 calling, notice\n"
	    "[    2] calls isla by mail: : handed over\n");
	check_at(old, true, 3000, false,
	    "S3 taken, taken: tom since 3 until 0\n"
	    "[    2] calls isla by mail: : handed over\n"
	    "[    3] taken by root as tom: \n");
	check_at(old, false, 5000, false,
	    "S0 snoozed, snoozed: aroha since 4 until 0\n"
	    "[    3] taken by root as tom: \n"
	    "[    4] snoozed by aroha by link: \n");
	check_at(old, false, 8000, true,
	    "S1 snoozed, snoozed: erased since 4 until 0\n"
	    "[    3] taken by erased: \n"
	    "[    4] snoozed by erased: \n"
	    "[    6] severity by pager: \n");
}

/* A call that has a line, and one before it that only the record knows. */
static void
test_calls_stand_in_their_order(void **state)
{
	static const char begun[] = OPENED
	    "{\"at_ms\":3500,\"incident\":\"INC-000001\",\"by\":\"pager\","
	    "\"what\":\"calls\",\"intent\":\"i-000000003\","
	    "\"person\":\"tom\",\"channel\":\"mail\",\"from\":\"owner\"}\n";

	(void)state;
	check_at(begun, true, 4000, false,
	    "S1 calling, calls\n"
	    "[    2] calls isla by mail: : handed over\n"
	    "[    3] calls tom by mail: owner: waiting\n");
}

/* Only what says both severities is a change of it; else it is as it is. */
static void
test_changes_of_severity(void **state)
{
	static const struct {
		const char *text;
		int was, is;
	} rows[] = {
		{ "severity S2 -> S1", 2, 1 },
		{ "severity S4 -> S3", 4, 3 },
		{ "severity S0 -> S1", 1, 0 },
		{ "severity S5 -> S1", 1, 0 },
		{ "severity S1 -> S0", 1, 0 },
		{ "severity S1 -> S5", 1, 0 },
		{ "severity S2 => S1", 1, 0 },
		{ "Severity S2 -> S1", 1, 0 },
		{ "severity S2 -> S10", 1, 0 },
		{ "", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[300], expected[80];

		text_format(line, sizeof(line),
		    OPENED "{\"at_ms\":6000,\"incident\":\"INC-000002\","
			   "\"what\":\"severity\","
			   "\"text\":\"severity S4 -> S3\"}\n"
			   "{\"at_ms\":7000,\"incident\":\"INC-000001\","
			   "\"what\":\"severity\",\"text\":\"%s\"}\n",
		    rows[i].text);
		text_format(expected, sizeof(expected), "S%d calling, %s\n",
		    rows[i].was,
		    rows[i].was == 3       ? "notice"
			: rows[i].was == 4 ? "digest"
					   : "nobody");
		check_at(line, true, 1500, false, expected);
		assert_int_equal(severity_at(line, 7000), rows[i].is);
	}
	/* Whoever took it before lines said until when, and notes it. */
	check_at(OPENED LINE(3000, "tom", "taken", "")
		     LINE(4000, "tom", "note", "x"),
	    false, 5000, false,
	    "S0 taken, taken: tom since 3 until 0\n"
	    "[    3] taken by tom: \n");
}

#define CALLS(at, n, more)                                                     \
	"{\"at_ms\":" #at ",\"incident\":\"INC-000001\",\"by\":\"pager\","     \
	"\"what\":\"calls\",\"intent\":\"i-00000000" #n                        \
	"\",\"person\":\"isla\",\"channel\":\"mail\"" more "}\n"

/* What came of each attempt; and what was never tried was not sent. */
static void
test_what_came_of_a_call(void **state)
{
	static const char calls[] = OPENED CALLS(2000, 1,
	    ",\"from\":\"person isla\",\"level\":1,\"levels\":1,\"round\":1")
	    LINE(2100, "pager", "failed for now",
		"i-000000001 to isla by mail: 421 busy") CALLS(3000, 2,
		",\"filled\":true,\"from\":\"rota all\"") LINE(3100, "pager",
		"not sent",
		"i-000000001 to isla by mail: called again") LINE(3200, "pager",
		"not sent", "i-000000002 to isla by mail") LINE(3300, "pager",
		"failed", "i-000000009 to tom by mail: news")
		LINE(3400, "pager", "joined", "acme/web joined: is down")
		    LINE(3500, "pager", "cleared", "acme/web cleared: is up");

	(void)state;
	check_at(calls, false, 2050, false,
	    "S0 calling, calls\n"
	    "[    2] calls isla by mail: person isla 1/1 round 1: waiting\n");
	check_at(calls, false, 2500, false,
	    "S0 calling, unreached\n"
	    "[    2] calls isla by mail: person isla 1/1 round 1: waiting: 421 "
	    "busy\n");
	check_at(calls, false, 9000, false,
	    "S0 calling, unreached\n"
	    "[    2] calls isla by mail: person isla 1/1 round 1: failed: "
	    "called again\n"
	    "[    3] calls isla by mail: rota all (filled): not sent\n");
	check_at(calls, false, 2500, true,
	    "S0 calling, unreached\n"
	    "[    2] calls erased by mail: person 1/1 round 1: waiting\n");
}

/* One of several that fail together: its own part of it. */
static void
test_its_own_part(void **state)
{
	static const char part[] =
	    "{\"at_ms\":1000,\"incident\":\"INC-000001\",\"by\":\"evaluate\","
	    "\"what\":\"opened\",\"text\":\"acme/web\",\"severity\":2}\n" LINE(
		2000, "evaluate", "joined", "acme/learner joined: is down")
		LINE(3000, "evaluate", "joined", "acme/learn joined: is down")
		    LINE(3500, "evaluate", "joined", "acme/learn joined: twice")
			LINE(4000, "evaluate", "cleared",
			    "acme/learn cleared: is up") LINE(5000, "evaluate",
			    "changed", "acme/learn changed: is down");
	static const struct {
		int64_t at_ms, joined_ms, cleared_ms;
	} rows[] = {
		{ 2000, 0, 0 },
		{ 3000, 3000, 0 },
		{ 3500, 3000, 0 },
		{ 4000, 3000, 4000 },
		{ 4500, 3000, 4000 },
		{ 5000, 3000, 0 },
	};
	struct woken_journal j = { 0 };

	(void)state;
	read_lines(&j, part);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct woken k;

		woken_at(&j, NULL, "INC-000001", &learn, rows[i].at_ms, &k);
		assert_int_equal(k.joined_ms, rows[i].joined_ms);
		assert_int_equal(k.cleared_ms, rows[i].cleared_ms);
		assert_string_equal(k.subject, "acme/web");
		woken_end(&k);
	}
	woken_clear(&j);
}

#define CALLED(at, was, is)                                                    \
	LINE(at, "evaluate", "renamed",                                        \
	    "acme/" was " is called acme/" is " now")

/* It was opened under a name that it has no more, and cleared under the next. */
static void
test_what_was_renamed_while_it_was_open(void **state)
{
	static const char renamed[] =
	    "{\"at_ms\":1000,\"incident\":\"INC-000001\",\"by\":\"evaluate\","
	    "\"what\":\"opened\",\"text\":\"acme/web\",\"severity\":2}\n" LINE(
		1500, "evaluate", "joined", "acme/old joined: is down")
		CALLED(2000, "old", "school") CALLED(2200, "web", "site")
		    LINE(2500, "evaluate", "cleared",
			"acme/school cleared: is up")
			CALLED(3000, "school", "learn")
	    /* Another one has its name. */
	    LINE(4000, "evaluate", "changed", "acme/school changed: is down");
	struct woken_journal j = { 0 };
	struct woken k;

	(void)state;
	read_lines(&j, renamed);
	woken_at(&j, NULL, "INC-000001", &learn, 5000, &k);
	assert_int_equal(k.joined_ms, 1500);
	assert_int_equal(k.cleared_ms, 2500);
	assert_string_equal(k.subject, "acme/site");
	woken_end(&k);
	woken_clear(&j);
}

/* Nobody was woken, it said, when the incident was forgotten. */
static void
test_a_line_of_another_name_finds_it(void **state)
{
	static const struct {
		const char *what, *text;
		bool is_of;
	} rows[] = {
		{ "renamed", "acme/old is called acme/learn now", true },
		{ "renamed", "acme/learn is called acme/new now", true },
		{ "renamed", "acme/old is called acme/learner now", false },
		{ "renamed", "acme/learn", true },
		{ "renamed", "acme/old", false },
		{ "note", "acme/old is called acme/learn now", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct woken_about about;
		char line[200];

		text_format(line, sizeof(line),
		    "{\"at_ms\":5,\"incident\":\"INC-000001\","
		    "\"what\":\"%s\",\"text\":\"%s\"}",
		    rows[i].what, rows[i].text);
		assert_true(woken_about(line, strlen(line), &learn, &about));
		assert_int_equal(about.is_of, rows[i].is_of);
	}
}

/* More names than are kept: the latest are. */
static void
test_many_names(void **state)
{
	struct woken_journal j = { 0 };
	struct text lines = { 0 };
	struct woken k;

	(void)state;
	text_add(&lines,
	    OPENED LINE(1500, "evaluate", "joined", "acme/n1 joined: x"));
	for (int i = 1; i <= WOKEN_NAMES_MAX; i++)
		text_addf(&lines,
		    "{\"at_ms\":%d,\"incident\":\"INC-000001\","
		    "\"what\":\"renamed\","
		    "\"text\":\"acme/n%d is called acme/n%d now\"}\n",
		    2000 + i, i, i + 1);
	text_add(&lines,
	    CALLED(3000, "n17", "learn")
		LINE(3500, "evaluate", "renamed", "acme/learn"));
	read_lines(&j, lines.data);
	woken_at(&j, NULL, "INC-000001", &learn, 5000, &k);
	assert_int_equal(k.joined_ms, 0);
	woken_end(&k);
	woken_clear(&j);
	text_clear(&lines);
}

/* ---- lines as they come ---- */

static void
test_about(void **state)
{
	static const struct {
		const char *json;
		bool is_line, is_of, is_end;
		const char *storm;
	} rows[] = {
		{ OPENED, true, true, false, "" },
		{ LINE(1, "e", "joined", "acme/learn joined: x"), true, true,
		    false, "" },
		{ LINE(1, "e", "joined", "acme/learner joined: x"), true, false,
		    false, "" },
		{ LINE(1, "e", "note", "acme/learn"), true, false, false, "" },
		{ LINE(1, "e", "resolved", "by itself"), true, false, true,
		    "" },
		{ LINE(1, "e", "joined storm", "INC-000009"), true, false,
		    false, "INC-000009" },
		{ "{\"at_ms\":1,\"what\":\"opened\"}", true, false, false, "" },
		{ "{\"what\":\"opened\"}", false, false, false, "" },
		{ "{\"at_ms\":1}", false, false, false, "" },
		{ "[]", false, false, false, "" },
		{ "{", false, false, false, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *json = rows[i].json;
		struct woken_journal j = { 0 };
		struct woken_about about;

		assert_int_equal(woken_about(json, strlen(json), &learn,
				     &about),
		    rows[i].is_line);
		assert_int_equal(woken_add(&j, json, strlen(json)),
		    rows[i].is_line);
		assert_int_equal(about.is_of, rows[i].is_of);
		assert_int_equal(about.is_end, rows[i].is_end);
		assert_string_equal(about.storm, rows[i].storm);
		woken_clear(&j);
	}
}

/* Recorded late (Redis was away): each stands where it belongs. */
static void
test_lines_that_come_late(void **state)
{
	(void)state;
	check_at(LINE(3000, "tom", "taken", "")
		     LINE(4000, "pager", "take expired", "tom")
			 OPENED LINE(4000, "isla", "taken", ""),
	    false, 9000, false,
	    "S0 taken, taken: isla since 4 until 0\n"
	    "[    3] taken by tom: \n"
	    "[    4] take expired by pager: \n"
	    "[    4] taken by isla: \n");
}

static void
test_more_than_there_is_room_for(void **state)
{
	static const char act[] = LINE(2000, "tom", "declined", "");
	struct woken_journal j = { 0 };
	struct woken k;
	char call[160];
	int length;

	(void)state;
	assert_true(woken_add(&j, OPENED, strlen(OPENED)));
	for (int i = 0; i < WOKEN_CALLS_MAX + 3; i++) {
		length = snprintf(call, sizeof(call),
		    "{\"at_ms\":%d,\"incident\":\"INC-000001\","
		    "\"what\":\"calls\",\"intent\":\"i-%d\"}",
		    3000 + i, i);
		assert_true(woken_add(&j, call, (size_t)length));
	}
	for (int i = 0; i < WOKEN_ACTS_MAX + 2; i++)
		assert_true(woken_add(&j, act, strlen(act)));
	woken_at(&j, NULL, "INC-000001", &learn, 100000, &k);
	assert_int_equal(k.call_count, WOKEN_CALLS_MAX);
	assert_int_equal(k.calls_left_out, 3);
	assert_int_equal(k.act_count, WOKEN_ACTS_MAX);
	assert_int_equal(k.acts_left_out, 2);
	woken_end(&k);
	while (j.count < WOKEN_LINES_MAX)
		assert_true(woken_add(&j, act, strlen(act)));
	assert_false(woken_add(&j, act, strlen(act)));
	woken_clear(&j);
}

/* Each act by its own instant. */
static void
test_names_of_what_was_done_long_ago(void **state)
{
	static const char acts[] = OPENED LINE(2000, "tom", "declined", "")
	    LINE(3000, "isla", "declined", "");
	struct woken_journal j = { 0 };
	struct woken k;

	(void)state;
	read_lines(&j, acts);
	woken_at(&j, NULL, "INC-000001", &learn, 9000, &k);
	woken_hide_names(&k, 3000);
	assert_string_equal(k.acts[0].by, "erased");
	assert_string_equal(k.acts[1].by, "isla");
	woken_end(&k);
	woken_clear(&j);
}

static void
test_a_record_without_names(void **state)
{
	struct incident *inc;
	char error[160];

	(void)state;
	inc = incident_decode(record_json, strlen(record_json), error);
	assert_false(woken_is_nameless(inc));
	assert_true(incident_erase_names(inc, NEVER, true));
	assert_true(woken_is_nameless(inc));
	inc->hold_count = 0;
	assert_true(woken_is_nameless(inc));
	incident_free(inc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_record_says_what_no_line_does),
		cmocka_unit_test(test_lines_of_an_earlier_release),
		cmocka_unit_test(test_calls_stand_in_their_order),
		cmocka_unit_test(test_changes_of_severity),
		cmocka_unit_test(test_what_came_of_a_call),
		cmocka_unit_test(test_its_own_part),
		cmocka_unit_test(test_what_was_renamed_while_it_was_open),
		cmocka_unit_test(test_a_line_of_another_name_finds_it),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_about),
		cmocka_unit_test(test_lines_that_come_late),
		cmocka_unit_test(test_more_than_there_is_room_for),
		cmocka_unit_test(test_names_of_what_was_done_long_ago),
		cmocka_unit_test(test_a_record_without_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
