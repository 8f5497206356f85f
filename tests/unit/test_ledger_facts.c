/*
 * ledger_facts: the account of booked records says what a look at each
 * millisecond around every edge says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/ledger_facts.h"
#include "lib/report.h"
#include "lib/text.h"

#define BEGIN_MS INT64_C(1774998000000) /* 2026-03-31T23:00Z */
#define PERIOD_MS INT64_C(7200000)

static uint64_t state_now;

static int64_t
roll(int64_t below)
{
	state_now ^= state_now << 13;
	state_now ^= state_now >> 7;
	state_now ^= state_now << 17;
	return (int64_t)(state_now >> 11) % below;
}

static void
load(struct ledger *l, const char *key, const char *field, char *value)
{
	char error[160];

	assert_int_equal(ledger_load(l, key, field, value, strlen(value),
			     error),
	    0);
	free(value);
}

static void
agree(struct ledger *l)
{
	struct ledger_agreements list = { 0 };
	int64_t from_ms = BEGIN_MS - roll(900000);

	for (int64_t i = roll(4); i >= 0; i--) {
		struct ledger_agreement a = { .from_ms = from_ms,
			.sla = (char[]){ "gold" },
			.zone = (char[]){ "UTC" },
			.guarantee_milli = 90000 + roll(10001),
			.coverage_floor_milli = 99000 - roll(9000),
			.ended = roll(4) == 0 ? (char[]){ "removed" } : NULL };

		ledger_add_agreement(&list, &a);
		from_ms += roll(PERIOD_MS);
	}
	load(l, "terms", "acme", ledger_encode_agreements(&list));
	ledger_agreements_clear(&list);
}

static void
watch_endpoint(struct ledger *l, const char *id)
{
	struct ledger_terms terms = { 0 };
	int64_t from_ms = BEGIN_MS - roll(900000);

	for (int64_t i = roll(3); i >= 0; i--) {
		struct ledger_step step = { .from_ms = from_ms,
			.quorum = 2,
			.interval_ms = 30000,
			.timeout_ms = 10000,
			.regions = (char[]){ "auckland london" },
			.counts = roll(4) > 0,
			.ended = roll(5) == 0 ? (char[]){ "removed" } : NULL };

		ledger_add_step(&terms, &step);
		from_ms += roll(PERIOD_MS);
	}
	load(l, "terms", id, ledger_encode_terms(&terms));
	ledger_terms_clear(&terms);
}

/* Of one endpoint none over another, as a shard books them. */
static void
book(struct ledger *l, const char *id)
{
	int64_t at_ms = BEGIN_MS - 600000 + roll(600000);

	for (int64_t i = roll(12); i > 0; i--) {
		struct ledger_stretch s = { .kind = roll(2) == 0
			    ? LEDGER_DOWN
			    : LEDGER_UNKNOWN,
			.from_ms = at_ms,
			.from_before_ms = at_ms - 30000,
			.to_ms = at_ms + 1 + roll(400000),
			.reason = REASON_TIMEOUT };
		char field[80];

		s.to_before_ms = s.to_ms - 1;
		at_ms = s.to_ms + roll(3) * roll(400000);
		if (i == 1 && roll(3) == 0)
			s.to_ms = s.to_before_ms = NEVER;
		text_format(field, sizeof(field), "%s|%lld", id,
		    (long long)s.from_ms);
		load(l, "outages", field, ledger_encode_stretch(&s));
	}
}

enum { SECOND_UP, SECOND_UNKNOWN, SECOND_DOWN };

/* What one endpoint was in a millisecond, while it counted. */
struct naive {
	const struct ledger *ledger;
	int64_t from_ms, to_ms;
	int64_t at_ms;
	bool is_down, is_unknown;
	const char *endpoint;
	bool counts;
};

static void
look_at_terms(void *arg, const char *endpoint, const struct ledger_terms *t)
{
	struct naive *n = arg;
	const struct ledger_step *found = NULL;

	for (size_t i = 0; i < t->count; i++)
		if (t->items[i].from_ms <= n->at_ms)
			found = &t->items[i];
	if (strcmp(endpoint, n->endpoint) == 0)
		n->counts =
		    found != NULL && found->counts && found->ended == NULL;
}

static void
look_at_stretch(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	struct naive *n = arg;

	n->endpoint = endpoint;
	n->counts = false;
	ledger_each_terms(n->ledger, look_at_terms, n);
	n->is_down |= n->counts && s->kind == LEDGER_DOWN;
	n->is_unknown |= n->counts && s->kind == LEDGER_UNKNOWN;
}

/* Millisecond by millisecond: touched is down, wholly unknown is unknown. */
static int
naive_second(struct naive *n, int64_t second)
{
	bool all_unknown = true;

	for (n->at_ms = second * 1000; n->at_ms < second * 1000 + 1000;
	     n->at_ms++) {
		if (n->at_ms < n->from_ms || n->at_ms >= n->to_ms)
			continue;
		n->is_down = n->is_unknown = false;
		ledger_each(n->ledger, n->at_ms, n->at_ms + 1, look_at_stretch,
		    n);
		if (n->is_down)
			return SECOND_DOWN;
		all_unknown = all_unknown && n->is_unknown;
	}
	return all_unknown ? SECOND_UNKNOWN : SECOND_UP;
}

/* A short piece around somewhere, so that each millisecond can be asked. */
static void
same_sums(const struct ledger *l, int64_t from_ms)
{
	struct naive n = { .ledger = l,
		.from_ms = from_ms - from_ms % 1000,
		.to_ms = from_ms - from_ms % 1000 + 4000 };
	int64_t sums[3] = { 0 };
	struct ledger_account a;
	struct sla_facts f;

	ledger_period_between(l, "UTC", n.from_ms, n.to_ms, &f);
	ledger_account(l, &f, n.to_ms, &a);
	if (a.whole.period_s == 4) {
		for (int64_t s = 0; s < 4; s++)
			sums[naive_second(&n, n.from_ms / 1000 + s)]++;
		assert_int_equal(a.whole.down_s, sums[SECOND_DOWN]);
		assert_int_equal(a.whole.unknown_s, sums[SECOND_UNKNOWN]);
		assert_int_equal(a.whole.total_s, 4 - sums[SECOND_UNKNOWN]);
	}
	ledger_account_clear(&a);
}

static void
on_edge(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	(void)endpoint;
	same_sums(arg, s->from_ms - 2000);
	if (s->to_ms != NEVER)
		same_sums(arg, s->to_ms - 2000);
}

static void
accounts_agree(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct ledger *l = ledger_new("acme");

		state_now = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
		agree(l);
		watch_endpoint(l, "acme/learn");
		book(l, "acme/learn");
		if (roll(2) == 0) {
			watch_endpoint(l, "acme/files");
			book(l, "acme/files");
		}
		ledger_each(l, BEGIN_MS, BEGIN_MS + PERIOD_MS, on_edge, l);
		ledger_free(l);
	}
}

/* What is said of an outage comes along; others than the period's do not. */
static void
facts_of_records(void **state)
{
	struct sla_facts f = { .zone = mem_text("UTC"),
		.from_ms = 1000000,
		.to_ms = 2000000,
		.as_of_ms = NEVER,
		.begin_ms = ALWAYS,
		.end_ms = NEVER };
	struct ledger *l = ledger_new("acme");

	(void)state;
	load(l, "terms", "acme",
	    mem_text("[{\"from\":1000,\"sla\":\"gold\",\"zone\":\"UTC\","
		     "\"guarantee\":99950,\"floor\":99000}]"));
	load(l, "terms", "acme/learn",
	    mem_text("[{\"from\":1000,\"quorum\":3,\"interval\":30000,"
		     "\"timeout\":10000,\"regions\":\"a b c\",\"counts\":"
		     "true}]"));
	load(l, "outages", "acme/learn|1500000",
	    mem_text("{\"kind\":\"down\",\"from\":1500000,\"to\":1600000,"
		     "\"from_before\":0,\"to_before\":1590000,\"reason\":"
		     "\"dns\",\"removed\":false}"));
	load(l, "outages", "acme/learn|500000",
	    mem_text("{\"kind\":\"down\",\"from\":500000,\"to\":600000,"
		     "\"from_before\":0,\"to_before\":590000,\"reason\":"
		     "\"dns\",\"removed\":false}"));
	ledger_facts(l, &f);
	assert_int_equal(f.version_count, 1);
	assert_string_equal(f.versions[0].name, "gold");
	assert_int_equal(f.versions[0].target_milli, 99950);
	assert_int_equal(f.endpoint_count, 1);
	assert_string_equal(f.endpoints[0].name, "acme/learn");
	assert_int_equal(f.endpoints[0].quorum, 3);
	assert_int_equal(f.outage_count, 1);
	assert_int_equal(f.outages[0].from_before_ms, ALWAYS);
	assert_int_equal(f.outages[0].to_before_ms, 1590000);
	assert_string_equal(f.outages[0].reason, "dns");
	ledger_free(l);
	sla_facts_clear(&f);
}

/* Before anything counted: a report that says so, and says it again. */
static void
a_report_of_nothing(void **state)
{
	struct sla_facts f = { .zone = mem_text("UTC"),
		.period = SLA_BETWEEN,
		.from_ms = 1000000,
		.to_ms = 2000000,
		.as_of_ms = NEVER,
		.begin_ms = ALWAYS,
		.end_ms = NEVER };
	struct ledger *l = ledger_new("acme");
	char error[REPORT_ERROR], *json;
	struct report *r, *again;
	json_t *differences;

	(void)state;
	ledger_facts(l, &f);
	r = report_of("acme", NULL, &f, error);
	assert_non_null(r);
	assert_int_equal(r->account.verdict, VERDICT_NOT_APPLICABLE);
	json = report_text_of(report_json(r));
	again = report_read(json, strlen(json), error);
	assert_non_null(again);
	differences = report_differences(again);
	assert_int_equal(json_array_size(differences), 0);
	json_decref(differences);
	report_free(again);
	report_free(r);
	free(json);
	ledger_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accounts_agree),
		cmocka_unit_test(facts_of_records),
		cmocka_unit_test(a_report_of_nothing),
	};

	return cmocka_run_group_tests_name("ledger facts", tests, NULL, NULL);
}
