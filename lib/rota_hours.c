/*
 * Explicit hours: who has which, and what they leave open.
 *
 * Hours begin at the first showing of their clock and end at the last, so
 * that a repeated hour is twice somebody's rather than nobody's.  Of hours
 * that overlap those have it that began last; when they end, it is theirs
 * again whose go on.
 */
#include <stdlib.h>

#include "lib/civil.h"
#include "lib/rota_ring.h"
#include "lib/text.h"

#define DAY_MS INT64_C(86400000)
#define NEAR 5
#define WIDER 4
#define FAR 400

struct span {
	int64_t from_ms, to_ms, day;
	const struct watch *watch;
};

struct spans {
	struct span *items;
	size_t count;
};

int64_t
hours_begin_ms(const struct watch *w, int64_t day)
{
	return civil_first_ms(w->zone, civil_from_days(day), (int)w->from_min);
}

int64_t
hours_end_ms(const struct watch *w, int64_t day)
{
	if (w->to_min <= w->from_min)
		day++;
	return civil_last_ms(w->zone, civil_from_days(day), (int)w->to_min);
}

/* By their beginning; at one instant by date, then as written. */
static int
compare(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->from_ms != y->from_ms)
		return x->from_ms < y->from_ms ? -1 : 1;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return x->watch < y->watch ? -1 : 1;
}

/* On a date that its zone skips nothing is left of them. */
static void
add_span(struct spans *all, const struct watch *w, int64_t day)
{
	struct span s = { hours_begin_ms(w, day), hours_end_ms(w, day), day,
		w };

	if (s.from_ms < s.to_ms)
		all->items[all->count++] = s;
}

/* What begins from two days before to one day after: they last a day, and a
   date is that of their own zone. */
static void
collect(struct spans *all, const struct hours *h, int64_t from_ms,
    int64_t to_ms)
{
	int64_t first = civil_floor_div(from_ms, DAY_MS) - 3;
	int64_t last = civil_floor_div(to_ms, DAY_MS) + 2;

	if (first < h->since_day)
		first = h->since_day;
	if (last > h->until_day)
		last = h->until_day;
	*all = (struct spans){ 0 };
	if (first > last)
		return;
	all->items = mem_alloc(h->watches->count * (size_t)(last - first + 1) *
	    sizeof(*all->items));
	CONF_EACH (const struct watch, w, h->watches)
		for (int64_t day = first; day <= last; day++)
			if (ring_runs_on(w, day))
				add_span(all, w, day);
	if (all->count > 0)
		qsort(all->items, all->count, sizeof(*all->items), compare);
}

/* Who has it at this instant: the last to have begun and not ended. */
static const struct span *
holder(const struct spans *all, size_t begun, int64_t at_ms)
{
	for (size_t i = begun; i > 0; i--) {
		const struct span *s = &all->items[i - 1];

		if (s->from_ms + 3 * DAY_MS < at_ms)
			return NULL; /* none lasts that long */
		if (at_ms < s->to_ms)
			return s;
	}
	return NULL;
}

static void
append(struct ring *ring, const struct spans *all, size_t begun, int64_t at_ms)
{
	const struct span *s = holder(all, begun, at_ms);
	struct handoff *last = NULL, h = { .at_ms = at_ms };

	if (s != NULL) {
		h.watch = s->watch;
		h.day = s->day;
		if (s > all->items && s[-1].from_ms == s->from_ms &&
		    s->from_ms == at_ms)
			h.clash = s[-1].watch;
	}
	if (ring->count > 0)
		last = &ring->items[ring->count - 1];
	if (last == NULL || last->watch != h.watch || last->day != h.day)
		ring->items[ring->count++] = h;
}

/* The earliest instant after at_ms at which hours begin or end. */
static int64_t
next_edge(const struct spans *all, size_t begun, int64_t at_ms)
{
	int64_t next_ms =
	    begun < all->count ? all->items[begun].from_ms : NEVER;

	for (size_t i = begun; i > 0; i--) {
		const struct span *s = &all->items[i - 1];

		if (s->from_ms + 3 * DAY_MS < at_ms)
			break;
		if (s->to_ms > at_ms && s->to_ms < next_ms)
			next_ms = s->to_ms;
	}
	return next_ms;
}

void
hours_build(struct ring *ring, const struct hours *h, int64_t from_ms,
    int64_t to_ms)
{
	struct spans all;
	size_t begun = 0;
	int64_t at_ms;

	collect(&all, h, from_ms, to_ms);
	ring->items = mem_alloc((2 * all.count + 1) * sizeof(*ring->items));
	ring->count = 0;
	at_ms = all.count > 0 ? all.items[0].from_ms : NEVER;
	for (; at_ms != NEVER; at_ms = next_edge(&all, begun, at_ms)) {
		while (begun < all.count && all.items[begun].from_ms <= at_ms)
			begun++;
		append(ring, &all, begun, at_ms);
	}
	free(all.items);
}

/* Nobody's hours become somebody's, where a rule is given. */
static void
fill_holes(struct ring *ring, enum fill fill)
{
	for (size_t i = 1; i + 1 < ring->count; i++) {
		struct handoff *h = &ring->items[i], *next = h + 1;
		int64_t until_ms = next->at_ms;

		if (h->watch != NULL)
			continue;
		next->at_ms = ring_fill_ms(fill, h->at_ms, next->at_ms);
		if (next->at_ms > h->at_ms)
			h[-1].filled = true;
		if (next->at_ms < until_ms)
			next->filled = true;
		h->watch = h[-1].watch;
		h->day = h[-1].day;
	}
}

/* The same hours going on are no hand-off; nor is one of no length. */
static void
tidy(struct ring *ring)
{
	size_t kept = 0;

	for (size_t i = 0; i < ring->count; i++) {
		struct handoff *h = &ring->items[i];

		if (kept > 0 && ring->items[kept - 1].watch == h->watch &&
		    ring->items[kept - 1].day == h->day)
			continue;
		if (i + 1 < ring->count && h[1].at_ms == h->at_ms)
			continue;
		ring->items[kept++] = *h;
	}
	ring->count = kept;
}

/* What is near the edges of what was looked at may be otherwise. */
static bool
is_bounded(const struct ring *ring, int64_t at_ms, int days)
{
	const struct handoff *h = ring_at(ring, at_ms);

	return h != NULL && h->at_ms >= ring->items[0].at_ms + 2 * DAY_MS &&
	    h + 2 < ring->items + ring->count &&
	    h[2].at_ms <= at_ms + days * DAY_MS;
}

void
hours_of_rota(struct ring *ring, const struct rota *rota, int64_t at_ms)
{
	struct hours h = { &rota->watches, INT64_MIN, INT64_MAX };

	for (int days = NEAR;; days = days * WIDER < FAR ? days * WIDER : FAR) {
		hours_build(ring, &h, at_ms - days * DAY_MS,
		    at_ms + days * DAY_MS);
		if (days == FAR || is_bounded(ring, at_ms, days))
			break;
		ring_clear(ring);
	}
	if (rota->fill != FILL_UNSAID)
		fill_holes(ring, (enum fill)rota->fill);
	tidy(ring);
}
