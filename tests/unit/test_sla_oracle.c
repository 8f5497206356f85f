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

#define BEGIN_S INT64_C(1774998000) /* 2026-03-31T23:00Z: a month ends */
#define PERIOD_S 5400
#define MARGIN_S 600
#define SECONDS (PERIOD_S + 2 * MARGIN_S)
#define FIRST_S (BEGIN_S - MARGIN_S)
#define QUARTERS (SECONDS * 4)
#define ENDPOINTS 3
#define ROWS 5

/* A stream of numbers from a seed. */
static uint64_t state_now;

static int64_t
roll(int64_t below)
{
	state_now ^= state_now << 13;
	state_now ^= state_now >> 7;
	state_now ^= state_now << 17;
	return (int64_t)(state_now >> 11) % below;
}

static bool
chance(int64_t percent)
{
	return roll(100) < percent;
}

/* Somewhere in the time looked at, on a quarter of a second. */
static int64_t
instant(void)
{
	int64_t quarter = roll(QUARTERS);

	if (chance(30))
		quarter -= quarter % 240; /* often on a minute */
	else if (chance(50))
		quarter -= quarter % 4;
	return FIRST_S * 1000 + quarter * 250;
}

static void
stretch(int64_t longest_s, int64_t *from_ms, int64_t *to_ms)
{
	*from_ms = instant();
	*to_ms = *from_ms + (1 + roll(longest_s * 4)) * 250;
}

static struct interval_set *
some_set(int64_t count, int64_t longest_s)
{
	struct interval_set *set = mem_alloc(sizeof(*set));

	while (count-- > 0) {
		int64_t from_ms, to_ms;

		stretch(longest_s, &from_ms, &to_ms);
		interval_set_add(set, from_ms, to_ms);
	}
	return set;
}

static struct sla_hours *
some_hours(void)
{
	struct sla_hours *h = mem_alloc(sizeof(*h));
	struct interval_set *set = some_set(4, 3000);

	h->open = *set;
	free(set);
	return h;
}

static struct sla_scope
some_scope(void)
{
	struct sla_scope s = { 0 };

	if (chance(60))
		return s;
	s.items = mem_alloc(ENDPOINTS * sizeof(*s.items));
	for (size_t i = 0; i < ENDPOINTS; i++)
		if (chance(50) || (i == ENDPOINTS - 1 && s.count == 0))
			s.items[s.count++] = i;
	return s;
}

static struct sla_version
some_version(void)
{
	static const int64_t slices[] = { 1, 1, 60, 300, 7 };
	static const int64_t targets[] = { 50000, 90000, 97000, 99900, 100000 };
	struct sla_version v = { .from_ms = ALWAYS,
		.to_ms = NEVER,
		.target_milli = targets[roll(5)],
		.floor_milli = targets[roll(5)],
		.unknown = (int)roll(3),
		.denominator = (int)roll(2),
		.slice_s = slices[roll(5)],
		.slice = (int)roll(2),
		.min_countable_s = chance(50) ? 0 : roll(200),
		.merge_gap_s = roll(100),
		.weights = { chance(80) ? 1000 : 700, roll(3) * 300 },
		.notice_ms = chance(50) ? 0 : 1000 * 250 * roll(8),
		.cap_ms = chance(50) ? NEVER : 250 * roll(4 * 1200),
		.credit_max_milli = 100000 };

	v.hours = chance(40) ? some_hours() : NULL;
	v.pattern = chance(30) ? some_hours() : NULL;
	return v;
}

static void
add_versions(struct sla_facts *f)
{
	f->version_count = 1 + (size_t)roll(2);
	f->versions = mem_alloc(2 * sizeof(*f->versions));
	for (size_t i = 0; i < f->version_count; i++)
		f->versions[i] = some_version();
	if (f->version_count == 2)
		f->versions[0].to_ms = f->versions[1].from_ms = instant();
}

static void
add_endpoints(struct sla_facts *f)
{
	f->endpoint_count = 1 + (size_t)roll(ENDPOINTS);
	f->endpoints = mem_alloc(ENDPOINTS * sizeof(*f->endpoints));
	for (size_t i = 0; i < f->endpoint_count; i++) {
		struct sla_endpoint *e = &f->endpoints[i];

		*e = (struct sla_endpoint){ .weights = { SLA_WEIGHT_INHERIT,
						SLA_WEIGHT_INHERIT } };
		if (chance(20))
			e->weights[SLA_DOWN] = 500;
		if (chance(40))
			e->counts = some_set(2, 5000);
	}
}

static size_t
some_endpoint(const struct sla_facts *f)
{
	return chance(15) ? SLA_EVERY
			  : (size_t)roll((int64_t)f->endpoint_count);
}

static void
add_seen(struct sla_facts *f)
{
	f->outages = mem_alloc(ROWS * 2 * sizeof(*f->outages));
	for (size_t i = (size_t)roll(ROWS * 2); i > 0; i--) {
		struct sla_outage *o = &f->outages[f->outage_count++];

		o->endpoint = some_endpoint(f);
		o->kind = (int)roll(2);
		stretch(chance(50) ? 90 : 600, &o->from_ms, &o->to_ms);
		if (chance(5))
			o->to_ms = NEVER;
	}
	f->gaps = mem_alloc(ROWS * sizeof(*f->gaps));
	for (size_t i = (size_t)roll(ROWS); i > 0; i--) {
		struct sla_gap *g = &f->gaps[f->gap_count++];

		g->endpoint = some_endpoint(f);
		stretch(900, &g->from_ms, &g->to_ms);
	}
}

static void
add_windows(struct sla_facts *f)
{
	f->windows = mem_alloc(ROWS * sizeof(*f->windows));
	for (size_t i = (size_t)roll(ROWS); i > 0; i--) {
		struct sla_window *w = &f->windows[f->window_count++];
		struct sla_publication *p = &w->first;

		if (f->endpoint_count == ENDPOINTS)
			w->scope = some_scope();
		stretch(900, &p->from_ms, &p->to_ms);
		p->announced_ms =
		    chance(10) ? ALWAYS : p->from_ms - 1000 * 250 * roll(8);
		w->changes = mem_alloc(2 * sizeof(*w->changes));
		while (w->change_count < 2 && chance(30)) {
			p = &w->changes[w->change_count++];
			stretch(900, &p->from_ms, &p->to_ms);
			if (chance(50))
				p->from_ms = w->first.from_ms;
			if (p->to_ms < p->from_ms)
				p->to_ms = p->from_ms;
			p->announced_ms = p->from_ms - 1000 * 250 * roll(8);
			p->cancelled = chance(20);
		}
	}
	f->exclusions = mem_alloc(ROWS * sizeof(*f->exclusions));
	for (size_t i = (size_t)roll(ROWS); i > 0; i--) {
		struct sla_exclusion *x = &f->exclusions[f->exclusion_count++];

		if (f->endpoint_count == ENDPOINTS)
			x->scope = some_scope();
		x->consent = (int)roll(3);
		stretch(600, &x->from_ms, &x->to_ms);
	}
}

static void
some_facts(struct sla_facts *f, uint64_t seed)
{
	state_now = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	*f = (struct sla_facts){ .zone = mem_text("UTC"),
		.period = SLA_BETWEEN,
		.from_ms = BEGIN_S * 1000,
		.to_ms = (BEGIN_S + PERIOD_S) * 1000,
		.as_of_ms = NEVER,
		.begin_ms = ALWAYS,
		.end_ms = NEVER };
	if (chance(40))
		f->as_of_ms = instant();
	if (chance(20))
		f->begin_ms = instant();
	if (chance(20))
		f->end_ms = instant();
	add_versions(f);
	add_endpoints(f);
	add_seen(f);
	add_windows(f);
}

/* The count.  One of these for one version and way. */
struct count {
	const struct sla_facts *f;
	const struct sla_version *v;
	int64_t from_s, to_s, known_ms;
	bool contested;
	/* By seconds since FIRST_S. */
	bool maintained[SECONDS][ENDPOINTS], excluded[SECONDS][ENDPOINTS];
	bool serving[SECONDS][ENDPOINTS];
	bool service[SECONDS], tended[SECONDS], expected[SECONDS];
	int64_t weight[SECONDS]; /* of what was down, too short or not */
	bool was_down[SECONDS];  /* uncut, excluded or not */
	bool is_short[SECONDS];
	bool unknown[SECONDS], agreed[SECONDS];
	int64_t counted[SECONDS], if_up[SECONDS];
	bool window[ROWS][QUARTERS]; /* excludes */
};

static int64_t
at_quarter(int64_t quarter)
{
	return FIRST_S * 1000 + quarter * 250;
}

static bool
in(int64_t at_ms, int64_t from_ms, int64_t to_ms)
{
	return from_ms <= at_ms && at_ms < to_ms;
}

static bool
in_set(const struct interval_set *s, int64_t at_ms)
{
	for (size_t i = 0; i < s->count; i++)
		if (in(at_ms, s->items[i].from, s->items[i].to))
			return true;
	return false;
}

static bool
covers(const struct sla_scope *s, size_t endpoint)
{
	bool found = s->count == 0;

	for (size_t i = 0; i < s->count; i++)
		found = found || s->items[i] == endpoint;
	return found;
}

static bool
in_time(const struct count *c, const struct sla_publication *p)
{
	return !p->cancelled &&
	    (p->announced_ms == ALWAYS
		    ? c->v->notice_ms == 0
		    : p->announced_ms + c->v->notice_ms <= p->from_ms);
}

static bool
window_at(const struct count *c, const struct sla_window *w, int64_t at_ms)
{
	const struct sla_publication *last = &w->first;
	bool told = in_time(c, last) && in(at_ms, last->from_ms, last->to_ms);

	for (size_t i = 0; i < w->change_count; i++) {
		last = &w->changes[i];
		told = told ||
		    (in_time(c, last) && in(at_ms, last->from_ms, last->to_ms));
	}
	return told && !last->cancelled &&
	    in(at_ms, last->from_ms, last->to_ms) &&
	    (c->v->pattern == NULL || in_set(&c->v->pattern->open, at_ms));
}

/* Quarter by quarter, until the month's cap is used up. */
static void
count_windows(struct count *c)
{
	int64_t left_ms[2] = { c->v->cap_ms, c->v->cap_ms };
	const int64_t april_ms = (BEGIN_S + 3600) * 1000;

	for (int64_t q = 0; q < QUARTERS; q++) {
		int64_t at_ms = at_quarter(q),
			*left = &left_ms[at_ms >= april_ms];
		bool any = false;

		for (size_t i = 0; i < c->f->window_count; i++) {
			c->window[i][q] =
			    window_at(c, &c->f->windows[i], at_ms) &&
			    *left >= 250;
			any = any || c->window[i][q];
		}
		if (any && *left != NEVER)
			*left -= 250;
	}
}

static bool
maintained_at(const struct count *c, size_t endpoint, int64_t quarter)
{
	for (size_t i = 0; i < c->f->window_count; i++)
		if (c->window[i][quarter] &&
		    covers(&c->f->windows[i].scope, endpoint))
			return true;
	return false;
}

static bool
otherwise_at(const struct count *c, size_t endpoint, int64_t at_ms)
{
	for (size_t i = 0; i < c->f->exclusion_count; i++) {
		const struct sla_exclusion *x = &c->f->exclusions[i];

		if ((c->contested || x->consent == SLA_AGREED) &&
		    covers(&x->scope, endpoint) &&
		    in(at_ms, x->from_ms, x->to_ms))
			return true;
	}
	return false;
}

static bool
counts_at(const struct count *c, size_t endpoint, int64_t at_ms)
{
	const struct sla_endpoint *e = &c->f->endpoints[endpoint];

	return e->counts == NULL || in_set(e->counts, at_ms);
}

/* A second is excluded when all of it is; it serves as its end does. */
static void
count_excluded(struct count *c, int64_t s, size_t e)
{
	int64_t last_ms = at_quarter(s * 4 + 3);

	c->maintained[s][e] = c->excluded[s][e] = true;
	for (int64_t q = s * 4; q < s * 4 + 4; q++) {
		bool m = maintained_at(c, e, q);

		c->maintained[s][e] &= m;
		c->excluded[s][e] &= m || otherwise_at(c, e, at_quarter(q));
	}
	c->serving[s][e] = in(FIRST_S + s, c->from_s, c->to_s) &&
	    (c->v->hours == NULL || in_set(&c->v->hours->open, last_ms)) &&
	    counts_at(c, e, last_ms);
	c->service[s] |= c->serving[s][e];
	c->tended[s] |= c->serving[s][e] && !c->maintained[s][e];
	c->expected[s] |= c->serving[s][e] && !c->excluded[s][e];
}

static int64_t
weight_of(const struct count *c, size_t endpoint, int kind)
{
	int64_t own = endpoint == SLA_EVERY
	    ? SLA_WEIGHT_INHERIT
	    : c->f->endpoints[endpoint].weights[kind];

	return own == SLA_WEIGHT_INHERIT ? c->v->weights[kind] : own;
}

/* Whether what is said of an endpoint, or of all, is said of one that
   counts at that instant. */
static bool
applies(const struct count *c, size_t endpoint, int64_t at_ms)
{
	if (endpoint != SLA_EVERY)
		return counts_at(c, endpoint, at_ms);
	for (size_t e = 0; e < c->f->endpoint_count; e++)
		if (counts_at(c, e, at_ms))
			return true;
	return false;
}

static void
count_down(struct count *c, int64_t s, const struct sla_outage *o)
{
	int64_t weight = weight_of(c, o->endpoint, o->kind);
	bool touched = false, off;

	for (int64_t q = s * 4; q < s * 4 + 4; q++)
		touched = touched ||
		    (at_quarter(q) < c->known_ms &&
			in(at_quarter(q), o->from_ms, o->to_ms) &&
			applies(c, o->endpoint, at_quarter(q)));
	if (!touched || weight == 0)
		return;
	c->was_down[s] = true;
	off = o->endpoint != SLA_EVERY && c->excluded[s][o->endpoint];
	if (c->expected[s] && !off && weight > c->weight[s])
		c->weight[s] = weight;
}

/* A second is unknown when in each quarter of it something is. */
static bool
unknown_at(const struct count *c, int64_t s, int64_t quarter)
{
	int64_t at_ms = at_quarter(quarter);

	for (size_t i = 0; i < c->f->gap_count; i++) {
		const struct sla_gap *g = &c->f->gaps[i];

		if (at_ms < c->known_ms && in(at_ms, g->from_ms, g->to_ms) &&
		    applies(c, g->endpoint, at_ms) &&
		    !(g->endpoint != SLA_EVERY && c->excluded[s][g->endpoint]))
			return true;
	}
	return false;
}

/* Outages less than the gap apart are one; a whole one may be too short. */
static void
count_short(struct count *c)
{
	int64_t first = -1, last = -1;

	for (int64_t s = 0; s <= SECONDS; s++) {
		bool down = s < SECONDS && c->was_down[s];

		if (first >= 0 &&
		    ((down && s - last - 1 >= c->v->merge_gap_s &&
			 s - last > 1) ||
			s == SECONDS)) {
			for (int64_t k = first; k <= last; k++)
				c->is_short[k] = c->was_down[k] &&
				    last - first + 1 < c->v->min_countable_s;
			first = -1;
		}
		if (down && first < 0)
			first = s;
		if (down)
			last = s;
	}
}

/* What a slice weighs: the least of its agreed seconds, or the most. */
static void
count_slices(const struct count *c, const bool *agreed, const int64_t *weight,
    int64_t *out)
{
	const struct sla_version *v = c->v;
	int64_t origin =
	    v->slice_s == 60 ? 0 : BEGIN_S - BEGIN_S % 86400; /* midnight */

	for (int64_t s = 0; s < SECONDS; s++) {
		int64_t at = FIRST_S + s - origin;
		int64_t begin = s - at % v->slice_s, best = -1;

		for (int64_t k = begin < 0 ? 0 : begin;
		     k < begin + v->slice_s && k < SECONDS; k++)
			if (agreed[k] &&
			    (best < 0 ||
				(v->slice == SLA_SLICE_ANY ? weight[k] > best
							   : weight[k] < best)))
				best = weight[k];
		out[s] = agreed[s] ? best : 0;
	}
}

static void
count_all(struct count *c)
{
	int64_t if_up[SECONDS];

	count_windows(c);
	for (int64_t s = 0; s < SECONDS; s++) {
		for (size_t e = 0; e < c->f->endpoint_count; e++)
			count_excluded(c, s, e);
		for (size_t i = 0; i < c->f->outage_count; i++)
			count_down(c, s, &c->f->outages[i]);
		c->unknown[s] = c->expected[s] && c->weight[s] == 0;
		for (int64_t q = s * 4; c->unknown[s] && q < s * 4 + 4; q++)
			c->unknown[s] = unknown_at(c, s, q);
	}
	count_short(c);
	for (int64_t s = 0; s < SECONDS; s++) {
		if_up[s] = c->is_short[s] ? 0 : c->weight[s];
		c->agreed[s] = c->expected[s] &&
		    !(c->v->unknown == SLA_UNKNOWN_EXCLUDE && c->unknown[s]);
	}
	count_slices(c, c->expected, if_up, c->if_up);
	for (int64_t s = 0; s < SECONDS; s++)
		if (c->v->unknown == SLA_UNKNOWN_DOWN && c->unknown[s])
			if_up[s] = 1000;
	count_slices(c, c->agreed, if_up, c->counted);
}

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
