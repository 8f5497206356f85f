/* ledger_period: the periods of contracts whose zone and periods change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/civil.h"
#include "lib/ledger_facts.h"
#include "lib/publish.h"
#include "lib/report.h"
#include "lib/report_say.h"
#include "lib/text.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))
#define DAY_MS INT64_C(86400000)

static int64_t
at(const char *text)
{
	int64_t ms;

	assert_true(civil_parse(text, &ms));
	return ms;
}

/* "quarter", or "2026-04-16" for the years of a contract since then. */
static char *
terms_of(const char *period)
{
	struct text t = { 0 };

	if (period[0] >= '0' && period[0] <= '9')
		text_addf(&t,
		    "{\"period\":\"contract_year\",\"contract\":{\"from\":"
		    "\"%sT00:00:00Z\",\"to\":null}}",
		    period);
	else
		text_addf(&t, "{\"period\":\"%s\"}", period);
	return text_take(&t);
}

static void
agree(struct ledger_agreements *all, int64_t from_ms, const char *zone,
    const char *period)
{
	struct ledger_agreement a = { .from_ms = from_ms,
		.sla = (char[]){ "gold" },
		.zone = mem_text(zone),
		.guarantee_milli = 99900,
		.more = terms_of(period),
		.accord = SLA_ACCORD_NONE };

	ledger_add_agreement(all, &a);
	free(a.zone);
	free(a.more);
}

static struct ledger *
ledger_with(struct ledger_agreements *all)
{
	struct ledger *l = ledger_new("acme");
	struct ledger_terms terms = { 0 };
	struct ledger_step step = { .quorum = 2,
		.interval_ms = 30000,
		.timeout_ms = 10000,
		.regions = (char[]){ "a b" },
		.counts = true };

	ledger_add_step(&terms, &step);
	ledger_put_terms(l, "acme/learn", &terms);
	ledger_put_agreements(l, all);
	ledger_terms_clear(&terms);
	ledger_agreements_clear(all);
	return l;
}

struct change {
	const char *from, *zone, *period;
};

static struct ledger *
ledger_of(const struct change *changes)
{
	struct ledger_agreements all = { 0 };

	for (size_t i = 0; i < 4 && changes[i].from != NULL; i++)
		agree(&all, at(changes[i].from), changes[i].zone,
		    changes[i].period);
	return ledger_with(&all);
}

static void
say(struct text *t, const struct publish_period *x)
{
	char from[40], to[40];

	civil_utc(x->facts.from_ms, from, sizeof(from));
	civil_utc(x->facts.to_ms, to, sizeof(to));
	text_addf(t, "%s %.16s %.16s %s\n", x->is.name, from, to,
	    sla_period_word((enum sla_period)x->facts.period));
}

/* What is published of a client until an instant. */
static char *
published(const struct ledger *l, int64_t until_ms)
{
	struct publish_walk *w = publish_begin(l, "UTC");
	struct publish_period x;
	struct text t = { 0 };

	text_add(&t, "");
	while (publish_next(w, &x)) {
		if (x.final_ms > until_ms) {
			publish_clear(&x);
			break;
		}
		say(&t, &x);
		publish_clear(&x);
	}
	publish_end(w);
	return text_take(&t);
}

static const struct {
	const char *until;
	struct change changes[4];
	const char *published;
} stories[] = {
	/* Auckland has had its 1st of November for nine hours. */
	{ "2027-01-05T00:00:00Z",
	    { { "2026-10-10T00:00:00Z", "UTC", "month" },
		{ "2026-10-31T20:00:00Z", "Pacific/Auckland", "month" } },
	    "2026-10 2026-10-01T00:00 2026-10-31T20:00 month\n"
	    "2026-11 2026-10-31T20:00 2026-11-30T11:00 month\n"
	    "2026-12 2026-11-30T11:00 2026-12-31T11:00 month\n" },
	/* In UTC it is October again: that was it. */
	{ "2027-01-05T00:00:00Z",
	    { { "2026-10-10T00:00:00Z", "Pacific/Auckland", "month" },
		{ "2026-10-31T20:00:00Z", "UTC", "month" } },
	    "2026-10 2026-09-30T11:00 2026-10-31T11:00 month\n"
	    "2026-11 2026-10-31T11:00 2026-12-01T00:00 month\n"
	    "2026-12 2026-12-01T00:00 2027-01-01T00:00 month\n" },
	/* In the middle of a month. */
	{ "2026-11-05T00:00:00Z",
	    { { "2026-09-10T00:00:00Z", "Pacific/Auckland", "month" },
		{ "2026-10-15T00:00:00Z", "America/New_York", "month" } },
	    "2026-09 2026-08-31T12:00 2026-09-30T11:00 month\n" },
	/* A contract's own periods beside the months. */
	{ "2026-07-05T00:00:00Z",
	    { { "2026-05-10T00:00:00Z", "UTC", "quarter" } },
	    "2026-05 2026-05-01T00:00 2026-06-01T00:00 month\n"
	    "2026-06 2026-06-01T00:00 2026-07-01T00:00 month\n"
	    "2026-Q2 2026-04-01T00:00 2026-07-01T00:00 quarter\n" },
	{ "2026-06-05T00:00:00Z",
	    { { "2025-04-20T00:00:00Z", "UTC", "2025-04-16" },
		{ "2026-05-10T00:00:00Z", "UTC", "month" } },
	    "2025-04 2025-04-01T00:00 2025-05-01T00:00 month\n"
	    "2025-05 2025-05-01T00:00 2025-06-01T00:00 month\n"
	    "2025-06 2025-06-01T00:00 2025-07-01T00:00 month\n"
	    "2025-07 2025-07-01T00:00 2025-08-01T00:00 month\n"
	    "2025-08 2025-08-01T00:00 2025-09-01T00:00 month\n"
	    "2025-09 2025-09-01T00:00 2025-10-01T00:00 month\n"
	    "2025-10 2025-10-01T00:00 2025-11-01T00:00 month\n"
	    "2025-11 2025-11-01T00:00 2025-12-01T00:00 month\n"
	    "2025-12 2025-12-01T00:00 2026-01-01T00:00 month\n"
	    "2026-01 2026-01-01T00:00 2026-02-01T00:00 month\n"
	    "2026-02 2026-02-01T00:00 2026-03-01T00:00 month\n"
	    "2026-03 2026-03-01T00:00 2026-04-01T00:00 month\n"
	    "2025-04-16 2025-04-16T00:00 2026-04-16T00:00 contract year\n"
	    "2026-04 2026-04-01T00:00 2026-05-01T00:00 month\n"
	    "2026-05 2026-05-01T00:00 2026-06-01T00:00 month\n"
	    "2026-04-16 2026-04-16T00:00 2026-06-01T00:00 contract year\n" },
	/* A month is over before the quarter that it belongs to begins. */
	{ "2026-04-05T00:00:00Z",
	    { { "2026-02-01T00:00:00Z", "UTC", "month" },
		{ "2026-02-15T00:00:00Z", "UTC", "quarter" } },
	    "2026-02 2026-02-01T00:00 2026-03-01T00:00 month\n"
	    "2026-03 2026-03-01T00:00 2026-04-01T00:00 month\n"
	    "2026-03-01 2026-03-01T00:00 2026-04-01T00:00 quarter\n" },
	/* Two pieces of one quarter have two names. */
	{ "2026-04-05T00:00:00Z",
	    { { "2026-01-01T00:00:00Z", "UTC", "quarter" },
		{ "2026-01-10T00:00:00Z", "UTC", "month" },
		{ "2026-02-10T00:00:00Z", "UTC", "quarter" } },
	    "2026-01 2026-01-01T00:00 2026-02-01T00:00 month\n"
	    "2026-01-01 2026-01-01T00:00 2026-02-01T00:00 quarter\n"
	    "2026-02 2026-02-01T00:00 2026-03-01T00:00 month\n"
	    "2026-03 2026-03-01T00:00 2026-04-01T00:00 month\n"
	    "2026-03-01 2026-03-01T00:00 2026-04-01T00:00 quarter\n" },
	/* Before its contract a client has months. */
	{ "2026-04-20T00:00:00Z",
	    { { "2026-03-10T00:00:00Z", "UTC", "2026-04-16" } },
	    "2026-03 2026-03-01T00:00 2026-04-01T00:00 month\n"
	    "2026-04-01 2026-04-01T00:00 2026-04-16T00:00 month\n" },
	/* No facts are known of 1969. */
	{ "1970-02-05T12:00:00Z",
	    { { "1970-01-01T00:00:00Z", "America/New_York", "month" } },
	    "1970-01 1970-01-01T05:00 1970-02-01T05:00 month\n" },
};

static void
a_period_begins_where_the_one_before_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(stories); i++) {
		struct ledger *l = ledger_of(stories[i].changes);
		char *is = published(l, at(stories[i].until));

		assert_string_equal(is, stories[i].published);
		free(is);
		ledger_free(l);
	}
}

/* ---- any chain of terms ---- */

static const char *const zones[] = { "UTC", "Pacific/Auckland",
	"America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago",
	"Asia/Kolkata", "America/Toronto", "Pacific/Apia" };
static const char *const kinds[] = { "month", "quarter", "year", "2010-02-28",
	"2011-12-30", "2012-02-29", "2012-05-16" };

static uint64_t random_state;

static uint64_t
draw(uint64_t count)
{
	random_state = random_state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (random_state >> 33) % count;
}

/* Changes from seconds to months apart, many of them near a month's end. */
static struct ledger *
any_ledger(int64_t *begin_ms)
{
	struct ledger_agreements all = { 0 };
	int64_t from_ms = at("2011-10-01T00:00:00Z") +
	    (int64_t)draw(120) * DAY_MS + (int64_t)draw(86400) * 1000;
	uint64_t count = 1 + draw(12);

	*begin_ms = from_ms;
	for (uint64_t i = 0; i < count; i++) {
		int64_t month_ms, next_ms;

		agree(&all, from_ms, zones[draw(N(zones))],
		    kinds[draw(N(kinds))]);
		civil_month("UTC", from_ms, &month_ms, &next_ms);
		from_ms +=
		    1 + (int64_t)draw(draw(2) == 0 ? 90000000 : 9000000000);
		if (draw(2) == 0 && next_ms > from_ms)
			from_ms = next_ms - 50000000 + (int64_t)draw(100000000);
	}
	/* Whatever the draws: later ones later. */
	for (size_t i = 1; i < all.count; i++)
		if (all.items[i].from_ms <= all.items[i - 1].from_ms)
			all.items[i].from_ms = all.items[i - 1].from_ms + 1;
	return ledger_with(&all);
}

/* Its facts say it, and whoever has only these finds the same. */
static void
look_at_facts(const struct ledger *l, struct publish_period *x)
{
	char error[REPORT_ERROR] = "", *text;
	struct report *r, *again;
	int64_t from_ms = x->is.from_ms, to_ms = x->is.to_ms;

	publish_facts(l, x);
	if (x->facts.version_count == 0)
		return; /* before the first terms */
	r = report_of("acme", NULL, &x->facts, error);
	assert_string_equal(error, "");
	text = report_text_of(report_json(r));
	again = report_read(text, strlen(text), error);
	if (again == NULL)
		fail_msg("%s: %s", error, text);
	assert_int_equal(again->facts.from_ms, from_ms);
	assert_int_equal(again->facts.to_ms, to_ms);
	free(text);
	report_free(again);
	report_free(r);
}

struct tiles {
	int64_t months_to_ms, own_to_ms, begin_ms;
	char names[400][LEDGER_PERIOD_NAME];
	size_t count;
};

static void
lay(struct tiles *t, const struct ledger_periods *p,
    const struct publish_period *x)
{
	bool is_month = strlen(x->is.name) == 7 && x->is.name[5] != 'Q';
	struct ledger_period own;

	assert_true(x->is.from_ms < x->is.to_ms);
	for (size_t i = 0; i < t->count; i++)
		assert_string_not_equal(t->names[i], x->is.name);
	text_copy(t->names[t->count++], LEDGER_PERIOD_NAME, x->is.name);
	if (is_month) {
		if (t->months_to_ms != 0)
			assert_int_equal(t->months_to_ms, x->is.from_ms);
		else
			assert_true(x->is.from_ms <= t->begin_ms);
		t->months_to_ms = x->is.to_ms;
	}
	ledger_period_find(p, x->is.from_ms, &own);
	if (strcmp(own.name, x->is.name) == 0) {
		if (t->own_to_ms != 0)
			assert_int_equal(t->own_to_ms, x->is.from_ms);
		else
			assert_true(x->is.from_ms <= t->begin_ms);
		t->own_to_ms = x->is.to_ms;
	} else
		assert_true(is_month);
}

/* By its name, and by any instant in it, it is the same. */
static void
find_again(const struct ledger *l, const struct publish_period *x)
{
	struct ledger_period named;
	struct sla_facts f;

	assert_true(ledger_period_named(l, "UTC", x->is.name, &named, &f));
	assert_string_equal(named.name, x->is.name);
	assert_int_equal(f.from_ms, x->facts.from_ms);
	assert_int_equal(f.to_ms, x->facts.to_ms);
	assert_string_equal(f.zone, x->facts.zone);
	sla_facts_clear(&f);
	assert_int_equal(publish_final_ms(l, "UTC", &x->is), x->final_ms);
}

static void
published_periods_tile_time(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 150; seed++) {
		struct tiles t = { 0 };
		struct publish_period x;
		struct ledger_periods *p;
		struct publish_walk *w;
		struct ledger *l;

		random_state = seed;
		l = any_ledger(&t.begin_ms);
		w = publish_begin(l, "UTC");
		p = ledger_periods_new(l, "UTC");
		for (int i = 0; i < 60 && publish_next(w, &x); i++) {
			lay(&t, p, &x);
			find_again(l, &x);
			if (seed % 8 == 0)
				look_at_facts(l, &x);
			publish_clear(&x);
		}
		assert_true(t.count == 60);
		ledger_periods_free(p);
		publish_end(w);
		ledger_free(l);
	}
}

/* ---- names ---- */

static void
names_that_are_none(void **state)
{
	static const char *const bad[] = { "", "2026-13", "2026-Q5", "1969",
		"1969-12-31", "2070-01-01", "2026-02-30", "x", "2026-1" };
	struct ledger *l = ledger_of(stories[0].changes);
	struct ledger_period x;
	struct sla_facts f;

	(void)state;
	for (size_t i = 0; i < N(bad); i++)
		assert_false(ledger_period_named(l, "UTC", bad[i], &x, &f));
	/* No report is published of it. */
	assert_true(ledger_period_named(l, "UTC", "2026-Q4", &x, &f));
	assert_int_equal(publish_final_ms(l, "UTC", &x), NEVER);
	assert_int_equal(f.from_ms, at("2026-10-01T00:00:00Z"));
	assert_int_equal(f.to_ms, at("2026-12-31T11:00:00Z"));
	sla_facts_clear(&f);
	ledger_free(l);
}

static void
a_client_without_terms_has_months(void **state)
{
	struct ledger *l = ledger_new("acme");
	struct publish_walk *w = publish_begin(l, "Asia/Kolkata");
	struct publish_period x;
	struct sla_facts f;

	(void)state;
	assert_false(publish_next(w, &x));
	publish_end(w);
	ledger_period_at(l, "Asia/Kolkata", at("2026-10-31T20:00:00Z"), &f);
	assert_int_equal(f.period, SLA_MONTH);
	assert_int_equal(f.from_ms, at("2026-10-31T18:30:00Z"));
	assert_string_equal(f.zone, "Asia/Kolkata");
	sla_facts_clear(&f);
	ledger_free(l);
}

/* ---- what a report says of it ---- */

static void
a_report_says_where_its_period_was_cut(void **state)
{
	struct ledger *l = ledger_of(stories[0].changes);
	char error[REPORT_ERROR], said[100];
	struct ledger_period x;
	struct sla_facts f;
	struct report *r;
	json_t *o;

	(void)state;
	assert_true(ledger_period_named(l, "UTC", "2026-11", &x, &f));
	ledger_facts(l, &f);
	r = report_of("acme", NULL, &f, error);
	report_say_period(r, said, sizeof(said));
	assert_string_equal(said,
	    "2026-11, here from 2026-10-31T20:00:00Z to 2026-11-30T11:00:00Z");
	o = report_json(r);
	assert_string_equal(json_string_value(json_object_get(
				json_object_get(json_object_get(o, "facts"),
				    "period"),
				"from")),
	    "2026-10-31T20:00:00Z");
	json_decref(o);
	report_free(r);
	ledger_free(l);
}

/* An old contract ends and another begins, within one month. */
static void
two_contracts_in_one_month(void **state)
{
	static const char *const contracts[] = {
		"{\"contract\":{\"from\":\"2025-04-16T00:00:00Z\",\"to\":"
		"\"2026-04-16T00:00:00Z\"}}",
		"{\"contract\":{\"from\":\"2026-04-16T00:00:00Z\",\"to\":"
		"\"2026-04-26T00:00:00Z\"}}"
	};
	struct ledger_agreements all = { 0 };
	struct ledger_account account;
	struct sla_facts f;
	struct ledger *l;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct ledger_agreement a = { .from_ms = i == 0
			    ? at("2025-01-01T00:00:00Z")
			    : at("2026-04-10T00:00:00Z"),
			.sla = (char[]){ "gold" },
			.zone = (char[]){ "UTC" },
			.guarantee_milli = 99900,
			.accord = SLA_ACCORD_NONE };

		a.more = mem_text(contracts[i]);
		ledger_add_agreement(&all, &a);
		free(a.more);
	}
	l = ledger_with(&all);
	ledger_period_at(l, "UTC", at("2026-04-20T00:00:00Z"), &f);
	ledger_account(l, &f, at("2026-05-20T00:00:00Z"), &account);
	/* Until the 10th by the old one, from the 16th to 26th by the new. */
	assert_int_equal(account.whole.period_s, (9 + 10) * 86400);
	ledger_account_clear(&account);
	ledger_free(l);
}

/* ---- hours in two zones ---- */

static void
agree_hours(struct ledger_agreements *all, const char *from, const char *zone)
{
	struct ledger_agreement a = { .from_ms = at(from),
		.sla = (char[]){ "gold" },
		.zone = mem_text(zone),
		.guarantee_milli = 99900,
		.more = (char[]){ "{\"service_hours\":{\"hours\":[\"mon-fri "
				  "09:00-17:00\"],\"holidays\":[],"
				  "\"exceptions\":[]}}" },
		.accord = SLA_ACCORD_NONE };

	ledger_add_agreement(all, &a);
	free(a.zone);
}

static void
watch(struct ledger *l, const char *down_from, const char *down_to)
{
	struct ledger_step step = { .from_ms = at("2026-09-01T00:00:00Z"),
		.quorum = 2,
		.interval_ms = 30000,
		.timeout_ms = 10000,
		.regions = (char[]){ "akl lon" },
		.counts = true };
	const struct ledger_terms terms = { .items = &step, .count = 1 };
	const struct ledger_stretch s = { .from_ms = at(down_from),
		.to_ms = at(down_to),
		.from_before_ms = at(down_from),
		.to_before_ms = at(down_to),
		.reason = REASON_TIMEOUT };

	ledger_put_terms(l, "acme/learn", &terms);
	ledger_put_stretch(l, "acme/learn", &s);
}

/* At ten in the morning in London, in the night of Auckland, before the client
   moved there: it was down while it was to serve. */
static void
hours_agreed_in_london_are_not_aucklands(void **state)
{
	struct ledger_agreements all = { 0 };
	char error[REPORT_ERROR], *text;
	struct report *r, *again;
	struct ledger *l;
	struct sla_facts f;
	json_t *differences;

	(void)state;
	agree_hours(&all, "2026-09-01T00:00:00Z", "Europe/London");
	agree_hours(&all, "2026-10-15T00:00:00Z", "Pacific/Auckland");
	l = ledger_with(&all);
	watch(l, "2026-10-06T09:00:00Z", "2026-10-06T10:00:00Z");
	ledger_period_at(l, "UTC", at("2026-10-20T00:00:00Z"), &f);
	assert_string_equal(f.zone, "Pacific/Auckland");
	ledger_facts(l, &f);
	r = report_of("acme", NULL, &f, error);
	assert_non_null(r);
	assert_int_equal(r->account.parts[0].figures.service_s, 10 * 8 * 3600);
	assert_int_equal(r->account.sum.down_ms, 3600 * 1000);
	/* Who has no more than the report counts the same. */
	text = report_text_of(report_json(r));
	again = report_read(text, strlen(text), error);
	assert_non_null(again);
	differences = report_differences(again);
	assert_int_equal(json_array_size(differences), 0);
	json_decref(differences);
	free(text);
	report_free(again);
	report_free(r);
	ledger_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_period_begins_where_the_one_before_ends),
		cmocka_unit_test(published_periods_tile_time),
		cmocka_unit_test(names_that_are_none),
		cmocka_unit_test(a_client_without_terms_has_months),
		cmocka_unit_test(a_report_says_where_its_period_was_cut),
		cmocka_unit_test(two_contracts_in_one_month),
		cmocka_unit_test(hours_agreed_in_london_are_not_aucklands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
