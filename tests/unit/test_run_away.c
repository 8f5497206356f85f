/* test_run_away: Redis is away, and the journal that helps over it. */
#include <sys/resource.h>

#include "pager/journal.h"
#include "tests/unit/run_world.h"

static void
a_short_absence_of_redis_loses_nothing(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	redis_server_kill(&s.redis);
	pass(&s, 300);
	redis_server_run(&s.redis);
	pass(&s, 500);
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "sent:i-1:0 ");
	assert_null(strstr(tape.data, "store:down"));
	end(&s);
}

static void
a_long_absence_is_told_and_over(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	redis_server_kill(&s.redis);
	until(&s, "store:down ");
	assert_true(there_is(&s, "pager.journal"));
	redis_server_run(&s.redis);
	until(&s, "store:up ");
	assert_false(there_is(&s, "pager.journal"));
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "sent:i-1:0 ");
	assert_null(strstr(tape.data, "free "));
	end(&s);
}

/* What is decided goes on from memory, and is recorded in the end. */
static void
a_store_that_neither_takes_nor_gives(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	redis_says(&s, "DEL sw:{p}:meta");
	redis_says(&s, "SET sw:{p}:meta nonsense"); /* no hash */
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "sent:i-1:0 ");
	assert_string_equal(tape.data,
	    "new start alarm:hello commit:1 store:down durable:1 send:1 "
	    "sent:i-1:0 ");
	assert_true(there_is(&s, "pager.journal"));
	redis_says(&s, "DEL sw:{p}:meta");
	until(&s, "store:up ");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta heard"), "1");
	assert_false(there_is(&s, "pager.journal"));
	assert_null(strstr(tape.data, "free "));
	end(&s);
}

/* As a pager leaves it that dies while Redis is away. */
static void
leave_journal(const struct story *s, int64_t fence, const char *house)
{
	struct commit commit;
	struct journal *j;
	char path[128];

	text_format(path, sizeof(path), "%s/pager.journal", s->folders[0]);
	j = journal_open(path);
	assert_non_null(j);
	journal_belong(j, house);
	commit_init(&commit);
	commit_set_text(&commit, "meta", "heard", "5");
	assert_int_equal(journal_write(j, &commit, fence, 1000), 0);
	commit_set_text(&commit, "meta", "heard", "6");
	assert_int_equal(journal_write(j, &commit, fence, 2000), 0);
	commit_clear(&commit);
	journal_close(j);
}

static char *
house_of(struct story *s)
{
	char *house = redis_says(s, "HGET sw:{p}:meta house");

	assert_int_equal(strlen(house), JOURNAL_HOUSE - 1);
	return house;
}

static void
a_journal_left_behind_is_recorded_before_anything(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	crash(&s, 0);
	leave_journal(&s, 1, house_of(&s));
	start_anew(&s);
	assert_string_equal(tape.data, "new meta/heard=6 start ");
	assert_false(there_is(&s, "pager.journal"));
	assert_false(there_is(&s, "pager.journal.aside"));
	end(&s);
}

/* It died when all was recorded, and before the file was gone. */
static void
a_journal_that_is_recorded_twice_does_no_harm(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	for (int64_t fence = 1; fence < 3; fence++) {
		crash(&s, 0);
		leave_journal(&s, fence, house_of(&s));
		start_anew(&s);
		assert_string_equal(tape.data, "new meta/heard=6 start ");
		assert_false(there_is(&s, "pager.journal"));
	}
	assert_false(there_is(&s, "pager.journal.aside"));
	end(&s);
}

/* Power was lost in the middle of a line: nobody was told what it says. */
static void
a_journal_with_a_torn_end_is_recorded_up_to_it(void **state)
{
	static const char torn[] = "{\"fence\":1,\"ops\":[[\"set\",\"meta\"";
	struct story s;
	char path[128];
	int fd;

	(void)state;
	begin_active(&s);
	crash(&s, 0);
	leave_journal(&s, 1, house_of(&s));
	text_format(path, sizeof(path), "%s/pager.journal", s.folders[0]);
	fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, torn, strlen(torn)), strlen(torn));
	close(fd);
	start_anew(&s);
	assert_string_equal(tape.data, "new meta/heard=6 start ");
	assert_false(there_is(&s, "pager.journal"));
	end(&s);
}

static void
put_aside_and_told(struct story *s)
{
	forget();
	start(s, 0);
	until(s, "trouble:operations/journal ");
	assert_string_equal(tape.data, "new start trouble:operations/journal ");
	assert_false(there_is(s, "pager.journal"));
	assert_true(there_is(s, "pager.journal.aside"));
}

static void
a_journal_that_others_overtook_is_put_aside(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	crash(&s, 0);
	redis_says(&s, "INCR sw:{p}:fence"); /* somebody was active */
	leave_journal(&s, 1, house_of(&s));
	put_aside_and_told(&s);
	/* And the next one does not push it out. */
	crash(&s, 0);
	redis_says(&s, "INCR sw:{p}:fence");
	leave_journal(&s, 1, house_of(&s));
	put_aside_and_told(&s);
	assert_true(there_is(&s, "pager.journal.aside.2"));
	end(&s);
}

/* Its fence fits by chance: the address leads to another Redis now. */
static void
a_journal_of_another_store_is_put_aside(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	crash(&s, 0);
	leave_journal(&s, 1, "0123456789abcdef0123456789abcdef");
	put_aside_and_told(&s);
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta heard"), "");
	end(&s);
}

static void
a_journal_that_cannot_be_read_is_put_aside(void **state)
{
	struct story s;
	char path[128];
	int fd;

	(void)state;
	begin_active(&s);
	crash(&s, 0);
	text_format(path, sizeof(path), "%s/pager.journal", s.folders[0]);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(ftruncate(fd, JOURNAL_MAX + 1), 0);
	close(fd);
	put_aside_and_told(&s);
	end(&s);
}

static void
fill_disk(bool full)
{
	const struct rlimit limit = { full ? 0 : RLIM_INFINITY, RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Pages go before records; what was not recorded is called for again, even
   if the store does not let us load at once. */
static void
without_a_journal_pages_go_out_all_the_same(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	redis_says(&s, "DEL sw:{p}:meta");
	redis_says(&s, "SET sw:{p}:meta nonsense"); /* no hash */
	fill_disk(true);
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "sent:i-1:1 "); /* the terminal is a file, too */
	assert_string_equal(tape.data,
	    "new start alarm:hello commit:1 store:down durable:1 send:1 "
	    "sent:i-1:1 ");
	fill_disk(false);
	forget();
	until(&s, "store:down "); /* it was tried, in vain */
	redis_says(&s, "DEL sw:{p}:meta");
	until(&s, "sent:i-1:0 ");
	assert_non_null(strstr(tape.data,
	    "new free start alarm:hello commit:1 durable:1 send:1 "
	    "sent:i-1:0 "));
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta heard"), "1");
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_absence_of_redis_loses_nothing),
		cmocka_unit_test(a_long_absence_is_told_and_over),
		cmocka_unit_test(a_store_that_neither_takes_nor_gives),
		cmocka_unit_test(
		    a_journal_left_behind_is_recorded_before_anything),
		cmocka_unit_test(a_journal_that_is_recorded_twice_does_no_harm),
		cmocka_unit_test(
		    a_journal_with_a_torn_end_is_recorded_up_to_it),
		cmocka_unit_test(a_journal_that_others_overtook_is_put_aside),
		cmocka_unit_test(a_journal_of_another_store_is_put_aside),
		cmocka_unit_test(a_journal_that_cannot_be_read_is_put_aside),
		cmocka_unit_test(without_a_journal_pages_go_out_all_the_same),
	};

	be_hasty();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
