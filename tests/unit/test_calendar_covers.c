/* Who stands in when, from an iCalendar file. */
#include "tests/unit/covers_story.h"

/* By whose clocks: a whole day is the person's, with its clock change. */
static void
days_are_the_persons(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	taken(&s,
	    VEVENT("UID:a\r\nSUMMARY:isla\r\n"
		   "DTSTART;VALUE=DATE:20261024\r\n"
		   "DTEND;VALUE=DATE:20261026\r\n")
		VEVENT("UID:b\r\nSUMMARY:maya\r\n"
		       "DTSTART;VALUE=DATE:20261101\r\n")
		    VEVENT("UID:c\r\nSUMMARY:maya\r\n"
			   "DTSTART:20260702T080000\r\nDURATION:PT1H\r\n")
			VEVENT("UID:d\r\nSUMMARY:maya\r\n"
			       "DTSTART;TZID=Pacific/Auckland:"
			       "20260702T080000\r\nDURATION:PT1H\r\n"),
	    "2 a support isla\n"
	    "  2026-10-23T23:00:00Z to 2026-10-26T00:00:00Z\n"
	    "8 b support maya\n"
	    "  2026-11-01T04:00:00Z to 2026-11-02T05:00:00Z\n"
	    "13 c support maya\n"
	    "  2026-07-02T12:00:00Z to 2026-07-02T13:00:00Z\n"
	    "19 d support maya\n"
	    "  2026-07-01T20:00:00Z to 2026-07-01T21:00:00Z\n");
	end(&s);
}

/* By the rule, less what is taken out, and with what is moved. */
static void
what_repeats_is_written_out(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	taken(&s,
	    VEVENT("UID:a\r\nSUMMARY:tom\r\nRRULE:FREQ=DAILY;COUNT=5\r\n"
		   "EXDATE:20260703T080000Z\r\n" HOURS
		   "RDATE:20260801T080000Z,20260801T080000Z\r\n")
		VEVENT("UID:a\r\nSUMMARY:isla\r\n"
		       "RECURRENCE-ID:20260704T080000Z\r\n"
		       "DTSTART:20260704T100000Z\r\nDURATION:PT1H\r\n")
		    VEVENT("UID:a\r\nSTATUS:CANCELLED\r\n"
			   "RECURRENCE-ID:20260705T080000Z\r\n" HOURS),
	    "2 a support tom\n"
	    "  20260702T080000Z: 2026-07-02T08:00:00Z to "
	    "2026-07-02T12:00:00Z\n"
	    "  20260706T080000Z: 2026-07-06T08:00:00Z to "
	    "2026-07-06T12:00:00Z\n"
	    "  20260801T080000Z: 2026-08-01T08:00:00Z to "
	    "2026-08-01T12:00:00Z\n"
	    "11 a/20260704T080000Z support isla\n"
	    "  20260704T080000Z: 2026-07-04T10:00:00Z to "
	    "2026-07-04T11:00:00Z\n"
	    "18 a/20260705T080000Z - -\n");
	end(&s);
}

/* At 10:00 on 1 July 2026: what is over, goes on, and is too far ahead. */
static void
only_what_is_ahead_is_taken(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	taken(&s,
	    VEVENT("UID:a\r\nSUMMARY:tom\r\nRRULE:FREQ=YEARLY\r\n"
		   "DTSTART:20200701T090000Z\r\nDURATION:PT1H\r\n")
		VEVENT("UID:b\r\nSUMMARY:tom\r\n"
		       "DTSTART:20260701T090000Z\r\nDURATION:PT2H\r\n")
		    VEVENT("UID:c\r\nSUMMARY:tom\r\n"
			   "DTSTART:20270805T100001Z\r\nDURATION:PT2H\r\n"),
	    "2 a support tom\n"
	    "  20270701T090000Z: 2027-07-01T09:00:00Z to "
	    "2027-07-01T10:00:00Z\n"
	    "9 b support tom\n"
	    "  2026-07-01T09:00:00Z to 2026-07-01T11:00:00Z\n"
	    "15 c support tom\n"
	    "over 7, later 1, seconds 0\n");
	end(&s);
}

static void
a_cancelled_calendar(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	taken(&s, "METHOD:CANCEL\r\n" VEVENT("UID:a\r\nSUMMARY:who?\r\n" HOURS),
	    "3 a - -\n");
	end(&s);
}

static void
what_is_not_understood_is_refused(void **state)
{
	static const struct {
		const char *lines, *why;
		size_t line;
	} rows[] = {
		{ "", "there is no event in it", 0 },
		{ VEVENT(HOURS "SUMMARY:tom\r\n"), "it has no UID", 2 },
		{ VEVENT("UID:\r\n" HOURS "SUMMARY:tom\r\n"), "it has no UID",
		    2 },
		{ VEVENT("UID:u\r\nSUMMARY:tom\r\n"), "it has no DTSTART", 2 },
		{ VEVENT("UID:u\r\nSUMMARY:tom\r\nDTSTART:nonsense\r\n"),
		    "a time that cannot be read", 2 },
		{ VEVENT("UID:u\r\nSUMMARY:tom\r\n"
			 "DTSTART:20260702T080000Z\r\n"),
		    "it has no length", 2 },
		{ VEVENT("UID:u\r\nSUMMARY:tom\r\nRRULE:FREQ=HOURLY\r\n" HOURS),
		    "its RRULE has", 2 },
		{ VEVENT("UID:u\r\nSUMMARY:tom\r\n" HOURS
			 "RECURRENCE-ID;RANGE=THISANDFUTURE:"
			 "20260702T080000Z\r\n"),
		    "a RECURRENCE-ID with RANGE", 2 },
		{ VEVENT("UID:u\r\nSUMMARY:tom\r\n" HOURS
			 "RECURRENCE-ID;TZID=Mars:20260702T080000\r\n"),
		    "a TZID that is no IANA time zone", 2 },
		{ VEVENT("UID:u\r\nSUMMARY:tom\r\n" HOURS)
			VEVENT("UID:u\r\nSUMMARY:tom\r\n" HOURS),
		    "its UID is that of the event of line 2", 8 },
	};
	struct story s;

	(void)state;
	begin(&s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		refuses(&s, rows[i].lines, rows[i].line, rows[i].why);
	assert_false(read_bytes(&s, "nonsense"));
	assert_string_equal(s.why, "it is no iCalendar file");
	end(&s);
}

/* Two calendars in one file; the first one's name is the file's. */
static void
calendars_one_after_another(void **state)
{
	static const char two[] =
	    "BEGIN:VCALENDAR\r\nX-SOME:thing\r\nX-WR-CALNAME:Ours\r\n" VEVENT(
		"UID:u\r\nSUMMARY:tom\r\n" HOURS) "END:VCALENDAR\r\nBEGIN:"
						  "VCALENDAR\r\nX-WR-CALNAME:"
						  "Theirs\r\n" VEVENT(
						      "UID:"
						      "v\r"
						      "\n" HOURS) "END:"
								  "VCALENDAR\r"
								  "\n";
	struct covers c;
	struct story s;

	(void)state;
	begin(&s);
	s.given.person = settings_person(s.settings, "isla");
	assert_true(
	    covers_read(&c, &s.given, two, strlen(two), &s.line, s.why));
	assert_string_equal(c.name, "Ours");
	assert_int_equal(c.count, 2);
	assert_int_equal(c.events[1].line, 13);
	assert_string_equal(c.events[1].person->name, "isla");
	covers_clear(&c);
	s.given.person = NULL; /* the second is refused */
	assert_false(
	    covers_read(&c, &s.given, two, strlen(two), &s.line, s.why));
	assert_int_equal(s.line, 13);
	end(&s);
}

/* Whole days are known by their date. */
static void
days_that_repeat(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	taken(&s,
	    VEVENT("UID:a\r\nSUMMARY:moana\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"
		   "DTSTART;VALUE=DATE:20260702\r\n")
		VEVENT("UID:a\r\nSUMMARY:moana\r\n"
		       "RECURRENCE-ID;VALUE=DATE:20260703\r\n"
		       "DTSTART;VALUE=DATE:20260713\r\n"),
	    "2 a support moana\n"
	    "  20260702: 2026-07-02T00:00:00Z to 2026-07-03T00:00:00Z\n"
	    "  20260704: 2026-07-04T00:00:00Z to 2026-07-05T00:00:00Z\n"
	    "8 a/20260703 support moana\n"
	    "  20260703: 2026-07-13T00:00:00Z to 2026-07-14T00:00:00Z\n");
	end(&s);
}

/* An event whose beginning is written oddly has no line. */
static void
an_event_without_a_line(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	assert_false(read_bytes(&s,
	    "BEGIN:VCALENDAR\r\nBEGIN;X=1:VEVENT\r\nUID:v\r\n" HOURS
	    "END:VEVENT\r\nEND:VCALENDAR\r\n"));
	assert_int_equal(s.line, 0);
	end(&s);
}

/* A moved time that itself repeats is still that one time. */
static void
a_moved_time_with_a_rule(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	taken(&s,
	    VEVENT("UID:a\r\nSUMMARY:tom\r\nRRULE:FREQ=DAILY;COUNT=2\r\n"
		   "RECURRENCE-ID:20260701T080000Z\r\n" HOURS)
		VEVENT(
		    "UID:b\r\nSUMMARY:tom\r\nRDATE:20260705T080000Z\r\n" HOURS),
	    "2 a/20260701T080000Z support tom\n"
	    "  20260701T080000Z: 2026-07-02T08:00:00Z to "
	    "2026-07-02T12:00:00Z\n"
	    "10 b support tom\n"
	    "  20260702T080000Z: 2026-07-02T08:00:00Z to "
	    "2026-07-02T12:00:00Z\n"
	    "  20260705T080000Z: 2026-07-05T08:00:00Z to "
	    "2026-07-05T12:00:00Z\n");
	refuses(&s,
	    VEVENT("UID:a\r\nSUMMARY:tom\r\n"
		   "RDATE:20280705T080000Z,20280706T080000Z\r\n"
		   "DTSTART:20260702T080000Z\r\n"),
	    2, "it has no length");
	end(&s);
}

/* Lines are those of the file, however they are folded or ended. */
static void
lines_are_those_of_the_file(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	assert_false(read_bytes(&s,
	    "BEGIN:VCALENDAR\nX-LONG:a\n b\n\tc\nBEGIN:VEVENT\nUID:u\n"
	    "SUMMARY:s\n upport: to\n m\nX-SUNWATCH-LINE:99\n"
	    "DTSTART:20260702T080000Z\nDURATION:PT1H\nEND:VEVENT\n\n"
	    "begin:vevent\nUID:v\nEND:VEVENT\nEND:VCALENDAR\n"));
	check_has(s.why, "it names nobody");
	assert_int_equal(s.line, 15);
	/* Whoever folds that, has no line. */
	assert_false(read_bytes(&s,
	    "BEGIN:VCALENDAR\nBEGIN:VEV\n ENT\nUID:v\nEND:VEVENT\n"
	    "END:VCALENDAR\n"));
	assert_int_equal(s.line, 2);
	end(&s);
}

static void
limits(void **state)
{
	struct text lines = { 0 };
	struct story s;
	char uid[COVERS_UID_MAX + 2];

	(void)state;
	begin(&s);
	memset(uid, 'u', sizeof(uid) - 1);
	uid[sizeof(uid) - 1] = '\0';
	text_addf(&lines, VEVENT("SUMMARY:tom\r\nUID:%s\r\n" HOURS), uid);
	refuses(&s, lines.data, 2, "its UID is longer than 250 bytes");
	text_clear(&lines);
	/* No name is so long. */
	text_addf(&lines, VEVENT("UID:u\r\nSUMMARY:tom%0*d\r\n" HOURS), 250, 0);
	refuses(&s, lines.data, 2, "it names nobody");
	text_clear(&lines);
	for (int i = 0; i < 6; i++)
		text_addf(&lines,
		    VEVENT("SUMMARY:tom\r\nUID:%d\r\n" HOURS
			   "RRULE:FREQ=DAILY\r\n"),
		    i);
	refuses(&s, lines.data, 0,
	    "more than 2000 times in the coming 400 days");
	text_clear(&lines);
	for (int i = 0; i < 5; i++)
		text_addf(&lines,
		    VEVENT("SUMMARY:tom\r\nUID:%d\r\n" HOURS
			   "RRULE:FREQ=DAILY;COUNT=400\r\n%s"),
		    i, i == 4 ? "RDATE:20260702T170000Z\r\n" : "");
	refuses(&s, lines.data, 0,
	    "more than 2000 times in the coming 400 days");
	text_clear(&lines);
	for (int i = 0; i <= COVERS_EVENTS_MAX; i++)
		text_addf(&lines,
		    VEVENT("SUMMARY:tom\r\nUID:%d\r\n"
			   "DTSTART;VALUE=DATE:20260101\r\n"),
		    i);
	refuses(&s, lines.data, 0, "more than 2000 events");
	text_clear(&lines);
	end(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_the_persons),
		cmocka_unit_test(what_repeats_is_written_out),
		cmocka_unit_test(only_what_is_ahead_is_taken),
		cmocka_unit_test(a_cancelled_calendar),
		cmocka_unit_test(what_is_not_understood_is_refused),
		cmocka_unit_test(calendars_one_after_another),
		cmocka_unit_test(a_moved_time_with_a_rule),
		cmocka_unit_test(days_that_repeat),
		cmocka_unit_test(an_event_without_a_line),
		cmocka_unit_test(lines_are_those_of_the_file),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests_name("calendar_covers", tests, NULL,
	    NULL);
}
