/* Facts: what records say of a span, and how they are read. */
#include "tests/unit/store_story.h"

#include "collector/facts.h"
#include "collector/facts_reader.h"

#define BUCKET INT64_C(83334)
#define BASE (BUCKET * RUNS_BUCKET_MS)
#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)
#define STEP INT64_C(30000)

static void
look(struct runs *runs, int64_t from_ms, int64_t to_ms, enum outcome outcome)
{
	for (int64_t at_ms = from_ms; at_ms <= to_ms; at_ms += STEP)
		runs_insert(runs,
		    &(struct run_point){ .at_ms = at_ms,
			.interval_ms = STEP,
			.outcome = outcome,
			.reason = outcome_is_failing(outcome) ? REASON_TIMEOUT
							      : REASON_NONE },
		    BASE);
}

/* "ok 0..3600 failed/timeout 3600..7200 ", in seconds from BASE. */
static void
facts_are(const struct facts *f, size_t region, int64_t from_ms, int64_t to_ms,
    int64_t known_ms, const char *wanted)
{
	struct facts_item i = { .to_ms = from_ms };
	struct text t = { 0 };

	text_add(&t, "");
	while (i.to_ms < to_ms) {
		facts_at(f, region, i.to_ms, to_ms, known_ms, &i);
		text_addf(&t, "%s%s %lld..%lld ",
		    i.fact.is_none ? "none" : outcome_text(i.fact.outcome),
		    i.fact.is_blippy ? "+" : "",
		    (long long)(i.from_ms - BASE) / 1000,
		    (long long)(i.to_ms - BASE) / 1000);
	}
	assert_string_equal(t.data, wanted);
	text_clear(&t);
}

static void
put(struct facts *f, size_t region, const struct runs *runs, int64_t bucket)
{
	struct runs_bytes bytes = { 0 };

	runs_encode(runs, bucket, &bytes);
	if (bytes.length > 0)
		facts_put_runs(f, region, bytes.data, bytes.length);
	free(bytes.data);
}

static void
records_become_facts(void **state)
{
	struct facts *f =
	    facts_new("acme/learn", 10000, "london auckland", BASE, BASE + DAY);
	struct runs runs;

	(void)state;
	runs_init(&runs);
	look(&runs, BASE - HOUR, BASE + HOUR - STEP, OUTCOME_OK);
	look(&runs, BASE + HOUR, BASE + 2 * HOUR - STEP, OUTCOME_FAILED);
	look(&runs, BASE + 2 * HOUR, BASE + 7 * HOUR, OUTCOME_OK);
	assert_string_equal(f->regions[0].name, "auckland");
	assert_string_equal(f->regions[1].name, "london");
	assert_true(facts_lacks_begin(f, 0));
	put(f, 0, &runs, BUCKET); /* in another order */
	assert_true(facts_lacks_begin(f, 0));
	put(f, 0, &runs, BUCKET - 1);
	assert_false(facts_lacks_begin(f, 0));
	facts_are(f, 0, BASE, BASE + 7 * HOUR, BASE + 7 * HOUR,
	    "ok 0..3600 failed 3600..7200 ok 7200..25200 ");
	facts_are(f, 1, BASE, BASE + HOUR, BASE + HOUR, "none 0..3600 ");
	facts_put_void(f, "auckland|blind|akl-1|not", "x", 1);
	facts_put_void(f, "nobar", "1", 1);
	facts_put_void(f, "aucklan|blind|a|1800014401000", "1800014402000", 13);
	assert_int_equal(f->regions[0].voids.count, 0);
	facts_put_void(f, "auckland|blind|a|1800014401000", "1800014402000",
	    13); /* BASE is ...14400000 */
	assert_int_equal(BASE, INT64_C(1800014400000));
	facts_are(f, 0, BASE, BASE + HOUR, BASE + 7 * HOUR,
	    "ok 0..1 none 1..2 ok 2..3600 ");
	facts_put_void(f, "auckland|hole|a|1800018000000", "0", 1);
	facts_are(f, 0, BASE + 10000, BASE + DAY, BASE + 7 * HOUR,
	    "ok 10..3600 none 3600..86400 ");
	facts_put_runs(f, 0, "\xff\xff", 2);
	assert_int_equal(f->unreadable, 3); /* and two voids */
	facts_free(f);
	runs_clear(&runs);
}

/* Of what is read nothing is believed. */
static void
what_is_no_record_changes_nothing(void **state)
{
	static const struct {
		const char *field, *value;
		size_t voids, unreadable; /* afterwards, of the first region */
	} told[] = {
		{ "a|blind|x|1800014400000", "1800014401000", 1, 0 },
		{ "a|blind|x|1800014500000", "", 1, 1 },
		{ "a|blind|x|", "1800014401000", 1, 2 },
		{ "a|blind|x|1800014400000x", "1800014401000", 1, 3 },
		{ "a|blind|x|1800014400000", "99999999999999999999", 1, 4 },
		{ "a|blind|x|-999999999999999999", "1800014401000", 1, 5 },
		{ "a|blind|x|1800014500000", "1800014501000 and much more", 1,
		    6 },
		{ "a", "1800014401000", 1, 7 },
		{ "b|blind|x|1800014600000", "1800014601000", 1, 7 },
		/* Beyond what bears on the span, on either side. */
		{ "a|blind|x|1800659200000", "1800659300000", 1, 7 },
		{ "a|blind|x|1700000000000", "1700000001000", 1, 7 },
		{ "a|blind|x|1800014600000", "0", 2, 7 },
	};
	char many[8 * (REGIONS_MAX + 9)] = "", name[80];
	struct facts *f =
	    facts_new("acme/learn", 10000, "a b", BASE, BASE + DAY);
	(void)state;
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		facts_put_void(f, told[i].field, told[i].value,
		    strlen(told[i].value));
		assert_int_equal(f->regions[0].voids.count, told[i].voids);
		assert_int_equal(f->unreadable, told[i].unreadable);
	}
	facts_free(f);
	facts_free(NULL);
	for (int i = 0; i < REGIONS_MAX + 9; i++) {
		text_format(name, sizeof(name), "r%d  ", i);
		strcat(many, name);
	}
	f = facts_new("acme/learn", 10000, many, BASE, BASE + DAY);
	assert_int_equal(f->count, REGIONS_MAX);
	facts_free(f);
	memset(name, 'x', sizeof(name));
	name[70] = '\0';
	f = facts_new("acme/learn", 10000, name, BASE, BASE + DAY);
	assert_int_equal(f->count, 0); /* no name of ours is that long */
	facts_free(f);
}

/* Nothing was seen yet, or in a void: then the state tells no end. */
static void
an_edge_that_does_not_tell(void **state)
{
	struct facts *f =
	    facts_new("acme/learn", 10000, "london", BASE, BASE + DAY);
	struct runs runs;

	(void)state;
	facts_put_edge(f, "london", "ok", BASE, BASE + HOUR);
	assert_int_equal(f->regions[0].runs.count, 0);
	runs_init(&runs);
	look(&runs, BASE - HOUR, BASE, OUTCOME_OK);
	put(f, 0, &runs, BUCKET - 1);
	facts_put_void(f, "london|blind|a|1800014700000", "0", 1);
	facts_put_edge(f, "london", "none", BASE + 300000, BASE + HOUR);
	assert_int_equal(f->regions[0].runs.items[0].last_at_ms, BASE);
	facts_are(f, 0, BASE, BASE + HOUR, BASE + HOUR,
	    "ok 0..30 none 30..3600 ");
	/* What was told later is not taken back. */
	facts_put_edge(f, "london", "none", BASE - HOUR, BASE + HOUR);
	assert_int_equal(f->regions[0].runs.items[0].last_at_ms, BASE);
	facts_free(f);
	runs_clear(&runs);
}

/* Other outcomes, other reasons, blips: each is a stretch of its own. */
static void
what_differs_stands_apart(void **state)
{
	struct facts *f =
	    facts_new("acme/learn", 10000, "london", BASE, BASE + DAY);
	struct runs runs;

	(void)state;
	runs_init(&runs);
	look(&runs, BASE, BASE + 570000, OUTCOME_OK);
	for (int k = 0; k < 3; k++) /* three blips */
		look(&runs, BASE + 600000 + k * 60000,
		    BASE + 600000 + k * 60000, OUTCOME_FAILED),
		    look(&runs, BASE + 601000 + k * 60000,
			BASE + 631000 + k * 60000, OUTCOME_OK);
	look(&runs, BASE + 780000, BASE + HOUR, OUTCOME_OK);
	runs_insert(&runs,
	    &(struct run_point){ .at_ms = BASE + HOUR + STEP,
		.interval_ms = STEP,
		.outcome = OUTCOME_FAILED,
		.reason = REASON_DNS },
	    BASE);
	look(&runs, BASE + HOUR + 2 * STEP, BASE + HOUR + 3 * STEP,
	    OUTCOME_FAILED);
	put(f, 0, &runs, BUCKET);
	facts_are(f, 0, BASE, BASE + HOUR + 3 * STEP, BASE + HOUR + 3 * STEP,
	    "ok 0..720 ok+ 720..900 ok 900..3630 failed 3630..3660 failed "
	    "3660..3690 ");
	facts_free(f);
	runs_clear(&runs);
}

/* The last record may be ten minutes old; the state knows better. */
static void
the_state_says_how_it_goes_on(void **state)
{
	static const struct {
		const char *outcome;
		int64_t since_s;
		const char *wanted; /* from 0 to 3600 */
	} edges[] = {
		{ "ok", -1800, "ok 0..3600 " },
		{ "failed", 500, "ok 0..30 none 30..3600 " }, /* not yet read */
		{ "ok", 3000, "ok 0..30 none 30..3600 " },    /* another run */
		{ "none", 630, "ok 0..630 none 630..3600 " },
		{ "none", 10, "ok 0..30 none 30..3600 " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		struct facts *f =
		    facts_new("acme/learn", 10000, "london", BASE, BASE + DAY);
		struct runs runs;

		runs_init(&runs);
		look(&runs, BASE - HOUR, BASE, OUTCOME_OK);
		put(f, 0, &runs, BUCKET - 1);
		facts_put_edge(f, "paris", "ok", 0, BASE + HOUR);
		facts_put_edge(f, "london", edges[i].outcome,
		    BASE + edges[i].since_s * 1000, BASE + HOUR);
		facts_are(f, 0, BASE, BASE + HOUR, BASE + HOUR,
		    edges[i].wanted);
		facts_free(f);
		runs_clear(&runs);
	}
}

static void
too_much_is_said_to_be(void **state)
{
	struct facts *f =
	    facts_new("acme/learn", 10000, "a b", BASE, BASE + 31 * DAY);
	struct runs runs;

	(void)state;
	runs_init(&runs);
	for (int64_t k = 0; k < FACTS_RUNS_MAX + 2; k++)
		look(&runs, BASE + k * STEP, BASE + k * STEP,
		    k % 2 ? OUTCOME_SLOW : OUTCOME_FAILED);
	for (int64_t bucket = BUCKET; bucket < BUCKET + 29; bucket++)
		put(f, 0, &runs, bucket);
	assert_true(f->is_too_much);
	facts_free(f);
	runs_clear(&runs);
}

/* ---- reading ---- */

struct asking {
	struct story *story;
	char text[400];
	int told;
	size_t unreadable;
};

static void
on_facts(void *arg, struct facts *f)
{
	struct asking *a = arg;

	a->told++;
	if (f == NULL) {
		text_copy(a->text, sizeof(a->text), "cannot be read");
		return;
	}
	a->unreadable = f->unreadable;
	text_format(a->text, sizeof(a->text), "%zu runs, %zu voids",
	    f->regions[0].runs.count, f->regions[0].voids.count);
}

static const struct facts_question question = { .key = "acme/learn",
	.regions = "auckland",
	.timeout_ms = 10000,
	.from_ms = BASE,
	.to_ms = BASE + DAY,
	.begin_ms = BASE - 400 * DAY,
	.is_old = true };

static void
store_run(struct story *s, const char *key, int64_t bucket, int64_t at_ms)
{
	struct runs_bytes bytes = { 0 };
	struct runs runs;

	runs_init(&runs);
	look(&runs, at_ms, at_ms + STEP, OUTCOME_OK);
	runs_encode(&runs, bucket, &bytes);
	assert_true(bytes.length > 0);
	store_commandf(s->store, on_reply, s,
	    "HSET sw:{c0}:%s acme/learn|auckland|%lld %b", key,
	    (long long)bucket, bytes.data, bytes.length);
	turn_until_told(s);
	runs_clear(&runs);
	free(bytes.data);
}

static void
ask_for(struct facts_reader *fr, struct asking *a, const char *wanted)
{
	a->told = 0;
	assert_non_null(facts_reader_ask(fr, &question, on_facts, a));
	assert_int_equal(a->told, 0); /* never from inside */
	turn_until(a->story, &a->told, 1);
	assert_string_equal(a->text, wanted);
}

static void
what_was_seen_last_before_is_found(void **state)
{
	struct story *s = *state;
	struct facts_reader *fr = facts_reader_new(s->base, s->store);
	struct asking a = { .story = s };

	ask_for(fr, &a, "0 runs, 0 voids"); /* to the very beginning */
	facts_reader_free(fr);
	fr = facts_reader_new(s->base, s->store);
	store_run(s, "history", BUCKET - 1200, BASE - 300 * DAY);
	store_run(s, "history", BUCKET - 1600, BASE - 400 * DAY);
	store_run(s, "history", BUCKET + 1, BASE + 7 * HOUR);
	store_run(s, "runs", BUCKET + 1, BASE + 7 * HOUR); /* being moved */
	store_run(s, "runs", BUCKET + 2, BASE + 13 * HOUR);
	ask(s, "HSET sw:{c0}:voids auckland|blind|a|1800014400005 0");
	ask(s,
	    "HSET sw:{c0}:oldvoids auckland|hole|a|1 2 "
	    "auckland|hole|b|1800010800000 1800014399999");
	/* The oldest is in a piece that was not needed. */
	ask_for(fr, &a, "3 runs, 2 voids");
	assert_int_equal(a.unreadable, 0);
	facts_reader_free(fr);
}

/* What was read is told to all who ask the same, for a while. */
static void
the_same_is_read_once(void **state)
{
	struct story *s = *state;
	struct facts_reader *fr = facts_reader_new(s->base, s->store);
	struct asking a = { .story = s }, b = { .story = s };
	struct facts_wait *w;

	store_run(s, "runs", BUCKET, BASE);
	assert_non_null(facts_reader_ask(fr, &question, on_facts, &a));
	w = facts_reader_ask(fr, &question, on_facts, &b);
	facts_wait_cancel(w);
	assert_non_null(facts_reader_ask(fr, &question, on_facts, &a));
	turn_until(s, &a.told, 2);
	assert_int_equal(b.told, 0);
	store_run(s, "runs", BUCKET + 1, BASE + 7 * HOUR);
	ask_for(fr, &a, "1 runs, 0 voids");
	facts_reader_free(fr);
}

static void
not_too_many_wait(void **state)
{
	struct story *s = *state;
	struct facts_reader *fr = facts_reader_new(s->base, s->store);
	struct asking a = { .story = s };
	struct facts_question q = question;
	int i;

	for (i = 0; i < FACTS_WAITING_MAX; i++) {
		q.from_ms = BASE - i * DAY;
		assert_non_null(facts_reader_ask(fr, &q, on_facts, &a));
	}
	q.from_ms = BASE - i * DAY;
	assert_null(facts_reader_ask(fr, &q, on_facts, &a)); /* to be read */
	for (; i < FACTS_WAITERS_MAX; i++)
		assert_non_null(facts_reader_ask(fr, &question, on_facts, &a));
	assert_null(facts_reader_ask(fr, &question, on_facts, &a));
	turn_until(s, &a.told, FACTS_WAITERS_MAX);
	ask_for(fr, &a, "0 runs, 0 voids");
	facts_reader_free(fr);
}

static void
without_records_that_is_said(void **state)
{
	struct story *s = *state;
	struct facts_reader *fr = facts_reader_new(s->base, s->store);
	struct asking a = { .story = s };

	ask(s, "SET sw:{c0}:voids text");
	ask_for(fr, &a, "cannot be read");
	ask(s, "DEL sw:{c0}:voids");
	ask(s, "SET sw:{c0}:runs text");
	ask_for(fr, &a, "cannot be read");
	assert_non_null(facts_reader_ask(fr, &question, on_facts, &a));
	event_base_loop(s->base, EVLOOP_NONBLOCK);
	facts_reader_free(fr); /* while the store has our question */
	a.told = 0;
	assert_non_null(ask(s, "PING")); /* answered after it */
	assert_int_equal(a.told, 0);
}

int
main(void)
{
#define STORY(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_become_facts),
		cmocka_unit_test(what_is_no_record_changes_nothing),
		cmocka_unit_test(an_edge_that_does_not_tell),
		cmocka_unit_test(what_differs_stands_apart),
		cmocka_unit_test(the_state_says_how_it_goes_on),
		cmocka_unit_test(too_much_is_said_to_be),
		STORY(what_was_seen_last_before_is_found),
		STORY(the_same_is_read_once),
		STORY(not_too_many_wait),
		STORY(without_records_that_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
