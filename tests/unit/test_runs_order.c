/*
 * runs: whatever the order in which observations come, and how often, the
 * facts are those of a second reading of the rules, made from the bare list
 * of points.  What was written down comes back in any order, too.
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
	    ps->list[i + 1].at_ms - ps->list[i].at_ms <=
	    ps->list[i].interval_ms + 1500 &&
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_changed_since),
		cmocka_unit_test(test_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
