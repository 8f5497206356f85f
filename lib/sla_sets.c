/*
 * sla_sets: from facts to the sets of seconds whose lengths are the figures,
 * step by step as docs/report.md has them.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/sla_inside.h"
#include "lib/text.h"

bool
sla_covers(const struct sla_scope *scope, size_t endpoint)
{
	for (size_t i = 0; i < scope->count; i++)
		if (scope->items[i] == endpoint)
			return true;
	return scope->count == 0;
}

void
sla_counting(const struct sla_endpoint *e, struct interval_set *ms)
{
	if (e->counts != NULL)
		interval_set_union(ms, e->counts);
	else
		interval_set_add(ms, SLA_BEGIN_MS, SLA_END_MS);
}

static void
add_others(const struct sla_way *way, size_t endpoint, struct interval_set *ms)
{
	const struct sla_facts *f = way->facts;
	struct interval *items =
	    mem_alloc((f->exclusion_count + 1) * sizeof(*items));
	struct interval_set set = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < f->exclusion_count; i++) {
		const struct sla_exclusion *x = &f->exclusions[i];

		if ((way->contested || x->consent == SLA_AGREED) &&
		    sla_covers(&x->scope, endpoint))
			items[count++] =
			    (struct interval){ x->from_ms, x->to_ms };
	}
	interval_set_of(&set, items, count);
	interval_set_union(ms, &set);
	interval_set_clear(&set);
	free(items);
}

/* Joined in milliseconds, then inward: no second that is not all excluded. */
void
sla_excluded(const struct sla_way *way, size_t endpoint, bool maintenance,
    bool others, struct interval_set *seconds)
{
	const struct sla_facts *f = way->facts;
	struct interval_set ms = { 0 };

	for (size_t i = 0; maintenance && i < f->window_count; i++)
		if (way->windows[i].count > 0 &&
		    sla_covers(&f->windows[i].scope, endpoint))
			interval_set_union(&ms, &way->windows[i]);
	if (others)
		add_others(way, endpoint, &ms);
	account_inward(&ms, seconds);
	interval_set_clear(&ms);
}

/* The stretch and the service hours in it, in milliseconds. */
static void
hours_of(const struct sla_way *way, struct interval_set *ms)
{
	interval_set_add(ms, way->from_s * SECOND_MS, way->to_s * SECOND_MS);
	if (way->version->hours != NULL)
		interval_set_intersect(ms, &way->version->hours->open);
}

/* The seconds of the hours in which an endpoint counts. */
static void
serving(const struct sla_endpoint *e, const struct interval_set *hours_ms,
    struct interval_set *seconds)
{
	struct interval_set ms = { 0 };

	sla_counting(e, &ms);
	interval_set_intersect(&ms, hours_ms);
	sla_edges(&ms, seconds);
	interval_set_clear(&ms);
}

/* What somebody may expect of any endpoint: all but what none of them owes. */
static void
expect(const struct sla_way *way, const struct interval_set *hours_ms,
    struct sla_sets *out)
{
	for (size_t i = 0; i < way->facts->endpoint_count; i++) {
		struct interval_set seconds = { 0 }, off = { 0 }, all = { 0 };

		serving(&way->facts->endpoints[i], hours_ms, &seconds);
		interval_set_union(&out->service, &seconds);
		sla_excluded(way, i, true, false, &off);
		interval_set_subtract(&seconds, &off);
		interval_set_union(&out->tended, &seconds);
		sla_excluded(way, i, true, true, &all);
		interval_set_subtract(&seconds, &all);
		interval_set_union(&out->expected, &seconds);
		interval_set_clear(&seconds);
		interval_set_clear(&off);
		interval_set_clear(&all);
	}
}

int64_t
sla_weight(const struct sla_way *way, size_t endpoint, int kind)
{
	const struct sla_facts *f = way->facts;
	int64_t own = endpoint < f->endpoint_count
	    ? f->endpoints[endpoint].weights[kind]
	    : SLA_WEIGHT_INHERIT;

	return own != SLA_WEIGHT_INHERIT ? own : way->version->weights[kind];
}

/* When the endpoint counts; what is of all counts with any of them. */
static void
counting_at(const struct sla_way *way, size_t endpoint, struct interval_set *ms)
{
	const struct sla_facts *f = way->facts;

	if (endpoint < f->endpoint_count) {
		sla_counting(&f->endpoints[endpoint], ms);
		return;
	}
	for (size_t i = 0; i < f->endpoint_count; i++) {
		struct interval_set one = { 0 };

		sla_counting(&f->endpoints[i], &one);
		interval_set_union(ms, &one);
		interval_set_clear(&one);
	}
}

/* Intervals of many endpoints, made one set when all are there. */
struct pile {
	struct interval *items;
	size_t count, room;
};

static void
pile_add(struct pile *p, const struct interval_set *set)
{
	if (p->count + set->count > p->room) {
		p->room = 2 * p->room + set->count + 16;
		p->items = mem_grow(p->items, p->room * sizeof(*p->items));
	}
	if (set->count > 0)
		memcpy(p->items + p->count, set->items,
		    set->count * sizeof(*set->items));
	p->count += set->count;
}

static void
pile_clear(struct pile *p)
{
	free(p->items);
	*p = (struct pile){ 0 };
}

struct gathering {
	const struct sla_way *way;
	struct sla_sets *out;
	struct pile all;        /* outages, uncut, excluded or not */
	struct pile unknown_ms; /* less what is excluded */
	struct pile weights[SLA_WEIGHT_WHOLE + 1];
};

/* One endpoint's outages of one kind, outward; less what is excluded. */
static void
add_kind(struct gathering *g, size_t endpoint, int kind,
    const struct interval_set *counts_ms, const struct interval_set *off)
{
	int64_t weight = sla_weight(g->way, endpoint, kind);
	struct interval_set ms = { 0 }, seconds = { 0 };

	if (weight == 0)
		return;
	interval_set_copy(&ms, &g->way->raw[endpoint].kinds[kind]);
	interval_set_intersect(&ms, counts_ms);
	account_outward(&ms, &seconds);
	pile_add(&g->all, &seconds);
	interval_set_clip(&seconds, g->way->from_s, g->way->to_s);
	interval_set_subtract(&seconds, off);
	pile_add(&g->weights[weight], &seconds);
	interval_set_clear(&ms);
	interval_set_clear(&seconds);
}

static void
add_unknown(struct gathering *g, size_t endpoint,
    const struct interval_set *counts_ms, const struct interval_set *off)
{
	struct interval_set ms = { 0 }, off_ms = { 0 };

	for (size_t i = 0; i < off->count; i++)
		interval_set_add(&off_ms, off->items[i].from * SECOND_MS,
		    off->items[i].to * SECOND_MS);
	interval_set_copy(&ms, &g->way->raw[endpoint].unknown);
	interval_set_clip(&ms, g->way->from_s * SECOND_MS,
	    g->way->to_s * SECOND_MS);
	interval_set_intersect(&ms, counts_ms);
	interval_set_subtract(&ms, &off_ms);
	pile_add(&g->unknown_ms, &ms);
	interval_set_clear(&ms);
	interval_set_clear(&off_ms);
}

static bool
has_facts(const struct sla_raw *raw)
{
	size_t count = raw->unknown.count;

	for (int kind = 0; kind < SLA_KINDS; kind++)
		count += raw->kinds[kind].count;
	return count > 0;
}

static void
gather(struct gathering *g)
{
	for (size_t i = 0; i <= g->way->facts->endpoint_count; i++) {
		struct interval_set counts = { 0 }, off = { 0 };

		if (!has_facts(&g->way->raw[i]))
			continue;
		counting_at(g->way, i, &counts);
		if (i < g->way->facts->endpoint_count)
			sla_excluded(g->way, i, true, true, &off);
		for (int kind = 0; kind < SLA_KINDS; kind++)
			add_kind(g, i, kind, &counts, &off);
		add_unknown(g, i, &counts, &off);
		interval_set_clear(&counts);
		interval_set_clear(&off);
	}
}

static void
weigh(struct gathering *g)
{
	for (int64_t weight = 1; weight <= SLA_WEIGHT_WHOLE; weight++) {
		struct pile *p = &g->weights[weight];
		struct interval_set seconds = { 0 };

		if (p->count == 0)
			continue;
		interval_set_of(&seconds, p->items, p->count);
		interval_set_intersect(&seconds, &g->out->expected);
		sla_levels_add(&g->out->down, weight, &seconds);
		interval_set_clear(&seconds);
		pile_clear(p);
	}
	sla_levels_nest(&g->out->down);
}

/* What was down was seen; what is too short was seen all the same. */
static void
settle(struct gathering *g)
{
	const struct sla_version *v = g->way->version;
	struct interval_set all = { 0 }, unknown_ms = { 0 };
	struct sla_sets *out = g->out;

	interval_set_of(&all, g->all.items, g->all.count);
	interval_set_of(&unknown_ms, g->unknown_ms.items, g->unknown_ms.count);
	account_inward(&unknown_ms, &out->unknown);
	if (out->down.count > 0)
		interval_set_subtract(&out->unknown,
		    &out->down.items[0].at_least);
	interval_set_intersect(&out->unknown, &out->expected);
	sla_shorts(&all, v->min_countable_s, v->merge_gap_s, &out->shorts);
	for (size_t i = 0; i < out->down.count; i++)
		interval_set_subtract(&out->down.items[i].at_least,
		    &out->shorts);
	interval_set_copy(&out->agreed, &out->expected);
	if (v->unknown == SLA_UNKNOWN_EXCLUDE)
		interval_set_subtract(&out->agreed, &out->unknown);
	interval_set_clear(&all);
	interval_set_clear(&unknown_ms);
}

static void
count(const struct sla_way *way, struct sla_sets *out)
{
	const struct sla_version *v = way->version;
	struct sla_levels down = { 0 };

	for (size_t i = 0; i < out->down.count; i++)
		sla_levels_add(&down, out->down.items[i].weight,
		    &out->down.items[i].at_least);
	if (v->unknown == SLA_UNKNOWN_DOWN)
		sla_levels_add(&down, SLA_WEIGHT_WHOLE, &out->unknown);
	sla_levels_nest(&down);
	sla_slice_levels(&down, &out->agreed, v,
	    v->slice_s == 60 ? 0 : way->origin_s, &out->counted);
	interval_set_copy(&out->counts, &out->agreed);
	interval_set_subtract(&out->counts, &out->shorts);
	sla_levels_clear(&down);
}

void
sla_sets_of(const struct sla_way *way, struct sla_sets *out)
{
	struct gathering *g = mem_alloc(sizeof(*g));
	struct interval_set hours_ms = { 0 };

	*out = (struct sla_sets){ 0 };
	hours_of(way, &hours_ms);
	expect(way, &hours_ms, out);
	g->way = way;
	g->out = out;
	gather(g);
	weigh(g);
	settle(g);
	count(way, out);
	interval_set_clear(&hours_ms);
	pile_clear(&g->all);
	pile_clear(&g->unknown_ms);
	free(g);
}

void
sla_sets_clear(struct sla_sets *s)
{
	interval_set_clear(&s->service);
	interval_set_clear(&s->tended);
	interval_set_clear(&s->expected);
	interval_set_clear(&s->unknown);
	interval_set_clear(&s->agreed);
	interval_set_clear(&s->counts);
	interval_set_clear(&s->shorts);
	sla_levels_clear(&s->down);
	sla_levels_clear(&s->counted);
}
