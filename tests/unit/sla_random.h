#ifndef TESTS_UNIT_SLA_RANDOM_H
#define TESTS_UNIT_SLA_RANDOM_H

/*
 * sla_random: terms and facts by chance, in the hour and a half around the
 * end of a month.  All instants are on a quarter of a second.
 */
#include <stddef.h>
#include <stdlib.h>

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

static inline int64_t
roll(int64_t below)
{
	state_now ^= state_now << 13;
	state_now ^= state_now >> 7;
	state_now ^= state_now << 17;
	return (int64_t)(state_now >> 11) % below;
}

static inline bool
chance(int64_t percent)
{
	return roll(100) < percent;
}

/* Somewhere in the time looked at, on a quarter of a second. */
static inline int64_t
instant(void)
{
	int64_t quarter = roll(QUARTERS);

	if (chance(30))
		quarter -= quarter % 240; /* often on a minute */
	else if (chance(50))
		quarter -= quarter % 4;
	return FIRST_S * 1000 + quarter * 250;
}

static inline void
stretch(int64_t longest_s, int64_t *from_ms, int64_t *to_ms)
{
	*from_ms = instant();
	*to_ms = *from_ms + (1 + roll(longest_s * 4)) * 250;
}

static inline struct interval_set *
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

static inline struct sla_hours *
some_hours(void)
{
	struct sla_hours *h = mem_alloc(sizeof(*h));
	struct interval_set *set = some_set(4, 3000);

	h->open = *set;
	free(set);
	return h;
}

static inline struct sla_scope
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

static inline struct sla_version
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

	v.own_weights = mem_alloc(2 * sizeof(*v.own_weights));
	for (size_t i = 0; i < 2 && chance(30); i++)
		v.own_weights[v.weight_count++] =
		    (struct sla_weight){ mem_text(i == 0 ? "a" : "b"),
			    { chance(50) ? 250 : SLA_WEIGHT_INHERIT,
				chance(50) ? 400 : SLA_WEIGHT_INHERIT } };
	v.hours = chance(40) ? some_hours() : NULL;
	v.pattern = chance(30) ? some_hours() : NULL;
	return v;
}

static inline void
add_versions(struct sla_facts *f)
{
	f->version_count = 1 + (size_t)roll(2);
	f->versions = mem_alloc(2 * sizeof(*f->versions));
	for (size_t i = 0; i < f->version_count; i++)
		f->versions[i] = some_version();
	if (f->version_count == 2)
		f->versions[0].to_ms = f->versions[1].from_ms = instant();
}

static inline void
add_endpoints(struct sla_facts *f)
{
	f->endpoint_count = 1 + (size_t)roll(ENDPOINTS);
	f->endpoints = mem_alloc(ENDPOINTS * sizeof(*f->endpoints));
	for (size_t i = 0; i < f->endpoint_count; i++) {
		struct sla_endpoint *e = &f->endpoints[i];

		*e = (struct sla_endpoint){ .weights = { SLA_WEIGHT_INHERIT,
						SLA_WEIGHT_INHERIT } };
		e->name = mem_text(
		    (const char *[]){ "a", "b", "c", "d", "e" }[i % 5]);
		if (chance(20))
			e->weights[SLA_DOWN] = 500;
		if (chance(40))
			e->counts = some_set(2, 5000);
	}
}

static inline size_t
some_endpoint(const struct sla_facts *f)
{
	return chance(15) ? SLA_EVERY
			  : (size_t)roll((int64_t)f->endpoint_count);
}

static inline void
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

static inline void
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

static inline void
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

#endif
