/*
 * test_audit: the auditor's decisions, as stories with the clock (in
 * seconds) in the margin.
 */
#include "tests/unit/audit_story.h"

static void
all_is_well(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	pass(&s, 3600);
	assert_true(audit_is_fine(&s.audit));
	told(&s, "");
	text_clear(&s.text);
}

static void
a_loop_that_hangs_is_told_once_and_ended(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	pass(&s, 10);
	s.hangs = true;
	pass(&s, 60);
	assert_false(audit_is_fine(&s.audit));
	told(&s,
	    "[  31] loop sunwatch-silence/Kahu/2026-11-22T07\n"
	    "[  50] kill\n"
	    "[  60] kill again\n"
	    "[  70] kill again\n");
	s.hangs = false;
	pass(&s, 600);
	told(&s, "[  71] over: loop sunwatch-silence/Kahu/2026-11-22T07\n");
	assert_true(audit_is_fine(&s.audit));
	text_clear(&s.text);
}

/* Twice is two hangs. */
static void
a_short_hang_is_nothing_and_a_second_one_is_told_again(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	for (int i = 0; i < 2; i++) {
		s.hangs = true;
		pass(&s, 20);
		s.hangs = false;
		pass(&s, 40);
	}
	told(&s, "");
	for (int i = 0; i < 2; i++) {
		s.hangs = true;
		pass(&s, 25);
		s.hangs = false;
		pass(&s, 35);
	}
	told(&s,
	    "[ 141] loop sunwatch-silence/Kahu/2026-11-22T07\n"
	    "[ 146] over: loop sunwatch-silence/Kahu/2026-11-22T07\n"
	    "[ 201] loop sunwatch-silence/Kahu/2026-11-22T07\n"
	    "[ 206] over: loop sunwatch-silence/Kahu/2026-11-22T07\n");
	text_clear(&s.text);
}

static void
one_that_stands_by_wakes_nobody(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	s.pager = AUDIT_STANDBY;
	pass(&s, 5);
	fall_quiet(&s);
	pass(&s, 600);
	told(&s, "");
	s.hangs = true;
	pass(&s, 45);
	told(&s, "[ 645] kill\n");
	text_clear(&s.text);
}

/* Nobody else calls: so it is told every silence_max, until it is over. */
static void
what_is_too_quiet_is_told_until_it_is_over(void **state)
{
	struct story s;

	(void)state;
	begin_quiet(&s, 100);
	pass(&s, 700);
	assert_false(audit_is_fine(&s.audit));
	told(&s,
	    "[ 135] quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:56:25Z\n"
	    "[ 165] kill\n"
	    "[ 435] quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:56:25Z\n"
	    "[ 735] quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:56:25Z\n");
	s.quiet = false;
	pass(&s, 600);
	told(&s,
	    "[ 805] over: quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:56:25Z\n");
	assert_true(audit_is_fine(&s.audit));
	text_clear(&s.text);
}

/* A take-over, a start, a store that is away until the journal is begun. */
static void
what_is_quiet_for_less_than_the_grace_is_not_told(void **state)
{
	struct story s;

	(void)state;
	begin_quiet(&s, 100);
	pass(&s, 34);
	s.quiet = false;
	pass(&s, 600);
	told(&s, "");
	text_clear(&s.text);
}

/* What was not looked at is not known to be quiet. */
static void
a_store_that_cannot_be_read_is_no_reason_to_call(void **state)
{
	struct story s;

	(void)state;
	begin_quiet(&s, 100);
	pass(&s, 20);
	s.blind = true;
	pass(&s, 900);
	told(&s, "");
	s.blind = s.quiet = false;
	pass(&s, 100);
	told(&s, "");
	text_clear(&s.text);
}

static void
a_telling_that_fails_is_tried_every_minute(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	s.deaf = s.hangs = true;
	pass(&s, 100);
	told(&s,
	    "[  21] loop sunwatch-silence/Kahu/2026-11-22T07\n"
	    "[  40] kill\n[  50] kill again\n[  60] kill again\n"
	    "[  70] kill again\n[  80] kill again\n"
	    "[  81] loop sunwatch-silence/Kahu/2026-11-22T07\n"
	    "[  90] kill again\n[ 100] kill again\n");
	/* Nobody heard of it: nobody need hear that it is over. */
	s.hangs = s.deaf = false;
	pass(&s, 600);
	told(&s, "");
	s.hangs = true;
	pass(&s, 25);
	s.deaf = true;
	s.hangs = false;
	pass(&s, 70);
	s.deaf = false;
	pass(&s, 600);
	told(&s,
	    "[ 721] loop sunwatch-silence/Kahu/2026-11-22T07\n"
	    "[ 726] over: loop sunwatch-silence/Kahu/2026-11-22T07\n"
	    "[ 786] over: loop sunwatch-silence/Kahu/2026-11-22T07\n"
	    "[ 846] over: loop sunwatch-silence/Kahu/2026-11-22T07\n");
	text_clear(&s.text);
}

/* It is over before the first mail server has answered. */
static void
an_end_waits_for_the_telling_of_the_begin(void **state)
{
	struct story s;

	(void)state;
	for (int handed_over = 0; handed_over < 2; handed_over++) {
		begin(&s);
		s.slow = s.hangs = true;
		pass(&s, 25);
		s.hangs = false;
		pass(&s, 5);
		told(&s, "[  21] loop sunwatch-silence/Kahu/2026-11-22T07\n");
		s.slow = false;
		audit_told(&s.audit, AUDIT_LOOP, handed_over == 1, s.now_ms);
		pass(&s, 100);
		told(&s,
		    handed_over == 1 ? "[  31] over: loop sunwatch-silence/"
				       "Kahu/2026-11-22T07\n"
				     : "");
		assert_true(audit_is_fine(&s.audit));
		text_clear(&s.text);
	}
}

/* Told once, over while it is told again in vain: they hear of the end. */
static void
an_end_is_told_to_who_heard_of_the_begin(void **state)
{
	struct story s;

	(void)state;
	begin_quiet(&s, 0);
	pass(&s, 300);
	s.slow = true;
	pass(&s, 100);
	s.slow = s.quiet = false;
	pass(&s, 5);
	text_clear(&s.text);
	text_add(&s.text, "");
	audit_told(&s.audit, AUDIT_QUIET, false, s.now_ms);
	pass(&s, 60);
	told(&s,
	    "[ 406] over: quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:54:45Z\n");
	text_clear(&s.text);
}

/* Another pager is active by the time the mail is out: that is its case. */
static void
what_is_told_while_it_steps_down_is_forgotten(void **state)
{
	struct story s;

	(void)state;
	begin_quiet(&s, 0);
	s.slow = true;
	pass(&s, 40);
	s.pager = AUDIT_STANDBY;
	pass(&s, 5);
	s.slow = false;
	audit_told(&s.audit, AUDIT_QUIET, true, s.now_ms);
	pass(&s, 600);
	assert_true(audit_is_fine(&s.audit));
	told(&s,
	    "[  35] quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:54:45Z\n");
	text_clear(&s.text);
}

/* We were stopped ourselves: nothing that fell into it is held against it. */
static void
a_break_of_our_own_is_not_judged(void **state)
{
	struct story s;

	(void)state;
	begin_quiet(&s, 100);
	pass(&s, 10);
	s.now_ms += 600000;
	audit_break(&s.audit, s.now_ms);
	pass(&s, 29);
	told(&s, "");
	s.quiet = false;
	pass(&s, 100);
	told(&s, "");
	text_clear(&s.text);
}

static void
a_clock_set_back_delays_nothing_by_more_than_a_minute(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	s.now_ms += 7200000;
	pass(&s, 5);
	fall_quiet(&s);
	s.deaf = true;
	pass(&s, 40);
	text_clear(&s.text);
	text_add(&s.text, "");
	s.now_ms -= 7200000;
	audit_break(&s.audit, s.now_ms);
	pass(&s, 61);
	assert_non_null(strstr(s.text.data, "quiet"));
	text_clear(&s.text);
}

/* The mail server takes its time over the end, and it begins anew. */
static void
what_begins_anew_is_told_as_soon_as_the_end_is(void **state)
{
	struct story s;

	(void)state;
	begin_quiet(&s, 0);
	pass(&s, 40);
	s.quiet = false;
	s.slow = true;
	pass(&s, 5);
	fall_quiet(&s);
	pass(&s, 10);
	audit_told(&s.audit, AUDIT_QUIET, true, s.now_ms); /* SEEN by now */
	s.quiet = false;
	pass(&s, 5);
	told(&s,
	    "[  35] quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:54:45Z\n"
	    "[  45] over: quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:54:45Z\n");
	assert_true(audit_is_fine(&s.audit));
	s.slow = false;
	fall_quiet(&s);
	pass(&s, 40);
	s.quiet = false;
	s.slow = true;
	pass(&s, 5);
	fall_quiet(&s);
	pass(&s, 60);
	text_clear(&s.text);
	text_add(&s.text, "");
	s.slow = false;
	audit_told(&s.audit, AUDIT_QUIET, true, s.now_ms);
	pass(&s, 1);
	told(&s,
	    "[ 166] quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:56:30Z\n");
	text_clear(&s.text);
}

/* It cannot load: that is told, and a restart would not help. */
static void
one_that_never_gets_active_is_told_and_left(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	s.pager = AUDIT_OPENING;
	fall_quiet(&s);
	pass(&s, 200);
	told(&s,
	    "[  35] quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:54:45Z\n");
	/* Another takes over: it is its auditor's from now on. */
	s.pager = AUDIT_STANDBY;
	pass(&s, 400);
	told(&s, "");
	text_clear(&s.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_well),
		cmocka_unit_test(a_loop_that_hangs_is_told_once_and_ended),
		cmocka_unit_test(
		    a_short_hang_is_nothing_and_a_second_one_is_told_again),
		cmocka_unit_test(one_that_stands_by_wakes_nobody),
		cmocka_unit_test(what_is_too_quiet_is_told_until_it_is_over),
		cmocka_unit_test(
		    what_is_quiet_for_less_than_the_grace_is_not_told),
		cmocka_unit_test(
		    a_store_that_cannot_be_read_is_no_reason_to_call),
		cmocka_unit_test(a_telling_that_fails_is_tried_every_minute),
		cmocka_unit_test(an_end_waits_for_the_telling_of_the_begin),
		cmocka_unit_test(an_end_is_told_to_who_heard_of_the_begin),
		cmocka_unit_test(what_is_told_while_it_steps_down_is_forgotten),
		cmocka_unit_test(a_break_of_our_own_is_not_judged),
		cmocka_unit_test(
		    a_clock_set_back_delays_nothing_by_more_than_a_minute),
		cmocka_unit_test(
		    what_begins_anew_is_told_as_soon_as_the_end_is),
		cmocka_unit_test(one_that_never_gets_active_is_told_and_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
