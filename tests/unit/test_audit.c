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
		text_addf(&s->text, "%s%s %s\n", x->over ? "over: " : "",
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

static void
a_line_that_means_nothing_is_forgotten(void **state)
{
	static const char *const lines[] = { "", "nonsense", "[]", "{}",
		"{\"quiet\":7}", "{\"quiet\":{\"state\":99}}",
		"{\"quiet\":{\"state\":-1,\"told_ms\":-5}}",
		"{\"at_ms\":1,\"quiet\":{\"state\":1}}", "\xff" };
	static const char ahead[] =
	    "{\"quiet\":{\"state\":3,\"told_ms\":9999999999999999}}";
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
	text_clear(&s.text);
}

/* One incident as it stands in the records. */
static struct incident *
incident(struct incident **all, uint64_t number, int severity)
{
	struct incident *inc = incident_new(number, BEGIN_MS);

	inc->severity = severity;
	text_copy(inc->subject, sizeof(inc->subject), "acme/learn");
	inc->page.state = PAGE_CALLING;
	HASH_ADD_STR(*all, id, inc);
	return inc;
}

static void
clear(struct incident **all)
{
	struct incident *inc, *next;

	HASH_ITER (hh, *all, inc, next) {
		HASH_DEL(*all, inc);
		incident_free(inc);
	}
}

static void
what_calls_and_is_not_held_counts(void **state)
{
	const int64_t now_ms = BEGIN_MS + 400000;
	struct incident *all = NULL, *inc;
	struct audit_view v;

	(void)state;
	incident(&all, 1, 3);                       /* calls nobody */
	incident(&all, 2, 1)->closed_ms = BEGIN_MS; /* over */
	incident(&all, 3, 2)->attempt_ms = now_ms;  /* called just now */
	inc = incident(&all, 4, 2);                 /* held */
	inc->page.state = PAGE_TAKEN;
	text_copy(inc->page.owner, sizeof(inc->page.owner), "tom");
	inc->page.until_ms = now_ms + 1000;
	incident(&all, 5, 2)->unheld_ms = now_ms - 1; /* lost a moment ago */
	audit_look(all, SILENCE_MS, now_ms, &v);
	assert_int_equal(v.quiet, 0);
	assert_int_equal(v.unheld, 2);
	assert_string_equal(v.list,
	    "INC-000003 (S2) acme/learn, INC-000005 (S2) acme/learn");
	incident(&all, 6, 1);
	incident(&all, 7, 1);
	audit_look(all, SILENCE_MS, now_ms, &v);
	assert_int_equal(v.quiet, 2);
	assert_string_equal(v.incident, "INC-000006");
	assert_string_equal(v.text,
	    "INC-000006 (S1) is open, nobody has it, and nobody was called "
	    "for 6 min 40 s");
	assert_true(v.quiet_since_ms == BEGIN_MS);
	clear(&all);
}

/* A take that lasts longer than takes may is none. */
static void
a_hold_must_be_a_humans_and_within_its_time(void **state)
{
	static const struct {
		const char *owner;
		enum page_state page;
		int severity;
		int64_t left_ms;
		bool held;
	} cases[] = {
		{ "tom", PAGE_TAKEN, 2, 1000, true },
		{ "tom", PAGE_SNOOZED, 1, 1800000, true },
		{ "tom", PAGE_SNOOZED, 1, 1800001, false },
		{ "tom", PAGE_SNOOZED, 2, 14400000, true },
		{ "tom", PAGE_SNOOZED, 2, 14400001, false },
		{ "", PAGE_TAKEN, 2, 1000, false },
		{ "tom", PAGE_CALLING, 2, 1000, false },
		{ "tom", PAGE_TAKEN, 2, -AUDIT_SLACK_MS + 1, true },
		{ "tom", PAGE_TAKEN, 2, -AUDIT_SLACK_MS, false },
	};
	const int64_t now_ms = BEGIN_MS + 400000;

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct incident *all = NULL;
		struct incident *inc = incident(&all, 1, cases[i].severity);
		char text[160];

		inc->page.state = cases[i].page;
		inc->page.until_ms = now_ms + cases[i].left_ms;
		text_copy(inc->page.owner, sizeof(inc->page.owner),
		    cases[i].owner);
		if ((audit_find(all, SILENCE_MS, now_ms, text) == NULL) !=
		    cases[i].held)
			fail_msg("case %zu", i);
		clear(&all);
	}
}

/* In a storm its page calls for all that joined it, until it is closed. */
static void
a_storm_calls_for_its_members(void **state)
{
	const int64_t now_ms = BEGIN_MS + 400000;
	struct incident *all = NULL, *storm, *inc;
	char text[160];

	(void)state;
	inc = incident(&all, 1, 1);
	storm = incident(&all, 2, 1);
	text_copy(inc->storm, sizeof(inc->storm), storm->id);
	storm->attempt_ms = now_ms;
	assert_null(audit_find(all, SILENCE_MS, now_ms, text));
	storm->closed_ms = now_ms;
	assert_ptr_equal(audit_find(all, SILENCE_MS, now_ms, text), inc);
	text_copy(inc->storm, sizeof(inc->storm), "INC-000099");
	assert_ptr_equal(audit_find(all, SILENCE_MS, now_ms, text), inc);
	clear(&all);
}

static void
tell_next(struct audit *a, int64_t now_ms, struct audit_action *out)
{
	assert_int_equal(audit_next(a, now_ms, out), AUDIT_TELL);
	audit_told(a, out->part, true, now_ms);
}

static void
people_are_told_what_and_since_when(void **state)
{
	const struct audit_view v = { .at_ms = BEGIN_MS,
		.unheld = 1,
		.list = "INC-000007 (S1) acme/learn" };
	struct audit_action x;
	struct audit a;

	(void)state;
	audit_init(&a, "Kahu", "alpha", SILENCE_MS, BEGIN_MS);
	audit_turned(&a, AUDIT_ACTIVE, BEGIN_MS);
	tell_next(&a, BEGIN_MS + 25000, &x);
	assert_string_equal(x.subject,
	    "Sunwatch's own auditor: the pager stands still");
	assert_string_equal(x.text,
	    "The pager of Kahu on alpha stands still since "
	    "2026-11-22T07:00:00Z (25 s). Pages may reach nobody. "
	    "Nothing is known to wait for somebody.");
	audit_turned(&a, AUDIT_ACTIVE, BEGIN_MS + 30000);
	tell_next(&a, BEGIN_MS + 30000, &x);
	assert_string_equal(x.text,
	    "The pager of Kahu on alpha works again. It stood still for 30 s, "
	    "since 2026-11-22T07:00:00Z.");
	audit_saw(&a, &v, BEGIN_MS);
	tell_next(&a, BEGIN_MS + 55000, &x);
	assert_non_null(strstr(x.text,
	    "Open, and nobody has it: INC-000007 (S1) acme/learn"));
}

static void
people_are_told_which_is_quiet(void **state)
{
	struct audit_view v = { .at_ms = BEGIN_MS,
		.quiet = 3,
		.unheld = 3,
		.quiet_since_ms = BEGIN_MS - 400000,
		.incident = "INC-000007",
		.text = "INC-000007 (S1) is open" };
	struct audit_action x;
	struct audit a;

	(void)state;
	audit_init(&a, "Kahu", "alpha", SILENCE_MS, BEGIN_MS);
	audit_saw(&a, &v, BEGIN_MS);
	v.at_ms += AUDIT_GRACE_MS;
	audit_turned(&a, AUDIT_ACTIVE, v.at_ms);
	audit_saw(&a, &v, v.at_ms);
	tell_next(&a, v.at_ms, &x);
	assert_string_equal(x.incident, "INC-000007");
	assert_string_equal(x.subject,
	    "Sunwatch's own auditor: INC-000007 is quieter than promised");
	assert_string_equal(x.text,
	    "INC-000007 (S1) is open, as far as is recorded. So are 2 more.\n"
	    "The pager of Kahu does not do what it promises. Please look "
	    "after the incident, and after the pager.");
	v.quiet = 0;
	audit_saw(&a, &v, v.at_ms);
	tell_next(&a, v.at_ms, &x);
	assert_string_equal(x.text,
	    "The pager of Kahu does again what it promises. INC-000007 had "
	    "been quiet for 7 min 10 s.");
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
		cmocka_unit_test(a_line_that_means_nothing_is_forgotten),
		cmocka_unit_test(what_calls_and_is_not_held_counts),
		cmocka_unit_test(a_hold_must_be_a_humans_and_within_its_time),
		cmocka_unit_test(a_storm_calls_for_its_members),
		cmocka_unit_test(people_are_told_what_and_since_when),
		cmocka_unit_test(people_are_told_which_is_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
