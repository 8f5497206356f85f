/*
 * Who is on watch: the ring, and overrides on top of it.
 */
#include <string.h>

#include "lib/rota.h"
#include "lib/rota_ring.h"

/* How far a hole is looked at when no hand-off bounds it. */
#define HOLE_MS (INT64_C(86400000))

static void
by_ring(const struct rota *rota, int64_t at_ms, struct stretch *out)
{
	const struct handoff *h;
	struct ring ring;

	*out = (struct stretch){ .from_ms = at_ms,
		.to_ms = at_ms + HOLE_MS,
		.rota = rota };
	ring_build(&ring, rota, at_ms);
	h = ring_at(&ring, at_ms);
	if (h != NULL) {
		out->from_ms = h->at_ms;
		out->watch = h->watch;
		out->person = ring_person(rota, h);
		out->filled = h->filled;
		if (h + 1 < ring.items + ring.count)
			out->to_ms = h[1].at_ms;
	}
	ring_clear(&ring);
}

static bool
applies(const struct override *o, const struct rota *rota)
{
	return o->who != NULL && o->from_ms < o->to_ms &&
	    strcmp(o->rota, rota->name) == 0;
}

/* Move the ends of [from, to) towards at_ms, as far as an edge lies there. */
static void
narrow(int64_t edge_ms, int64_t at_ms, int64_t *from_ms, int64_t *to_ms)
{
	if (edge_ms <= at_ms && edge_ms > *from_ms)
		*from_ms = edge_ms;
	if (edge_ms > at_ms && edge_ms < *to_ms)
		*to_ms = edge_ms;
}

bool
rota_at(const struct rota *rota, const struct override *list, size_t count,
    int64_t at_ms, struct stretch *out)
{
	const struct override *top = NULL;

	by_ring(rota, at_ms, out);
	for (size_t i = 0; i < count; i++)
		if (applies(&list[i], rota) && list[i].from_ms <= at_ms &&
		    at_ms < list[i].to_ms)
			top = &list[i]; /* the latest made wins */
	if (top != NULL) {
		out->override = top;
		out->person = top->who;
		out->from_ms = top->from_ms;
		out->to_ms = top->to_ms;
		out->filled = false;
	}
	for (size_t i = 0; i < count; i++)
		if (applies(&list[i], rota)) {
			narrow(list[i].from_ms, at_ms, &out->from_ms,
			    &out->to_ms);
			narrow(list[i].to_ms, at_ms, &out->from_ms,
			    &out->to_ms);
		}
	return out->person != NULL;
}
