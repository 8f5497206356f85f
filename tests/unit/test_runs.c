/* runs: bridges, edges, blips, voids; late points; records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/runs.h"
#include "lib/text.h"

#define INTERVAL 30000
#define TIMEOUT 10000
#define BASE 1800000000000

static void
insert(struct runs *runs, int64_t second, enum outcome outcome)
{
	struct run_point p = { BASE + second * 1000, INTERVAL, outcome,
		outcome == OUTCOME_FAILED ? REASON_TIMEOUT : REASON_NONE };

	runs_insert(runs, &p, BASE);
}

/* The facts as a text: "0 ok, 30 failed, 60 ok". */
static void
is_told(const struct runs *runs, int64_t now_s, const char *wanted)
{
	struct text out = { 0 };
	struct fact f;
	char last[32] = "none";

	for (int64_t s = 0; s <= now_s; s++) {
		const char *now;

		runs_fact(runs, BASE + s * 1000, BASE + now_s * 1000, &f);
		now = f.is_none ? "none" : outcome_text(f.outcome);
		if (strcmp(now, last) == 0)
			continue;
		text_addf(&out, "%s%lld %s", out.length > 0 ? ", " : "",
		    (long long)s, now);
		text_copy(last, sizeof(last), now);
	}
	assert_string_equal(out.data == NULL ? "" : out.data, wanted);
	text_clear(&out);
}

static void
test_bridge_and_edge(void **state)
{
	struct runs runs;

	(void)state;
	runs_init(&runs);
	runs.timeout_ms = TIMEOUT;
	insert(&runs, 0, OUTCOME_OK);
	insert(&runs, 90, OUTCOME_OK);
	is_told(&runs, 189, "0 ok");           /* three intervals bridged */
	is_told(&runs, 190, "0 ok, 120 none"); /* and the timeout is over */
	insert(&runs, 181, OUTCOME_FAILED);
	is_told(&runs, 200, "0 ok, 120 none, 181 failed");
	insert(&runs, 150, OUTCOME_OK);
	is_told(&runs, 200, "0 ok, 181 failed");
	insert(&runs, 182, OUTCOME_FAILED);
	insert(&runs, 211, OUTCOME_OK);
	is_told(&runs, 230, "0 ok, 181 failed, 211 ok");
	runs_clear(&runs);
}

static void
test_blips(void **state)
{
	struct runs runs;
	struct fact f;

	(void)state;
	runs_init(&runs);
	runs.timeout_ms = TIMEOUT;
	insert(&runs, 0, OUTCOME_OK);
	insert(&runs, 30, OUTCOME_FAILED);
	is_told(&runs, 31, "0 ok, 30 failed"); /* nothing speaks against it */
	insert(&runs, 31, OUTCOME_OK);
	is_told(&runs, 60, "0 ok");
	insert(&runs, 60, OUTCOME_FAILED);
	insert(&runs, 61, OUTCOME_SLOW); /* slow is not ok */
	is_told(&runs, 62, "0 ok, 60 failed, 61 slow");
	runs_clear(&runs);

	/* The agent died before it looked again: what came later tells nothing. */
	insert(&runs, 0, OUTCOME_OK);
	insert(&runs, 30, OUTCOME_FAILED);
	insert(&runs, 62, OUTCOME_OK);
	is_told(&runs, 70, "0 ok, 30 failed, 62 ok");
	insert(&runs, 61, OUTCOME_OK);
	is_told(&runs, 70, "0 ok");
	runs_clear(&runs);

	for (int i = 0; i < 3; i++) {
		insert(&runs, i * 60, OUTCOME_FAILED);
		insert(&runs, i * 60 + 1, OUTCOME_OK);
	}
	runs_fact(&runs, BASE + 119999, BASE + 130000, &f);
	assert_false(f.is_blippy);
	runs_fact(&runs, BASE + 120000, BASE + 130000, &f);
	assert_true(f.is_blippy);
	assert_int_equal(f.outcome, OUTCOME_OK);
	for (int i = 5; i < 12; i++)
		insert(&runs, i * 30, OUTCOME_OK);
	runs_fact(&runs, BASE + 299999, BASE + 330000, &f);
	assert_true(f.is_blippy);
	assert_int_equal(f.until_ms, BASE + 300000);
	runs_fact(&runs, BASE + 300000, BASE + 330000, &f);
	assert_false(f.is_blippy);
	runs_clear(&runs);
}

static void
test_good_twice(void **state)
{
	struct runs runs;

	(void)state;
	runs_init(&runs);
	assert_false(runs_is_good_twice(&runs, BASE));
	insert(&runs, 0, OUTCOME_FAILED);
	assert_false(runs_is_good_twice(&runs, BASE));
	insert(&runs, 30, OUTCOME_OK);
	assert_false(runs_is_good_twice(&runs, BASE + 30000));
	insert(&runs, 60, OUTCOME_SLOW);
	assert_true(runs_is_good_twice(&runs, BASE + 60000));
	insert(&runs, 90, OUTCOME_SLOW);
	assert_true(runs_is_good_twice(&runs, BASE + 60000));
	assert_false(runs_is_good_twice(&runs, BASE + 600000));
	insert(&runs, 300, OUTCOME_OK); /* once, after a gap */
	assert_false(runs_is_good_twice(&runs, BASE + 301000));
	insert(&runs, 301, OUTCOME_UNKNOWN);
	assert_false(runs_is_good_twice(&runs, BASE + 302000));
	runs_clear(&runs);
}

/* Beyond the recent points nothing is decided in the vendor's favour. */
static void
test_late_contradiction(void **state)
{
	struct runs runs;

	(void)state;
	runs_init(&runs);
	for (int i = 0; i < 100; i++)
		insert(&runs, i * 30, OUTCOME_FAILED);
	insert(&runs, 315, OUTCOME_OK);
	assert_int_equal(runs.count, 3);
	assert_int_equal(runs.items[2].first_at_ms, BASE + 315001);
	is_told(&runs, 1000, "0 failed, 315 ok, 316 failed");
	runs_clear(&runs);

	for (int i = 0; i < 100; i++)
		insert(&runs, i * 30, OUTCOME_OK);
	insert(&runs, 315, OUTCOME_FAILED);
	insert(&runs, 316, OUTCOME_FAILED);
	is_told(&runs, 1000, "0 ok, 315 failed, 345 ok");
	/* Where all points are known, the very next good one ends it. */
	insert(&runs, 2900, OUTCOME_FAILED);
	insert(&runs, 2901, OUTCOME_FAILED);
	is_told(&runs, 3000, "0 ok, 315 failed, 345 ok, 2900 failed, 2910 ok");
	runs_clear(&runs);
}

static void
test_bad_records(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} bad[] = {
		{ "", 0 },
		{ "\x02\x00", 2 },                 /* version */
		{ "\x01\x01\x00\x00\x00\x00", 6 }, /* interval 0 */
		{ "\x01\x01\x00\x00\x01\x7f", 6 }, /* outcome */
		{ "\x01\x00\x00", 3 },             /* more than it says */
		{ "\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct runs runs;

		runs_init(&runs);
		assert_int_equal(runs_decode(&runs, bad[i].bytes,
				     bad[i].length),
		    -1);
		runs_clear(&runs);
	}
}

static void
test_forget_and_cut(void **state)
{
	struct runs runs;
	int64_t day = 86400;

	(void)state;
	runs_init(&runs);
	assert_int_equal(runs_needed(&runs, BASE), runs_bucket(BASE));
	insert(&runs, 0, OUTCOME_OK);
	insert(&runs, day, OUTCOME_FAILED);
	insert(&runs, 2 * day, OUTCOME_OK);
	insert(&runs, 3 * day, OUTCOME_FAILED);
	/* The run that reaches into what is needed is needed. */
	assert_int_equal(runs_needed(&runs, BASE + 2 * day * 1000 + 43200000),
	    runs_bucket(BASE + 2 * day * 1000));
	assert_int_equal(runs_needed(&runs, BASE - 86400000),
	    runs_bucket(BASE));
	runs_forget(&runs, runs_bucket(BASE + 2 * day * 1000));
	assert_int_equal(runs.count, 2);
	insert(&runs, 5, OUTCOME_FAILED); /* before what is kept */
	assert_int_equal(runs.count, 2);
	insert(&runs, 3 * day + 30, OUTCOME_FAILED);
	runs_cut(&runs, BASE + 3 * day * 1000 + 10000);
	assert_int_equal(runs.items[1].last_at_ms,
	    BASE + 3 * day * 1000 + 10000);
	runs_cut(&runs, BASE + 2 * day * 1000);
	assert_int_equal(runs.count, 1);
	runs_clear(&runs);
}

static void
test_voids(void **state)
{
	struct interval_set voids = { 0 };
	struct runs runs;
	struct fact f;

	(void)state;
	runs_init(&runs);
	insert(&runs, 0, OUTCOME_OK);
	insert(&runs, 30, OUTCOME_OK);
	interval_set_add(&voids, BASE + 10000, BASE + 20000);
	runs_fact_outside(&runs, &voids, BASE + 5000, BASE + 31000, &f);
	assert_false(f.is_none);
	assert_int_equal(f.until_ms, BASE + 10000);
	runs_fact_outside(&runs, &voids, BASE + 10000, BASE + 31000, &f);
	assert_true(f.is_none);
	assert_int_equal(f.until_ms, BASE + 20000);
	runs_fact_outside(&runs, &voids, BASE + 20000, BASE + 31000, &f);
	assert_false(f.is_none);
	assert_int_equal(f.from_ms, BASE + 20000);
	interval_set_add(&voids, BASE + 25000, NEVER);
	runs_fact_outside(&runs, &voids, BASE + 21000, BASE + 31000, &f);
	assert_int_equal(f.from_ms, BASE + 20000);
	assert_int_equal(f.until_ms, BASE + 25000);
	runs_fact_outside(&runs, &voids, BASE + 99000, BASE + 31000, &f);
	assert_true(f.is_none);
	interval_set_clear(&voids);
	runs_clear(&runs);
}

/*
 * Found by simulated night 14: a run's end was written only while its own
 * bucket changed, so a run closed by one in the next bucket lost its end with
 * the next restart, and minutes of ok became unknown.
 */
static void
test_the_end_of_a_run_in_an_earlier_bucket_was_lost(void **state)
{
	struct runs runs;
	int64_t edge_ms = (runs_bucket(BASE) + 1) * RUNS_BUCKET_MS;
	struct run_point good = { edge_ms - 30000, 30000, OUTCOME_OK,
		REASON_NONE };
	struct run_point bad = { edge_ms + 30000, 30000, OUTCOME_FAILED,
		REASON_TLS };

	(void)state;
	runs_init(&runs);
	runs_insert(&runs, &good, BASE);
	/* All is written; then the run goes on, unwritten. */
	runs.changed_from_ms = NEVER;
	runs.changed_to_ms = BEFORE_ALL;
	good.at_ms = edge_ms;
	runs_insert(&runs, &good, BASE);
	runs_insert(&runs, &bad, BASE);
	assert_int_equal(runs_bucket(runs.changed_from_ms), runs_bucket(BASE));
	assert_int_equal(runs_bucket(runs.changed_to_ms),
	    runs_bucket(BASE) + 1);
	runs_clear(&runs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bridge_and_edge),
		cmocka_unit_test(test_blips),
		cmocka_unit_test(test_good_twice),
		cmocka_unit_test(test_late_contradiction),
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_forget_and_cut),
		cmocka_unit_test(test_voids),
		cmocka_unit_test(
		    test_the_end_of_a_run_in_an_earlier_bucket_was_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
