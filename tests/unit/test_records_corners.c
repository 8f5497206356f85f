/*
 * test_records_corners: records and plans that are not whole are refused by
 * name, those just within a limit are taken; small tables at their edges.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/runs.h"
#include "collector/watcher.h"
#include "lib/commit.h"
#include "lib/ledger.h"
#include "lib/names.h"
#include "lib/plan.h"
#include "lib/settings.h"
#include "lib/text.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* ---- ledger ---- */

#define TIMES "\"from\":1,\"to\":2,\"from_before\":0,\"to_before\":2,"

static void
a_stretch_that_is_not_whole_is_refused(void **state)
{
	static const struct {
		const char *json, *error;
	} cases[] = {
		{ "{\"kind\":\"down\",\"reason\":\"dns\"," TIMES
		  "\"removed\":false}",
		    "" },
		{ "{\"kind\":\"unknown\",\"reason\":\"none\"," TIMES
		  "\"removed\":true}",
		    "" },
		{ "{\"kind\":7,\"reason\":\"dns\"," TIMES "\"removed\":false}",
		    "kind: expected a text" },
		{ "{\"kind\":\"up\",\"reason\":\"dns\"," TIMES
		  "\"removed\":false}",
		    "kind: expected down or unknown" },
		{ "{\"kind\":\"down\",\"reason\":\"odd\"," TIMES
		  "\"removed\":false}",
		    "reason: not known" },
		{ "{\"kind\":\"down\",\"reason\":\"dns\"," TIMES
		  "\"removed\":1}",
		    "removed: expected true or false" },
		{ "{\"kind\":\"down\",\"reason\":\"dns\"," TIMES
		  "\"removed\":\"no\"}",
		    "removed: expected true or false" },
		{ "{\"kind\":\"down\",\"reason\":\"dns\"," TIMES "\"x\":1}",
		    "removed: expected true or false" },
		{ "{\"kind\":\"down\",\"reason\":\"dns\",\"from\":\"1\"}",
		    "from: expected a whole number" },
		{ "{\"kind\":\"down\",\"reason\":\"dns\",\"from\":"
		  "253402300800000}",
		    "from: out of range" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ledger_stretch s;
		char error[160];

		assert_int_equal(ledger_decode_stretch(cases[i].json,
				     strlen(cases[i].json), &s, error),
		    *cases[i].error == '\0' ? 0 : -1);
		assert_string_equal(error, cases[i].error);
	}
}

#define STEP(more)                                                             \
	"{\"from\":1,\"quorum\":2,\"interval\":3,\"timeout\":4,"               \
	"\"regions\":\"a b\",\"counts\":true" more "}"

static void
terms_that_are_not_whole_are_refused(void **state)
{
	static const struct {
		const char *json, *error;
		size_t count;
	} cases[] = {
		{ "[" STEP("") "]", "", 1 },
		{ "[" STEP(",\"ended\":\"removed\"") "]", "", 1 },
		{ "[" STEP(",\"ended\":7") "]", "ended: expected a text", 0 },
		{ "[" STEP("") "," STEP("") "]",
		    "from: not after the step before", 0 },
		{ "{}", "expected a list of steps", 0 },
		{ "7]", "not JSON: '[' or '{' expected near '7'", 0 },
		{ "[7]", "from: expected a whole number", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ledger_terms terms;
		char error[160];

		assert_int_equal(ledger_decode_terms(cases[i].json,
				     strlen(cases[i].json), &terms, error),
		    *cases[i].error == '\0' ? 0 : -1);
		assert_string_equal(error, cases[i].error);
		assert_int_equal(terms.count, cases[i].count);
		ledger_terms_clear(&terms);
	}
}

static void
a_ledger_record_has_a_limit(void **state)
{
	struct ledger_agreements list;
	struct text t = { 0 };
	char error[160], *endless = mem_alloc(LEDGER_RECORD_MAX + 2);

	(void)state;
	memset(endless, ' ', LEDGER_RECORD_MAX + 1);
	endless[0] = '[';
	endless[1] = ']';
	assert_int_equal(ledger_decode_agreements(endless, LEDGER_RECORD_MAX,
			     &list, error),
	    0);
	assert_int_equal(ledger_decode_agreements(endless,
			     LEDGER_RECORD_MAX + 1, &list, error),
	    -1);
	assert_string_equal(error, "record too long");
	text_add(&t, "[0");
	for (int i = 0; i < LEDGER_STEPS_MAX; i++)
		text_add(&t, ",0");
	text_add(&t, "]");
	assert_int_equal(ledger_decode_agreements(t.data, t.length, &list,
			     error),
	    -1);
	assert_string_equal(error, "expected a list of steps");
	text_clear(&t);
	free(endless);
}

/* ---- watcher ---- */

static void
a_watcher_of_another_time_is_refused(void **state)
{
	static const char *const words[] = { "\"reason\":\"", "\"state\":\"",
		"\"kind\":\"" };
	struct watcher w, again;
	char error[160];

	(void)state;
	watcher_init(&w);
	for (size_t i = 0; i < COUNT(words); i++) {
		char *json = watcher_encode(&w), *word;

		assert_int_equal(watcher_decode(json, strlen(json), &again,
				     error),
		    0);
		word = strstr(json, words[i]);
		assert_non_null(word);
		word[strlen(words[i])] = '?';
		assert_int_equal(watcher_decode(json, strlen(json), &again,
				     error),
		    -1);
		assert_string_equal(error, "kind, reason or state not known");
		free(json);
	}
}

/* ---- plan ---- */

#define HEAD                                                                   \
	"\"version\":1,\"agent\":\"akl-1\",\"region\":\"auckland\","           \
	"\"shards\":2,\"canary_interval_ms\":30000,"                           \
	"\"collector_silence_ms\":120000,\"site\":\"Kahu\""
#define LOOK                                                                   \
	"\"platform\":\"\",\"shard\":1,\"url\":\"http://x/\","                 \
	"\"interval_ms\":30000,\"timeout_ms\":10000"
#define PLAN(endpoint) "{" HEAD ",\"endpoints\":[{" endpoint "}]}"

static void
a_plan_is_read_strictly(void **state)
{
	static const struct {
		const char *json, *error;
	} cases[] = {
		{ PLAN("\"id\":\"a\"," LOOK), "" },
		/* null is as if it were not there ... */
		{ PLAN("\"id\":\"a\",\"head\":null,\"lacks\":null," LOOK), "" },
		{ PLAN("\"id\":\"a\",\"head\":false," LOOK), "" },
		{ PLAN("\"id\":\"a\",\"status\":[[200,200]]," LOOK), "" },
		/* ... and what must be there is missing then. */
		{ PLAN("\"id\":null," LOOK), "endpoint 0: id: missing" },
		{ PLAN("\"id\":\"a\\u007f\"," LOOK),
		    "endpoint 0: id: a character is not allowed" },
		{ PLAN("\"id\":\"\xc3\xa4\"," LOOK),
		    "endpoint 0: id: a character is not allowed" },
		{ PLAN("\"id\":\"a\",\"head\":\"no\"," LOOK),
		    "endpoint 0: head: expected true or false" },
		{ PLAN("\"id\":\"a\",\"status\":[7]," LOOK),
		    "endpoint 0: status: expected [low, high]" },
		{ "{" HEAD "}", "endpoints: expected a list" },
		{ "{" HEAD ",\"endpoints\":{}}", "endpoints: expected a list" },
		{ "{" HEAD ",\"endpoints\":[{\"id\":\"b\"," LOOK
		  "},{\"id\":\"a\"," LOOK "},{\"id\":\"b\"," LOOK
		  "},{\"id\":\"c\"," LOOK "}]}",
		    "endpoints: two are b" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char error[160];
		struct plan *p =
		    plan_decode(cases[i].json, strlen(cases[i].json), error);

		assert_string_equal(error, cases[i].error);
		assert_int_equal(p != NULL, *cases[i].error == '\0');
		plan_free(p);
	}
}

static void
an_empty_plan_comes_back(void **state)
{
	const struct plan p = { .agent = (char[]){ "akl-1" },
		.region = (char[]){ "auckland" },
		.shards = 1,
		.canary_interval_ms = 30000,
		.collector_silence_ms = 120000,
		.site = (char[]){ "Kahu" } };
	char *json = plan_encode(&p), error[160];
	struct plan *back = plan_decode(json, strlen(json), error);

	(void)state;
	assert_string_equal(error, "");
	assert_non_null(back);
	assert_string_equal(back->agent, "akl-1");
	assert_null(back->canaries[0]);
	assert_int_equal(back->count, 0);
	plan_free(back);
	free(json);
}

#define TREE                                                                   \
	"site: { name: Kahu, url: 'https://status.kahu.example' }\n"           \
	"redis: unix:/nowhere\n"                                               \
	"agents:\n"                                                            \
	"  - { name: akl-1, region: auckland, token_sha256: "                  \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "    \
	"}\n"                                                                  \
	"people:\n"                                                            \
	"  - { name: isla, zone: Europe/London, reach: terminal }\n"           \
	"channels: [ { kind: mail, server: 'smtp://mail.example:25', "         \
	"from: sunwatch@k.example } ]\n"                                       \
	"ladders:\n"                                                           \
	"  - { name: standard, levels: [ { call: person isla } ] }\n"          \
	"clients: []\n"

/* Nobody to be mailed: the agent is given no password for it. */
static void
canaries_are_visited_at_a_bearable_pace(void **state)
{
	static const struct {
		int64_t usual_ms, want_ms;
	} cases[] = { { 0, 30000 }, { 100, 1000 }, { 1000, 1000 },
		{ 60000, 60000 } };
	struct conf_errors errors = { 0 };
	struct settings *s = settings_from_text(TREE, &errors);

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct plan *p;

		s->defaults.interval_ms = cases[i].usual_ms;
		p = plan_for(s, "akl-1");
		assert_non_null(p);
		assert_int_equal(p->canary_interval_ms, cases[i].want_ms);
		assert_int_equal(p->count, 0);
		assert_null(p->mail_to[0]);
		assert_null(p->mail_server);
		plan_free(p);
	}
	assert_null(plan_for(s, "akl-2"));
	settings_free(s);
}

/* ---- small tables ---- */

static void
what_only_expects_changes_nothing(void **state)
{
	struct commit c;

	(void)state;
	commit_init(&c);
	assert_true(commit_is_empty(&c));
	commit_expect(&c, "meta", "position", "1");
	assert_true(commit_is_empty(&c));
	commit_set(&c, "meta", "position", "2", 1);
	assert_false(commit_is_empty(&c));
	assert_false(commit_is_full(&c));
	commit_clear(&c);
	assert_true(commit_is_empty(&c));
}

static void
a_commit_is_full_by_bytes_too(void **state)
{
	char *much = mem_alloc(COMMIT_BYTES_MAX);
	struct commit c;

	(void)state;
	commit_init(&c);
	commit_set(&c, "runs", "a", much, COMMIT_BYTES_MAX - 1);
	assert_false(commit_is_full(&c));
	commit_set(&c, "runs", "b", much, 1);
	assert_true(commit_is_full(&c));
	commit_clear(&c);
	free(much);
}

/* ---- runs ---- */

static void
see(struct runs *runs, int64_t at_ms, enum outcome outcome)
{
	const struct run_point p = { .at_ms = at_ms,
		.interval_ms = 1000,
		.outcome = outcome,
		.reason = outcome == OUTCOME_OK ? REASON_NONE : REASON_DNS };

	runs_insert(runs, &p, BEFORE_ALL);
}

static void
a_clock_set_back_before_everything_leaves_nothing(void **state)
{
	struct runs runs;
	struct fact f;

	(void)state;
	runs_init(&runs);
	runs_cut(&runs, 0);
	assert_int_equal(runs.count, 0);
	see(&runs, 5000, OUTCOME_OK);
	see(&runs, 6000, OUTCOME_FAILED);
	see(&runs, 7000, OUTCOME_FAILED);
	runs_cut(&runs, 6500);
	assert_int_equal(runs.count, 2);
	assert_int_equal(runs.items[1].last_at_ms, 6500);
	runs_cut(&runs, 4999);
	assert_int_equal(runs.count, 0);
	runs_fact(&runs, 5000, 8000, &f);
	assert_true(f.is_none);
	runs_clear(&runs);
}

static void
only_whole_old_buckets_are_forgotten(void **state)
{
	struct runs runs;

	(void)state;
	runs_init(&runs);
	see(&runs, 3 * (int64_t)RUNS_BUCKET_MS, OUTCOME_OK);
	see(&runs, 4 * (int64_t)RUNS_BUCKET_MS, OUTCOME_OK);
	runs_forget(&runs, 3);
	assert_int_equal(runs.count, 2);
	runs_forget(&runs, 4);
	assert_int_equal(runs.count, 1);
	assert_int_equal(runs.floor_ms, 4 * (int64_t)RUNS_BUCKET_MS);
	runs_forget(&runs, 3); /* what is gone does not come back */
	assert_int_equal(runs.floor_ms, 4 * (int64_t)RUNS_BUCKET_MS);
	see(&runs, 3 * (int64_t)RUNS_BUCKET_MS, OUTCOME_OK);
	assert_int_equal(runs.count, 1);
	runs_forget(&runs, 5);
	assert_int_equal(runs.count, 0);
	runs_clear(&runs);
}

/* What flaps all day does not eat the memory: the oldest need not stay. */
static void
more_runs_than_memory_holds_are_not_needed(void **state)
{
	const int64_t far = RUNS_BUCKET_MS;
	struct runs runs;

	(void)state;
	runs_init(&runs);
	assert_int_equal(runs_needed(&runs, 5 * far), 5);
	for (int64_t i = 0; i < RUNS_MAX; i++)
		see(&runs, i * far / 100,
		    i % 2 == 0 ? OUTCOME_OK : OUTCOME_FAILED);
	assert_int_equal(runs.count, RUNS_MAX);
	assert_int_equal(runs_needed(&runs, 0), 0);
	for (int64_t i = RUNS_MAX; i < RUNS_MAX + 300; i++)
		see(&runs, i * far / 100,
		    i % 2 == 0 ? OUTCOME_OK : OUTCOME_FAILED);
	assert_int_equal(runs_needed(&runs, 0), 3);
	runs_clear(&runs);
}

#define Y10889 "\x80\x80\x80\x80\x80\x80\x40" /* 2^48 ms, the latest */

static void
a_record_of_runs_is_read_strictly(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		int want;
	} cases[] = {
		{ "\1\1\5\2\xe8\7\0", 7, 0 },
		{ "\1\1\5\2\0\0", 6, -1 }, /* no interval */
		{ "\1\1" Y10889 "\0\xe8\7\0", 13, 0 },
		{ "\1\1" Y10889 "\1\xe8\7\0", 13, -1 }, /* later */
		{ "\1\1\5\2\xe8\7\x7f", 7, -1 },        /* no such outcome */
		{ "\1\1\5\2\xe8\7", 6, -1 },
		{ "\1\1\5\2\xe8\7\0\0", 8, -1 },
		{ "\1\2\5\2\xe8\7\0\1\2\xe8\7\0", 12, 0 },
		{ "\1\2\5\2\xe8\7\0\0\2\xe8\7\0", 12, -1 }, /* overlap */
		{ "\1\0", 2, 0 },
		{ "\1\x80", 2, -1 },
		{ "\2\0", 2, -1 },
		{ "", 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct runs runs;

		runs_init(&runs);
		assert_int_equal(runs_decode(&runs, cases[i].bytes,
				     cases[i].length),
		    cases[i].want);
		runs_clear(&runs);
	}
}

/* ---- a client's ledger ---- */

static void
load_outage(struct ledger *l, const char *field)
{
	static const char json[] =
	    "{\"kind\":\"down\",\"reason\":\"dns\"," TIMES "\"removed\":false}";
	char error[160];

	assert_int_equal(ledger_load(l, "outages", field, json,
			     sizeof(json) - 1, error),
	    0);
}

static void
found(void *arg, const char *endpoint, const struct ledger_stretch *stretch)
{
	text_addf(arg, "%s:%d ", endpoint, (int)stretch->from_ms);
}

static void
expect_outages(const struct ledger *l, const char *want)
{
	struct text t = { 0 };

	ledger_each(l, 0, NEVER, found, &t);
	assert_string_equal(t.data, want);
	text_clear(&t);
}

static void
one_name_may_begin_another(void **state)
{
	struct ledger *l = ledger_new("acme");

	(void)state;
	load_outage(l, "acme/learning|1");
	load_outage(l, "acme/learn|1");
	load_outage(l, "acme/zoo|1");
	load_outage(l, "acme/learn|1");
	load_outage(l, "acmes/learn|1"); /* another client's */
	expect_outages(l, "acme/learn:1 acme/learning:1 acme/zoo:1 ");
	ledger_unload(l, "acme/learn|2"); /* not there */
	ledger_unload(l, "acme/learn|0");
	ledger_unload(l, "acme/learn");
	ledger_unload(l, "acmes/learn|1");
	expect_outages(l, "acme/learn:1 acme/learning:1 acme/zoo:1 ");
	ledger_unload(l, "acme/learn|1");
	expect_outages(l, "acme/learning:1 acme/zoo:1 ");
	ledger_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stretch_that_is_not_whole_is_refused),
		cmocka_unit_test(terms_that_are_not_whole_are_refused),
		cmocka_unit_test(a_ledger_record_has_a_limit),
		cmocka_unit_test(a_watcher_of_another_time_is_refused),
		cmocka_unit_test(a_plan_is_read_strictly),
		cmocka_unit_test(an_empty_plan_comes_back),
		cmocka_unit_test(canaries_are_visited_at_a_bearable_pace),
		cmocka_unit_test(what_only_expects_changes_nothing),
		cmocka_unit_test(a_commit_is_full_by_bytes_too),
		cmocka_unit_test(
		    a_clock_set_back_before_everything_leaves_nothing),
		cmocka_unit_test(only_whole_old_buckets_are_forgotten),
		cmocka_unit_test(more_runs_than_memory_holds_are_not_needed),
		cmocka_unit_test(one_name_may_begin_another),
		cmocka_unit_test(a_record_of_runs_is_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
