/*
 * runs: see the header.  The set of points is the truth; runs are how it is
 * stored, and every function here leaves them maximal: two neighbours of one
 * value are more than three intervals apart.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/runs.h"
#include "lib/text.h"

bool
outcome_is_failing(enum outcome outcome)
{
	return outcome == OUTCOME_FAILED || outcome == OUTCOME_MAINTENANCE;
}

void
runs_init(struct runs *runs)
{
	*runs = (struct runs){ .changed_from_ms = NEVER,
		.changed_to_ms = BEFORE_ALL,
		.known_from_ms = BEFORE_ALL,
		.floor_ms = BEFORE_ALL };
}

void
runs_clear(struct runs *runs)
{
	free(runs->items);
	runs_init(runs);
}

/* Of two points at one instant the one with the higher rank stands. */
static int
rank(enum outcome outcome, enum reason reason)
{
	static const int of_outcome[OUTCOMES] = {
		[OUTCOME_OK] = 0,
		[OUTCOME_SLOW] = 1,
		[OUTCOME_UNKNOWN] = 2,
		[OUTCOME_MAINTENANCE] = 3,
		[OUTCOME_FAILED] = 4,
	};

	return of_outcome[outcome] * REASONS + (int)reason;
}

static bool
is_same(const struct run *a, const struct run *b)
{
	return a->outcome == b->outcome && a->reason == b->reason &&
	    a->interval_ms == b->interval_ms;
}

static int64_t
bridge_ms(const struct run *r)
{
	return RUNS_BRIDGE * r->interval_ms;
}

static void
note_change(struct runs *runs, int64_t at_ms)
{
	if (at_ms < runs->changed_from_ms)
		runs->changed_from_ms = at_ms;
	if (at_ms > runs->changed_to_ms)
		runs->changed_to_ms = at_ms;
}

/* The index of the last run that begins at or before an instant, or -1. */
static ptrdiff_t
find(const struct runs *runs, int64_t at_ms)
{
	size_t low = 0, high = runs->count;

	if (high > 0 && runs->items[high - 1].first_at_ms <= at_ms)
		return (ptrdiff_t)high - 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (runs->items[middle].first_at_ms <= at_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return (ptrdiff_t)low - 1;
}

static void
make_room(struct runs *runs, size_t at, size_t n)
{
	assert(n <= 2); /* so doubling is enough */
	if (runs->count + n > runs->room) {
		runs->room = runs->room == 0 ? 2 : runs->room * 2;
		runs->items =
		    mem_grow(runs->items, runs->room * sizeof(*runs->items));
	}
	memmove(runs->items + at + n, runs->items + at,
	    (runs->count - at) * sizeof(*runs->items));
	runs->count += n;
}

static void
take_out(struct runs *runs, size_t at)
{
	note_change(runs, runs->items[at].first_at_ms);
	runs->count--;
	memmove(runs->items + at, runs->items + at + 1,
	    (runs->count - at) * sizeof(*runs->items));
}

/* Join run i with the one after it if they are one series. */
static bool
join(struct runs *runs, size_t i)
{
	struct run *a, *b;

	if (i + 1 >= runs->count)
		return false;
	a = &runs->items[i];
	b = a + 1;
	if (!is_same(a, b) || b->first_at_ms - a->last_at_ms > bridge_ms(a))
		return false;
	note_change(runs, a->first_at_ms);
	a->last_at_ms = b->last_at_ms;
	take_out(runs, i + 1);
	return true;
}

/* Keep the newest points, sorted, each once. */
static void
remember(struct runs *runs, int64_t at_ms)
{
	unsigned n = runs->recent_count, i = n;
	bool is_full = false;

	while (i > 0 && runs->recent[i - 1] > at_ms)
		i--;
	if (i > 0 && runs->recent[i - 1] == at_ms)
		return;
	if (n == RUNS_RECENT) {
		if (i == 0)
			return; /* known_from_ms lies after it */
		i--;
		memmove(runs->recent, runs->recent + 1,
		    i * sizeof(runs->recent[0]));
		is_full = true;
	} else {
		memmove(runs->recent + i + 1, runs->recent + i,
		    (n - i) * sizeof(runs->recent[0]));
		runs->recent_count++;
	}
	runs->recent[i] = at_ms;
	if (is_full && runs->recent[0] > runs->known_from_ms)
		runs->known_from_ms = runs->recent[0];
}

/* The newest recent point before, or the oldest after; or NEVER. */
static int64_t
recent_before(const struct runs *runs, int64_t at_ms)
{
	for (unsigned i = runs->recent_count; i > 0; i--)
		if (runs->recent[i - 1] < at_ms)
			return runs->recent[i - 1];
	return NEVER;
}

static int64_t
recent_after(const struct runs *runs, int64_t at_ms)
{
	for (unsigned i = 0; i < runs->recent_count; i++)
		if (runs->recent[i] > at_ms)
			return runs->recent[i];
	return NEVER;
}

static bool
is_known_point(const struct runs *runs, const struct run *r, int64_t at_ms)
{
	if (at_ms == r->first_at_ms || at_ms == r->last_at_ms)
		return true;
	for (unsigned i = 0; i < runs->recent_count; i++)
		if (runs->recent[i] == at_ms)
			return true;
	return false;
}

/* The last point of a run before an instant inside it, as far as is known. */
static int64_t
left_end(const struct runs *runs, const struct run *r, int64_t at_ms)
{
	int64_t known = recent_before(runs, at_ms);
	int64_t guess = at_ms - r->interval_ms;

	if (known != NEVER && known >= runs->known_from_ms &&
	    known >= r->first_at_ms)
		return known;
	return guess > r->first_at_ms ? guess : r->first_at_ms;
}

/* The first point of it after that; unknown ones are taken against us. */
static int64_t
right_end(const struct runs *runs, const struct run *r, int64_t at_ms)
{
	int64_t known = recent_after(runs, at_ms);
	int64_t guess =
	    at_ms + (outcome_is_failing(r->outcome) ? 1 : r->interval_ms);

	if (known != NEVER && at_ms + 1 >= runs->known_from_ms &&
	    known <= r->last_at_ms)
		return known;
	return guess < r->last_at_ms ? guess : r->last_at_ms;
}

/*
 * Put a point into the middle of run i, which saw otherwise.  Return the
 * index of the point's own new run.
 */
static size_t
split(struct runs *runs, size_t i, const struct run *point)
{
	struct run *r = &runs->items[i], left = *r, right = *r;
	int64_t at_ms = point->first_at_ms;
	bool has_left = r->first_at_ms < at_ms;
	bool has_right = r->last_at_ms > at_ms;

	if (has_left)
		left.last_at_ms = left_end(runs, r, at_ms);
	if (has_right)
		right.first_at_ms = right_end(runs, r, at_ms);
	note_change(runs, r->first_at_ms);
	make_room(runs, i, (size_t)has_left + has_right);
	if (has_left)
		runs->items[i++] = left;
	runs->items[i] = *point;
	note_change(runs, at_ms);
	if (has_right) {
		runs->items[i + 1] = right;
		note_change(runs, right.first_at_ms);
	}
	return i;
}

/* Put a point where no run is.  Return the index of its own new run. */
static size_t
place(struct runs *runs, size_t i, const struct run *point)
{
	make_room(runs, i, 1);
	runs->items[i] = *point;
	note_change(runs, point->first_at_ms);
	/* The end of the one before may never have been written. */
	if (i > 0)
		note_change(runs, runs->items[i - 1].first_at_ms);
	return i;
}

static int64_t
stale_at(const struct runs *runs, const struct run *r)
{
	return r->last_at_ms + bridge_ms(r) + runs->timeout_ms;
}

/* The usual case: the newest run goes on. */
static bool
extend(struct runs *runs, const struct run *point, int64_t judged_ms,
    int64_t *changed_ms)
{
	struct run *r;

	if (runs->count == 0)
		return false;
	r = &runs->items[runs->count - 1];
	if (point->first_at_ms < r->last_at_ms || !is_same(r, point) ||
	    point->first_at_ms - r->last_at_ms > bridge_ms(r))
		return false;
	*changed_ms = judged_ms >= stale_at(runs, r) ? r->last_at_ms : NEVER;
	r->last_at_ms = point->first_at_ms;
	remember(runs, point->first_at_ms);
	return true;
}

int64_t
runs_insert(struct runs *runs, const struct run_point *p, int64_t judged_ms)
{
	struct run point = { p->at_ms, p->at_ms, p->interval_ms, p->outcome,
		p->reason };
	int64_t changed_ms;
	ptrdiff_t i;
	size_t own;

	assert(p->interval_ms > 0);
	if (p->at_ms < runs->floor_ms)
		return NEVER;
	if (extend(runs, &point, judged_ms, &changed_ms))
		return changed_ms;
	i = find(runs, p->at_ms);
	if (i >= 0 && p->at_ms <= runs->items[i].last_at_ms) {
		struct run *r = &runs->items[i];

		if (is_same(r, &point)) {
			remember(runs, p->at_ms);
			return NEVER;
		}
		if (is_known_point(runs, r, p->at_ms) &&
		    rank(r->outcome, r->reason) >=
			rank(point.outcome, point.reason))
			return NEVER;
		own = split(runs, (size_t)i, &point);
	} else {
		own = place(runs, (size_t)(i + 1), &point);
	}
	/* All that lies before the point before this one is as it was. */
	changed_ms = own > 0 ? runs->items[own - 1].last_at_ms : p->at_ms;
	remember(runs, p->at_ms);
	join(runs, own);
	if (own > 0)
		join(runs, own - 1);
	return changed_ms;
}

void
runs_cut(struct runs *runs, int64_t after_ms)
{
	while (runs->count > 0 &&
	    runs->items[runs->count - 1].first_at_ms > after_ms)
		take_out(runs, runs->count - 1);
	while (runs->recent_count > 0 &&
	    runs->recent[runs->recent_count - 1] > after_ms)
		runs->recent_count--;
	if (runs->count > 0) {
		struct run *last = &runs->items[runs->count - 1];

		if (last->last_at_ms > after_ms) {
			last->last_at_ms = after_ms;
			note_change(runs, last->first_at_ms);
		}
	}
}

int64_t
runs_needed(const struct runs *runs, int64_t at_ms)
{
	int64_t bucket = runs_bucket(at_ms);
	ptrdiff_t i;

	if (runs->count == 0)
		return bucket;
	if (runs->count > RUNS_MAX)
		at_ms = runs->items[runs->count - RUNS_MAX].first_at_ms;
	/* The run that covers the beginning is needed too. */
	i = find(runs, runs_bucket(at_ms) * RUNS_BUCKET_MS);
	if (i < 0)
		i = 0;
	return runs_bucket(runs->items[i].first_at_ms);
}

void
runs_forget(struct runs *runs, int64_t bucket)
{
	size_t n = 0;

	while (
	    n < runs->count && runs_bucket(runs->items[n].first_at_ms) < bucket)
		n++;
	runs->count -= n;
	if (n > 0)
		memmove(runs->items, runs->items + n,
		    runs->count * sizeof(*runs->items));
	if (bucket * RUNS_BUCKET_MS > runs->floor_ms)
		runs->floor_ms = bucket * RUNS_BUCKET_MS;
}
