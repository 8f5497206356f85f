/*
 * Builds the hand-offs of a rota.
 *
 * First every watch takes over on every date of its own, absent or not; then each run of
 * absent take-overs is filled: with "extend" it counts for nothing, with
 * "early" the next watch comes at its beginning, with "split" in its middle.
 */
#include <stdlib.h>

#include "lib/civil.h"
#include "lib/rota_ring.h"
#include "lib/text.h"

#define DAY_MS INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)
#define EVERY_DAY 127u

/*
 * How many days to look back and ahead: as far as it takes until two present
 * take-overs lie on either side, since what is absent between two is filled
 * by both.  At the edges zones differ in which dates are seen, so that the
 * outermost days count for nothing.
 */
#define NEAR 5
#define WIDER 4
#define FAR 400
#define EDGE 2

/* One watch's take-over on one date, absent or not. */
struct takeover {
	int64_t at_ms, day;
	const struct watch *watch;
	bool absent;
};

struct takeovers {
	struct takeover *items;
	size_t count;
};

/* Outside of its dates a watch is not even absent. */
static bool
is_there(const struct watch *w, int64_t day)
{
	const struct dates *d = &w->dates;

	return (d->since == NULL || day >= d->since_day) &&
	    (d->until == NULL || day <= d->until_day);
}

bool
ring_runs_on(const struct watch *w, int64_t day)
{
	unsigned mask = w->day_mask == 0 ? EVERY_DAY : w->day_mask;

	return is_there(w, day) &&
	    (mask >> civil_weekday(civil_from_days(day)) & 1) != 0 &&
	    !interval_set_contains(&w->days_off, day);
}

/* By time; at one instant those that are absent, then by date, as written. */
static int
compare(const void *a, const void *b)
{
	const struct takeover *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	if (x->absent != y->absent)
		return x->absent ? -1 : 1;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return x->watch < y->watch ? -1 : 1;
}

static void
collect(struct takeovers *all, const struct rota *rota, int64_t at_ms, int days)
{
	struct takeover *t;

	all->items =
	    mem_alloc((rota->watches.count * (size_t)(2 * days + 1) + 1) *
		sizeof(*all->items));
	t = all->items;
	CONF_EACH (const struct watch, w, &rota->watches) {
		int64_t today = civil_days(civil_date_at(w->zone, at_ms, NULL));

		for (int64_t day = today - days; day <= today + days; day++) {
			if (!is_there(w, day))
				continue;
			*t++ = (struct takeover){
				.at_ms = civil_first_ms(w->zone,
				    civil_from_days(day),
				    (int)w->takes_over_min),
				.day = day,
				.watch = w,
				.absent = !ring_runs_on(w, day),
			};
		}
	}
	all->count = (size_t)(t - all->items);
	qsort(all->items, all->count, sizeof(*all->items), compare);
}

/* Two present ones on either side, none of them at the edge of what is seen? */
static bool
is_enough(const struct takeovers *all, int64_t at_ms, int days)
{
	int64_t far_ms = (days - EDGE) * DAY_MS;
	int before = 0, after = 0;

	for (size_t i = 0; i < all->count; i++) {
		const struct takeover *t = &all->items[i];

		if (t->absent || t->at_ms < at_ms - far_ms ||
		    t->at_ms > at_ms + far_ms)
			continue;
		before += t->at_ms <= at_ms;
		after += t->at_ms > at_ms;
	}
	return before >= 2 && after >= 2;
}

int64_t
ring_fill_ms(enum fill fill, int64_t absent_ms, int64_t next_ms)
{
	int64_t middle_ms = absent_ms + (next_ms - absent_ms) / 2;

	switch (fill) {
	case FILL_EXTEND:
		return next_ms;
	case FILL_EARLY:
		return absent_ms;
	case FILL_UNSAID:
	case FILL_SPLIT:
		break;
	}
	middle_ms -= middle_ms % MINUTE_MS; /* a time people can say */
	return middle_ms > absent_ms ? middle_ms : absent_ms;
}

static void
append(struct ring *ring, const struct takeover *t, int64_t at_ms)
{
	struct handoff *last = NULL;

	if (ring->count > 0)
		last = &ring->items[ring->count - 1];
	if (last == NULL || last->at_ms < at_ms)
		last = &ring->items[ring->count++];
	else if (last->watch != t->watch)
		last->clash = last->watch; /* two at once */
	last->at_ms = at_ms;
	last->day = t->day;
	last->watch = t->watch;
}

static void
fill_absent(struct ring *ring, const struct takeovers *all, enum fill fill)
{
	int64_t absent_ms = -1; /* since when nobody present took over */

	ring->items = mem_alloc((all->count + 1) * sizeof(*ring->items));
	ring->count = 0;
	for (size_t i = 0; i < all->count; i++) {
		const struct takeover *t = &all->items[i];
		int64_t from_ms = t->at_ms;

		if (t->absent && absent_ms < 0)
			absent_ms = t->at_ms;
		if (t->absent)
			continue;
		if (absent_ms >= 0 && absent_ms < from_ms)
			from_ms = ring_fill_ms(fill, absent_ms, from_ms);
		if (from_ms > absent_ms && absent_ms >= 0 && ring->count > 0)
			ring->items[ring->count - 1].filled = true;
		append(ring, t, from_ms);
		if (from_ms < t->at_ms)
			ring->items[ring->count - 1].filled = true;
		absent_ms = -1;
	}
}

static bool
has_hours(const struct rota *rota)
{
	const struct watch *first = rota->watches.items;

	return first != NULL && first->has_hours;
}

void
ring_build(struct ring *ring, const struct rota *rota, int64_t at_ms)
{
	struct takeovers all = { 0 };
	int days = NEAR;

	*ring = (struct ring){ 0 };
	if (has_hours(rota)) {
		hours_of_rota(ring, rota, at_ms);
		return;
	}
	for (;; days = days * WIDER < FAR ? days * WIDER : FAR) {
		free(all.items);
		collect(&all, rota, at_ms, days);
		if (days == FAR || is_enough(&all, at_ms, days))
			break;
	}
	fill_absent(ring, &all, (enum fill)rota->fill);
	ring->seen_ms = at_ms + (days - EDGE) * DAY_MS;
	free(all.items);
}

void
ring_clear(struct ring *ring)
{
	free(ring->items);
	*ring = (struct ring){ 0 };
}

const struct handoff *
ring_at(const struct ring *ring, int64_t at_ms)
{
	const struct handoff *found = NULL;

	for (size_t i = 0; i < ring->count; i++)
		if (ring->items[i].at_ms <= at_ms)
			found = &ring->items[i];
	return found;
}
