/* Is it they, or is it us? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/canary.h"
#include "lib/interval.h"

#define START INT64_C(1795348800000)

static struct canaries
begin(size_t count)
{
	struct canaries c;

	canaries_init(&c, START);
	assert_true(canaries_deadline(&c) == NEVER);
	canaries_plan(&c, count, 30000, START);
	return c;
}

/* A whole round at a time; each takes 100 ms. */
static enum canary_edge
round_at(struct canaries *c, int64_t at_ms, bool good)
{
	enum canary_edge edge = CANARY_NO_EDGE, one;
	int started[CANARIES_MAX], n;
	size_t count = 0;

	while ((n = canaries_next(c, START + at_ms)) >= 0)
		started[count++] = n;
	for (size_t i = 0; i < count; i++) {
		one = canaries_end(c, started[i], good, START + at_ms + 100);
		if (one != CANARY_NO_EDGE)
			edge = one;
	}
	return edge;
}

static int64_t
due(const struct canaries *c)
{
	return canaries_deadline(c) - START;
}

static void
test_without_canaries(void **state)
{
	struct canaries c = begin(0);

	(void)state;
	canaries_doubt(&c, START, true, START + 5000);
	canaries_break(&c, START + 10000);
	assert_true(canaries_deadline(&c) == NEVER);
	assert_int_equal(canaries_next(&c, START + 100000), -1);
	assert_false(canaries_are_blind(&c, START));
}

static void
test_each_interval(void **state)
{
	struct canaries c = begin(3);

	(void)state;
	assert_int_equal(due(&c), 0);
	assert_int_equal(round_at(&c, 0, true), CANARY_NO_EDGE);
	assert_int_equal(due(&c), 30000);
	assert_int_equal(canaries_next(&c, START + 29999), -1);
	assert_int_equal(round_at(&c, 30000, true), CANARY_NO_EDGE);
	assert_int_equal(due(&c), 60000);
}

static void
test_blind_and_back(void **state)
{
	struct canaries c = begin(3);

	(void)state;
	round_at(&c, 0, true);
	assert_int_equal(round_at(&c, 30000, false), CANARY_BLIND);
	assert_int_equal(c.blind_ms, START);
	assert_true(canaries_are_blind(&c, START + 31000));
	assert_int_equal(due(&c), 35000); /* more often while blind */
	assert_int_equal(round_at(&c, 35000, false), CANARY_NO_EDGE);
	assert_int_equal(due(&c), 40000);
	assert_int_equal(round_at(&c, 40000, true), CANARY_SEES);
	assert_int_equal(c.sees_ms, START + 40000);
	assert_true(canaries_are_blind(&c, START + 39000));
	assert_false(canaries_are_blind(&c, START + 40000));
	assert_int_equal(due(&c), 45000);
	assert_int_equal(round_at(&c, 45000, true), CANARY_NO_EDGE);
	assert_int_equal(due(&c), 75000);
}

/* Blind from birth: nothing was ever seen. */
static void
test_blind_at_first(void **state)
{
	struct canaries c = begin(2);

	(void)state;
	assert_int_equal(round_at(&c, 0, false), CANARY_BLIND);
	assert_int_equal(c.blind_ms, START - 1);
}

static void
test_one_good_one_is_enough(void **state)
{
	struct canaries c = begin(3);

	(void)state;
	round_at(&c, 0, true);
	for (int i = 0; i < 3; i++)
		assert_int_equal(canaries_next(&c, START + 30000), i);
	assert_int_equal(canaries_end(&c, 0, false, START + 30100),
	    CANARY_NO_EDGE);
	assert_int_equal(canaries_end(&c, 1, true, START + 30200),
	    CANARY_NO_EDGE);
	assert_int_equal(canaries_end(&c, 2, false, START + 35000),
	    CANARY_NO_EDGE);
	/* The two that failed had begun no later than the good one. */
	assert_int_equal(canaries_next(&c, START + 60000), 0);
	assert_int_equal(canaries_next(&c, START + 60000), 1);
	assert_int_equal(canaries_end(&c, 1, false, START + 60100),
	    CANARY_NO_EDGE);
	assert_int_equal(canaries_end(&c, 0, false, START + 60100),
	    CANARY_NO_EDGE);
	assert_int_equal(canaries_next(&c, START + 60100), 2);
	assert_int_equal(canaries_end(&c, 2, false, START + 60200),
	    CANARY_BLIND);
	assert_int_equal(c.blind_ms, START + 30000);
}

/* One that hangs is asked again only when it has ended. */
static void
test_one_hangs(void **state)
{
	struct canaries c = begin(2);

	(void)state;
	assert_int_equal(canaries_next(&c, START), 0);
	assert_int_equal(canaries_next(&c, START), 1);
	canaries_end(&c, 0, true, START + 100);
	assert_int_equal(canaries_next(&c, START + 30000), 0);
	assert_int_equal(canaries_next(&c, START + 30000), -1);
	canaries_end(&c, 0, false, START + 30100);
	assert_int_equal(due(&c), 60000);
	canaries_end(&c, 1, false, START + 31000);
	assert_true(due(&c) <= 0); /* wanted, and free */
	assert_int_equal(canaries_next(&c, START + 31000), 1);
	assert_int_equal(canaries_end(&c, 1, false, START + 31100),
	    CANARY_BLIND);
}

static void
test_failures_ask(void **state)
{
	struct canaries c = begin(1);

	(void)state;
	round_at(&c, 0, true);
	canaries_doubt(&c, START + 9000, false, START + 10000);
	assert_int_equal(due(&c), 30000); /* goes on failing: no hurry */
	canaries_doubt(&c, START + 9500, true, START + 10500);
	assert_int_equal(due(&c), 10500);
	round_at(&c, 10500, true);
	canaries_doubt(&c, START + 10600, true, START + 10700);
	assert_int_equal(due(&c), 11500); /* a second between */
	canaries_doubt(&c, START + 10600, true, START + 10800);
	assert_int_equal(due(&c), 11500);
	assert_int_equal(round_at(&c, 11500, false), CANARY_BLIND);
	assert_int_equal(c.blind_ms, START + 10500);
}

/* A failure not yet confirmed moves the begin back to its own. */
static void
test_doubtful_failures(void **state)
{
	struct canaries c = begin(1);

	(void)state;
	round_at(&c, 0, true);
	canaries_doubt(&c, START + 2000, false, START + 29000);
	round_at(&c, 30000, true); /* confirms it: it was they */
	canaries_doubt(&c, START + 25000, false, START + 35000);
	canaries_doubt(&c, START + 26000, false, START + 36000);
	assert_int_equal(round_at(&c, 60000, false), CANARY_BLIND);
	assert_int_equal(c.blind_ms, START + 25000);
}

/* A round under way neither confirms nor forgets what failed since. */
static void
test_failure_during_a_round(void **state)
{
	struct canaries c = begin(1);

	(void)state;
	round_at(&c, 0, true);
	assert_int_equal(canaries_next(&c, START + 30000), 0);
	canaries_doubt(&c, START + 20000, false, START + 30050);
	canaries_end(&c, 0, true, START + 30100);
	assert_int_equal(round_at(&c, 60000, false), CANARY_BLIND);
	assert_int_equal(c.blind_ms, START + 20000);
}

/* However long ago the last good one: a bounded stretch. */
static void
test_stretch_is_bounded(void **state)
{
	struct canaries c = begin(1);

	(void)state;
	round_at(&c, 0, true);
	canaries_break(&c, START + 3600000);
	assert_int_equal(due(&c), 3600000);
	assert_int_equal(round_at(&c, 3600000, false), CANARY_BLIND);
	assert_int_equal(c.blind_ms, START + 3600100 - 60000 - CANARY_BACK_MS);
}

static void
test_clock_goes_back(void **state)
{
	struct canaries c = begin(1);

	(void)state;
	round_at(&c, 0, true);
	round_at(&c, 30000, false);
	round_at(&c, 35000, true);
	round_at(&c, 65000, false);
	assert_true(c.blind_ms != NEVER);
	canaries_break(&c, START - 3600000);
	assert_true(c.blind_ms <= START - 3600000);
	assert_true(c.good_ms < START - 3600000);
	assert_true(c.sees_ms <= START - 3600000);
	assert_int_equal(due(&c), -3600000);
	assert_int_equal(round_at(&c, -3600000, true), CANARY_SEES);
}

static void
test_resumed(void **state)
{
	struct canaries c;

	(void)state;
	canaries_init(&c, START);
	canaries_resume(&c, START - 60000);
	canaries_plan(&c, 2, 30000, START);
	assert_true(canaries_are_blind(&c, START));
	assert_int_equal(round_at(&c, 0, true), CANARY_SEES);
}

static void
test_no_more_than_there_is_room_for(void **state)
{
	struct canaries c = begin(1000);

	(void)state;
	assert_int_equal(c.count, CANARIES_MAX);
	assert_int_equal(round_at(&c, 0, false), CANARY_BLIND);
}

/* Whoever looks often does so blind as well, and not more often. */
static void
test_short_interval(void **state)
{
	struct canaries c;

	(void)state;
	canaries_init(&c, START);
	canaries_plan(&c, 2, 2000, START);
	assert_int_equal(round_at(&c, 0, true), CANARY_NO_EDGE);
	assert_int_equal(due(&c), 2000);
	assert_int_equal(round_at(&c, 2000, false), CANARY_BLIND);
	assert_int_equal(due(&c), 4000);
	assert_int_equal(round_at(&c, 4000, false), CANARY_NO_EDGE);
	assert_int_equal(due(&c), 6000);
	assert_int_equal(round_at(&c, 6000, true), CANARY_SEES);
	assert_int_equal(due(&c), 8000);
}

/* A canary that set out before it became dark proves no light. */
static void
test_good_from_before(void **state)
{
	struct canaries c = begin(2);
	int early = canaries_next(&c, START);

	(void)state;
	canaries_resume(&c, START + 1000);
	assert_int_equal(canaries_end(&c, early, true, START + 2000),
	    CANARY_NO_EDGE);
	assert_true(canaries_are_blind(&c, START + 1500));
	assert_int_equal(round_at(&c, 30000, true), CANARY_SEES);
	assert_false(canaries_are_blind(&c, START + 30000));
}

/* Nor does one of an earlier round answer what was asked after it. */
static void
test_good_from_an_earlier_round(void **state)
{
	struct canaries c = begin(1);
	int slow = canaries_next(&c, START);

	(void)state;
	canaries_doubt(&c, START + 29000, true, START + 29500);
	assert_int_equal(canaries_next(&c, START + 30000), -1); /* busy */
	assert_int_equal(canaries_end(&c, slow, true, START + 30100),
	    CANARY_NO_EDGE);
	assert_int_equal(c.asked_ms, START + 29000); /* still open */
	assert_int_equal(round_at(&c, 30200, true), CANARY_NO_EDGE);
	assert_true(c.asked_ms == NEVER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_canaries),
		cmocka_unit_test(test_each_interval),
		cmocka_unit_test(test_blind_and_back),
		cmocka_unit_test(test_blind_at_first),
		cmocka_unit_test(test_one_good_one_is_enough),
		cmocka_unit_test(test_one_hangs),
		cmocka_unit_test(test_failures_ask),
		cmocka_unit_test(test_doubtful_failures),
		cmocka_unit_test(test_failure_during_a_round),
		cmocka_unit_test(test_stretch_is_bounded),
		cmocka_unit_test(test_clock_goes_back),
		cmocka_unit_test(test_resumed),
		cmocka_unit_test(test_no_more_than_there_is_room_for),
		cmocka_unit_test(test_short_interval),
		cmocka_unit_test(test_good_from_before),
		cmocka_unit_test(test_good_from_an_earlier_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
