/*
 * runs: whatever the order in which observations come, and how often, the
 * facts are those of a second reading of the rules, made from the bare list
 * of points.
 */
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

static uint64_t seed;

static unsigned
draw(unsigned n)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)((seed >> 33) % n);
}

/* The points as a plain list. */
struct points {
	struct run_point list[2000];
	size_t count;
};

static int
point_rank(const struct run_point *p)
{
	static const int ranks[] = { 0, 1, 4, 3, 2 };

	return ranks[p->outcome] * 100 + (int)p->reason;
}

static void
points_add(struct points *ps, struct run_point p)
{
	size_t i = ps->count;

	while (i > 0 && ps->list[i - 1].at_ms > p.at_ms)
		i--;
	if (i > 0 && ps->list[i - 1].at_ms == p.at_ms) {
		if (point_rank(&p) > point_rank(&ps->list[i - 1]))
			ps->list[i - 1] = p;
		return;
	}
	memmove(ps->list + i + 1, ps->list + i,
	    (ps->count - i) * sizeof(ps->list[0]));
	ps->list[i] = p;
	ps->count++;
}

static bool
led_over(const struct points *ps, size_t i)
{
	return i + 1 < ps->count &&
	    ps->list[i + 1].at_ms - ps->list[i].at_ms <=
	    3 * ps->list[i].interval_ms;
}

static bool
fails(const struct points *ps, size_t i)
{
	return ps->list[i].outcome == OUTCOME_FAILED ||
	    ps->list[i].outcome == OUTCOME_MAINTENANCE;
}

static bool
after_unknown(const struct points *ps, size_t i)
{
	return i > 0 && ps->list[i - 1].outcome == OUTCOME_UNKNOWN &&
	    ps->list[i].at_ms - ps->list[i - 1].at_ms <=
	    3 * ps->list[i].interval_ms;
}

static bool
blip(const struct points *ps, size_t i)
{
	return fails(ps, i) && led_over(ps, i) &&
	    ps->list[i + 1].outcome == OUTCOME_OK && !after_unknown(ps, i) &&
	    !(i > 0 && led_over(ps, i - 1) && fails(ps, i - 1));
}

/* "none", or "failed/http_status", and "+" with blips enough. */
static void
expected(const struct points *ps, int64_t at, int64_t now, char *out)
{
	size_t n = 0, blips = 0;
	const struct run_point *p;
	bool is_blip;

	while (n < ps->count && ps->list[n].at_ms <= at)
		n++;
	text_copy(out, 64, "none");
	if (n == 0)
		return;
	p = &ps->list[n - 1];
	if (!led_over(ps, n - 1) && at >= p->at_ms + p->interval_ms &&
	    !(n == ps->count && now < p->at_ms + 3 * p->interval_ms + TIMEOUT))
		return;
	for (size_t i = 0; i < n; i++)
		blips +=
		    blip(ps, i) && ps->list[i].at_ms > at - 10 * p->interval_ms;
	is_blip = blip(ps, n - 1);
	text_format(out, 64, "%s/%s%s",
	    is_blip ? "ok" : outcome_text(p->outcome),
	    is_blip ? "none" : reason_text(p->reason), blips >= 3 ? "+" : "");
}

static void
actual(const struct runs *runs, int64_t at, int64_t now, char *out)
{
	struct fact f;

	runs_fact(runs, at, now, &f);
	assert_true(f.from_ms <= at && at < f.until_ms);
	if (f.is_none)
		text_copy(out, 64, "none");
	else
		text_format(out, 64, "%s/%s%s", outcome_text(f.outcome),
		    reason_text(f.reason), f.is_blippy ? "+" : "");
}

static void
compare(const struct runs *runs, const struct points *ps, int64_t from,
    int64_t to, int64_t now, const char *what)
{
	char a[64], b[64];

	for (int64_t at = from; at < to; at += 500) {
		actual(runs, at, now, a);
		expected(ps, at, now, b);
		if (strcmp(a, b) != 0)
			fail_msg("%s: at %lld: %s, should be %s", what,
			    (long long)(at - BASE), a, b);
	}
}

static struct run_point
a_point(int64_t at)
{
	struct run_point p = { at, INTERVAL, OUTCOME_OK, REASON_NONE };
	unsigned kind = draw(10);

	if (kind == 0)
		p.outcome = OUTCOME_SLOW;
	if (kind == 1)
		p.outcome = OUTCOME_UNKNOWN, p.reason = REASON_BLOCKED;
	if (kind == 2)
		p.outcome = OUTCOME_MAINTENANCE;
	if (kind >= 3 && kind < 6)
		p.outcome = OUTCOME_FAILED,
		p.reason = kind == 3 ? REASON_TIMEOUT : REASON_HTTP_STATUS;
	if (draw(30) == 0)
		p.interval_ms = 2 * INTERVAL;
	return p;
}

/* A series with gaps; some looks again after a second. */
static size_t
a_series(struct run_point *out, size_t count)
{
	int64_t at = BASE;

	for (size_t i = 0; i < count; i++) {
		out[i] = a_point(at);
		at += draw(5) == 0 ? 1000
		    : draw(8) == 0 ? (int64_t)draw(5) * INTERVAL
				   : INTERVAL;
	}
	return count;
}

static void
shuffle(struct run_point *list, size_t count, size_t reach)
{
	for (size_t i = 0; i < count; i++) {
		size_t with = i + draw((unsigned)reach);
		struct run_point p = list[i];

		if (with >= count)
			continue;
		list[i] = list[with];
		list[with] = p;
	}
}

static void
check_maximal(const struct runs *runs)
{
	for (size_t i = 0; i < runs->count; i++) {
		const struct run *r = &runs->items[i];

		assert_true(r->first_at_ms <= r->last_at_ms);
		if (i + 1 == runs->count)
			break;
		assert_true(r->last_at_ms < r[1].first_at_ms);
		if (r->outcome == r[1].outcome && r->reason == r[1].reason &&
		    r->interval_ms == r[1].interval_ms)
			assert_true(r[1].first_at_ms - r->last_at_ms >
			    3 * r->interval_ms);
	}
}

static void
in_any_order_and_twice(size_t count, size_t reach)
{
	struct run_point list[64];
	static struct points ps;
	struct runs runs;

	ps.count = 0;
	runs_init(&runs);
	runs.timeout_ms = TIMEOUT;
	a_series(list, count);
	for (size_t i = 0; i < count; i++)
		points_add(&ps, list[i]);
	shuffle(list, count, reach);
	for (size_t i = 0; i < count; i++)
		runs_insert(&runs, &list[i], BASE);
	check_maximal(&runs);
	for (int twice = 0; twice < 2; twice++) {
		int64_t last = ps.list[ps.count - 1].at_ms;

		compare(&runs, &ps, BASE - 1000, last + 300000, last, "live");
		compare(&runs, &ps, BASE - 1000, last + 300000, last + 300000,
		    "later");
		for (size_t i = 0; i < count; i++)
			assert_int_equal(runs_insert(&runs, &list[i], BASE),
			    NEVER);
	}
	runs_clear(&runs);
}

static void
test_any_order(void **state)
{
	(void)state;
	for (unsigned round = 1; round <= 200; round++) {
		seed = round;
		in_any_order_and_twice(RUNS_RECENT, RUNS_RECENT);
	}
	for (unsigned round = 1; round <= 100; round++) {
		seed = round;
		in_any_order_and_twice(64, 6);
	}
}

/* Every fact before the instant that was given back is as it was. */
static void
test_changed_since(void **state)
{
	(void)state;
	for (unsigned round = 1; round < 150; round++) {
		struct run_point list[40];
		static struct points ps;
		struct runs runs;
		int64_t now = BASE + 100LL * INTERVAL;

		seed = round * 7919;
		ps.count = 0;
		runs_init(&runs);
		runs.timeout_ms = TIMEOUT;
		shuffle(list, a_series(list, 30), 30);
		for (size_t i = 0; i < 30; i++) {
			static struct points before;
			int64_t changed;
			char a[64], b[64];

			before = ps;
			changed = runs_insert(&runs, &list[i], now);
			points_add(&ps, list[i]);
			if (changed > now)
				changed = now;
			for (int64_t at = BASE - 1000; at < changed;
			     at += 1000) {
				expected(&before, at, now, a);
				expected(&ps, at, now, b);
				assert_string_equal(a, b);
			}
		}
		runs_clear(&runs);
	}
}

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
test_records(void **state)
{
	struct run_point list[200];
	struct runs runs, again;
	struct runs_bytes bytes = { 0 };

	(void)state;
	seed = 42;
	runs_init(&runs);
	runs_init(&again);
	a_series(list, 200);
	for (size_t i = 0; i < 200; i++) {
		list[i].at_ms = BASE + (list[i].at_ms - BASE) * 20;
		runs_insert(&runs, &list[i], BASE);
	}
	for (int64_t b = runs_bucket(BASE + 30LL * 86400000);
	     b >= runs_bucket(BASE); b--) {
		runs_encode(&runs, b, &bytes);
		if (bytes.length == 0)
			continue;
		assert_int_equal(runs_decode(&again, bytes.data, bytes.length),
		    0);
		/* The same once more lies on what is there. */
		assert_int_equal(runs_decode(&again, bytes.data, bytes.length),
		    -1);
		for (size_t cut = 0; cut < bytes.length; cut++) {
			struct runs none;

			runs_init(&none);
			assert_int_equal(runs_decode(&none, bytes.data, cut),
			    -1);
			runs_clear(&none);
		}
	}
	assert_true(runs.count > 100);
	assert_int_equal(again.count, runs.count);
	for (size_t i = 0; i < runs.count; i++)
		assert_memory_equal(&again.items[i], &runs.items[i],
		    sizeof(runs.items[i]));
	assert_int_equal(runs_bucket(-1), -1);
	assert_int_equal(runs_bucket(-RUNS_BUCKET_MS), -1);
	free(bytes.data);
	runs_clear(&runs);
	runs_clear(&again);
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
		cmocka_unit_test(
		    test_the_end_of_a_run_in_an_earlier_bucket_was_lost),
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_changed_since),
		cmocka_unit_test(test_bridge_and_edge),
		cmocka_unit_test(test_blips),
		cmocka_unit_test(test_good_twice),
		cmocka_unit_test(test_late_contradiction),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_forget_and_cut),
		cmocka_unit_test(test_voids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
