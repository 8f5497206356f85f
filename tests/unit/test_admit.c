#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/admit.h"
#include "lib/interval.h"

static const struct {
	int64_t offset_ms, error_ms, shift_ms;
	bool unsure;
} cases[] = {
	{ 0, 10, 0, false }, { 500, 10, 0, false }, /* not larger */
	{ 501, 10, 501, false }, { -501, 10, -501, false },
	{ 800, 900, 0, false }, /* the error is larger */
	{ 901, 900, 901, false }, { 90000, 2000, 90000, false },
	{ 90000, 2001, 0, true }, { 0, NEVER, 0, true }, /* never compared */
};

static void
test_shift(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wire_part part = { .offset_ms = cases[i].offset_ms,
			.offset_error_ms = cases[i].error_ms };
		struct wire_envelope e;

		admit_part(&part, "akl-1", "auckland", 77, &e);
		assert_int_equal(e.shift_ms, cases[i].shift_ms);
		assert_int_equal(e.clock_unsure, cases[i].unsure);
		assert_int_equal(e.received_at_ms, 77);
		assert_string_equal(e.agent, "akl-1");
		assert_string_equal(e.region, "auckland");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shift),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
