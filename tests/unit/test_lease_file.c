/*
 * lease_file: a dead process's tokens are told, a living one's are not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/lease_file.h"

static char path[64];

static int
begin(void **state)
{
	(void)state;
	strcpy(path, "/tmp/sunwatch-lease-XXXXXX");
	close(mkstemp(path));
	unlink(path);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static void
nobody_was_before_the_first(void **state)
{
	struct lease_file *f = lease_file_new(path);
	char token[64];
	struct stat st;

	(void)state;
	assert_false(lease_file_dead(f, "sw:{c0}:", token));
	lease_file_hold(f, "sw:{c0}:", "mine");
	assert_false(lease_file_dead(f, "sw:{c0}:", token));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	lease_file_free(f);
}

/* A child that holds two leases and dies without a word. */
static void
live_and_die(int ready, int go)
{
	struct lease_file *f = lease_file_new(path);
	char c;

	lease_file_hold(f, "sw:{c0}:", "first");
	lease_file_hold(f, "sw:{c1}:", "second");
	lease_file_hold(f, "sw:{c0}:", "third");
	if (write(ready, "r", 1) == 1 && read(go, &c, 1) == 1)
		_exit(0);
	_exit(1);
}

static void
the_dead_are_succeeded_the_living_are_not(void **state)
{
	struct lease_file *f = lease_file_new(path);
	int ready[2], go[2], status;
	char token[64], c;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(go), 0);
	if ((pid = fork()) == 0)
		live_and_die(ready[1], go[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_false(lease_file_dead(f, "sw:{c0}:", token));
	lease_file_hold(f, "sw:{c0}:", "not written");

	assert_int_equal(write(go[1], "g", 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(lease_file_dead(f, "sw:{c0}:", token));
	assert_string_equal(token, "third");
	assert_false(lease_file_dead(f, "sw:{c0}:", token)); /* told once */
	assert_true(lease_file_dead(f, "sw:{c1}:", token));
	assert_string_equal(token, "second");
	assert_false(lease_file_dead(f, "sw:{c2}:", token));
	lease_file_free(f);
	close(ready[0]);
	close(ready[1]);
	close(go[0]);
	close(go[1]);
}

static void
rubbish_is_nobodys(void **state)
{
	FILE *out = fopen(path, "w");
	struct lease_file *f;
	char token[64];

	(void)state;
	fputs("sw:{c0}: whole\nsw:{c1}:", out);
	fclose(out);
	f = lease_file_new(path);
	assert_true(lease_file_dead(f, "sw:{c0}:", token));
	assert_string_equal(token, "whole");
	assert_false(lease_file_dead(f, "sw:{c1}:", token));
	lease_file_free(f);
}

static void
without_a_place_nothing_is_known(void **state)
{
	struct lease_file *f = lease_file_new("/nonexistent/lease");
	char token[64];

	(void)state;
	assert_false(lease_file_dead(f, "sw:{c0}:", token));
	lease_file_hold(f, "sw:{c0}:", "mine");
	lease_file_free(f);
}

int
main(void)
{
#define STORY(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		STORY(nobody_was_before_the_first),
		STORY(the_dead_are_succeeded_the_living_are_not),
		STORY(rubbish_is_nobodys),
		STORY(without_a_place_nothing_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
