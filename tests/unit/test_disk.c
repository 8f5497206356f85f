/* test_disk: a file is the old one or the new one, whatever goes wrong. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/disk.h"
#include "lib/text.h"

static char folder[64], path[96], beside[96];

static int
make_folder(void **state)
{
	(void)state;
	text_copy(folder, sizeof(folder), "/tmp/sunwatch-test-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	text_format(path, sizeof(path), "%s/it", folder);
	text_format(beside, sizeof(beside), "%s/it.new", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(beside);
	unlink(path);
	return rmdir(folder);
}

static void
expect_content(const char *name, const char *want)
{
	char got[64];
	int fd = open(name, O_RDONLY);
	ssize_t n = read(fd, got, sizeof(got) - 1);

	close(fd);
	assert_true(n >= 0);
	got[n] = '\0';
	assert_string_equal(got, want);
}

/* The disk is full from this size of a file on. */
static void
limit_files(rlim_t bytes)
{
	const struct rlimit limit = { bytes, RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
a_file_is_replaced_whole(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(disk_replace(path, "old", 3), 0);
	expect_content(path, "old");
	assert_int_equal(disk_replace(path, "the new one", 11), 0);
	expect_content(path, "the new one");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(access(beside, F_OK), -1);
}

/* A crash in the middle of writing left its half beside. */
static void
what_a_crash_left_is_written_over(void **state)
{
	int fd = open(beside, O_WRONLY | O_CREAT, 0600);

	(void)state;
	assert_int_equal(write(fd, "half of something long", 22), 22);
	close(fd);
	assert_int_equal(disk_replace(path, "whole", 5), 0);
	expect_content(path, "whole");
	assert_int_equal(access(beside, F_OK), -1);
}

static void
a_full_disk_leaves_the_old_file(void **state)
{
	(void)state;
	assert_int_equal(disk_replace(path, "old", 3), 0);
	limit_files(8);
	assert_int_equal(disk_replace(path, "more than fits", 14), -1);
	assert_int_equal(errno, EFBIG);
	limit_files(RLIM_INFINITY);
	expect_content(path, "old");
	assert_int_equal(access(beside, F_OK), -1);
}

/* The kernel takes the part that fits, and says no to the rest. */
static void
a_part_is_not_taken_for_the_whole(void **state)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	(void)state;
	assert_int_equal(disk_write(fd, "12345", 5, 0), 0);
	assert_int_equal(disk_write(fd, "67", 2, 5), 0);
	expect_content(path, "1234567");
	limit_files(8);
	assert_int_equal(disk_write(fd, "890", 3, 7), -1);
	limit_files(RLIM_INFINITY);
	expect_content(path, "12345678");
	close(fd);
}

static void
folders_are_found_by_any_kind_of_path(void **state)
{
	char here[1024];

	(void)state;
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(disk_sync_folder(path), 0);
	assert_int_equal(disk_sync_folder("/tmp"), 0);
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(disk_replace("it", "bare", 4), 0);
	assert_int_equal(chdir(here), 0);
	expect_content(path, "bare");
	assert_int_equal(disk_sync_folder("/nowhere/at/all"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(disk_replace("/nowhere/at/all", "x", 1), -1);
	assert_int_equal(errno, ENOENT);
}

/* A second backup opened the first one's file, and had it once it was whole:
   it emptied what it took for its own. */
static void
a_file_that_was_renamed_is_not_ours(void **state)
{
	int first = open(path, O_WRONLY | O_CREAT, 0600), second, third;

	(void)state;
	assert_int_equal(disk_lock(first, path), 0);
	second = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(disk_lock(second, path), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	assert_int_equal(rename(path, beside), 0);
	close(first);
	assert_int_equal(disk_lock(second, path), -1);
	assert_int_equal(errno, ESTALE);
	third = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(disk_lock(second, path), -1);
	assert_int_equal(errno, ESTALE);
	assert_int_equal(disk_lock(third, path), 0);
	assert_int_equal(disk_lock(-1, path), -1);
	close(second);
	close(third);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_replaced_whole),
		TEST(what_a_crash_left_is_written_over),
		TEST(a_full_disk_leaves_the_old_file),
		TEST(a_part_is_not_taken_for_the_whole),
		TEST(folders_are_found_by_any_kind_of_path),
		TEST(a_file_that_was_renamed_is_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
