/* Promise 10 with the clock in the margin: who hears of a silence, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/silence.h"
#include "lib/interval.h"

#define START INT64_C(1795348800000)
#define LIMIT 120000

struct story {
	struct silence silence;
	int64_t now_ms;
	char text[2048];
};

static void
tell(struct story *s, const char *what)
{
	size_t used = strlen(s->text);

	snprintf(s->text + used, sizeof(s->text) - used, "[%4d] %s\n",
	    (int)((s->now_ms - START) / 1000), what);
}

static struct story
begin(void)
{
	struct story s = { .now_ms = START };

	silence_init(&s.silence, LIMIT, START);
	return s;
}

static void
answered(struct story *s, int status, int64_t pager_ms, int64_t auditor_ms,
    int64_t commit_ms)
{
	struct silence_answer a = { .status = status,
		.age_ms = { 0, pager_ms, auditor_ms, commit_ms } };

	silence_answer(&s->silence, &a, s->now_ms);
}

static void
good(struct story *s)
{
	answered(s, 200, 1000, 1000, 1000);
}

/* Look for something to tell, at each deadline until then. */
static void
until(struct story *s, int seconds)
{
	int64_t until_ms = START + seconds * INT64_C(1000);
	char words[128];

	while (silence_deadline(&s->silence) <= until_ms) {
		if (silence_deadline(&s->silence) > s->now_ms)
			s->now_ms = silence_deadline(&s->silence);
		if (!silence_next(&s->silence, s->now_ms))
			continue;
		silence_words(&s->silence, words, sizeof(words));
		tell(s, s->silence.telling == SILENCE_TO_END ? "over" : words);
	}
	s->now_ms = until_ms;
}

static void
told(struct story *s, bool handed_over)
{
	tell(s, handed_over ? "handed over" : "in vain");
	silence_told(&s->silence, handed_over, s->now_ms);
}

static void
is(const struct story *s, const char *want)
{
	assert_string_equal(s->text, want);
}

static void
test_once(void **state)
{
	struct story s = begin();

	(void)state;
	until(&s, 500);
	told(&s, true);
	until(&s, 100000);
	good(&s);
	until(&s, 100010);
	told(&s, true);
	until(&s, 100100);
	is(&s,
	    "[ 120] no answer\n"
	    "[ 500] handed over\n"
	    "[100000] over\n"
	    "[100010] handed over\n");
}

static void
test_status_is_named(void **state)
{
	struct story s = begin();

	(void)state;
	until(&s, 10);
	answered(&s, 401, NEVER, NEVER, NEVER);
	until(&s, 130);
	is(&s, "[ 120] HTTP 401\n");
}

/* 409 and 422 come from a collector that reads and writes. */
static void
test_what_is_an_answer(void **state)
{
	static const struct {
		int status;
		bool answer;
	} cases[] = { { 200, true }, { 409, true }, { 422, true }, { 0, false },
		{ 400, false }, { 401, false }, { 403, false }, { 500, false },
		{ 503, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(silence_is_answer(cases[i].status),
		    cases[i].answer);
}

/* Each of the ages, by the answer that brings it; all at once. */
static void
test_ages(void **state)
{
	static const struct {
		int64_t pager, auditor, commit;
		const char *text;
	} cases[] = {
		{ LIMIT - 1, LIMIT - 1, LIMIT - 1, "" },
		{ -5, 0, 1, "" }, /* clocks that differ are no harm */
		{ LIMIT, 0, 0, "[ 100] the pager stands still\n" },
		{ 0, LIMIT, 0, "[ 100] the pager's auditor stands still\n" },
		{ 0, 0, LIMIT, "[ 100] nothing is committed\n" },
		{ 200000, 300000, 400000,
		    "[ 100] the pager stands still, the pager's auditor "
		    "stands still, nothing is committed\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct story s = begin();

		for (int32_t at = -1000; at <= 100; at += 10) {
			s.now_ms = START + at * 1000;
			if (at < 100)
				answered(&s, 200, 0, 0, 0);
		}
		s.silence.good_ms[SILENCE_PAGER] =
		    s.silence.good_ms[SILENCE_AUDITOR] =
			s.silence.good_ms[SILENCE_COMMIT] = START - 1000000;
		answered(&s, 200, cases[i].pager, cases[i].auditor,
		    cases[i].commit);
		until(&s, 101);
		is(&s, cases[i].text);
	}
}

/* An age nobody knows is no sign of life; known again, it is over. */
static void
test_unknown_age(void **state)
{
	struct story s = begin();

	(void)state;
	for (int at = 0; at <= 150; at += 10) {
		until(&s, at);
		answered(&s, 200, NEVER, 0, 0);
	}
	until(&s, 151);
	told(&s, true);
	good(&s);
	until(&s, 160);
	is(&s,
	    "[ 120] the pager stands still\n"
	    "[ 151] handed over\n"
	    "[ 151] over\n");
}

static void
test_again_when_in_vain(void **state)
{
	struct story s = begin();

	(void)state;
	until(&s, 121);
	told(&s, false);
	until(&s, 190);
	told(&s, true);
	until(&s, 300);
	good(&s);
	until(&s, 301);
	told(&s, false);
	until(&s, 370);
	told(&s, true);
	until(&s, 380);
	is(&s,
	    "[ 120] no answer\n"
	    "[ 121] in vain\n"
	    "[ 181] no answer\n"
	    "[ 190] handed over\n"
	    "[ 300] over\n"
	    "[ 301] in vain\n"
	    "[ 361] over\n"
	    "[ 370] handed over\n");
}

/* It ends while it is being told: that depends on whether it was heard. */
static void
test_ends_while_told(void **state)
{
	struct story s = begin();

	(void)state;
	until(&s, 121);
	good(&s);
	told(&s, true);
	until(&s, 122);
	told(&s, true);
	until(&s, 123);
	is(&s,
	    "[ 120] no answer\n"
	    "[ 121] handed over\n"
	    "[ 121] over\n"
	    "[ 122] handed over\n");
	s = begin();
	until(&s, 121);
	good(&s);
	told(&s, false);
	until(&s, 240);
	is(&s, "[ 120] no answer\n[ 121] in vain\n");
}

/* Silent again before all have heard that it was over. */
static void
test_begins_while_over_is_told(void **state)
{
	struct story s = begin();

	(void)state;
	until(&s, 121);
	told(&s, true);
	good(&s);
	until(&s, 241);
	told(&s, true);
	until(&s, 242);
	told(&s, true);
	until(&s, 1000);
	told(&s, true); /* of nothing: no harm */
	is(&s,
	    "[ 120] no answer\n"
	    "[ 121] handed over\n"
	    "[ 121] over\n"
	    "[ 241] handed over\n"
	    "[ 241] no answer\n"
	    "[ 242] handed over\n"
	    "[1000] handed over\n");
}

static void
test_forgotten_before_it_was_told_again(void **state)
{
	struct story s = begin();

	(void)state;
	until(&s, 121);
	told(&s, false);
	until(&s, 130);
	good(&s);
	until(&s, 240);
	is(&s, "[ 120] no answer\n[ 121] in vain\n");
}

/* Asleep for an hour: a little time to get an answer before all is told. */
static void
test_break(void **state)
{
	struct story s = begin();

	(void)state;
	until(&s, 10);
	s.now_ms = START + 3600000;
	silence_break(&s.silence, s.now_ms);
	until(&s, 3700);
	is(&s, "[3615] no answer\n");
}

static void
test_break_backwards(void **state)
{
	struct story s = begin();

	(void)state;
	until(&s, 10);
	s.now_ms = START - 3600000;
	silence_break(&s.silence, s.now_ms);
	until(&s, -3000);
	is(&s, "[-3480] no answer\n");
	told(&s, false);
	s.now_ms = START - 7200000;
	silence_break(&s.silence, s.now_ms);
	until(&s, -7000);
	is(&s, "[-3480] no answer\n[-3000] in vain\n[-7140] no answer\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_status_is_named),
		cmocka_unit_test(test_what_is_an_answer),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_unknown_age),
		cmocka_unit_test(test_again_when_in_vain),
		cmocka_unit_test(test_ends_while_told),
		cmocka_unit_test(test_begins_while_over_is_told),
		cmocka_unit_test(test_forgotten_before_it_was_told_again),
		cmocka_unit_test(test_break),
		cmocka_unit_test(test_break_backwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
