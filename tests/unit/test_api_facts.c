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

int
main(void)
{
#define STORY(f) cmocka_unit_test_setup_teardown(f, build, tear_down)
	const struct CMUnitTest tests[] = {
		STORY(what_is_to_be_read),
		STORY(what_is_not_read),
		STORY(what_each_region_saw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
