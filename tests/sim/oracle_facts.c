/*
 * The oracle's own way from acknowledged observations to what must have been
 * booked: naive, slow, written from the definition (docs/design.md, "Facts")
 * and sharing no code with the collector.
 */
#include "tests/sim/oracle_facts.h"

static int
by_time(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return (int)x->outcome - (int)y->outcome;
}

void
seen_add(struct seen_list *l, const struct seen *s)
{
	if (l->count == l->room) {
		l->room = 2 * l->room + 64;
		l->items = mem_grow(l->items, l->room * sizeof(*l->items));
	}
	l->items[l->count++] = *s;
	l->sorted = false;
}

void
seen_sort(struct seen_list *l)
{
	if (!l->sorted && l->count > 0)
		qsort(l->items, l->count, sizeof(*l->items), by_time);
	l->sorted = true;
}

static bool
bridged(const struct seen *a, const struct seen *b)
{
	return b->at_ms - a->at_ms <= 3 * a->interval_ms;
}

/* A failure between two good looks, or at the beginning before one. */
static bool
is_blip(const struct seen_list *l, size_t i)
{
	const struct seen *s = &l->items[i];

	if (s->outcome != OUTCOME_FAILED || i + 1 == l->count)
		return false;
	if (i > 0 && l->items[i - 1].outcome == OUTCOME_FAILED &&
	    bridged(s - 1, s))
		return false;
	return (s[1].outcome == OUTCOME_OK || s[1].outcome == OUTCOME_SLOW) &&
	    bridged(s, s + 1);
}

enum value
facts_value(const struct seen_list *l, int64_t at_ms, int64_t now_ms)
{
	size_t low = 0, high = l->count;
	const struct seen *s;
	int64_t until_ms;

	while (low < high) {
		size_t i = low + (high - low) / 2;

		if (l->items[i].at_ms <= at_ms)
			low = i + 1;
		else
			high = i;
	}
	if (low == 0)
		return VALUE_NONE;
	s = &l->items[low - 1];
	if (low < l->count && bridged(s, s + 1))
		until_ms = s[1].at_ms;
	else if (low == l->count && now_ms <= s->at_ms + 3 * s->interval_ms)
		until_ms = now_ms;
	else
		until_ms = s->at_ms + s->interval_ms;
	if (at_ms >= until_ms || s->outcome == OUTCOME_UNKNOWN)
		return VALUE_NONE;
	if (s->outcome == OUTCOME_FAILED || s->outcome == OUTCOME_MAINTENANCE)
		return is_blip(l, low - 1) ? VALUE_OK : VALUE_FAILING;
	return VALUE_OK;
}

static int
compare_ms(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/*
 * What was seen before a void says nothing after it, until the next look;
 * unless that look saw the same.
 */
static bool
is_forgotten(const struct seen_list *l, const struct interval_set *voids,
    int64_t at_ms)
{
	size_t n = 0;
	int64_t end_ms = INT64_MIN;

	while (n < l->count && l->items[n].at_ms <= at_ms)
		n++;
	if (n == 0)
		return false;
	for (size_t i = 0; i < voids->count; i++)
		if (voids->items[i].to <= at_ms)
			end_ms = voids->items[i].to;
	if (end_ms <= l->items[n - 1].at_ms)
		return false;
	return n == l->count ||
	    l->items[n].outcome != l->items[n - 1].outcome ||
	    l->items[n].reason != l->items[n - 1].reason ||
	    !bridged(&l->items[n - 1], &l->items[n]);
}

/* Every instant at which a region's value may change. */
static size_t
edges_of(const struct seen_list lists[], const struct interval_set voids[],
    int regions, int64_t from_ms, int64_t to_ms, int64_t **out)
{
	size_t count = 0, room = 2;
	int64_t *e;

	for (int r = 0; r < regions; r++)
		room += 2 * (lists[r].count + voids[r].count);
	e = mem_alloc(room * sizeof(*e));
	e[count++] = from_ms;
	e[count++] = to_ms;
	for (int r = 0; r < regions; r++) {
		for (size_t i = 0; i < lists[r].count; i++) {
			const struct seen *s = &lists[r].items[i];

			e[count++] = s->at_ms;
			e[count++] = s->at_ms + s->interval_ms;
		}
		for (size_t i = 0; i < voids[r].count; i++) {
			e[count++] = voids[r].items[i].from;
			e[count++] = voids[r].items[i].to;
		}
	}
	qsort(e, count, sizeof(*e), compare_ms);
	*out = e;
	return count;
}

void
facts_book(struct seen_list lists[], const struct interval_set voids[],
    int regions, int quorum, int64_t from_ms, int64_t to_ms,
    struct interval_set *down, struct interval_set *unknown)
{
	int64_t *e;
	size_t count;

	for (int r = 0; r < regions; r++)
		seen_sort(&lists[r]);
	count = edges_of(lists, voids, regions, from_ms, to_ms, &e);
	for (size_t i = 0; i + 1 < count; i++) {
		int fresh = 0, failing = 0;

		if (e[i] < from_ms || e[i] >= to_ms || e[i] == e[i + 1])
			continue;
		for (int r = 0; r < regions; r++) {
			enum value v = facts_value(&lists[r], e[i], to_ms);

			if (interval_set_within(&voids[r], e[i], e[i] + 1) >
				0 ||
			    (voids[r].count > 0 &&
				is_forgotten(&lists[r], &voids[r], e[i])))
				v = VALUE_NONE;
			fresh += v != VALUE_NONE;
			failing += v == VALUE_FAILING;
		}
		if (failing >= quorum && 2 * failing > fresh)
			interval_set_add(down, e[i], e[i + 1]);
		else if (fresh < quorum)
			interval_set_add(unknown, e[i], e[i + 1]);
	}
	free(e);
}
