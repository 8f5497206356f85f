/* commit: what passes for the id of an entry, and so for a position. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/commit.h"

static void
ids(void **state)
{
	static const char *const good[] = { "0-0", "1800000000000-7",
		"18446744073709551615-18446744073709551615" };
	static const char *const bad[] = { "", "-", "5", "5-", "-5", "5-x",
		"5-5 ", " 5-5", "+5-5", "5-+5", "5--5", "5-5-5",
		"18000001100000-", "18446744073709551616-0",
		"0-18446744073709551616", "000000000000000000005-5" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(commit_is_id(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (commit_is_id(bad[i]))
			fail_msg("\"%s\" is taken for an id", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
