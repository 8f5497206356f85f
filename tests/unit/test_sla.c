/* sla: what the definition says in words, case by case. */
#include "lib/civil.h"
#include "lib/sla_period.h"
#include "tests/unit/report_story.h"

/* The least length is a matter of the whole outage. */
static void
short_outages(void **state)
{
	static const struct {
		const char *what, *from, *to;
		int64_t down;
	} rows[] = {
		{ "shorter", "2026-04-10T00:00:00Z", "2026-04-10T00:00:59Z",
		    0 },
		{ "just as long", "2026-04-10T00:00:00Z",
		    "2026-04-10T00:01:00Z", 60 },
		{ "outward it is", "2026-04-10T00:00:00.500Z",
		    "2026-04-10T00:00:59.100Z", 60 },
		{ "partly before the period", "2026-03-31T23:59:20Z",
		    "2026-04-01T00:00:20Z", 20 },
		{ "partly excluded", "2026-04-20T00:59:10Z",
		    "2026-04-20T01:00:10Z", 10 },
		{ "all of it in maintenance", "2026-04-20T00:10:00Z",
		    "2026-04-20T00:50:00Z", 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story(APRIL
		    ",'versions':[{'target':'99','min_countable_s':60}],"
		    "'outages':[{'from':'%s','to':'%s'}],'maintenance':[{"
		    "'from':'2026-04-20T00:00Z','to':'2026-04-20T01:00Z'"
		    "}]",
		    rows[i].from, rows[i].to);

		print_message("%s\n", rows[i].what);
		assert_int_equal(story_number(f, "parts[0].down_s"),
		    rows[i].down);
		assert_int_equal(story_number(f, "outages[0].counted_s"),
		    rows[i].down);
		assert_int_equal(json_is_true(
				     story_at(f, "outages[0].too_short")),
		    i == 0);
		json_decref(f);
	}
}

/* Down outward, unknown and excluded inward; what is both is unknown. */
static void
whole_seconds(void **state)
{
	json_t *f = story(
	    "'period':{'from':0,'to':100000},'versions':[{'target':'50',"
	    "'coverage_floor':'0'}],'outages':[{'from':10999,'to':12001},"
	    "{'from':13500,'to':13600},{'from':33000,'to':34000}],"
	    "'unknown':[{'from':12001,'to':13500},{'from':20001,'to':22999},"
	    "{'from':30000,'to':35000}],'exclusions':[{'from':50500,"
	    "'to':51600,'consent':'agreed'},{'from':60500,'to':61500,"
	    "'consent':'agreed'},{'from':61500,'to':62999,'consent':"
	    "'agreed'}]");

	(void)state;
	assert_int_equal(story_number(f, "parts[0].down_s"), 4);
	assert_int_equal(story_number(f, "parts[0].unknown_s"), 1 + 5);
	assert_int_equal(story_number(f, "parts[0].excluded_s"), 1);
	assert_int_equal(story_number(f, "parts[0].total_s"), 100 - 6 - 1);
	json_decref(f);
	/* A cut within a second belongs to what follows. */
	f = story("'period':{'from':0,'to':100000},'versions':[{'target':'50'"
		  "},{'from':11500,'target':'60'}],'outages':[{'from':10999,"
		  "'to':12001}]");
	assert_int_equal(story_number(f, "parts[0].seconds"), 11);
	assert_int_equal(story_number(f, "parts[0].down_s"), 1);
	assert_int_equal(story_number(f, "parts[1].seconds"), 89);
	assert_int_equal(story_number(f, "parts[1].down_s"), 2);
	assert_int_equal(story_number(f, "outages[0].counted_s"), 3);
	json_decref(f);
}

/* Where slices and what is agreed do not fit each other. */
static void
slices_at_the_edges_of_what_is_agreed(void **state)
{
	static const struct {
		const char *granularity;
		int64_t down;
	} rows[] = {
		{ "minute_full", 30 + 60 }, /* its agreed half, and a whole */
		{ "minute_any", 30 + 60 + 60 },
		{ "second", 30 + 60 + 10 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story(APRIL
		    ",'versions':[{'target':'99','granularity':'%s'}],"
		    "'outages':[{'from':'2026-04-10T10:00:30Z','to':"
		    "'2026-04-10T10:02:10Z'}],'exclusions':[{'from':"
		    "'2026-04-10T10:00:00Z','to':'2026-04-10T10:00:30Z',"
		    "'consent':'agreed'}]",
		    rows[i].granularity);

		assert_int_equal(story_number(f, "parts[0].down_s"),
		    rows[i].down);
		json_decref(f);
	}
	/* Slices begin with the local day, whatever the offset. */
	json_t *f = story("'zone':'Asia/Kathmandu',"
			  "'period':{'from':'2026-04-10','to':'2026-04-11'},"
			  "'versions':[{'target':'99','granularity':"
			  "'slice:60m:any'}],'outages':[{'from':"
			  "'2026-04-10T09:59:59+05:45','to':"
			  "'2026-04-10T10:00:00+05:45'}]");
	assert_int_equal(story_number(f, "parts[0].down_s"), 3600);
	json_decref(f);
	f = story("'period':{'from':'2026-04-10T00:30Z','to':'2026-04-11'},"
		  "'versions':[{'target':'99','granularity':"
		  "'slice:60m:any'}],'outages':[{'from':"
		  "'2026-04-10T00:59:59Z','to':'2026-04-10T01:00:01Z'}]");
	assert_int_equal(story_number(f, "parts[0].down_s"), 1800 + 3600);
	json_decref(f);
}

/* The heaviest of what overlaps; an endpoint's own weight before the terms'. */
static void
weights_of_endpoints(void **state)
{
	json_t *f =
	    story("'period':{'from':0,'to':1000000},'versions':[{'target':'99',"
		  "'weights':{'partial':'0.25'}}],'endpoints':[{'name':'a'},"
		  "{'name':'b','weights':{'down':'0.5'}}],'outages':["
		  "{'endpoint':'a','kind':'partial','from':0,'to':100000},"
		  "{'endpoint':'b','from':50000,'to':150000},"
		  "{'endpoint':'a','from':140000,'to':141000}]");

	(void)state;
	/* 50 s of a quarter, 99 of a half, one whole. */
	assert_int_equal(story_number(f, "parts[0].down_ms"),
	    50 * 250 + 99 * 500 + 1000);
	assert_int_equal(story_number(f, "parts[0].down_s"), 63);
	assert_int_equal(story_number(f, "outages[1].counted_s"), 100);
	json_decref(f);
}

/* Bad seconds at which each rule trips, for 30 days: just above, not at. */
static void
burn_rates(void **state)
{
	static const struct {
		const char *target;
		int64_t ms[4]; /* of the long window */
		const char *limits[4];
	} rows[] = {
		{ "99.9", { 51840, 129600, 259200, 259200 },
		    { "14.400", "6.000", "3.000", "1.000" } },
		{ "99.5", { 259200, 648000, 1296000, 1296000 },
		    { "14.400", "6.000", "3.000", "1.000" } },
		{ "99", { 518400, 1296000, 2592000, 2592000 },
		    { "14.400", "6.000", "3.000", "1.000" } },
	};
	static const int64_t shorts_s[] = { 300, 1800, 7200, 21600 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		for (size_t k = 0; k < 4; k++)
			for (int64_t more = 0; more < 2; more++) {
				int64_t down_s = rows[i].ms[k] / 1000 + more;
				int64_t recent_s = rows[i].ms[k] / 12000 + more;
				int64_t at_s = 20 * 86400;
				char path[60];
				json_t *f;

				/* In the long window, and fast still. */
				f = story(
				    "'period':{'from':0,'to':2592000000},"
				    "'as_of':%lld,'versions':[{'target':'%s'}"
				    "],'outages':[{'from':%lld,'to':%lld},"
				    "{'from':%lld,'to':%lld}]",
				    (long long)at_s * 1000, rows[i].target,
				    (long long)(at_s - recent_s) * 1000,
				    (long long)at_s * 1000,
				    (long long)(at_s - shorts_s[k] - down_s +
					recent_s) *
					1000,
				    (long long)(at_s - shorts_s[k]) * 1000);
				text_format(path, sizeof(path),
				    "parts[0].budget.burn[%zu].trips", k);
				assert_int_equal(json_is_true(
						     story_at(f, path)),
				    more);
				text_format(path, sizeof(path),
				    "parts[0].budget.burn[%zu].limit", k);
				assert_string_equal(story_text(f, path),
				    rows[i].limits[k]);
				json_decref(f);
			}
}

/* Half the allowance is gone on the 9th. */
static void
budget_of_a_month_under_way(void **state)
{
	json_t *f = story(
	    APRIL ",'as_of':'2026-04-09T00:00Z','versions':[{'target':'99.9'}"
		  "],'outages':[{'from':'2026-04-05T00:00Z',"
		  "'to':'2026-04-05T00:21:36Z'}]");

	(void)state;
	assert_int_equal(story_number(f, "parts[0].total_s"), 8 * 86400);
	assert_string_equal(story_text(f, "parts[0].verdict"), "under way");
	assert_string_equal(story_text(f, "parts[0].so_far"), "missed");
	assert_string_equal(story_text(f, "verdict"), "under way");
	assert_string_equal(story_text(f, "so_far"), "missed");
	assert_string_equal(story_text(f,
				"parts[0].if_nothing_more_fails.verdict"),
	    "met");
	assert_int_equal(story_number(f, "parts[0].budget.allowed_s"), 2592);
	assert_int_equal(story_number(f, "parts[0].budget.left_s"), 1296);
	assert_string_equal(story_text(f, "parts[0].budget.exhausted_at"),
	    "null");
	/* Eight days for half of it: sixteen for all, and a second over. */
	assert_string_equal(story_text(f, "parts[0].budget.forecast_at"),
	    "2026-04-17T00:00:01Z");
	json_decref(f);
	f = story(APRIL ",'versions':[{'target':'99.9'}],'outages':[{'from':"
			"'2026-04-05T00:00Z','to':'2026-04-05T01:00:00Z'}]");
	assert_string_equal(story_text(f, "parts[0].budget.exhausted_at"),
	    "2026-04-05T00:43:13Z");
	assert_int_equal(story_number(f, "parts[0].budget.left_s"), -1008);
	assert_true(
	    json_is_null(story_at(f, "parts[0].if_nothing_more_fails")));
	json_decref(f);
}

/* An open outage is as long as is known. */
static void
an_outage_that_goes_on(void **state)
{
	json_t *f = story(
	    APRIL ",'as_of':'2026-04-09T00:00:00.900Z','versions':[{'target':"
		  "'99'}],'outages':[{'from':'2026-04-08T23:50Z'}]");

	(void)state;
	assert_int_equal(story_number(f, "parts[0].down_s"), 600);
	assert_int_equal(story_number(f, "outages[0].counted_s"), 600);
	assert_string_equal(story_text(f, "parts[0].counted_to"),
	    "2026-04-09T00:00:00Z");
	json_decref(f);
	f = story(APRIL ",'versions':[{'target':'99'}],'outages':[{'from':"
			"'2026-04-30T23:50Z'}]");
	assert_int_equal(story_number(f, "parts[0].down_s"), 600);
	json_decref(f);
}

/* Nothing can be said of it: never 100 %. */
static void
nothing_to_count(void **state)
{
	static const char *const rows[] = {
		"'contract':{'to':'2026-03-31'},'versions':[{'target':'99'}]",
		"'versions':[{'target':'99','to':'2026-04-01'}]",
		"'versions':[{'target':'99','service_hours':[]}]",
		"'versions':[{'target':'99'}],'exclusions':[{'consent':"
		"'agreed','from':'2026-03-01','to':'2026-06-01'}]",
		"'versions':[{'target':'99','denominator':'total'}],"
		"'exclusions':[{'consent':'agreed','from':'2026-03-01',"
		"'to':'2026-06-01'}]",
		"'versions':[{'target':'99'}],'endpoints':[{'name':'a',"
		"'counts':[]}]",
		"'versions':[{'target':'99','denominator':'total'}],"
		"'unknown':[{'from':'2026-03-01'}]",
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story(APRIL ",%s", rows[i]);
		json_t *uptime = story_at(f, "sum.uptime");

		assert_string_equal(story_text(f, "verdict"), "not applicable");
		assert_true(json_is_null(uptime));
		json_decref(f);
	}
	/* It has not begun; and the contract says that it counts as down. */
	json_t *f =
	    story(APRIL ",'versions':[{'target':'99'}],'as_of':'2026-03-01'");
	assert_string_equal(story_text(f, "verdict"), "under way");
	assert_string_equal(story_text(f, "so_far"), "not applicable");
	json_decref(f);
	f = story(APRIL ",'versions':[{'target':'99','unknown':'down'}"
			"],'unknown':[{'from':'2026-03-01'}]");
	assert_string_equal(story_text(f, "sum.uptime"), "0.0000");
	assert_string_equal(story_text(f, "verdict"), "indeterminate");
	json_decref(f);
}

/* Credits are capped, and the table's order does not matter. */
static void
credits_up_to_a_cap(void **state)
{
	json_t *f =
	    story("'period':{'from':0,'to':1000000000},'versions':[{'target':"
		  "'99.9','credits':[{'below':'95','credit':'100'},{'below':"
		  "'99.9','credit':'10'}],'credit_max':'50','claim_days':30}],"
		  "'outages':[{'from':0,'to':900000000}]");

	(void)state;
	assert_string_equal(story_text(f, "parts[0].credit"), "50");
	assert_string_equal(story_text(f, "parts[0].claim_by"),
	    "1970-02-11T00:00:00Z");
	json_decref(f);
	f = story(APRIL ",'versions':[{'target':'99.9'}]");
	assert_true(json_is_null(story_at(f, "parts[0].credit")));
	assert_true(json_is_null(story_at(f, "parts[0].claim_by")));
	json_decref(f);
}

/* Periods by name, and by an instant in them. */
static void
periods_by_name(void **state)
{
	static const struct {
		enum sla_period period;
		const char *name, *zone, *contract, *from, *to, *real;
	} rows[] = {
		{ SLA_MONTH, "2026-10", "Pacific/Auckland", NULL,
		    "2026-09-30T11:00:00Z", "2026-10-31T11:00:00Z", "2026-10" },
		{ SLA_QUARTER, "2026-Q4", "UTC", NULL, "2026-10-01T00:00:00Z",
		    "2027-01-01T00:00:00Z", "2026-Q4" },
		{ SLA_YEAR, "2026", "Europe/London", NULL,
		    "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2026" },
		{ SLA_CONTRACT_YEAR, "2027-03-01", "UTC",
		    "2024-02-29T09:00:00Z", "2027-03-01T00:00:00Z",
		    "2028-02-29T00:00:00Z", "2027-03-01" },
		{ SLA_CONTRACT_YEAR, "2027-02-28", "UTC",
		    "2024-02-29T09:00:00Z", "2026-03-01T00:00:00Z",
		    "2027-03-01T00:00:00Z", "2026-03-01" },
		{ SLA_CONTRACT_YEAR, "2024-02-29", "UTC",
		    "2024-02-29T09:00:00Z", "2024-02-29T00:00:00Z",
		    "2025-03-01T00:00:00Z", "2024-02-29" },
	};
	int64_t from_ms, to_ms, again_ms, end_ms, contract_ms;
	char text[40];

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		contract_ms = ALWAYS;
		if (rows[i].contract != NULL)
			assert_true(
			    civil_parse(rows[i].contract, &contract_ms));
		assert_true(sla_period_named(rows[i].period, rows[i].name,
		    rows[i].zone, contract_ms, &from_ms, &to_ms));
		civil_utc(from_ms, text, sizeof(text));
		assert_string_equal(text, rows[i].from);
		civil_utc(to_ms, text, sizeof(text));
		assert_string_equal(text, rows[i].to);
		sla_period_name(rows[i].period, rows[i].zone, from_ms, text,
		    sizeof(text));
		assert_string_equal(text, rows[i].real);
		assert_true(sla_period_at(rows[i].period, to_ms - 1,
		    rows[i].zone, contract_ms, &again_ms, &end_ms));
		assert_int_equal(again_ms, from_ms);
		assert_int_equal(end_ms, to_ms);
	}
	assert_false(sla_period_at(SLA_CONTRACT_YEAR, 0, "UTC", ALWAYS,
	    &from_ms, &to_ms));
	assert_false(sla_period_at(SLA_BETWEEN, 0, "UTC", 0, &from_ms, &to_ms));
	sla_period_name(SLA_BETWEEN, "UTC", 0, text, sizeof(text));
	assert_string_equal(text, "");
}

/* The clock goes back over a month's end: one instant, one month. */
static void
a_month_that_begins_twice(void **state)
{
	int64_t at_ms, from_ms, to_ms;

	(void)state;
	/* Havana, 2026-11-01: 01:00 is followed by 00:00. */
	assert_true(civil_parse("2026-11-01T05:30:00Z", &at_ms));
	assert_true(sla_period_at(SLA_MONTH, at_ms, "America/Havana", ALWAYS,
	    &from_ms, &to_ms));
	assert_true(from_ms <= at_ms && at_ms < to_ms);
	/*
	 * Goose Bay, 2009-11-01: a minute after midnight it is 23:01 again,
	 * and November has begun all the same.
	 */
	assert_true(civil_parse("2009-11-01T03:30:00Z", &at_ms));
	assert_true(sla_period_at(SLA_MONTH, at_ms, "America/Goose_Bay", ALWAYS,
	    &from_ms, &to_ms));
	assert_int_equal(from_ms, at_ms - 1800000);
	/* Every quarter of an hour of a year is in exactly one month. */
	assert_true(civil_parse("2026-11-01T05:30:00Z", &at_ms));
	for (int64_t t = at_ms - 31536000000; t < at_ms; t += 900000) {
		assert_true(sla_period_at(SLA_MONTH, t, "America/Toronto",
		    ALWAYS, &from_ms, &to_ms));
		assert_true(from_ms <= t && t < to_ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_outages),
		cmocka_unit_test(whole_seconds),
		cmocka_unit_test(slices_at_the_edges_of_what_is_agreed),
		cmocka_unit_test(weights_of_endpoints),
		cmocka_unit_test(burn_rates),
		cmocka_unit_test(budget_of_a_month_under_way),
		cmocka_unit_test(an_outage_that_goes_on),
		cmocka_unit_test(nothing_to_count),
		cmocka_unit_test(credits_up_to_a_cap),
		cmocka_unit_test(periods_by_name),
		cmocka_unit_test(a_month_that_begins_twice),
	};

	return cmocka_run_group_tests_name("sla", tests, NULL, NULL);
}
