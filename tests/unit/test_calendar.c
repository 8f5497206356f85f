/*
 * calendar: the reference's vectors, how hours may be written, and many
 * zones minute by minute around their clock changes.
 */
#include "tests/unit/calendar_minutes.h"
#include "tests/unit/calendar_story.h"

#define MONTH_ROOM 64

/* "2026-03-28T22:00:00Z +10800 ...": beginnings and lengths in seconds. */
static void
check_open(const struct calendar *c, const char *from, const char *to,
    const char *want)
{
	struct interval_set open = { 0 };
	struct text got = { 0 };
	char begin[40];

	calendar_open(c, at(from), at(to), &open);
	text_add(&got, "");
	for (size_t i = 0; i < open.count; i++) {
		civil_utc(open.items[i].from, begin, sizeof(begin));
		text_addf(&got, "%s%s +%lld", i > 0 ? " " : "", begin,
		    (long long)(open.items[i].to - open.items[i].from) / 1000);
	}
	assert_string_equal(got.data != NULL ? got.data : "", want);
	text_clear(&got);
	interval_set_clear(&open);
}

/* Vectors V-J of the reference. */
static const struct {
	const char *name, *hours, *holidays, *zone, *inside;
	int64_t seconds;
	size_t stretches;
} months[] = {
	{ "J1", "Mon-Fri 08-18", "", "Europe/London", "2026-03-10T00:00Z",
	    220 * 3600, 22 },
	{ "J2", "Mon-Fri 08-18", "2026-04-03,2026-04-06", "Europe/London",
	    "2026-04-10T00:00Z", 720000, 20 },
	{ "J9", "daily 00-24", "", "Europe/London", "2026-03-10T00:00Z",
	    2674800, 1 },
	{ "24x7", "24x7", "", "Australia/Lord_Howe", "2026-04-10T00:00Z",
	    2593800, 1 },
	/* A whole day is as long as it is. */
	{ "short day", "sun 00:00-24:00", "", "Europe/London",
	    "2026-03-10T00:00Z", 4 * 86400 + 82800, 5 },
	{ "long day", "sun 00:00-24:00", "", "Europe/London",
	    "2026-10-10T00:00Z", 3 * 86400 + 90000, 4 },
	/* The day that Samoa left out has no hours. */
	{ "no such day", "fri 09:00-17:00", "", "Pacific/Apia",
	    "2011-12-10T00:00Z", 4 * 8 * 3600, 4 },
	{ "whole missing day", "fri 00:00-24:00", "", "Pacific/Apia",
	    "2011-12-10T00:00Z", 4 * 86400, 4 },
	/* Midnight is skipped: the day begins with the jump. */
	{ "Cairo", "fri 00:00-02:00", "", "Africa/Cairo", "2026-04-20T00:00Z",
	    3 * 7200 + 3600, 4 },
};

static void
test_months(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(months) / sizeof(months[0]); i++) {
		struct interval_set open = { 0 };
		struct calendar c;
		int64_t from_ms, to_ms;

		set_up(&c, months[i].zone, months[i].hours);
		if (months[i].holidays[0] != '\0')
			add_holidays(&c, months[i].holidays);
		civil_month(months[i].zone, at(months[i].inside), &from_ms,
		    &to_ms);
		calendar_open(&c, from_ms, to_ms, &open);
		if (interval_set_length(&open) != months[i].seconds * 1000 ||
		    open.count != months[i].stretches)
			fail_msg("%s: %lld s in %zu", months[i].name,
			    (long long)interval_set_length(&open) / 1000,
			    open.count);
		interval_set_clear(&open);
		calendar_clear(&c);
	}
}

/* J3: an outage from Thursday evening over Easter to Tuesday morning. */
static void
test_outage_over_easter(void **state)
{
	struct interval_set open = { 0 };
	struct calendar c;

	(void)state;
	set_up(&c, "Europe/London", "Mon-Fri 08-18");
	add_holidays(&c, "2026-04-03");
	add_holidays(&c, "2026-04-06");
	calendar_open(&c, at("2026-04-02T16:30Z"), at("2026-04-07T07:45Z"),
	    &open);
	assert_int_equal(interval_set_length(&open), 4500 * 1000);
	interval_set_clear(&open);
	calendar_clear(&c);
}

/* J4, T15, and rules of clocks that jump. */
static void
test_nights(void **state)
{
	struct calendar c;

	(void)state;
	set_up(&c, "Europe/London", "daily 22:00-02:00");
	check_open(&c, "2026-03-28T12:00Z", "2026-03-29T12:00Z",
	    "2026-03-28T22:00:00Z +10800");
	check_open(&c, "2026-10-24T12:00Z", "2026-10-25T12:00Z",
	    "2026-10-24T21:00:00Z +18000");
	calendar_clear(&c);
	/* What is skipped means the jump; what is repeated is all in it. */
	set_up(&c, "Europe/London", "sun 01:15-01:45");
	check_open(&c, "2026-03-28T12:00Z", "2026-03-29T12:00Z", "");
	check_open(&c, "2026-10-24T12:00Z", "2026-10-25T12:00Z",
	    "2026-10-25T00:15:00Z +5400");
	calendar_clear(&c);
	set_up(&c, "Europe/London", "sun 00:30-01:30; sun 01:30-09:00");
	check_open(&c, "2026-10-24T12:00Z", "2026-10-25T12:00Z",
	    "2026-10-24T23:30:00Z +34200");
	calendar_clear(&c);
	set_up(&c, "America/New_York", "sun 02:30-04:00");
	check_open(&c, "2026-03-08T00:00Z", "2026-03-09T00:00Z",
	    "2026-03-08T07:00:00Z +3600");
	calendar_clear(&c);
}

/* A night belongs to the day on which it begins. */
static void
test_holidays_and_nights(void **state)
{
	struct calendar c;

	(void)state;
	set_up(&c, "UTC", "daily 22:00-02:00");
	add_holidays(&c,
	    "2026-04-03 to 2026-04-03 Good Friday, 2026-04-06 Easter");
	check_open(&c, "2026-04-02T12:00Z", "2026-04-05T00:00Z",
	    "2026-04-02T22:00:00Z +14400 2026-04-04T22:00:00Z +7200");
	calendar_clear(&c);
}

static void
test_exceptions(void **state)
{
	struct calendar c;

	(void)state;
	set_up(&c, "Europe/London", "mon-fri 09:00-17:00");
	add_holidays(&c, "12-25, 2026-12-26..2026-12-28");
	add_exception(&c, "2026-12-24 09:00-12:00");
	check_open(&c, "2026-12-24T00:00Z", "2026-12-30T00:00Z",
	    "2026-12-24T09:00:00Z +10800 2026-12-29T09:00:00Z +28800");
	/* An exception beats a holiday, a later one an earlier one. */
	add_exception(&c, "2026-12-24..2026-12-31 thu 10-11, sat,sun 20-1:00");
	check_open(&c, "2026-12-24T00:00Z", "2027-01-01T12:00Z",
	    "2026-12-24T10:00:00Z +3600 2026-12-26T20:00:00Z +18000 "
	    "2026-12-27T20:00:00Z +18000 2026-12-31T10:00:00Z +3600 "
	    "2027-01-01T09:00:00Z +10800");
	add_exception(&c, "2026-12-26: closed");
	check_open(&c, "2026-12-26T00:00Z", "2026-12-27T12:00Z", "");
	calendar_clear(&c);
}

/* What is said in one way and in another. */
static const struct {
	const char *one, *other;
} same[] = {
	{ "mon-fri 09:00-17:00", "Mon-Fri 09-17" },
	{ "mon-fri 09:00-17:00", "  MONDAY - FRIDAY   9 - 17 " },
	{ "mon-fri 09:00-17:00", "weekdays 9am-5pm" },
	{ "mon-fri 09:00-17:00", "Mon to Fri: 9:00 to 17:00" },
	{ "mon-fri 09:00-17:00",
	    "mon\xe2\x80\x93"
	    "fri 09:00\xe2\x80\x93"
	    "17:00" },
	{ "mon-fri 09:00-17:00", "mo,tu,we,th,fr 0900-1700" },
	{ "mon-fri 09:00-17:00", "tue-fri 09.00-17.00;mon 9:00:00-17:00:00" },
	{ "mon-fri 09:00-17:00", "8x5" },
	{ "mon-fri 09:00-17:00", "mon..fri 09:00..17:00" },
	{ "mon-fri 09:00-17:00", "mon-fri 09:00-12:00 12:00-17:00" },
	{ "mon,wed 08:00-12:00 13:00-17:00",
	    "Mon, Wed 08:00-12:00, 13:00-17:00" },
	{ "mon,wed 08:00-12:00 13:00-17:00", "mon and wed 8-12 & 13-17" },
	{ "mon,wed 08:00-12:00 13:00-17:00",
	    "mon wed 08:00-12:00; 13:00-17:00" },
	{ "mon,wed 08:00-12:00 13:00-17:00",
	    "wed 13-17\nmon 13-17\nmon/wed 08-12" },
	{ "fri,sat,sun,mon 10:00-11:00", "fri-mon 10-11" },
	{ "mon-fri 09:00-17:00; sat 10:00-14:00",
	    "mon-fri 09:00-17:00, sat 10:00-14:00" },
	{ "mon-fri 09:00-17:00; sat 10:00-14:00",
	    "mon-fri 09:00-17:00 sat 10:00-14:00;" },
	{ "24x7", "daily 00:00-24:00" },
	{ "mon-fri 09:00-17:00", "\tMon-Fri\t09:00-17:00\r\n" },
	{ "daily 10:00-24:00", "daily 10-0" },
	{ "24x7", "daily" },
	{ "24x7", " Every Day ;" },
	{ "mon-sat 00:00-24:00", "daily; sun closed" },
	{ "24x7", "24/7" },
	{ "24x7", "24x7x365" },
	{ "24x7", "24/7/365" },
	{ "24x7", "every day all day" },
	{ "mon-fri 00:00-24:00", "24x5" },
	{ "mon-fri 00:00-24:00", "24/5" },
	{ "mon-fri 00:00-24:00", "mon-fri 24h" },
	{ "mon-fri 09:00-17:00", "M-F 9-17" },
	{ "mon,wed,fri 09:00-17:00", "M/W/F 9-17" },
	{ "tue,wed 09:00-17:00", "tues, weds 9-17" },
	{ "mon-fri 09:00-17:00", "working days 9-17" },
	{ "mon-fri 09:00-17:00", "Business Days: 09:00-17:00" },
	{ "mon-fri 09:00-17:00", "mon-fri 09:00-17:00; sat, sun closed" },
	{ "mon-fri 09:00-17:00", "daily 9-17; sat-sun off" },
	{ "mon-sat 10:00-11:00; sun 12:00-13:00",
	    "daily 10-11, sun closed, sun 12-13" },
	{ "mon,wed 08:00-12:00 13:00-17:00", "mon,wed 8-12 and 13-17" },
	{ "mon,wed 08:00-12:00 13:00-17:00",
	    "mon,wed 08:00-12:00/13:00-17:00" },
	{ "mon 08:00-12:00; tue 13:00-17:00", "mon 8-12 + tue 13-17" },
	{ "24x7", "always" },
	{ "24x7", "mon-sun 00-24" },
	{ "24x7", "daily 00:00-00:00" },
	{ "24x7", "daily 06:00-06:00" },
	{ "sun 22:00-24:00", "sun 22:00-00:00" },
	{ "daily 22:00-02:00", "everyday 10pm-2am" },
	{ "daily 12:00-13:00", "daily 12pm-1pm" },
	{ "daily 00:00-01:00", "daily 12am-1am" },
	{ "sat,sun 09:00-10:00", "weekends 9-10" },
	{ "thu 17:00-18:00", "Thursdays 17-18" },
	{ "daily 22:00-02:00",
	    "daily 22:00-24:00 ; mon,tue,wed,thu,fri,sat,"
	    "sun 00:00-02:00" },
};

static void
test_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct interval_set a = { 0 }, b = { 0 };
		struct calendar one, other;

		set_up(&one, "Europe/London", same[i].one);
		set_up(&other, "Europe/London", same[i].other);
		calendar_open(&one, at("2026-01-01T00:00Z"),
		    at("2027-01-01T00:00Z"), &a);
		calendar_open(&other, at("2026-01-01T00:00Z"),
		    at("2027-01-01T00:00Z"), &b);
		if (!interval_set_equals(&a, &b) || a.count == 0)
			fail_msg("\"%s\" is not \"%s\"", same[i].other,
			    same[i].one);
		interval_set_clear(&a);
		interval_set_clear(&b);
		calendar_clear(&one);
		calendar_clear(&other);
	}
}

/* Before 1970 and after 2069 nothing is open, and asking costs nothing. */
static void
test_ends_of_time(void **state)
{
	struct interval_set open = { 0 };
	struct calendar c;

	(void)state;
	set_up(&c, "Pacific/Auckland", "24x7");
	calendar_open(&c, INT64_MIN, NEVER, &open);
	assert_int_equal(open.count, 1);
	assert_int_equal(open.items[0].from, CALENDAR_FROM_MS);
	assert_int_equal(open.items[0].to, CALENDAR_TO_MS);
	calendar_open(&c, 5000, 5000, &open);
	assert_int_equal(open.count, 0);
	calendar_open(&c, NEVER - 1, NEVER, &open);
	assert_int_equal(open.count, 0);
	calendar_clear(&c);
}

static const struct {
	const char *hours;
	int64_t minutes;
} business[] = {
	{ "mon-fri 09:00-17:00", 480 },
	{ "mon-fri 09:00-12:30 13:30-17:30", 450 },
	{ "mon-fri 09:00-17:00; mon 12:00-18:00", 480 },
	{ "mon-fri 09:00-17:00; sat 10:00-12:00", 480 },
	{ "mon-thu 09:00-17:00; fri 09:00-13:00", 480 },
	{ "mon,tue 09:00-17:00; wed,thu 09:00-13:00", 240 },
	{ "daily 22:00-02:00", 240 },
	{ "24x7", 1440 },
};

static void
test_business_day(void **state)
{
	struct calendar c;

	(void)state;
	for (size_t i = 0; i < sizeof(business) / sizeof(business[0]); i++) {
		set_up(&c, "Europe/London", business[i].hours);
		assert_int_equal(calendar_business_day_ms(&c),
		    business[i].minutes * 60000);
		calendar_clear(&c);
	}
	assert_true(calendar_init(&c, "UTC"));
	assert_int_equal(calendar_business_day_ms(&c), 0);
	assert_false(calendar_is_always(&c));
}

/* Only then its zone does not matter. */
static void
test_always(void **state)
{
	static const char *const not_always[] = { "mon-sat 00:00-24:00",
		"daily 00:00-23:59", "daily 00:01-24:00" };
	struct calendar c;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		set_up(&c, "UTC", not_always[i]);
		assert_false(calendar_is_always(&c));
		calendar_clear(&c);
	}
	set_up(&c, "UTC", "mon-thu 00:00-24:00; fri-sun 00:00-24:00");
	assert_true(calendar_is_always(&c));
	add_exception(&c, "2026-04-03 closed");
	assert_false(calendar_is_always(&c));
	calendar_clear(&c);
	set_up(&c, "UTC", "24x7");
	interval_set_add(&c.closed, 5, 6);
	assert_false(calendar_is_always(&c));
	interval_set_clear(&c.closed);
	add_holidays(&c, "2026-04-03");
	assert_false(calendar_is_always(&c));
	calendar_clear(&c);
}

/* Without holidays in between, a stretch is what its parts are. */
static void
check_parts(const struct calendar *c, const struct minutes *m,
    const struct drawn *d, const struct interval_set *whole)
{
	int64_t from = EDGE_DAYS * DAY_MIN, to = SPAN - EDGE_DAYS * DAY_MIN,
		between = from + draw(to - from);
	struct interval_set first = { 0 }, rest = { 0 };

	calendar_open(c, minute_ms(m, from), minute_ms(m, between), &first);
	calendar_open(c, minute_ms(m, between), minute_ms(m, to), &rest);
	interval_set_union(&first, &rest);
	if (!interval_set_equals(&first, whole))
		minutes_fail(m, d, between, "parts are not the whole");
	interval_set_clear(&first);
	interval_set_clear(&rest);
}

static void
check_minutes(struct minutes *m)
{
	int64_t from = EDGE_DAYS * DAY_MIN, to = SPAN - EDGE_DAYS * DAY_MIN;
	struct interval_set open = { 0 };
	struct calendar c;
	struct drawn d;

	draw_calendar(&c, &d, m);
	minutes_open(m, &d);
	calendar_open(&c, minute_ms(m, from), minute_ms(m, to), &open);
	for (int64_t i = from; i < to; i++)
		if (interval_set_contains(&open, minute_ms(m, i)) != m->open[i])
			minutes_fail(m, &d, i,
			    m->open[i] ? "not open" : "open");
	check_parts(&c, m, &d, &open);
	interval_set_clear(&open);
	calendar_clear(&c);
	text_clear(&d.said);
}

static const char *const zones[] = { "Europe/London", "Europe/Berlin",
	"America/New_York", "America/Los_Angeles", "Australia/Lord_Howe",
	"Australia/Sydney", "Pacific/Auckland", "Pacific/Chatham",
	"Africa/Cairo", "Africa/Casablanca", "America/Santiago",
	"America/Havana", "America/Asuncion", "America/Nuuk",
	"Antarctica/Troll", "Asia/Beirut", "Asia/Jerusalem", "Asia/Tehran",
	"Asia/Amman", "Asia/Pyongyang", "America/Caracas", "Asia/Kathmandu",
	"Atlantic/Azores", "America/St_Johns", "Europe/Istanbul",
	"Pacific/Apia", "America/Sao_Paulo" };

/* Calendars by chance around every third clock change from 2005 on. */
static void
test_minutes(void **state)
{
	static struct minutes m;
	uint64_t seed = 1;

	(void)state;
	for (size_t z = 0; z < sizeof(zones) / sizeof(zones[0]); z++) {
		int64_t day = 12800;

		minutes_zone(zones[z]);
		for (int n = 0; n < 4 && day > 0; n++) {
			minutes_look(&m, zones[z], day);
			for (int i = 0; i < 3; i++) {
				draw_begin(seed++);
				check_minutes(&m);
			}
			for (int skip = 0; skip < 3 && day > 0; skip++)
				day = minutes_next_change(day);
		}
	}
}

/* Three sites from eight to four leave a hole in each day; which one depends
   on whose clocks have been changed. */
static void
test_three_sites(void **state)
{
	static const char *const sites[] = { "Australia/Sydney",
		"Europe/London", "America/Los_Angeles" };
	static const struct {
		const char *day;
		int from_hour, to_hour; /* of the hole, UTC */
	} rows[] = {
		{ "2026-01-14T00:00Z", 5, 8 },
		{ "2026-03-18T00:00Z", 5, 8 },
		{ "2026-10-28T00:00Z", 5, 8 },
		{ "2026-11-11T00:00Z", 5, 8 },
		{ "2026-04-01T00:00Z", 5, 7 },
		{ "2026-10-14T00:00Z", 5, 7 },
		{ "2026-04-15T00:00Z", 6, 7 },
		{ "2026-07-15T00:00Z", 6, 7 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t day_ms = at(rows[i].day), hour_ms = 3600000;
		struct interval_set hole = { 0 }, open = { 0 };

		interval_set_add(&hole, day_ms, day_ms + 24 * hour_ms);
		for (size_t k = 0; k < 3; k++) {
			struct calendar c;

			set_up(&c, sites[k], "daily 08:00-16:00");
			calendar_open(&c, day_ms, day_ms + 24 * hour_ms, &open);
			interval_set_subtract(&hole, &open);
			calendar_clear(&c);
		}
		assert_int_equal(hole.count, 1);
		assert_int_equal(hole.items[0].from,
		    day_ms + rows[i].from_hour * hour_ms);
		assert_int_equal(hole.items[0].to,
		    day_ms + rows[i].to_hour * hour_ms);
		interval_set_clear(&hole);
		interval_set_clear(&open);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_outage_over_easter),
		cmocka_unit_test(test_nights),
		cmocka_unit_test(test_holidays_and_nights),
		cmocka_unit_test(test_exceptions),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_ends_of_time),
		cmocka_unit_test(test_business_day),
		cmocka_unit_test(test_always),
		cmocka_unit_test(test_three_sites),
		cmocka_unit_test(test_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
