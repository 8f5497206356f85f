/* Whom the pager calls, by what way, and again; as stories. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

static void
test_nobody_answers(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	for (int i = 0; i < 90; i++) {
		world_pass(&w, 10);
		check_quiet(&w);
	}
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[   60] call isla by mail\n"
	    "[  300] call tom by mail\n"
	    "[  600] call isla by terminal\n"
	    "[  660] call isla by mail\n"
	    "[  900] call tom by mail\n");
	world_end(&w);
}

static void
test_undeliverable(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.hold_outcomes = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 2);
	duty_sent(w.duty, w.pending[0], SENT_FAILED, "no such tty", w.now_ms);
	world_settle(&w);
	world_pass(&w, 2);
	duty_sent(w.duty, w.pending[1], SENT_FAILED, "no such user", w.now_ms);
	duty_sent(w.duty, w.pending[1], SENT_HANDED_OVER, "late", w.now_ms);
	duty_sent(w.duty, "i-000000999", SENT_FAILED, "", w.now_ms);
	world_settle(&w);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    2] call isla by mail\n"
	    "[    4] call tom by mail\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"channel\":\"mail\",\"at_ms\":1782900002000,"
	    "\"outcome\":\"failed\"");
	world_end(&w);
}

/* A whole round failed: 60 s, and the last resort is told. */
static void
test_everything_fails(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.outcome = SENT_FAILED;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 60);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    0] call isla by mail\n"
	    "[    0] call tom by mail\n"
	    "[    0] last resort moana by mail\n"
	    "[   60] call isla by terminal\n"
	    "[   60] call isla by mail\n"
	    "[   60] call tom by mail\n");
	check_quiet(&w);
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 60);
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"moana\","
	    "\"incident\":\"INC-000001\"}");
	told(&w,
	    "[  120] answer 1 ok\n"
	    "[  120] taken tom by mail\n"
	    "[  120] taken isla by terminal\n");
	world_end(&w);
}

/* Failed for now: tried again after 15 s, 30 s ..., the next not delayed. */
static void
test_retries(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.outcome = SENT_FAILED_NOW;
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_pass(&w, 14);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    0] call isla by mail\n");
	world_pass(&w, 30);
	told(&w,
	    "[   15] call isla by terminal (repeat?)\n"
	    "[   15] call isla by mail (repeat?)\n"
	    "[   15] call tom by mail\n"
	    "[   30] call tom by mail (repeat?)\n"
	    "[   30] last resort moana by mail\n");
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 16);
	told(&w,
	    "[   45] call isla by terminal (repeat?)\n"
	    "[   45] call isla by mail (repeat?)\n"
	    "[   45] last resort moana by mail (repeat?)\n"
	    "[   60] call tom by mail (repeat?)\n");
	world_end(&w);
}

/* A new call by the same way takes the place of the one still tried. */
static void
test_retries_are_superseded(void **state)
{
	struct world w;
	int intents = 0;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 2);
	world_pass(&w, 540);
	w.outcome = SENT_FAILED_NOW;
	world_pass(&w, 60);
	text_clear(&w.text);
	world_pass(&w, 30 * 60);
	/* However long it fails, at most one of each way is under way. */
	for (size_t i = 0; i < w.field_count; i++)
		intents += strcmp(w.fields[i].key, "intents") == 0;
	assert_true(intents < 6);
	w.outcome = SENT_HANDED_OVER;
	text_clear(&w.text);
	world_pass(&w, 125);
	assert_null(world_field(&w, "intents", "i-000000004"));
	world_end(&w);
}

/* The owner stays until the new watch takes it, at most 15 min. */
static void
test_watch_change(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, "2026-07-01T12:30Z");
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	text_clear(&w.text);
	world_pass(&w, 1800 + 899);
	told(&w, "[ 1800] hand-over maya by mail\n");
	check_has(w.last.data, "isla has it; please take it within 15 min");
	world_pass(&w, 1);
	told(&w,
	    "[ 2700] expired isla by terminal\n"
	    "[ 2700] call maya by mail\n");
	world_end(&w);
}

static void
test_watch_change_is_taken(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, "2026-07-01T12:30Z");
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	world_pass(&w, 1860);
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"maya\","
	    "\"incident\":1}");
	world_pass(&w, 1800);
	told(&w,
	    "[ 1860] answer 1 ok\n"
	    "[ 1860] taken isla by terminal\n");
	world_end(&w);
}

/* A page through the night when London's clocks go back. */
static void
test_clock_change_night(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, "2026-10-25T00:58Z");
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	/* New York is on watch until 08:00 GMT, now an hour later. */
	check_has(w.last.data, "Next: tom at 21:03 EDT");
	assert_string_equal(w.message.person, "maya");
	for (int i = 0; i < 60; i++) {
		world_pass(&w, 60);
		check_quiet(&w);
	}
	check_asked(&w, "{\"command\":\"oncall\",\"rota\":\"support\"}",
	    "\"until_ms\":1792915200000"); /* 08:00Z */
	check_has(w.text.data, "[  300] call tom by mail\n");
	world_end(&w);
}

/* No ladder at all: nobody to call, nothing to fall over. */
static void
test_no_ladders(void **state)
{
	struct settings *s = world_settings(last_is_person);
	struct world w;

	(void)state;
	world_begin(&w, no_ladders, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 1);
	world_command(&w,
	    "{\"command\":\"severity\",\"incident\":1,"
	    "\"severity\":2}");
	duty_break(w.duty, w.now_ms);
	world_pass(&w, 3600);
	world_restart(&w);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"severity\":2");
	check_asked(&w, "{\"command\":\"oncall\"}", "{\"rotas\":[]}");
	text_clear(&w.text);
	/* With the next tree somebody is called at once. */
	duty_configure(w.duty, s, w.now_ms);
	settings_free(w.settings);
	w.settings = s;
	world_settle(&w);
	told(&w, "[ 3600] call tom by mail\n");
	world_end(&w);
}

/* Where nobody is named as last resort it is all of the last level. */
static void
test_last_resort_by_ladder(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, last_is_rota, NIGHT);
	w.outcome = SENT_FAILED;
	world_raise(&w, ALARM_RAISED, "operations/x", 1);
	check_has(w.text.data, "last resort isla by mail\n");
	check_has(w.text.data, "last resort tom by mail\n");
	world_end(&w);
	world_begin(&w, last_is_person, NIGHT);
	w.outcome = SENT_FAILED;
	world_raise(&w, ALARM_RAISED, "operations/x", 1);
	told(&w,
	    "[    0] call tom by mail\n"
	    "[    0] last resort tom by mail\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"next\":{\"person\":\"tom\",\"at_ms\":1782900060000}");
	world_end(&w);
}

/* Retries while the clock goes back do not wait for it. */
static void
test_retry_and_clock(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.outcome = SENT_FAILED_NOW;
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	w.outcome = SENT_HANDED_OVER;
	w.now_ms -= 3600000;
	duty_break(w.duty, w.now_ms);
	world_settle(&w);
	text_clear(&w.text);
	world_pass(&w, 120);
	check_has(w.text.data, "call isla by terminal (repeat?)");
	world_end(&w);
}

/* Made before the clock went back, durable only afterwards: it waited until
   the clock showed again when it was made. */
static void
test_clock_goes_back_before_the_commit(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.hold_commits = true;
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	world_command(&w,
	    "{\"command\":\"page-test\",\"person\":\"tom\","
	    "\"for\":\"tom\"}");
	told(&w, "");
	w.now_ms -= 3600000;
	duty_break(w.duty, w.now_ms);
	w.hold_commits = false;
	world_settle(&w);
	told(&w,
	    "[-3600] answer 1 ok\n"
	    "[-3600] call isla by terminal\n"
	    "[-3600] test tom by mail\n");
	world_end(&w);
}

/* The auditor looks at what was attempted, not at what is planned. */
static void
test_auditor(void **state)
{
	struct world w;
	char text[160];

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	assert_null(duty_audit(w.duty, w.now_ms, text));
	w.hold_commits = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	w.now_ms += 315000;
	assert_null(duty_audit(w.duty, w.now_ms, text));
	w.now_ms += 1;
	assert_string_equal(duty_audit(w.duty, w.now_ms, text), "INC-000001");
	assert_string_equal(text,
	    "INC-000001 (S2) is open, nobody has it, and "
	    "nobody was called for 5 min 15 s");
	w.hold_commits = false;
	world_settle(&w);
	assert_null(duty_audit(w.duty, w.now_ms, text));
	/* A take that should have run out is no take. */
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	w.now_ms += 3600000 + 14999;
	assert_null(duty_audit(w.duty, w.now_ms, text));
	w.now_ms += 1;
	assert_non_null(duty_audit(w.duty, w.now_ms, text));
	world_end(&w);
}

/* A hold longer than people may have is none, whatever the record says. */
static void
test_audit_of_odd_holds(void **state)
{
	struct world w;
	struct incident *inc;
	char text[160];

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	inc = duty_find(w.duty, "INC-000001");
	w.now_ms += 400000;
	assert_null(duty_audit(w.duty, w.now_ms, text));
	inc->page.until_ms = w.now_ms + 10 * 3600000;
	assert_non_null(duty_audit(w.duty, w.now_ms, text));
	inc->page.until_ms = w.now_ms + 1000;
	inc->page.owner[0] = '\0'; /* held by nobody */
	duty_touch(w.duty, inc);
	assert_non_null(duty_audit(w.duty, w.now_ms, text));
	/* Its storm is over, so its own page counts. */
	world_raise(&w, ALARM_RAISED, "operations/x", 3);
	world_raise(&w, ALARM_CLEARED, "operations/x", 3);
	text_copy(inc->storm, sizeof(inc->storm), "INC-000002");
	assert_string_equal(duty_audit(w.duty, w.now_ms, text), "INC-000001");
	text_copy(inc->storm, sizeof(inc->storm), "INC-000999");
	assert_string_equal(duty_audit(w.duty, w.now_ms, text), "INC-000001");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_answers),
		cmocka_unit_test(test_undeliverable),
		cmocka_unit_test(test_everything_fails),
		cmocka_unit_test(test_retries),
		cmocka_unit_test(test_retries_are_superseded),
		cmocka_unit_test(test_watch_change),
		cmocka_unit_test(test_watch_change_is_taken),
		cmocka_unit_test(test_clock_change_night),
		cmocka_unit_test(test_no_ladders),
		cmocka_unit_test(test_last_resort_by_ladder),
		cmocka_unit_test(test_retry_and_clock),
		cmocka_unit_test(test_clock_goes_back_before_the_commit),
		cmocka_unit_test(test_auditor),
		cmocka_unit_test(test_audit_of_odd_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
