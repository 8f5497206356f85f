/*
 * Broken configurations and what is said about them.
 *
 * Each folder in tests/unit/broken/ holds a tree and, in the file
 * "expected", every complaint that settings_load() makes about it, in order.
 * With a folder's name as argument its complaints are printed instead.
 */
#include <dirent.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/conf_reader.h"
#include "lib/settings.h"
#include "lib/text.h"

#define CASES_MIN 30

static const char folder[] = "tests/unit/broken";

/* Every complaint about the tree in the working directory, line by line. */
static char *
complaints(void)
{
	struct conf_errors errors = { 0 };
	struct text out = { 0 };
	struct settings *s;

	s = settings_load("sunwatch.yaml", &errors);
	assert_null(s);
	assert_int_equal(errors.dropped, 0);
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		text_addf(&out, "%s\n", c->text);
	conf_errors_clear(&errors);
	return text_take(&out);
}

static void
test_case(void **state)
{
	const char *name = *state, *why = NULL;
	char *got, *expected, here[4096];
	size_t length;

	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(chdir(name), 0);
	got = complaints();
	expected = conf_slurp("expected", 1 << 20, &length, NULL, &why);
	assert_int_equal(chdir(here), 0);
	assert_non_null(expected);
	assert_string_equal(got, expected);
	free(got);
	free(expected);
}

static int
is_case(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int
print_case(const char *name)
{
	char *got;

	if (chdir(folder) == -1 || chdir(name) == -1) {
		perror(name);
		return 1;
	}
	got = complaints();
	fputs(got, stdout);
	free(got);
	return 0;
}

int
main(int argc, char **argv)
{
	struct dirent **found;
	struct CMUnitTest *tests;
	int count, rc;

	unsetenv("CREDENTIALS_DIRECTORY");
	setenv("SUNWATCH_TEST_SECRET", "s3cret", 1);
	if (argc == 2)
		return print_case(argv[1]);

	count = scandir(folder, &found, is_case, alphasort);
	if (count < CASES_MIN) {
		printf("Bail out! fewer than %d cases in %s\n", CASES_MIN,
		    folder);
		return 1;
	}
	tests = mem_alloc((size_t)count * sizeof(*tests));
	for (int i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){ .name = found[i]->d_name,
			.test_func = test_case,
			.initial_state = found[i]->d_name };
	rc =
	    _cmocka_run_group_tests("broken", tests, (size_t)count, NULL, NULL);
	for (int i = 0; i < count; i++)
		free(found[i]);
	free(found);
	free(tests);
	return rc;
}
