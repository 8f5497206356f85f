/*
 * What may go wrong between people who take, snooze, hand on and go off
 * watch: each doubt a story.
 */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

static void
act(struct world *w, const char *command, const char *person, const char *more)
{
	char json[256];

	text_format(json, sizeof(json),
	    "{\"command\":\"%s\",\"person\":\"%s\",\"incident\":1%s}", command,
	    person, more);
	world_command(w, json);
}

/* 06:50 UTC: maya is on watch until London's 08:00, ten minutes later. */
#define EVENING "2026-07-01T06:50Z"

/* A snooze outlived its owner's watch by hours, and nobody there knew. */
static void
test_a_snooze_outlived_the_watch(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, EVENING, "acme/web", 2);
	act(&w, "snooze", "maya", ",\"for_ms\":14400000");
	text_clear(&w.text);
	world_pass(&w, 601);
	told(&w, "[  600] hand-over isla by terminal\n");
	check_has(w.last.data, "maya has snoozed it; please take it within");
	world_pass(&w, 900);
	told(&w,
	    "[ 1500] expired maya by mail\n"
	    "[ 1500] call isla by terminal\n");
	world_end(&w);
}

/* The newcomer takes it: nothing calls, and who had it hears it. */
static void
test_the_newcomer_takes_a_snoozed_one(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, EVENING, "acme/web", 2);
	act(&w, "snooze", "maya", ",\"for_ms\":14400000");
	world_pass(&w, 601);
	text_clear(&w.text);
	act(&w, "take", "isla", "");
	told(&w,
	    "[  601] answer 1 ok\n"
	    "[  601] taken maya by mail\n");
	world_pass(&w, 3000);
	told(&w, "");
	world_end(&w);
}

/* Who is on no watch has no watch that ends. */
static void
test_taken_by_somebody_not_on_the_ladder(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, EVENING, "acme/web", 2);
	text_clear(&w.text);
	act(&w, "take", "moana", "");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] taken maya by mail\n");
	world_pass(&w, 3599);
	told(&w, "");
	world_pass(&w, 2);
	/* An hour later it pages again, and the present watch. */
	told(&w,
	    "[ 3600] expired moana by mail\n"
	    "[ 3600] call isla by terminal\n");
	world_end(&w);
}

/* Handed to somebody who cannot be reached: the ladder follows at once. */
static void
test_handed_to_somebody_unreachable(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	act(&w, "take", "isla", "");
	text_clear(&w.text);
	w.hold_outcomes = true;
	act(&w, "hand-on", "isla", ",\"to\":\"moana\"");
	told(&w, "[    0] answer 1 ok\n[    0] call moana by mail\n");
	w.hold_outcomes = false;
	w.now_ms += 2000;
	duty_sent(w.duty, w.pending[w.pending_count - 1], SENT_FAILED,
	    "no such user", w.now_ms);
	world_settle(&w);
	told(&w, "[    2] call isla by terminal\n");
	check_quiet(&w);
	world_end(&w);
}

/* Somebody else handed on what isla had, and she was told nothing. */
static void
test_it_was_handed_on_behind_her_back(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	act(&w, "take", "isla", "");
	text_clear(&w.text);
	act(&w, "hand-on", "tom", ",\"to\":\"moana\"");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] expired isla by terminal\n"
	    "[    0] call moana by mail\n");
	world_end(&w);
}

/* Each severity has its longest snooze, and a millisecond more is refused. */
static void
test_snooze_limits(void **state)
{
	static const long long limits[] = { 1800000, 14400000, 14400000,
		14400000 };
	struct world w;
	char more[40];

	(void)state;
	for (int severity = 1; severity <= 4; severity++) {
		world_begin(&w, world_tree, NIGHT);
		world_raise(&w, ALARM_RAISED, "acme/web", severity);
		text_format(more, sizeof(more), ",\"for_ms\":%lld",
		    limits[severity - 1] + 1);
		act(&w, "snooze", "isla", more);
		assert_false(w.answer_ok);
		text_format(more, sizeof(more), ",\"for_ms\":%lld",
		    limits[severity - 1]);
		act(&w, "snooze", "isla", more);
		assert_true(w.answer_ok);
		world_end(&w);
	}
}

/* Snoozed for four hours, and then it is worse: it calls at once. */
static void
test_worse_while_snoozed(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 2);
	act(&w, "snooze", "tom", ",\"for_ms\":14400000");
	text_clear(&w.text);
	world_pass(&w, 60);
	world_raise(&w, ALARM_CHANGED, "acme/web", 1);
	told(&w, "[   60] call tom by mail\n");
	check_has(w.last.data, "You had it, and it is worse now (S1)");
	world_pass(&w, 301);
	told(&w, "[  360] call isla by terminal\n");
	check_quiet(&w);
	world_end(&w);
}

/* Made worse by whoever has it: theirs still, but no longer than S1 allows. */
static void
test_made_worse_by_its_owner(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 2);
	act(&w, "snooze", "isla", ",\"for_ms\":14400000");
	act(&w, "severity", "isla", ",\"severity\":1");
	text_clear(&w.text);
	world_pass(&w, 1801);
	told(&w,
	    "[ 1800] expired isla by terminal\n"
	    "[ 1800] call isla by terminal\n");
	world_end(&w);
}

/* What joins is worse than what it joins: whoever has it is called. */
static void
test_a_worse_member_joins(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 2);
	act(&w, "take", "tom", "");
	world_pass(&w, 30);
	text_clear(&w.text);
	world_raise(&w, ALARM_RAISED, "acme/library", 1);
	told(&w, "[   30] call tom by mail\n");
	check_has(w.last.data, "severity S1");
	check_has(w.last.data, "acme/library, since");
	world_end(&w);
}

/* However many join: the owner hears of them every two minutes at most. */
static void
test_members_every_two_minutes(void **state)
{
	struct world w;
	int sends;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 2);
	act(&w, "take", "isla", "");
	sends = w.sends;
	for (int i = 0; i < 60; i++) {
		struct alarm a =
		    world_alarm(&w, ALARM_RAISED, "acme/library", 2);

		text_format(a.subject, sizeof(a.subject), "acme/x%d", i);
		world_tell(&w, &a);
		world_pass(&w, 10);
	}
	assert_int_equal(w.sends - sends, 5);
	world_end(&w);
}

static void
begin_storm(struct world *w, int count)
{
	world_begin(w, world_tree, NIGHT);
	raise_many(w, count, 2);
	text_clear(&w->text);
}

/* Each incident of a storm is taken by itself: the storm ends with the last,
   and nobody is called any more. */
static void
test_each_of_a_storm_is_taken(void **state)
{
	static const int numbers[] = { 1, 2, 3, 4, 5, 6, 8, 9 };
	struct world w;
	char command[128];

	(void)state;
	begin_storm(&w, 8); /* the storm is INC-000007 */
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		text_format(command, sizeof(command),
		    "{\"command\":\"take\",\"person\":\"isla\","
		    "\"incident\":%d}",
		    numbers[i]);
		world_command(&w, command);
		assert_true(w.answer_ok);
	}
	check_asked(&w, "{\"command\":\"incident\",\"incident\":7}",
	    "\"state\":\"closed\"");
	text_clear(&w.text);
	world_pass(&w, 3599);
	told(&w, "");
	check_quiet(&w);
	world_end(&w);
}

/* One is taken out of it: the others are still called for. */
static void
test_a_storm_goes_on_without_one(void **state)
{
	struct world w;

	(void)state;
	begin_storm(&w, 8);
	act(&w, "note", "isla", ",\"text\":\"x\"");
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\",\"incident\":8}");
	text_clear(&w.text);
	world_pass(&w, 61);
	check_has(w.text.data, "call isla by mail");
	assert_string_equal(w.message.incident, "INC-000007");
	check_has(w.last.data, "INC-000008 S2 Operations: x7");
	check_quiet(&w);
	world_end(&w);
}

/* Nobody takes the storm: every five minutes at least, as any page. */
static void
test_a_storm_is_never_quiet(void **state)
{
	struct world w;

	(void)state;
	begin_storm(&w, 12);
	for (int i = 0; i < 400; i++) {
		world_pass(&w, 9);
		check_quiet(&w);
	}
	assert_true(w.duty->incidents != NULL);
	world_end(&w);
}

/* The page's owner is told of the storm's members who came to what they have. */
static void
test_a_member_joins_in_a_taken_storm(void **state)
{
	struct world w;
	struct alarm a;

	(void)state;
	begin_storm(&w, 5);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\",\"incident\":7}");
	assert_true(w.answer_ok);
	world_pass(&w, 180);
	text_clear(&w.text);
	a = world_alarm(&w, ALARM_RAISED, "acme/library", 2);
	world_tell(&w, &a);
	world_pass(&w, 120);
	check_has(w.text.data, "member isla by terminal");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_snooze_outlived_the_watch),
		cmocka_unit_test(test_the_newcomer_takes_a_snoozed_one),
		cmocka_unit_test(test_taken_by_somebody_not_on_the_ladder),
		cmocka_unit_test(test_handed_to_somebody_unreachable),
		cmocka_unit_test(test_it_was_handed_on_behind_her_back),
		cmocka_unit_test(test_snooze_limits),
		cmocka_unit_test(test_worse_while_snoozed),
		cmocka_unit_test(test_made_worse_by_its_owner),
		cmocka_unit_test(test_a_worse_member_joins),
		cmocka_unit_test(test_members_every_two_minutes),
		cmocka_unit_test(test_each_of_a_storm_is_taken),
		cmocka_unit_test(test_a_storm_goes_on_without_one),
		cmocka_unit_test(test_a_storm_is_never_quiet),
		cmocka_unit_test(test_a_member_joins_in_a_taken_storm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
