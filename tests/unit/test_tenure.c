/* test_tenure: what the lease allows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "pager/tenure.h"

static void
test_another_one_is_active_within_ten_seconds(void **state)
{
	struct tenure active = { .life_ms = TENURE_LIFE_MS, .asked_ms = 50000 };
	struct tenure other = { .life_ms = TENURE_LIFE_MS, .asked_ms = 57999 };

	(void)state;
	/* It dies right after it was granted, and the other one asks a moment
	   before the lease lapses. */
	tenure_granted(&active);
	assert_int_equal(active.until_ms, 58000);
	assert_false(tenure_asks(&other, false, 58998));
	assert_true(tenure_asks(&other, false, 58999));
	/* With a second left for loading. */
	assert_true(58999 - 50000 < 9500);
}

static void
test_whoever_has_it_asks_before_half_is_over(void **state)
{
	struct tenure t = { .life_ms = TENURE_LIFE_MS, .asked_ms = 1000 };

	(void)state;
	tenure_granted(&t);
	assert_false(tenure_asks(&t, true, 3399));
	assert_true(tenure_asks(&t, true, 3400));
	assert_true(tenure_may_send(&t, false, 3400));
	/* One with a short life, as tests have: others ask as often. */
	t.life_ms = 2000;
	assert_false(tenure_asks(&t, false, 1599));
	assert_true(tenure_asks(&t, false, 1600));
}

static void
test_a_send_begins_while_over_half_is_left(void **state)
{
	struct tenure t = { .life_ms = 8000, .asked_ms = 1000 };

	(void)state;
	assert_false(tenure_may_send(&t, false, 1000)); /* it has none */
	tenure_granted(&t);
	assert_true(tenure_may_send(&t, false, 4999));
	assert_false(tenure_may_send(&t, false, 5000));
	assert_false(tenure_may_send(&t, false, 90000));
	assert_true(tenure_may_send(&t, true, 90000)); /* Redis is away */
}

static void
test_a_journal_is_ours_if_nobody_was_there_since(void **state)
{
	(void)state;
	assert_true(tenure_is_ours(7, 7));
	assert_true(tenure_is_ours(7, 8));
	assert_false(tenure_is_ours(7, 9)); /* another one was 8 */
	assert_false(tenure_is_ours(7, 6)); /* the store has lost takings */
	assert_true(tenure_is_ours(0, 5));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_another_one_is_active_within_ten_seconds),
		cmocka_unit_test(test_whoever_has_it_asks_before_half_is_over),
		cmocka_unit_test(test_a_send_begins_while_over_half_is_left),
		cmocka_unit_test(
		    test_a_journal_is_ours_if_nobody_was_there_since),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
