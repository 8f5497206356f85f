/* test_journal: what is decided while Redis is away survives a crash. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/text.h"
#include "pager/journal.h"

static char folder[64], path[128];

static int
make_folder(void **state)
{
	(void)state;
	text_copy(folder, sizeof(folder), "/tmp/sunwatch-test-XXXXXX");
	text_format(path, sizeof(path), "%s/pager.journal",
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

/* "kind key field value;" for each operation. */
static char *
ops_of(const struct commit *c)
{
	static const char letters[] = "ESUAT";
	struct text t = { 0 };

	for (size_t i = 0; i < c->count; i++)
		text_addf(&t, "%c %s %s %.*s;", letters[c->ops[i].kind],
		    c->ops[i].key, c->ops[i].field, (int)c->ops[i].length,
		    (const char *)c->ops[i].value);
	return text_take(&t);
}

static void
expect_next(struct journal *j, const char *want)
{
	struct commit c;
	char *got;

	commit_init(&c);
	assert_int_equal(journal_read(j, &c), JOURNAL_LINE);
	got = ops_of(&c);
	assert_string_equal(got, want);
	free(got);
	commit_clear(&c);
}

static void
expect_end(struct journal *j)
{
	struct commit c;

	commit_init(&c);
	assert_int_equal(journal_read(j, &c), JOURNAL_END);
	assert_true(journal_is_empty(j));
}

static void
put(struct journal *j, const char *field, const char *value)
{
	struct commit c;

	commit_init(&c);
	commit_expect(&c, "meta", "position.0", "1-0");
	commit_set_text(&c, "intents", field, value);
	assert_int_equal(journal_write(j, &c, 7, 1000), 0);
	commit_clear(&c);
}

static void
what_was_written_is_read_after_a_crash(void **state)
{
	struct journal *j = journal_open(path);
	struct commit c;
	struct stat st;

	(void)state;
	assert_non_null(j);
	assert_true(journal_is_empty(j));
	assert_int_equal(journal_fence(j), 0);
	commit_init(&c);
	commit_expect(&c, "meta", "a", "b");
	commit_set_text(&c, "incidents", "INC-1", "{\"a\":\"\\n\xc3\xa4\"}");
	commit_unset(&c, "pages", "INC-1");
	commit_append(&c, "journal", "line\n\"two\"", 10);
	commit_trim(&c, "out", "5-1");
	assert_int_equal(journal_write(j, &c, 7, 1000), 0);
	commit_clear(&c);
	journal_close(j);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	j = journal_open(path);
	assert_int_equal(journal_fence(j), 7);
	expect_next(j,
	    "S incidents INC-1 {\"a\":\"\\n\xc3\xa4\"};U pages INC-1 ;"
	    "A journal  line\n\"two\";T out  5-1;");
	expect_end(j);
	journal_close(j);
}

static void
bytes_that_are_no_text_are_kept(void **state)
{
	struct journal *j = journal_open(path);
	struct commit c;

	(void)state;
	commit_init(&c);
	commit_set(&c, "poison", "x", "\xff\0\x01", 3);
	commit_set(&c, "poison", "y", "a\0b", 3);
	assert_int_equal(journal_write(j, &c, 1, 1), 0);
	assert_int_equal(journal_read(j, &c), JOURNAL_LINE);
	assert_int_equal(c.count, 2);
	assert_int_equal(c.ops[0].length, 3);
	assert_memory_equal(c.ops[0].value, "\xff\0\x01", 3);
	assert_int_equal(c.ops[1].length, 3);
	assert_memory_equal(c.ops[1].value, "a\0b", 3);
	commit_clear(&c);
	journal_close(j);
}

/* A field that was no text had vanished from its line, and the rest stood. */
static void
a_line_is_written_whole_or_not_at_all(void **state)
{
	struct journal *j = journal_open(path);
	struct commit c;

	(void)state;
	commit_init(&c);
	commit_set(&c, "intents", "INC-000001", "one", 3);
	commit_set(&c, "intents", "\xff", "two", 3);
	assert_int_equal(journal_write(j, &c, 7, 1000), -1);
	assert_int_equal(errno, EINVAL);
	expect_end(j);
	commit_clear(&c);
	put(j, "INC-000002", "three");
	expect_next(j, "S intents INC-000002 three;");
	journal_close(j);
}

/* Power went while a line was written: it was never acknowledged. */
static void
a_torn_line_is_cut(void **state)
{
	struct journal *j = journal_open(path);
	int fd;

	(void)state;
	put(j, "i-1", "a");
	journal_close(j);
	fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "{\"fence\":9,\"ops\":[[\"se", 22), 22);
	close(fd);
	j = journal_open(path);
	assert_int_equal(journal_fence(j), 7);
	put(j, "i-2", "b");
	expect_next(j, "S intents i-1 a;");
	expect_next(j, "S intents i-2 b;");
	expect_end(j);
	journal_close(j);
}

static void
what_means_nothing_is_passed_over(void **state)
{
	static const char *const lines[] = { "nonsense\n", "\n", "[]\n",
		"{\"ops\":7}\n", "{\"ops\":[7]}\n", "{\"ops\":[[\"set\"]]}\n",
		"{\"ops\":[[\"set\",\"k\",\"f\",{}]]}\n", "\xff\n" };
	struct commit c;
	struct journal *j;
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_true(write(fd, lines[i], strlen(lines[i])) > 0);
	close(fd);
	j = journal_open(path);
	put(j, "i-1", "a");
	commit_init(&c);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(journal_read(j, &c), JOURNAL_BAD);
	expect_next(j, "S intents i-1 a;");
	expect_end(j);
	journal_close(j);
}

static void
an_import_that_broke_off_begins_again(void **state)
{
	struct journal *j = journal_open(path);

	(void)state;
	put(j, "i-1", "a");
	put(j, "i-2", "b");
	expect_next(j, "S intents i-1 a;");
	journal_rewind(j);
	expect_next(j, "S intents i-1 a;");
	expect_next(j, "S intents i-2 b;");
	put(j, "i-3", "c"); /* decided while the import runs */
	assert_false(journal_is_empty(j));
	expect_next(j, "S intents i-3 c;");
	expect_end(j);
	assert_int_equal(journal_remove(j), 0);
	assert_int_equal(access(path, F_OK), -1);
	journal_close(j);
}

/*
 * Found in review: what was recorded, but could not be emptied, was recorded
 * once more at the next start, over all that had been taken since.
 */
static void
what_was_recorded_is_never_read_again(void **state)
{
	struct journal *j = journal_open(path);
	char aside[160];

	(void)state;
	put(j, "i-1", "a");
	journal_close(j);
	j = journal_look(path); /* to be read only: it cannot be emptied */
	assert_non_null(j);
	expect_next(j, "S intents i-1 a;");
	assert_int_equal(journal_remove(j), 0);
	journal_close(j);
	assert_int_equal(access(path, F_OK), -1);
	text_format(aside, sizeof(aside), "%s.aside", path);
	assert_int_equal(unlink(aside), 0);
}

static void
a_new_taking_of_the_lease_goes_on(void **state)
{
	struct journal *j = journal_open(path);

	(void)state;
	put(j, "i-1", "a");
	assert_int_equal(journal_adopt(j, 8, 2000), 0);
	journal_close(j);
	j = journal_open(path);
	assert_int_equal(journal_fence(j), 8);
	expect_next(j, "S intents i-1 a;");
	expect_next(j, "");
	expect_end(j);
	journal_close(j);
}

/* Earlier ones are not pushed out, up to the ninth. */
static void
what_is_put_aside_stays_for_a_human(void **state)
{
	char aside[160], value[8];
	struct journal *j;

	(void)state;
	for (int n = 1; n <= 10; n++) {
		j = journal_open(path);
		text_format(value, sizeof(value), "%d", n);
		put(j, "n", value);
		journal_close(j);
		assert_int_equal(journal_put_aside(path), 0);
		assert_int_equal(access(path, F_OK), -1);
	}
	for (int n = 1; n <= 9; n++) {
		char want[40];

		text_format(aside, sizeof(aside),
		    n == 1 ? "%s.aside" : "%s.aside.%d", path, n);
		text_format(want, sizeof(want), "S intents n %d;",
		    n == 9 ? 10 : n);
		j = journal_look(aside);
		assert_non_null(j);
		expect_next(j, want);
		journal_close(j);
		unlink(aside);
	}
	assert_int_equal(journal_put_aside(path), -1);
	assert_int_equal(errno, ENOENT);
}

/* Another process reads what is there, and leaves the file alone. */
static void
who_only_looks_sees_whole_lines(void **state)
{
	struct journal *j = journal_open(path), *look;
	struct stat before, after;
	int fd;

	(void)state;
	put(j, "i-1", "a");
	fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "{\"fence\":9,\"ops\":[[\"se", 22), 22);
	close(fd);
	assert_int_equal(stat(path, &before), 0);
	look = journal_look(path);
	expect_next(look, "S intents i-1 a;");
	expect_end(look);
	put(j, "i-2", "b"); /* over the torn end */
	expect_end(look);
	journal_close(look);
	look = journal_look(path);
	expect_next(look, "S intents i-1 a;");
	journal_close(look);
	assert_int_equal(stat(path, &after), 0);
	assert_true(after.st_size > before.st_size);
	journal_close(j);
	assert_int_equal(unlink(path), 0);
	assert_null(journal_look(path));
	assert_int_equal(errno, ENOENT);
}

/* The disk is full in the middle of a line: the line is not there. */
static void
a_full_disk_loses_only_what_was_refused(void **state)
{
	struct rlimit limit = { 0, RLIM_INFINITY };
	struct journal *j = journal_open(path);
	struct commit c;
	struct stat st;

	(void)state;
	put(j, "i-1", "a");
	assert_int_equal(stat(path, &st), 0);
	signal(SIGXFSZ, SIG_IGN);
	limit.rlim_cur = (rlim_t)st.st_size + 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	commit_init(&c);
	commit_set_text(&c, "intents", "i-2", "b");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(journal_write(j, &c, 8, 2000), -1);
		assert_int_equal(errno, EFBIG);
	}
	commit_clear(&c);
	assert_int_equal(journal_fence(j), 7);
	limit.rlim_cur = RLIM_INFINITY;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	put(j, "i-3", "c");
	journal_close(j);
	j = journal_open(path);
	expect_next(j, "S intents i-1 a;");
	expect_next(j, "S intents i-3 c;");
	expect_end(j);
	journal_close(j);
}

static void
a_line_says_whose_it_is(void **state)
{
	struct journal *j = journal_open(path);

	(void)state;
	put(j, "i-1", "a");
	assert_string_equal(journal_house(j), "");
	journal_belong(j, "kahu");
	put(j, "i-2", "b");
	journal_close(j);
	j = journal_open(path);
	assert_string_equal(journal_house(j), "kahu");
	assert_int_equal(journal_adopt(j, 8, 2000), 0);
	journal_close(j);
	j = journal_open(path);
	assert_string_equal(journal_house(j), "kahu");
	assert_int_equal(journal_fence(j), 8);
	journal_close(j);
}

/* More than we would ever write: somebody else's, or damage. */
static void
a_file_that_is_too_large_is_not_read(void **state)
{
	(void)state;
	close(creat(path, 0600));
	assert_int_equal(truncate(path, JOURNAL_MAX + 1), 0);
	assert_null(journal_open(path));
	assert_int_equal(errno, EFBIG);
}

static void
a_large_line_is_read_whole(void **state)
{
	struct journal *j = journal_open(path);
	char *value = mem_alloc(300001), *want = mem_alloc(300100);

	(void)state;
	memset(value, 'v', 300000);
	put(j, "big", value);
	put(j, "small", "s");
	text_format(want, 300100, "S intents big %s;", value);
	expect_next(j, want);
	expect_next(j, "S intents small s;");
	free(value);
	free(want);
	journal_close(j);
}

/* What a look gives that goes on from the mark: "anew " and its lines. */
static void
check_look_on(struct journal_mark *m, const char *want)
{
	struct text t = { 0 };
	struct commit c;
	bool anew = false;
	struct journal *look = journal_look_on(path, m, &anew);

	assert_non_null(look);
	if (anew)
		text_add(&t, "anew ");
	commit_init(&c);
	while (journal_read(look, &c) == JOURNAL_LINE) {
		char *ops = ops_of(&c);

		text_add(&t, ops);
		free(ops);
	}
	commit_clear(&c);
	assert_int_equal(journal_mark(look, m), 0);
	journal_close(look);
	assert_string_equal(t.data == NULL ? "" : t.data, want);
	text_clear(&t);
}

/* The auditor read the whole file, twice, every five seconds. */
static void
who_looks_again_reads_what_is_new(void **state)
{
	struct journal_mark m = { 0 };
	struct journal *j = journal_open(path);
	int fd;

	(void)state;
	check_look_on(&m, "anew ");
	put(j, "i-1", "a");
	put(j, "i-2", "b");
	check_look_on(&m, "anew S intents i-1 a;S intents i-2 b;");
	check_look_on(&m, "");
	put(j, "i-3", "c");
	fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "{\"fence\":9,\"ops\":[[\"se", 22), 22);
	close(fd);
	check_look_on(&m, "S intents i-3 c;");
	check_look_on(&m, "");
	journal_close(j);
	j = journal_open(path); /* cuts the torn line */
	put(j, "i-4", "d");
	check_look_on(&m, "S intents i-4 d;");
	journal_close(j);
}

/* The disk took a line and would not swear to it: it was taken back. */
static void
a_line_that_was_taken_back_is_forgotten(void **state)
{
	struct journal_mark m = { 0 };
	struct journal *j = journal_open(path);
	struct stat st;
	struct commit c;

	(void)state;
	put(j, "i-1", "a");
	assert_int_equal(stat(path, &st), 0);
	put(j, "i-2", "b");
	check_look_on(&m, "anew S intents i-1 a;S intents i-2 b;");
	journal_close(j);
	assert_int_equal(truncate(path, st.st_size), 0);
	j = journal_open(path);
	commit_init(&c);
	commit_set_text(&c, "intents", "i-3", "c");
	assert_int_equal(journal_write(j, &c, 7, 1234567), 0);
	commit_clear(&c);
	check_look_on(&m, "anew S intents i-1 a;S intents i-3 c;");
	/* Another file, maybe where the old one was, and longer. */
	assert_int_equal(journal_remove(j), 0);
	journal_close(j);
	j = journal_open(path);
	commit_set_text(&c, "intents", "i-5", "longer than what was there");
	commit_set_text(&c, "intents", "i-6", "longer than what was there");
	assert_int_equal(journal_write(j, &c, 8, 2345678), 0);
	commit_clear(&c);
	check_look_on(&m,
	    "anew S intents i-5 longer than what was there;"
	    "S intents i-6 longer than what was there;");
	journal_close(j);
}

static void
a_folder_that_is_not_there(void **state)
{
	(void)state;
	assert_null(journal_open("/nowhere/at/all/pager.journal"));
	assert_int_equal(errno, ENOENT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_written_is_read_after_a_crash),
		TEST(bytes_that_are_no_text_are_kept),
		TEST(a_line_is_written_whole_or_not_at_all),
		TEST(a_torn_line_is_cut),
		TEST(what_means_nothing_is_passed_over),
		TEST(an_import_that_broke_off_begins_again),
		TEST(what_was_recorded_is_never_read_again),
		TEST(a_new_taking_of_the_lease_goes_on),
		TEST(what_is_put_aside_stays_for_a_human),
		TEST(who_only_looks_sees_whole_lines),
		TEST(a_full_disk_loses_only_what_was_refused),
		TEST(a_line_says_whose_it_is),
		TEST(a_file_that_is_too_large_is_not_read),
		TEST(a_large_line_is_read_whole),
		TEST(who_looks_again_reads_what_is_new),
		TEST(a_line_that_was_taken_back_is_forgotten),
		TEST(a_folder_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
