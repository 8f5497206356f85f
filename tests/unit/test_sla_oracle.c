/*
 * Accounts of random facts against a count second by second, in which no
 * interval is ever merged, cut or rounded: every quarter of a second is
 * asked what it was.
 *
 *   test_sla_oracle [FIRST COUNT]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/sla.h"
#include "lib/text.h"
#include "tests/unit/sla_count.h"

static int64_t
sum_of(const bool *set)
{
	int64_t sum = 0;

	for (int64_t s = 0; s < SECONDS; s++)
		sum += set[s];
	return sum;
}

static int64_t
down_of(const int64_t *weights)
{
	int64_t sum = 0;

	for (int64_t s = 0; s < SECONDS; s++)
		sum += weights[s];
	return sum;
}

static enum verdict
judge(const struct count *c, int64_t total_s, int64_t down_ms)
{
	int64_t expected_s = sum_of(c->expected), full_s, bad_ms;
	int64_t unknown_s = sum_of(c->unknown), t = c->v->target_milli;

	full_s =
	    c->v->denominator == SLA_OF_TOTAL ? sum_of(c->service) : expected_s;
	bad_ms = down_of(c->if_up);
	if (total_s == 0 || expected_s == 0 ||
	    (unknown_s == expected_s && c->v->unknown != SLA_UNKNOWN_DOWN))
		return VERDICT_NOT_APPLICABLE;
	if (bad_ms * 100000 > (100000 - t) * full_s * 1000)
		return VERDICT_MISSED;
	if ((expected_s - unknown_s) * 100000 < c->v->floor_milli * expected_s)
		return VERDICT_INDETERMINATE;
	return down_ms * 100000 > (100000 - t) * total_s * 1000 ? VERDICT_MISSED
								: VERDICT_MET;
}

static void
compare(const struct count *c, const struct sla_figures *got)
{
	int64_t total_s =
	    sum_of(c->v->denominator == SLA_OF_TOTAL ? c->service : c->agreed);
	int64_t service_s = sum_of(c->service), tended_s = sum_of(c->tended);
	int64_t expected_s = sum_of(c->expected), down_ms = down_of(c->counted);

	assert_int_equal(got->service_s, service_s);
	assert_int_equal(got->maintenance_s, service_s - tended_s);
	assert_int_equal(got->excluded_s, tended_s - expected_s);
	assert_int_equal(got->expected_s, expected_s);
	assert_int_equal(got->unknown_s, sum_of(c->unknown));
	assert_int_equal(got->total_s, total_s);
	assert_int_equal(got->down_ms, down_ms);
	assert_int_equal(got->verdict, judge(c, total_s, down_ms));
}

/* The budget's course, second by second. */
static void
compare_budget(const struct count *now, const struct count *best,
    const struct sla_budget *got)
{
	const struct sla_version *v = now->v;
	int64_t total_s = sum_of(
	    v->denominator == SLA_OF_TOTAL ? best->service : best->agreed);
	__int128 allowed =
	    (__int128)(100000 - v->target_milli) * total_s * 1000;
	int64_t used = 0, agreed_s = sum_of(now->agreed), then_s = 0;
	int64_t over_ms = NEVER, will_ms = NEVER;

	for (int64_t s = 0; s < SECONDS; s++) {
		used += now->counted[s];
		if (over_ms == NEVER && used * 100000 > allowed)
			over_ms = (FIRST_S + s + 1) * 1000;
	}
	for (int64_t s = 0; s < SECONDS; s++) {
		then_s += best->agreed[s];
		if (will_ms == NEVER && FIRST_S + s >= now->to_s &&
		    (__int128)used * 100000 * then_s > allowed * agreed_s)
			will_ms = (FIRST_S + s + 1) * 1000;
	}
	assert_int_equal(got->allowed_s, (int64_t)(allowed / 100000000));
	assert_int_equal(got->used_ms, used);
	assert_int_equal(got->exhausted_at_ms, over_ms);
	assert_int_equal(got->forecast_at_ms,
	    over_ms == NEVER && used > 0 ? will_ms : NEVER);
	for (size_t i = 0; i < SLA_BURNS; i++) {
		const struct sla_burn *b = &got->burns[i];
		int64_t to = now->to_s - FIRST_S;
		__int128 long_ms = 0, short_ms = 0;

		for (int64_t s = 0; s < SECONDS; s++) {
			if (s < to && s >= to - b->long_s)
				long_ms += now->counted[s];
			if (s < to && s >= to - b->short_s)
				short_ms += now->counted[s];
		}
		assert_int_equal(b->trips,
		    long_ms * 100000 * 100 > allowed * b->budget_percent &&
			short_ms * 100000 * 100 * b->long_s >
			    allowed * b->budget_percent * b->short_s);
		if (v->target_milli < 100000)
			assert_int_equal(b->long_milli,
			    (int64_t)(long_ms * 100000 / b->long_s /
				(100000 - v->target_milli)));
		else
			assert_int_equal(b->long_milli, NEVER);
	}
}

static int64_t
floor_s(int64_t ms)
{
	return ms / 1000;
}

/* The whole part and what is known of it; NULL: there is none. */
static bool
ends_of(const struct sla_facts *f, const struct sla_version *v, int64_t *from_s,
    int64_t *to_s, int64_t *now_s)
{
	int64_t from_ms = f->from_ms, to_ms = f->to_ms;

	if (f->begin_ms > from_ms)
		from_ms = f->begin_ms;
	if (v->from_ms > from_ms)
		from_ms = v->from_ms;
	if (f->end_ms < to_ms)
		to_ms = f->end_ms;
	if (v->to_ms < to_ms)
		to_ms = v->to_ms;
	*from_s = floor_s(from_ms);
	*to_s = *now_s = floor_s(to_ms);
	if (f->as_of_ms < to_ms)
		*now_s = floor_s(f->as_of_ms);
	if (*now_s < *from_s)
		*now_s = *from_s;
	return *from_s < *to_s;
}

static struct count *
count_way(const struct sla_facts *f, const struct sla_version *v,
    int64_t from_s, int64_t to_s, bool contested)
{
	struct count *c = mem_alloc(sizeof(*c));

	c->f = f;
	c->v = v;
	c->from_s = from_s;
	c->to_s = to_s;
	c->contested = contested;
	c->known_ms =
	    f->as_of_ms == NEVER ? NEVER : floor_s(f->as_of_ms) * 1000;
	count_all(c);
	return c;
}

static void
check_part(const struct sla_facts *f, const struct sla_part *p)
{
	const struct sla_version *v = &f->versions[p->version];
	struct count *now, *best, *contested;
	int64_t from_s, to_s, now_s;

	assert_true(ends_of(f, v, &from_s, &to_s, &now_s));
	assert_int_equal(p->from_ms, from_s * 1000);
	assert_int_equal(p->to_ms, to_s * 1000);
	assert_int_equal(p->counted_to_ms, now_s * 1000);
	now = count_way(f, v, from_s, now_s, false);
	best = count_way(f, v, from_s, to_s, false);
	contested = count_way(f, v, from_s, now_s, true);
	compare(now, &p->figures);
	compare(best, &p->best);
	if (p->is_contested)
		compare(contested, &p->contested);
	else
		compare(contested, &p->figures);
	compare_budget(now, best, &p->budget);
	free(now);
	free(best);
	free(contested);
}

static uint64_t first_seed = 1, seeds = 150;

static void
accounts_are_what_a_count_gives(void **state)
{
	(void)state;
	for (uint64_t seed = first_seed; seed < first_seed + seeds; seed++) {
		struct sla_facts f;
		struct sla_account a;
		size_t parts = 0;
		char why[160];

		some_facts(&f, seed);
		if (seeds == 1 || seed % 100 == 0)
			print_message("seed %d\n", (int)seed);
		assert_true(sla_facts_check(&f, why));
		sla_account(&f, &a);
		for (size_t i = 0; i < f.version_count; i++) {
			int64_t from_s, to_s, now_s;

			parts +=
			    ends_of(&f, &f.versions[i], &from_s, &to_s, &now_s);
		}
		assert_int_equal(a.count, parts);
		for (size_t i = 0; i < a.count; i++)
			check_part(&f, &a.parts[i]);
		sla_account_clear(&a);
		sla_facts_clear(&f);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accounts_are_what_a_count_gives),
	};

	if (argc == 3) {
		first_seed = strtoull(argv[1], NULL, 10);
		seeds = strtoull(argv[2], NULL, 10);
	}
	return cmocka_run_group_tests_name("sla oracle", tests, NULL, NULL);
}
