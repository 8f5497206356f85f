/* The read API: what is read for facts, and what is said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/facts.h"
#include "collector/facts_reader.h"
#include "tests/unit/api_house.h"

#define STEP INT64_C(30000)
#define DAY INT64_C(86400000)

static void
read_query(const char *query, struct api_query *q)
{
	struct api_error error;

	assert_int_equal(api_query_read(API_PREFIX "facts", query, q, &error),
	    0);
}

/* "" or "400 from_ms"; the question and the names of regions are filled. */
static const char *
question_of(struct house *h, const char *query, struct facts_question *out,
    struct text *regions)
{
	static char said[64];
	struct api_error error = { 0 };
	struct api_query q;

	text_clear(regions);
	read_query(query, &q);
	if (api_facts_question(&h->view, &q, out, regions, &error) == 0)
		return "";
	text_format(said, sizeof(said), "%d %s", error.status, error.field);
	return said;
}

static void
what_is_to_be_read(void **state)
{
	struct house *h = *state;
	struct facts_question q;
	struct text regions = { 0 };

	assert_string_equal(question_of(h, "endpoint=acme/learn", &q, &regions),
	    "");
	assert_string_equal(q.regions, "auckland london");
	assert_int_equal(q.begin_ms, 1);
	assert_false(q.is_old);
	assert_int_equal(q.timeout_ms, 10000);
	/* Whole buckets, so that the next question is the same. */
	assert_int_equal(q.from_ms % RUNS_BUCKET_MS, 0);
	assert_int_equal(q.to_ms % RUNS_BUCKET_MS, 0);
	assert_in_range(NOW - DAY - q.from_ms, 0, RUNS_BUCKET_MS - 1);
	assert_in_range(q.to_ms - NOW, 0, RUNS_BUCKET_MS - 1);
	/* Of what nobody has looked at yet nothing. */
	assert_string_equal(question_of(h, "endpoint=acme/web", &q, &regions),
	    "");
	assert_string_equal(q.regions, "");
	assert_string_equal(question_of(h,
				"endpoint=acme/learn&from_ms=1790000000000&"
				"to_ms=1790000000001",
				&q, &regions),
	    "");
	assert_true(q.is_old);
	assert_int_equal(q.to_ms - q.from_ms, RUNS_BUCKET_MS);
	text_clear(&regions);
}

static void
what_is_not_read(void **state)
{
	static const struct {
		const char *query, *said;
	} wrong[] = {
		{ "", "400 endpoint" },
		{ "endpoint=acme/gone", "404 endpoint" },
		{ "endpoint=acme/learn&from_ms=1800000300000", "400 from_ms" },
		{ "endpoint=acme/learn&from_ms=1797000000000", "400 from_ms" },
		{ "endpoint=acme/learn&from_ms=5&to_ms=2678400006",
		    "400 from_ms" },
	};
	struct house *h = *state;
	struct facts_question q;
	struct text regions = { 0 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_string_equal(question_of(h, wrong[i].query, &q,
					&regions),
		    wrong[i].said);
	text_clear(&regions);
}

/* What two regions saw in the hour before now, failing for a minute. */
static struct facts *
an_hour(void)
{
	int64_t from_ms = NOW - 3600000;
	struct facts *f =
	    facts_new("acme/learn", 10000, "london auckland", from_ms, NOW);

	for (size_t i = 0; i < 2; i++)
		for (int64_t k = 0; k < 120; k++)
			runs_insert(&f->regions[i].runs,
			    &(struct run_point){ .at_ms = from_ms + k * STEP,
				.interval_ms = STEP,
				.outcome = k == 60 || k == 61 ? OUTCOME_FAILED
							      : OUTCOME_OK,
				.reason = k == 60 || k == 61 ? REASON_TIMEOUT
							     : REASON_NONE },
			    0);
	return f;
}

/* The answer to a query, the caller's to free; or "400 cursor". */
static char *
said_of(struct house *h, struct facts *f, const char *query)
{
	struct api_error error = { 0 };
	struct api_query q;
	struct text t = { 0 };
	json_t *root;
	char *text;

	read_query(query, &q);
	root = api_facts(&h->view, &q, f, &error);
	if (root == NULL) {
		text_addf(&t, "%d %s", error.status, error.field);
		return text_take(&t);
	}
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

static void
says(struct house *h, struct facts *f, const char *query, const char *wanted)
{
	char *text = said_of(h, f, query);

	if (strcmp(text, wanted) != 0)
		fail_msg("%s: %s\ninstead of %s", query, text, wanted);
	free(text);
}

#define ITEM(region, from, to, what)                                           \
	"{\"endpoint\":\"acme/learn\",\"region\":\"" region                    \
	"\",\"from_ms\":" from ",\"to_ms\":" to ",\"outcome\":\"" what         \
	"\",\"blips\":false}"
#define OK "ok\",\"reason\":\"none"
#define FAILED "failed\",\"reason\":\"timeout"
#define HOUR "endpoint=acme/learn&from_ms=1799996700000"

static void
what_each_region_saw(void **state)
{
	struct house *h = *state;
	struct facts *f = an_hour();

	says(h, f, HOUR "&region=london",
	    "{\"version\":1,\"facts\":[" ITEM("london", "1799996700000",
		"1799998500000", OK) "," ITEM("london", "1799998500000",
		"1799998560000", FAILED) "," ITEM("london", "1799998560000",
		"1800000299000", OK) "],\"next\":null,\"unreadable\":0}");
	/* Up to when it is known, not further. */
	says(h, f, HOUR "&limit=4",
	    "{\"version\":1,\"facts\":[" ITEM("auckland", "1799996700000",
		"1799998500000",
		OK) "," ITEM("auckland", "1799998500000", "1799998560000",
		FAILED) "," ITEM("auckland", "1799998560000", "1800000299000",
		OK) "," ITEM("london", "1799996700000", "1799998500000",
		OK) "],\"next\":\"london~1799998500000\",\"unreadable\":0}");
	says(h, f, HOUR "&limit=4&cursor=london~1799998500000",
	    "{\"version\":1,\"facts\":[" ITEM("london", "1799998500000",
		"1799998560000", FAILED) "," ITEM("london", "1799998560000",
		"1800000299000", OK) "],\"next\":null,\"unreadable\":0}");
	says(h, f, HOUR "&region=paris",
	    "{\"version\":1,\"facts\":[],\"next\":null,\"unreadable\":0}");
	says(h, f,
	    "endpoint=acme/learn&from_ms=1900000000000&"
	    "to_ms=1900000000001",
	    "{\"version\":1,\"facts\":[],\"next\":null,\"unreadable\":0}");
	/* What cannot be read is none, and it is said that it was not seen
	   to be none. */
	facts_put_runs(f, 0, "\xc1 no record", 11);
	says(h, f, HOUR "&region=paris",
	    "{\"version\":1,\"facts\":[],\"next\":null,\"unreadable\":1}");
	says(h, f, HOUR "&cursor=london", "400 cursor");
	says(h, f, HOUR "&cursor=london~x", "400 cursor");
	says(h, f, HOUR "&cursor=london~1x", "400 cursor");
	f->is_too_much = true;
	says(h, f, HOUR, "400 from_ms");
	facts_free(f);
}

/* Watched by these regions, then by others, and then by none. */
static char *
steps_of(const char *regions, const char *others)
{
	struct ledger_step step = { .from_ms = 5,
		.quorum = 1,
		.interval_ms = 30000,
		.timeout_ms = 10000,
		.regions = mem_text(regions),
		.counts = true };
	struct ledger_terms list = { 0 };
	char *text;

	ledger_add_step(&list, &step);
	free(step.regions);
	step.regions = mem_text(others);
	step.from_ms = 6;
	ledger_add_step(&list, &step);
	free(step.regions);
	ledger_add_step(&list,
	    &(struct ledger_step){ .from_ms = 7,
		.ended = (char[]){ "removed" } });
	text = ledger_encode_terms(&list);
	ledger_terms_clear(&list);
	return text;
}

/* It is no more; each region is asked once, whichever terms had it. */
static void
of_what_is_no_more(void **state)
{
	struct house *h = *state;
	struct facts_question q;
	struct text regions = { 0 };
	char *steps = steps_of("auckland berlin", "auckland london");

	pages_model_begin(h->model, PAGES_LEDGER);
	feed_terms(h);
	feed(h, PAGES_LEDGER, "terms", "acme/was", steps);
	free(steps);
	pages_model_end(h->model, PAGES_LEDGER, true);
	assert_string_equal(question_of(h, "endpoint=acme/was", &q, &regions),
	    "");
	assert_string_equal(q.regions, "auckland berlin london");
	assert_int_equal(q.begin_ms, 5);
	/* A client of which nothing was read, with and without the endpoint. */
	assert_string_equal(question_of(h, "endpoint=beta/learn", &q, &regions),
	    "");
	assert_string_equal(question_of(h, "endpoint=beta/was", &q, &regions),
	    "404 endpoint");
	text_clear(&regions);
}

/* What the state says of the edges may be of any kind. */
static void
an_edge_that_says_nothing(void **state)
{
	struct house *h = *state;
	struct facts *f;

	pages_model_begin(h->model, PAGES_STATES);
	feed(h, PAGES_STATES, "states", "acme/learn",
	    "{\"state\":\"up\",\"since\":5,\"regions\":[7,{\"region\":"
	    "\"london\"},"
	    "{\"outcome\":\"ok\"},{\"region\":\"london\",\"outcome\":\"none\","
	    "\"since\":1799999400000}]}");
	pages_model_end(h->model, PAGES_STATES, true);
	f = an_hour();
	says(h, f, HOUR "&region=london&cursor=london~1799998560000",
	    "{\"version\":1,\"facts\":[" ITEM("london", "1799998560000",
		"1800000299000", OK) "],\"next\":null,\"unreadable\":0}");
	facts_free(f);
	/* And there may be none. */
	pages_model_begin(h->model, PAGES_STATES);
	pages_model_end(h->model, PAGES_STATES, true);
	f = an_hour();
	says(h, f,
	    "endpoint=acme/learn&from_ms=1800000290000&to_ms=1800000290001&"
	    "region=london&cursor=london~5",
	    "{\"version\":1,\"facts\":[" ITEM("london", "1800000290000",
		"1800000290001", OK) "],\"next\":null,\"unreadable\":0}");
	says(h, f, "endpoint=acme/learn&from_ms=1797000000000", "400 from_ms");
	for (const char *const *c = (const char *const[]){ "~", "london~",
		 "london~:", "~5~", "london~999999999999999",
		 ("a23456789012345678901234567890123456789012345678901234567890"
		  "1"
		  "234~5"),
		 NULL };
	     *c != NULL; c++) {
		char query[200];

		text_format(query, sizeof(query), HOUR "&cursor=%s", *c);
		says(h, f, query, "400 cursor");
	}
	facts_free(f);
}

/* A region that sees nothing, and one that flickers. */
static void
what_nobody_saw_and_blips(void **state)
{
	struct house *h = *state;
	struct facts *f = an_hour();
	char *said;

	interval_set_add(&f->regions[0].voids, NOW - 1200000, NOW - 600000);
	said = said_of(h, f, HOUR "&region=auckland");
	assert_non_null(
	    strstr(said, "\"outcome\":\"none\",\"reason\":\"none\""));
	free(said);
	facts_free(f);
}

int
main(void)
{
#define STORY(f) cmocka_unit_test_setup_teardown(f, build, tear_down)
	const struct CMUnitTest tests[] = {
		STORY(what_is_to_be_read),
		STORY(what_is_not_read),
		STORY(what_each_region_saw),
		STORY(of_what_is_no_more),
		STORY(an_edge_that_says_nothing),
		STORY(what_nobody_saw_and_blips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
