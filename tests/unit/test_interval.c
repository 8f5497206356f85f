/*
 * interval: sets of time against a bitmap of the same time, second by second,
 * over seeded random operations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "lib/interval.h"

#define SPAN 300
#define FROM (-100) /* times before zero too */

static uint64_t seed;

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
check(const struct pair *p)
{
	int64_t length = 0;
	bool bits[SPAN] = { 0 };

	for (size_t i = 0; i < p->set.count; i++) {
		const struct interval *v = &p->set.items[i];

		assert_true(v->from < v->to);
		if (i > 0)
			assert_true(v[-1].to < v->from);
		for (int64_t t = v->from; t < v->to; t++)
			bits[t - FROM] = true;
	}
	assert_memory_equal(bits, p->bits, sizeof(bits));
	for (size_t t = 0; t < SPAN; t++)
		length += bits[t];
	assert_int_equal(interval_set_length(&p->set), length);
}

static void
check_within(const struct pair *p, int64_t from, int64_t to)
{
	int64_t length = 0;

	for (int64_t t = from; t < to; t++)
		length += p->bits[t - FROM];
	assert_int_equal(interval_set_within(&p->set, from, to), length);
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
		check(p);
		if (from < to)
			check_within(p, from, to);
	}
}

static void
test_add_and_remove(void **state)
{
	(void)state;
	for (uint64_t round = 1; round <= 200; round++) {
		struct pair p = { 0 };

		seed = round;
		scribble(&p, 60);
		interval_set_clear(&p.set);
		assert_int_equal(p.set.count, 0);
	}
}

enum { UNION, INTERSECT, SUBTRACT };

static void
combine(struct pair *a, const struct pair *b, int how)
{
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
	check(a);
	check(b);
}

static void
test_combine(void **state)
{
	(void)state;
	for (uint64_t round = 1; round <= 300; round++) {
		struct pair a = { 0 }, b = { 0 };

		seed = round * 31;
		scribble(&a, (int)draw(25));
		scribble(&b, (int)draw(25));
		combine(&a, &b, (int)(round % 3));
		interval_set_clear(&a.set);
		interval_set_clear(&b.set);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add_and_remove),
		cmocka_unit_test(test_combine),
		cmocka_unit_test(test_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
