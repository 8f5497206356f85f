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
	/* By weight: outages, and what of them was seen. */
	struct pile weights[SLA_WEIGHT_WHOLE + 1];
	struct pile seen[SLA_WEIGHT_WHOLE + 1];
};

/* One endpoint's place: what is not known of it, and what is not owed. */
struct place {
	size_t endpoint;
	struct interval_set counts_ms, off, unseen; /* seconds, but for ms */
};

/* One endpoint's outages of one kind, outward; less what is excluded. */
static void
add_kind(struct gathering *g, const struct place *p, int kind)
{
	int64_t weight = sla_weight(g->way, p->endpoint, kind);
	struct interval_set ms = { 0 }, seconds = { 0 };

	if (weight == 0)
		return;
	interval_set_copy(&ms, &g->way->raw[p->endpoint].kinds[kind]);
	interval_set_intersect(&ms, &p->counts_ms);
	account_outward(&ms, &seconds);
	pile_add(&g->all, &seconds);
	interval_set_clip(&seconds, g->way->from_s, g->way->to_s);
	interval_set_subtract(&seconds, &p->off);
	pile_add(&g->weights[weight], &seconds);
	interval_set_subtract(&seconds, &p->unseen);
	pile_add(&g->seen[weight], &seconds);
	interval_set_clear(&ms);
	interval_set_clear(&seconds);
}

static void
add_unknown(struct gathering *g, const struct place *p)
{
	struct interval_set ms = { 0 }, off_ms = { 0 };

	for (size_t i = 0; i < p->off.count; i++)
		interval_set_add(&off_ms, p->off.items[i].from * SECOND_MS,
		    p->off.items[i].to * SECOND_MS);
	interval_set_copy(&ms, &g->way->raw[p->endpoint].unknown);
	interval_set_clip(&ms, g->way->from_s * SECOND_MS,
	    g->way->to_s * SECOND_MS);
	interval_set_intersect(&ms, &p->counts_ms);
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

/* What is said of all is blind where no endpoint is owed that was seen. */
static void
unseen_of_all(const struct sla_way *way, const struct interval_set *expected,
    struct interval_set *out)
{
	struct interval_set hours_ms = { 0 }, seen = { 0 };

	hours_of(way, &hours_ms);
	for (size_t i = 0; i < way->facts->endpoint_count; i++) {
		struct interval_set owed = { 0 }, off = { 0 }, unseen = { 0 };

		serving(&way->facts->endpoints[i], &hours_ms, &owed);
		sla_excluded(way, i, true, true, &off);
		sla_unseen(way, i, &unseen);
		interval_set_subtract(&owed, &off);
		interval_set_subtract(&owed, &unseen);
		interval_set_union(&seen, &owed);
		interval_set_clear(&owed);
		interval_set_clear(&off);
		interval_set_clear(&unseen);
	}
	interval_set_union(out, expected);
	interval_set_subtract(out, &seen);
	interval_set_clear(&hours_ms);
	interval_set_clear(&seen);
}

void
sla_unseen(const struct sla_way *way, size_t endpoint,
    struct interval_set *seconds)
{
	size_t all = way->facts->endpoint_count;
	struct interval_set ms = { 0 };

	interval_set_copy(&ms, &way->raw[endpoint].unknown);
	if (endpoint != all)
		interval_set_union(&ms, &way->raw[all].unknown);
	account_inward(&ms, seconds);
	interval_set_clear(&ms);
}

static void
gather_one(struct gathering *g, size_t endpoint)
{
	const struct sla_way *way = g->way;
	bool is_all = endpoint == way->facts->endpoint_count;
	struct place p = { .endpoint = endpoint };

	counting_at(way, endpoint, &p.counts_ms);
	if (!is_all)
		sla_excluded(way, endpoint, true, true, &p.off);
	sla_unseen(way, endpoint, &p.unseen);
	if (is_all && way->facts->gap_count + way->facts->region_count > 0)
		unseen_of_all(way, &g->out->expected, &p.unseen);
	for (int kind = 0; kind < SLA_KINDS; kind++)
		add_kind(g, &p, kind);
	add_unknown(g, &p);
	interval_set_clear(&p.counts_ms);
	interval_set_clear(&p.off);
	interval_set_clear(&p.unseen);
}

static void
gather(struct gathering *g)
{
	for (size_t i = 0; i <= g->way->facts->endpoint_count; i++)
		if (has_facts(&g->way->raw[i]))
			gather_one(g, i);
}

/* Of the expected time, each weight with those that weigh more. */
static void
weigh(struct gathering *g, struct pile *piles, struct sla_levels *out)
{
	for (int64_t weight = 1; weight <= SLA_WEIGHT_WHOLE; weight++) {
		struct pile *p = &piles[weight];
		struct interval_set seconds = { 0 };

		if (p->count == 0)
			continue;
		interval_set_of(&seconds, p->items, p->count);
		interval_set_intersect(&seconds, &g->out->expected);
		sla_levels_add(out, weight, &seconds);
		interval_set_clear(&seconds);
		pile_clear(p);
	}
	sla_levels_nest(out);
}

static void
drop(struct sla_levels *levels, const struct interval_set *what)
{
	for (size_t i = 0; i < levels->count; i++)
		interval_set_subtract(&levels->items[i].at_least, what);
}

/*
 * What was seen down of one is not unknown, whatever was not seen of others;
 * too short or not.
 */
static void
settle(struct gathering *g)
{
	const struct sla_version *v = g->way->version;
	struct interval_set all = { 0 }, unknown_ms = { 0 };
	struct sla_sets *out = g->out;

	interval_set_of(&all, g->all.items, g->all.count);
	interval_set_of(&unknown_ms, g->unknown_ms.items, g->unknown_ms.count);
	account_inward(&unknown_ms, &out->unknown);
	if (out->seen.count > 0)
		interval_set_subtract(&out->unknown,
		    &out->seen.items[0].at_least);
	interval_set_intersect(&out->unknown, &out->expected);
	sla_shorts(&all, v->min_countable_s, v->merge_gap_s, &out->shorts);
	drop(&out->down, &out->shorts);
	drop(&out->seen, &out->shorts);
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
	const struct sla_levels *from =
	    v->unknown == SLA_UNKNOWN_EXCLUDE ? &out->seen : &out->down;
	struct sla_levels down = { 0 };

	for (size_t i = 0; i < from->count; i++)
		sla_levels_add(&down, from->items[i].weight,
		    &from->items[i].at_least);
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
	weigh(g, g->weights, &out->down);
	weigh(g, g->seen, &out->seen);
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
	sla_levels_clear(&s->seen);
	sla_levels_clear(&s->counted);
}
