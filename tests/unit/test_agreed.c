/*
 * Terms on their way: written in a tree, journalled as text, read again from
 * the record, and held against what happened.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/civil.h"
#include "lib/ledger_facts.h"
#include "lib/report_agreed.h"
#include "lib/settings.h"
#include "lib/sla_text.h"
#include "lib/text.h"

#define TREE                                                                   \
	"site: { name: K, url: 'https://k.example' }\n"                        \
	"people: [{ name: a, zone: UTC, reach: terminal }]\n"                  \
	"ladders: [{ name: s, levels: [{ call: person a }] }]\n"

static int64_t
at(const char *text)
{
	int64_t ms;

	if (!civil_parse(text, &ms))
		fail_msg("%s", text);
	return ms;
}

/* What is journalled of the terms of client c. */
static char *
agreed(const char *yaml, struct ledger_agreement *a)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settings_from_text(yaml, &errors);
	struct sla_facts f;

	CONF_EACH (const struct conf_complaint, e, &errors.list)
		print_message("%s\n", e->text);
	assert_non_null(s);
	settings_agreed(s, settings_client(s, "c"),
	    settings_client(s, "c")->sla, &f);
	*a = (struct ledger_agreement){ .sla = mem_text(f.versions[0].name),
		.zone = mem_text(f.zone),
		.guarantee_milli = f.versions[0].target_milli,
		.coverage_floor_milli = f.versions[0].floor_milli,
		.more = report_agreed_text(&f, &f.versions[0]) };
	sla_facts_clear(&f);
	settings_free(s);
	conf_errors_clear(&errors);
	return a->more;
}

static void
drop(struct ledger_agreement *a)
{
	free(a->sla);
	free(a->zone);
	free(a->more);
}

/* Everything an operator can say, and how it stands in the record. */
static const struct {
	const char *terms, *more;
} rows[] = {
	{ "notice: 0s", NULL },
	{ "notice: 3d", "{\"notice_s\":259200}" },
	{ "notice: 0s, period: quarter", "{\"period\":\"quarter\"}" },
	{ "notice: 0s, unknown: down", "{\"unknown\":\"down\"}" },
	{ "notice: 0s, denominator: total", "{\"denominator\":\"total\"}" },
	{ "notice: 0s, granularity: minute_full",
	    "{\"granularity\":\"minute_full\"}" },
	{ "notice: 0s, granularity: 'slice:5m:any'",
	    "{\"granularity\":\"slice:300s:any\"}" },
	{ "notice: 0s, min_countable: 2m, merge_gap: 30s",
	    "{\"min_countable_s\":120,\"merge_gap_s\":30}" },
	{ "notice: 0s, maintenance_cap: 0m", "{\"maintenance_cap_s\":0}" },
	{ "notice: 0s, maintenance_cap: 8h", "{\"maintenance_cap_s\":28800}" },
	{ "notice: 0s, maintenance_pattern: office",
	    "{\"maintenance_pattern\":{\"hours\":[\"mon-fri 09:00-17:00\"],"
	    "\"holidays\":[],\"exceptions\":[]}}" },
	{ "notice: 0s, service_hours: 8x5",
	    "{\"service_hours\":{\"hours\":[\"mon-fri 09:00-17:00\"],"
	    "\"holidays\":[],\"exceptions\":[]}}" },
	{ "notice: 0s, credits: [{ below: 99.9%, credit: 10% }], claim_days: "
	  "60, credit_max: 50%",
	    "{\"credits\":[{\"below\":\"99.9\",\"credit\":\"10\"}],"
	    "\"credit_max\":\"50\",\"claim_days\":60}" },
};

static void
terms_as_they_are_journalled(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ledger_agreement a;
		struct text yaml = { 0 };

		text_addf(&yaml,
		    TREE "calendars: [{ name: office, hours: 'mon-fri "
			 "09:00-17:00' }]\n"
			 "slas: [{ name: own, guarantee: 99.9%%, %s }]\n"
			 "clients: [{ name: c, zone: UTC, sla: own, "
			 "endpoints: [] }]\n",
		    rows[i].terms);
		agreed(yaml.data, &a);
		if (rows[i].more == NULL)
			assert_null(a.more);
		else
			assert_string_equal(a.more, rows[i].more);
		drop(&a);
		text_clear(&yaml);
	}
}

/* A client overrides field by field, lists as a whole. */
static void
a_client_has_its_own(void **state)
{
	struct ledger_agreement a;

	(void)state;
	agreed(TREE "slas: [{ name: gold, notice: 5d, credits: [{ below: "
		    "99.9%, credit: 10% }, { below: 99%, credit: 25% }] }]\n"
		    "client:\n"
		    "  name: c\n  zone: Europe/London\n  sla: gold\n"
		    "  contract: { from: 2026-04-16, to: 2027-04-16 }\n"
		    "  slas: [{ name: gold, claim_days: 30, zone: UTC, "
		    "period: contract_year }]\n"
		    "  endpoints: []\n",
	    &a);
	assert_string_equal(a.zone, "UTC");
	assert_int_equal(a.guarantee_milli, 99950);
	assert_string_equal(a.more,
	    "{\"notice_s\":432000,\"credits\":[{\"below\":\"99.9\","
	    "\"credit\":\"10\"},{\"below\":\"99\",\"credit\":\"25\"}],"
	    "\"claim_days\":30,\"period\":\"contract_year\",\"contract\":"
	    "{\"from\":\"2026-04-16T00:00:00Z\",\"to\":"
	    "\"2027-04-16T00:00:00Z\"}}");
	drop(&a);
}

static void
load(struct ledger *l, const char *key, const char *field, char *value)
{
	char error[160];

	if (ledger_load(l, key, field, value, strlen(value), error) != 0)
		fail_msg("%s: %s", value, error);
	free(value);
}

static void
add(struct ledger_agreements *list, const char *from, const char *yaml)
{
	struct ledger_agreement a;

	agreed(yaml, &a);
	a.from_ms = at(from);
	ledger_add_agreement(list, &a);
	drop(&a);
}

#define OWN(terms)                                                             \
	TREE "slas: [{ name: own, notice: 0s, " terms                          \
	     " }]\nclients: [{ name: c, zone: Europe/London, sla: own, "       \
	     "endpoints: [] }]\n"

/* An endpoint that was down from 17:30 to 08:45, over a night. */
static struct ledger *
ledger_of(struct ledger_agreements *list)
{
	struct ledger *l = ledger_new("c");

	load(l, "terms", "c", ledger_encode_agreements(list));
	load(l, "terms", "c/learn",
	    mem_text("[{\"from\":1000,\"quorum\":2,\"interval\":30000,"
		     "\"timeout\":10000,\"regions\":\"a b\",\"counts\":true}"
		     "]"));
	load(l, "outages", "c/learn|1775147400000",
	    mem_text("{\"kind\":\"down\",\"from\":1775147400000,\"to\":"
		     "1775202300000,\"from_before\":0,\"to_before\":"
		     "1775202290000,\"reason\":\"dns\",\"removed\":false}"));
	ledger_agreements_clear(list);
	return l;
}

static void
account(struct ledger *l, const char *when, struct ledger_account *a)
{
	struct sla_facts f;

	ledger_period_at(l, "UTC", at(when), &f);
	ledger_account(l, &f, at(when), a);
}

/* Office hours: of the night nothing counts, of the hour before and after. */
static void
an_account_by_its_service_hours(void **state)
{
	struct ledger_agreements list = { 0 };
	struct ledger_account a;
	struct ledger *l;

	(void)state;
	add(&list, "2026-01-01T00:00Z",
	    OWN("guarantee: 99%, service_hours: 8x5"));
	l = ledger_of(&list); /* Thu 2 Apr 17:30 BST to Fri 3 Apr 08:45 BST */
	account(l, "2026-05-01T00:00Z", &a);
	assert_int_equal(a.facts.from_ms, at("2026-04-30T23:00Z"));
	ledger_account_clear(&a);
	account(l, "2026-04-30T22:00Z", &a);
	assert_int_equal(a.facts.from_ms, at("2026-03-31T23:00Z"));
	assert_int_equal(a.whole.period_s, 22 * 8 * 3600);
	assert_int_equal(a.whole.down_s, 0);
	ledger_account_clear(&a);
	ledger_free(l);
	add(&list, "2026-01-01T00:00Z", OWN("guarantee: 99%"));
	l = ledger_of(&list);
	account(l, "2026-04-30T22:00Z", &a);
	assert_int_equal(a.whole.down_s, 54900);
	ledger_account_clear(&a);
	ledger_free(l);
}

/* Terms never act before their instant: each part by its own. */
static void
a_quarter_with_two_versions(void **state)
{
	struct ledger_agreements list = { 0 };
	struct ledger_account a;
	struct ledger *l;

	(void)state;
	add(&list, "2026-01-01T00:00Z",
	    OWN("guarantee: 99%, period: quarter, unknown: up"));
	add(&list, "2026-04-03T00:00Z",
	    OWN("guarantee: 99.9%, period: quarter, min_countable: 20h"));
	l = ledger_of(&list);
	account(l, "2026-06-30T12:00Z", &a);
	assert_int_equal(a.facts.period, SLA_QUARTER);
	assert_int_equal(a.facts.from_ms, at("2026-03-31T23:00Z"));
	assert_int_equal(a.facts.to_ms, at("2026-06-30T23:00Z"));
	assert_int_equal(a.full.count, 2);
	assert_int_equal(a.facts.versions[0].unknown, SLA_UNKNOWN_UP);
	assert_int_equal(a.facts.versions[1].min_countable_s, 72000);
	assert_int_equal(a.full.parts[0].to_ms, at("2026-04-03T00:00Z"));
	/* 16:30Z to midnight counts; after it the outage is too short. */
	assert_int_equal(a.full.parts[0].figures.down_ms,
	    7 * 3600000 + 1800000);
	assert_int_equal(a.full.parts[1].figures.down_ms, 0);
	assert_true(a.has_changed);
	ledger_account_clear(&a);
	ledger_free(l);
}

static void
terms_that_are_none(void **state)
{
	static const char *const bad[] = { "[]", "5", "{\"period\":\"week\"}",
		"{\"period\":\"contract_year\"}", "{\"odd\":1}",
		"{\"contract\":{\"from\":\"soon\"}}",
		"{\"contract\":{\"to\":\"soon\"}}", "{\"contract\":7}",
		"{\"contract\":null,\"period\":7}", "null",
		"{\"contract\":{\"from\":20,\"to\":10}}",
		"{\"service_hours\":\"always on\"}" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ledger *l = ledger_new("c");
		struct text value = { 0 };
		char error[160];

		text_addf(&value,
		    "[{\"from\":1,\"sla\":\"g\",\"zone\":\"UTC\",\"guarantee\""
		    ":99900,\"floor\":1,\"terms\":%s}]",
		    bad[i]);
		assert_int_equal(ledger_load(l, "terms", "c", value.data,
				     value.length, error),
		    -1);
		assert_string_equal(error, "terms: not terms of an SLA");
		text_clear(&value);
		ledger_free(l);
	}
}

/* The terms of c, by a calendar with so many holidays. */
static char *
tree_of_holidays(int count)
{
	struct text t = { 0 };

	text_add(&t, TREE "calendars: [{ name: k, hours: 'mon 09:00-17:00'");
	for (int i = 0; i < count; i++)
		text_addf(&t, "%s20%02d-%02d-%02d",
		    i == 0 ? ", holidays: [" : ", ", 26 + i / 336,
		    i / 28 % 12 + 1, i % 28 + 1);
	text_add(&t,
	    "] }]\nslas: [{ name: own, guarantee: 99%, service_hours: k }]\n"
	    "clients: [{ name: c, zone: UTC, sla: own, endpoints: [] }]\n");
	return text_take(&t);
}

/* Contracts of which but one end is agreed. */
static void
contracts_without_an_end(void **state)
{
	static const struct {
		const char *contract, *more, *begin, *end;
	} cases[] = {
		{ "from: 2026-04-16",
		    "{\"contract\":{\"from\":\"2026-04-16T00:00:00Z\",\"to\":"
		    "null}}",
		    "2026-04-16T00:00Z", NULL },
		{ "to: 2026-04-16",
		    "{\"contract\":{\"from\":null,\"to\":"
		    "\"2026-04-16T00:00:00Z\"}}",
		    NULL, "2026-04-16T00:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sla_facts f = { .zone = (char[]){ "UTC" },
			.begin_ms = ALWAYS,
			.end_ms = NEVER };
		struct ledger_agreement a;
		struct text yaml = { 0 };

		text_addf(&yaml,
		    TREE "slas: [{ name: own, guarantee: 99%%, notice: 0s }]\n"
			 "clients: [{ name: c, zone: UTC, sla: own, contract: "
			 "{ %s }, endpoints: [] }]\n",
		    cases[i].contract);
		agreed(yaml.data, &a);
		assert_string_equal(a.more, cases[i].more);
		assert_true(report_agreed_contract(a.more, &f));
		assert_int_equal(f.begin_ms,
		    cases[i].begin == NULL ? ALWAYS : at(cases[i].begin));
		assert_int_equal(f.end_ms,
		    cases[i].end == NULL ? NEVER : at(cases[i].end));
		drop(&a);
		text_clear(&yaml);
	}
}

/* What is no JSON, or too long to be a record's, is refused and not read. */
static void
texts_that_are_no_terms(void **state)
{
	struct sla_facts f = { .zone = (char[]){ "UTC" },
		.begin_ms = ALWAYS,
		.end_ms = NEVER };
	char *endless = mem_alloc(REPORT_AGREED_MAX + 2), error[REPORT_ERROR];
	struct sla_version v;

	(void)state;
	memset(endless, ' ', REPORT_AGREED_MAX + 1);
	memcpy(endless, "{}", 2);
	assert_false(report_agreed_contract(endless, &f));
	endless[REPORT_AGREED_MAX] = '\0';
	assert_true(report_agreed_contract(endless, &f));
	free(endless);
	assert_false(report_agreed_contract("{", &f));
	assert_false(report_agreed_version("{", &f, &v, error));
	assert_string_equal(error, "expected an object");
	assert_false(report_agreed_version("[]", &f, &v, error));
	assert_null(v.name);
}

/* A tree may have 1000 holidays, and a record could have but 500: the shard
   wrote terms that nobody could read again. */
static void
holidays_beyond_500_were_not_read_again(void **state)
{
	struct ledger_agreements list = { 0 };
	char *yaml = tree_of_holidays(1000);
	struct ledger_account a;
	struct ledger *l;

	(void)state;
	add(&list, "2026-01-01T00:00Z", yaml);
	l = ledger_of(&list);
	account(l, "2026-02-01T00:00Z", &a);
	assert_int_equal(a.facts.version_count, 1);
	assert_int_equal(a.facts.versions[0].hours->holidays.count, 1000);
	ledger_account_clear(&a);
	ledger_free(l);
	free(yaml);
}

/* What an endpoint's seconds weigh is one of the terms. */
static void
weights_of_endpoints(void **state)
{
	struct ledger_agreement a;

	(void)state;
	agreed(TREE "slas: [{ name: own, guarantee: 99.9%, notice: 0s }]\n"
		    "platforms: [{ name: p, defaults: { weight: 0.25 } }]\n"
		    "clients: [{ name: c, zone: UTC, sla: own, endpoints: "
		    "[{ name: wiki, url: 'https://w.example/', platform: p }, "
		    "{ name: forum, url: 'https://f.example/', weight: 0.5 }, "
		    "{ name: learn, url: 'https://l.example/' }, { name: news, "
		    "url: 'https://n.example/', weight: 0, counts: false }] "
		    "}]\n",
	    &a);
	assert_string_equal(a.more,
	    "{\"endpoint_weights\":[{\"endpoint\":\"c/forum\",\"down\":"
	    "\"0.5\",\"partial\":null},{\"endpoint\":\"c/wiki\",\"down\":"
	    "\"0.25\",\"partial\":null}]}");
	drop(&a);
}

/* An outage of what weighs a quarter; of what takes no part nothing is said. */
static void
an_account_by_weights(void **state)
{
	struct ledger_agreements list = { 0 };
	struct ledger_agreement a = { .sla = (char[]){ "own" },
		.zone = (char[]){ "UTC" },
		.guarantee_milli = 99000,
		.coverage_floor_milli = 99000,
		.more = (char[]){
		    "{\"endpoint_weights\":[{\"endpoint\":\"c/gone\",\"down\":"
		    "\"0\"},{\"endpoint\":\"c/learn\",\"down\":\"0.25\"}]}" } };
	struct ledger_account out;
	struct ledger *l;

	(void)state;
	a.from_ms = at("2026-01-01T00:00Z");
	ledger_add_agreement(&list, &a);
	l = ledger_of(&list);
	account(l, "2026-04-30T12:00Z", &out);
	assert_int_equal(out.full.parts[0].figures.down_ms, 54900 * 250);
	assert_int_equal(out.facts.versions[0].weight_count, 1);
	ledger_account_clear(&out);
	ledger_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_as_they_are_journalled),
		cmocka_unit_test(a_client_has_its_own),
		cmocka_unit_test(an_account_by_its_service_hours),
		cmocka_unit_test(a_quarter_with_two_versions),
		cmocka_unit_test(terms_that_are_none),
		cmocka_unit_test(contracts_without_an_end),
		cmocka_unit_test(texts_that_are_no_terms),
		cmocka_unit_test(holidays_beyond_500_were_not_read_again),
		cmocka_unit_test(weights_of_endpoints),
		cmocka_unit_test(an_account_by_weights),
	};

	return cmocka_run_group_tests_name("agreed", tests, NULL, NULL);
}
