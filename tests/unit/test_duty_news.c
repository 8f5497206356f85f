/* News: by which way it goes, how often, and when it is none any more. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

/* isla was called; tom takes it; isla is to hear that. */
static void
begin(struct world *w)
{
	world_begin(w, world_tree, NIGHT);
	world_raise(w, ALARM_RAISED, "acme/web", 1);
	text_clear(&w->text);
}

/* What fails for now goes by the next way at once, and is tried again. */
static void
test_news_that_failed_for_now_waited_for_its_channel(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.outcome = SENT_FAILED_NOW;
	world_command(&w, TAKE("tom"));
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] taken isla by terminal\n"
	    "[    0] taken isla by mail\n");
	world_pass(&w, 16);
	told(&w,
	    "[   15] taken isla by terminal (repeat?)\n"
	    "[   15] taken isla by mail (repeat?)\n");
	/* Once is enough. */
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 600);
	told(&w, "[   45] taken isla by terminal (repeat?)\n");
	assert_null(w.duty->intents);
	world_end(&w);
}

/* For certain: the next way, once; the last one ends it. */
static void
test_news_that_failed_for_certain(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.outcome = SENT_FAILED;
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	told(&w,
	    "[    0] resolved isla by terminal\n"
	    "[    0] resolved isla by mail\n");
	assert_null(w.duty->intents);
	world_end(&w);
}

/* Tries have an end: a quarter of an hour. */
static void
test_news_is_not_tried_for_ever(void **state)
{
	struct world w;
	int sends;

	(void)state;
	begin(&w);
	w.outcome = SENT_FAILED_NOW;
	sends = w.sends;
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	world_pass(&w, 86400);
	assert_true(w.sends - sends > 4);
	assert_true(w.sends - sends <= 24);
	assert_null(w.duty->intents);
	world_end(&w);
}

static void
check_kind_by_both_ways(struct world *w, const char *kind)
{
	char line[80];

	text_format(line, sizeof(line), "%s isla by terminal\n", kind);
	check_has(w->text.data, line);
	text_format(line, sizeof(line), "%s isla by mail\n", kind);
	check_has(w->text.data, line);
	text_clear(&w->text);
}

/* Expired, over: these too. */
static void
test_other_news_goes_the_next_way(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_command(&w, TAKE("isla"));
	world_pass(&w, 1790);
	w.outcome = SENT_FAILED_NOW;
	world_pass(&w, 12);
	check_kind_by_both_ways(&w, "expired");
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	check_kind_by_both_ways(&w, "resolved");
	world_end(&w);
}

/* Whoever comes on watch hears of what is open by any way that works. */
static void
test_hand_over_goes_the_next_way(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, "2026-07-01T06:55Z"); /* maya is on watch */
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	world_command(&w, TAKE("maya"));
	text_clear(&w.text);
	w.outcome = SENT_FAILED_NOW;
	world_pass(&w, 300);
	check_kind_by_both_ways(&w, "hand-over");
	world_end(&w);
}

/* "tom has it" is not told when he has it no longer. */
static void
test_old_news_was_told(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.outcome = SENT_FAILED_NOW;
	world_command(&w, TAKE("tom"));
	w.outcome = SENT_HANDED_OVER;
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"hand-on\",\"to\":\"moana\",\"incident\":1}");
	world_pass(&w, 200);
	check_lacks(w.text.data, "taken");
	world_end(&w);
}

/* A restart does not send news twice by ways that were done with. */
static void
test_news_over_a_restart(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.outcome = SENT_FAILED_NOW;
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	text_clear(&w.text);
	world_restart(&w);
	told(&w,
	    "[    0] resolved isla by terminal (repeat?)\n"
	    "[    0] resolved isla by mail (repeat?)\n");
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 60);
	told(&w, "[   15] resolved isla by terminal (repeat?)\n");
	world_end(&w);
}

static void
open_and_close(struct world *w, int count)
{
	for (int i = 0; i < count; i++) {
		char subject[40];

		text_format(subject, sizeof(subject), "operations/n%d", i);
		world_raise(w, ALARM_RAISED, subject, 4);
		world_raise(w, ALARM_CLEARED, subject, 4);
	}
}

/*
 * 500 later ones closed while the news of the first was on its way: the
 * first was forgotten, and "nothing is wrong" was sent in its place.
 */
static void
test_nothing_is_wrong_was_said_of_a_forgotten_incident(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.outcome = SENT_FAILED_NOW;
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	text_clear(&w.text);
	open_and_close(&w, DUTY_CLOSED_MAX + 5);
	assert_non_null(duty_find(w.duty, "INC-000001"));
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 60);
	check_has(w.text.data, "resolved isla");
	check_has(w.message.subject, "web was down");
	check_lacks(w.text.data, "test");
	/* Told, it may go. */
	world_pass(&w, 1);
	open_and_close(&w, 2);
	assert_null(duty_find(w.duty, "INC-000001"));
	world_end(&w);
}

/* Its record is gone: there is nothing to say. */
static void
test_an_intent_without_its_incident(void **state)
{
	static const char record[] =
	    "{\"kind\":2,\"channel\":\"mail\",\"person\":\"tom\","
	    "\"incident\":\"INC-000007\",\"made_ms\":1782900000000}";
	struct world w;
	char error[160];

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	assert_int_equal(duty_load(w.duty, "intents", "i-000000003", record,
			     strlen(record), error),
	    0);
	duty_start(w.duty, w.now_ms);
	world_settle(&w);
	told(&w, "");
	assert_null(w.duty->intents);
	world_end(&w);
}

/* What is under way of this kind; there must be one. */
static struct intent *
under_way(struct world *w, enum message_kind kind)
{
	struct intent *i = w->duty->intents;

	while (i != NULL && (i->kind != kind || i->state != INTENT_SENDING))
		i = i->hh.next;
	assert_non_null(i);
	return i;
}

/* It was with its channel when it came to be untrue: not tried again. */
static void
fails_too_late(struct world *w, enum message_kind kind, const char *news)
{
	struct intent *i = under_way(w, kind);
	char id[24];

	text_copy(id, sizeof(id), i->id);
	world_command(w, TAKE("tom"));
	text_clear(&w->text);
	w->hold_outcomes = false;
	duty_sent(w->duty, id, SENT_FAILED_NOW, "", w->now_ms);
	world_settle(w);
	world_pass(w, 120);
	check_lacks(w->text.data, news);
}

static void
test_expired_is_no_news_once_it_is_taken(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_command(&w, TAKE("isla"));
	world_pass(&w, 1790);
	w.hold_outcomes = true;
	world_pass(&w, 12);
	check_has(w.text.data, "expired isla by terminal\n");
	fails_too_late(&w, MESSAGE_EXPIRED, "expired");
	world_end(&w);
}

static void
test_a_hand_over_is_no_news_once_it_is_taken(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, "2026-07-01T06:55Z"); /* maya is on watch */
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	world_command(&w, TAKE("maya"));
	w.hold_outcomes = true;
	world_pass(&w, 300);
	check_has(w.text.data, "hand-over isla by terminal\n");
	fails_too_late(&w, MESSAGE_HANDOVER, "hand-over");
	world_end(&w);
}

/* An outcome that is told twice counts once. */
static void
test_an_outcome_is_told_twice(void **state)
{
	struct world w;
	struct intent *i;
	int64_t due_ms;

	(void)state;
	begin(&w);
	w.hold_outcomes = true;
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	i = under_way(&w, MESSAGE_RESOLVED);
	duty_sent(w.duty, i->id, SENT_FAILED_NOW, "", w.now_ms);
	due_ms = i->due.at_ms;
	duty_sent(w.duty, i->id, SENT_FAILED, "", w.now_ms + 5000);
	assert_int_equal(i->state, INTENT_READY);
	assert_int_equal(i->due.at_ms, due_ms);
	world_end(&w);
}

/* That moana has it is another matter than that tom has it. */
static void
test_who_has_it_changed_while_it_was_told(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.outcome = SENT_FAILED_NOW;
	world_command(&w, TAKE("tom"));
	w.outcome = SENT_HANDED_OVER;
	text_clear(&w.text);
	world_command(&w, TAKE("moana"));
	check_has(w.text.data, "taken isla by terminal\n");
	check_has(w.message.subject, "moana");
	text_clear(&w.text);
	world_pass(&w, 200);
	check_lacks(w.text.data, "taken isla");
	world_end(&w);
}

/* Whoever left the tree has no other way, and hears nothing more. */
static void
test_news_for_someone_who_left(void **state)
{
	struct world w;
	char id[24];

	(void)state;
	world_begin(&w, world_tree, "2026-07-01T22:00Z"); /* maya is on watch */
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	w.hold_outcomes = true;
	world_command(&w, TAKE("tom"));
	check_has(w.text.data, "taken maya by mail\n");
	text_copy(id, sizeof(id), under_way(&w, MESSAGE_TAKEN)->id);
	reload(&w, last_is_person);
	text_clear(&w.text);
	w.hold_outcomes = false;
	duty_sent(w.duty, id, SENT_FAILED, "", w.now_ms);
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	check_lacks(w.text.data, "maya");
	world_settle(&w);
	for (const struct intent *i = w.duty->intents; i != NULL;
	     i = i->hh.next)
		assert_int_equal(i->kind, MESSAGE_ROTA); /* isla's */
	world_end(&w);
}

/* Somebody may have it who is in no rota and cannot be reached. */
static void
test_news_for_someone_without_a_way(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w,
	    HEAD "  - { name: rob, zone: UTC }\n"
		 "ladders:\n"
		 "  - name: only\n"
		 "    levels: [{ call: person tom, patience: 5m }]\n",
	    NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 1);
	world_command(&w, TAKE("rob"));
	assert_true(w.answer_ok);
	text_clear(&w.text);
	world_pass(&w, 1801);
	told(&w, "[ 1800] call tom by mail\n");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_news_that_failed_for_now_waited_for_its_channel),
		cmocka_unit_test(test_news_that_failed_for_certain),
		cmocka_unit_test(test_news_is_not_tried_for_ever),
		cmocka_unit_test(test_other_news_goes_the_next_way),
		cmocka_unit_test(test_hand_over_goes_the_next_way),
		cmocka_unit_test(test_old_news_was_told),
		cmocka_unit_test(test_news_over_a_restart),
		cmocka_unit_test(
		    test_nothing_is_wrong_was_said_of_a_forgotten_incident),
		cmocka_unit_test(test_an_intent_without_its_incident),
		cmocka_unit_test(test_expired_is_no_news_once_it_is_taken),
		cmocka_unit_test(test_a_hand_over_is_no_news_once_it_is_taken),
		cmocka_unit_test(test_an_outcome_is_told_twice),
		cmocka_unit_test(test_who_has_it_changed_while_it_was_told),
		cmocka_unit_test(test_news_for_someone_who_left),
		cmocka_unit_test(test_news_for_someone_without_a_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
