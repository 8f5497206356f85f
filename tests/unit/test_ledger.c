/* ledger: records, terms, and a client's account made of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/civil.h"
#include "lib/ledger_facts.h"
#include "lib/text.h"

static int64_t
at(const char *text)
{
	int64_t ms;

	if (!civil_parse(text, &ms))
		fail_msg("%s", text);
	return ms;
}

static void
load(struct ledger *l, const char *key, const char *field, char *value)
{
	char error[160];

	if (ledger_load(l, key, field, value, strlen(value), error) != 0)
		fail_msg("%s %s: %s", key, field, error);
	free(value);
}

static void
agree(struct ledger *l, size_t count, const char *const *from,
    const int64_t *guarantee)
{
	struct ledger_agreements list = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct ledger_agreement a = { .from_ms = at(from[i]),
			.sla = (char[]){ "gold" },
			.zone = (char[]){ "UTC" },
			.guarantee_milli = guarantee[i],
			.coverage_floor_milli = 99000,
			.ended =
			    guarantee[i] == 0 ? (char[]){ "removed" } : NULL };

		ledger_add_agreement(&list, &a);
	}
	load(l, "terms", "acme", ledger_encode_agreements(&list));
	ledger_agreements_clear(&list);
}

static void
watch_from(struct ledger *l, const char *id, const char *from, bool counts,
    const char *removed)
{
	struct ledger_terms terms = { 0 };
	struct ledger_step step = { .from_ms = at(from),
		.quorum = 2,
		.interval_ms = 30000,
		.timeout_ms = 10000,
		.regions = (char[]){ "auckland london" },
		.counts = counts };

	ledger_add_step(&terms, &step);
	if (removed != NULL) {
		step.from_ms = at(removed);
		step.ended = (char[]){ "removed" };
		ledger_add_step(&terms, &step);
	}
	load(l, "terms", id, ledger_encode_terms(&terms));
	ledger_terms_clear(&terms);
}

static void
book(struct ledger *l, const char *id, enum ledger_kind kind, const char *from,
    const char *to)
{
	struct ledger_stretch s = { .kind = kind,
		.from_ms = at(from),
		.from_before_ms = at(from) - 30000,
		.to_ms = to == NULL ? NEVER : at(to),
		.to_before_ms = to == NULL ? NEVER : at(to) - 30000,
		.reason = REASON_TIMEOUT };
	char field[200];

	text_format(field, sizeof(field), "%s|%lld", id, (long long)s.from_ms);
	load(l, "outages", field, ledger_encode_stretch(&s));
}

static struct ledger_account
april(const struct ledger *l, const char *now)
{
	struct ledger_account a;
	struct sla_facts f;

	ledger_period_between(l, "UTC", at("2026-04-01T00:00Z"),
	    at("2026-05-01T00:00Z"), &f);
	ledger_account(l, &f, at(now), &a);
	return a;
}

/* The client's figure is the union of what counts. */
static void
test_union(void **state)
{
	struct ledger *l = ledger_new("acme");
	struct ledger_account a;

	(void)state;
	agree(l, 1, (const char *const[]){ "2026-01-01T00:00Z" },
	    (const int64_t[]){ 99900 });
	watch_from(l, "acme/learn", "2026-01-01T00:00Z", true, NULL);
	watch_from(l, "acme/files", "2026-01-01T00:00Z", true, NULL);
	watch_from(l, "acme/beta", "2026-01-01T00:00Z", false, NULL);
	book(l, "acme/learn", LEDGER_DOWN, "2026-04-02T10:00Z",
	    "2026-04-02T10:20Z");
	book(l, "acme/files", LEDGER_DOWN, "2026-04-02T10:10Z",
	    "2026-04-02T10:30Z");
	book(l, "acme/beta", LEDGER_DOWN, "2026-04-03T10:00Z",
	    "2026-04-03T20:00Z");
	book(l, "acme/learn", LEDGER_UNKNOWN, "2026-04-02T10:20Z",
	    "2026-04-02T11:00Z");
	/* Of others, and not of this month. */
	book(l, "acme/learn", LEDGER_DOWN, "2026-03-02T10:00Z",
	    "2026-03-02T12:00Z");
	book(l, "zeta/learn", LEDGER_DOWN, "2026-04-02T10:00Z", NULL);
	book(l, "acme-two/learn", LEDGER_DOWN, "2026-04-02T10:00Z", NULL);
	a = april(l, "2026-06-01T00:00Z");
	assert_int_equal(a.full.count, 1);
	assert_int_equal(a.whole.down_s, 1800);
	assert_int_equal(a.whole.unknown_s, 1800);
	assert_int_equal(a.whole.total_s, 2592000 - 1800);
	assert_int_equal(a.whole.verdict, VERDICT_MET);
	ledger_account_clear(&a);
	ledger_free(l);
}

/* An amendment in the middle: each part by its own terms. */
static void
test_amendment(void **state)
{
	struct ledger *l = ledger_new("acme");
	struct ledger_account a;

	(void)state;
	agree(l, 2,
	    (const char *const[]){ "2026-01-01T00:00Z", "2026-04-16T00:00Z" },
	    (const int64_t[]){ 99500, 99900 });
	watch_from(l, "acme/learn", "2026-01-01T00:00Z", true, NULL);
	book(l, "acme/learn", LEDGER_DOWN, "2026-04-10T10:00Z",
	    "2026-04-10T10:40Z");
	book(l, "acme/learn", LEDGER_DOWN, "2026-04-20T10:00Z",
	    "2026-04-20T10:20Z");
	a = april(l, "2026-06-01T00:00Z");
	assert_int_equal(a.full.count, 2);
	assert_int_equal(sla_uptime(&a.full.parts[0].figures), 998148);
	assert_int_equal(a.full.parts[0].verdict, VERDICT_MET);
	assert_int_equal(sla_uptime(&a.full.parts[1].figures), 999074);
	assert_int_equal(a.full.parts[1].verdict, VERDICT_MET);
	assert_int_equal(a.facts.versions[1].target_milli, 99900);
	assert_int_equal(a.whole.uptime, 998611);
	assert_int_equal(a.whole.verdict, VERDICT_MET);
	assert_int_equal(a.whole.allowed_s, 6480 + 1296);
	assert_true(a.has_changed);
	ledger_account_clear(&a);
	/* On the 20th, as agreed so far: what is to come by the new terms. */
	a = april(l, "2026-04-20T00:00Z");
	assert_int_equal(a.best.allowed_s, 6480 + 1296);
	assert_int_equal(a.best.left_s, 6480 + 1296 - 2400);
	assert_int_equal(a.whole.allowed_s, 6480 + 1296);
	assert_int_equal(a.full.verdict, VERDICT_UNDER_WAY);
	ledger_account_clear(&a);
	/* One more minute in the second half, and the month is missed. */
	book(l, "acme/learn", LEDGER_DOWN, "2026-04-21T10:00Z",
	    "2026-04-21T10:02Z");
	a = april(l, "2026-06-01T00:00Z");
	assert_int_equal(a.full.parts[1].verdict, VERDICT_MISSED);
	assert_int_equal(a.whole.verdict, VERDICT_MISSED);
	ledger_account_clear(&a);
	ledger_free(l);
}

/* What is allowed and left is of the whole month, long before its end. */
static const struct {
	const char *now;
	enum ledger_kind kind;
	const char *from, *to; /* booked before now, and stays */
	enum verdict so_far, best;
	int64_t down_s, allowed_s, left_s;
} april_2026[] = {
	{ "2026-04-01T00:00Z", LEDGER_DOWN, NULL, NULL, VERDICT_NOT_APPLICABLE,
	    VERDICT_MET, 0, 2592, 2592 },
	/* Far below it so far, and yet the month can be kept. */
	{ "2026-04-01T12:00Z", LEDGER_DOWN, "2026-04-01T10:00Z",
	    "2026-04-01T10:30Z", VERDICT_MISSED, VERDICT_MET, 1800, 2592, 792 },
	{ "2026-04-22T00:00Z", LEDGER_DOWN, NULL, NULL, VERDICT_MET,
	    VERDICT_MET, 1800, 2592, 792 },
	/* What was not seen is not agreed time, so it allows nothing;
	 * a second is never rounded up. */
	{ "2026-04-22T00:00Z", LEDGER_UNKNOWN, "2026-04-20T00:00Z",
	    "2026-04-20T06:00Z", VERDICT_INDETERMINATE, VERDICT_MET, 1800, 2570,
	    770 },
	/* Still going on: the second under way is not over. */
	{ "2026-04-22T00:12:50.999Z", LEDGER_DOWN, "2026-04-22T00:00Z", NULL,
	    VERDICT_MISSED, VERDICT_MET, 2570, 2570, 0 },
	{ "2026-04-22T00:12:51Z", LEDGER_DOWN, NULL, NULL, VERDICT_MISSED,
	    VERDICT_MISSED, 2571, 2570, -1 },
	/* Seen too little to say so; had it been up, it were kept. */
	{ "2026-04-22T00:12:51Z", LEDGER_UNKNOWN, "2026-04-18T00:00Z",
	    "2026-04-18T10:00Z", VERDICT_MISSED, VERDICT_INDETERMINATE, 2571,
	    2534, -37 },
	{ "2026-04-22T00:13:13Z", LEDGER_DOWN, NULL, NULL, VERDICT_MISSED,
	    VERDICT_MISSED, 2593, 2534, -59 },
};

static void
test_whole_month_allowance(void **state)
{
	struct ledger *l = ledger_new("acme");

	(void)state;
	agree(l, 1, (const char *const[]){ "2026-01-01T00:00Z" },
	    (const int64_t[]){ 99900 });
	watch_from(l, "acme/learn", "2026-01-01T00:00Z", true, NULL);
	for (size_t i = 0; i < sizeof(april_2026) / sizeof(april_2026[0]);
	     i++) {
		struct ledger_account a;

		if (april_2026[i].from != NULL)
			book(l, "acme/learn", april_2026[i].kind,
			    april_2026[i].from, april_2026[i].to);
		a = april(l, april_2026[i].now);
		if (a.whole.verdict != april_2026[i].so_far ||
		    a.best.verdict != april_2026[i].best ||
		    a.whole.down_s != april_2026[i].down_s ||
		    a.best.down_s != april_2026[i].down_s ||
		    a.best.allowed_s != april_2026[i].allowed_s ||
		    a.best.left_s != april_2026[i].left_s)
			fail_msg("%s: %s, %s, down %d and %d, allowed %d, "
				 "left %d",
			    april_2026[i].now, verdict_text(a.whole.verdict),
			    verdict_text(a.best.verdict), (int)a.whole.down_s,
			    (int)a.best.down_s, (int)a.best.allowed_s,
			    (int)a.best.left_s);
		assert_false(a.has_changed);
		ledger_account_clear(&a);
	}
	ledger_free(l);
}

/* A part month; and time without anything that counts is not agreed. */
static void
test_part_month(void **state)
{
	struct ledger *l = ledger_new("acme");
	struct ledger_account a;

	(void)state;
	a = april(l, "2026-06-01T00:00Z");
	assert_int_equal(a.full.count, 0);
	assert_int_equal(a.whole.verdict, VERDICT_NOT_APPLICABLE);
	ledger_account_clear(&a);
	agree(l, 1, (const char *const[]){ "2026-04-16T00:00Z" },
	    (const int64_t[]){ 99900 });
	a = april(l, "2026-06-01T00:00Z");
	assert_int_equal(a.whole.verdict, VERDICT_NOT_APPLICABLE);
	ledger_account_clear(&a);
	watch_from(l, "acme/learn", "2026-04-16T00:00Z", true, NULL);
	a = april(l, "2026-06-01T00:00Z");
	assert_int_equal(a.whole.period_s, 1296000);
	assert_int_equal(a.whole.allowed_s, 1296);
	ledger_account_clear(&a);
	watch_from(l, "acme/learn", "2026-04-16T00:00Z", true,
	    "2026-04-20T00:00Z");
	watch_from(l, "acme/files", "2026-04-21T00:00Z", true,
	    "2026-04-22T00:00Z");
	/* Open when it was removed: it does not run on. */
	book(l, "acme/files", LEDGER_DOWN, "2026-04-21T23:00Z", NULL);
	a = april(l, "2026-06-01T00:00Z");
	assert_int_equal(a.whole.period_s, 5 * 86400);
	assert_int_equal(a.whole.down_s, 3600);
	ledger_account_clear(&a);
	ledger_free(l);
}

/* In the month itself: as far as now; what is open lasts until now. */
static void
test_so_far(void **state)
{
	struct ledger *l = ledger_new("acme");
	struct ledger_account a;

	(void)state;
	agree(l, 2,
	    (const char *const[]){ "2026-01-01T00:00Z", "2026-04-12T00:00Z" },
	    (const int64_t[]){ 99900, 0 });
	watch_from(l, "acme/learn", "2026-01-01T00:00Z", true, NULL);
	book(l, "acme/learn", LEDGER_DOWN, "2026-04-10T23:00Z", NULL);
	a = april(l, "2026-04-11T00:00Z");
	assert_int_equal(a.whole.period_s, 864000);
	assert_int_equal(a.whole.down_s, 3600);
	assert_int_equal(a.whole.left_s, 950 - 3600); /* of eleven days */
	ledger_account_clear(&a);
	a = april(l, "2026-03-11T00:00Z"); /* not begun */
	assert_int_equal(a.whole.period_s, 0);
	assert_int_equal(a.full.verdict, VERDICT_UNDER_WAY);
	ledger_account_clear(&a);
	a = april(l, "2026-04-30T00:00Z"); /* the contract has ended */
	assert_int_equal(a.whole.period_s, 11 * 86400);
	ledger_account_clear(&a);
	assert_non_null(ledger_agreement_at(l, at("2026-04-11T00:00Z")));
	assert_null(ledger_agreement_at(l, at("2026-04-12T00:00Z")));
	assert_null(ledger_agreement_at(l, at("2025-12-31T00:00Z")));
	ledger_free(l);
}

static void
count_one(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	assert_string_equal(endpoint, "acme/learn");
	assert_int_equal(s->kind, LEDGER_DOWN);
	++*(int *)arg;
}

static void
test_corrections(void **state)
{
	struct ledger *l = ledger_new("acme");
	struct ledger_account a;
	char field[64];
	int n = 0;

	(void)state;
	agree(l, 1, (const char *const[]){ "2026-01-01T00:00Z" },
	    (const int64_t[]){ 99900 });
	watch_from(l, "acme/learn", "2026-01-01T00:00Z", true, NULL);
	book(l, "acme/learn", LEDGER_DOWN, "2026-04-11T10:00Z", NULL);
	book(l, "acme/learn", LEDGER_DOWN, "2026-04-11T10:00Z",
	    "2026-04-11T10:10Z");
	book(l, "acme/learn", LEDGER_DOWN, "2026-04-10T10:00Z",
	    "2026-04-10T10:10Z");
	a = april(l, "2026-06-01T00:00Z");
	assert_int_equal(a.whole.down_s, 1200);
	ledger_account_clear(&a);
	ledger_each(l, at("2026-04-10T10:05Z"), at("2026-04-11T10:00Z"),
	    count_one, &n);
	assert_int_equal(n, 1);
	text_format(field, sizeof(field), "acme/learn|%lld",
	    (long long)at("2026-04-11T10:00Z"));
	ledger_unload(l, field);
	ledger_unload(l, field);
	ledger_unload(l, "acme/learn");
	ledger_unload(l, "zeta/learn|5");
	a = april(l, "2026-06-01T00:00Z");
	assert_int_equal(a.whole.down_s, 600);
	ledger_account_clear(&a);
	ledger_free(l);
}

struct bad {
	const char *field, *value, *error;
};

static void
are_refused(const char *key, const struct bad *bad, size_t count)
{
	struct ledger *l = ledger_new("acme");
	char error[160];

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(ledger_load(l, key, bad[i].field, bad[i].value,
				     strlen(bad[i].value), error),
		    -1);
		if (strstr(error, bad[i].error) != error)
			fail_msg("%s: %s", bad[i].value, error);
	}
	ledger_free(l);
}

static void
test_bad_outages(void **state)
{
	static const struct bad bad[] = {
		{ "acme/x", "{}", "outages: no | in the field's name" },
		{ "acme/x|5", "nonsense", "not JSON" },
		{ "acme/x|5", "{}", "kind: expected a text" },
		{ "acme/x|5",
		    "{\"kind\":\"odd\",\"reason\":\"dns\",\"from\":1,\"to\":2,"
		    "\"from_before\":0,\"to_before\":1,\"removed\":false}",
		    "kind: expected down or unknown" },
		{ "acme/x|5",
		    "{\"kind\":\"down\",\"reason\":\"odd\",\"from\":1,\"to\":2,"
		    "\"from_before\":0,\"to_before\":1,\"removed\":false}",
		    "reason: not known" },
		{ "acme/x|5",
		    "{\"kind\":\"down\",\"reason\":\"dns\",\"from\":2,\"to\":2,"
		    "\"from_before\":0,\"to_before\":1,\"removed\":false}",
		    "to: not after from" },
		{ "acme/x|5",
		    "{\"kind\":\"down\",\"reason\":\"dns\",\"from\":\"2\","
		    "\"to\":2,\"from_before\":0,\"to_before\":1,"
		    "\"removed\":false}",
		    "from: expected a whole number" },
		{ "acme/x|5",
		    "{\"kind\":\"down\",\"reason\":\"dns\",\"from\":1,\"to\":2,"
		    "\"from_before\":0,\"to_before\":1}",
		    "removed: expected true or false" },
	};

	(void)state;
	are_refused("outages", bad, sizeof(bad) / sizeof(bad[0]));
}

static void
test_bad_terms(void **state)
{
	static const struct bad bad[] = {
		{ "acme", "{}", "expected a list of steps" },
		{ "acme", "[{}]", "from: expected a whole number" },
		{ "acme",
		    "[{\"from\":2,\"guarantee\":1,\"floor\":1,\"sla\":\"a\","
		    "\"zone\":\"UTC\"},"
		    "{\"from\":2,\"guarantee\":1,\"floor\":1,\"sla\":\"a\","
		    "\"zone\":\"UTC\"}]",
		    "from: not after the step before" },
		{ "acme/x", "[{\"from\":2}]",
		    "quorum: expected a whole number" },
		{ "acme/x",
		    "[{\"from\":1,\"quorum\":1,\"interval\":1,\"timeout\":1,"
		    "\"counts\":true,\"regions\":\"a\",\"ended\":5}]",
		    "ended: expected a text" },
		{ "acme/x",
		    "[{\"from\":1,\"quorum\":1,\"interval\":1,\"timeout\":1,"
		    "\"counts\":true,\"regions\":\"a\"},"
		    "{\"from\":0,\"quorum\":1,\"interval\":1,\"timeout\":1,"
		    "\"counts\":true,\"regions\":\"a\"}]",
		    "from: not after the step before" },
	};

	(void)state;
	are_refused("terms", bad, sizeof(bad) / sizeof(bad[0]));
}

static void
test_records_of_others(void **state)
{
	struct ledger *l = ledger_new("acme");
	char error[160];

	(void)state;
	assert_int_equal(ledger_load(l, "states", "acme/x", "odd", 3, error),
	    0);
	assert_int_equal(ledger_load(l, "terms", "zeta", "odd", 3, error), 0);
	ledger_free(l);
	ledger_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_union),
		cmocka_unit_test(test_whole_month_allowance),
		cmocka_unit_test(test_amendment),
		cmocka_unit_test(test_part_month),
		cmocka_unit_test(test_so_far),
		cmocka_unit_test(test_corrections),
		cmocka_unit_test(test_bad_outages),
		cmocka_unit_test(test_bad_terms),
		cmocka_unit_test(test_records_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
