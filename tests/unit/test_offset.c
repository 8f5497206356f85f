#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/offset.h"
#include "lib/interval.h"

#define T INT64_C(1795348800000)

static void
offset_is(const struct offset *o, int64_t offset_ms, int64_t error_ms)
{
	int64_t error;

	assert_int_equal(offset_best(o, &error), offset_ms);
	assert_true(error == error_ms);
}

static void
test_unknown_at_first(void **state)
{
	struct offset o;

	(void)state;
	offset_clear(&o);
	offset_is(&o, 0, NEVER);
}

/* An agent 5 s behind; 30 ms there, 10 ms at work, 50 ms back. */
static void
test_four_timestamps(void **state)
{
	struct offset o;

	(void)state;
	offset_clear(&o);
	offset_sample(&o, T, T + 5030, T + 5040, T + 90);
	offset_is(&o, 4990, 40);
	offset_clear(&o);
	offset_is(&o, 0, NEVER);
}

static void
test_least_round_trip_counts(void **state)
{
	struct offset o;

	(void)state;
	offset_clear(&o);
	offset_sample(&o, T, T + 300, T + 300, T + 600);
	offset_sample(&o, T, T + 11, T + 11, T + 21);
	offset_sample(&o, T, T + 900, T + 900, T + 1000);
	offset_is(&o, 0, 11); /* 21 / 2, away from us */
	/* Eight worse ones later it is forgotten. */
	for (int i = 0; i < OFFSET_SAMPLES; i++) {
		offset_is(&o, 0, 11 * (i < 7) + 50 * (i >= 7));
		offset_sample(&o, T, T + 50, T + 50, T + 100);
	}
	offset_is(&o, 0, 50);
}

static void
test_impossible_ones(void **state)
{
	static const int64_t bad[][4] = {
		{ 0, T, T, T },          /* not sent */
		{ T, 0, 0, T },          /* no collector's time */
		{ T, T, T, T - 1 },      /* received before sent */
		{ T, T + 10, T + 5, T }, /* they sent before they received */
		{ T, T + 1, T + 100, T + 50 }, /* longer there than away */
	};
	struct offset o;

	(void)state;
	offset_clear(&o);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		offset_sample(&o, bad[i][0], bad[i][1], bad[i][2], bad[i][3]);
	offset_is(&o, 0, NEVER);
	offset_sample(&o, T, T, T, T);
	offset_is(&o, 0, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown_at_first),
		cmocka_unit_test(test_four_timestamps),
		cmocka_unit_test(test_least_round_trip_counts),
		cmocka_unit_test(test_impossible_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
