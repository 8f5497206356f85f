/* published: the records of final reports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/published.h"
#include "lib/text.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))
#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ONE                                                                    \
	"{\"version\":1,\"made\":1000,\"bytes\":3224,\"hash\":\"" A            \
	"\",\"facts\":\"" B "\"}"

static void
test_versions_are_the_same_again(void **state)
{
	static const char text[] =
	    "[" ONE ",{\"version\":3,\"made\":2000,"
	    "\"bytes\":0,\"hash\":\"" B "\",\"facts\":\"" A "\"}]";
	struct published p;
	char error[160], *again;

	(void)state;
	assert_int_equal(published_read(text, strlen(text), &p, error), 0);
	assert_int_equal(p.count, 2);
	assert_int_equal(published_find(&p, 0)->version, 3);
	assert_int_equal(published_find(&p, 1)->bytes, 3224);
	assert_null(published_find(&p, 2));
	again = published_text(&p);
	assert_string_equal(again, text);
	free(again);
	published_clear(&p);
	assert_null(published_find(&p, 0));
}

static void
test_what_is_no_record(void **state)
{
	static const struct {
		const char *record, *why;
	} rows[] = {
		{ "", "versions: expected a list" },
		{ "{}", "versions: expected a list" },
		{ "[]", "versions: expected a list" },
		{ "[7]", "version: expected rising numbers" },
		{ "[" ONE "," ONE "]", "version: expected rising numbers" },
		{ "[{\"version\":1}]", "made: expected an instant" },
		{ "[{\"version\":1,\"made\":1}]", "bytes: expected a number" },
		{ "[{\"version\":1,\"made\":1,\"bytes\":1}]",
		    "hash: expected a hash" },
		{ "[{\"version\":1,\"made\":1,\"bytes\":1,\"hash\":\"" A
		  "\",\"facts\":\"x\"}]",
		    "facts: expected a hash" },
	};
	struct published p;
	char error[160];

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		assert_int_equal(published_read(rows[i].record,
				     strlen(rows[i].record), &p, error),
		    -1);
		assert_string_equal(error, rows[i].why);
		assert_int_equal(p.count, 0);
	}
}

static void
test_no_more_versions_than_there_may_be(void **state)
{
	struct text t = { 0 };
	struct published p;
	char error[160];

	(void)state;
	text_add(&t, "[0");
	for (int i = 0; i < PUBLISHED_VERSIONS_MAX; i++)
		text_add(&t, ",0");
	text_add(&t, "]");
	assert_int_equal(published_read(t.data, t.length, &p, error), -1);
	assert_string_equal(error, "versions: expected a list");
	text_clear(&t);
}

static void
test_names_of_fields(void **state)
{
	static const char long_field[] = A "|2026-10";
	static const char *const none[] = { "", "acme", "|2026-10",
		"acme|2026-1", "acme|2026-100", long_field };
	char field[PUBLISHED_FIELD], client[SEAL_NAME], period[SEAL_PERIOD];

	(void)state;
	published_field("acme", "2026-10", field);
	assert_string_equal(field, "acme|2026-10");
	assert_true(published_field_read(field, client, period));
	assert_string_equal(client, "acme");
	assert_string_equal(period, "2026-10");
	published_part_field("acme", "2026-10", 2, 7, field);
	assert_string_equal(field, "acme|2026-10|2|7");
	for (size_t i = 0; i < N(none); i++)
		assert_false(published_field_read(none[i], client, period));
}

static void
test_how_many_parts(void **state)
{
	static const struct {
		int64_t bytes;
		size_t parts;
	} rows[] = { { -1, 1 }, { 0, 1 }, { 1, 1 }, { 1000000, 1 },
		{ 1000001, 2 }, { 2000000, 2 }, { 33554432, 34 } };

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_int_equal(published_parts(rows[i].bytes), rows[i].parts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions_are_the_same_again),
		cmocka_unit_test(test_what_is_no_record),
		cmocka_unit_test(test_no_more_versions_than_there_may_be),
		cmocka_unit_test(test_names_of_fields),
		cmocka_unit_test(test_how_many_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
