/* calendar_ical: what events close, and files that are refused. */
#include "tests/unit/calendar_story.h"

static bool
add(struct calendar *c, const char *events, char why[CALENDAR_WHY])
{
	struct text t = { 0 };
	bool ok;

	text_addf(&t,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n%s"
	    "END:VCALENDAR\r\n",
	    events);
	ok = calendar_add_ical(c, t.data, t.length, why);
	text_clear(&t);
	return ok;
}

#define EVENT(lines) "BEGIN:VEVENT\r\nUID:1\r\n" lines "END:VEVENT\r\n"
#define DAY(date) "DTSTART;VALUE=DATE:" date "\r\n"

/* What is closed of a calendar that is always open, in these years. */
static const struct {
	const char *name, *zone, *events, *from, *to, *closed;
} cases[] = {
	{ "a whole day", "Europe/London",
	    EVENT(DAY("20260403") "SUMMARY:Good Friday\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-04-02T23:00:00Z +86400" },
	{ "its end is not in it", "UTC",
	    EVENT(DAY("20260403") "DTEND;VALUE=DATE:20260405\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-04-03T00:00:00Z +172800" },
	{ "the end it began at", "UTC",
	    EVENT(DAY("20260403") "DTEND;VALUE=DATE:20260403\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-04-03T00:00:00Z +86400" },
	{ "so many days", "UTC", EVENT(DAY("20260403") "DURATION:P3D\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-04-03T00:00:00Z +259200" },
	{ "every year", "UTC", EVENT(DAY("20201225") "RRULE:FREQ=YEARLY\r\n"),
	    "2026-01-01T00:00Z", "2028-01-01T00:00Z",
	    "2026-12-25T00:00:00Z +86400 2027-12-25T00:00:00Z +86400" },
	{ "the last Monday of May, until", "UTC",
	    EVENT(DAY("20200525") "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;"
				  "UNTIL=20270531\r\n"),
	    "2026-01-01T00:00Z", "2030-01-01T00:00Z",
	    "2026-05-25T00:00:00Z +86400 2027-05-31T00:00:00Z +86400" },
	{ "but not that one", "UTC",
	    EVENT(DAY("20251225") "RRULE:FREQ=YEARLY;COUNT=3\r\n"
				  "EXDATE;VALUE=DATE:20261225\r\n"),
	    "2025-01-01T00:00Z", "2030-01-01T00:00Z",
	    "2025-12-25T00:00:00Z +86400 2027-12-25T00:00:00Z +86400" },
	{ "and that one", "UTC",
	    EVENT(DAY("20251225") "RDATE;VALUE=DATE:20260106,20260107\r\n"),
	    "2025-01-01T00:00Z", "2030-01-01T00:00Z",
	    "2025-12-25T00:00:00Z +86400 2026-01-06T00:00:00Z +172800" },
	{ "moved once", "UTC",
	    EVENT(DAY("20251225") "RRULE:FREQ=YEARLY;COUNT=2\r\n")
		EVENT(DAY("20261228") "RECURRENCE-ID;VALUE=DATE:20261225\r\n"),
	    "2025-01-01T00:00Z", "2030-01-01T00:00Z",
	    "2025-12-25T00:00:00Z +86400 2026-12-28T00:00:00Z +86400" },
	{ "cancelled once", "UTC",
	    EVENT(DAY("20251225") "RRULE:FREQ=YEARLY;COUNT=2\r\n")
		EVENT(DAY("20261225") "RECURRENCE-ID;VALUE=DATE:20261225\r\n"
				      "STATUS:CANCELLED\r\n"),
	    "2025-01-01T00:00Z", "2030-01-01T00:00Z",
	    "2025-12-25T00:00:00Z +86400" },
	{ "cancelled", "UTC",
	    EVENT(DAY("20260403") "STATUS:CANCELLED\r\n")
		EVENT(DAY("20260404")),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-04-04T00:00:00Z +86400" },
	{ "some hours in UTC", "Europe/London",
	    EVENT("DTSTART:20260701T120000Z\r\nDTEND:20260701T133000Z\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-07-01T12:00:00Z +5400" },
	{ "some hours of ours", "Europe/London",
	    EVENT("DTSTART:20260701T120000\r\nDURATION:PT1H30M\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-07-01T11:00:00Z +5400" },
	{ "some hours elsewhere", "Europe/London",
	    EVENT("DTSTART;TZID=America/New_York:20260701T120000\r\n"
		  "DTEND;TZID=America/New_York:20260701T130000\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-07-01T16:00:00Z +3600" },
	{ "a maker's zone name", "UTC",
	    EVENT("DTSTART;TZID=/freeassociation.sourceforge.net/"
		  "Europe/London:20260701T120000\r\nDURATION:PT1H\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-07-01T11:00:00Z +3600" },
	{ "every week by the wall, over a clock change", "UTC",
	    EVENT("DTSTART;TZID=Europe/London:20261019T090000\r\n"
		  "DURATION:PT1H\r\n"
		  "RRULE:FREQ=WEEKLY;UNTIL=20261026T090000Z\r\n"),
	    "2026-10-01T00:00Z", "2026-12-01T00:00Z",
	    "2026-10-19T08:00:00Z +3600 2026-10-26T09:00:00Z +3600" },
	{ "until just before", "UTC",
	    EVENT("DTSTART;TZID=Europe/London:20261019T090000\r\n"
		  "DURATION:PT1H\r\n"
		  "RRULE:FREQ=WEEKLY;UNTIL=20261026T085959Z\r\n"),
	    "2026-10-01T00:00Z", "2026-12-01T00:00Z",
	    "2026-10-19T08:00:00Z +3600" },
	{ "but not that one, told in UTC", "UTC",
	    EVENT("DTSTART;TZID=Europe/London:20260701T090000\r\n"
		  "DURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"
		  "EXDATE:20260702T080000Z\r\n"),
	    "2026-07-01T00:00Z", "2026-08-01T00:00Z",
	    "2026-07-01T08:00:00Z +3600 2026-07-03T08:00:00Z +3600" },
	{ "no length", "UTC", EVENT("DTSTART:20260701T120000Z\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z", "" },
	{ "an end before its beginning", "UTC",
	    EVENT("DTSTART:20260701T120000Z\r\nDTEND:20260701T110000Z\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z", "" },
	{ "a length below nothing", "UTC",
	    EVENT("DTSTART:20260701T120000Z\r\nDURATION:-PT1H\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z", "" },
	{ "until a day", "UTC",
	    EVENT("DTSTART:20260701T120000Z\r\nDURATION:PT1M\r\n"
		  "RRULE:FREQ=DAILY;UNTIL=20260702\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-07-01T12:00:00Z +60 2026-07-02T12:00:00Z +60" },
	{ "until a clock of its zone", "UTC",
	    EVENT("DTSTART;TZID=Europe/London:20260701T120000\r\n"
		  "DURATION:PT1M\r\n"
		  "RRULE:FREQ=DAILY;UNTIL=20260702T120000\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-07-01T11:00:00Z +60 2026-07-02T11:00:00Z +60" },
	{ "until long after", "UTC",
	    EVENT(DAY("20690101") "RRULE:FREQ=YEARLY;UNTIL=23000101\r\n"),
	    "2068-01-01T00:00Z", "2069-12-31T00:00Z",
	    "2069-01-01T00:00:00Z +86400" },
	{ "single times besides", "UTC",
	    EVENT("DTSTART:20260701T120000Z\r\nDURATION:PT1M\r\n"
		  "RDATE:20260801T130000Z\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-07-01T12:00:00Z +60 2026-08-01T13:00:00Z +60" },
	{ "not on that day, told as a day", "UTC",
	    EVENT("DTSTART:20260701T120000Z\r\nDURATION:PT1M\r\n"
		  "RRULE:FREQ=DAILY;COUNT=2\r\n"
		  "EXDATE;VALUE=DATE:20260701\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-07-02T12:00:00Z +60" },
	{ "another's replacement", "UTC",
	    EVENT(DAY(
		"20251225") "RRULE:FREQ=YEARLY;COUNT=2\r\n") "BEGIN:"
							     "VEVENT\r\nU"
							     "ID:"
							     "2\r\n" DAY(
								 "2026122"
								 "8") "RE"
								      "CU"
								      "RR"
								      "EN"
								      "CE"
								      "-I"
								      "D;"
								      "VA"
								      "LU"
								      "E="
								      "DA"
								      "TE"
								      ":2"
								      "02"
								      "61"
								      "22"
								      "5"
								      "\r"
								      "\n"
								      "EN"
								      "D:"
								      "VE"
								      "VE"
								      "NT"
								      "\r"
								      "\n"
								      "BE"
								      "GI"
								      "N:"
								      "VE"
								      "VE"
								      "NT"
								      "\r"
								      "\n" DAY(
									  "2026"
									  "123"
									  "0") "RECURRENCE-ID;VALUE=DATE:20261225\r\n"
									       "END:VEVENT\r\n",
	    "2026-01-01T00:00Z", "2030-01-01T00:00Z",
	    "2026-12-25T00:00:00Z +86400 2026-12-28T00:00:00Z +86400 "
	    "2026-12-30T00:00:00Z +86400" },
	{ "a repetition without a name", "UTC",
	    "BEGIN:VEVENT\r\n" DAY("20251225") "RRULE:FREQ=YEARLY;COUNT=2;"
					       "RSCALE=GREGORIAN\r\n"
					       "END:VEVENT\r\n",
	    "2026-01-01T00:00Z", "2030-01-01T00:00Z",
	    "2026-12-25T00:00:00Z +86400" },
	{ "one that is certain, and lines that end in one way", "UTC",
	    "BEGIN:VEVENT\n" DAY(
		"20260403") "STATUS:CONFIRMED\n"
			    "DESCRIPTION:a\rb\n c\nEND;X=1:VEVENT\n",
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-04-03T00:00:00Z +86400" },
	{ "every second Monday of all days", "UTC",
	    EVENT(DAY("20260105") "RRULE:FREQ=DAILY;INTERVAL=14;BYDAY=MO;"
				  "COUNT=2\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-01-05T00:00:00Z +86400 2026-01-19T00:00:00Z +86400" },
	{ "two calendars in one file", "UTC",
	    EVENT(DAY("20260403")) "END:VCALENDAR\r\n"
				   "BEGIN:VCALENDAR\r\n" EVENT(DAY("20260501")),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-04-03T00:00:00Z +86400 2026-05-01T00:00:00Z +86400" },
	{ "folded lines", "UTC",
	    EVENT("DTSTART;VALUE=DA\r\n TE:2026\r\n\t0403\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-04-03T00:00:00Z +86400" },
	{ "outside of what we know", "UTC",
	    EVENT(DAY("19001225") "RRULE:FREQ=YEARLY\r\n")
		EVENT(DAY("20990101")),
	    "2069-01-01T00:00Z", "2069-12-31T00:00Z",
	    "2069-12-25T00:00:00Z +86400" },
	{ "a description of nothing that matters", "UTC",
	    EVENT(DAY("20260403") "X-ODD:1\r\nLOCATION:\r\nCLASS:PUBLIC\r\n"
				  "TRANSP:TRANSPARENT\r\n"),
	    "2026-01-01T00:00Z", "2027-01-01T00:00Z",
	    "2026-04-03T00:00:00Z +86400" },
};

static char *
closed_between(const struct calendar *c, int64_t from_ms, int64_t to_ms)
{
	struct interval_set open = { 0 }, closed = { 0 };
	struct text got = { 0 };
	char begin[40];

	calendar_open(c, from_ms, to_ms, &open);
	interval_set_add(&closed, from_ms, to_ms);
	interval_set_subtract(&closed, &open);
	text_add(&got, "");
	for (size_t i = 0; i < closed.count; i++) {
		civil_utc(closed.items[i].from, begin, sizeof(begin));
		text_addf(&got, "%s%s +%lld", i > 0 ? " " : "", begin,
		    (long long)(closed.items[i].to - closed.items[i].from) /
			1000);
	}
	interval_set_clear(&open);
	interval_set_clear(&closed);
	return text_take(&got);
}

static void
test_closed(void **state)
{
	char why[CALENDAR_WHY], *got;
	struct calendar c;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(calendar_init(&c, cases[i].zone));
		assert_true(calendar_add_hours(&c, "24x7", why));
		if (!add(&c, cases[i].events, why))
			fail_msg("%s: %s", cases[i].name, why);
		got = closed_between(&c, at(cases[i].from), at(cases[i].to));
		if (strcmp(got, cases[i].closed) != 0)
			fail_msg("%s: %s, not %s", cases[i].name, got,
			    cases[i].closed);
		free(got);
		calendar_clear(&c);
	}
}

#define NAMELESS "event \"(without a name)\": "
#define UNREADABLE NAMELESS "a time that cannot be read"
#define NO_ZONE NAMELESS "a TZID that is no IANA time zone"
#define RULE(what) NAMELESS "its RRULE has " what ", which is not understood"

static const struct {
	const char *events, *why;
} wrong[] = {
	{ "", "there is no event in it" },
	{ "BEGIN:VTODO\r\nDTSTART;VALUE=DATE:20260403\r\nEND:VTODO\r\n",
	    "there is no event in it" },
	{ EVENT("SUMMARY:Easter\r\n"), "event \"Easter\": it has no DTSTART" },
	{ EVENT("DTSTART;VALUE=DATE:20261303\r\n"), UNREADABLE },
	{ EVENT("DTSTART;VALUE=DATE:tomorrow\r\n"), UNREADABLE },
	{ EVENT(DAY("20260230")), UNREADABLE },
	{ EVENT("DTSTART:20260403T250000Z\r\n"), UNREADABLE },
	{ EVENT("DTSTART:20260403T106000Z\r\n"), UNREADABLE },
	{ EVENT(DAY("18991231")), UNREADABLE },
	{ EVENT(DAY("21010101")), UNREADABLE },
	{ EVENT(DAY("20260400")), UNREADABLE },
	{ EVENT("DTSTART:20260403T100000Z\r\nDTEND;TZID=Nowhere:"
		"20260403T110000\r\n"),
	    NO_ZONE },
	{ EVENT(DAY("20260403") "RRULE:FREQ=DAILY;COUNT=2\r\nEXDATE;TZID="
				"Nowhere:20260403T110000\r\n"),
	    NO_ZONE },
	{ EVENT("DTSTART:20260403T100000Z\r\nRDATE;TZID=Nowhere:"
		"20260403T110000\r\n"),
	    NO_ZONE },
	{ EVENT(DAY("20260403") "RRULE:FREQ=DAILY;COUNT=2\r\n") EVENT(
	      "SUMMARY:moved\r\n" DAY(
		  "20260403") "RECURRENCE-ID;TZID=Nowhere:20260403T110000\r\n"),
	    "event \"moved\": a TZID that is no IANA time zone" },
	{ EVENT(DAY("20260403") "RRULE:FREQ=DAILY;UNTIL=20260431\r\n"),
	    NAMELESS "an UNTIL that cannot be read" },
	{ EVENT(DAY("20260403") "RRULE:FREQ=YEARLY;BYMONTHDAY=3\r\n"),
	    RULE("FREQ=YEARLY and BYMONTHDAY without BYMONTH") },
	{ EVENT(DAY("20260403") "RRULE:FREQ=DAILY;RSCALE=HEBREW\r\n"),
	    RULE("RSCALE") },
	{ EVENT(DAY("20260403") "RRULE:FREQ=YEARLY;RSCALE=GREGORIAN;"
				"BYMONTH=13\r\n"),
	    RULE("BYMONTH beyond 12") },
	{ EVENT("DTSTART:19700101T100000Z\r\nDURATION:PT1M\r\nRRULE:FREQ="
		"DAILY\r\n"),
	    "more than 20000 holidays" },
	{ EVENT(DAY("20260403") "DTEND:20260404T100000Z\r\n"),
	    NAMELESS "a day with a time as its end" },
	{ EVENT("DTSTART;TZID=W. Europe Standard Time:20260701T120000\r\n"),
	    NO_ZONE },
	{ EVENT(DAY("20260403") "RRULE:FREQ=SOMETIMES\r\n"), UNREADABLE },
	{ EVENT(DAY("20260403") "RRULE:FREQ=HOURLY\r\n"),
	    RULE("FREQ other than DAILY, WEEKLY, MONTHLY, YEARLY") },
	{ EVENT(DAY("20260403") "RRULE:FREQ=DAILY;BYHOUR=3\r\n"),
	    RULE("BYHOUR, BYMINUTE, BYSECOND") },
	{ EVENT(DAY("20260403") "RRULE:FREQ=DAILY;BYMINUTE=3\r\n"),
	    RULE("BYHOUR, BYMINUTE, BYSECOND") },
	{ EVENT(DAY("20260403") "RRULE:FREQ=DAILY;BYSECOND=3\r\n"),
	    RULE("BYHOUR, BYMINUTE, BYSECOND") },
	{ EVENT(DAY("20260403") "RRULE:FREQ=YEARLY;BYWEEKNO=20\r\n"),
	    RULE("BYWEEKNO") },
	{ EVENT(DAY("20260403") "RRULE:FREQ=YEARLY\r\nRRULE:FREQ=DAILY\r\n"),
	    NAMELESS "more than one RRULE" },
	{ EVENT(DAY("20260403") "RRULE:FREQ=YEARLY\r\nEXRULE:FREQ=YEARLY\r\n"),
	    NAMELESS "an EXRULE, which is not understood" },
	{ EVENT(DAY("20260403") "RDATE;VALUE=PERIOD:20260403T100000Z/PT1H\r\n"),
	    NAMELESS "an RDATE of periods, which is not understood" },
	{ EVENT("DTSTART:20260403T100000Z\r\nRDATE;VALUE=DATE:20260404\r\n"),
	    NAMELESS "an RDATE without a time" },
	{ EVENT(DAY("19700101") "RRULE:FREQ=DAILY\r\n")
		EVENT(DAY("19700101") "RRULE:FREQ=DAILY\r\n"),
	    NAMELESS "the file repeats too much" },
};

static void
test_wrong(void **state)
{
	char why[CALENDAR_WHY];
	struct calendar c;

	(void)state;
	assert_true(calendar_init(&c, "UTC"));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		why[0] = '\0';
		if (add(&c, wrong[i].events, why))
			fail_msg("taken: %s", wrong[i].events);
		assert_string_equal(why, wrong[i].why);
	}
	assert_int_equal(c.holidays.count + c.closed.count, 0);
}

static void
refused(struct calendar *c, const char *bytes, size_t length, const char *want)
{
	char why[CALENDAR_WHY];

	assert_false(calendar_add_ical(c, bytes, length, why));
	assert_string_equal(why, want);
}

/* As deep, as long, as many as one likes: up to a limit. */
static void
test_hostile(void **state)
{
	struct text t = { 0 };
	struct calendar c;
	char *large = mem_alloc(CALENDAR_ICAL_MAX + 1);

	(void)state;
	assert_true(calendar_init(&c, "UTC"));
	memset(large, 'x', CALENDAR_ICAL_MAX + 1);
	refused(&c, large, CALENDAR_ICAL_MAX + 1, "it is larger than 1 MiB");
	free(large);
	refused(&c, "", 0, "it is no iCalendar file");
	refused(&c, "BEGIN:VCALENDAR\0", 16, "it is no iCalendar file");
	refused(&c, "<html></html>", 13, "it is no iCalendar file");
	for (int i = 0; i < 70000; i++)
		text_add(&t, i % 2 ? "BEGIN:A\n" : "BE\n GIN:A\nEND\n");
	refused(&c, t.data, t.length, "its components are nested too deep");
	t.length = 0;
	text_add(&t, "BEGIN:VCALENDAR\nX-A");
	while (t.length < 2 * CALENDAR_LINE_MAX)
		text_add(&t, ";A=\r\n B");
	text_add(&t, ":1\nEND:VCALENDAR\n");
	refused(&c, t.data, t.length, "a line is longer than 16 KiB");
	t.length = 0;
	text_add(&t, "BEGIN:VCALENDAR\n");
	for (int i = 0; i <= CALENDAR_EVENTS_MAX; i++)
		text_add(&t,
		    "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260403\nEND:VEVENT\n");
	text_add(&t, "END:VCALENDAR\n");
	refused(&c, t.data, t.length, "more than 10000 events");
	text_clear(&t);
	calendar_clear(&c);
}

static void
repeat(struct text *t, const char *lines, int times)
{
	t->length = 0;
	text_add(t, "BEGIN:VCALENDAR\n");
	for (int i = 0; i < times; i++)
		text_add(t, lines);
	text_add(t, "END:VCALENDAR\n");
}

/* Looking for days costs, even when there are none; so does leaving out. */
static void
test_costs(void **state)
{
	struct text t = { 0 }, event = { 0 };
	struct calendar c;

	(void)state;
	assert_true(calendar_init(&c, "UTC"));
	repeat(&t,
	    EVENT(DAY("19700101") "RRULE:FREQ=DAILY;BYMONTH=2;"
				  "BYMONTHDAY=30\r\n"),
	    1500);
	refused(&c, t.data, t.length,
	    "event \"(without a name)\": the file repeats too much");
	/* Each looks through all of them for what stands in its place. */
	repeat(&t,
	    EVENT(DAY("20260403") "RRULE:FREQ=DAILY;COUNT=1\r\n"
				  "RECURRENCE-ID:20260404T000000Z\r\n"),
	    5000);
	refused(&c, t.data, t.length,
	    "event \"(without a name)\": the file repeats too much");
	text_add(&event, "BEGIN:VEVENT\n" DAY("19700101") "RRULE:FREQ=DAILY\n");
	for (int i = 0; i < 600; i++)
		text_add(&event, "EXDATE;VALUE=DATE:20700101\n");
	text_add(&event, "END:VEVENT\n");
	repeat(&t, event.data, 1);
	refused(&c, t.data, t.length,
	    "event \"(without a name)\": the file repeats too much");
	text_clear(&event);
	text_clear(&t);
	calendar_clear(&c);
}

/* Rules that ask for a day that does not exist end at once. */
static void
test_never(void **state)
{
	static const char *const rules[] = {
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
		"FREQ=MONTHLY;BYDAY=1TH;BYSETPOS=2",
		"FREQ=YEARLY;BYDAY=54MO",
	};
	char why[CALENDAR_WHY], event[200];
	struct calendar c;

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		assert_true(calendar_init(&c, "UTC"));
		text_format(event, sizeof(event),
		    EVENT(DAY("20260130") "RRULE:%s\r\n"), rules[i]);
		if (!add(&c, event, why))
			fail_msg("%s: %s", rules[i], why);
		assert_int_equal(interval_set_length(&c.holidays), 1);
		calendar_clear(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_costs),
		cmocka_unit_test(test_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
