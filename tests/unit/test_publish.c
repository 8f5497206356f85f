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
	struct ledger_step step = { .from_ms = at(from),
		.quorum = 2,
		.interval_ms = 30000,
		.timeout_ms = 10000,
		.regions = (char[]){ "a b" },
		.counts = true };

	a.zone = mem_text(zone);
	ledger_add_agreement(&all, &a);
	ledger_put_agreements(l, &all);
	ledger_add_step(&terms, &step);
	ledger_put_terms(l, "acme/learn", &terms);
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
		struct publish_month m;
		char said[40];

		assert_true(publish_month(l, "UTC", months[i].month, &m));
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
	/* In Auckland it is October already. */
	struct ledger *l =
	    ledger_of("Pacific/Auckland", "2026-09-30T11:30:00Z");
	struct ledger *none = ledger_new("acme");
	struct ledger *odd = ledger_of("No/Where", "2026-09-30T11:30:00Z");
	struct publish_month m;
	char month[PUBLISH_MONTH];

	(void)state;
	assert_true(publish_first(l, "UTC", month));
	assert_string_equal(month, "2026-10");
	publish_next(month);
	assert_string_equal(month, "2026-11");
	publish_next(month);
	publish_next(month);
	assert_string_equal(month, "2027-01");
	assert_false(publish_first(none, "UTC", month));
	assert_true(publish_first(odd, "America/New_York", month));
	assert_string_equal(month, "2026-09");
	assert_false(publish_month(l, "UTC", "2026-13", &m));
	assert_false(publish_month(l, "UTC", "2070-01", &m));
	ledger_free(l);
	ledger_free(none);
	ledger_free(odd);
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
	struct publish_month m;

	(void)state;
	assert_true(publish_month(l, "UTC", "2026-10", &m));
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
	struct publish_month m;
	struct report *r;

	assert_true(publish_month(l, "UTC", month, &m));
	r = publish_report(l, "acme", "Acme", &m, error);
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
	struct publish_month m;

	(void)state;
	assert_true(publish_month(l, "UTC", "2026-10", &m));
	m.facts.to_ms = m.facts.from_ms;
	assert_null(publish_report(l, "acme", NULL, &m, error));
	assert_string_equal(error, "facts: period: nothing lies in it");
	publish_clear(&m);
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
		cmocka_unit_test(test_late_data_makes_a_second_version),
		cmocka_unit_test(test_the_same_facts_give_the_same_bytes),
		cmocka_unit_test(test_a_final_that_is_odd),
		cmocka_unit_test(test_what_is_not_final),
		cmocka_unit_test(test_words_of_odd_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
