/*
 * deadline: the reference's vectors and known bugs of others, and clocks by
 * chance against counting minutes.
 */
#include "lib/deadline.h"
#include "tests/unit/calendar_minutes.h"

#define HOUR_MS INT64_C(3600000)

static int64_t
at(const char *text)
{
	int64_t ms;

	if (!civil_parse(text, &ms))
		fail_msg("no instant: %s", text);
	return ms;
}

static void
set_up(struct calendar *c, const char *zone, const char *hours,
    const char *holidays)
{
	char why[CALENDAR_WHY];

	assert_true(calendar_init(c, zone));
	if (!calendar_add_hours(c, hours, why))
		fail_msg("\"%s\": %s", hours, why);
	if (holidays != NULL && !calendar_add_holidays(c, holidays, why))
		fail_msg("\"%s\": %s", holidays, why);
}

/* "A..B C..": an open end has no end. */
static void
read_pauses(struct interval_set *pauses, const char *text)
{
	char *copy = mem_text(text), *rest = copy, *one, *dots;

	while ((one = strsep(&rest, " ")) != NULL) {
		if (*one == '\0')
			continue;
		dots = strstr(one, "..");
		assert_non_null(dots);
		*dots = '\0';
		interval_set_add(pauses, at(one),
		    dots[2] == '\0' ? NEVER : at(dots + 2));
	}
	free(copy);
}

static int64_t
target_ms(const char *text, const struct calendar *c)
{
	struct deadline_target target;
	const char *why;

	if (!deadline_target_read(text, &target, &why))
		fail_msg("\"%s\": %s", text, why);
	return deadline_target_ms(target, c);
}

static void
check_instant(const char *name, int64_t got_ms, const char *want)
{
	char got[40] = "never";

	if (got_ms != NEVER)
		civil_utc(got_ms, got, sizeof(got));
	if (strcmp(got, want) != 0)
		fail_msg("%s: %s, not %s", name, got, want);
}

#define OFFICE "mon-fri 09:00-17:00"
static const struct {
	const char *name, *zone, *hours, *holidays, *start, *target, *pauses,
	    *due;
} dues[] = {
	{ "T1", "UTC", "Mon-Fri 08-18", NULL, "2016-03-07T17:00Z", "4h", "",
	    "2016-03-08T11:00:00Z" },
	{ "T3", "Europe/London", "Mon-Fri 09-17", NULL, "2026-01-14T16:30Z",
	    "1h", "", "2026-01-15T09:30:00Z" },
	{ "T4", "Europe/London", "Mon-Fri 09-17:30", NULL, "2026-01-16T17:10Z",
	    "4h", "", "2026-01-19T12:40:00Z" },
	{ "T5", "Europe/London", "Mon-Fri 09-17", NULL, "2026-01-12T16:00Z",
	    "1h", "", "2026-01-12T17:00:00Z" },
	{ "T6", "Europe/London", "Mon-Fri 09-17", NULL, "2026-01-17T12:00Z",
	    "1h", "", "2026-01-19T10:00:00Z" },
	{ "T8", "Europe/London", "24x7", NULL, "2026-03-28T23:30Z", "4h", "",
	    "2026-03-29T03:30:00Z" },
	{ "T10", "Europe/London", "Mon-Fri 09-17", NULL, "2026-03-27T16:30Z",
	    "2h", "", "2026-03-30T09:30:00Z" },
	{ "T16", "UTC", "Mon-Fri 08-18", NULL, "2016-03-07T17:00Z", "2h", "",
	    "2016-03-08T09:00:00Z" },
	{ "the manual's", "Europe/London", OFFICE, "2026-04-03, 2026-04-06",
	    "2026-04-02T15:00Z", "4h", "", "2026-04-07T11:00:00Z" },
	/* A pause weighs what is open in it, and overlaps weigh once. */
	{ "weekend paused", "UTC", OFFICE, NULL, "2026-01-16T16:00Z", "2h",
	    "2026-01-16T17:00Z..2026-01-19T09:00Z", "2026-01-19T10:00:00Z" },
	{ "over a weekend", "UTC", OFFICE, NULL, "2026-01-16T15:00Z", "4h",
	    "2026-01-16T16:00Z..2026-01-19T10:00Z", "2026-01-19T13:00:00Z" },
	{ "days over a weekend", "UTC", OFFICE, NULL, "2026-01-16T09:00Z",
	    "2bd", "2026-01-16T13:00Z..2026-01-19T13:00Z",
	    "2026-01-20T17:00:00Z" },
	{ "on a holiday", "UTC", OFFICE, "2026-01-19", "2026-01-16T16:00Z",
	    "2h", "2026-01-19T09:00Z..2026-01-19T17:00Z",
	    "2026-01-20T10:00:00Z" },
	{ "overlapping", "UTC", OFFICE, NULL, "2026-01-14T09:00Z", "2h",
	    "2026-01-14T10:00Z..2026-01-14T12:00Z "
	    "2026-01-14T11:00Z..2026-01-14T13:00Z",
	    "2026-01-14T14:00:00Z" },
	{ "before its start", "UTC", OFFICE, NULL, "2026-01-14T09:00Z", "1h",
	    "2026-01-13T09:00Z..2026-01-14T09:30Z", "2026-01-14T10:30:00Z" },
	{ "after it was due", "UTC", OFFICE, NULL, "2026-01-14T09:00Z", "1h",
	    "2026-01-14T10:00Z..", "2026-01-14T10:00:00Z" },
	{ "paused for ever", "UTC", OFFICE, NULL, "2026-01-14T09:00Z", "1h",
	    "2026-01-14T09:59Z..", "never" },
	/* Another severity: the same start, all pauses. */
	{ "raised with a pause", "UTC", OFFICE, NULL, "2026-01-14T09:00Z", "3h",
	    "2026-01-14T10:00Z..2026-01-14T11:00Z", "2026-01-14T13:00:00Z" },
	/* Opened outside of hours: nothing has passed until they begin. */
	{ "at night", "UTC", OFFICE, NULL, "2026-01-14T20:00Z", "15m", "",
	    "2026-01-15T09:15:00Z" },
	{ "over a night window", "UTC", "mon-fri 22:00-02:00", NULL,
	    "2026-01-16T23:00Z", "4h", "", "2026-01-19T23:00:00Z" },
	{ "when clocks go back", "Europe/London", "daily 00:00-03:00", NULL,
	    "2026-10-24T23:00Z", "4h", "", "2026-10-25T03:00:00Z" },
	{ "when clocks go forward", "Europe/London", "daily 00:00-03:00", NULL,
	    "2026-03-29T00:00Z", "2h", "", "2026-03-29T02:00:00Z" },
	{ "nothing to do", "UTC", OFFICE, NULL, "2026-01-17T12:00Z", "0m", "",
	    "2026-01-17T12:00:00Z" },
	{ "a year of Mondays", "UTC", "mon 09:00-10:00", NULL,
	    "2026-01-01T00:00Z", "52h", "", "2026-12-28T10:00:00Z" },
	{ "more than there is", "UTC", "mon 09:00-09:01", NULL,
	    "2026-01-01T00:00Z", "18h", "", "never" },
	{ "holidays without end", "UTC", OFFICE, "1970-01-01..2069-12-31",
	    "2026-01-01T00:00Z", "1m", "", "never" },
	{ "at the end of time", "UTC", "24x7", NULL, "2069-12-31T23:00Z", "1h",
	    "", "2070-01-01T00:00:00Z" },
	{ "beyond the end of time", "UTC", "24x7", NULL, "2069-12-31T23:00Z",
	    "61m", "", "never" },
};

static void
test_dues(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(dues) / sizeof(dues[0]); i++) {
		struct interval_set pauses = { 0 };
		struct calendar c;
		struct deadline d = { &c, at(dues[i].start), &pauses };

		set_up(&c, dues[i].zone, dues[i].hours, dues[i].holidays);
		read_pauses(&pauses, dues[i].pauses);
		check_instant(dues[i].name,
		    deadline_due_ms(&d, target_ms(dues[i].target, &c)),
		    dues[i].due);
		interval_set_clear(&pauses);
		calendar_clear(&c);
	}
}

static const struct {
	const char *name, *hours, *holidays, *from, *to;
	int64_t seconds;
} elapsed[] = {
	{ "T12", OFFICE, "2026-04-03, 2026-04-06", "2026-04-02T15:00Z",
	    "2026-04-07T09:30Z", 9000 },
	/* Of Mon-Fri nights the Friday's belongs to Friday. */
	{ "T15", "mon-fri 22:00-06:00", NULL, "2026-03-28T00:00Z",
	    "2026-03-29T11:00Z", 21600 },
	{ "T16", OFFICE, NULL, "2026-01-13T16:30Z", "2026-01-14T10:00Z", 5400 },
	{ "backwards", OFFICE, NULL, "2026-01-14T16:30Z", "2026-01-14T10:00Z",
	    0 },
};

static void
test_elapsed(void **state)
{
	struct calendar c;

	(void)state;
	for (size_t i = 0; i < sizeof(elapsed) / sizeof(elapsed[0]); i++) {
		struct deadline d = { &c, at(elapsed[i].from), NULL };

		set_up(&c, "Europe/London", elapsed[i].hours,
		    elapsed[i].holidays);
		if (deadline_elapsed_ms(&d, at(elapsed[i].to)) !=
		    elapsed[i].seconds * 1000)
			fail_msg("%s", elapsed[i].name);
		calendar_clear(&c);
	}
}

/* Say when it is due and what comes before and after that. */
static void
tell(struct text *t, const struct deadline *d, int64_t target)
{
	static const int percents[] = { 50, 75, 100, 150 };
	char when[64];

	for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		civil_full(d->calendar->zone,
		    deadline_percent_ms(d, target, percents[i]), when,
		    sizeof(when));
		text_addf(t, "%3d %% %s\n", percents[i], when);
	}
	civil_full(d->calendar->zone, deadline_before_ms(d, target, HOUR_MS),
	    when, sizeof(when));
	text_addf(t, "1h   %s\n", when);
}

/* T1: a warning one hour before is not at midnight. */
static void
test_reminders_in_calendar_time(void **state)
{
	struct text t = { 0 };
	struct calendar c;
	struct deadline d = { &c, at("2016-03-07T17:00Z"), NULL };

	(void)state;
	set_up(&c, "UTC", "Mon-Fri 08-18", NULL);
	tell(&t, &d, 4 * HOUR_MS);
	assert_string_equal(t.data,
	    " 50 % 2016-03-08 09:00:00 UTC\n"
	    " 75 % 2016-03-08 10:00:00 UTC\n"
	    "100 % 2016-03-08 11:00:00 UTC\n"
	    "150 % 2016-03-08 13:00:00 UTC\n"
	    "1h   2016-03-08 10:00:00 UTC\n");
	assert_int_equal(deadline_before_ms(&d, HOUR_MS, 2 * HOUR_MS),
	    d.start_ms);
	text_clear(&t);
	calendar_clear(&c);
}

/* Reminders wait out a weekend and a pause like the clock itself. */
static void
test_reminders_over_a_weekend(void **state)
{
	struct interval_set pauses = { 0 };
	struct text t = { 0 };
	struct calendar c;
	struct deadline d = { &c, at("2026-03-27T15:00Z"), &pauses };

	(void)state;
	set_up(&c, "Europe/London", OFFICE, NULL);
	read_pauses(&pauses, "2026-03-27T16:30Z..2026-03-30T09:00Z");
	tell(&t, &d, 4 * HOUR_MS);
	assert_string_equal(t.data,
	    " 50 % 2026-03-30 10:30:00 BST\n"
	    " 75 % 2026-03-30 11:30:00 BST\n"
	    "100 % 2026-03-30 12:30:00 BST\n"
	    "150 % 2026-03-30 14:30:00 BST\n"
	    "1h   2026-03-30 11:30:00 BST\n");
	text_clear(&t);
	interval_set_clear(&pauses);
	calendar_clear(&c);
}

static void
test_why_never(void **state)
{
	struct interval_set pauses = { 0 };
	struct calendar c;
	struct deadline d = { &c, at("2026-01-14T09:00Z"), &pauses };
	char why[160];

	(void)state;
	set_up(&c, "UTC", "mon 09:00-09:01", NULL);
	assert_string_equal(deadline_why_never(&d, 400 * 24 * HOUR_MS, why),
	    "the calendar is not open for that long in 20 years, or before "
	    "2070");
	read_pauses(&pauses, "2026-01-14T09:59Z..");
	assert_string_equal(deadline_why_never(&d, HOUR_MS, why),
	    "the clock is paused and does not run far enough");
	interval_set_clear(&pauses);
	calendar_clear(&c);
}

/* A start that no calendar knows is no reason to look for ever. */
static void
test_starts_beyond_time(void **state)
{
	struct calendar c;
	struct deadline d = { &c, CALENDAR_TO_MS, NULL };

	(void)state;
	set_up(&c, "UTC", "24x7", NULL);
	assert_int_equal(deadline_due_ms(&d, 1), NEVER);
	d.start_ms = NEVER - 1;
	assert_int_equal(deadline_due_ms(&d, 1), NEVER);
	d.start_ms = INT64_MIN / 2;
	assert_int_equal(deadline_due_ms(&d, 1), NEVER);
	assert_int_equal(deadline_elapsed_ms(&d, 5000), 5000);
	calendar_clear(&c);
}

static const struct {
	const char *text;
	int32_t seconds, business_days;
	const char *shown;
} targets[] = {
	{ "4h", 14400, 0, "4h" },
	{ "90m", 5400, 0, "1h30m" },
	{ "1h30m", 5400, 0, "1h30m" },
	{ " 1 Hour 30 Minutes ", 5400, 0, "1h30m" },
	{ "15 min", 900, 0, "15m" },
	{ "45s", 45, 0, "45s" },
	{ "0s", 0, 0, "0s" },
	{ "0", 0, 0, "0s" },
	{ " 0 ", 0, 0, "0s" },
	{ "2d", 172800, 0, "2d" },
	{ "1w", 604800, 0, "7d" },
	{ "400d", 34560000, 0, "400d" },
	{ "2bd", 0, 2, "2bd" },
	{ "1 business day", 0, 1, "1bd" },
	{ "10 Business Days", 0, 10, "10bd" },
	{ "3 working days", 0, 3, "3bd" },
	{ "1bd 4h", 14400, 1, "1bd4h" },
	/* All of it is open time anyway. */
	{ "4 business hours", 14400, 0, "4h" },
	{ "90 Working Minutes", 5400, 0, "1h30m" },
	{ "4.5h", 16200, 0, "4h30m" },
	{ "0.25 h", 900, 0, "15m" },
	{ "1.500m", 90, 0, "1m30s" },
	{ "1.0bd", 0, 1, "1bd" },
	{ "PT4H", 14400, 0, "4h" },
	{ "pt240m", 14400, 0, "4h" },
	{ "PT1H30M", 5400, 0, "1h30m" },
	{ "P1DT12H", 129600, 0, "1d12h" },
	{ "P2W", 1209600, 0, "14d" },
	{ "PT0.5H", 1800, 0, "30m" },
	{ " P1DT1H1M1S ", 90061, 0, "1d1h1m1s" },
};
static const char *const no_targets[] = { "", " ", "4", "h", "4x", "-4h", "+4h",
	"1,5h", "4.h", ".5h", "0.0001h", "1.5bd", "0.0005s", "4 business weeks",
	"4 business", "P", "PT", "PT4", "P4H", "P1M", "P1Y", "PT4M3H", "PTT4H",
	"P1DT", "PT4H 30m", "4hPT4H", "P T4H", "P4T", "P1D4H", "PT4 H", "P401D",
	"PT99999999999S", "4 businessdaysandmore", "4[", "4 {", "401d", "00",
	"0 0", "9600h 1s", "401bd", "99999999999999999999h", "4h!",
	"4businessdaysandmore", "business day", "4h 99999999999s" };

static void
test_targets(void **state)
{
	struct deadline_target t;
	char shown[40], longest[DEADLINE_TEXT_MAX + 2];
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		if (!deadline_target_read(targets[i].text, &t, &why))
			fail_msg("\"%s\": %s", targets[i].text, why);
		assert_int_equal(t.seconds, targets[i].seconds);
		assert_int_equal(t.business_days, targets[i].business_days);
		deadline_target_text(t, shown, sizeof(shown));
		assert_string_equal(shown, targets[i].shown);
	}
	for (size_t i = 0; i < sizeof(no_targets) / sizeof(no_targets[0]); i++)
		if (deadline_target_read(no_targets[i], &t, &why))
			fail_msg("\"%s\" was read", no_targets[i]);
	memset(longest, ' ', sizeof(longest));
	text_copy(longest + DEADLINE_TEXT_MAX - 2, 4, "4h");
	assert_true(deadline_target_read(longest, &t, &why));
	text_copy(longest + DEADLINE_TEXT_MAX - 2, 4, "4h ");
	assert_false(deadline_target_read(longest, &t, &why));
}

/* A business day is as long as the calendar's: 8 h here, never 24. */
static void
test_business_days(void **state)
{
	struct deadline_target two = { .business_days = 2, .seconds = 60 };
	struct calendar c;

	(void)state;
	set_up(&c, "UTC", OFFICE, NULL);
	assert_int_equal(deadline_target_ms(two, &c), 16 * HOUR_MS + 60000);
	calendar_clear(&c);
	assert_true(calendar_init(&c, "UTC"));
	assert_int_equal(deadline_target_ms(two, &c), -1);
	two.business_days = 0;
	assert_int_equal(deadline_target_ms(two, &c), 60000);
}

/* Some pauses by chance, and the minutes that they leave. */
static void
draw_pauses(struct minutes *m, struct interval_set *pauses)
{
	for (int64_t n = draw(6); n > 0; n--) {
		int64_t from = draw(SPAN), length = draw(2 * DAY_MIN);

		if (draw(10) == 0)
			length = SPAN - from;
		interval_set_add(pauses, minute_ms(m, from),
		    minute_ms(m, from + length));
		for (int64_t i = from; i < from + length && i < SPAN; i++)
			m->open[i] = false;
	}
}

/* By which minute this many have been counted; -1: not in these weeks. */
static int64_t
count_minutes(const struct minutes *m, int64_t start, int64_t wanted)
{
	for (int64_t i = start; i < SPAN - EDGE_DAYS * DAY_MIN; i++) {
		if (wanted == 0)
			return i;
		wanted -= m->open[i];
	}
	return -1;
}

static int64_t
check_clock(struct minutes *m)
{
	int64_t start = (EDGE_DAYS + draw(8)) * DAY_MIN + draw(DAY_MIN),
		target = draw(3) == 0 ? draw(6000) : draw(500), want, got;
	struct interval_set pauses = { 0 };
	struct calendar c;
	struct drawn d;
	struct deadline deadline = { &c, minute_ms(m, start), &pauses };

	draw_calendar(&c, &d, m);
	minutes_open(m, &d);
	draw_pauses(m, &pauses);
	want = count_minutes(m, start, target);
	got = deadline_due_ms(&deadline, target * MINUTE_MS);
	if (want >= 0 && got != minute_ms(m, want))
		minutes_fail(m, &d, want, "not due");
	if (want < 0 && got < minute_ms(m, SPAN - EDGE_DAYS * DAY_MIN))
		minutes_fail(m, &d, start, "due early");
	if (want >= 0 &&
	    deadline_elapsed_ms(&deadline, got) != target * MINUTE_MS)
		minutes_fail(m, &d, want, "elapsed is not the target");
	text_clear(&d.said);
	interval_set_clear(&pauses);
	calendar_clear(&c);
	return want;
}

static const char *const zones[] = { "Europe/London", "America/New_York",
	"Australia/Lord_Howe", "Pacific/Auckland", "Africa/Cairo",
	"America/Santiago", "America/Havana", "Antarctica/Troll",
	"Pacific/Apia", "Asia/Kathmandu" };

static void
test_by_chance(void **state)
{
	static struct minutes m;
	uint64_t seed = 1000;
	int found = 0;

	(void)state;
	for (size_t z = 0; z < sizeof(zones) / sizeof(zones[0]); z++) {
		int64_t day = 14600; /* late in 2009 */

		minutes_zone(zones[z]);
		for (int n = 0; n < 4 && day > 0; n++) {
			minutes_look(&m, zones[z], day);
			for (int i = 0; i < 6; i++) {
				draw_begin(seed++);
				found += check_clock(&m) >= 0;
			}
			day = minutes_next_change(day + n * 400);
		}
	}
	assert_in_range(found, 100, 240);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dues),
		cmocka_unit_test(test_elapsed),
		cmocka_unit_test(test_reminders_in_calendar_time),
		cmocka_unit_test(test_reminders_over_a_weekend),
		cmocka_unit_test(test_why_never),
		cmocka_unit_test(test_starts_beyond_time),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_business_days),
		cmocka_unit_test(test_by_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
