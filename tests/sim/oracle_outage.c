/*
 * The oracle on outages (promises 1, 5 and 6): the books of a night that is
 * over, against what truly happened and which looks were truly taken.
 *
 * The rest of the oracle asks whether the rules were kept, and knows them; a
 * rule that is wrong it knows to be right.  Here only this is assumed: a look
 * that an agent has finished is not lost, so what a region said before a turn
 * may be believed until its next look, and without one for three intervals.
 * A lone failure may be taken for a blip if the next look came in time to be
 * its look-again and was good.  So:
 * - while no region may be believed to see it well it is not booked up;
 * - while fewer than a quorum may be believed to see it fail it is not down;
 * - what failed everywhere while nothing that looks was hurt is booked down.
 * Whatever was lost or not believed makes unknown, which is fine.
 */
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

#define MINUTE INT64_C(60000)
#define ERROR_MS 2500 /* an error over 2 s is too much to be used */
#define BRIDGE 3
#define AGAIN_MS 1500
#define SHORTEST_MS 30000 /* of any interval */
#define TIMEOUT_MS 10000
#define TURN_MS (4 * MINUTE) /* so near to new terms nothing is judged */
#define CALM_MS (5 * MINUTE) /* unhurt for so long, before and after */
#define LATE_MS 5000         /* a probe starts so late, or waits */

/* All looks of a region at an endpoint, by when they truly began. */
struct looks {
	struct made *items;
	size_t count;
};

static int
by_time(const void *a, const void *b)
{
	const struct made *x = a, *y = b;

	return x->true_ms < y->true_ms ? -1 : x->true_ms > y->true_ms;
}

static struct looks
looks_of(const struct world *w, int e, int region)
{
	struct looks all = { 0 };

	for (int i = 0; i < w->agent_count; i++) {
		const struct made_list *l = &w->oracle->made[e][i];

		if (w->agents[i]->place != region || l->count == 0)
			continue;
		all.items = mem_grow(all.items,
		    (all.count + l->count) * sizeof(*all.items));
		memcpy(all.items + all.count, l->items,
		    l->count * sizeof(*l->items));
		all.count += l->count;
	}
	if (all.count > 0)
		qsort(all.items, all.count, sizeof(*all.items), by_time);
	return all;
}

/* The first look at or after an instant. */
static size_t
look_at(const struct looks *l, int64_t at_ms)
{
	size_t low = 0, high = l->count;

	while (low < high) {
		size_t i = low + (high - low) / 2;

		if (l->items[i].true_ms < at_ms)
			low = i + 1;
		else
			high = i;
	}
	return low;
}

/* The last look before number i that counts, and not before an instant. */
static const struct made *
sure_before(const struct looks *l, size_t i, int64_t from_ms)
{
	while (i > 0 && l->items[i - 1].true_ms >= from_ms)
		if (l->items[--i].sure)
			return &l->items[i];
	return NULL;
}

/* Until when what was said before this stretch may still be believed. */
static int64_t
lingers_until(const struct looks *l, const struct interval *s,
    int64_t interval_ms)
{
	int64_t until_ms = s->from + BRIDGE * interval_ms;
	size_t i = look_at(l, s->from);

	while (i < l->count && !l->items[i].sure)
		i++;
	if (i < l->count && l->items[i].true_ms < until_ms)
		until_ms = l->items[i].true_ms;
	return until_ms < s->to ? until_ms : s->to;
}

/* From when on a bad stretch may be taken for a blip; its end: not at all. */
static int64_t
blip_from(const struct looks *l, const struct interval *s, int64_t interval_ms)
{
	size_t next = look_at(l, s->to);
	const struct made *last = sure_before(l, next, s->from), *before;

	if (last == NULL || next == l->count ||
	    l->items[next].true_ms - last->true_ms >
		interval_ms + AGAIN_MS + 2 * ERROR_MS)
		return s->to;
	/* Two agents of a region at one instant are one look. */
	before = sure_before(l, look_at(l, last->true_ms), s->from);
	if (before == NULL)
		return s->from;
	return last->true_ms - before->true_ms >
		BRIDGE * SHORTEST_MS - 2 * ERROR_MS
	    ? last->true_ms
	    : s->to;
}

/* When a region truly sees it fail. */
static void
find_bad(const struct world *w, int e, int region, struct interval_set *bad)
{
	interval_set_union(bad, &w->truth.fails[e][region]);
	interval_set_union(bad, &w->truth.maintenance[e]);
	interval_set_union(bad, &w->truth.sick[region]);
	interval_set_union(bad, &w->truth.cut[region]);
}

/* What may be believed of a region's word, and what is so. */
struct belief {
	struct interval_set bad;        /* truly */
	struct interval_set good_still; /* may be believed well, and is not */
	struct interval_set bad_still;  /* may be believed bad, or is */
};

static void
find_belief(const struct world *w, int e, int region, struct belief *b)
{
	struct looks l = looks_of(w, e, region);
	int64_t interval_ms = w->wish.longest_s[e] * INT64_C(1000);

	find_bad(w, e, region, &b->bad);
	interval_set_union(&b->bad_still, &b->bad);
	for (size_t i = 0; i < b->bad.count; i++) {
		const struct interval *s = &b->bad.items[i];
		struct interval after = { s->to,
			i + 1 < b->bad.count ? s[1].from : NEVER };

		interval_set_add(&b->good_still, s->from,
		    lingers_until(&l, s, interval_ms));
		interval_set_add(&b->good_still, blip_from(&l, s, interval_ms),
		    s->to);
		interval_set_add(&b->bad_still, after.from,
		    lingers_until(&l, &after, interval_ms));
	}
	free(l.items);
}

/* Edges may lie so far from where they were. */
static void
widen(struct interval_set *s, int64_t by_ms)
{
	struct interval_set wide = { 0 };

	for (size_t i = 0; i < s->count; i++)
		interval_set_add(&wide, s->items[i].from - by_ms,
		    s->items[i].to + by_ms);
	interval_set_clear(s);
	*s = wide;
}

static void
narrow(struct interval_set *s, int64_t before_ms, int64_t after_ms)
{
	struct interval_set less = { 0 };

	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].from + before_ms < s->items[i].to - after_ms)
			interval_set_add(&less, s->items[i].from + before_ms,
			    s->items[i].to - after_ms);
	interval_set_clear(s);
	*s = less;
}

/* When the same terms held for a while; quorum: the least of them. */
static void
find_agreed(const struct world *w, const struct book *b,
    struct interval_set *agreed, int *quorum)
{
	*quorum = TRUTH_REGIONS;
	for (size_t i = 0; i < b->term_count; i++) {
		int64_t to_ms =
		    i + 1 < b->term_count ? b->terms[i + 1].from_ms : w->now_ms;

		if (b->ended[i])
			continue;
		if (b->terms[i].quorum < *quorum)
			*quorum = b->terms[i].quorum;
		if (b->terms[i].from_ms + 2 * TURN_MS < to_ms)
			interval_set_add(agreed, b->terms[i].from_ms + TURN_MS,
			    to_ms - TURN_MS);
	}
}

static void
find_booked(const struct book *b, struct interval_set *down,
    struct interval_set *not_up)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct stretch *s = &b->items[i];

		interval_set_add(not_up, s->from_ms, s->to_ms);
		if (s->is_down)
			interval_set_add(down, s->from_ms, s->to_ms);
	}
}

/* One night of one endpoint. */
struct inquest {
	struct world *w;
	int endpoint, quorum;
	struct interval_set agreed, down, not_up;
	struct belief regions[TRUTH_REGIONS];
};

static void
tell_first(const struct inquest *q, const struct interval_set *s,
    const char *promise, const char *what)
{
	if (s->count > 0)
		broken(q->w, "promise %s: %s %s from %lld to %lld", promise,
		    truth_endpoints[q->endpoint], what,
		    (long long)(s->items[0].from - q->w->zero_ms),
		    (long long)(s->items[0].to - q->w->zero_ms));
}

/* It fails everywhere. */
static void
find_outages(const struct inquest *q, struct interval_set *out)
{
	interval_set_copy(out, &q->regions[0].bad);
	for (int r = 1; r < TRUTH_REGIONS; r++)
		interval_set_intersect(out, &q->regions[r].bad);
}

/* Nothing that fails everywhere, and was looked at, is up. */
static void
check_up(const struct inquest *q)
{
	struct interval_set s = { 0 };

	find_outages(q, &s);
	for (int r = 0; r < TRUTH_REGIONS; r++)
		interval_set_subtract(&s, &q->regions[r].good_still);
	narrow(&s, ERROR_MS, ERROR_MS);
	interval_set_intersect(&s, &q->agreed);
	interval_set_subtract(&s, &q->not_up);
	tell_first(q, &s, "6", "failed everywhere and is booked up");
	interval_set_clear(&s);
}

/* When at least a quorum may be believed to see it fail. */
static void
find_believed(const struct inquest *q, struct interval_set *out)
{
	for (unsigned some = 1; some < 1U << TRUTH_REGIONS; some++) {
		struct interval_set all = { 0 };
		bool first = true;

		if (__builtin_popcount(some) != q->quorum)
			continue;
		for (int r = 0; r < TRUTH_REGIONS; r++) {
			if ((some >> r & 1) == 0)
				continue;
			if (first)
				interval_set_copy(&all,
				    &q->regions[r].bad_still);
			else
				interval_set_intersect(&all,
				    &q->regions[r].bad_still);
			first = false;
		}
		interval_set_union(out, &all);
		interval_set_clear(&all);
	}
}

/* Nothing that no quorum can have seen fail is down. */
static void
check_down(const struct inquest *q)
{
	struct interval_set s = { 0 }, believed = { 0 };

	find_believed(q, &believed);
	widen(&believed, ERROR_MS);
	interval_set_copy(&s, &q->down);
	interval_set_intersect(&s, &q->agreed);
	interval_set_subtract(&s, &believed);
	tell_first(q, &s, "5", "was well and is booked down");
	interval_set_clear(&believed);
	interval_set_clear(&s);
}

/* Whatever looks was well at this time, and nothing was forgotten. */
static void
find_hurt(const struct world *w, struct interval_set *hurt)
{
	interval_set_union(hurt, &w->hurt[PART_AGENTS]);
	interval_set_union(hurt, &w->hurt[PART_NETWORK]);
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		interval_set_union(hurt, &w->truth.sick[r]);
		interval_set_union(hurt, &w->truth.cut[r]);
	}
	if (w->faults[FAULT_STORE_FORGETS] > 0)
		interval_set_add(hurt, w->zero_ms, w->now_ms);
	widen(hurt, CALM_MS);
}

/* Nothing that fails everywhere, seen by all, is unknown. */
static void
check_unknown(const struct inquest *q)
{
	struct interval_set s = { 0 }, hurt = { 0 };
	int64_t interval_ms = q->w->wish.longest_s[q->endpoint] * INT64_C(1000);

	find_outages(q, &s);
	narrow(&s, interval_ms + TIMEOUT_MS + LATE_MS, interval_ms + AGAIN_MS);
	find_hurt(q->w, &hurt);
	interval_set_subtract(&s, &hurt);
	interval_set_intersect(&s, &q->agreed);
	interval_set_subtract(&s, &q->down);
	tell_first(q, &s, "5", "failed, all saw it, and is not booked down");
	interval_set_clear(&hurt);
	interval_set_clear(&s);
}

void
outage_check(struct world *w, int e)
{
	const struct book *b = &w->oracle->books->endpoints[e];
	struct inquest q = { .w = w, .endpoint = e };

	find_agreed(w, b, &q.agreed, &q.quorum);
	find_booked(b, &q.down, &q.not_up);
	for (int r = 0; r < TRUTH_REGIONS; r++)
		find_belief(w, e, r, &q.regions[r]);
	check_up(&q);
	check_down(&q);
	check_unknown(&q);
	interval_set_clear(&q.agreed);
	interval_set_clear(&q.down);
	interval_set_clear(&q.not_up);
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		interval_set_clear(&q.regions[r].bad);
		interval_set_clear(&q.regions[r].good_still);
		interval_set_clear(&q.regions[r].bad_still);
	}
}
