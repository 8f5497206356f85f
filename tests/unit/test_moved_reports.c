/* moved_reports: final reports on their way to another store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/moved_reports.h"
#include "lib/report.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define A64(c) c c c c c c c c c c c c c c c c
#define HASH(c) A64(c c c c)
#define VERSION(n, bytes, c)                                                   \
	"{\"version\":" n ",\"made\":1,\"bytes\":" bytes                       \
	",\"hash\":\"" HASH(c) "\",\"facts\":\"" HASH("f") "\"}"
#define SIGNATURE(key) HASH(key) " " HASH("1") HASH("2")

struct record {
	enum moved_key key;
	const char *field, *value;
	const char *error; /* NULL: it is taken */
};

static int
check(struct moved_reports *r, const struct record *row, char error[160])
{
	char field[MOVED_FIELD_MAX], *value = mem_text(row->value);
	struct moved m = { .key = row->key,
		.field = field,
		.value = value,
		.length = strlen(value) };
	int result;

	text_copy(field, sizeof(field), row->field);
	error[0] = '\0';
	result = moved_reports_check(r, &m, error);
	free(value);
	return result;
}

/* One after another; each is refused, or not, for its own reason. */
static void
tell(const struct record *rows, size_t count, const char *end)
{
	struct moved_reports *r = moved_reports_new();
	char error[160];

	for (size_t i = 0; i < count; i++) {
		int result = check(r, &rows[i], error);

		if ((result == 0) != (rows[i].error == NULL) ||
		    (result != 0 && strstr(error, rows[i].error) == NULL))
			fail_msg("row %zu: %s", i, error);
	}
	error[0] = '\0';
	assert_int_equal(moved_reports_end(r, error), end == NULL ? 0 : -1);
	assert_string_equal(error, end == NULL ? "" : end);
	moved_reports_free(r);
}

static void
all_of_it_in_its_order(void **state)
{
	static const struct record rows[] = {
		{ MOVED_REPORTS, "acme|2026-09", "[" VERSION("1", "3", "a") "]",
		    NULL },
		{ MOVED_REPORTS, "acme|2026-10",
		    "[" VERSION("1", "3", "b") "," VERSION("2", "4", "c") "]",
		    NULL },
		{ MOVED_REPORTS, "acme|2026-11", "[]", "expected a list" },
		{ MOVED_REPORTS, "acme|20", "[" VERSION("1", "3", "d") "]",
		    "not of a client and a period" },
		{ MOVED_REPORTS, "acme|2026-12", "[" VERSION("1", "0", "d") "]",
		    "too long, or empty" },
		{ MOVED_REPORTS, "acme|2026-12",
		    "[" VERSION("1", "33554433", "d") "]",
		    "too long, or empty" },
		{ MOVED_REPORTS, "acme|2026-12", "[" VERSION("1", "3", "a") "]",
		    "the same bytes twice" },
		{ MOVED_SIGNATURES, HASH("a"), SIGNATURE("8"), NULL },
		{ MOVED_SIGNATURES, HASH("b"), SIGNATURE("8"), NULL },
		{ MOVED_SIGNATURES, HASH("c"), SIGNATURE("9"), NULL },
		{ MOVED_SIGNATURES, HASH("d"), SIGNATURE("9"),
		    "of no report in the file" },
		{ MOVED_SIGNATURES, HASH("c"), HASH("9") " 12", "unreadable" },
		{ MOVED_SIGNATURES, HASH("c"),
		    HASH("9") "1" HASH("1") HASH("2"), "unreadable" },
		{ MOVED_PUBLIC_KEYS, HASH("8"), "PEM", NULL },
		{ MOVED_PUBLIC_KEYS, HASH("7"), "PEM", "it signs no report" },
		{ MOVED_BODIES, "acme|2026-09|1|0", "abc", NULL },
		{ MOVED_BODIES, "acme|2026-10|1|0", "abcd",
		    "of another length" },
		{ MOVED_BODIES, "acme|2026-10|1|0", "abc", NULL },
		{ MOVED_BODIES, "acme|2026-10|2|0", "abcd",
		    "its key is not in the file" },
		{ MOVED_BODIES, "acme|2026-10|3|0", "abcd", "of no report" },
		{ MOVED_BODIES, "acme|2026-10|2|1", "abcd", "of no report" },
		{ MOVED_BODIES, "acme|2026-10|2|00", "abcd", "of no report" },
		{ MOVED_BODIES, "acme", "abcd", "of no report" },
		{ MOVED_BODIES, HASH("x") HASH("x") "|1|0", "abcd",
		    "of no report" },
	};

	(void)state;
	tell(rows, COUNT(rows), "bodies: not all of acme|2026-10|2 are there");
	tell(rows, 2, "bodies: not all of acme|2026-09|1 are there");
	tell(NULL, 0, NULL);
	moved_reports_free(NULL);
}

static void
what_is_not_signed_needs_no_key(void **state)
{
	static const struct record rows[] = {
		{ MOVED_REPORTS, "acme|2026-09", "[" VERSION("1", "3", "a") "]",
		    NULL },
		{ MOVED_BODIES, "acme|2026-09|1|0", "abc", NULL },
	};

	(void)state;
	tell(rows, COUNT(rows), NULL);
}

/* The parts of a long one come in the order of their fields: 0, 1, 10, 2 ... */
static void
a_long_one_has_parts(void **state)
{
	static const struct record report = { MOVED_REPORTS, "acme|2026-09",
		"[" VERSION("1", "1000003", "a") "]", NULL };
	struct moved_reports *r = moved_reports_new();
	char *million = mem_alloc(PUBLISHED_PART + 1), error[160] = "";
	struct record part = { MOVED_BODIES, "acme|2026-09|1|0", million, "" };
	size_t at = 7;

	(void)state;
	memset(million, 'x', PUBLISHED_PART);
	assert_int_equal(check(r, &report, error), 0);
	assert_int_equal(check(r, &part, error), 0);
	assert_int_equal(moved_reports_end(r, error), -1);
	part.field = "acme|2026-09|1|1";
	assert_int_equal(check(r, &part, error), -1);
	part.value = "xyz";
	assert_int_equal(check(r, &part, error), 0);
	assert_int_equal(moved_reports_end(r, error), 0);
	assert_ptr_equal(moved_reports_part(r, part.field, &at),
	    moved_reports_at(r, 0));
	assert_int_equal(at, 1);
	assert_null(moved_reports_at(r, 1));
	free(million);
	moved_reports_free(r);
}

/* A month's versions, their hashes all different. */
static char *
versions(int count, int number)
{
	struct text t = { 0 };

	for (int i = 0; i < count; i++)
		text_addf(&t,
		    "%s{\"version\":%d,\"made\":1,\"bytes\":1,\"hash\":\""
		    "%064d\",\"facts\":\"" HASH("f") "\"}",
		    i == 0 ? "[" : ",", i + 1, number + i);
	text_add(&t, "]");
	return t.data;
}

static void
there_is_an_end_to_them(void **state)
{
	struct moved_reports *r = moved_reports_new();
	struct record row = { .key = MOVED_REPORTS };
	char field[32], error[160] = "", *value = versions(201, 0);
	int i;

	(void)state;
	row.field = "acme|2026-10";
	row.value = value;
	assert_int_equal(check(r, &row, error), -1);
	assert_string_equal(error, "reports: more versions than a seal names");
	free(value);
	for (i = 0; i < 100; i++) {
		int result;

		text_format(field, sizeof(field), "acme|%04d-10", i);
		row.field = field;
		row.value = value = versions(200, 200 * i);
		result = check(r, &row, error);
		free(value);
		if (result != 0)
			break;
	}
	assert_int_equal(i, MOVED_REPORTS_MAX / 200);
	assert_string_equal(error, "too many of this key");
	moved_reports_free(r);
}

/* Without its own key a report is signed by that of its seal. */
static void
a_seal_says_who_signed_what_came(void **state)
{
	struct seal_report reports[] = {
		{ "acme", "2026-10", 1, HASH("a"), false, "" },
		{ "acme", "2026-11", 1, HASH("b"), true, HASH("8") },
		{ "acme", "2026-12", 1, HASH("c"), true, "" },
	};
	struct seal s = { .number = 1, .at_ms = 5, .reports = reports }, again;
	char error[160], *text;

	(void)state;
	s.report_count = COUNT(reports);
	text = seal_text(&s);
	assert_int_equal(seal_read(text, strlen(text), &again, error), 0);
	assert_int_equal(again.report_count, COUNT(reports));
	for (size_t i = 0; i < COUNT(reports); i++) {
		assert_int_equal(again.reports[i].has_key, reports[i].has_key);
		assert_string_equal(again.reports[i].key, reports[i].key);
	}
	seal_clear(&again);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_in_its_order),
		cmocka_unit_test(what_is_not_signed_needs_no_key),
		cmocka_unit_test(a_long_one_has_parts),
		cmocka_unit_test(there_is_an_end_to_them),
		cmocka_unit_test(a_seal_says_who_signed_what_came),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
