/* ledger_facts: records without end do not make facts without end; terms that
   are missing, or not yet in force, give facts all the same. */
#include <time.h>

#include "lib/report.h"
#include "lib/report_say.h"
#include "tests/unit/ledger_story.h"

static void
with(json_t *differences, size_t count)
{
	assert_int_equal(json_array_size(differences), count);
	json_decref(differences);
}

static void
facts_of_april(void)
{
	april();
	ledger_facts(ledger, &facts);
}

/*
 * What there was no room for was passed over, and the account looked whole:
 * kept, whatever had been left out.
 */
static void
says_incomplete(const char *what)
{
	char error[REPORT_ERROR], *bytes;
	struct report *r = report_of("acme", NULL, &facts, error), *again;
	struct text said = { 0 };

	assert_non_null(r);
	assert_int_equal(r->account.verdict, VERDICT_INDETERMINATE);
	assert_int_equal(r->account.sum.verdict, VERDICT_INDETERMINATE);
	report_say_text(r, &said);
	assert_non_null(strstr(said.data, "Incomplete: of this period there "));
	assert_non_null(strstr(said.data, what));
	text_clear(&said);
	bytes = report_text_of(report_json(r));
	report_free(r);
	/* And whoever recomputes it from its facts says the same. */
	again = report_read(bytes, strlen(bytes), error);
	assert_non_null(again);
	assert_int_equal(again->account.verdict, VERDICT_INDETERMINATE);
	with(report_differences(again), 0);
	report_free(again);
	free(bytes);
}

/* Terms that change each minute: as many versions as a report may have. */
static void
more_versions_than_a_report_may_have(void **state)
{
	struct text t = { 0 };

	(void)state;
	text_add(&t, "[");
	for (int i = 0; i <= SLA_VERSIONS_MAX; i++)
		text_addf(&t,
		    "%s{\"from\":%lld,\"sla\":\"g\",\"zone\":\"UTC\","
		    "\"guarantee\":99900,\"floor\":99000}",
		    i > 0 ? "," : "",
		    (long long)(at("2026-04-02") + i * 60000));
	text_add(&t, "]");
	load("terms", "acme", t.data);
	text_clear(&t);
	facts_of_april();
	assert_int_equal(facts.version_count, SLA_VERSIONS_MAX);
	assert_int_equal(facts.left.versions, 1);
	says_incomplete("1 version(s) of the terms;");
	let_go();
}

static void
more_endpoints_than_a_report_may_have(void **state)
{
	char field[40];

	(void)state;
	for (int i = 0; i < SLA_ENDPOINTS_MAX; i++) {
		text_format(field, sizeof(field), "acme/e%d", i);
		load("terms", field,
		    "[{\"from\":1767225600000,\"quorum\":2,\"interval\":30000,"
		    "\"timeout\":10000,\"regions\":\"a\",\"counts\":true}]");
	}
	facts_of_april();
	assert_int_equal(facts.endpoint_count, SLA_ENDPOINTS_MAX);
	assert_int_equal(facts.left.endpoints, 2); /* learn and login */
	says_incomplete("2 endpoint(s);");
	let_go();
}

static void
put_many(enum ledger_kind kind)
{
	struct ledger_stretch s = { .kind = kind, .reason = REASON_DNS };

	for (int i = 0; i <= SLA_ROWS_MAX; i++) {
		s.from_ms = s.from_before_ms = at("2026-04-02") + i * 2000;
		s.to_ms = s.to_before_ms = s.from_ms + 1000;
		ledger_put_stretch(ledger, "acme/learn", &s);
	}
}

static void
more_outages_than_a_report_may_have(void **state)
{
	(void)state;
	put_many(LEDGER_DOWN);
	facts_of_april();
	assert_int_equal(facts.outage_count, SLA_ROWS_MAX);
	assert_int_equal(facts.gap_count, 0);
	assert_int_equal(facts.left.outages, 1);
	sla_account(&facts, &account);
	assert_int_equal(account.verdict, VERDICT_MISSED); /* anyway */
	let_go();
}

static void
more_gaps_than_a_report_may_have(void **state)
{
	(void)state;
	put_many(LEDGER_UNKNOWN);
	facts_of_april();
	assert_int_equal(facts.gap_count, SLA_ROWS_MAX);
	assert_int_equal(facts.left.gaps, 1);
	let_go();
}

/* 400 times of an hour's work, a minute each, 251 times over. */
static void
more_maintenance_than_a_report_may_have(void **state)
{
	struct text t = { 0 };
	char id[40];

	(void)state;
	text_add(&t, "{\"at\":1,\"by\":\"a\",\"text\":\"t\",\"times\":[");
	for (int i = 0; i < 400; i++)
		text_addf(&t, "%s{\"from\":%lld,\"to\":%lld,\"changes\":[]}",
		    i > 0 ? "," : "", (long long)at("2026-04-02") + i * 120000,
		    (long long)at("2026-04-02") + i * 120000 + 60000);
	text_add(&t, "]}");
	for (int i = 0; i < 251; i++) {
		text_format(id, sizeof(id), "acme|m-%d", i);
		load("windows", id, t.data);
	}
	text_clear(&t);
	facts_of_april();
	assert_int_equal(facts.window_count, SLA_ROWS_MAX);
	assert_int_equal(facts.left.windows, 400);
	assert_true(sla_is_incomplete(&facts));
	let_go();
}

/* A hundred renamed endpoints of a thousand, and all that are in a text. */
static void
load_renamed(struct text *names)
{
	char name[32], was[80];

	for (int i = 0; i < SLA_ENDPOINTS_MAX - 2; i++) {
		text_format(name, sizeof(name), "acme/e%03d", i);
		load("terms", name,
		    "[{\"from\":1767225600000,\"quorum\":2,\"interval\":30000,"
		    "\"timeout\":10000,\"regions\":\"a\",\"counts\":true}]");
		text_addf(names, "%s\"%s\"", i > 0 ? "," : "", name);
		text_format(was, sizeof(was),
		    "[{\"from\":1767225600001,\"name\":\"acme/n%03d\"}]", i);
		if (i < 100)
			load("names", name, was);
	}
}

/*
 * Each name was looked up for each endpoint among all that were renamed: with
 * 60 windows that took seconds, of every account, and held up whoever made it.
 * It takes hundredths.
 */
static void
windows_over_many_of_which_some_were_renamed(void **state)
{
	struct text t = { 0 };
	char id[40];
	clock_t begin;

	(void)state;
	text_add(&t, "{\"at\":1,\"by\":\"a\",\"text\":\"t\",\"endpoints\":[");
	load_renamed(&t);
	text_add(&t,
	    "],\"times\":[{\"from\":1775088000000,\"to\":"
	    "1775088060000,\"changes\":[]}]}");
	for (int i = 0; i < 60; i++) {
		text_format(id, sizeof(id), "acme|m-%d", i);
		load("windows", id, t.data);
	}
	text_clear(&t);
	begin = clock();
	facts_of_april();
	assert_true(clock() - begin < 4 * CLOCKS_PER_SEC);
	assert_int_equal(facts.endpoint_count, SLA_ENDPOINTS_MAX);
	assert_true(facts.window_count > 0);
	assert_int_equal(facts.windows[0].scope.count, SLA_ENDPOINTS_MAX - 2);
	let_go();
}

static void
agree_on(const char *zone, const char *more)
{
	struct text t = { 0 };

	text_addf(&t,
	    "[{\"from\":1767225600000,\"sla\":\"gold\",\"zone\":\"%s\","
	    "\"guarantee\":99900,\"floor\":99000,\"terms\":%s}]",
	    zone, more);
	load("terms", "acme", t.data);
	text_clear(&t);
}

/*
 * Weights of a record were not counted, and whoever made an account of it,
 * status pages and evaluator, ended there.
 */
static void
more_weights_than_can_be_counted(void **state)
{
	struct text t = { 0 };

	(void)state;
	for (int i = 0; i < SLA_WEIGHTS_MAX; i++) {
		char field[40];

		text_format(field, sizeof(field), "acme/w%d", i);
		load("terms", field,
		    "[{\"from\":1767225600000,\"quorum\":2,\"interval\":30000,"
		    "\"timeout\":10000,\"regions\":\"a\",\"counts\":true}]");
		text_addf(&t, "%s{\"endpoint\":\"acme/w%d\",\"down\":\"0.%d\"}",
		    i > 0 ? "," : "{\"endpoint_weights\":[", i, i + 11);
		down(field, "2026-04-02 02:00", "2026-04-02 03:00");
	}
	text_add(&t, "]}");
	agree_on("UTC", t.data);
	text_clear(&t);
	facts_of_april();
	assert_int_equal(facts.version_count, 0);
	assert_int_equal(facts.left.versions, 1);
	sla_account(&facts, &account);
	assert_int_equal(account.verdict, VERDICT_INDETERMINATE);
	let_go();
}

/*
 * A report refused them, and pages and evaluator counted for many seconds: a
 * row for each endpoint and version.
 */
static void
more_exclusions_than_can_be_counted(void **state)
{
	struct text t = { 0 };
	char field[40];

	(void)state;
	for (int i = 0; i < 500; i++) {
		text_format(field, sizeof(field), "acme/e%d", i);
		load("terms", field,
		    "[{\"from\":1767225600000,\"quorum\":2,\"interval\":30000,"
		    "\"timeout\":10000,\"regions\":\"a\",\"counts\":true}]");
	}
	text_addf(&t,
	    "{\"at\":%lld,\"from\":%lld,\"to\":%lld,\"by\":\"a\",\"claimant\":"
	    "\"a\",\"reason\":\"client\",\"text\":\"t\",\"answers\":[]}",
	    (long long)at("2026-04-03"), (long long)at("2026-04-02"),
	    (long long)at("2026-04-03"));
	for (int i = 0; i < 4100; i++) {
		text_format(field, sizeof(field), "acme|x-%d", i);
		load("exclusions", field, t.data);
	}
	text_clear(&t);
	window("m-1", "", "2026-04-04 02:00", "2026-04-04 03:00", HOUR, "");
	facts_of_april();
	assert_int_equal(facts.endpoint_count, 502);
	assert_int_equal(facts.window_count, 0);
	assert_int_equal(facts.exclusion_count, 2000000 / 502);
	assert_int_equal(facts.left.windows, 4101 - 2000000 / 502);
	assert_true(sla_is_incomplete(&facts));
	let_go();
}

/* Facts that are whole have no word of it: the same bytes as ever. */
static void
what_is_whole_says_nothing_of_it(void **state)
{
	char error[REPORT_ERROR], *bytes;
	struct text said = { 0 };
	struct report *r;

	(void)state;
	facts_of_april();
	report_say_left(&facts, &said);
	assert_int_equal(said.length, 0);
	assert_false(sla_is_incomplete(&facts));
	r = report_of("acme", NULL, &facts, error);
	assert_int_equal(r->account.verdict, VERDICT_MET);
	bytes = report_text_of(report_json(r));
	assert_null(strstr(bytes, "incomplete"));
	free(bytes);
	report_free(r);
}

/* It is a fact like others, and nobody has to take our word for it. */
static void
a_report_of_somebody_else_that_is_incomplete(void **state)
{
	static const struct {
		const char *left, *error;
		enum verdict verdict;
	} cases[] = {
		{ "{}", "", VERDICT_MET },
		{ "null", "", VERDICT_MET },
		{ "{\"outages\":0}", "", VERDICT_MET },
		{ "{\"outages\":1}", "", VERDICT_INDETERMINATE },
		{ "{\"unknown\":1,\"maintenance\":2}", "",
		    VERDICT_INDETERMINATE },
		{ "{\"outages\":-1}",
		    "facts.incomplete.outages: -1 is not within 0 and "
		    "1000000000",
		    VERDICT_MET },
		{ "{\"rows\":1}", "facts.incomplete: unknown field \"rows\"",
		    VERDICT_MET },
		{ "7", "facts.incomplete: expected an object", VERDICT_MET },
	};
	char json[400], error[REPORT_ERROR];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct report *r;

		text_format(json, sizeof(json),
		    "{\"sunwatch_report\":1,\"facts\":{\"period\":{\"month\":"
		    "\"2026-04\"},\"versions\":[{\"target\":\"99.9\"}],"
		    "\"incomplete\":%s}}",
		    cases[i].left);
		error[0] = '\0';
		r = report_read(json, strlen(json), error);
		assert_string_equal(error, cases[i].error);
		if (r != NULL)
			assert_int_equal(r->account.verdict, cases[i].verdict);
		report_free(r);
	}
}

/* With nothing left to count it was not applicable: nothing was owed. */
static void
nothing_to_count_and_something_left_out(void **state)
{
	(void)state;
	april();
	ledger_facts(ledger, &facts);
	facts.begin_ms = at("2026-06-01");
	facts.left.versions = 1;
	sla_account(&facts, &account);
	assert_int_equal(account.verdict, VERDICT_INDETERMINATE);
	assert_int_equal(account.sum.verdict, VERDICT_NOT_APPLICABLE);
	assert_int_equal(account.best.verdict, VERDICT_NOT_APPLICABLE);
	let_go();
}

/* Of an endpoint whose terms are gone nothing is known, so nothing counts. */
static void
an_outage_of_what_has_no_terms(void **state)
{
	(void)state;
	down("acme/old", "2026-04-10 02:00", "2026-04-10 03:00");
	count(0);
	assert_int_equal(facts.endpoint_count, 2);
	assert_int_equal(facts.outage_count, 0);
	let_go();
}

/* A zone that the system forgot does not take the account with it. */
static void
a_zone_that_is_gone(void **state)
{
	(void)state;
	agree_on("Mars/Olympus", "{}");
	ledger_period_at(ledger, "Europe/London", at("2026-04-10 02:00"),
	    &facts);
	assert_string_equal(facts.zone, "Europe/London");
	assert_int_equal(facts.from_ms, at("2026-03-31 23:00"));
	let_go();
}

/* Before the contract began there is no contract year: it is a month. */
static void
before_the_contract(void **state)
{
	(void)state;
	agree_on("UTC",
	    "{\"period\":\"contract_year\",\"contract\":{\"from\":"
	    "\"2026-03-16T00:00:00Z\"}}");
	ledger_period_at(ledger, "UTC", at("2026-04-10 02:00"), &facts);
	assert_int_equal(facts.period, SLA_CONTRACT_YEAR);
	assert_int_equal(facts.to_ms, at("2027-03-16"));
	let_go();
	ledger_period_at(ledger, "UTC", at("2026-02-10 02:00"), &facts);
	assert_int_equal(facts.period, SLA_MONTH);
	assert_int_equal(facts.from_ms, at("2026-02-01"));
	let_go();
}

/* A short outage before the period and one in it are one: both count, or
   neither does. */
static void
outages_that_are_merged_over_the_begin(void **state)
{
	(void)state;
	agree_on("UTC", "{\"min_countable_s\":300,\"merge_gap_s\":60}");
	down("acme/learn", "2026-03-31 23:56", "2026-04-01 00:02");
	count(0);
	assert_int_equal(account.sum.down_ms, 120000);
	let_go();
	ledger_unload(ledger, "acme/learn|1775001360000");
	down("acme/learn", "2026-04-01 00:00", "2026-04-01 00:02");
	count(0);
	assert_int_equal(account.sum.down_ms, 0);
	let_go();
}

/* Two versions with one least length: its neighbours are looked at once. */
static void
two_versions_with_one_least_length(void **state)
{
	static const char *const begins[] = { "2026-03-01", "2026-04-15" };
	struct text t = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++)
		text_addf(&t,
		    "%s{\"from\":%lld,\"sla\":\"%s\",\"zone\":\"UTC\","
		    "\"guarantee\":99900,\"floor\":99000,\"terms\":"
		    "{\"min_countable_s\":300}}",
		    i == 0 ? "[" : ",", (long long)at(begins[i]),
		    i == 0 ? "gold" : "silver");
	text_add(&t, "]");
	load("terms", "acme", t.data);
	text_clear(&t);
	down("acme/learn", "2026-03-31 23:56", "2026-04-01 00:02");
	down("acme/learn", "2026-04-20 02:00", "2026-04-20 02:04");
	facts_of_april();
	sla_account(&facts, &account);
	assert_int_equal(facts.version_count, 2);
	assert_int_equal(account.sum.down_ms, 120000);
	let_go();
}

/* From memory come terms that no record could have. */
static void
terms_that_cannot_be_read_are_none(void **state)
{
	struct ledger_agreement a = { .from_ms = at("2026-01-01"),
		.sla = (char[]){ "gold" },
		.zone = (char[]){ "UTC" },
		.guarantee_milli = 99900,
		.more = (char[]){ "{\"odd\":1}" } };
	struct ledger_agreements list = { &a, 1, 0 };
	struct ledger_step step = { .from_ms = at("2026-01-01"),
		.quorum = 2,
		.regions = (char[]){ "a b" },
		.counts = true };
	struct ledger_terms terms = { &step, 1, 0 };

	(void)state;
	ledger_put_agreements(ledger, &list);
	ledger_put_terms(ledger, "acme/new", &terms);
	facts_of_april();
	assert_int_equal(facts.version_count, 0);
	assert_int_equal(facts.endpoint_count, 3);
	let_go();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(more_versions_than_a_report_may_have),
		TEST(more_endpoints_than_a_report_may_have),
		TEST(more_outages_than_a_report_may_have),
		TEST(more_gaps_than_a_report_may_have),
		TEST(more_maintenance_than_a_report_may_have),
		TEST(windows_over_many_of_which_some_were_renamed),
		TEST(more_weights_than_can_be_counted),
		TEST(more_exclusions_than_can_be_counted),
		TEST(what_is_whole_says_nothing_of_it),
		TEST(a_report_of_somebody_else_that_is_incomplete),
		TEST(nothing_to_count_and_something_left_out),
		TEST(an_outage_of_what_has_no_terms),
		TEST(a_zone_that_is_gone),
		TEST(before_the_contract),
		TEST(outages_that_are_merged_over_the_begin),
		TEST(two_versions_with_one_least_length),
		TEST(terms_that_cannot_be_read_are_none),
	};

	return cmocka_run_group_tests_name("ledger_limits", tests, NULL, NULL);
}
