/*
 * test_audit: the auditor's decisions, as stories with the clock (in
 * seconds) in the margin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"
#include "pager/audit.h"

#define BEGIN_MS INT64_C(1795330800000) /* 2026-11-22T07:00:00Z */
#define SILENCE_MS INT64_C(300000)
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

struct story {
	struct audit audit;
	int64_t now_ms;
	bool hangs, quiet; /* the pager's loop; INC-000007 */
	bool deaf;         /* no channel takes anything */
	bool blind;        /* the records cannot be read */
	bool slow;         /* tellings do not end */
	enum audit_pager pager;
	int64_t quiet_since_ms;
	struct text text;
};

static void
begin(struct story *s)
{
	*s = (struct story){ .now_ms = BEGIN_MS, .pager = AUDIT_ACTIVE };
	audit_init(&s->audit, "Kahu", "alpha", SILENCE_MS, s->now_ms);
	text_add(&s->text, "");
}

static void
say(struct story *s, const struct audit_action *x)
{
	text_addf(&s->text, "[%4d] ", (int)((s->now_ms - BEGIN_MS) / 1000));
	if (x->what == AUDIT_KILL)
		text_addf(&s->text, "kill%s\n", x->again ? " again" : "");
	else
		text_addf(&s->text, "%s%s%s %s\n", x->repeat ? "again? " : "",
		    x->over ? "over: " : "",
		    x->part == AUDIT_LOOP ? "loop" : "quiet", x->merge_key);
}

static void
look(struct story *s)
{
	struct audit_view v = { .at_ms = s->now_ms };

	if (s->quiet) {
		v.quiet = v.unheld = 1;
		v.quiet_since_ms = s->quiet_since_ms;
		text_copy(v.incident, sizeof(v.incident), "INC-000007");
		text_copy(v.text, sizeof(v.text), "INC-000007 is quiet");
		text_copy(v.list, sizeof(v.list), "INC-000007 (S1) acme/learn");
	}
	if (!s->blind)
		audit_saw(&s->audit, &v, s->now_ms);
}

static void
act(struct story *s)
{
	struct audit_action x;

	while (audit_next(&s->audit, s->now_ms, &x) != AUDIT_NOTHING) {
		say(s, &x);
		if (x.what == AUDIT_TELL && !s->slow)
			audit_told(&s->audit, x.part, !s->deaf, s->now_ms);
	}
}

/* Every second the loop turns, every fifth the records are looked at. */
static void
pass(struct story *s, int seconds)
{
	for (int i = 0; i < seconds; i++) {
		s->now_ms += 1000;
		if (!s->hangs)
			audit_turned(&s->audit, s->pager, s->now_ms);
		if ((s->now_ms - BEGIN_MS) % 5000 == 0)
			look(s);
		act(s);
	}
}

static void
fall_quiet(struct story *s)
{
	s->quiet = true;
	s->quiet_since_ms = s->now_ms - SILENCE_MS - AUDIT_SLACK_MS;
}

static void
told(struct story *s, const char *want)
{
	assert_string_equal(s->text.data, want);
	text_clear(&s->text);
	text_add(&s->text, "");
}

/* Another process takes up what the file has. */
static void
restart(struct story *s, int away_s)
{
	char line[AUDIT_LINE_MAX];

	audit_save(&s->audit, s->now_ms, line);
	s->now_ms += away_s * INT64_C(1000);
	audit_init(&s->audit, "Kahu", "alpha", SILENCE_MS, s->now_ms);
	audit_restore(&s->audit, line, strlen(line), s->now_ms);
}

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
	begin(&s);
	pass(&s, 100);
	fall_quiet(&s);
	pass(&s, 700);
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
	begin(&s);
	pass(&s, 100);
	fall_quiet(&s);
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
	begin(&s);
	pass(&s, 100);
	fall_quiet(&s);
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

/* We were stopped ourselves: nothing that fell into it is held against it. */
static void
a_break_of_our_own_is_not_judged(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	pass(&s, 100);
	fall_quiet(&s);
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

/* It dies every 20 s, always before the grace is over. */
static void
a_pager_that_dies_again_and_again_is_told_of(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	fall_quiet(&s);
	pass(&s, 20);
	restart(&s, 2);
	pass(&s, 20);
	told(&s,
	    "[  35] quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:54:45Z\n");
	/* And told once, whoever asks. */
	for (int i = 0; i < 5; i++) {
		restart(&s, 2);
		pass(&s, 20);
	}
	told(&s, "[  67] kill\n");
	s.quiet = false;
	pass(&s, 10);
	told(&s,
	    "[ 155] over: quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:54:45Z\n");
	text_clear(&s.text);
}

/* The house was without power: what was seen before that is not counted. */
static void
a_start_after_a_long_time_has_its_grace(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	fall_quiet(&s);
	pass(&s, 20);
	restart(&s, 3600);
	pass(&s, 30);
	told(&s, "");
	text_clear(&s.text);
}

/* systemd was quicker than the mail: the new one turns. */
static void
a_hang_outlives_the_hung_only_if_it_was_told(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	s.deaf = s.hangs = true;
	pass(&s, 25);
	text_clear(&s.text);
	text_add(&s.text, "");
	s.hangs = s.deaf = false;
	restart(&s, 1);
	pass(&s, 100);
	told(&s, "");
	s.hangs = true;
	pass(&s, 25);
	s.hangs = false;
	restart(&s, 1);
	pass(&s, 10);
	told(&s,
	    "[ 147] loop sunwatch-silence/Kahu/2026-11-22T07\n"
	    "[ 153] over: loop sunwatch-silence/Kahu/2026-11-22T07\n");
	text_clear(&s.text);
}

/* The mail server takes its time over the end, and it begins anew. */
static void
what_begins_anew_is_told_as_soon_as_the_end_is(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	fall_quiet(&s);
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

/* Its successor goes on with the end that nobody heard of yet. */
static void
an_end_that_was_not_told_is_told_by_the_next_one(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	s.hangs = true;
	pass(&s, 25);
	fall_quiet(&s);
	pass(&s, 38);
	s.deaf = true;
	s.hangs = s.quiet = false;
	pass(&s, 3);
	text_clear(&s.text);
	text_add(&s.text, "");
	s.deaf = false;
	restart(&s, 1);
	pass(&s, 2);
	told(&s,
	    "[  68] over: loop sunwatch-silence/Kahu/2026-11-22T07\n"
	    "[  68] over: quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:55:10Z\n");
	assert_true(audit_is_fine(&s.audit));
	text_clear(&s.text);
}

/* It died in the middle of a telling: nobody knows whether it was heard. */
static void
what_may_have_been_told_says_so(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	fall_quiet(&s);
	s.slow = true;
	pass(&s, 37);
	s.slow = false;
	restart(&s, 1);
	s.deaf = true;
	pass(&s, 2);
	s.deaf = false;
	pass(&s, 60);
	restart(&s, 1);
	s.quiet = false;
	pass(&s, 10);
	told(&s,
	    "[  35] quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:54:45Z\n"
	    "[  39] again? quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:54:45Z\n"
	    "[  99] again? quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:54:45Z\n"
	    "[ 105] over: quiet sunwatch-quiet/Kahu/INC-000007/"
	    "2026-11-22T06:54:45Z\n");
	text_clear(&s.text);
}

static void
a_line_that_means_nothing_is_forgotten(void **state)
{
	static const char *const lines[] = { "", "nonsense", "[]", "{}",
		"{\"quiet\":7}", "{\"quiet\":{\"state\":99}}",
		"{\"quiet\":{\"state\":-1,\"told_ms\":-5}}",
		"{\"at_ms\":1,\"quiet\":{\"state\":1}}",
		"{\"at_ms\":9999999999999999,\"quiet\":{\"state\":1}}",
		"{\"loop\":{\"state\":1}}", "\xff" };
	static const char ahead[] =
	    "{\"quiet\":{\"state\":3,\"told_ms\":9999999999999999,"
	    "\"seen_ms\":-1}}";
	struct story s;

	(void)state;
	for (size_t i = 0; i < LENGTH(lines); i++) {
		begin(&s);
		audit_restore(&s.audit, lines[i], strlen(lines[i]), s.now_ms);
		assert_true(audit_is_fine(&s.audit));
		text_clear(&s.text);
	}
	/* Points to come are now. */
	begin(&s);
	audit_restore(&s.audit, ahead, strlen(ahead), s.now_ms);
	assert_true(s.audit.cases[AUDIT_QUIET].told_ms == s.now_ms);
	assert_true(s.audit.cases[AUDIT_QUIET].seen_ms == s.now_ms);
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
		cmocka_unit_test(a_break_of_our_own_is_not_judged),
		cmocka_unit_test(
		    a_clock_set_back_delays_nothing_by_more_than_a_minute),
		cmocka_unit_test(a_pager_that_dies_again_and_again_is_told_of),
		cmocka_unit_test(a_start_after_a_long_time_has_its_grace),
		cmocka_unit_test(a_hang_outlives_the_hung_only_if_it_was_told),
		cmocka_unit_test(
		    what_begins_anew_is_told_as_soon_as_the_end_is),
		cmocka_unit_test(one_that_never_gets_active_is_told_and_left),
		cmocka_unit_test(
		    an_end_that_was_not_told_is_told_by_the_next_one),
		cmocka_unit_test(what_may_have_been_told_says_so),
		cmocka_unit_test(a_line_that_means_nothing_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
