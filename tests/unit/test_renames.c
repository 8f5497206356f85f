/* renames: what endpoints were called when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/interval.h"
#include "lib/renames.h"
#include "lib/text.h"

static struct renames r;

static int
load(const char *key, const char *record)
{
	char error[160] = "";
	int loaded = renames_load(&r, key, record, strlen(record), error);

	assert_int_equal(loaded == 0, error[0] == '\0');
	return loaded;
}

/* Where nothing was renamed everything is what it is called. */
static void
test_nothing_was_renamed(void **state)
{
	char *record = renames_encode(&r, "acme/a");

	(void)state;
	assert_string_equal(renames_name(&r, "acme/a", 5), "acme/a");
	assert_string_equal(renames_key(&r, "acme/a", 5), "acme/a");
	assert_string_equal(renames_present(&r, "acme/a"), "acme/a");
	assert_int_equal(renames_since(&r, "acme/a"), 0);
	assert_null(renames_nth(&r, "acme/a", 0));
	assert_string_equal(record, "[]");
	free(record);
}

/*
 * [ 10] a is called b
 * [ 20] b is called c
 * [ 30] somebody else is called a
 * [ 40] c is called a again, and that other one goes
 */
static void
test_a_name_is_whose_it_was(void **state)
{
	static const struct {
		int64_t at_ms;
		const char *name, *key;
	} keys[] = {
		{ 0, "acme/a", "acme/a" },
		{ 15, "acme/a", "acme/a" }, /* nobody else had it */
		{ 9, "acme/b", "acme/b" },
		{ 10, "acme/b", "acme/a" },
		{ 99, "acme/b", "acme/a" },
		{ 20, "acme/c", "acme/a" },
		{ 29, "acme/a", "acme/a" },
		{ 30, "acme/a", "acme/a#2" },
		{ 40, "acme/a", "acme/a" },
		{ 40, "acme/a#3", "acme/a#2" },
	};
	static const struct {
		int64_t at_ms;
		const char *key, *name;
	} names[] = {
		{ 9, "acme/a", "acme/a" },
		{ 10, "acme/a", "acme/b" },
		{ 19, "acme/a", "acme/b" },
		{ 39, "acme/a", "acme/c" },
		{ 40, "acme/a", "acme/a" },
		{ 5, "acme/a#2", "acme/a" }, /* its key is nobody's name */
		{ 35, "acme/a#2", "acme/a" },
		{ 40, "acme/a#2", "acme/a#3" },
	};
	char spare[RENAMES_NAME_ROOM];

	(void)state;
	renames_add(&r, "acme/a", 10, "acme/b");
	renames_add(&r, "acme/a", 20, "acme/c");
	renames_spare(&r, "acme/a", spare);
	assert_string_equal(spare, "acme/a#2");
	renames_add(&r, spare, 30, "acme/a");
	renames_spare(&r, "acme/a", spare);
	assert_string_equal(spare, "acme/a#3");
	renames_add(&r, "acme/a#2", 40, spare);
	renames_spare(&r, "acme/a", spare);
	assert_string_equal(spare, "acme/a#4");
	renames_add(&r, "acme/a", 40, "acme/a");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_string_equal(renames_key(&r, keys[i].name,
					keys[i].at_ms),
		    keys[i].key);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_string_equal(renames_name(&r, names[i].key,
					names[i].at_ms),
		    names[i].name);
	assert_string_equal(renames_present(&r, "acme/b"), "acme/a");
	assert_int_equal(renames_since(&r, "acme/a"), 40);
	assert_string_equal(renames_nth(&r, "acme/a", 1), "acme/c");
	assert_null(renames_nth(&r, "acme/a", 3));
	renames_clear(&r);
}

/* A clock that was set back makes no name earlier than what was said. */
static void
test_what_is_said_later_is_later(void **state)
{
	char *record;

	(void)state;
	renames_add(&r, "acme/a", 50, "acme/b");
	renames_add(&r, "acme/a", 20, "acme/c");
	renames_add(&r, "acme/d", 20, "acme/b");
	record = renames_encode(&r, "acme/a");
	assert_string_equal(record,
	    "[{\"from\":50,\"name\":\"acme/b\"},"
	    "{\"from\":51,\"name\":\"acme/c\"}]");
	assert_int_equal(renames_since(&r, "acme/d"), 51);
	assert_int_equal(load("acme/a", record),
	    0); /* in the old one's place */
	assert_int_equal(renames_since(&r, "acme/a"), 51);
	free(record);
	renames_clear(&r);
}

/* What a damaged record says of the end of time is written so that it can be
   read. */
static void
test_there_is_no_later_than_the_end_of_time(void **state)
{
	char *record;

	(void)state;
	assert_int_equal(load("acme/a",
			     "[{\"from\":253402300799999,\"name\":"
			     "\"acme/b\"}]"),
	    0);
	renames_add(&r, "acme/a", 5, "acme/c");
	record = renames_encode(&r, "acme/a");
	assert_int_equal(load("acme/a", record), 0);
	assert_string_equal(renames_present(&r, "acme/b"), "acme/c");
	free(record);
	renames_clear(&r);
}

/* A clock was an hour ahead when it was renamed. */
static void
test_a_name_from_the_future_begins_now(void **state)
{
	(void)state;
	renames_add(&r, "acme/a", 50, "acme/b");
	renames_add(&r, "acme/a", 3600, "acme/c");
	assert_true(renames_cut(&r, "acme/a", 100));
	assert_false(renames_cut(&r, "acme/a", 100));
	assert_false(renames_cut(&r, "acme/z", 100));
	assert_string_equal(renames_key(&r, "acme/c", 100), "acme/a");
	assert_string_equal(renames_name(&r, "acme/a", 99), "acme/b");
	renames_clear(&r);
}

/* Ahead of time a had the name, and then b; whatever order they are read in,
   it is b's from the instant at which the clock was set back. */
static void
test_who_lost_a_name_under_a_wrong_clock_does_not_have_it(void **state)
{
	static const char *const keys[] = { "acme/a", "acme/b", "acme/a" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (size_t k = i; k < i + 2; k++)
			renames_add(&r, keys[k], 5, keys[k]);
		renames_add(&r, "acme/a", 3600, "acme/x");
		renames_add(&r, "acme/a", 3700, "acme/a#2");
		renames_add(&r, "acme/b", 3700, "acme/x");
		assert_true(renames_cut(&r, "acme/a", 100));
		assert_true(renames_cut(&r, "acme/b", 100));
		assert_string_equal(renames_name(&r, "acme/b", 100), "acme/x");
		assert_string_equal(renames_key(&r, "acme/x", 100), "acme/b");
		renames_clear(&r);
	}
}

static void
test_the_oldest_names_go(void **state)
{
	char name[32];

	(void)state;
	for (int i = 0; i <= RENAMES_STEPS_MAX; i++) {
		text_format(name, sizeof(name), "acme/n%d", i);
		renames_add(&r, "acme/a", i, name);
	}
	assert_string_equal(renames_nth(&r, "acme/a", 0), "acme/n1");
	assert_string_equal(renames_name(&r, "acme/a", TIME_MAX), name);
	renames_clear(&r);
}

/*
 * Whose a name is was looked for among all that were renamed, and an account
 * asks of each endpoint and each window: with a thousand of one and sixty of
 * the other that was sixty million looks.
 */
static void
test_many_renames_make_no_name_slower_to_find(void **state)
{
	size_t looks = 0;
	char key[32], name[32];

	(void)state;
	r.looks = &looks;
	for (int i = 0; i < 1000; i++) {
		text_format(key, sizeof(key), "acme/e%d", i);
		text_format(name, sizeof(name), "acme/n%d", i);
		renames_add(&r, key, 10, name);
	}
	assert_int_equal(looks, 0); /* nobody had one of them before */
	for (int i = 0; i < 60 * 1000; i++) {
		text_format(key, sizeof(key), "acme/e%d", i % 1000);
		text_format(name, sizeof(name), "acme/n%d", i % 1000);
		assert_string_equal(renames_key(&r, name, 10), key);
	}
	assert_int_equal(looks, 60 * 1000);
	assert_string_equal(renames_key(&r, "acme/e5", 10), "acme/e5");
	assert_int_equal(looks, 60 * 1000);
	r.looks = NULL;
	renames_clear(&r);
}

/* However often it was called so, and whoever had the name before or after. */
static void
test_one_look_for_each_that_had_the_name(void **state)
{
	size_t looks = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		renames_add(&r, "acme/a", 10 + i, i == 1 ? "acme/b" : "acme/x");
		renames_add(&r, "acme/c", 20 + i, "acme/c");
	}
	renames_add(&r, "acme/c", 30, "acme/x");
	renames_add(&r, "acme/a", 40, "acme/x");
	r.looks = &looks;
	assert_string_equal(renames_key(&r, "acme/x", 35), "acme/c");
	assert_string_equal(renames_key(&r, "acme/x", 50), "acme/a");
	assert_int_equal(looks, 2 * 2);
	/* Read again, one has had another name, and never that one. */
	assert_int_equal(load("acme/a", "[{\"from\":5,\"name\":\"acme/y\"}]"),
	    0);
	assert_string_equal(renames_key(&r, "acme/x", 50), "acme/c");
	assert_int_equal(looks, 2 * 2 + 1);
	assert_string_equal(renames_key(&r, "acme/b", 50), "acme/b");
	assert_int_equal(looks, 2 * 2 + 1);
	/* Who came first had it last: no other order than that of all. */
	renames_add(&r, "acme/c", 60, "acme/y");
	renames_add(&r, "acme/c", 61, "acme/b");
	renames_add(&r, "acme/a", 62, "acme/b");
	assert_string_equal(renames_key(&r, "acme/b", 61), "acme/c");
	assert_string_equal(renames_key(&r, "acme/b", 62), "acme/a");
	assert_string_equal(renames_key(&r, "acme/y", 59), "acme/a");
	renames_add(&r, "acme/c", 70, "acme/d");
	renames_add(&r, "acme/e", 80, "acme/d");
	renames_add(&r, "acme/c", 81, "acme/f");
	renames_add(&r, "acme/e", 82, "acme/f");
	renames_add(&r, "acme/c", 83, "acme/g");
	renames_add(&r, "acme/a", 84, "acme/e");
	renames_add(&r, "acme/c", 85, "acme/e");
	assert_string_equal(renames_key(&r, "acme/e", 84), "acme/a");
	assert_string_equal(renames_key(&r, "acme/e", 85), "acme/c");
	r.looks = NULL;
	renames_clear(&r);
}

/* What is forgotten is nobody's; what one has twice is still its own. */
static void
test_the_oldest_name_is_not_its_own_any_more(void **state)
{
	char name[32];

	(void)state;
	renames_add(&r, "acme/a", 0, "acme/first");
	for (int i = 1; i < RENAMES_STEPS_MAX; i++) {
		text_format(name, sizeof(name), "acme/n%d", i % 500);
		renames_add(&r, "acme/a", i, name);
	}
	assert_string_equal(renames_key(&r, "acme/first", 9999), "acme/a");
	renames_add(&r, "acme/a", 2000, "acme/b");
	assert_string_equal(renames_key(&r, "acme/first", 9999), "acme/first");
	renames_add(&r, "acme/a", 2001, "acme/c");
	assert_string_equal(renames_key(&r, "acme/n1", 9999), "acme/a");
	renames_clear(&r);
}

static void
test_damaged_records_are_refused(void **state)
{
	static const char earlier[] = "[{\"from\":2,\"name\":\"acme/b\"},"
				      "{\"from\":1,\"name\":\"acme/c\"}]";
	static const char *const records[] = {
		"",
		"{}",
		"[]",
		"[5]",
		"[{}]",
		"[{\"from\":1}]",
		"[{\"name\":\"acme/b\"}]",
		"[{\"from\":-1,\"name\":\"acme/b\"}]",
		"[{\"from\":253402300800000,\"name\":\"acme/b\"}]",
		"[{\"from\":1,\"name\":\"birch/b\"}]",
		"[{\"from\":1,\"name\":\"acmes/b\"}]",
		"[{\"from\":1,\"name\":\"acme/\"}]",
		"[{\"from\":1,\"name\":\"acme/b c\"}]",
		"[{\"from\":1,\"name\":\"acme/b|c\"}]",
		"[{\"from\":1,\"name\":\"acme/\xc3\xa9\"}]",
		earlier,
	};
	static const char good[] = "[{\"from\":1,\"name\":\"acme/b\"}]";
	struct text longer = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		assert_int_equal(load("acme/a", records[i]), -1);
	assert_int_equal(load("acme", good), -1);
	assert_int_equal(load("acme/a|5", good), -1);
	text_add(&longer, "[{\"from\":1,\"name\":\"acme/");
	for (int i = 0; i < RENAMES_NAME_ROOM; i++)
		text_add(&longer, "b");
	text_add(&longer, "\"}]");
	assert_int_equal(load("acme/a", longer.data), -1);
	text_clear(&longer);
	text_add(&longer, "[");
	for (int i = 0; i <= RENAMES_STEPS_MAX; i++)
		text_addf(&longer, "%s{\"from\":%d,\"name\":\"acme/b\"}",
		    i > 0 ? "," : "", i);
	text_add(&longer, "]");
	assert_int_equal(load("acme/a", longer.data), -1);
	text_clear(&longer);
	assert_null(r.items);
	assert_int_equal(load("acme/a", good), 0);
	renames_clear(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_was_renamed),
		cmocka_unit_test(test_a_name_is_whose_it_was),
		cmocka_unit_test(test_what_is_said_later_is_later),
		cmocka_unit_test(test_there_is_no_later_than_the_end_of_time),
		cmocka_unit_test(test_a_name_from_the_future_begins_now),
		cmocka_unit_test(
		    test_who_lost_a_name_under_a_wrong_clock_does_not_have_it),
		cmocka_unit_test(test_the_oldest_names_go),
		cmocka_unit_test(test_many_renames_make_no_name_slower_to_find),
		cmocka_unit_test(test_one_look_for_each_that_had_the_name),
		cmocka_unit_test(test_the_oldest_name_is_not_its_own_any_more),
		cmocka_unit_test(test_damaged_records_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
