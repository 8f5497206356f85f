/*
 * The definition's vectors that are about time: lengths and edges of periods,
 * clock changes, service hours; through the report as test_sla_vectors.
 */
#include "tests/unit/report_story.h"

/* V-A: months, quarters and years are as long as they are. */
static void
lengths_of_periods(void **state)
{
	static const struct {
		const char *zone, *period;
		int64_t seconds;
	} rows[] = {
		{ "UTC", "'month':'2026-02'", 2419200 },
		{ "UTC", "'month':'2028-02'", 2505600 },
		{ "UTC", "'month':'2026-04'", 2592000 },
		{ "UTC", "'month':'2026-01'", 2678400 },
		{ "Europe/London", "'month':'2026-03'", 2674800 },
		{ "Europe/London", "'month':'2026-10'", 2682000 },
		{ "America/New_York", "'month':'2026-03'", 2674800 },
		{ "America/New_York", "'month':'2026-11'", 2595600 },
		{ "Australia/Sydney", "'month':'2026-04'", 2595600 },
		{ "Australia/Sydney", "'month':'2026-10'", 2674800 },
		{ "Australia/Lord_Howe", "'month':'2026-04'", 2593800 },
		{ "Australia/Lord_Howe", "'month':'2026-10'", 2676600 },
		{ "Pacific/Auckland", "'month':'2026-09'", 2588400 },
		{ "America/Sao_Paulo", "'month':'2026-02'", 2419200 },
		{ "Pacific/Apia", "'month':'2011-12'", 2592000 },
		{ "UTC", "'year':'2026'", 31536000 },
		{ "UTC", "'year':'2028'", 31622400 },
		{ "UTC", "'quarter':'2026-Q1'", 7776000 },
		{ "UTC", "'quarter':'2028-Q1'", 7862400 },
		{ "UTC", "'quarter':'2026-Q4'", 92 * 86400 },
		{ "UTC", "'contract_year':'2026-04-16'", 31536000 },
		{ "UTC", "'contract_year':'2027-05-01'", 31622400 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story("'zone':'%s','contract':{'from':'%s'},"
				  "'period':{%s},'versions':[{'target':99}]",
		    rows[i].zone,
		    strstr(rows[i].period, "contract") ? "2020-04-16"
						       : "2000-01-01",
		    rows[i].period);

		assert_int_equal(story_number(f, "period.seconds"),
		    rows[i].seconds);
		assert_int_equal(story_number(f, "parts[0].total_s"),
		    rows[i].seconds);
		json_decref(f);
	}
}

/* V-H: periods' edges in each zone. */
static void
edges_of_periods(void **state)
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

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		for (int month = 1; month <= 2; month++) {
			json_t *f =
			    story("'zone':'%s','period':{'month':'2026-%02d'},"
				  "'versions':[{'target':'99.9'}],"
				  "'outages':[{'from':'2026-01-31T23:30:00Z',"
				  "'to':'2026-02-01T00:30:00Z'}]",
				rows[i].zone, month);

			assert_int_equal(story_number(f, "parts[0].down_s"),
			    month == 1 ? rows[i].january : rows[i].february);
			json_decref(f);
		}
}

/* V-H: a contract that begins within a month, terms that change in it. */
static void
parts_of_months(void **state)
{
	json_t *f =
	    story("'zone':'Europe/London','contract':{'from':"
		  "'2026-04-16'}," APRIL ",'versions':[{'target':'99.9'}]");

	(void)state;
	assert_int_equal(story_number(f, "parts[0].total_s"), 1296000);
	assert_int_equal(story_number(f, "parts[0].budget.allowed_s"), 1296);
	json_decref(f);
	f = story(APRIL ",'versions':[{'target':'99.5'},"
			"{'from':'2026-04-16T00:00Z','target':'99.9'}],"
			"'outages':[{'from':'2026-04-10T10:00Z',"
			"'to':'2026-04-10T10:40Z'},{'from':"
			"'2026-04-20T10:00Z','to':'2026-04-20T10:20Z'}]");
	assert_string_equal(story_text(f, "parts[0].uptime"), "99.8148");
	assert_string_equal(story_text(f, "parts[0].verdict"), "met");
	assert_string_equal(story_text(f, "parts[1].uptime"), "99.9074");
	assert_string_equal(story_text(f, "parts[1].verdict"), "met");
	assert_string_equal(story_text(f, "sum.uptime"), "99.8611");
	assert_string_equal(story_text(f, "verdict"), "met");
	json_decref(f);
}

/* V-I: days of which the clock has an hour more or less. */
static void
clock_changes(void **state)
{
	static const struct {
		const char *from, *to, *down_from, *down_to;
		int64_t seconds;
	} rows[] = {
		{ "2026-03-29", "2026-03-30", "2026-03-29T00:30:00+00:00",
		    "2026-03-29T02:30:00+01:00", 82800 },
		{ "2026-10-25", "2026-10-26", "2026-10-25T01:30:00+01:00",
		    "2026-10-25T01:30:00+00:00", 90000 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story("'zone':'Europe/London','period':{'from':"
				  "'%s','to':'%s'},'versions':[{'target':"
				  "'99.9'}],'outages':[{'from':'%s','to':"
				  "'%s'}]",
		    rows[i].from, rows[i].to, rows[i].down_from,
		    rows[i].down_to);

		assert_int_equal(story_number(f, "period.seconds"),
		    rows[i].seconds);
		assert_int_equal(story_number(f, "parts[0].down_s"), 3600);
		json_decref(f);
	}
}

/* V-J: service hours. */
static void
service_hours(void **state)
{
	static const struct {
		const char *period, *hours, *outages;
		int64_t service, down;
		const char *percent;
	} rows[] = {
		{ "'month':'2026-03'", "'mon-fri 08:00-18:00'", "", 220 * 3600,
		    0, "100.0000" },
		{ "'month':'2026-04'",
		    "{'hours':['mon-fri 08:00-18:00'],'holidays':"
		    "['2026-04-03','2026-04-06']}",
		    "", 720000, 0, "100.0000" },
		{ "'month':'2026-04'",
		    "{'hours':['mon-fri 08:00-18:00'],'holidays':"
		    "['2026-04-03','2026-04-06']}",
		    "{'from':'2026-04-02T17:30:00+01:00',"
		    "'to':'2026-04-07T08:45:00+01:00'}",
		    720000, 4500, "99.3750" },
		{ "'month':'2026-04'", "null",
		    "{'from':'2026-04-02T17:30:00+01:00',"
		    "'to':'2026-04-07T08:45:00+01:00'}",
		    2592000, 400500, "84.5486" },
		{ "'from':'2026-03-28','to':'2026-03-30'", "'sat 22:00-02:00'",
		    "", 3 * 3600, 0, "100.0000" },
		{ "'month':'2026-03'", "'daily 00:00-24:00'", "", 2674800, 0,
		    "100.0000" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story("'zone':'Europe/London','period':{%s},"
				  "'versions':[{'target':'99','service_hours':"
				  "%s}],'outages':[%s]",
		    rows[i].period, rows[i].hours, rows[i].outages);

		assert_int_equal(story_number(f, "parts[0].service_s"),
		    rows[i].service);
		assert_int_equal(story_number(f, "parts[0].down_s"),
		    rows[i].down);
		assert_string_equal(story_text(f, "parts[0].uptime"),
		    rows[i].percent);
		json_decref(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_of_periods),
		cmocka_unit_test(edges_of_periods),
		cmocka_unit_test(parts_of_months),
		cmocka_unit_test(clock_changes),
		cmocka_unit_test(service_hours),
	};

	return cmocka_run_group_tests_name("sla vectors of time", tests, NULL,
	    NULL);
}
