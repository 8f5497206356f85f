/*
 * Who is on watch: the ring, layers above it, and overrides on top.
 *
 * Each step may change the person and narrows the stretch to where what it
 * says is the same all through.  Not each edge changes who is called (somebody
 * else may be away): stretches of the same people are joined in the end.
 */
#include <string.h>

#include "lib/rota.h"
#include "lib/rota_ring.h"
#include "lib/rota_turn.h"

/* How far a hole is looked at when no hand-off bounds it. */
#define HOLE_MS (INT64_C(86400000))

struct look {
	const struct override *list;
	size_t count;
	int64_t at_ms;
	bool unseen; /* no hand-off is near: the stretch has no bounds */
	struct stretch *out;
};

bool
override_is_away(const struct override *o)
{
	return o->person[0] == '\0';
}

/* When it took over on that date: what overlaps with it may have had some of
   its hours since. */
static int64_t
begun(const struct ring *ring, const struct handoff *h)
{
	const struct handoff *first = ring->items;

	while (first->watch != h->watch || first->day != h->day)
		first++;
	return first->at_ms;
}

/* The stretch is this hand-off's, until the next one. */
static void
stand(struct stretch *out, const struct ring *ring, const struct handoff *h)
{
	out->from_ms = h->at_ms;
	out->begin_ms = begun(ring, h);
	out->watch = h->watch;
	out->clash = h->clash;
	out->day = h->day;
	out->filled = h->filled;
	if (h + 1 < ring->items + ring->count)
		out->to_ms = h[1].at_ms;
	else if (ring->seen_ms > 0)
		out->to_ms = ring->seen_ms; /* nobody takes over any more */
}

static void
by_ring(struct look *l, const struct rota *rota)
{
	const struct handoff *h;
	struct ring ring;

	*l->out = (struct stretch){ .from_ms = l->at_ms,
		.begin_ms = l->at_ms,
		.to_ms = l->at_ms + HOLE_MS,
		.rota = rota };
	ring_build(&ring, rota, l->at_ms);
	h = ring_at(&ring, l->at_ms);
	l->unseen = h == NULL;
	if (h != NULL)
		stand(l->out, &ring, h);
	ring_clear(&ring);
}

/* Move the ends of the stretch towards the instant, as far as an edge lies
   there. */
static void
narrow(struct look *l, int64_t edge_ms)
{
	struct stretch *s = l->out;

	if (edge_ms <= l->at_ms && edge_ms > s->from_ms)
		s->from_ms = edge_ms;
	if (edge_ms > l->at_ms && edge_ms < s->to_ms)
		s->to_ms = edge_ms;
}

static void
by_layer(struct look *l, const struct layer *y)
{
	struct stretch *s = l->out;
	struct hours hours = { &y->watches, y->dates.since_day,
		y->dates.until_day };
	int64_t from_ms = s->from_ms, to_ms = s->to_ms;
	const struct handoff *h;
	struct ring ring;

	hours_build(&ring, &hours, from_ms, to_ms);
	h = ring_at(&ring, l->at_ms);
	if (h != NULL && h->watch != NULL) {
		stand(s, &ring, h);
		s->layer = y;
	}
	for (size_t i = 0; i < ring.count; i++)
		narrow(l, ring.items[i].at_ms);
	ring_clear(&ring);
}

static bool
is_of(const struct override *o, const struct rota *rota)
{
	return o->from_ms < o->to_ms &&
	    (o->rota[0] == '\0' || strcmp(o->rota, rota->name) == 0);
}

static bool
is_named(const char *name, const struct person *p)
{
	return p != NULL && strcmp(name, p->name) == 0;
}

/* Does it give somebody hours, whoever's they are? */
static bool
is_whoevers(const struct override *o)
{
	return o->instead[0] == '\0';
}

static void
by_override(struct look *l, const struct override *o)
{
	struct stretch *s = l->out;

	if (o->who == NULL || !is_of(o, s->rota) ||
	    (!is_whoevers(o) && !is_named(o->instead, s->person)))
		return;
	narrow(l, o->from_ms);
	narrow(l, o->to_ms);
	if (l->at_ms < o->from_ms || l->at_ms >= o->to_ms)
		return;
	if (is_whoevers(o) && l->unseen && s->watch == NULL) {
		s->from_ms = o->from_ms;
		s->to_ms = o->to_ms;
	}
	s->person = o->who;
	s->override = o;
	s->filled = false;
	s->clash = NULL;
}

/* Who says so, or NULL; the stretch is as long as that is the same. */
static const struct override *
away(struct look *l, const struct person *p)
{
	const struct override *found = NULL;

	for (size_t i = 0; i < l->count; i++) {
		const struct override *o = &l->list[i];

		if (!override_is_away(o) || !is_of(o, l->out->rota) ||
		    !is_named(o->instead, p))
			continue;
		narrow(l, o->from_ms);
		narrow(l, o->to_ms);
		if (o->from_ms <= l->at_ms && l->at_ms < o->to_ms)
			found = o;
	}
	return found;
}

/* Overrides may name people of another tree than the rota's. */
static bool
is_same(const struct person *p, const struct person *q)
{
	return p == q || (q != NULL && strcmp(p->name, q->name) == 0);
}

/* The next in the written order who is there, and is not one of two. */
static const struct person *
next_there(struct look *l, const struct person *but, const struct person *nor)
{
	const struct stretch *s = l->out;
	size_t people = s->watch == NULL ? 0 : s->watch->people.count;

	for (size_t i = 1; i < people; i++) {
		const struct person *p =
		    turn_person(s->rota, s->watch, s->day, i);

		if (!is_same(p, but) && !is_same(p, nor) && away(l, p) == NULL)
			return p;
	}
	return NULL;
}

static void
replace_away(struct look *l)
{
	struct stretch *s = l->out;
	const struct override *o =
	    s->person == NULL ? NULL : away(l, s->person);
	const struct person *p;

	if (o == NULL)
		return;
	p = next_there(l, s->person, NULL);
	s->away = p == NULL;
	if (p == NULL)
		return; /* better than nobody */
	s->person = p;
	s->override = o;
}

/* Those named for it, in their own turn; or who comes next of the people. */
static const struct person *
find_secondary(struct look *l, const struct person *replaced)
{
	const struct stretch *s = l->out;
	const struct watch *w = s->watch;
	size_t count = w == NULL ? 0 : w->secondary.count, first;

	if (count == 0)
		return next_there(l, s->person, replaced);
	first = turn_index(s->rota, w, s->day, count);
	for (size_t i = 0; i < count; i++) {
		const struct person *p = w->seconds[(first + i) % count];

		if (!is_same(p, s->person) && !is_same(p, replaced) &&
		    away(l, p) == NULL)
			return p;
	}
	return NULL;
}

/* What is the same from edge to edge, though it may go on beyond. */
static void
look(const struct rota *rota, const struct override *list, size_t count,
    int64_t at_ms, struct stretch *out)
{
	struct look l = { list, count, at_ms, false, out };
	const struct person *own = NULL;

	by_ring(&l, rota);
	CONF_EACH (const struct layer, y, &rota->layers)
		by_layer(&l, y);
	if (out->watch != NULL)
		own = turn_person(rota, out->watch, out->day, 0);
	out->person = own;
	for (size_t i = 0; i < count; i++)
		by_override(&l, &list[i]);
	replace_away(&l);
	out->instead = own != NULL && !is_same(own, out->person) ? own : NULL;
	out->secondary = find_secondary(&l, out->instead);
}

/* By an override that goes on over hand-offs. */
static bool
is_over_watches(const struct stretch *s)
{
	return s->override != NULL && is_whoevers(s->override);
}

/* May the same go on beyond this end of a stretch?  A hand-off ends it, unless
   an override lies over it. */
static bool
is_edge(const struct override *list, size_t count, const struct stretch *s,
    int64_t at_ms)
{
	if (is_over_watches(s) && s->override->from_ms < at_ms &&
	    at_ms < s->override->to_ms)
		return true;
	for (size_t i = 0; i < count; i++)
		if ((list[i].from_ms == at_ms || list[i].to_ms == at_ms) &&
		    is_of(&list[i], s->rota))
			return true;
	return false;
}

/* Is it one watch, or one override, of the same person? */
static bool
is_alike(const struct stretch *a, const struct stretch *b, bool pair)
{
	if (a->person == NULL || a->person != b->person ||
	    a->override != b->override || a->away != b->away ||
	    (pair && a->secondary != b->secondary))
		return false;
	return is_over_watches(a) ||
	    (a->watch == b->watch && a->layer == b->layer && a->day == b->day);
}

static void
join(const struct override *list, size_t count, struct stretch *s, bool pair)
{
	struct stretch other;

	while (is_edge(list, count, s, s->to_ms)) {
		look(s->rota, list, count, s->to_ms, &other);
		if (!is_alike(s, &other, pair))
			break;
		s->to_ms = other.to_ms;
	}
	while (is_edge(list, count, s, s->from_ms)) {
		look(s->rota, list, count, s->from_ms - 1, &other);
		if (!is_alike(s, &other, pair))
			break;
		s->from_ms = other.from_ms;
	}
}

bool
rota_at(const struct rota *rota, const struct override *list, size_t count,
    int64_t at_ms, struct stretch *out)
{
	look(rota, list, count, at_ms, out);
	join(list, count, out, true);
	return out->person != NULL;
}

void
rota_whole(const struct override *list, size_t count, struct stretch *s)
{
	join(list, count, s, false);
}

bool
rota_watch_at(const struct rota *rota, const struct override *list,
    size_t count, int64_t at_ms, struct stretch *out)
{
	look(rota, list, count, at_ms, out);
	join(list, count, out, false);
	return out->person != NULL;
}
