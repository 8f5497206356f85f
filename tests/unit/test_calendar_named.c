/* Whose hours an event of a calendar is: by guests, summary, our own words. */
#include "lib/rota_ical.h"
#include "tests/unit/covers_story.h"

static void
whom_an_event_names(void **state)
{
	static const struct {
		const char *lines, *rota, *person;
	} rows[] = {
		{ "SUMMARY:support: tom\r\n", "support", "tom" },
		{ "SUMMARY: SECOND :  Tom \r\n", "second", "tom" },
		{ "SUMMARY:tom\r\n", "support", "tom" },
		{ "ATTENDEE:mailto:m@kahu.example\r\n", "support", "maya" },
		{ "ATTENDEE;CN=Maya:MAILTO:M@KAHU.example\r\n"
		  "ATTENDEE:mailto:boss@elsewhere.example\r\n"
		  "ATTENDEE:mailto:m@kahu.example\r\n",
		    "support", "maya" },
		/* A guest was asked in; the rota is still the summary's. */
		{ "SUMMARY:second: tom\r\nATTENDEE:mailto:i@kahu.example\r\n",
		    "second", "isla" },
		{ "SUMMARY:second: who?\r\nATTENDEE:mailto:i@kahu.example\r\n",
		    "second", "isla" },
		{ "ATTENDEE;PARTSTAT=DECLINED:mailto:i@kahu.example\r\n"
		  "ATTENDEE;PARTSTAT=ACCEPTED:mailto:t@kahu.example\r\n",
		    "support", "tom" },
		/* What is written for people is heard before our own words. */
		{ "SUMMARY:support: tom\r\nX-SUNWATCH-PERSON:isla\r\n"
		  "X-SUNWATCH-ROTA:second\r\n",
		    "support", "tom" },
		{ "SUMMARY:On watch: second\r\nX-SUNWATCH-PERSON:isla\r\n",
		    "second", "isla" },
		{ "SUMMARY:Watch: at home\r\nX-SUNWATCH-PERSON:isla\r\n"
		  "X-SUNWATCH-ROTA:second\r\n",
		    "second", "isla" },
		{ "X-SUNWATCH-PERSON:isla\r\n", "support", "isla" },
		{ "X-OTHER:1\r\nX-SUNWATCH-PERSON:isla\r\n"
		  "X-SUNWATCH-PLACE:first\r\n",
		    "support", "isla" },
		{ "SUMMARY:tom\r\nATTENDEE:i@kahu.example\r\n", "support",
		    "isla" },
		{ "SUMMARY:Dinner: with friends (second)\r\n"
		  "X-SUNWATCH-PERSON:isla\r\n",
		    "support", "isla" },
		{ "SUMMARY:   \r\nX-SUNWATCH-PERSON:isla\r\n", "support",
		    "isla" },
	};
	struct story s;

	(void)state;
	begin(&s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *lines =
		    text_of(VEVENT("UID:u\r\n" HOURS "%s"), rows[i].lines);
		char *expected = text_of("2 u %s %s\n" MORNING, rows[i].rota,
		    rows[i].person);

		taken(&s, lines, expected);
		free(lines);
		free(expected);
	}
	end(&s);
}

/* In a person's own calendar no event need name them. */
static void
who_is_said_by_the_caller(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	s.given.person = settings_person(s.settings, "maya");
	s.given.rota = settings_rota(s.settings, "second");
	taken(&s,
	    VEVENT("UID:u\r\nSUMMARY:Cover\r\n" HOURS)
		VEVENT("UID:v\r\nSUMMARY:support: tom\r\n" HOURS)
		    VEVENT("UID:w\r\nSUMMARY:On watch: support\r\n" HOURS),
	    "2 u second maya\n" MORNING "8 v support tom\n" MORNING
	    "14 w support maya\n" MORNING);
	end(&s);
}

static void
what_names_nobody_is_refused(void **state)
{
	static const struct {
		const char *lines, *why;
	} rows[] = {
		{ "SUMMARY:Dentist\r\n", "event \"Dentist\": it names nobody" },
		{ "", "event \"(without a name)\": it names nobody" },
		{ "SUMMARY:support: who\r\n",
		    "its SUMMARY names \"who\", who is not one of the people" },
		/* They were isla's then, by words that nobody sees. */
		{ "SUMMARY:suport: tom\r\nX-SUNWATCH-PERSON:isla\r\n",
		    "its SUMMARY names tom, and there is no rota \"suport\"" },
		{ "X-SUNWATCH-PERSON:who\r\n",
		    "X-SUNWATCH-PERSON: who is not one of the people" },
		{ "SUMMARY:tom\r\nX-SUNWATCH-ROTA:x\r\n",
		    "X-SUNWATCH-ROTA: there is no rota x" },
		{ "ATTENDEE:mailto:i@kahu.example\r\n"
		  "ATTENDEE:mailto:t@kahu.example\r\n",
		    "its ATTENDEEs are two people, isla and tom" },
		{ "ATTENDEE;PARTSTAT=DECLINED:mailto:t@kahu.example\r\n",
		    "it names nobody" },
	};
	struct story s;

	(void)state;
	begin(&s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *lines = text_of(VEVENT("UID:a\r\nSUMMARY:tom\r\n" HOURS)
					  VEVENT("UID:u\r\n" HOURS "%s"),
		    rows[i].lines);

		refuses(&s, lines, 8, rows[i].why);
		free(lines);
	}
	end(&s);
}

/* What the pager writes says whose hours they are, and who is only second. */
static void
our_own_calendars_are_read_back(void **state)
{
	struct ical_watch w = { .uid = "support.20260702@kahu.example",
		.summary = "On watch: support",
		.description = "Second: isla",
		.rota = "support",
		.person = "tom",
		.from_ms = 1782979200000,
		.to_ms = 1782993600000 };
	struct text t = { 0 };
	struct story s;

	(void)state;
	begin(&s);
	ical_begin(&t, "Kahu: tom");
	ical_add(&t, &w);
	w.uid = "support.20260702.second@kahu.example";
	w.summary = "On watch: support (second)";
	w.second = true;
	ical_add(&t, &w);
	w.uid = "second.20260702@kahu.example";
	w.summary = "second: tom (second)"; /* a maker may drop our own words */
	w.rota = w.person = "";
	w.second = false;
	ical_add(&t, &w);
	ical_end(&t);
	assert_true(read_bytes(&s, t.data));
	assert_string_equal(s.told.data,
	    "10 support.20260702@kahu.example support tom\n" MORNING
	    "23 support.20260702.second@kahu.example - -\n"
	    "37 second.20260702@kahu.example - -\n"
	    "over 0, later 0, seconds 2\n");
	text_clear(&t);
	end(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whom_an_event_names),
		cmocka_unit_test(who_is_said_by_the_caller),
		cmocka_unit_test(what_names_nobody_is_refused),
		cmocka_unit_test(our_own_calendars_are_read_back),
	};

	return cmocka_run_group_tests_name("calendar_named", tests, NULL, NULL);
}
