/* duty: what a provider says of a message after it has it. */
#include "tests/unit/sms_story.h"

#define FIRST "i-000000001"

static void
begin_called(struct world *w)
{
	begin_sms(w);
	world_raise(w, ALARM_RAISED, "acme/learn", 1);
	told(w, "[    0] call isla by sms\n");
}

/* Complaint 4: handed over, and it never arrives. */
static void
undelivered_the_next_way_follows_at_once(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	world_pass(&w, 20);
	receipt_of(&w, "isla", FIRST, "failed");
	told(&w,
	    "[   20] answer 1 ok\n"
	    "[   20] call isla by mail\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"outcome\":\"failed\"");
	check_quiet(&w);
	world_end(&w);
}

/* The last way of a level: the level is left at once. */
static void
undelivered_the_next_level_follows_at_once(void **state)
{
	struct world w;

	(void)state;
	begin_sms(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	w.outcome = SENT_FAILED;
	world_pass(&w, 60); /* isla's mail fails; her text did not yet */
	w.outcome = SENT_HANDED_OVER;
	text_clear(&w.text);
	receipt_of(&w, "isla", FIRST, "failed");
	told(&w,
	    "[   60] answer 1 ok\n"
	    "[   60] call tom by sms\n");
	world_end(&w);
}

/* Promise 2: when a whole round turned out not to arrive, the last resort is
   told, and it begins again a minute later. */
static void
a_round_that_never_arrived_failed(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	w.outcome = SENT_FAILED;
	receipt_of(&w, "isla", FIRST, "failed");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by mail\n"
	    "[    0] call tom by sms\n"
	    "[    0] last resort tom by sms\n");
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 60);
	told(&w, "[   60] call isla by sms\n");
	check_quiet(&w);
	world_end(&w);
}

/* It arrived, and that is no human: the ladder climbs. */
static void
delivered_is_not_reached(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	receipt_of(&w, "isla", FIRST, "delivered");
	told(&w, "[    0] answer 1 ok\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"outcome\":\"handed over\"");
	world_pass(&w, 300);
	told(&w,
	    "[   60] call isla by mail\n"
	    "[  300] call tom by sms\n");
	world_end(&w);
}

/* Twice, and in the wrong order: once it failed it has failed. */
static void
repeats_and_disorder_are_harmless(void **state)
{
	struct world w;
	int commits;

	(void)state;
	begin_called(&w);
	receipt_of(&w, "isla", FIRST, "delivered");
	receipt_of(&w, "isla", FIRST, "failed");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by mail\n");
	commits = w.commits;
	receipt_of(&w, "isla", FIRST, "failed");
	receipt_of(&w, "isla", FIRST, "delivered");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] answer 1 ok\n");
	assert_true(w.commits - commits <= 2);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"outcome\":\"failed\"");
	world_end(&w);
}

/* Of a call that was followed by another by the same way: that one counts. */
static void
late_word_of_an_earlier_call(void **state)
{
	struct world w;

	(void)state;
	begin_sms(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 299);
	text_clear(&w.text);
	world_pass(&w, 1);
	text_clear(&w.text);
	receipt_of(&w, "isla", FIRST, "failed");
	told(&w, "[  300] answer 1 ok\n"); /* tom is called by now */
	world_end(&w);
}

/* It says so before its own answer is here; that comes to nothing then. */
static void
word_before_the_answer(void **state)
{
	struct world w;

	(void)state;
	begin_sms(&w);
	w.hold_outcomes = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	receipt_of(&w, "isla", FIRST, "failed");
	told(&w,
	    "[    0] call isla by sms\n"
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by mail\n");
	duty_sent(w.duty, FIRST, SENT_HANDED_OVER, "late", w.now_ms);
	world_settle(&w);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"channel\":\"sms\",\"at_ms\":1782900000000,"
	    "\"outcome\":\"failed\"");
	world_end(&w);
}

/* No answer within the time limit, and it arrived: it is not sent again. */
static void
arrived_and_not_tried_again(void **state)
{
	struct world w;

	(void)state;
	begin_sms(&w);
	w.outcome = SENT_FAILED_NOW;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	told(&w,
	    "[    0] call isla by sms\n"
	    "[    0] call isla by mail\n");
	w.outcome = SENT_HANDED_OVER;
	receipt_of(&w, "isla", FIRST, "failed"); /* it is tried again anyway */
	receipt_of(&w, "isla", FIRST, "delivered");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] answer 1 ok\n");
	world_pass(&w, 60);
	told(&w, "[   15] call isla by mail (repeat?)\n");
	world_end(&w);
}

/* A crash between: the restarted pager hears that it arrived. */
static void
arrived_before_a_restart_asks(void **state)
{
	struct world w;

	(void)state;
	begin_sms(&w);
	w.hold_outcomes = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	text_clear(&w.text);
	w.hold_outcomes = false;
	world_restart(&w);
	told(&w, "[    0] call isla by sms (repeat?)\n");
	receipt_of(&w, "isla", FIRST, "delivered");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"outcome\":\"handed over\"");
	world_restart(&w); /* what was said is kept */
	text_clear(&w.text);
	receipt_of(&w, "isla", FIRST, "failed");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by mail\n");
	world_end(&w);
}

/* Its owner is told once, by another way, and it is called all the same. */
static void
a_broken_number_is_told_once(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	receipt_of(&w, "isla", FIRST, "broken");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] contact isla by mail\n"
	    "[    0] call isla by mail\n");
	check_asked(&w, "{\"command\":\"contacts\"}",
	    "\"broken\":\"sms: as the test wants\"");
	world_restart(&w);
	check_asked(&w, "{\"command\":\"contacts\"}",
	    "\"broken\":\"sms: as the test wants\"");
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"page-test\",\"for\":\"isla\","
	    "\"channel\":\"sms\"}");
	receipt_of(&w, "isla", "i-000000099", "broken");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] test isla by sms\n"
	    "[    0] answer 1 ok\n");
	receipt_of(&w, "isla", "i-000000099", "delivered");
	check_not_asked(&w, "{\"command\":\"contacts\"}", "broken");
	world_end(&w);
}

/* The provider refuses it at once; who has no other way is not told. */
static void
refused_as_broken(void **state)
{
	struct world w;

	(void)state;
	begin_sms(&w);
	w.outcome = SENT_BROKEN;
	world_command(&w, "{\"command\":\"page-test\",\"for\":\"tom\"}");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] test tom by sms\n");
	check_asked(&w, "{\"command\":\"contacts\"}", "\"broken_ms\":");
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"page-test\",\"for\":\"isla\","
	    "\"channel\":\"sms\"}");
	assert_non_null(strstr(w.text.data, "contact isla by mail"));
	assert_non_null(strstr(w.last.data, "tried all the same"));
	world_end(&w);
}

static void
what_is_nobodys_changes_nothing(void **state)
{
	static const char *const bad[] = {
		("{\"command\":\"receipt\"}"),
		("{\"command\":\"receipt\",\"person\":\"owl\"}"),
		("{\"command\":\"receipt\",\"person\":\"isla\"}"),
		("{\"command\":\"receipt\",\"person\":\"isla\","
		 "\"channel\":\"owl\",\"intent\":\"" FIRST
		 "\",\"word\":\"failed\",\"detail\":\"\"}"),
		("{\"command\":\"receipt\",\"person\":\"isla\","
		 "\"channel\":\"sms\",\"intent\":\"" FIRST
		 "\",\"word\":\"owl\",\"detail\":\"\"}"),
		("{\"command\":\"receipt\",\"person\":\"isla\","
		 "\"channel\":\"sms\",\"intent\":\"" FIRST
		 "\",\"detail\":\"\"}"),
		("{\"command\":\"receipt\",\"person\":\"isla\","
		 "\"channel\":\"sms\",\"intent\":\"" FIRST
		 "\",\"word\":\"failed\"}"),
		("{\"command\":\"receipt\",\"person\":\"isla\","
		 "\"channel\":\"sms\",\"word\":\"failed\",\"detail\":\"\"}"),
	};
	struct world w;

	(void)state;
	begin_called(&w);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		world_command(&w, bad[i]);
		assert_false(w.answer_ok);
	}
	text_clear(&w.text);
	/* Somebody else's, and by another way. */
	receipt_of(&w, "tom", FIRST, "failed");
	world_command(&w,
	    "{\"command\":\"receipt\",\"incident\":1,\"person\":\"isla\","
	    "\"channel\":\"mail\",\"intent\":\"" FIRST
	    "\",\"word\":\"failed\",\"detail\":\"\"}");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] answer 1 ok\n");
	world_end(&w);
}

/* One that has not left yet cannot have arrived. */
static void
not_yet_sent(void **state)
{
	struct world w;

	(void)state;
	begin_sms(&w);
	w.hold_commits = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	receipt_of(&w, "isla", FIRST, "delivered");
	receipt_of(&w, "tom", FIRST, "delivered");
	world_command(&w,
	    "{\"command\":\"receipt\",\"incident\":1,\"person\":\"isla\","
	    "\"channel\":\"mail\",\"intent\":\"" FIRST
	    "\",\"word\":\"failed\",\"detail\":\"\"}");
	w.hold_commits = false;
	world_settle(&w);
	assert_non_null(strstr(w.text.data, "call isla by sms"));
	world_end(&w);
}

/* It is over, or somebody has it: only written down. */
static void
after_somebody_has_it(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	world_command(&w, TAKE("isla"));
	text_clear(&w.text);
	receipt_of(&w, "isla", FIRST, "failed");
	told(&w, "[    0] answer 1 ok\n");
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	world_pass(&w, 1);
	text_clear(&w.text);
	receipt_of(&w, "isla", FIRST, "delivered");
	told(&w, "[    1] answer 1 ok\n");
	world_end(&w);
}

static void
every_message_says_where_it_is_told_of(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	assert_string_equal(w.message.token, "tw.INC-000001~isla~" FIRST);
	assert_int_equal(strlen(w.message.reply), 6);
	world_command(&w, "{\"command\":\"page-test\",\"for\":\"tom\"}");
	assert_string_equal(w.message.token, "tw.-~tom~i-000000002");
	assert_string_equal(w.message.reply, "");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(undelivered_the_next_way_follows_at_once),
		cmocka_unit_test(undelivered_the_next_level_follows_at_once),
		cmocka_unit_test(a_round_that_never_arrived_failed),
		cmocka_unit_test(delivered_is_not_reached),
		cmocka_unit_test(repeats_and_disorder_are_harmless),
		cmocka_unit_test(late_word_of_an_earlier_call),
		cmocka_unit_test(word_before_the_answer),
		cmocka_unit_test(arrived_and_not_tried_again),
		cmocka_unit_test(arrived_before_a_restart_asks),
		cmocka_unit_test(a_broken_number_is_told_once),
		cmocka_unit_test(refused_as_broken),
		cmocka_unit_test(what_is_nobodys_changes_nothing),
		cmocka_unit_test(not_yet_sent),
		cmocka_unit_test(after_somebody_has_it),
		cmocka_unit_test(every_message_says_where_it_is_told_of),
	};

	return cmocka_run_group_tests_name("duty_receipt", tests, NULL, NULL);
}
