/* reports_told: what was told is kept; telling leaves time for others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/reports_told.h"

#define MS INT64_C(1000)

static void
keep(struct reports_told *t, int n, size_t length)
{
	struct text bytes = { 0 };
	char tag[TOLD_TAG];

	text_format(tag, sizeof(tag), "\"%d.html\"", n);
	text_add(&bytes, "");
	for (size_t i = 0; i < length; i++)
		text_add_bytes(&bytes, "x", 1);
	reports_told_keep(t, tag, &bytes);
	assert_null(bytes.data);
}

static void
the_last_are_kept(void **state)
{
	struct reports_told t = { 0 };

	(void)state;
	assert_null(reports_told_find(&t, "\"1.html\""));
	for (int n = 1; n <= TOLD_KEPT_MAX + 1; n++)
		keep(&t, n, (size_t)n);
	assert_null(reports_told_find(&t, "\"1.html\""));
	assert_int_equal(reports_told_find(&t, "\"2.html\"")->length, 2);
	assert_int_equal(reports_told_find(&t, "\"17.html\"")->length, 17);
	keep(&t, 18, TOLD_BYTES_MAX + 1);
	assert_null(reports_told_find(&t, "\"18.html\""));
	assert_non_null(reports_told_find(&t, "\"2.html\""));
	reports_told_clear(&t);
	assert_null(reports_told_find(&t, "\"17.html\""));
}

static void
telling_takes_a_quarter_of_the_time(void **state)
{
	struct reports_told t = { 0 };
	int64_t now = 1000000 * MS, told = 0;

	(void)state;
	for (int64_t end = now + 100000 * MS; now < end; now += MS)
		if (reports_told_may(&t, now)) {
			reports_told_pay(&t, now, now + 80 * MS);
			now += 80 * MS;
			told += 80;
		}
	assert_in_range(told, 24000, 26000);
	/* Small ones, now and then, all are. */
	for (int i = 0; i < 20; i++) {
		now += 40 * MS;
		if (i >= 10)
			assert_true(reports_told_may(&t, now));
		reports_told_pay(&t, now, now + 5 * MS);
	}
	reports_told_clear(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_are_kept),
		cmocka_unit_test(telling_takes_a_quarter_of_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
