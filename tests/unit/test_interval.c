/*
 * interval: sets of time against a bitmap of the same time, second by second,
 * over seeded random operations.  What fails prints its seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "lib/interval.h"
#include "lib/text.h"

#define SPAN 300
#define FROM (-100) /* times before zero too */

static uint64_t seed, round_seed;

/* All random numbers of a round follow from this one. */
static void
begin(uint64_t n)
{
	seed = round_seed = n;
}

static void __attribute__((format(printf, 2, 3)))
expect(bool ok, const char *fmt, ...)
{
	char what[160];
	va_list ap;

	if (ok)
		return;
	va_start(ap, fmt);
	text_formatv(what, sizeof(what), fmt, ap);
	va_end(ap);
	fail_msg("seed %llu: %s", (unsigned long long)round_seed, what);
}

static int64_t
draw(int64_t n)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (int64_t)((seed >> 33) % (uint64_t)n);
}

/* A set and what it should be. */
struct pair {
	struct interval_set set;
	bool bits[SPAN];
};

static void
check(const struct pair *p, const char *after)
{
	int64_t length = 0;
	bool bits[SPAN] = { 0 };

	for (size_t i = 0; i < p->set.count; i++) {
		const struct interval *v = &p->set.items[i];

		expect(v->from < v->to, "%s: empty at %zu", after, i);
		expect(i == 0 || v[-1].to < v->from, "%s: touch at %zu", after,
		    i);
		for (int64_t t = v->from; t < v->to; t++)
			bits[t - FROM] = true;
	}
	for (size_t t = 0; t < SPAN; t++) {
		expect(bits[t] == p->bits[t], "%s: wrong at %lld", after,
		    (long long)t + FROM);
		length += bits[t];
	}
	expect(interval_set_length(&p->set) == length, "%s: length", after);
}

/* What is asked of a set, against counting. */
static void
check_questions(const struct pair *p, int64_t from, int64_t to)
{
	int64_t length = 0, reach;

	for (int64_t t = from; t < to; t++) {
		expect(interval_set_contains(&p->set, t) == p->bits[t - FROM],
		    "contains %lld", (long long)t);
		length += p->bits[t - FROM];
		reach = interval_set_reach(&p->set, from, length);
		if (p->bits[t - FROM])
			expect(reach == t + 1, "reach %lld from %lld is %lld",
			    (long long)length, (long long)from,
			    (long long)reach);
	}
	expect(interval_set_within(&p->set, from, to) == length, "within");
}

static void
scribble(struct pair *p, int times)
{
	for (int i = 0; i < times; i++) {
		int64_t from = FROM + draw(SPAN), to = FROM + draw(SPAN + 1);
		bool add = draw(3) > 0;

		if (draw(3) > 0 && from + 20 < FROM + SPAN)
			to = from + draw(20);
		if (add)
			interval_set_add(&p->set, from, to);
		else
			interval_set_remove(&p->set, from, to);
		for (int64_t t = from; t < to; t++)
			p->bits[t - FROM] = add;
		check(p, add ? "add" : "remove");
		if (from < to)
			check_questions(p, from, to);
	}
}

static void
test_add_and_remove(void **state)
{
	(void)state;
	for (uint64_t round = 1; round <= 200; round++) {
		struct pair p = { 0 };

		begin(round);
		scribble(&p, 60);
		interval_set_clear(&p.set);
		assert_int_equal(p.set.count, 0);
	}
}

enum { UNION, INTERSECT, SUBTRACT };

static void
combine(struct pair *a, const struct pair *b, int how)
{
	static const char *const names[] = { "union", "intersect", "subtract" };

	if (how == UNION)
		interval_set_union(&a->set, &b->set);
	if (how == INTERSECT)
		interval_set_intersect(&a->set, &b->set);
	if (how == SUBTRACT)
		interval_set_subtract(&a->set, &b->set);
	for (size_t t = 0; t < SPAN; t++)
		a->bits[t] = how == UNION ? a->bits[t] || b->bits[t]
		    : how == INTERSECT    ? a->bits[t] && b->bits[t]
					  : a->bits[t] && !b->bits[t];
	check(a, names[how]);
	check(b, "the other");
}

static void
test_combine(void **state)
{
	(void)state;
	for (uint64_t round = 1; round <= 300; round++) {
		struct pair a = { 0 }, b = { 0 };

		begin(round * 31);
		scribble(&a, (int)draw(25));
		scribble(&b, (int)draw(25));
		combine(&a, &b, (int)(round % 3));
		interval_set_clear(&a.set);
		interval_set_clear(&b.set);
	}
}

/* From any order, empty and overlapping ones among them. */
static void
test_of_any_order(void **state)
{
	(void)state;
	for (uint64_t round = 1; round <= 300; round++) {
		struct interval items[30];
		struct pair p = { 0 };
		struct interval_set copy = { 0 };
		size_t count;

		begin(round * 37);
		count = (size_t)draw(30);
		for (size_t i = 0; i < count; i++) {
			items[i].from = FROM + draw(SPAN);
			items[i].to = items[i].from + draw(30) - 5;
			if (items[i].to > FROM + SPAN)
				items[i].to = FROM + SPAN;
			for (int64_t t = items[i].from; t < items[i].to; t++)
				p.bits[t - FROM] = true;
		}
		interval_set_of(&p.set, items, count);
		check(&p, "of");
		interval_set_copy(&copy, &p.set);
		expect(interval_set_equals(&copy, &p.set), "copy");
		interval_set_add(&copy, FROM + SPAN + 1, FROM + SPAN + 2);
		expect(!interval_set_equals(&copy, &p.set), "one more");
		interval_set_clear(&copy);
		interval_set_clear(&p.set);
	}
}

static void
clip(struct pair *p)
{
	int64_t from = FROM + draw(SPAN), to = FROM + draw(SPAN);

	interval_set_clip(&p->set, from, to);
	for (int64_t t = FROM; t < FROM + SPAN; t++)
		p->bits[t - FROM] = p->bits[t - FROM] && t >= from && t < to;
	check(p, "clip");
}

static void
bridge(struct pair *p)
{
	int64_t gap = draw(12);
	bool was[SPAN];
	size_t last = SPAN;

	memcpy(was, p->bits, sizeof(was));
	for (size_t t = 0; t < SPAN; t++) {
		if (!was[t])
			continue;
		if (last < SPAN && (int64_t)(t - last) - 1 < gap)
			memset(p->bits + last, true, t - last);
		last = t;
	}
	interval_set_bridge(&p->set, gap);
	check(p, "bridge");
}

static void
drop(struct pair *p)
{
	size_t least = (size_t)draw(12), begins = 0;

	for (size_t t = 0; t <= SPAN; t++) {
		if (t < SPAN && p->bits[t])
			continue;
		if (t - begins < least)
			memset(p->bits + begins, false, t - begins);
		begins = t + 1;
	}
	interval_set_drop(&p->set, (int64_t)least);
	check(p, "drop");
}

static void
test_clip_bridge_drop(void **state)
{
	static void (*const acts[])(struct pair *) = { clip, bridge, drop };

	(void)state;
	for (uint64_t round = 1; round <= 300; round++) {
		struct pair p = { 0 };

		begin(round * 41);
		scribble(&p, (int)draw(30));
		acts[round % 3](&p);
		acts[draw(3)](&p);
		interval_set_clear(&p.set);
	}
}

static void
test_never(void **state)
{
	struct interval_set s = { 0 }, month = { 0 };

	(void)state;
	interval_set_add(&s, 10, NEVER);
	interval_set_add(&s, 5, 8);
	assert_int_equal(interval_set_within(&s, 0, 20), 3 + 10);
	interval_set_add(&month, 6, 30);
	interval_set_intersect(&s, &month);
	assert_int_equal(interval_set_length(&s), 2 + 20);
	interval_set_add(&s, 7, 7);
	interval_set_add(&s, 9, 7);
	interval_set_remove(&s, 9, 7);
	assert_int_equal(s.count, 2);
	interval_set_clear(&s);
	interval_set_clear(&month);
}

/* What has no end, or no beginning, is longer than can be said. */
static void
test_without_end(void **state)
{
	struct interval_set s = { 0 }, empty = { 0 };

	(void)state;
	interval_set_add(&s, INT64_MIN, -10);
	interval_set_add(&s, 10, NEVER);
	assert_int_equal(interval_set_length(&s), NEVER);
	assert_int_equal(interval_set_within(&s, -30, 40), 20 + 30);
	assert_int_equal(interval_set_reach(&s, -30, 20), -10);
	assert_int_equal(interval_set_reach(&s, -30, 21), 11);
	assert_int_equal(interval_set_reach(&s, 0, NEVER), NEVER);
	interval_set_bridge(&s, 20);
	assert_int_equal(s.count, 2);
	interval_set_bridge(&s, 21);
	assert_int_equal(s.count, 1);
	interval_set_drop(&s, NEVER);
	assert_int_equal(s.count, 1);
	assert_int_equal(interval_set_reach(&empty, 5, 0), 5);
	assert_int_equal(interval_set_reach(&empty, 5, 1), NEVER);
	assert_false(interval_set_contains(&empty, 5));
	interval_set_of(&s, NULL, 0);
	assert_int_equal(s.count, 0);
	interval_set_bridge(&s, 5);
	interval_set_copy(&s, &empty);
	assert_true(interval_set_equals(&s, &empty));
	interval_set_clear(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add_and_remove),
		cmocka_unit_test(test_combine),
		cmocka_unit_test(test_of_any_order),
		cmocka_unit_test(test_clip_bridge_drop),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
