/* store: leases, and what is written under them. */
#include "tests/unit/store_story.h"

static void
one_holder_at_a_time(void **state)
{
	struct story *s = *state;
	int64_t fence;

	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	fence = s->number;
	assert_int_equal(lease(s, "b", 0, 60000), STORE_FENCED);
	assert_int_equal(lease(s, "a", fence, 60000), STORE_DONE);
	assert_int_equal(s->number, fence);
	store_unlease(s->store, GROUP, "b"); /* not b's to give */
	assert_int_equal(lease(s, "b", 0, 60000), STORE_FENCED);
	store_unlease(s->store, GROUP, "a");
	assert_int_equal(lease(s, "b", 0, 60000), STORE_DONE);
	assert_true(s->number > fence);
}

static void
a_lease_ends_by_itself(void **state)
{
	struct story *s = *state;
	int tries = 0;

	assert_int_equal(lease(s, "a", 0, 50), STORE_DONE);
	while (lease(s, "b", 0, 60000) != STORE_DONE && tries++ < 2000)
		usleep(10000);
	assert_int_equal(s->outcome, STORE_DONE);
}

static void
a_renewal_never_takes_over_another_ones_work(void **state)
{
	struct story *s = *state;
	struct commit c;
	int64_t mine;

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	mine = s->number;
	store_unlease(s->store, GROUP, "a"); /* as if it had run out */
	assert_int_equal(lease(s, "a", mine, 60000), STORE_DONE);

	store_unlease(s->store, GROUP, "a");
	assert_int_equal(lease(s, "b", 0, 60000), STORE_DONE);
	store_unlease(s->store, GROUP, "b");
	assert_int_equal(lease(s, "a", mine, 60000), STORE_FENCED);
	commit_set_text(&c, "states", "x", "stale");
	assert_int_equal(commit(s, "a", &c), STORE_FENCED);
}

static void
without_the_lease_nothing_is_written(void **state)
{
	static const char *const keys[] = { "states", NULL };
	struct story *s = *state;
	struct commit c;

	commit_init(&c);
	commit_set_text(&c, "states", "x", "1");
	assert_int_equal(commit(s, "a", &c), STORE_FENCED);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_set_text(&c, "states", "x", "1");
	assert_int_equal(commit(s, "b", &c), STORE_FENCED);
	assert_string_equal(load(s, keys), "");
}

static void
a_conflict_applies_nothing(void **state)
{
	static const char *const keys[] = { "meta", "states", NULL };
	struct story *s = *state;
	struct commit c;

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_expect(&c, "meta", "position", "");
	commit_set_text(&c, "meta", "position", "5-0");
	assert_int_equal(commit(s, "a", &c), STORE_DONE);

	commit_set_text(&c, "states", "x", "1");
	commit_append(&c, "out", "alarm", 5);
	commit_expect(&c, "meta", "position", "4-0");
	assert_int_equal(commit(s, "a", &c), STORE_CONFLICT);
	assert_string_equal(load(s, keys), "meta.position=5-0\n");
	assert_string_equal(read_stream(s, "out"), "");
}

static void
a_refused_commit_applies_nothing(void **state)
{
	static const char *const keys[] = { "states", NULL };
	struct story *s = *state;
	struct commit c;

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_set_text(&c, "states", "x", "1");
	commit_trim(&c, "in", "no id");
	assert_int_equal(commit(s, "a", &c), STORE_REFUSED);
	assert_string_equal(load(s, keys), "");
}

static void
every_kind_of_write(void **state)
{
	static const char *const keys[] = { "runs", "states", NULL };
	struct story *s = *state;
	struct commit c;
	char id[64];

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_set_text(&c, "runs", "r", "1");
	commit_set_text(&c, "states", "gone", "1");
	commit_set_text(&c, "states", "stays", "1");
	commit_append(&c, "out", "one", 3);
	commit_append(&c, "out", "two", 3);
	assert_int_equal(commit(s, "a", &c), STORE_DONE);
	assert_string_equal(read_stream(s, "out"), "one\ntwo\n");

	ask(s, "XADD sw:{c0}:out * d three");
	text_copy(id, sizeof(id), s->reply);
	commit_unset(&c, "states", "gone");
	commit_trim(&c, "out", id);
	assert_int_equal(commit(s, "a", &c), STORE_DONE);
	assert_string_equal(load(s, keys), "runs.r=1\nstates.stays=1\n");
	assert_string_equal(read_stream(s, "out"), "three\n");
}

static void
values_are_bytes(void **state)
{
	static const char *const keys[] = { "states", NULL };
	static const char value[] = "a\0b\r\n\xff%s";
	struct story *s = *state;
	struct commit c;
	size_t length = sizeof(value) - 1;

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_set(&c, "states", "x", value, length);
	commit_append(&c, "out", value, length);
	commit_expect(&c, "states", "absent", "");
	assert_int_equal(commit(s, "a", &c), STORE_DONE);
	load(s, keys);
	assert_int_equal(s->seen.length, strlen("states.x=\n") + length);
	assert_memory_equal(s->seen.data + strlen("states.x="), value, length);
	read_stream(s, "out");
	assert_memory_equal(s->seen.data, value, length);
}

/* As much as a commit may hold, over several turns of the loop. */
static void
a_big_commit(void **state)
{
	static const char *const keys[] = { "runs", NULL };
	struct story *s = *state;
	char *value = mem_alloc(1000), field[32];
	struct commit c;
	int i;

	memset(value, 'x', 1000);
	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	for (i = 0; !commit_is_full(&c); i++) {
		snprintf(field, sizeof(field), "endpoint-%d", i);
		commit_set(&c, "runs", field, value, 1000);
	}
	assert_true(i > 3000);
	assert_int_equal(commit(s, "a", &c), STORE_DONE);
	load(s, keys);
	assert_true(s->seen.length > (size_t)i * 1000);
	free(value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_holder_at_a_time, begin,
		    end),
		cmocka_unit_test_setup_teardown(a_lease_ends_by_itself, begin,
		    end),
		cmocka_unit_test_setup_teardown(
		    a_renewal_never_takes_over_another_ones_work, begin, end),
		cmocka_unit_test_setup_teardown(
		    without_the_lease_nothing_is_written, begin, end),
		cmocka_unit_test_setup_teardown(a_conflict_applies_nothing,
		    begin, end),
		cmocka_unit_test_setup_teardown(
		    a_refused_commit_applies_nothing, begin, end),
		cmocka_unit_test_setup_teardown(every_kind_of_write, begin,
		    end),
		cmocka_unit_test_setup_teardown(values_are_bytes, begin, end),
		cmocka_unit_test_setup_teardown(a_big_commit, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
