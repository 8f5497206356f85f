/*
 * sla_raw: facts as sets, one for each endpoint and kind, up to where facts
 * end; and states by what regions saw.
 */
#include <stdlib.h>

#include "lib/sla_inside.h"
#include "lib/text.h"

/* The whole second under way is not known yet. */
static int64_t
latest(const struct sla_facts *f)
{
	return f->as_of_ms == NEVER ? NEVER
				    : account_floor_s(f->as_of_ms) * SECOND_MS;
}

static size_t
place(const struct sla_facts *f, size_t endpoint)
{
	return endpoint == SLA_EVERY ? f->endpoint_count : endpoint;
}

/* Rows in the order of their endpoints, so that each gets a run of them. */
struct row {
	size_t endpoint;
	struct interval at;
};

static int
by_endpoint(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->endpoint != y->endpoint)
		return x->endpoint < y->endpoint ? -1 : 1;
	return x->at.from < y->at.from ? -1 : x->at.from > y->at.from;
}

static struct interval
cut(int64_t from_ms, int64_t to_ms, int64_t latest_ms)
{
	return (
	    struct interval){ from_ms, to_ms < latest_ms ? to_ms : latest_ms };
}

/* Outages of one kind (kind >= 0), or gaps. */
static void
collect(const struct sla_facts *f, int kind, struct sla_raw *raw)
{
	size_t room = kind >= 0 ? f->outage_count : f->gap_count, count = 0;
	struct row *rows = mem_alloc((room + 1) * sizeof(*rows));
	int64_t latest_ms = latest(f);

	for (size_t i = 0; i < room; i++) {
		if (kind < 0) {
			const struct sla_gap *g = &f->gaps[i];

			rows[count++] = (struct row){ place(f, g->endpoint),
				cut(g->from_ms, g->to_ms, latest_ms) };
		} else if (f->outages[i].kind == kind) {
			const struct sla_outage *o = &f->outages[i];

			rows[count++] = (struct row){ place(f, o->endpoint),
				cut(o->from_ms, o->to_ms, latest_ms) };
		}
	}
	qsort(rows, count, sizeof(*rows), by_endpoint);
	for (size_t i = 0; i < count; i++)
		interval_set_add(kind < 0 ? &raw[rows[i].endpoint].unknown
					  : &raw[rows[i].endpoint].kinds[kind],
		    rows[i].at.from, rows[i].at.to);
	free(rows);
}

/* What regions saw of one endpoint is added to what is said of it. */
static void
add_regions(const struct sla_facts *f, size_t endpoint, struct sla_raw *raw)
{
	size_t room = f->region_count, count = 0;
	struct sla_seen *seen = mem_alloc((room + 1) * sizeof(*seen));
	struct sla_endpoint *e = &f->endpoints[endpoint];
	struct interval_set down = { 0 }, unknown = { 0 };
	int64_t latest_ms = latest(f);

	for (size_t i = 0; i < f->region_count; i++)
		if (f->regions[i].endpoint == endpoint)
			seen[count++] =
			    (struct sla_seen){ &f->regions[i].failing,
				    &f->regions[i].silent };
	if (count > 0)
		sla_quorum(seen, count, e, SLA_BEGIN_MS,
		    latest_ms == NEVER ? SLA_END_MS : latest_ms, &down,
		    &unknown);
	interval_set_union(&raw->kinds[SLA_DOWN], &down);
	interval_set_union(&raw->unknown, &unknown);
	interval_set_clear(&down);
	interval_set_clear(&unknown);
	free(seen);
}

struct sla_raw *
sla_raw_of(const struct sla_facts *f)
{
	struct sla_raw *raw = mem_alloc((f->endpoint_count + 1) * sizeof(*raw));

	for (int kind = -1; kind < SLA_KINDS; kind++)
		collect(f, kind, raw);
	for (size_t i = 0; f->region_count > 0 && i < f->endpoint_count; i++)
		add_regions(f, i, &raw[i]);
	return raw;
}

void
sla_raw_free(struct sla_raw *raw, size_t endpoints)
{
	for (size_t i = 0; i <= endpoints; i++) {
		for (int kind = 0; kind < SLA_KINDS; kind++)
			interval_set_clear(&raw[i].kinds[kind]);
		interval_set_clear(&raw[i].unknown);
	}
	free(raw);
}

/* Where what a region saw changes. */
struct turn {
	int64_t at_ms;
	size_t region;
};

static int
by_time(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	return x->at_ms < y->at_ms ? -1 : x->at_ms > y->at_ms;
}

static size_t
add_turns(struct turn *turns, size_t count, size_t region,
    const struct interval_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		turns[count++] = (struct turn){ set->items[i].from, region };
		turns[count++] = (struct turn){ set->items[i].to, region };
	}
	return count;
}

enum sight { SIGHT_GOOD, SIGHT_FAILING, SIGHT_SILENT };

/* Who says nothing does not say that it fails. */
static enum sight
sight_at(const struct sla_seen *seen, int64_t at_ms)
{
	if (interval_set_contains(seen->silent, at_ms))
		return SIGHT_SILENT;
	return interval_set_contains(seen->failing, at_ms) ? SIGHT_FAILING
							   : SIGHT_GOOD;
}

struct vote {
	const struct sla_seen *seen;
	enum sight *sights;
	int64_t numbers[SIGHT_SILENT + 1];
};

static void
look(struct vote *v, size_t region, int64_t at_ms)
{
	v->numbers[v->sights[region]]--;
	v->sights[region] = sight_at(&v->seen[region], at_ms);
	v->numbers[v->sights[region]]++;
}

/* A quorum fails, and, unless it is said that fewer do, more of those that
   say something than do not. */
static void
decide(const struct vote *v, const struct sla_endpoint *rule, int64_t from_ms,
    int64_t to_ms, struct interval_set *down, struct interval_set *unknown)
{
	int64_t failing = v->numbers[SIGHT_FAILING];
	int64_t good = v->numbers[SIGHT_GOOD];

	if (failing + good < rule->quorum)
		interval_set_add(unknown, from_ms, to_ms);
	else if (failing >= rule->quorum &&
	    (failing > good || rule->share == SLA_MINORITY))
		interval_set_add(down, from_ms, to_ms);
}

void
sla_quorum(const struct sla_seen *seen, size_t count,
    const struct sla_endpoint *rule, int64_t from_ms, int64_t to_ms,
    struct interval_set *down, struct interval_set *unknown)
{
	struct vote v = { .seen = seen };
	struct turn *turns;
	size_t room = 0, turn_count = 0;
	int64_t at_ms = from_ms;

	for (size_t i = 0; i < count; i++)
		room += 2 * (seen[i].failing->count + seen[i].silent->count);
	turns = mem_alloc((room + 1) * sizeof(*turns));
	v.sights = mem_alloc((count + 1) * sizeof(*v.sights));
	v.numbers[SIGHT_GOOD] = (int64_t)count;
	for (size_t i = 0; i < count; i++) {
		turn_count = add_turns(turns, turn_count, i, seen[i].failing);
		turn_count = add_turns(turns, turn_count, i, seen[i].silent);
		look(&v, i, from_ms);
	}
	qsort(turns, turn_count, sizeof(*turns), by_time);
	for (size_t i = 0; i < turn_count && turns[i].at_ms < to_ms; i++) {
		if (turns[i].at_ms <= from_ms)
			continue;
		decide(&v, rule, at_ms, turns[i].at_ms, down, unknown);
		at_ms = turns[i].at_ms;
		look(&v, turns[i].region, at_ms);
	}
	decide(&v, rule, at_ms, to_ms, down, unknown);
	free(turns);
	free(v.sights);
}
