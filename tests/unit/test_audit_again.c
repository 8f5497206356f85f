/*
 * test_audit_again: an auditor that takes up what the one before it knew, as
 * stories with the clock (in seconds) in the margin.
 */
#include "tests/unit/audit_story.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

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

/* It dies every 20 s, always before the grace is over. */
static void
a_pager_that_dies_again_and_again_is_told_of(void **state)
{
	struct story s;

	(void)state;
	begin_quiet(&s, 0);
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
	begin_quiet(&s, 0);
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
	begin_quiet(&s, 0);
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
		cmocka_unit_test(a_pager_that_dies_again_and_again_is_told_of),
		cmocka_unit_test(a_start_after_a_long_time_has_its_grace),
		cmocka_unit_test(a_hang_outlives_the_hung_only_if_it_was_told),
		cmocka_unit_test(
		    an_end_that_was_not_told_is_told_by_the_next_one),
		cmocka_unit_test(what_may_have_been_told_says_so),
		cmocka_unit_test(a_line_that_means_nothing_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
