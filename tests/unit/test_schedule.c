#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/look.h"
#include "agent/schedule.h"

static void
test_slots(void **state)
{
	static const struct {
		int64_t phase, interval, after, want;
	} cases[] = {
		{ 0, 1000, 0, 1000 },
		{ 0, 1000, 999, 1000 },
		{ 0, 1000, 1000, 2000 },
		{ 240, 1000, 0, 240 },
		{ 240, 1000, 240, 1240 },
		{ 980, 1000, 5000, 5980 },
		{ 980, 1000, 5980, 6980 },
		{ 40, 30000, 1795348800000, 1795348800040 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(schedule_slot(cases[i].phase,
				     cases[i].interval, cases[i].after),
		    cases[i].want);
}

static void
test_phases_are_even(void **state)
{
	size_t count[30] = { 0 };
	char id[32];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		int64_t phase;

		snprintf(id, sizeof(id), "client-%d/learn", i);
		phase = schedule_phase(id, "auckland", 30000);
		assert_in_range(phase, 0, 29999);
		assert_int_equal(phase % SCHEDULE_GRAIN_MS, 0);
		count[phase / 1000]++;
	}
	for (int i = 0; i < 30; i++)
		assert_in_range(count[i], 60, 140); /* 100 each, evenly */
}

static void
test_regions_take_turns(void **state)
{
	int64_t akl = schedule_phase("acme/learn", "auckland", 30000);
	int64_t lon = schedule_phase("acme/learn", "london", 30000);

	(void)state;
	assert_int_not_equal(akl, lon);
	assert_int_equal(akl, schedule_phase("acme/learn", "auckland", 30000));
	assert_int_equal(schedule_phase("acme/learn", "london", 10), 0);
}

static void
test_five_looks_in_ten_seconds(void **state)
{
	struct looks looks = { 0 };
	int64_t now_ms = 1000000;

	(void)state;
	for (int i = 0; i < LOOK_MAX; i++)
		assert_true(looks_allow(&looks, "cluster", now_ms + i * 1000));
	assert_false(looks_allow(&looks, "cluster", now_ms + 9999));
	assert_true(looks_allow(&looks, "other", now_ms + 9999));
	assert_true(looks_allow(&looks, "cluster", now_ms + 10000));
	assert_false(looks_allow(&looks, "cluster", now_ms + 10500));
	assert_true(looks_allow(&looks, "cluster", now_ms + 11000));
	/* The clock went back an hour: what lies ahead does not count. */
	assert_true(looks_allow(&looks, "cluster", now_ms - 3600000));
	looks_clear(&looks);
	assert_int_equal(looks.platforms.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_phases_are_even),
		cmocka_unit_test(test_regions_take_turns),
		cmocka_unit_test(test_five_looks_in_ten_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
