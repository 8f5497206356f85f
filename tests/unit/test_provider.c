/* test_provider: whose turn it is among a channel's providers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"
#include "pager/provider.h"

#define SECOND INT64_C(1000)

struct story {
	struct provider known[PROVIDERS_MAX];
	size_t count;
	struct provider_round round;
	int64_t now_ms;
	struct text told;
};

static void
tell(struct story *s, const char *what, int which)
{
	text_addf(&s->told, "[%4lld] %s", (long long)s->now_ms / 1000, what);
	if (which >= 0)
		text_addf(&s->told, " %d", which);
	text_add(&s->told, "\n");
}

/* What the one whose turn it is says, for each letter: h(anded over), n(ot
   now), g(ood and over), w(ait 15 s), W(ait an hour). */
static void
message(struct story *s, const char *answers)
{
	static const char *const outcomes[] = { "handed over", "failed for now",
		"failed for good" };
	int which;

	s->round = (struct provider_round){ 0 };
	while ((which = provider_next(s->known, s->count, &s->round,
		    s->now_ms)) != -1) {
		char say = *answers != '\0' ? *answers++ : 'h';
		int64_t wait_ms = say == 'w' ? 15 * SECOND
		    : say == 'W'             ? 3600 * SECOND
					     : 0;

		tell(s, "tries", which);
		provider_ended(s->known, (size_t)which, &s->round,
		    say == 'h'       ? SENT_HANDED_OVER
			: say == 'g' ? SENT_FAILED
				     : SENT_FAILED_NOW,
		    wait_ms, s->now_ms);
	}
	tell(s, outcomes[provider_outcome(&s->round, s->count)], -1);
	which = (int)((provider_wait(s->known, s->count, &s->round, s->now_ms) -
			  s->now_ms) /
	    SECOND);
	if (which > 0)
		tell(s, "left out for", which);
}

static void
begin(struct story *s, size_t count)
{
	*s = (struct story){ .count = count };
}

static void
end(struct story *s, const char *want)
{
	assert_string_equal(s->told.data, want);
	text_clear(&s->told);
}

static void
who_works_has_every_message(void **state)
{
	struct story s;

	(void)state;
	begin(&s, 3);
	message(&s, "h");
	s.now_ms += SECOND;
	message(&s, "h");
	end(&s,
	    "[   0] tries 0\n[   0] handed over\n"
	    "[   1] tries 0\n[   1] handed over\n");
}

static void
who_fails_is_followed_at_once_and_goes_behind_for_a_while(void **state)
{
	struct story s;

	(void)state;
	begin(&s, 3);
	message(&s, "nh");
	s.now_ms = 299 * SECOND;
	message(&s, "gnh"); /* 1 and 2 are before 0 still */
	s.now_ms = 300 * SECOND;
	message(&s, "h"); /* and now in its place again */
	end(&s,
	    "[   0] tries 0\n[   0] tries 1\n[   0] handed over\n"
	    "[ 299] tries 1\n[ 299] tries 2\n[ 299] tries 0\n"
	    "[ 299] handed over\n"
	    "[ 300] tries 0\n[ 300] handed over\n");
}

static void
who_took_one_is_in_its_place_again(void **state)
{
	struct story s;

	(void)state;
	begin(&s, 2);
	message(&s, "nn");
	message(&s, "h"); /* both behind: as written */
	message(&s, "h");
	end(&s,
	    "[   0] tries 0\n[   0] tries 1\n[   0] failed for now\n"
	    "[   0] tries 0\n[   0] handed over\n"
	    "[   0] tries 0\n[   0] handed over\n");
}

static void
it_has_failed_for_good_if_all_say_so(void **state)
{
	struct story s;

	(void)state;
	begin(&s, 2);
	message(&s, "gg");
	message(&s, "gn");
	message(&s, "ng");
	message(&s, "nn");
	end(&s,
	    "[   0] tries 0\n[   0] tries 1\n[   0] failed for good\n"
	    "[   0] tries 0\n[   0] tries 1\n[   0] failed for now\n"
	    "[   0] tries 0\n[   0] tries 1\n[   0] failed for now\n"
	    "[   0] tries 0\n[   0] tries 1\n[   0] failed for now\n");
}

static void
who_asked_for_rest_has_it_and_nobody_else(void **state)
{
	struct story s;

	(void)state;
	begin(&s, 2);
	message(&s, "wh");
	s.now_ms = 14 * SECOND;
	message(&s, "n"); /* 0 is not asked, though all else fails */
	s.now_ms = 15 * SECOND;
	message(&s, "gh");
	end(&s,
	    "[   0] tries 0\n[   0] tries 1\n[   0] handed over\n"
	    "[  14] tries 1\n[  14] failed for now\n[  14] left out for 1\n"
	    "[  15] tries 0\n[  15] tries 1\n[  15] handed over\n");
}

static void
who_was_left_out_is_no_failure_for_good(void **state)
{
	struct story s;

	(void)state;
	begin(&s, 2);
	message(&s, "ww");
	s.now_ms = 10 * SECOND;
	message(&s, "");
	s.now_ms = 15 * SECOND;
	message(&s, "Wg");
	s.now_ms = 16 * SECOND;
	message(&s, "g");
	end(&s,
	    "[   0] tries 0\n[   0] tries 1\n[   0] failed for now\n"
	    "[  10] failed for now\n[  10] left out for 5\n"
	    "[  15] tries 0\n[  15] tries 1\n[  15] failed for now\n"
	    "[  16] tries 1\n[  16] failed for now\n[  16] left out for 19\n");
}

static void
nobody_rests_for_longer_than_20_s(void **state)
{
	struct story s;

	(void)state;
	begin(&s, 1);
	message(&s, "W");
	s.now_ms = 19 * SECOND;
	message(&s, "");
	s.now_ms = 20 * SECOND;
	message(&s, "h");
	end(&s,
	    "[   0] tries 0\n[   0] failed for now\n"
	    "[  19] failed for now\n[  19] left out for 1\n"
	    "[  20] tries 0\n[  20] handed over\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_works_has_every_message),
		cmocka_unit_test(
		    who_fails_is_followed_at_once_and_goes_behind_for_a_while),
		cmocka_unit_test(who_took_one_is_in_its_place_again),
		cmocka_unit_test(it_has_failed_for_good_if_all_say_so),
		cmocka_unit_test(who_asked_for_rest_has_it_and_nobody_else),
		cmocka_unit_test(who_was_left_out_is_no_failure_for_good),
		cmocka_unit_test(nobody_rests_for_longer_than_20_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
