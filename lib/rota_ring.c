/*
 * Builds the hand-offs of a rota.
 *
 * First every watch takes over on every date, absent or not; then each run of
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
 * How many days to look back and ahead.  Where days are left out, the next
 * take-over may lie a week away and beyond it a week of absent ones; a day
 * more for zones, and one or two for dates that a zone skips.
 */
#define NEAR_BACK 3
#define NEAR_AHEAD 3
#define FAR_BACK 17
#define FAR_AHEAD 17

/* One watch's take-over on one date, absent or not. */
struct takeover {
	int64_t at_ms, day;
	const struct watch *watch;
	bool absent;
};

static bool
runs_on(const struct watch *w, struct civil_date date)
{
	unsigned mask = w->day_mask == 0 ? EVERY_DAY : w->day_mask;

	return (mask >> civil_weekday(date) & 1) != 0;
}

static bool
runs_daily(const struct rota *rota)
{
	CONF_EACH (const struct watch, w, &rota->watches)
		if (w->day_mask != 0 && w->day_mask != EVERY_DAY)
			return false;
	return true;
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

static struct takeover *
collect(const struct rota *rota, int64_t at_ms, int back, int ahead,
    size_t *count)
{
	struct takeover *all, *t;

	all = mem_alloc(
	    rota->watches.count * (size_t)(back + ahead + 1) * sizeof *all);
	t = all;
	CONF_EACH (const struct watch, w, &rota->watches) {
		int64_t today = civil_days(civil_date_at(w->zone, at_ms, NULL));

		for (int64_t day = today - back; day <= today + ahead; day++) {
			struct civil_date date = civil_from_days(day);

			*t++ = (struct takeover){
				.at_ms = civil_first_ms(w->zone, date,
				    (int)w->takes_over_min),
				.day = day,
				.watch = w,
				.absent = !runs_on(w, date),
			};
		}
	}
	*count = (size_t)(t - all);
	qsort(all, *count, sizeof *all, compare);
	return all;
}

/* When the watch that ends an absent run takes over. */
static int64_t
fill_at(const struct rota *rota, int64_t absent_ms, int64_t next_ms)
{
	int64_t middle_ms = absent_ms + (next_ms - absent_ms) / 2;

	switch ((enum fill)rota->fill) {
	case FILL_EXTEND:
		return next_ms;
	case FILL_EARLY:
		return absent_ms;
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

void
ring_build(struct ring *ring, const struct rota *rota, int64_t at_ms)
{
	bool daily = runs_daily(rota);
	int64_t absent_ms = -1; /* since when nobody present took over */
	struct takeover *all;
	size_t count;

	all = collect(rota, at_ms, daily ? NEAR_BACK : FAR_BACK,
	    daily ? NEAR_AHEAD : FAR_AHEAD, &count);
	ring->items = mem_alloc((count + 1) * sizeof *ring->items);
	ring->count = 0;
	for (size_t i = 0; i < count; i++) {
		int64_t from_ms = all[i].at_ms;

		if (all[i].absent && absent_ms < 0)
			absent_ms = all[i].at_ms;
		if (all[i].absent)
			continue;
		if (absent_ms >= 0 && absent_ms < from_ms)
			from_ms = fill_at(rota, absent_ms, from_ms);
		if (from_ms > absent_ms && absent_ms >= 0 && ring->count > 0)
			ring->items[ring->count - 1].filled = true;
		append(ring, &all[i], from_ms);
		if (from_ms < all[i].at_ms)
			ring->items[ring->count - 1].filled = true;
		absent_ms = -1;
	}
	free(all);
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

/* Days or weeks since the anchor: calendar units, never seconds. */
static int64_t
turns(const struct rota *rota, const struct handoff *h)
{
	struct civil_date anchor;
	int64_t days;

	if (rota->anchor == NULL || !civil_date_parse(rota->anchor, &anchor))
		anchor = (struct civil_date){ 2024, 1, 1 };
	days = h->day - civil_days(anchor);
	if (h->watch->rotate == ROTATE_DAILY)
		return days;
	return days >= 0 ? days / 7 : (days - 6) / 7;
}

const struct person *
ring_person(const struct rota *rota, const struct handoff *h)
{
	int64_t count = (int64_t)h->watch->people.count, index;

	if (count == 0)
		return NULL;
	index = turns(rota, h) % count;
	return h->watch->members[index < 0 ? index + count : index];
}
