/* sla: maintenance and exclusions, as the definition says it in words. */
#include "tests/unit/report_story.h"

/* Maintenance of the 20th, 00:00 to 04:00, with 72 h of notice agreed. */
static void
maintenance_as_published(void **state)
{
	static const struct {
		const char *what, *changes;
		int64_t declared, excluded;
		bool late;
	} rows[] = {
		{ "as it was announced", "", 14400, 14400, false },
		{ "extended in time",
		    "{'announced':'2026-04-16T00:00Z',"
		    "'to':'2026-04-20T06:00Z'}",
		    21600, 21600, false },
		{ "extended late: the over-run does not count",
		    "{'announced':'2026-04-20T03:00Z',"
		    "'to':'2026-04-20T06:00Z'}",
		    21600, 14400, true },
		{ "shortened, however late",
		    "{'announced':'2026-04-20T01:00Z',"
		    "'to':'2026-04-20T02:00Z'}",
		    7200, 7200, false },
		{ "shortened in time, and made longer again late: as shortened",
		    "{'announced':'2026-04-12T00:00Z',"
		    "'to':'2026-04-20T02:00Z'},"
		    "{'announced':'2026-04-19T00:00Z',"
		    "'to':'2026-04-20T04:00Z'}",
		    14400, 7200, true },
		{ "shortened late, and made longer again: as shortened",
		    "{'announced':'2026-04-19T00:00Z',"
		    "'to':'2026-04-20T02:00Z'},"
		    "{'announced':'2026-04-19T12:00Z',"
		    "'to':'2026-04-20T03:00Z'}",
		    10800, 7200, true },
		{ "cancelled, and announced again late: nothing",
		    "{'announced':'2026-04-18T00:00Z','cancelled':true},"
		    "{'announced':'2026-04-19T00:00Z'}",
		    14400, 0, true },
		{ "moved late: what both have",
		    "{'announced':'2026-04-19T00:00Z',"
		    "'from':'2026-04-20T03:00Z','to':'2026-04-20T07:00Z'}",
		    14400, 3600, true },
		{ "moved late, elsewhere",
		    "{'announced':'2026-04-19T00:00Z',"
		    "'from':'2026-04-21T00:00Z','to':'2026-04-21T04:00Z'}",
		    14400, 0, true },
		{ "cancelled",
		    "{'announced':'2026-04-19T00:00Z','cancelled':true}", 0, 0,
		    false },
		{ "cancelled, and announced again",
		    "{'announced':'2026-04-11T00:00Z','cancelled':true},"
		    "{'announced':'2026-04-12T00:00Z'}",
		    14400, 14400, false },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story(APRIL
		    ",'versions':[{'target':'99','notice_s':259200}],"
		    "'maintenance':[{'announced':'2026-04-10T00:00Z',"
		    "'from':'2026-04-20T00:00Z','to':'2026-04-20T04:00Z',"
		    "'changes':[%s]}]",
		    rows[i].changes);

		print_message("%s\n", rows[i].what);
		assert_int_equal(story_number(f, "maintenance[0].declared_s"),
		    rows[i].declared);
		assert_int_equal(story_number(f, "maintenance[0].excluded_s"),
		    rows[i].excluded);
		assert_int_equal(story_number(f, "parts[0].maintenance_s"),
		    rows[i].excluded);
		assert_int_equal(json_is_true(
				     story_at(f, "maintenance[0].late")),
		    rows[i].late);
		json_decref(f);
	}
}

/* Without a word about when, it is in time only where no notice is agreed. */
static void
maintenance_announced_nobody_knows_when(void **state)
{
	(void)state;
	for (int notice = 0; notice < 2; notice++) {
		json_t *f =
		    story(APRIL ",'versions':[{'target':'99','notice_s':%d}],"
				"'maintenance':[{'from':'2026-04-20T00:00Z',"
				"'to':'2026-04-20T04:00Z'}]",
			notice);

		assert_int_equal(story_number(f, "maintenance[0].excluded_s"),
		    notice == 0 ? 14400 : 0);
		assert_true(json_is_null(story_at(f, "maintenance[0].lead_s")));
		json_decref(f);
	}
}

/* The cap is a calendar month's of the zone, consumed in order of time. */
static void
maintenance_up_to_a_cap(void **state)
{
	/* Listed out of order; three hours are agreed a month. */
	json_t *f =
	    story("'zone':'Pacific/Auckland','period':{'quarter':'2026-Q2'},"
		  "'versions':[{'target':'99','maintenance_cap_s':10800}],"
		  "'maintenance':["
		  "{'from':'2026-04-20T00:00Z','to':'2026-04-20T02:00Z'},"
		  "{'from':'2026-04-10T00:00Z','to':'2026-04-10T02:00Z'},"
		  "{'from':'2026-04-28T00:00Z','to':'2026-04-28T02:00Z'},"
		  /* Over midnight in Auckland, which is 12:00 UTC: May's. */
		  "{'from':'2026-04-30T11:00Z','to':'2026-04-30T13:00Z'}]");

	(void)state;
	assert_int_equal(story_number(f, "maintenance[0].excluded_s"), 3600);
	assert_int_equal(story_number(f, "maintenance[0].beyond_cap_s"), 3600);
	assert_int_equal(story_number(f, "maintenance[1].excluded_s"), 7200);
	assert_int_equal(story_number(f, "maintenance[2].excluded_s"), 0);
	assert_int_equal(story_number(f, "maintenance[2].beyond_cap_s"), 7200);
	assert_int_equal(story_number(f, "maintenance[3].excluded_s"), 3600);
	assert_int_equal(story_number(f, "parts[0].maintenance_s"), 14400);
	json_decref(f);
	/* At once they consume it once. */
	f = story(
	    APRIL ",'versions':[{'target':'99','maintenance_cap_s':10800}],"
		  "'maintenance':["
		  "{'from':'2026-04-20T00:00Z','to':'2026-04-20T02:00Z'},"
		  "{'from':'2026-04-20T00:00Z','to':'2026-04-20T03:00Z'}]");
	assert_int_equal(story_number(f, "maintenance[0].excluded_s"), 7200);
	assert_int_equal(story_number(f, "maintenance[1].excluded_s"), 10800);
	assert_int_equal(story_number(f, "parts[0].maintenance_s"), 10800);
	json_decref(f);
}

/* November of a contract that moved: three hours are agreed a month. */
static int64_t
excluded_of(const char *zone, const char *from, const char *to,
    const char *windows)
{
	json_t *f = story("'zone':'%s','period':{'month':'2026-11','from':'%s',"
			  "'to':'%s'},'versions':[{'target':'99',"
			  "'maintenance_cap_s':10800}],'maintenance':[%s]",
	    zone, from, to, windows);
	int64_t excluded = story_number(f, "parts[0].maintenance_s");

	json_decref(f);
	return excluded;
}

/* Each month had one more cap for the hours between two zones' midnights. */
static void
a_month_cut_by_a_zone_has_one_cap(void **state)
{
	(void)state;
	/* From Auckland to UTC before it began: 11 hours of October's. */
	assert_int_equal(excluded_of("UTC", "2026-10-31T11:00Z",
			     "2026-12-01T00:00Z",
			     "{'from':'2026-10-31T12:00Z',"
			     "'to':'2026-10-31T15:00Z'},"
			     "{'from':'2026-11-10T00:00Z',"
			     "'to':'2026-11-10T03:00Z'}"),
	    10800);
	/* What October used of its own is nothing of November's. */
	assert_int_equal(excluded_of("UTC", "2026-10-31T11:00Z",
			     "2026-12-01T00:00Z",
			     "{'from':'2026-10-20T12:00Z',"
			     "'to':'2026-10-20T15:00Z'},"
			     "{'from':'2026-11-10T00:00Z',"
			     "'to':'2026-11-10T03:00Z'}"),
	    10800);
	/* From UTC to Auckland, where November began 13 hours before. */
	assert_int_equal(excluded_of("Pacific/Auckland", "2026-11-01T00:00Z",
			     "2026-11-30T11:00Z",
			     "{'from':'2026-10-31T12:00Z',"
			     "'to':'2026-10-31T15:00Z'},"
			     "{'from':'2026-11-10T00:00Z',"
			     "'to':'2026-11-10T03:00Z'}"),
	    10800);
}

static void
maintenance_within_a_pattern(void **state)
{
	json_t *f =
	    story("'zone':'Europe/London'," APRIL ",'versions':[{'target':'99',"
		  "'maintenance_pattern':'thu 00:05-04:05'}],"
		  "'maintenance':[{'from':'2026-04-09T00:00+01:00',"
		  "'to':'2026-04-09T02:00+01:00'},"
		  "{'from':'2026-04-10T00:00+01:00',"
		  "'to':'2026-04-10T02:00+01:00'}]");

	(void)state;
	assert_int_equal(story_number(f, "maintenance[0].excluded_s"),
	    7200 - 300);
	assert_int_equal(story_number(f, "maintenance[0].beyond_pattern_s"),
	    300);
	assert_int_equal(story_number(f, "maintenance[1].excluded_s"), 0);
	json_decref(f);
}

/* While one of two is maintained the other is still owed. */
static void
maintenance_of_one_endpoint(void **state)
{
	static const char facts[] =
	    APRIL ",'versions':[{'target':'99'}],'endpoints':[{'name':'a'},"
		  "{'name':'b'}],'maintenance':[{'endpoints':['a'],"
		  "'from':'2026-04-10T00:00Z','to':'2026-04-10T02:00Z'}],"
		  "'outages':[{'endpoint':'%s','from':'2026-04-10T01:00Z',"
		  "'to':'2026-04-10T01:30Z'}]";
	static const char *const names[] = { "a", "b" };

	(void)state;
	for (size_t i = 0; i < N(names); i++) {
		json_t *f = story(facts, names[i]);

		assert_int_equal(story_number(f, "parts[0].total_s"), 2592000);
		assert_int_equal(story_number(f, "parts[0].maintenance_s"), 0);
		assert_int_equal(story_number(f, "parts[0].down_s"),
		    i == 0 ? 0 : 1800);
		assert_int_equal(story_number(f, "outages[0].counted_s"),
		    i == 0 ? 0 : 1800);
		json_decref(f);
	}
}

/* Agreed exclusions hold; the others are counted both ways. */
static void
disputed_exclusions(void **state)
{
	static const char facts[] =
	    APRIL ",'versions':[{'target':'99.9','credits':[{'below':'99.9',"
		  "'credit':'10'}]}],'outages':[{'from':'2026-04-10T00:00Z',"
		  "'to':'2026-04-10T01:00Z'}],'exclusions':[{"
		  "'from':'2026-04-10T00:00Z','to':'2026-04-10T00:30Z',"
		  "'consent':'%s'}]";
	static const char *const open[] = { "disputed", "unanswered" };
	json_t *f = story(facts, "agreed");

	(void)state;
	assert_int_equal(story_number(f, "parts[0].down_s"), 1800);
	assert_int_equal(story_number(f, "parts[0].excluded_s"), 1800);
	assert_int_equal(story_number(f, "parts[0].total_s"), 2590200);
	assert_true(
	    json_is_null(story_at(f, "parts[0].if_all_exclusions_hold")));
	assert_true(json_is_true(story_at(f, "exclusions[0].holds")));
	json_decref(f);
	for (size_t i = 0; i < N(open); i++) {
		f = story(facts, open[i]);
		assert_int_equal(story_number(f, "parts[0].down_s"), 3600);
		assert_string_equal(story_text(f, "parts[0].verdict"),
		    "missed");
		assert_string_equal(story_text(f, "parts[0].credit"), "10");
		assert_int_equal(story_number(f,
				     "parts[0].if_all_exclusions_hold.down_s"),
		    1800);
		assert_string_equal(
		    story_text(f, "parts[0].if_all_exclusions_hold.verdict"),
		    "met");
		assert_string_equal(
		    story_text(f, "parts[0].if_all_exclusions_hold.credit"),
		    "0");
		assert_int_equal(story_number(f, "exclusions[0].excluded_s"),
		    1800);
		json_decref(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maintenance_as_published),
		cmocka_unit_test(maintenance_announced_nobody_knows_when),
		cmocka_unit_test(maintenance_up_to_a_cap),
		cmocka_unit_test(a_month_cut_by_a_zone_has_one_cap),
		cmocka_unit_test(maintenance_within_a_pattern),
		cmocka_unit_test(maintenance_of_one_endpoint),
		cmocka_unit_test(disputed_exclusions),
	};

	return cmocka_run_group_tests_name("sla maintenance", tests, NULL,
	    NULL);
}
