/*
 * Service hours with iCalendar files: what they say is read with the tree,
 * kept with it, and a part of the terms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/report_agreed.h"
#include "lib/sla_text.h"
#include "tests/unit/settings_folder.h"

#define EVENT(what) "BEGIN:VEVENT\nUID:1\n" what "END:VEVENT\n"
#define ICAL(events) "BEGIN:VCALENDAR\nVERSION:2.0\n" events "END:VCALENDAR\n"
#define DAY(date) EVENT("DTSTART;VALUE=DATE:" date "\n")

static struct folder f;

static void
put_tree(const char *more)
{
	struct text t = { 0 };

	text_addf(&t,
	    SITE AGENTS PEOPLE LADDERS
	    "calendars:\n"
	    "  - { name: open, hours: 'mon-fri 09:00-17:00', holidays: "
	    "2026-12-28, ical: %s/days.ics }\n"
	    "slas:\n"
	    "  - { name: own, guarantee: 99%%, notice: 0s, service_hours: open "
	    "}\n"
	    "clients:\n"
	    "  - { name: c, zone: Europe/London, sla: own, endpoints: [] }\n"
	    "%s",
	    f.path, more);
	put(&f, "sunwatch.yaml", t.data);
	text_clear(&t);
}

static char *
terms(const struct settings *s, const char *client)
{
	const struct client *c = settings_client(s, client);
	struct sla_facts facts;
	char *text;

	settings_agreed(s, c, c->sla, &facts);
	text = report_agreed_text(&facts, &facts.versions[0]);
	sla_facts_clear(&facts);
	return text;
}

static void
terms_are(const struct settings *s, const char *client, const char *expected)
{
	char *text = terms(s, client);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

#define TERMS(more)                                                            \
	"{\"service_hours\":{\"hours\":[\"mon-fri "                            \
	"09:00-17:00\"],\"holidays\":"                                         \
	"[\"2026-12-28\"" more "}}"

static struct settings *
load(enum settings_for whom)
{
	struct conf_errors errors = { 0 };

	return sound(settings_load_for(whom, in_folder(&f, "sunwatch.yaml"),
			 &errors),
	    &errors);
}

/* Days of the file, a stretch of it, and another one after an edit. */
static void
what_a_file_says_is_agreed(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s, *kept;
	struct folder home;

	(void)state;
	begin(&f);
	put(&f, "days.ics",
	    ICAL(DAY("20261225")
		    EVENT("DTSTART;VALUE=DATE:20261231\nDTEND;VALUE=DATE:"
			  "20270103\n")
			EVENT("DTSTART:20260703T100000Z\nDTEND:20260703T110000Z"
			      "\n")));
	put_tree("");
	s = load(SETTINGS_FOR_EVALUATE);
	terms_are(s, "c",
	    TERMS(",\"2026-12-25,2026-12-31..2027-01-02\"],\"exceptions\":[],"
		  "\"closed\":[[\"2026-07-03T10:00:00Z\",\"2026-07-03T11:00:"
		  "00Z\"]]"));
	/* The kept tree needs no file, and has it as it was. */
	begin(&home);
	assert_int_equal(settings_keep(s, in_folder(&home, "kept")), 0);
	settings_free(s);
	put(&f, "days.ics", ICAL(DAY("20261224")));
	kept = sound(settings_kept(SETTINGS_FOR_EVALUATE,
			 in_folder(&home, "kept"), &errors),
	    &errors);
	terms_are(kept, "c",
	    TERMS(",\"2026-12-25,2026-12-31..2027-01-02\"],\"exceptions\":[],"
		  "\"closed\":[[\"2026-07-03T10:00:00Z\",\"2026-07-03T11:00:"
		  "00Z\"]]"));
	settings_free(kept);
	end(&home);
	s = load(SETTINGS_FOR_ALL);
	terms_are(s, "c", TERMS(",\"2026-12-24\"],\"exceptions\":[]"));
	settings_free(s);
	/* Who journals nothing reads no file. */
	assert_int_equal(unlink(in_folder(&f, "days.ics")), 0);
	s = load(SETTINGS_FOR_PAGER);
	terms_are(s, "c", TERMS("],\"exceptions\":[]"));
	settings_free(s);
	end(&f);
}

/* A stretch without an offset is that of each account's zone. */
static void
clocks_are_those_of_the_account(void **state)
{
	struct settings *s;

	(void)state;
	begin(&f);
	put(&f, "days.ics",
	    ICAL(EVENT("DTSTART:20260703T100000\nDTEND:20260703T110000\n")));
	put_tree("  - { name: d, zone: Pacific/Auckland, sla: silver, "
		 "amendments: [{ from: 2027-01-01, sla: own }], endpoints: [] "
		 "}\n"
		 "  - { name: e, zone: Pacific/Auckland, sla: own, endpoints: "
		 "[] }\n");
	s = load(SETTINGS_FOR_EVALUATE);
	terms_are(s, "c",
	    TERMS("],\"exceptions\":[],\"closed\":[[\"2026-07-03T09:00:00Z\","
		  "\"2026-07-03T10:00:00Z\"]"
		  "]"));
	terms_are(s, "e",
	    TERMS("],\"exceptions\":[],\"closed\":[[\"2026-07-02T22:00:00Z\","
		  "\"2026-07-02T23:00:00Z\"]"
		  "]"));
	settings_free(s);
	end(&f);
}

/* What is read again from the record opens as it should. */
static void
an_hour_is_taken_out(void **state)
{
	static const char text[] =
	    TERMS("],\"exceptions\":[],\"closed\":[{\"from\":"
		  "\"2026-07-03T09:00:00Z\",\"to\":\"2026-07-03T10:00:00Z\"}"
		  "]");
	struct sla_facts facts = { .zone = (char[]){ "Europe/London" },
		.from_ms = 1782864000000, /* July */
		.to_ms = 1785542400000 };
	char error[REPORT_ERROR];
	struct sla_version v;

	(void)state;
	assert_true(report_agreed_version(text, &facts, &v, error));
	interval_set_clip(&v.hours->open, facts.from_ms, facts.to_ms);
	assert_int_equal(interval_set_length(&v.hours->open),
	    (23 * 8 - 1) * 3600000LL);
	sla_version_clear(&v);
}

/* Joined texts: a holiday every other day for years is too much to keep. */
static void
too_many_days(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s;
	char *text;

	(void)state;
	begin(&f);
	put(&f, "days.ics",
	    ICAL(EVENT("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;"
		       "INTERVAL=2;COUNT=1000\n")));
	put_tree("");
	s = load(SETTINGS_FOR_EVALUATE);
	text = terms(s, "c");
	assert_int_equal(strlen(text) / 100, 110);
	free(text);
	settings_free(s);
	put(&f, "days.ics",
	    ICAL(EVENT("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;"
		       "INTERVAL=2;COUNT=2000\n")));
	assert_null(settings_load(in_folder(&f, "sunwatch.yaml"), &errors));
	assert_non_null(
	    strstr(((struct conf_complaint *)errors.list.items)[0].text,
		"bytes to write down, at most 16384 can be kept"));
	conf_errors_clear(&errors);
	end(&f);
}

static void
files_that_say_nothing(void **state)
{
	static const struct {
		const char *file, *why;
	} rows[] = {
		{ NULL, "days.ics: No such file or directory" },
		{ "", "days.ics: it is no iCalendar file" },
		{ "BEGIN:VCALENDAR\nEND:VCALENDAR\n",
		    "days.ics: there is no event in it" },
		{ ICAL(EVENT("SUMMARY:x\n")),
		    "days.ics: event \"x\": it has no DTSTART" },
		{ ICAL(DAY("20261225") "X-\xff:1\n"),
		    "days.ics: it is not plain UTF-8" },
	};

	(void)state;
	begin(&f);
	put_tree("  - { name: e, zone: Pacific/Auckland, sla: own, endpoints: "
		 "[] }\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct conf_errors errors = { 0 };
		const struct conf_complaint *c;

		if (rows[i].file != NULL)
			put(&f, "days.ics", rows[i].file);
		assert_null(
		    settings_load(in_folder(&f, "sunwatch.yaml"), &errors));
		/* Once, though two accounts have it. */
		assert_int_equal(errors.list.count, 1);
		c = errors.list.items;
		if (strstr(c->text, rows[i].why) == NULL)
			fail_msg("%s", c->text);
		conf_errors_clear(&errors);
	}
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_file_says_is_agreed),
		cmocka_unit_test(clocks_are_those_of_the_account),
		cmocka_unit_test(an_hour_is_taken_out),
		cmocka_unit_test(too_many_days),
		cmocka_unit_test(files_that_say_nothing),
	};

	return cmocka_run_group_tests_name("settings ical", tests, NULL, NULL);
}
