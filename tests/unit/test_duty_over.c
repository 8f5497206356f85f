/* The end of incidents, and what is remembered of them. */
#include "tests/unit/duty_story.h"

/* Everyone whom we tried to reach is told once, nobody else. */
static void
test_resolve_tells_the_reached_once(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_pass(&w, 910);
	text_clear(&w.text);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	told(&w,
	    "[  910] resolved isla by terminal\n"
	    "[  910] resolved tom by mail\n");
	check_has(w.last.data, "It is over: ended by itself.");
	world_pass(&w, 7200);
	world_restart(&w);
	told(&w, "");
	assert_null(world_field(&w, "pages", "INC-000001"));
	check_asked(&w, "{\"command\":\"incidents\"}", "{\"incidents\":[]}");
	check_asked(&w, "{\"command\":\"incidents\",\"all\":true}",
	    "\"state\":\"closed\"");
	check_refused(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}",
	    "INC-000001 is closed (ended by itself)");
	world_end(&w);
}

/* Whose call had not left when it ended was not reached. */
static void
test_resolved_before_the_call_left(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.hold_commits = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	w.hold_commits = false;
	world_settle(&w);
	told(&w, "");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"outcome\":\"not sent\"");
	world_end(&w);
}

/* News by the next way when the first is broken; a person resolves. */
static void
test_resolved_by_a_person(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"moana\","
	    "\"incident\":1}");
	text_clear(&w.text);
	w.outcome = SENT_FAILED;
	world_command(&w,
	    "{\"command\":\"resolve\",\"incident\":1,"
	    "\"note\":\"restarted the database\"}");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] resolved moana by mail\n"
	    "[    0] resolved isla by terminal\n"
	    "[    0] resolved isla by mail\n");
	check_has(w.last.data, "resolved by test: restarted the database");
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	told(&w, "");
	world_end(&w);
}

/* Three closed incidents of the same thing are told in the next. */
static void
test_what_was_before(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (int i = 0; i < 5; i++) {
		world_raise(&w, ALARM_RAISED, "acme/web", 1);
		world_pass(&w, 120);
		world_raise(&w, ALARM_CLEARED, "acme/web", 1);
		world_pass(&w, 3600);
	}
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	check_has(w.last.data, "Before:\n  INC-000005 2026-07-01 ");
	check_has(w.last.data, "INC-000003");
	check_lacks(w.last.data, "INC-000002");
	check_has(w.last.data, "ended by itself");
	world_end(&w);
}

/* Only the latest closed incidents are kept. */
static void
test_old_incidents_go(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (int i = 0; i < 503; i++) {
		world_raise(&w, ALARM_RAISED, "operations/x", 4);
		world_raise(&w, ALARM_CLEARED, "operations/x", 4);
	}
	assert_null(world_field(&w, "incidents", "INC-000003"));
	assert_non_null(world_field(&w, "incidents", "INC-000004"));
	/* One that was open all the while is the latest to close. */
	world_raise(&w, ALARM_RAISED, "operations/y", 4);
	for (int i = 0; i < 503; i++) {
		world_pass(&w, 1);
		world_raise(&w, ALARM_RAISED, "operations/x", 4);
		world_raise(&w, ALARM_CLEARED, "operations/x", 4);
	}
	world_command(&w, "{\"command\":\"resolve\",\"incident\":504}");
	assert_non_null(world_field(&w, "incidents", "INC-000504"));
	check_has(w.answer, "INC-000504 is closed");
	world_end(&w);
}

/* News that nobody wants after a quarter of an hour. */
static void
test_stale_news(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 2);
	w.outcome = SENT_FAILED_NOW;
	world_raise(&w, ALARM_CLEARED, "acme/web", 2);
	world_pass(&w, 890);
	text_clear(&w.text);
	world_pass(&w, 3600);
	told(&w, "");
	assert_null(world_field(&w, "intents", "i-000000002"));
	world_end(&w);
}

/* A resolved message told again that it "is down ... failed". */
static void
test_what_is_over_was_told_as_if_it_were_so(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	world_pass(&w, 600);
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	check_lacks(w.last.data, "is down");
	check_lacks(w.last.data, "Evidence");
	check_lacks(w.message.sms, " is ");
	check_has(w.last.data,
	    "web was down from 2026-07-01 10:59:30 BST to 2026-07-01 11:10:00 "
	    "BST (10 min)");
	check_has(w.last.data,
	    "It began between 2026-07-01 10:59:00 BST and 2026-07-01 10:59:30 "
	    "BST, and ended between 2026-07-01 11:09:30 BST and 2026-07-01 "
	    "11:10:00 BST.\nNobody had it.\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"text\":\"was down for 10 min\"");
	world_end(&w);
}

/* Nobody looked before or after: nothing is said of edges. */
static void
test_over_without_edges(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	duty_trouble(w.duty, "operations/x", 2, "it stinks", w.now_ms);
	world_settle(&w);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	world_pass(&w, 60);
	duty_trouble(w.duty, "operations/x", 2, NULL, w.now_ms);
	world_settle(&w);
	check_lacks(w.last.data, "between");
	check_has(w.last.data, "Operations: x had trouble from");
	check_has(w.last.data, "isla had it from 11:00 BST, for 1 min.");
	world_end(&w);
}

/* Whoever closes what fails on says no one that it is over; a report is. */
static void
test_closed_while_it_fails(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_pass(&w, 60);
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	check_has(w.answer,
	    "INC-000001 is closed, though 1 of 1 still fail and call nobody "
	    "now");
	assert_string_equal(w.message.subject,
	    "[INC-000001] Closed: S1 Acme University: learn was down from "
	    "10:59 BST, still so when closed at 11:01 BST");
	assert_string_equal(w.message.sms,
	    "Closed: Acme University: learn was down from 10:59 BST, still so "
	    "when closed at 11:01 BST INC-000001");
	check_has(w.last.data, "It was closed: resolved by test.");
	check_lacks(w.last.data, "over");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"fails_on\":true");
	world_command(&w,
	    "{\"command\":\"open\",\"severity\":1,\"text\":\"odd marks\","
	    "\"client\":\"acme\"}");
	world_command(&w, "{\"command\":\"resolve\",\"incident\":2}");
	check_has(w.answer, "INC-000002 is closed; everyone");
	check_has(w.message.subject, "[INC-000002] Over: S1 ");
	check_lacks(w.last.data, "still failing");
	world_end(&w);
}

/*
 * A person closed what flaps while it was well.  That it is still well calls
 * nobody; that it fails anew does.
 */
static void
test_closed_by_hand_and_well(void **state)
{
	struct alarm a;
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	world_pass(&w, 60);
	text_clear(&w.text);
	a = world_alarm(&w, ALARM_CHANGED, "acme/learn", 1);
	a.flapping = a.well = true;
	world_tell(&w, &a);
	told(&w, "");
	check_asked(&w, "{\"command\":\"incidents\"}", "{\"incidents\":[]}");
	a.well = false;
	world_tell(&w, &a);
	told(&w, "[   60] call isla by terminal\n");
	world_end(&w);
}

/* Of many members the first are told; what still fails is not hidden. */
static void
test_many_members_at_the_end(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 2);
	for (int i = 0; i < 24; i++) {
		struct alarm a =
		    world_alarm(&w, ALARM_RAISED, "acme/library", 2);

		text_format(a.subject, sizeof(a.subject), "acme/x%d", i);
		world_tell(&w, &a);
	}
	world_raise(&w, ALARM_CLEARED, "acme/learn", 2);
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	check_has(w.last.data, "learn (and 24 more) was down from");
	check_has(w.last.data, "until it was closed at");
	check_has(w.last.data, "24 of 25 were still failing when it was");
	check_has(w.last.data, "acme/learn, from 10:59 BST to 11:00 BST\n");
	check_has(w.last.data,
	    "acme/x0, from 10:59 BST, and still so when it was closed\n");
	check_has(w.last.data, "  and 5 more\n");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resolve_tells_the_reached_once),
		cmocka_unit_test(test_resolved_before_the_call_left),
		cmocka_unit_test(test_resolved_by_a_person),
		cmocka_unit_test(test_what_was_before),
		cmocka_unit_test(test_old_incidents_go),
		cmocka_unit_test(test_stale_news),
		cmocka_unit_test(test_what_is_over_was_told_as_if_it_were_so),
		cmocka_unit_test(test_over_without_edges),
		cmocka_unit_test(test_closed_while_it_fails),
		cmocka_unit_test(test_closed_by_hand_and_well),
		cmocka_unit_test(test_many_members_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
