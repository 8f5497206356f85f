/* calendar_repeat: a stretch again and again, by the clock of its zone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/calendar_repeat.h"
#include "lib/civil.h"
#include "lib/text.h"

static struct interval
span(const char *zone, const char *from, const char *to)
{
	struct interval x;

	assert_true(civil_read(from, zone, false, &x.from));
	assert_true(civil_read(to, zone, true, &x.to));
	return x;
}

static void
times_by_rule(void **state)
{
	static const struct {
		const char *zone, *from, *to, *rule, *times;
	} cases[] = {
		{ "UTC", "2026-11-26T02:00", "2026-11-26T04:00",
		    "FREQ=WEEKLY;COUNT=3",
		    "2026-11-26T02:00:00Z 2026-11-26T04:00:00Z\n"
		    "2026-12-03T02:00:00Z 2026-12-03T04:00:00Z\n"
		    "2026-12-10T02:00:00Z 2026-12-10T04:00:00Z\n" },
		/* The clocks of London stay; on 29 March 01:30 is skipped. */
		{ "Europe/London", "2026-03-22T01:30", "2026-03-22T03:00",
		    "FREQ=WEEKLY;COUNT=3",
		    "2026-03-22T01:30:00Z 2026-03-22T03:00:00Z\n"
		    "2026-03-29T01:00:00Z 2026-03-29T02:00:00Z\n"
		    "2026-04-05T00:30:00Z 2026-04-05T02:00:00Z\n" },
		/* Shown twice: from the first to the last. */
		{ "Europe/London", "2026-10-24T01:15", "2026-10-24T01:45",
		    "FREQ=DAILY;COUNT=2",
		    "2026-10-24T00:15:00Z 2026-10-24T00:45:00Z\n"
		    "2026-10-25T00:15:00Z 2026-10-25T01:45:00Z\n" },
		/* Over midnight; first and third Thursdays. */
		{ "UTC", "2026-12-03T22:00", "2026-12-04T01:00",
		    "FREQ=MONTHLY;BYDAY=1TH,3TH;COUNT=3",
		    "2026-12-03T22:00:00Z 2026-12-04T01:00:00Z\n"
		    "2026-12-17T22:00:00Z 2026-12-18T01:00:00Z\n"
		    "2027-01-07T22:00:00Z 2027-01-08T01:00:00Z\n" },
		/* UNTIL is an instant, and belongs to them. */
		{ "Pacific/Auckland", "2026-12-01T02:00", "2026-12-01T03:00",
		    "FREQ=DAILY;UNTIL=20261202T130000Z",
		    "2026-11-30T13:00:00Z 2026-11-30T14:00:00Z\n"
		    "2026-12-01T13:00:00Z 2026-12-01T14:00:00Z\n"
		    "2026-12-02T13:00:00Z 2026-12-02T14:00:00Z\n" },
		{ "Pacific/Auckland", "2026-12-01T02:00", "2026-12-01T03:00",
		    "FREQ=DAILY;UNTIL=20261202T125959Z",
		    "2026-11-30T13:00:00Z 2026-11-30T14:00:00Z\n"
		    "2026-12-01T13:00:00Z 2026-12-01T14:00:00Z\n" },
		{ "UTC", "2026-12-01T02:00:30", "2026-12-01T03:00",
		    "FREQ=DAILY;UNTIL=20261202",
		    "2026-12-01T02:00:30Z 2026-12-01T03:00:00Z\n"
		    "2026-12-02T02:00:30Z 2026-12-02T03:00:00Z\n" },
		/* The first time counts, whatever the rule means. */
		{ "UTC", "2026-11-24T02:00", "2026-11-24T03:00",
		    "FREQ=WEEKLY;BYDAY=TH;COUNT=2",
		    "2026-11-24T02:00:00Z 2026-11-24T03:00:00Z\n"
		    "2026-11-26T02:00:00Z 2026-11-26T03:00:00Z\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct interval out[10];
		struct text t = { 0 };
		char why[160] = "", at[40];
		size_t n = calendar_repeat(cases[i].rule, cases[i].zone,
		    span(cases[i].zone, cases[i].from, cases[i].to), NEVER, out,
		    10, why);

		assert_string_equal(why, "");
		for (size_t k = 0; k < n; k++) {
			civil_utc(out[k].from, at, sizeof(at));
			text_addf(&t, "%s ", at);
			civil_utc(out[k].to, at, sizeof(at));
			text_addf(&t, "%s\n", at);
		}
		assert_string_equal(t.data, cases[i].times);
		text_clear(&t);
	}
}

static void
an_end_of_the_callers(void **state)
{
	struct interval out[10],
	    first = span("UTC", "2026-11-26T02:00", "2026-11-26T04:00");
	char why[160];

	(void)state;
	assert_int_equal(calendar_repeat("FREQ=DAILY", "UTC", first,
			     first.from + 2 * INT64_C(86400000), out, 10, why),
	    3);
	assert_int_equal(calendar_repeat("FREQ=DAILY", "UTC", first,
			     first.from + 2 * INT64_C(86400000) - 1, out, 10,
			     why),
	    2);
}

static void
what_cannot_be_done_is_said(void **state)
{
	static const struct {
		const char *rule, *why;
	} cases[] = {
		{ "", "\"\" is no rule, as FREQ=WEEKLY;BYDAY=TH;COUNT=10" },
		{ "every thursday",
		    "\"every thursday\" is no rule, as "
		    "FREQ=WEEKLY;BYDAY=TH;COUNT=10" },
		{ "FREQ=WEEKLY",
		    "the rule has no end: give it COUNT or UNTIL" },
		{ "FREQ=HOURLY;COUNT=3",
		    "FREQ other than DAILY, WEEKLY, MONTHLY, YEARLY is not "
		    "understood" },
		{ "FREQ=DAILY;BYHOUR=3;COUNT=2",
		    "BYHOUR, BYMINUTE, BYSECOND is not understood" },
		{ "FREQ=DAILY;COUNT=11", "it repeats more than 10 times" },
		{ "FREQ=DAILY;UNTIL=19690101",
		    "\"FREQ=DAILY;UNTIL=19690101\" is no rule, as "
		    "FREQ=WEEKLY;BYDAY=TH;COUNT=10" },
		{ "FREQ=DAILY;UNTIL=20700101",
		    "\"FREQ=DAILY;UNTIL=20700101\" is no rule, as "
		    "FREQ=WEEKLY;BYDAY=TH;COUNT=10" },
		{ "FREQ=DAILY;UNTIL=20261301",
		    "\"FREQ=DAILY;UNTIL=20261301\" is no rule, as "
		    "FREQ=WEEKLY;BYDAY=TH;COUNT=10" },
		{ "FREQ=DAILY;UNTIL=20260012",
		    "\"FREQ=DAILY;UNTIL=20260012\" is no rule, as "
		    "FREQ=WEEKLY;BYDAY=TH;COUNT=10" },
		{ "FREQ=DAILY;UNTIL=20261200",
		    "\"FREQ=DAILY;UNTIL=20261200\" is no rule, as "
		    "FREQ=WEEKLY;BYDAY=TH;COUNT=10" },
		{ "FREQ=DAILY;UNTIL=20261232",
		    "\"FREQ=DAILY;UNTIL=20261232\" is no rule, as "
		    "FREQ=WEEKLY;BYDAY=TH;COUNT=10" },
		/* Found by fuzzing: libical forgets its words. */
		{ "RSCALE=.0", "RSCALE is not understood" },
		{ "rscale=GREGORIAN;FREQ=DAILY;COUNT=2",
		    "RSCALE is not understood" },
		{ "FREQ=YEARLY;COUNT=9",
		    "it does not come so often within 800 days" },
		{ "FREQ=YEARLY;UNTIL=20400101",
		    "it ends more than 800 days ahead" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct interval out[10];
		char why[160] = "";

		assert_int_equal(calendar_repeat(cases[i].rule, "UTC",
				     span("UTC", "2026-11-26T02:00",
					 "2026-11-26T04:00"),
				     NEVER, out, 10, why),
		    0);
		assert_string_equal(why, cases[i].why);
	}
}

static void
a_rule_without_end_is_not_read(void **state)
{
	struct interval out[10],
	    first = span("UTC", "2026-11-26T02:00", "2026-11-26T04:00");
	char rule[600], why[160];

	(void)state;
	memset(rule, ' ', sizeof(rule));
	memcpy(rule, "FREQ=DAILY;COUNT=2", 18);
	rule[501] = '\0';
	assert_int_equal(calendar_repeat(rule, "UTC", first, NEVER, out, 10,
			     why),
	    0);
	assert_string_equal(why, "a rule is at most 500 bytes long");
}

/* Civil time: what no clock shows that day is no time, and an end behind what
   is known ahead leaves the days that are. */
static void
times_that_no_clock_shows(void **state)
{
	struct interval out[10],
	    first =
		span("Europe/London", "2026-03-28T01:10", "2026-03-28T01:40");
	char why[160] = "";

	(void)state;
	/* On 29 March 01:00 to 02:00 is skipped: both ends are one instant. */
	assert_int_equal(calendar_repeat("FREQ=DAILY;COUNT=3", "Europe/London",
			     first, NEVER, out, 10, why),
	    2);
	assert_string_equal(why, "");
	assert_int_equal(out[1].from,
	    first.from + 2 * INT64_C(86400000) - 3600000);
	/* A count that ends before the caller's end is reached. */
	assert_int_equal(calendar_repeat("FREQ=WEEKLY;COUNT=9", "Europe/London",
			     first, first.from + 10 * INT64_C(86400000), out,
			     10, why),
	    2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_by_rule),
		cmocka_unit_test(an_end_of_the_callers),
		cmocka_unit_test(what_cannot_be_done_is_said),
		cmocka_unit_test(a_rule_without_end_is_not_read),
		cmocka_unit_test(times_that_no_clock_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
