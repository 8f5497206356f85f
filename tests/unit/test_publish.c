/* publish: when a month's report is final, and what is to be done of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/civil.h"
#include "lib/publish.h"
#include "lib/report_final.h"
#include "lib/text.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static int64_t
at(const char *text)
{
	int64_t ms;

	assert_true(civil_parse(text, &ms));
	return ms;
}

/* What an endpoint's terms are from an instant on, as the last of them. */
static void
add_step(struct ledger *l, struct ledger_terms *all, const char *from,
    int64_t quorum, const char *ended)
{
	struct ledger_step step = { .from_ms = at(from),
		.quorum = quorum,
		.interval_ms = 30000,
		.timeout_ms = 10000,
		.regions = (char[]){ "a b" },
		.ended = ended != NULL ? mem_text(ended) : NULL,
		.counts = true };

	ledger_add_step(all, &step);
	ledger_put_terms(l, "acme/learn", all);
	free(step.ended);
}

/* A ledger of acme with terms of one zone from an instant on. */
static struct ledger *
ledger_of(const char *zone, const char *from)
{
	struct ledger *l = ledger_new("acme");
	struct ledger_agreements all = { 0 };
	struct ledger_terms terms = { 0 };
	struct ledger_agreement a = { .from_ms = at(from),
		.sla = (char[]){ "gold" },
		.guarantee_milli = 99900,
		.coverage_floor_milli = 0 };

	a.zone = mem_text(zone);
	ledger_add_agreement(&all, &a);
	ledger_put_agreements(l, &all);
	add_step(l, &terms, from, 2, NULL);
	ledger_agreements_clear(&all);
	ledger_terms_clear(&terms);
	free(a.zone);
	return l;
}

static void
add_outage(struct ledger *l, const char *from, int64_t seconds)
{
	struct ledger_stretch s = { .kind = LEDGER_DOWN,
		.from_ms = at(from),
		.to_ms = at(from) + seconds * 1000,
		.from_before_ms = at(from),
		.to_before_ms = at(from) + seconds * 1000 };

	ledger_put_stretch(l, "acme/learn", &s);
}

/* The period of a name, as it is published. */
static void
month_of(const struct ledger *l, const char *month, struct publish_period *m)
{
	*m = (struct publish_period){ 0 };
	assert_true(ledger_period_named(l, "UTC", month, &m->is, &m->facts));
	m->final_ms = publish_final_ms(l, "UTC", &m->is);
}

static const struct {
	const char *zone, *month, *from, *to, *final;
} months[] = {
	{ "UTC", "2026-10", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z",
	    "2026-11-05T00:00:00Z" },
	{ "UTC", "2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z",
	    "2027-01-05T00:00:00Z" },
	{ "UTC", "2028-02", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z",
	    "2028-03-05T00:00:00Z" },
	/* A month with a clock change, and its 5th by the new clock. */
	{ "Pacific/Auckland", "2026-09", "2026-08-31T12:00:00Z",
	    "2026-09-30T11:00:00Z", "2026-10-04T11:00:00Z" },
	{ "Pacific/Auckland", "2026-03", "2026-02-28T11:00:00Z",
	    "2026-03-31T11:00:00Z", "2026-04-04T11:00:00Z" },
	/* The clock goes back on the 5th itself, three hours after it began. */
	{ "Pacific/Auckland", "2026-04", "2026-03-31T11:00:00Z",
	    "2026-04-30T12:00:00Z", "2026-05-04T12:00:00Z" },
	/* The 1st has the clock change, the 5th the winter's. */
	{ "America/New_York", "2026-10", "2026-10-01T04:00:00Z",
	    "2026-11-01T04:00:00Z", "2026-11-05T05:00:00Z" },
	{ "America/New_York", "2026-02", "2026-02-01T05:00:00Z",
	    "2026-03-01T05:00:00Z", "2026-03-05T05:00:00Z" },
	{ "Pacific/Kiritimati", "2026-10", "2026-09-30T10:00:00Z",
	    "2026-10-31T10:00:00Z", "2026-11-04T10:00:00Z" },
};

static void
test_when_a_month_is_final(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(months); i++) {
		struct ledger *l =
		    ledger_of(months[i].zone, "2026-01-01T00:00:00Z");
		struct publish_period m;
		char said[40];

		month_of(l, months[i].month, &m);
		assert_string_equal(m.facts.zone, months[i].zone);
		civil_utc(m.final_ms, said, sizeof(said));
		assert_string_equal(said, months[i].final);
		civil_utc(m.facts.from_ms, said, sizeof(said));
		assert_string_equal(said, months[i].from);
		civil_utc(m.facts.to_ms, said, sizeof(said));
		assert_string_equal(said, months[i].to);
		publish_clear(&m);
		ledger_free(l);
	}
}

static void
test_months_since_the_first_terms(void **state)
{
	static const struct {
		const char *zone, *first;
	} rows[] = {
		/* In Auckland it is October already. */
		{ "Pacific/Auckland", "2026-10" },
		{ "America/New_York", "2026-09" },
		{ "No/Where", "2026-09" }, /* then by that of the caller */
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct ledger *l =
		    ledger_of(rows[i].zone, "2026-09-30T11:30:00Z");
		struct publish_walk *w = publish_begin(l, "America/New_York");
		struct publish_period m;

		assert_true(publish_next(w, &m));
		assert_string_equal(m.is.name, rows[i].first);
		publish_clear(&m);
		publish_end(w);
		ledger_free(l);
	}
}

static void
test_what_is_to_be_done(void **state)
{
	static const struct {
		const char *judged, *now;
		bool stored;
		enum publish_step step;
	} rows[] = {
		{ "2026-11-04T23:59:59Z", "2026-11-04T23:59:59Z", false,
		    PUBLISH_NOT_FINAL },
		{ "2026-11-04T23:59:59Z", "2026-11-04T23:59:59Z", true,
		    PUBLISH_NOT_FINAL },
		{ "2026-11-05T00:00:00Z", "2026-11-05T00:00:00Z", false,
		    PUBLISH_DUE },
		{ "2026-11-01T00:00:00Z", "2026-11-05T00:00:00Z", false,
		    PUBLISH_DUE },
		{ "2026-10-31T23:59:59Z", "2026-11-05T00:00:00Z", false,
		    PUBLISH_NOT_JUDGED },
		{ "2026-10-31T23:59:59Z", "2026-11-05T00:00:00Z", true,
		    PUBLISH_LOOK },
		{ "2027-10-31T23:59:59Z", "2027-11-05T00:00:00Z", true,
		    PUBLISH_LOOK },
	};
	struct ledger *l = ledger_of("UTC", "2026-01-01T00:00:00Z");
	struct publish_period m;

	(void)state;
	month_of(l, "2026-10", &m);
	for (size_t i = 0; i < N(rows); i++)
		assert_int_equal(publish_step(&m, at(rows[i].judged),
				     at(rows[i].now), rows[i].stored),
		    rows[i].step);
	publish_clear(&m);
	ledger_free(l);
}

/* The report of a month; NULL: nothing was agreed. */
static struct report *
report_for(const struct ledger *l, const char *month)
{
	char error[REPORT_ERROR];
	struct publish_period m;
	struct report *r;

	month_of(l, month, &m);
	publish_facts(l, &m);
	r = publish_report("acme", "Acme", &m, false, error);
	assert_string_equal(error, "");
	publish_clear(&m);
	return r;
}

static void
test_a_month_without_terms_has_no_report(void **state)
{
	struct ledger *l = ledger_of("UTC", "2026-10-03T00:00:00Z");
	struct ledger *later = ledger_new("acme");
	struct ledger_agreements all = { 0 };
	struct ledger_terms terms = { 0 };
	struct ledger_agreement a = { .from_ms = at("2026-01-01T00:00:00Z"),
		.sla = (char[]){ "gold" },
		.zone = (char[]){ "UTC" },
		.guarantee_milli = 99900,
		.more = (char[]){ "{\"contract\":{\"from\":"
				  "\"2026-11-01T00:00:00Z\"}}" } };
	struct report *r;

	(void)state;
	assert_null(report_for(l, "2026-09"));
	r = report_for(l, "2026-10");
	assert_non_null(r);
	assert_int_equal(r->facts.as_of_ms, NEVER);
	report_free(r);
	ledger_free(l);
	/* Terms in force, and the contract begins later. */
	ledger_add_agreement(&all, &a);
	ledger_put_agreements(later, &all);
	add_step(later, &terms, "2026-01-01T00:00:00Z", 2, NULL);
	ledger_terms_clear(&terms);
	assert_null(report_for(later, "2026-10"));
	r = report_for(later, "2026-11");
	assert_non_null(r);
	report_free(r);
	ledger_agreements_clear(&all);
	ledger_free(later);
}

static void
test_what_cannot_be_counted_is_said(void **state)
{
	struct ledger *l = ledger_of("UTC", "2026-01-01T00:00:00Z");
	char error[REPORT_ERROR];
	struct publish_period m;

	(void)state;
	month_of(l, "2026-10", &m);
	m.facts.to_ms = m.facts.from_ms;
	assert_null(publish_report("acme", NULL, &m, true, error));
	assert_string_equal(error, "facts: period: nothing lies in it");
	publish_clear(&m);
	ledger_free(l);
}

/* Terms that reach back to before anything was looked at. */
static void
test_a_month_without_service_has_no_first_version(void **state)
{
	struct ledger *l = ledger_of("UTC", "2026-01-01T00:00:00Z");
	struct ledger_terms terms = { 0 };
	char error[REPORT_ERROR];
	struct publish_period m;
	struct report *r;

	(void)state;
	add_step(l, &terms, "2026-03-10T00:00:00Z", 2, NULL);
	assert_null(report_for(l, "2026-02"));
	r = report_for(l, "2026-03");
	assert_int_equal(r->account.sum.service_s, 22 * 86400);
	report_free(r);
	/* But of what is stored the next says that it is nothing any more. */
	month_of(l, "2026-02", &m);
	publish_facts(l, &m);
	r = publish_report("acme", NULL, &m, true, error);
	assert_int_equal(r->account.verdict, VERDICT_NOT_APPLICABLE);
	report_free(r);
	publish_clear(&m);
	month_of(l, "2025-12", &m);
	publish_facts(l, &m);
	assert_int_equal(m.facts.version_count, 0);
	r = publish_report("acme", NULL, &m, true, error);
	assert_non_null(r);
	assert_int_equal(r->account.verdict, VERDICT_NOT_APPLICABLE);
	report_free(r);
	publish_clear(&m);
	ledger_terms_clear(&terms);
	ledger_free(l);
}

static char *
facts_of(const struct ledger *l, const char *month)
{
	struct publish_period m;
	char *text;

	month_of(l, month, &m);
	publish_facts(l, &m);
	text = report_text_of(report_facts_json(&m.facts));
	publish_clear(&m);
	return text;
}

/* Or the report of it were counted anew each hour, for ever. */
static void
test_facts_of_old_months_stay_the_same(void **state)
{
	struct ledger *l = ledger_of("UTC", "2026-01-01T00:00:00Z");
	struct ledger_agreements all = { 0 };
	struct ledger_terms terms = { 0 };
	char *before = facts_of(l, "2026-10"), *after;
	struct ledger_agreement a = { .from_ms = at("2026-01-01T00:00:00Z"),
		.sla = (char[]){ "gold" },
		.zone = (char[]){ "UTC" },
		.guarantee_milli = 99900 };

	(void)state;
	/* [Nov, Dec] the contract's terms change, the endpoint's, it goes */
	ledger_add_agreement(&all, &a);
	a.from_ms = at("2026-11-01T00:00:00Z");
	a.guarantee_milli = 99950;
	ledger_add_agreement(&all, &a);
	ledger_put_agreements(l, &all);
	add_step(l, &terms, "2026-01-01T00:00:00Z", 2, NULL);
	add_step(l, &terms, "2026-11-01T00:00:00Z", 3, NULL);
	add_step(l, &terms, "2026-12-01T00:00:00Z", 3, "removed");
	after = facts_of(l, "2026-10");
	assert_string_equal(after, before);
	free(after);
	/* Of the month in which it does it is a fact. */
	add_step(l, &terms, "2026-12-01T00:00:01Z", 3, NULL);
	after = facts_of(l, "2026-12");
	assert_non_null(strstr(after, "2026-12-01T00:00:01Z"));
	free(after);
	free(before);
	ledger_agreements_clear(&all);
	ledger_terms_clear(&terms);
	ledger_free(l);
}

/* A report as it is stored, and read back. */
static struct report *
stored(struct report *r, json_t *final)
{
	char error[REPORT_ERROR], *bytes;
	struct report *back;

	r->final = final;
	bytes = report_text_of(report_json(r));
	back = report_read(bytes, strlen(bytes), error);
	if (back == NULL)
		fail_msg("%s", error);
	report_free(r);
	free(bytes);
	return back;
}

static void
test_late_data_makes_a_second_version(void **state)
{
	struct ledger *l = ledger_of("UTC", "2026-01-01T00:00:00Z");
	int64_t from_ms = at("2026-11-05T00:00:00Z");
	struct report *first, *now, *second;
	struct text t = { 0 };

	(void)state;
	add_outage(l, "2026-10-10T10:00:00Z", 1800);
	first = stored(report_for(l, "2026-10"), report_final_first(from_ms));
	assert_int_equal(report_final_version(first), 1);
	assert_int_equal(report_final_words_count(first), 0);
	report_final_standing(first, &t);
	assert_string_equal(t.data,
	    "Final, version 1; final from 2026-11-05 00:00:00 UTC on");
	text_clear(&t);

	/* [12 Nov] what lies outside the month changes nothing */
	add_outage(l, "2026-11-03T10:00:00Z", 600);
	now = report_for(l, "2026-10");
	assert_true(report_final_is_same(first, now));
	report_free(now);

	/* [13 Nov] an agent comes back with what it saw */
	add_outage(l, "2026-10-20T10:00:00Z", 3600);
	now = report_for(l, "2026-10");
	assert_false(report_final_is_same(first, now));
	second = stored(now, report_final_next(first, "abc", now, from_ms));
	assert_int_equal(report_final_version(second), 2);
	report_final_standing(second, &t);
	assert_string_equal(t.data,
	    "Final, version 2; final from 2026-11-05 00:00:00 UTC on; "
	    "replaces the report abc");
	text_clear(&t);
	for (size_t i = 0; i < report_final_words_count(second); i++)
		text_addf(&t, "%s\n", report_final_word(second, i));
	assert_string_equal(t.data,
	    "the verdict was met, is missed\n"
	    "down was 1800 s, is 5400 s\n"
	    "uptime was 99.9327 %, is 99.7983 %\n"
	    "part 1: down was 1800 s, is 5400 s\n"
	    "part 1: uptime was 99.9327 %, is 99.7983 %\n"
	    "part 1: the verdict was met, is missed\n"
	    "9 more figures differ\n");
	text_clear(&t);
	report_free(first);
	report_free(second);
	ledger_free(l);
}

static void
test_the_same_facts_give_the_same_bytes(void **state)
{
	char *bytes[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct ledger *l = ledger_of("UTC", "2026-01-01T00:00:00Z");
		struct report *r;

		add_outage(l,
		    i == 0 ? "2026-10-10T10:00:00Z" : "2026-10-20T10:00:00Z",
		    60);
		add_outage(l,
		    i == 1 ? "2026-10-10T10:00:00Z" : "2026-10-20T10:00:00Z",
		    60);
		r = report_for(l, "2026-10");
		r->final = report_final_first(at("2026-11-05T00:00:00Z"));
		bytes[i] = report_text_of(report_json(r));
		report_free(r);
		ledger_free(l);
	}
	assert_string_equal(bytes[0], bytes[1]);
	free(bytes[0]);
	free(bytes[1]);
}

/* Whatever stands in a stored report is looked at for what it is. */
static void
test_a_final_that_is_odd(void **state)
{
	static const struct {
		const char *final, *standing, *word;
	} rows[] = {
		{ "{}", "Final, version 0", NULL },
		{ "{\"version\":\"x\",\"from\":\"tomorrow\",\"replaces\":7,"
		  "\"words\":[7]}",
		    "Final, version 0", "?" },
	};
	struct ledger *l = ledger_of("UTC", "2026-01-01T00:00:00Z");

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct report *r = report_for(l, "2026-10");
		struct text t = { 0 };

		r->final = json_loads(rows[i].final, 0, NULL);
		report_final_standing(r, &t);
		assert_string_equal(t.data, rows[i].standing);
		assert_int_equal(report_final_words_count(r),
		    rows[i].word != NULL);
		if (rows[i].word != NULL)
			assert_string_equal(report_final_word(r, 0),
			    rows[i].word);
		text_clear(&t);
		report_free(r);
	}
	ledger_free(l);
}

static void
test_what_is_not_final(void **state)
{
	struct ledger *l = ledger_of("UTC", "2026-01-01T00:00:00Z");
	struct report *r = report_for(l, "2026-10");
	struct text t = { 0 };
	json_t *o;

	(void)state;
	text_add(&t, "");
	report_final_standing(r, &t);
	assert_string_equal(t.data, "");
	assert_int_equal(report_final_version(r), 0);
	r->preliminary_ms = at("2026-11-05T00:00:00Z");
	report_final_standing(r, &t);
	assert_string_equal(t.data,
	    "Preliminary; final from 2026-11-05 00:00:00 UTC on");
	o = report_json(r);
	assert_string_equal(json_string_value(
				json_object_get(o, "preliminary_until")),
	    "2026-11-05T00:00:00Z");
	assert_null(json_object_get(o, "final"));
	json_decref(o);
	text_clear(&t);
	report_free(r);
	ledger_free(l);
}

/* What a report of another hand states may be anything. */
static void
test_words_of_odd_figures(void **state)
{
	struct ledger *l = ledger_of("UTC", "2026-01-01T00:00:00Z");
	struct report *before = report_for(l, "2026-10");
	struct report *now = report_for(l, "2026-10");
	json_t *final;
	char *words;

	(void)state;
	before->stated = json_loads("{\"verdict\":[],\"sum\":{\"down_s\":7,"
				    "\"odd\":1},\"parts\":7,"
				    "\"parts[x\":1}",
	    0, NULL);
	final = report_final_next(before, "abc", now, 0);
	words = json_dumps(json_object_get(final, "words"), 0);
	assert_non_null(strstr(words, "\"the verdict was not said, is met\""));
	assert_non_null(strstr(words, "\"down was 7 s, is 0 s\""));
	assert_non_null(strstr(words, "more figures differ"));
	free(words);
	json_decref(final);
	report_free(before);
	report_free(now);
	ledger_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_when_a_month_is_final),
		cmocka_unit_test(test_months_since_the_first_terms),
		cmocka_unit_test(test_what_is_to_be_done),
		cmocka_unit_test(test_a_month_without_terms_has_no_report),
		cmocka_unit_test(test_what_cannot_be_counted_is_said),
		cmocka_unit_test(
		    test_a_month_without_service_has_no_first_version),
		cmocka_unit_test(test_facts_of_old_months_stay_the_same),
		cmocka_unit_test(test_late_data_makes_a_second_version),
		cmocka_unit_test(test_the_same_facts_give_the_same_bytes),
		cmocka_unit_test(test_a_final_that_is_odd),
		cmocka_unit_test(test_what_is_not_final),
		cmocka_unit_test(test_words_of_odd_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
