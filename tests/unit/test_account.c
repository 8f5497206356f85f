/* account: the vectors of the definition, and errors that we do not make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "lib/account.h"
#include "lib/civil.h"
#include "lib/text.h"
#include "tests/unit/allowed_vectors.h"

static int64_t
at(const char *text)
{
	int64_t ms;

	if (!civil_parse(text, &ms))
		fail_msg("%s", text);
	return ms;
}

/* An account with one outage and one unknown stretch, lengths in seconds. */
static struct account
account(int64_t period_s, int64_t down_s, int64_t unknown_s, int64_t guarantee,
    int64_t floor)
{
	int64_t from = at("2026-04-01T00:00:00Z");
	struct interval_set down = { 0 }, unknown = { 0 };
	struct account_piece piece = { .from_ms = from,
		.to_ms = from + period_s * 1000,
		.guarantee_milli = guarantee,
		.coverage_floor_milli = floor,
		.down_ms = &down,
		.unknown_ms = &unknown };
	struct account a;

	interval_set_add(&down, from, from + down_s * 1000);
	interval_set_add(&unknown, from + period_s * 1000 - unknown_s * 1000,
	    from + period_s * 1000);
	account_of(&piece, &a);
	interval_set_clear(&down);
	interval_set_clear(&unknown);
	return a;
}

static void
test_month_lengths(void **state)
{
	static const struct {
		const char *zone, *in;
		int64_t seconds;
	} months[] = {
		{ "UTC", "2026-02-10T00:00Z", 2419200 },
		{ "UTC", "2028-02-10T00:00Z", 2505600 },
		{ "UTC", "2026-04-10T00:00Z", 2592000 },
		{ "UTC", "2026-01-10T00:00Z", 2678400 },
		{ "Europe/London", "2026-03-10T00:00Z", 2674800 },
		{ "Europe/London", "2026-10-10T00:00Z", 2682000 },
		{ "America/New_York", "2026-03-10T00:00Z", 2674800 },
		{ "America/New_York", "2026-11-10T00:00Z", 2595600 },
		{ "Australia/Sydney", "2026-04-10T00:00Z", 2595600 },
		{ "Australia/Sydney", "2026-10-10T00:00Z", 2674800 },
		{ "Australia/Lord_Howe", "2026-04-10T00:00Z", 2593800 },
		{ "Australia/Lord_Howe", "2026-10-10T00:00Z", 2676600 },
		{ "Pacific/Auckland", "2026-09-10T00:00Z", 2588400 },
		{ "America/Sao_Paulo", "2026-02-10T00:00Z", 2419200 },
		{ "Pacific/Apia", "2011-12-10T00:00Z", 2592000 },
	};
	struct interval_set none = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(months) / sizeof(months[0]); i++) {
		struct account_piece piece = { .down_ms = &none,
			.unknown_ms = &none };
		struct account a;

		civil_month(months[i].zone, at(months[i].in), &piece.from_ms,
		    &piece.to_ms);
		account_of(&piece, &a);
		assert_int_equal(a.period_s, months[i].seconds);
		assert_int_equal(a.total_s, months[i].seconds);
	}
}

static void
test_allowed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(allowed_rows) / sizeof(allowed_rows[0]);
	     i++)
		for (size_t k = 0; k < ALLOWED_TARGETS; k++) {
			int64_t allowed_s = allowed_rows[i].allowed_s[k];
			struct account a = account(allowed_rows[i].seconds, 100,
			    0, allowed_targets[k].milli, 0);

			assert_int_equal(a.allowed_s, allowed_s);
			assert_int_equal(a.left_s, allowed_s - 100);
		}
}

/* Percent is truncated, and the verdict is by the exact fraction. */
static void
test_percent_and_verdict(void **state)
{
	static const int64_t months[] = { 2419200, 2505600, 2592000, 2678400,
		2674800, 2682000 };
	static const struct {
		int64_t down;
		int64_t milli[6];
		const char *met; /* + met, - missed */
	} rows[] = {
		{ 2580, { 99893, 99897, 99900, 99903, 99903, 99903 },
		    "--++++" },
		{ 2592, { 99892, 99896, 99900, 99903, 99903, 99903 },
		    "--++++" },
		{ 2593, { 99892, 99896, 99899, 99903, 99903, 99903 },
		    "---+++" },
		{ 2678, { 99889, 99893, 99896, 99900, 99899, 99900 },
		    "---+-+" },
		{ 2679, { 99889, 99893, 99896, 99899, 99899, 99900 },
		    "-----+" },
		{ 3600, { 99851, 99856, 99861, 99865, 99865, 99865 },
		    "------" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t k = 0; k < 6; k++) {
			struct account a =
			    account(months[k], rows[i].down, 0, 99900, 99000);

			assert_int_equal(a.uptime_milli, rows[i].milli[k]);
			assert_int_equal(a.verdict,
			    rows[i].met[k] == '+' ? VERDICT_MET
						  : VERDICT_MISSED);
		}
}

static void
test_display(void **state)
{
	static const struct {
		int64_t down;
		const char *text;
		enum verdict verdict; /* against 99.95 % */
	} rows[] = {
		{ 1297, "99.949 %", VERDICT_MISSED },
		{ 1296, "99.950 %", VERDICT_MET },
		{ 13, "99.999 %", VERDICT_MET },
		{ 1, "99.999 %", VERDICT_MET },
		{ 0, "100.000 %", VERDICT_MET },
		{ 2592000, "0.000 %", VERDICT_MISSED },
	};
	char out[16];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct account a = account(2592000, rows[i].down, 0, 99950, 0);

		account_percent(a.uptime_milli, out, sizeof(out));
		assert_string_equal(out, rows[i].text);
		assert_int_equal(a.verdict, rows[i].verdict);
	}
}

static void
test_unknown(void **state)
{
	struct account a = account(2592000, 1800, 21600, 99900, 99000);

	(void)state;
	assert_int_equal(a.total_s, 2570400);
	assert_int_equal(a.down_s, 1800);
	assert_int_equal(a.uptime_milli, 99929);
	assert_int_equal(a.coverage_milli, 99166);
	assert_int_equal(a.verdict, VERDICT_MET);
	a = account(2592000, 1800, 21600, 99900, 99500);
	assert_int_equal(a.verdict, VERDICT_INDETERMINATE);
	/* Missed even if all that was not seen had been up. */
	a = account(2592000, 2593, 21600, 99900, 99500);
	assert_int_equal(a.verdict, VERDICT_MISSED);
	/* Nothing was seen at all: never 100 %. */
	a = account(2592000, 0, 2592000, 99900, 99000);
	assert_int_equal(a.total_s, 0);
	assert_int_equal(a.uptime_milli, 0);
	assert_int_equal(a.verdict, VERDICT_NOT_APPLICABLE);
	a = account(0, 0, 0, 99900, 99000);
	assert_int_equal(a.verdict, VERDICT_NOT_APPLICABLE);
	/* Just enough coverage is enough. */
	a = account(2592000, 0, 25920, 99900, 99000);
	assert_int_equal(a.verdict, VERDICT_MET);
	a = account(2592000, 0, 25921, 99900, 99000);
	assert_int_equal(a.verdict, VERDICT_INDETERMINATE);
}

/* Down outward, unknown inward; what is both is down. */
static void
test_rounding(void **state)
{
	struct interval_set down = { 0 }, unknown = { 0 };
	struct account_piece piece = { .from_ms = 0,
		.to_ms = 100000,
		.down_ms = &down,
		.unknown_ms = &unknown };
	struct account a;

	(void)state;
	interval_set_add(&down, 10999, 12001);    /* [10, 13) */
	interval_set_add(&down, 13500, 13600);    /* [13, 14) */
	interval_set_add(&unknown, 12001, 13500); /* nothing whole is left */
	interval_set_add(&unknown, 20001, 22999); /* [21, 22) */
	interval_set_add(&unknown, 30000, 35000); /* 5 */
	interval_set_add(&down, 33000, 34000);    /* of them 1 is down */
	account_of(&piece, &a);
	assert_int_equal(a.down_s, 5);
	assert_int_equal(a.unknown_s, 1 + 4);
	assert_int_equal(a.total_s, 95);
	/* A cut in the middle of a second belongs to one side only. */
	piece.to_ms = 11500;
	account_of(&piece, &a);
	assert_int_equal(a.period_s, 11);
	assert_int_equal(a.down_s, 1);
	piece.from_ms = 11500;
	piece.to_ms = 100000;
	account_of(&piece, &a);
	assert_int_equal(a.period_s, 89);
	assert_int_equal(a.down_s, 4);
	interval_set_clear(&down);
	interval_set_clear(&unknown);
	/* Before 1970 too. */
	interval_set_add(&down, -2500, -500);
	account_outward(&down, &unknown);
	assert_int_equal(unknown.items[0].from, -3);
	assert_int_equal(unknown.items[0].to, 0);
	interval_set_clear(&unknown);
	account_inward(&down, &unknown);
	assert_int_equal(unknown.count, 1);
	assert_int_equal(unknown.items[0].from, -2);
	assert_int_equal(unknown.items[0].to, -1);
	interval_set_clear(&down);
	interval_set_clear(&unknown);
}

/* An outage over midnight belongs to each zone's months as they are. */
static void
test_period_edges(void **state)
{
	static const struct {
		const char *zone;
		int64_t january, february;
	} rows[] = {
		{ "UTC", 1800, 1800 },
		{ "Australia/Sydney", 0, 3600 },
		{ "America/New_York", 3600, 0 },
		{ "Asia/Kolkata", 0, 3600 },
	};
	struct interval_set down = { 0 }, none = { 0 };

	(void)state;
	interval_set_add(&down, at("2026-01-31T23:30:00Z"),
	    at("2026-02-01T00:30:00Z"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct account_piece p = { .down_ms = &down,
			.unknown_ms = &none };
		struct account a;

		civil_month(rows[i].zone, at("2026-01-15T00:00Z"), &p.from_ms,
		    &p.to_ms);
		account_of(&p, &a);
		assert_int_equal(a.down_s, rows[i].january);
		civil_month(rows[i].zone, at("2026-02-15T00:00Z"), &p.from_ms,
		    &p.to_ms);
		account_of(&p, &a);
		assert_int_equal(a.down_s, rows[i].february);
	}
	interval_set_clear(&down);
}

/* What counting samples, or a month of fixed length, would get wrong. */
static void
test_errors_of_others(void **state)
{
	int64_t half = 15 * 86400, samples, down;
	struct account a = account(2 * half, 7200, 0, 99900, 0);

	(void)state;
	samples = half / 60 + half / 300;
	down = 7200 / 300;
	assert_int_equal((samples - down) * 100000 / samples, 99907);
	assert_int_equal(a.uptime_milli, 99722);
	assert_int_equal(a.verdict, VERDICT_MISSED);

	a = account(31 * 86400, 2640, 0, 99900, 0);
	assert_int_equal(a.uptime_milli, 99901);
	assert_int_equal(a.verdict, VERDICT_MET);
	a = account(2628288, 2640, 0, 99900, 0);
	assert_int_equal(a.verdict, VERDICT_MISSED);
	a = account(28 * 86400, 2440, 0, 99900, 0);
	assert_int_equal(a.uptime_milli, 99899);
	assert_int_equal(a.verdict, VERDICT_MISSED);
	a = account(2628288, 2440, 0, 99900, 0);
	assert_int_equal(a.verdict, VERDICT_MET);
}

static void
test_verdict_texts(void **state)
{
	(void)state;
	assert_string_equal(verdict_text(VERDICT_MET), "met");
	assert_string_equal(verdict_text(VERDICT_MISSED), "missed");
	assert_string_equal(verdict_text(VERDICT_INDETERMINATE),
	    "indeterminate");
	assert_string_equal(verdict_text(VERDICT_NOT_APPLICABLE),
	    "not applicable");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_month_lengths),
		cmocka_unit_test(test_allowed),
		cmocka_unit_test(test_percent_and_verdict),
		cmocka_unit_test(test_display),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_rounding),
		cmocka_unit_test(test_period_edges),
		cmocka_unit_test(test_errors_of_others),
		cmocka_unit_test(test_verdict_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
