/*
 * The definition's vectors, a table for each group, through the report: as
 * facts that a stranger would write, and the figures they come to.
 */
#include "lib/civil.h"
#include "tests/unit/allowed_vectors.h"
#include "tests/unit/report_story.h"

/* V-B: what is allowed, in whole seconds, cut off. */
static void
allowed_downtime(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(allowed_rows); i++)
		for (size_t k = 0; k < ALLOWED_TARGETS; k++) {
			int64_t allowed_s = allowed_rows[i].allowed_s[k];
			json_t *f =
			    story("'period':{'from':0,'to':%lld},'versions':"
				  "[{'target':'%s'}],'outages':[{'from':0,"
				  "'to':100000}]",
				(long long)allowed_rows[i].seconds * 1000,
				allowed_targets[k].text);

			assert_int_equal(story_number(f,
					     "parts[0].budget.allowed_s"),
			    allowed_s);
			assert_int_equal(story_number(f,
					     "parts[0].budget.left_s"),
			    allowed_s - 100);
			json_decref(f);
		}
}

/* One outage, some time after the period's begin; nothing else. */
static json_t *
one_outage(const char *zone, const char *month, const char *target,
    int64_t down_s)
{
	json_t *f = story("'zone':'%s','period':{'month':'%s'},"
			  "'versions':[{'target':'%s'}]",
	    zone, month, target);
	int64_t from_ms;

	assert_true(civil_parse(story_text(f, "period.from"), &from_ms));
	json_decref(f);
	return story("'zone':'%s','period':{'month':'%s'},"
		     "'versions':[{'target':'%s'}],"
		     "'outages':[{'from':%lld,'to':%lld}]",
	    zone, month, target, (long long)from_ms,
	    (long long)(from_ms + down_s * 1000));
}

/* V-C: percent cut off after four decimals, the verdict by the fraction. */
static void
percent_and_verdict(void **state)
{
	static const char *const months[][2] = { { "UTC", "2026-02" },
		{ "UTC", "2028-02" }, { "UTC", "2026-04" },
		{ "UTC", "2026-01" }, { "Europe/London", "2026-03" },
		{ "Europe/London", "2026-10" } };
	static const struct {
		int64_t down;
		const char *percent[6];
		const char *met; /* + met, - missed */
	} rows[] = {
		{ 2580,
		    { "99.8933", "99.8970", "99.9004", "99.9036", "99.9035",
			"99.9038" },
		    "--++++" },
		{ 2592,
		    { "99.8928", "99.8965", "99.9000", "99.9032", "99.9030",
			"99.9033" },
		    "--++++" },
		{ 2593,
		    { "99.8928", "99.8965", "99.8999", "99.9031", "99.9030",
			"99.9033" },
		    "---+++" },
		{ 2678,
		    { "99.8893", "99.8931", "99.8966", "99.9000", "99.8998",
			"99.9001" },
		    "---+-+" },
		{ 2679,
		    { "99.8892", "99.8930", "99.8966", "99.8999", "99.8998",
			"99.9001" },
		    "-----+" },
		{ 3600,
		    { "99.8511", "99.8563", "99.8611", "99.8655", "99.8654",
			"99.8657" },
		    "------" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		for (size_t k = 0; k < 6; k++) {
			json_t *f = one_outage(months[k][0], months[k][1],
			    "99.9", rows[i].down);

			assert_int_equal(story_number(f, "parts[0].down_s"),
			    rows[i].down);
			assert_string_equal(story_text(f, "parts[0].uptime"),
			    rows[i].percent[k]);
			assert_string_equal(story_text(f, "verdict"),
			    rows[i].met[k] == '+' ? "met" : "missed");
			json_decref(f);
		}
}

/* V-D: what is shown is cut off, and 100 only when nothing was down. */
static void
display(void **state)
{
	static const struct {
		int64_t down;
		const char *percent, *verdict; /* against 99.95 % */
	} rows[] = {
		{ 1297, "99.9499", "missed" },
		{ 1296, "99.9500", "met" },
		{ 13, "99.9994", "met" },
		{ 1, "99.9999", "met" },
		{ 0, "100.0000", "met" },
		{ 2592000, "0.0000", "missed" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = one_outage("UTC", "2026-04", "99.95", rows[i].down);

		assert_string_equal(story_text(f, "parts[0].uptime"),
		    rows[i].percent);
		assert_string_equal(story_text(f, "parts[0].verdict"),
		    rows[i].verdict);
		json_decref(f);
	}
}

#define DOWN_2580                                                              \
	"'outages':[{'from':'2026-04-02T00:00:00Z',"                           \
	"'to':'2026-04-02T00:43:00Z'}]"
#define WINDOW                                                                 \
	"'announced':'2026-04-10T00:00:00Z','from':'2026-04-20T00:00:00Z',"    \
	"'to':'2026-04-20T08:00:00Z'"

/* The figures of the one part there is. */
static void
part_is(json_t *f, int64_t total_s, int64_t down_s, const char *percent,
    const char *verdict)
{
	assert_int_equal(story_number(f, "parts[0].total_s"), total_s);
	assert_int_equal(story_number(f, "parts[0].down_s"), down_s);
	assert_string_equal(story_text(f, "parts[0].uptime"), percent);
	assert_string_equal(story_text(f, "parts[0].verdict"), verdict);
}

/* V-E: denominators, maintenance, and its notice. */
static void
denominators_and_maintenance(void **state)
{
	static const struct {
		const char *terms, *facts;
		int64_t total, down;
		const char *percent, *verdict;
	} rows[] = {
		{ "'denominator':'agreed'",
		    DOWN_2580 ",'maintenance':[{" WINDOW "}]", 2563200, 2580,
		    "99.8993", "missed" },
		{ "'denominator':'total'",
		    DOWN_2580 ",'maintenance':[{" WINDOW "}]", 2592000, 2580,
		    "99.9004", "met" },
		{ "'denominator':'agreed'",
		    "'outages':[{'from':'2026-04-19T23:50:00Z',"
		    "'to':'2026-04-20T08:15:00Z'}],"
		    "'maintenance':[{" WINDOW "}]",
		    2563200, 1500, "99.9414", "met" },
		{ "'denominator':'total'",
		    "'outages':[{'from':'2026-04-19T23:50:00Z',"
		    "'to':'2026-04-20T08:15:00Z'}],"
		    "'maintenance':[{" WINDOW "}]",
		    2592000, 1500, "99.9421", "met" },
		/* 71 h 59 min before, then 72 h exactly. */
		{ "'notice_s':259200",
		    "'maintenance':[{'announced':'2026-04-17T00:01:00Z',"
		    "'from':'2026-04-20T00:00Z','to':'2026-04-20T08:00Z'}]",
		    2592000, 0, "100.0000", "met" },
		{ "'notice_s':259200",
		    "'maintenance':[{'announced':'2026-04-17T00:00:00Z',"
		    "'from':'2026-04-20T00:00Z','to':'2026-04-20T08:00Z'}]",
		    2563200, 0, "100.0000", "met" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story(APRIL ",'versions':[{'target':'99.9',%s}],%s",
		    rows[i].terms, rows[i].facts);

		part_is(f, rows[i].total, rows[i].down, rows[i].percent,
		    rows[i].verdict);
		assert_int_equal(json_is_true(
				     story_at(f, "maintenance[0].late")),
		    i == 4);
		json_decref(f);
	}
}

/* V-F: what nobody saw. */
static void
unknown(void **state)
{
	static const struct {
		const char *terms;
		int64_t total, down;
		const char *percent, *verdict;
	} rows[] = {
		{ "'unknown':'exclude'", 2570400, 1800, "99.9299", "met" },
		{ "'unknown':'up'", 2592000, 1800, "99.9305", "met" },
		{ "'unknown':'down'", 2592000, 23400, "99.0972", "missed" },
		{ "'coverage_floor':99.5", 2570400, 1800, "99.9299",
		    "indeterminate" },
	};
	static const char *const policies[] = { "exclude", "up" };
	json_t *f;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		f = story(APRIL ",'versions':[{'target':'99.9',%s}],"
				"'unknown':[{'from':'2026-04-05T06:00:00Z',"
				"'to':'2026-04-05T12:00:00Z'}],"
				"'outages':[{'from':'2026-04-07T06:00:00Z',"
				"'to':'2026-04-07T06:30:00Z'}]",
		    rows[i].terms);
		part_is(f, rows[i].total, rows[i].down, rows[i].percent,
		    rows[i].verdict);
		assert_string_equal(story_text(f, "parts[0].coverage"),
		    "99.1666");
		json_decref(f);
	}
	for (size_t i = 0; i < N(policies); i++) {
		f = story(APRIL ",'versions':[{'target':'99.9','unknown':'%s'}"
				"],'unknown':[{'from':'2026-03-05T06:00Z'}]",
		    policies[i]);
		assert_string_equal(story_text(f, "verdict"), "not applicable");
		json_decref(f);
	}
}

/* V-G1: one outage, 10:00:30 to 10:05:10, in each granularity. */
static void
granularities(void **state)
{
	static const struct {
		const char *granularity;
		int64_t down;
	} rows[] = {
		{ "second", 280 },
		{ "minute_full", 240 },
		{ "minute_any", 360 },
		{ "slice:5m:whole", 0 },
		{ "slice:5m:any", 600 },
		{ "slice:60s:whole", 240 },
		{ "slice:5:any", 600 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story(APRIL
		    ",'versions':[{'target':'99.9','granularity':'%s'}],"
		    "'outages':[{'from':'2026-04-07T10:00:30Z',"
		    "'to':'2026-04-07T10:05:10Z'}]",
		    rows[i].granularity);

		assert_int_equal(story_number(f, "parts[0].down_s"),
		    rows[i].down);
		assert_int_equal(story_number(f, "parts[0].total_s"), 2592000);
		assert_int_equal(story_number(f, "outages[0].counted_s"), 280);
		json_decref(f);
	}
}

/* V-G2: an hour in part, half an hour wholly, by the weight of a part. */
static void
weights(void **state)
{
	static const char *const rows[][2] = { { "0.3", "96.6666" },
		{ "1", "93.7500" }, { "0", "97.9166" } };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story(
		    "'period':{'from':'2026-04-07T00:00Z',"
		    "'to':'2026-04-08T00:00Z'},'versions':[{'target':'99',"
		    "'weights':{'partial':'%s'}}],'outages':[{'kind':"
		    "'partial','from':'2026-04-07T04:00Z',"
		    "'to':'2026-04-07T05:00Z'},{'from':'2026-04-07T08:00Z',"
		    "'to':'2026-04-07T08:30Z'}]",
		    rows[i][0]);

		assert_string_equal(story_text(f, "parts[0].uptime"),
		    rows[i][1]);
		json_decref(f);
	}
}

/* By endpoint: the version's word on it, its own, that on all. */
static void
weights_of_endpoints(void **state)
{
	static const struct {
		const char *endpoint, *version;
		int64_t down_ms;
	} rows[] = {
		{ "", "", 3600000 },
		{ ",'weights':{'down':'0.5'}", "", 1800000 },
		{ ",'weights':{'down':'0.5'}", "{'endpoint':'a','down':0.25}",
		    900000 },
		{ "", "{'endpoint':'b','down':0.25}", 3600000 },
		/* Nothing is said of what is down. */
		{ ",'weights':{'down':'0.5'}",
		    "{'endpoint':'a','partial':0.25},{'endpoint':'b'}",
		    1800000 },
		{ "", "{'endpoint':'b','down':1},{'endpoint':'a','down':0}",
		    0 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story(APRIL
		    ",'versions':[{'target':'99','endpoint_weights':"
		    "[%s]}],'endpoints':[{'name':'a'%s},{'name':'b'}],"
		    "'outages':[{'endpoint':'a','from':"
		    "'2026-04-07T04:00Z','to':'2026-04-07T05:00Z'}]",
		    rows[i].version, rows[i].endpoint);

		assert_int_equal(story_number(f, "parts[0].down_ms"),
		    rows[i].down_ms);
		json_decref(f);
	}
}

/* V-G3: four hours told as eight times 29 minutes, 30 being the least. */
static void
short_outages_that_are_one(void **state)
{
	static const struct {
		int merge_gap, down;
	} rows[] = { { 0, 0 }, { 60, 0 }, { 61, 8 * 29 * 60 } };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct text t = { 0 };
		json_t *f;

		for (int k = 0; k < 8; k++)
			text_addf(&t,
			    "%s{'from':'2026-04-07T%02d:%02d:00Z',"
			    "'to':'2026-04-07T%02d:%02d:00Z'}",
			    k > 0 ? "," : "", 10 + k / 2, k % 2 * 30,
			    10 + k / 2, k % 2 * 30 + 29);
		f = story(APRIL ",'versions':[{'target':'99.9',"
				"'min_countable_s':1800,'merge_gap_s':%d}],"
				"'outages':[%s]",
		    rows[i].merge_gap, t.data);
		assert_int_equal(story_number(f, "parts[0].down_s"),
		    rows[i].down);
		assert_int_equal(json_is_true(
				     story_at(f, "outages[7].too_short")),
		    rows[i].down == 0);
		json_decref(f);
		text_clear(&t);
	}
}

/* V-K: counts of samples, and months of one length, would say otherwise. */
static void
errors_of_others(void **state)
{
	/* K1: half the month at 60 s, half at 300 s, two hours in the latter. */
	int64_t samples = 15 * 1440 + 15 * 288, bad = 24;
	json_t *f = one_outage("UTC", "2026-04", "99.9", 7200);

	(void)state;
	assert_int_equal((samples - bad) * 1000000 / samples, 999074);
	assert_string_equal(story_text(f, "parts[0].uptime"), "99.7222");
	assert_string_equal(story_text(f, "verdict"), "missed");
	json_decref(f);
	/* K3: 2,628,288 s for every month. */
	assert_int_equal((INT64_C(2628288) - 2640) * 1000000 / 2628288, 998995);
	f = one_outage("UTC", "2026-01", "99.9", 2640);
	assert_string_equal(story_text(f, "parts[0].uptime"), "99.9014");
	assert_string_equal(story_text(f, "verdict"), "met");
	json_decref(f);
	assert_int_equal((INT64_C(2628288) - 2440) * 1000000 / 2628288, 999071);
	f = one_outage("UTC", "2026-02", "99.9", 2440);
	assert_string_equal(story_text(f, "parts[0].uptime"), "99.8991");
	assert_string_equal(story_text(f, "verdict"), "missed");
	json_decref(f);
}

/* V-Q: what regions saw, by the quorum. */
static void
quorum(void **state)
{
	static const struct {
		int quorum;
		const char *share, *silent;
		int64_t down, unknown;
	} rows[] = {
		{ 2, "majority", "", 480, 0 },
		{ 3, "majority", "", 0, 0 },
		/* C says nothing. */
		{ 2, "majority", "[0,3600000]", 480, 0 },
		{ 3, "majority", "[0,3600000]", 0, 3600 },
		/* One of three fails: more say otherwise. */
		{ 1, "majority", "", 480, 0 },
		/* One against one. */
		{ 1, "majority", "[0,3600000]", 480, 0 },
		/* Any region will do. */
		{ 1, "minority", "", 720, 0 },
		{ 1, "minority", "[0,3600000]", 720, 0 },
		{ 2, "minority", "", 480, 0 },
		{ 3, "minority", "", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f = story(
		    "'period':{'from':0,'to':3600000},'versions':[{'target':"
		    "'99','unknown':'exclude'}],'endpoints':[{'name':'a',"
		    "'quorum':%d,'share':'%s'}],'regions':[{'endpoint':'a','"
		    "region':'A',"
		    "'failing':[[0,600000]]},{'endpoint':'a','region':'B',"
		    "'failing':[[120000,720000]]},{'endpoint':'a','region':"
		    "'C','silent':[%s]}]",
		    rows[i].quorum, rows[i].share, rows[i].silent);

		assert_int_equal(story_number(f, "parts[0].down_s"),
		    rows[i].down);
		assert_int_equal(story_number(f, "parts[0].unknown_s"),
		    rows[i].unknown);
		json_decref(f);
	}
}

/* V-R: credits, by the exact fraction of a million seconds. */
static void
credits(void **state)
{
	static const struct {
		int64_t down;
		const char *credit;
	} rows[] = { { 1000, "0" }, { 1001, "10" }, { 10000, "10" },
		{ 10001, "25" }, { 50000, "25" }, { 50001, "100" } };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *f =
		    story("'period':{'from':0,'to':1000000000},'versions':[{"
			  "'target':'99.9','credits':[{'below':'99.9','credit':"
			  "'10'},{'below':'99.0','credit':'25'},{'below':'95.0'"
			  ","
			  "'credit':'100'}]}],'outages':[{'from':0,'to':%lld}]",
			(long long)rows[i].down * 1000);

		assert_string_equal(story_text(f, "parts[0].credit"),
		    rows[i].credit);
		json_decref(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allowed_downtime),
		cmocka_unit_test(percent_and_verdict),
		cmocka_unit_test(display),
		cmocka_unit_test(denominators_and_maintenance),
		cmocka_unit_test(unknown),
		cmocka_unit_test(granularities),
		cmocka_unit_test(weights),
		cmocka_unit_test(weights_of_endpoints),
		cmocka_unit_test(short_outages_that_are_one),
		cmocka_unit_test(errors_of_others),
		cmocka_unit_test(quorum),
		cmocka_unit_test(credits),
	};

	return cmocka_run_group_tests_name("sla vectors", tests, NULL, NULL);
}
