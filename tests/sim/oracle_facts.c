/* oracle_facts: see the header.  docs/design.md and decision 1 say the rules. */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "tests/sim/oracle_facts.h"

#define REGIONS 8
#define BRIDGE 3
#define AGAIN_MS 1500 /* a look-again is late by at most this and an interval */
#define UNSEEN 0      /* nobody had looked before */

bool
seen_is_failing(enum outcome outcome)
{
	return outcome == OUTCOME_FAILED || outcome == OUTCOME_MAINTENANCE;
}

static int
badness(const struct seen *s)
{
	static const int of[] = { [OUTCOME_OK] = 0,
		[OUTCOME_SLOW] = 1,
		[OUTCOME_UNKNOWN] = 2,
		[OUTCOME_MAINTENANCE] = 3,
		[OUTCOME_FAILED] = 4 };

	return of[s->outcome] * 100 + (int)s->reason;
}

size_t
seen_find(const struct seen_list *l, int64_t at_ms)
{
	size_t low = 0, high = l->count;

	if (high > 0 && l->items[high - 1].at_ms < at_ms)
		return high;
	while (low < high) {
		size_t i = low + (high - low) / 2;

		if (l->items[i].at_ms < at_ms)
			low = i + 1;
		else
			high = i;
	}
	return low;
}

int64_t
seen_add(struct seen_list *l, const struct seen *s)
{
	size_t i = seen_find(l, s->at_ms);

	if (i < l->count && l->items[i].at_ms == s->at_ms) {
		if (badness(&l->items[i]) >= badness(s))
			return NEVER;
		l->items[i] = *s;
	} else {
		if (l->count == l->room) {
			l->room = 2 * l->room + 64;
			l->items =
			    mem_grow(l->items, l->room * sizeof(*l->items));
		}
		memmove(l->items + i + 1, l->items + i,
		    (l->count - i) * sizeof(*l->items));
		l->items[i] = *s;
		l->count++;
	}
	return i > 0 ? l->items[i - 1].at_ms : s->at_ms;
}

static bool
bridged(const struct seen *a, const struct seen *b)
{
	return b->at_ms - a->at_ms <= BRIDGE * a->interval_ms;
}

/*
 * A failure before a good look that came in time to be the look-again, and not
 * after another failure, nor right after a look of which nothing is known.
 */
static bool
is_blip(const struct seen_list *l, size_t i)
{
	const struct seen *s = &l->items[i];

	if (!seen_is_failing(s->outcome) || i + 1 == l->count)
		return false;
	if (i > 0 && seen_is_failing(s[-1].outcome) && bridged(s - 1, s))
		return false;
	if (i > 0 && s[-1].outcome == OUTCOME_UNKNOWN &&
	    s->at_ms - s[-1].at_ms <= BRIDGE * s->interval_ms)
		return false;
	return s[1].outcome == OUTCOME_OK &&
	    s[1].at_ms - s->at_ms <= s->interval_ms + AGAIN_MS;
}

int64_t
facts_stale_at(const struct facts *f, int region)
{
	const struct seen_list *l = &f->lists[region];
	const struct seen *last;

	if (l->count == 0 || f->term_count == 0)
		return NEVER;
	last = &l->items[l->count - 1];
	return last->at_ms + BRIDGE * last->interval_ms +
	    f->terms[f->term_count - 1].timeout_ms;
}

/* Up to when look i speaks. */
static int64_t
speaks_until(const struct facts *f, int region, size_t i)
{
	const struct seen_list *l = &f->lists[region];
	const struct seen *s = &l->items[i];

	if (i + 1 < l->count && bridged(s, s + 1))
		return s[1].at_ms;
	if (i + 1 == l->count && f->judged_ms < facts_stale_at(f, region))
		return NEVER;
	return s->at_ms + s->interval_ms;
}

/* The later look saw what the one before it did. */
static bool
goes_on(const struct seen *a, const struct seen *b)
{
	return a->outcome == b->outcome && a->reason == b->reason &&
	    a->interval_ms == b->interval_ms && bridged(a, b);
}

/* Where a sweep over time stands in one region. */
struct place {
	size_t next; /* looks before this one are not later than now */
	enum { NONE, GOOD, BAD } value, was;
	bool maintenance;
};

/* Covered by a void, or said before one and not again since. */
static bool
is_void(const struct facts *f, int region, const struct place *p, int64_t at_ms)
{
	const struct interval_set *voids = &f->voids[region];
	const struct seen *s = &f->lists[region].items[p->next - 1];
	int64_t end_ms = INT64_MIN;

	for (size_t i = 0; i < voids->count; i++) {
		if (voids->items[i].from <= at_ms && voids->items[i].to > at_ms)
			return true;
		if (voids->items[i].to <= at_ms)
			end_ms = voids->items[i].to;
	}
	if (end_ms <= s->at_ms)
		return false;
	return p->next == f->lists[region].count || !goes_on(s, s + 1);
}

static void
look(const struct facts *f, int region, struct place *p, int64_t at_ms)
{
	const struct seen_list *l = &f->lists[region];
	const struct seen *s;

	while (p->next < l->count && l->items[p->next].at_ms <= at_ms)
		p->next++;
	p->was = p->value;
	p->value = NONE;
	if (p->next == 0)
		return;
	s = &l->items[p->next - 1];
	if (at_ms >= speaks_until(f, region, p->next - 1) ||
	    s->outcome == OUTCOME_UNKNOWN || is_void(f, region, p, at_ms))
		return;
	p->value = seen_is_failing(s->outcome) && !is_blip(l, p->next - 1)
	    ? BAD
	    : GOOD;
	p->maintenance = s->outcome == OUTCOME_MAINTENANCE;
}

/* Does a void end at this instant, amid looks that go on? */
static bool
comes_out(const struct facts *f, int region, const struct place *p,
    int64_t at_ms)
{
	const struct interval_set *voids = &f->voids[region];
	const struct seen *s = &f->lists[region].items[p->next - 1];

	if (p->next < 2 || !goes_on(s - 1, s))
		return false;
	for (size_t i = 0; i < voids->count; i++)
		if (voids->items[i].to == at_ms)
			return true;
	return false;
}

/* The last look before the one at this instant, if one is what changed. */
static int64_t
before(const struct facts *f, int region, const struct place *p, int64_t at_ms)
{
	const struct seen_list *l = &f->lists[region];
	const struct interval_set *voids = &f->voids[region];
	const struct seen *s;

	for (size_t i = 0; i < voids->count; i++)
		if (voids->items[i].from <= at_ms && voids->items[i].to > at_ms)
			return at_ms;
	if (p->next == 0)
		return at_ms;
	s = &l->items[p->next - 1];
	if (comes_out(f, region, p, at_ms))
		return at_ms; /* also when a look falls on it */
	if (s->at_ms == at_ms)
		return p->next > 1 ? s[-1].at_ms : UNSEEN;
	return s->at_ms + s->interval_ms == at_ms ? s->at_ms : at_ms;
}

/* A sweep over the instants at which anything can change. */
struct sweep {
	const struct facts *f;
	int64_t *edges;
	size_t count, room;
	int64_t from_ms, to_ms;
	struct place places[REGIONS];
};

static void
edge(struct sweep *w, int64_t at_ms)
{
	size_t i;

	if (at_ms < w->from_ms || at_ms >= w->to_ms)
		return;
	if (w->count == w->room) {
		w->room = 2 * w->room + 64;
		w->edges = mem_grow(w->edges, w->room * sizeof(*w->edges));
	}
	for (i = w->count++; i > 0 && w->edges[i - 1] > at_ms; i--)
		w->edges[i] = w->edges[i - 1];
	w->edges[i] = at_ms;
}

static void
gather_looks(struct sweep *w, int region)
{
	const struct seen_list *l = &w->f->lists[region];
	size_t i = seen_find(l, w->from_ms);

	w->places[region] = (struct place){ .next = i };
	if (i > 0)
		i--;
	for (; i < l->count && l->items[i].at_ms < w->to_ms; i++) {
		int64_t until_ms = speaks_until(w->f, region, i);

		edge(w, l->items[i].at_ms);
		if (i + 1 == l->count || until_ms < l->items[i + 1].at_ms)
			edge(w, until_ms);
	}
}

static void
gather(struct sweep *w)
{
	const struct facts *f = w->f;

	edge(w, w->from_ms);
	for (int r = 0; r < f->regions; r++) {
		gather_looks(w, r);
		for (size_t i = 0; i < f->voids[r].count; i++) {
			edge(w, f->voids[r].items[i].from);
			edge(w, f->voids[r].items[i].to);
		}
	}
	for (size_t i = 0; i < f->term_count; i++)
		edge(w, f->terms[i].from_ms);
}

static const struct term *
term_at(const struct facts *f, int64_t at_ms)
{
	const struct term *found = NULL;

	for (size_t i = 0; i < f->term_count; i++)
		if (f->terms[i].from_ms <= at_ms)
			found = &f->terms[i];
	return found != NULL && found->regions != 0 ? found : NULL;
}

/* What holds from this edge on; its edge is where a region changed. */
static struct span
judge(struct sweep *w, int64_t at_ms)
{
	const struct term *t = term_at(w->f, at_ms);
	struct span s = { .state = BOOK_ABSENT, .from_ms = at_ms };
	int fresh = 0, failing = 0, maintenance = 0;
	int64_t before_ms = INT64_MIN;

	for (int r = 0; r < w->f->regions; r++) {
		struct place *p = &w->places[r];
		int64_t b;

		look(w->f, r, p, at_ms);
		if (t == NULL || (t->regions >> r & 1) == 0)
			continue;
		fresh += p->value != NONE;
		failing += p->value == BAD;
		maintenance += p->value == BAD && p->maintenance;
		b = p->value != p->was ? before(w->f, r, p, at_ms) : INT64_MIN;
		before_ms = b > before_ms ? b : before_ms;
	}
	s.from_before_ms = before_ms == INT64_MIN ? at_ms : before_ms;
	if (t == NULL)
		return s;
	s.state = fresh < t->quorum                             ? BOOK_UNKNOWN
	    : failing >= t->quorum && failing > fresh - failing ? BOOK_DOWN
								: BOOK_FINE;
	s.only_maintenance = maintenance == failing;
	return s;
}

static void
add(struct spans *out, const struct span *s, int64_t to_ms)
{
	struct span *last = out->count > 0 ? &out->items[out->count - 1] : NULL;

	if (last != NULL && last->state == s->state) {
		last->to_ms = to_ms;
		last->only_maintenance = s->only_maintenance;
		return;
	}
	if (out->count == out->room) {
		out->room = 2 * out->room + 8;
		out->items =
		    mem_grow(out->items, out->room * sizeof(*out->items));
	}
	out->items[out->count] = *s;
	out->items[out->count++].to_ms = to_ms;
}

void
facts_book(const struct facts *f, int64_t from_ms, int64_t to_ms,
    struct spans *out)
{
	static struct sweep w; /* keeps its room */

	w.f = f;
	w.count = 0;
	w.from_ms = from_ms;
	w.to_ms = to_ms;
	out->count = 0;
	gather(&w);
	for (size_t i = 0, next; i < w.count; i = next) {
		struct span s = judge(&w, w.edges[i]);

		for (next = i + 1; next < w.count; next++)
			if (w.edges[next] > w.edges[i])
				break;
		add(out, &s, next < w.count ? w.edges[next] : to_ms);
	}
}
