/* Wall clocks: the vectors of rota and accounting, and properties of zones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/civil.h"

static int64_t
at(const char *text)
{
	int64_t ms = 0;

	if (!civil_parse(text, &ms))
		fail_msg("test writes an unreadable instant: %s", text);
	return ms;
}

static struct civil_date
date(const char *text)
{
	struct civil_date d = { 0 };

	if (!civil_date_parse(text, &d))
		fail_msg("test writes an unreadable date: %s", text);
	return d;
}

static void
check_instant(const char *what, int64_t found_ms, const char *expected)
{
	char text[40];

	civil_utc(found_ms, text, sizeof text);
	if (strcmp(text, expected) != 0)
		fail_msg("%s: %s instead of %s", what, text, expected);
}

/* A wall clock that is skipped means the jump; one shown twice has two. */
static const struct {
	const char *zone, *date;
	int minutes;
	const char *first, *last;
} walls[] = {
	{ "Africa/Cairo", "2026-04-24", 0, "2026-04-23T22:00:00Z",
	    "2026-04-23T22:00:00Z" },
	{ "Africa/Cairo", "2026-04-25", 0, "2026-04-24T21:00:00Z",
	    "2026-04-24T21:00:00Z" },
	{ "Africa/Cairo", "2026-04-23", 0, "2026-04-22T22:00:00Z",
	    "2026-04-22T22:00:00Z" },
	{ "Africa/Cairo", "2026-10-29", 23 * 60 + 30, "2026-10-29T20:30:00Z",
	    "2026-10-29T21:30:00Z" },
	{ "Africa/Cairo", "2026-10-30", 23 * 60 + 30, "2026-10-30T21:30:00Z",
	    "2026-10-30T21:30:00Z" },
	{ "America/Santiago", "2026-09-06", 0, "2026-09-06T04:00:00Z",
	    "2026-09-06T04:00:00Z" },
	{ "America/Santiago", "2026-04-04", 23 * 60 + 30,
	    "2026-04-05T02:30:00Z", "2026-04-05T03:30:00Z" },
	{ "America/Santiago", "2026-04-05", 23 * 60 + 30,
	    "2026-04-06T03:30:00Z", "2026-04-06T03:30:00Z" },
	{ "America/Havana", "2026-03-08", 0, "2026-03-08T05:00:00Z",
	    "2026-03-08T05:00:00Z" },
	{ "America/Sao_Paulo", "2018-11-04", 0, "2018-11-04T03:00:00Z",
	    "2018-11-04T03:00:00Z" },
	{ "Australia/Lord_Howe", "2026-10-04", 2 * 60 + 15,
	    "2026-10-03T15:30:00Z", "2026-10-03T15:30:00Z" },
	{ "Australia/Lord_Howe", "2026-04-05", 60 + 45, "2026-04-04T14:45:00Z",
	    "2026-04-04T15:15:00Z" },
	{ "Australia/Lord_Howe", "2026-04-06", 60 + 45, "2026-04-05T15:15:00Z",
	    "2026-04-05T15:15:00Z" },
	{ "Europe/London", "2026-03-29", 90, "2026-03-29T01:00:00Z",
	    "2026-03-29T01:00:00Z" },
	{ "Europe/London", "2026-10-25", 90, "2026-10-25T00:30:00Z",
	    "2026-10-25T01:30:00Z" },
	{ "Europe/London", "2026-10-26", 90, "2026-10-26T01:30:00Z",
	    "2026-10-26T01:30:00Z" },
	{ "America/New_York", "2026-03-08", 150, "2026-03-08T07:00:00Z",
	    "2026-03-08T07:00:00Z" },
	{ "America/New_York", "2026-11-01", 90, "2026-11-01T05:30:00Z",
	    "2026-11-01T06:30:00Z" },
	{ "America/New_York", "2026-11-02", 90, "2026-11-02T06:30:00Z",
	    "2026-11-02T06:30:00Z" },
	{ "Asia/Kathmandu", "2026-07-01", 540, "2026-07-01T03:15:00Z",
	    "2026-07-01T03:15:00Z" },
	{ "Asia/Kolkata", "2026-01-01", 540, "2026-01-01T03:30:00Z",
	    "2026-01-01T03:30:00Z" },
	/* The date that Samoa left out. */
	{ "Pacific/Apia", "2011-12-30", 540, "2011-12-30T10:00:00Z",
	    "2011-12-30T10:00:00Z" },
	{ "Pacific/Apia", "2011-12-31", 540, "2011-12-30T19:00:00Z",
	    "2011-12-30T19:00:00Z" },
	{ "Europe/London", "2026-06-01", 24 * 60, "2026-06-01T23:00:00Z",
	    "2026-06-01T23:00:00Z" },
};

static void
test_walls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof walls / sizeof walls[0]; i++) {
		struct civil_date d = date(walls[i].date);
		char what[80];

		snprintf(what, sizeof what, "%s %s first", walls[i].zone,
		    walls[i].date);
		check_instant(what,
		    civil_first_ms(walls[i].zone, d, walls[i].minutes),
		    walls[i].first);
		snprintf(what, sizeof what, "%s %s last", walls[i].zone,
		    walls[i].date);
		check_instant(what,
		    civil_last_ms(walls[i].zone, d, walls[i].minutes),
		    walls[i].last);
	}
}

static const struct {
	const char *zone, *instant, *clock, *full;
} shown[] = {
	{ "Africa/Cairo", "2026-04-23T22:00:00Z", "01:00 EEST",
	    "2026-04-24 01:00:00 EEST" },
	{ "America/Santiago", "2026-09-06T04:00:00Z", "01:00 -03",
	    "2026-09-06 01:00:00 -03" },
	{ "America/Havana", "2026-03-08T05:00:00Z", "01:00 CDT",
	    "2026-03-08 01:00:00 CDT" },
	{ "America/Sao_Paulo", "2018-11-04T03:00:00Z", "01:00 -02",
	    "2018-11-04 01:00:00 -02" },
	{ "Australia/Lord_Howe", "2026-10-03T15:30:00Z", "02:30 +11",
	    "2026-10-04 02:30:00 +11" },
	{ "Europe/London", "2026-03-29T01:00:00Z", "02:00 BST",
	    "2026-03-29 02:00:00 BST" },
	{ "Europe/London", "2026-03-29T00:59:59Z", "00:59 GMT",
	    "2026-03-29 00:59:59 GMT" },
	{ "America/New_York", "2026-03-08T07:00:00Z", "03:00 EDT",
	    "2026-03-08 03:00:00 EDT" },
	{ "Asia/Kathmandu", "2026-07-01T03:15:00Z", "09:00 +0545",
	    "2026-07-01 09:00:00 +0545" },
	{ "Pacific/Auckland", "2026-11-22T01:02:07Z", "14:02 NZDT",
	    "2026-11-22 14:02:07 NZDT" },
	{ "Europe/Dublin", "2026-07-01T00:00:00Z", "01:00 IST",
	    "2026-07-01 01:00:00 IST" },
	{ "UTC", "1969-12-31T23:59:59Z", NULL, NULL },
	{ "UTC", "2026-11-22T01:02:07Z", "01:02 UTC",
	    "2026-11-22 01:02:07 UTC" },
};

static void
test_shown(void **state)
{
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
		if (shown[i].clock == NULL)
			continue;
		civil_clock(shown[i].zone, at(shown[i].instant), text,
		    sizeof text);
		assert_string_equal(text, shown[i].clock);
		civil_full(shown[i].zone, at(shown[i].instant), text,
		    sizeof text);
		assert_string_equal(text, shown[i].full);
	}
}

static const struct {
	const char *zone, *inside;
	int64_t seconds;
} months[] = {
	{ "UTC", "2026-02-10T00:00:00Z", 2419200 },
	{ "UTC", "2028-02-29T23:59:59Z", 2505600 },
	{ "UTC", "2026-04-01T00:00:00Z", 2592000 },
	{ "UTC", "2026-01-31T00:00:00Z", 2678400 },
	{ "UTC", "2026-12-31T00:00:00Z", 2678400 },
	{ "Europe/London", "2026-03-31T22:59:59Z", 2674800 },
	{ "Europe/London", "2026-10-25T01:30:00Z", 2682000 },
	{ "America/New_York", "2026-03-10T00:00:00Z", 2674800 },
	{ "America/New_York", "2026-11-10T00:00:00Z", 2595600 },
	{ "Australia/Sydney", "2026-04-10T00:00:00Z", 2595600 },
	{ "Australia/Sydney", "2026-10-10T00:00:00Z", 2674800 },
	{ "Australia/Lord_Howe", "2026-04-10T00:00:00Z", 2593800 },
	{ "Australia/Lord_Howe", "2026-10-10T00:00:00Z", 2676600 },
	{ "Pacific/Auckland", "2026-09-10T00:00:00Z", 2588400 },
	{ "America/Sao_Paulo", "2026-02-10T00:00:00Z", 2419200 },
	{ "Pacific/Apia", "2011-12-10T00:00:00Z", 2592000 },
};

static void
test_months(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof months / sizeof months[0]; i++) {
		int64_t now_ms = at(months[i].inside), from_ms, to_ms;

		civil_month(months[i].zone, now_ms, &from_ms, &to_ms);
		assert_true(from_ms <= now_ms && now_ms < to_ms);
		if (to_ms - from_ms != months[i].seconds * 1000)
			fail_msg("%s %s: %lld s", months[i].zone,
			    months[i].inside,
			    (long long)(to_ms - from_ms) / 1000);
	}
}

/* Whole years and quarters of UTC, counted in days. */
static void
test_days(void **state)
{
	(void)state;
	assert_int_equal(civil_days(date("1970-01-01")), 0);
	assert_int_equal(civil_days(date("2027-01-01")) -
		civil_days(date("2026-01-01")),
	    365);
	assert_int_equal(civil_days(date("2029-01-01")) -
		civil_days(date("2028-01-01")),
	    366);
	assert_int_equal(civil_days(date("2028-04-01")) -
		civil_days(date("2028-01-01")),
	    91);
	assert_int_equal(civil_weekday(date("2024-01-01")), 0);
	assert_int_equal(civil_weekday(date("2026-11-22")), 6);
	assert_int_equal(civil_weekday(date("1970-01-01")), 3);
	for (int64_t day = -720000; day < 200000; day += 1) {
		struct civil_date d = civil_from_days(day);

		if (civil_days(d) != day || d.month < 1 || d.month > 12 ||
		    d.day < 1 || d.day > 31)
			fail_msg("day %lld -> %d-%d-%d", (long long)day, d.year,
			    d.month, d.day);
	}
}

static void
test_zone_names(void **state)
{
	static const char too_long[] =
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	static const char *const good[] = { "US/Central", "Asia/Calcutta",
		"Europe/Kiev", "UTC", "Etc/UTC", "Etc/GMT+5", "EST5EDT",
		"America/Argentina/Buenos_Aires" };
	static const char *const bad[] = { "", "Nope/Zone", "europe/london",
		"zone.tab", "../UTC", "/usr/share/zoneinfo/UTC", "posix/UTC",
		"right/UTC", "Europe", "Europe/London\n", too_long };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (!civil_zone_exists(good[i]))
			fail_msg("%s is not known", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (civil_zone_exists(bad[i]))
			fail_msg("%s is taken for a zone", bad[i]);
	assert_false(civil_zone_exists(NULL));
	assert_int_equal(civil_offset_s("US/Central", at("2026-07-01T00:00Z")),
	    -5 * 3600);
	assert_int_equal(civil_offset_s("Asia/Calcutta",
			     at("2026-07-01T00:00Z")),
	    19800);
	assert_int_equal(civil_offset_s("Europe/Kiev", at("2026-07-01T00:00Z")),
	    3 * 3600);
}

static const struct {
	const char *text;
	int64_t ms;
} instants[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "1970-01-01T00:00Z", 0 },
	{ "2026-11-22T01:02:07Z", 1795309327000 },
	{ "2026-11-22T14:02:07+13:00", 1795309327000 },
	{ "2026-11-21T20:32:07-04:30", 1795309327000 },
	{ "2026-11-22T01:02:07.5Z", 1795309327500 },
	{ "2026-11-22T01:02:07.123999Z", 1795309327123 },
	{ "2028-02-29T00:00:00Z", 1835395200000 },
	{ "2000-02-29T00:00:00Z", 951782400000 },
};
static const char *const nonsense[] = { "", "now", "2026-11-22",
	"2026-11-22T01:02", "2026-11-22T01:02:07", "2026-11-22 01:02Z",
	"2026-13-22T01:02Z", "2026-00-22T01:02Z", "2026-11-31T01:02Z",
	"2026-02-29T01:02Z", "2070-01-01T00:00Z", "2026-11-00T01:02Z",
	"2026-11-22T24:00Z", "2026-11-22T23:60Z", "2026-11-22T23:59:60Z",
	"2026-11-22T23:59:5Z", "2026-11-22T23:59:58.Z",
	"2026-11-22T23:59:58.1234567890Z", "2026-11-22T01:02Zx",
	"2026-11-22T01:02+0100", "2026-11-22T01:02+24:00",
	"2026-11-22T01:02+01:60", "2026-11-22T01:02 01:00", "1969-11-22T01:02Z",
	"2200-11-22T01:02Z", "026-11-22T01:02Z", "2026/11-22T01:02Z",
	"2026-11/22T01:02Z", "2026-11-22T0102Z" };

static void
test_parse(void **state)
{
	int64_t ms;
	struct civil_date d;

	(void)state;
	for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
		assert_true(civil_parse(instants[i].text, &ms));
		if (ms != instants[i].ms)
			fail_msg("%s: %lld", instants[i].text, (long long)ms);
	}
	for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++)
		if (civil_parse(nonsense[i], &ms))
			fail_msg("\"%s\" was read", nonsense[i]);
	assert_false(civil_date_parse("2026-11-22x", &d));
	assert_false(civil_date_parse("2026-11-2", &d));
}

static const struct {
	const char *text, *zone, *first, *last;
} local[] = {
	{ "2026-03-27T16:30", "Europe/London", "2026-03-27T16:30:00Z",
	    "2026-03-27T16:30:00Z" },
	{ "2026-07-01T16:30:15", "Europe/London", "2026-07-01T15:30:15Z",
	    "2026-07-01T15:30:15Z" },
	{ "2026-10-25T01:30:05", "Europe/London", "2026-10-25T00:30:05Z",
	    "2026-10-25T01:30:05Z" },
	{ "2026-03-29T01:30:05", "Europe/London", "2026-03-29T01:00:00Z",
	    "2026-03-29T01:00:00Z" },
	{ "2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00Z",
	    "2026-04-23T22:00:00Z" },
	{ "2026-07-01", "Asia/Kathmandu", "2026-06-30T18:15:00Z",
	    "2026-06-30T18:15:00Z" },
};
static const char *const not_local[] = { "", "2026-07-01T", "16:30",
	"2026-07-01T16:30Z", "2026-07-01T16:30+01:00", "2026-07-01 16:30",
	"2026-07-01T24:00", "2026-07-01T16:30:", "2026-07-01Tx" };

static void
test_parse_wall(void **state)
{
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof local / sizeof local[0]; i++) {
		assert_true(
		    civil_parse_wall(local[i].text, local[i].zone, false, &ms));
		check_instant(local[i].text, ms, local[i].first);
		assert_true(
		    civil_parse_wall(local[i].text, local[i].zone, true, &ms));
		check_instant(local[i].text, ms, local[i].last);
	}
	for (size_t i = 0; i < sizeof not_local / sizeof not_local[0]; i++)
		if (civil_parse_wall(not_local[i], "UTC", false, &ms))
			fail_msg("\"%s\" was read", not_local[i]);
}

/* The name in the third column of zone.tab; false at its end. */
static bool
next_zone(FILE *tab, char *zone)
{
	char line[512];

	while (fgets(line, sizeof line, tab) != NULL)
		if (line[0] != '#' && sscanf(line, "%*s %*s %63s", zone) == 1)
			return true;
	return false;
}

static void
check_round_trip(const char *zone, int64_t at_ms)
{
	int second, offset = civil_offset_s(zone, at_ms);
	struct civil_date d = civil_date_at(zone, at_ms, &second);
	int64_t minute_ms = at_ms - second % 60 * 1000;
	int64_t first_ms = civil_first_ms(zone, d, second / 60);
	int64_t last_ms = civil_last_ms(zone, d, second / 60);

	/* What is shown lies between its first and its last instant. */
	if (first_ms > minute_ms || last_ms < minute_ms ||
	    (civil_days(d) * 86400 + second - offset) * 1000 != at_ms)
		fail_msg("%s %lld: not its own wall clock", zone,
		    (long long)at_ms);
	/* No zone repeats more than a day. */
	assert_true(last_ms - first_ms <= 86400000);
}

static void
test_every_zone(void **state)
{
	FILE *tab = fopen("/usr/share/zoneinfo/zone.tab", "r");
	int64_t from_ms = at("2024-01-01T00:00:00Z");
	char zone[64];
	int count = 0;

	(void)state;
	assert_non_null(tab);
	for (; next_zone(tab, zone); count++) {
		if (!civil_zone_exists(zone))
			fail_msg("%s is in zone.tab and not known", zone);
		for (int i = 0; i < 60; i++) /* 79.7 days apart: 13 years */
			check_round_trip(zone, from_ms + i * 6886843000LL);
	}
	fclose(tab);
	assert_true(count >= 418);
}

/* In every zone each wall clock in turn is reached later than the last. */
static void
test_first_is_monotonic(void **state)
{
	static const char *const zones[] = { "Europe/London", "Africa/Cairo",
		"Australia/Lord_Howe", "America/Santiago", "Pacific/Apia",
		"Africa/Casablanca", "America/Nuuk", "Antarctica/Troll" };

	(void)state;
	for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
		int64_t day = civil_days(date("2011-01-01")), was_ms = 0;

		for (; day < civil_days(date("2027-01-01")); day++) {
			struct civil_date d = civil_from_days(day);

			for (int m = 0; m < 1440; m += 360) {
				int64_t ms = civil_first_ms(zones[z], d, m);

				assert_true(ms >= was_ms);
				assert_true(
				    civil_last_ms(zones[z], d, m) >= ms);
				was_ms = ms;
			}
		}
	}
}

/* One instant as it is pasted; the last ones are clocks of the zone. */
static const char *const pasted[] = { "2026-10-25T01:30:00Z",
	"2026-10-25 01:30 UTC", " 2026-10-25T1:30gmt ", "20261025T013000Z",
	"2026-10-25t0130z", "2026-10-25T02:30:00.000+01:00",
	"2026-10-25 02:30:00 +0100", "2026-10-25T02:30+01",
	"2026-10-24T24:00-0130", "2026-10-24 24:00:00.0 -01:30",
	"20261024T240000-0130" };
static const char *const not_pasted[] = { "", " ", "2026-10-25",
	"2026-10-25T01:30", "2026-10-25T", "2026-10-25T01Z", "2026-10-25Z",
	"2026-10-25T24:01Z", "2026-10-25T24:00:01Z", "2026-10-25T240:00Z",
	"2026-10-25T01:30 BST", "2026-10-25T01:30+1", "2026-10-25T01:30+010",
	"2026-10-25T01:30+01000", "2026-10-25T01:30Z Z", "2026-10-25_01:30Z",
	"2026-10-25T01:30ZZZZZZZZZZ", "202610250130Z", "2026-10-2501:30Z",
	"2026-1-25T01:30Z", "20261325T013000Z", "2026-10-25T01306Z",
	"2026-10-25T01:30:00.0000000000000000000000000000Z",
	"2069-12-31T24:00Z", "1969-12-31T24:00Z",
	"2026-10-25T01:30                                               Z" };

static void
test_read(void **state)
{
	int64_t want_ms, ms;

	(void)state;
	assert_true(civil_parse(pasted[0], &want_ms));
	for (size_t i = 0; i < sizeof(pasted) / sizeof(pasted[0]); i++)
		if (!civil_read(pasted[i], NULL, false, &ms) || ms != want_ms)
			fail_msg("%s", pasted[i]);
	for (size_t i = 0; i < sizeof(not_pasted) / sizeof(not_pasted[0]); i++)
		if (civil_read(not_pasted[i], NULL, false, &ms))
			fail_msg("%s", not_pasted[i]);
	assert_true(
	    civil_read("20261025 130", "Europe/London", true, &ms) == false);
	assert_true(civil_read("2026-10-25 1:30", "Europe/London", true, &ms));
	assert_int_equal(ms, want_ms);
	assert_true(civil_read("20261025t0130", "Europe/London", false, &ms));
	assert_int_equal(ms, want_ms - 3600000);
	assert_true(civil_read("2026-10-25", "Europe/London", false, &ms));
	assert_int_equal(ms, want_ms - 9000000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walls),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_zone_names),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_wall),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_every_zone),
		cmocka_unit_test(test_first_is_monotonic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
