/* test_attempt: a record that crashes its reader is known afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/text.h"
#include "lib/attempt.h"

static char folder[64], path[128];

static int
make_folder(void **state)
{
	(void)state;
	text_copy(folder, sizeof(folder), "/tmp/sunwatch-test-XXXXXX");
	text_format(path, sizeof(path), "%s/attempt",
	    mkdtemp(folder) != NULL ? folder : "/nowhere");
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

/* One life: reads what comes before well, and dies of record. */
static bool
live(const char *record)
{
	struct attempt *a = attempt_new(path);
	bool begun;

	assert_true(attempt_begin(a, "incidents/INC-1"));
	attempt_end(a);
	begun = attempt_begin(a, record);
	attempt_free(a); /* never ended */
	return begun;
}

static void
the_fourth_life_sets_it_aside(void **state)
{
	(void)state;
	assert_true(live("alarm 0/7-1"));
	assert_true(live("alarm 0/7-1"));
	assert_true(live("alarm 0/7-1"));
	assert_false(live("alarm 0/7-1"));
}

static void
another_record_begins_to_count_anew(void **state)
{
	struct attempt *a;

	(void)state;
	assert_true(live("alarm 0/7-1"));
	assert_true(live("alarm 0/7-1"));
	assert_true(live("alarm 0/8-1"));
	assert_true(live("alarm 0/7-1"));
	assert_true(live("alarm 0/7-1"));
	assert_true(live("alarm 0/7-1"));
	a = attempt_new(path);
	assert_false(attempt_begin(a, "alarm 0/7-1"));
	assert_true(attempt_begin(a, "alarm 0/9-1"));
	attempt_end(a);
	attempt_free(a);
}

static void
what_ended_well_is_not_counted(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		struct attempt *a = attempt_new(path);

		assert_true(attempt_begin(a, "alarm 0/7-1"));
		attempt_end(a);
		attempt_free(a);
	}
}

static void
without_a_file_nothing_is_counted(void **state)
{
	struct attempt *a = attempt_new("/nowhere/at/all");

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_true(attempt_begin(a, "alarm 0/7-1"));
	attempt_end(a);
	attempt_free(a);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_fourth_life_sets_it_aside),
		TEST(another_record_begins_to_count_anew),
		TEST(what_ended_well_is_not_counted),
		TEST(without_a_file_nothing_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
