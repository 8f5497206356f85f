/*
 * prober_probe: the endpoints of the plan, when each is probed, and what an
 * end of a probe leads to.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agent/prober_inside.h"
#include "lib/interval.h"
#include "lib/text.h"

#define DAY_US INT64_C(86400000000)

/* Plans. */

static struct held_plan *
hold(struct plan *plan)
{
	struct held_plan *h = mem_alloc(sizeof(*h));

	h->plan = plan;
	h->uses = 1;
	return h;
}

static void
let_go(struct held_plan *h)
{
	if (h == NULL || --h->uses > 0)
		return;
	plan_free(h->plan);
	free(h);
}

static void
set_due(struct prober *p, struct target *t)
{
	int64_t due_ms = t->regular_ms;

	if (!t->busy && t->look_ms < due_ms)
		due_ms = t->look_ms;
	if (!t->busy && t->ordered)
		due_ms = 0;
	heap_set(&p->due, &t->due, due_ms);
}

static void
drop_target(struct prober *p, struct target *t)
{
	for (size_t i = 0; t->busy && i < p->flight_room; i++)
		if (p->flights[i].target == t)
			p->flights[i].target = NULL;
	heap_remove(&p->due, &t->due);
	free(t);
}

static struct target *
new_target(struct prober *p, const struct plan_endpoint *e)
{
	size_t length = strlen(e->id);
	struct target *t = mem_alloc(sizeof(*t) + length + 1);

	memcpy(t->id, e->id, length);
	t->due.owner = t;
	t->look_ms = NEVER;
	names_add(&p->targets, t->id, t);
	return t;
}

/* An endpoint that stays keeps its slots, its look and what it is at. */
static void
take_endpoint(struct prober *p, const struct plan_endpoint *e,
    const char *region, int64_t now_ms)
{
	struct target *t = names_find(&p->targets, e->id);

	if (t == NULL)
		t = new_target(p, e);
	t->endpoint = e;
	t->plan = p->plan;
	t->phase_ms = schedule_phase(e->id, region, e->interval_ms);
	t->regular_ms = schedule_slot(t->phase_ms, e->interval_ms, now_ms);
	set_due(p, t);
}

static bool
have_same_canaries(const struct plan *a, const struct plan *b)
{
	size_t i = 0;

	if (a->canary_interval_ms != b->canary_interval_ms)
		return false;
	while (a->canaries[i] != NULL && b->canaries[i] != NULL &&
	    strcmp(a->canaries[i], b->canaries[i]) == 0)
		i++;
	return a->canaries[i] == NULL && b->canaries[i] == NULL;
}

/* since_ms: of the blind stretch that may have ended. */
static void
tell_edge(struct prober *p, enum canary_edge edge, int64_t since_ms)
{
	const struct canaries *c = &p->canaries;

	if (edge == CANARY_BLIND)
		spool_blind(p->spool, c->blind_ms, c->blind_ms);
	else if (edge == CANARY_SEES)
		spool_blind(p->spool, since_ms,
		    c->sees_ms > since_ms ? c->sees_ms : since_ms + 1);
}

static void
take_canaries(struct prober *p, const struct plan *old, const struct plan *new,
    int64_t now_ms)
{
	int64_t since_ms = p->canaries.blind_ms;
	size_t count = 0;

	if (old != NULL && have_same_canaries(old, new))
		return;
	while (new->canaries[count] != NULL)
		count++;
	for (size_t i = 0; i < p->flight_room; i++)
		if (p->flights[i].endpoint == NULL)
			p->flights[i].broken = true;
	tell_edge(p,
	    canaries_plan(&p->canaries, count, new->canary_interval_ms, now_ms),
	    since_ms);
}

void
prober_plan(struct prober *p, struct plan *plan, int64_t now_ms)
{
	struct held_plan *old = p->plan;
	struct target *t;
	size_t at = 0;

	p->plan = hold(plan);
	take_canaries(p, old != NULL ? old->plan : NULL, plan, now_ms);
	if (old == NULL)
		silence_init(&p->silence, plan->collector_silence_ms, now_ms);
	p->silence.limit_ms = plan->collector_silence_ms;
	spool_set_shards(p->spool, plan->shards);
	looks_clear(&p->looks);
	for (size_t i = 0; i < plan->count; i++)
		take_endpoint(p, &plan->endpoints[i], plan->region, now_ms);
	while ((t = names_next(&p->targets, &at)) != NULL) {
		if (t->plan == p->plan)
			continue;
		names_remove_at(&p->targets, &at);
		drop_target(p, t);
	}
	let_go(old);
}

void
prober_free_probes(struct prober *p)
{
	struct target *t;
	size_t at = 0;

	while ((t = names_next(&p->targets, &at)) != NULL)
		drop_target(p, t);
	names_clear(&p->targets);
	for (size_t i = 0; i < p->flight_room; i++)
		if (p->flights[i].id != 0)
			let_go(p->flights[i].plan);
	free(p->flights);
	let_go(p->plan);
	heap_clear(&p->due);
	looks_clear(&p->looks);
}

/* Flights. */

static void
grow_flights(struct prober *p)
{
	size_t room = p->flight_room == 0 ? 16 : 2 * p->flight_room;

	assert(room <= FLIGHTS_MAX);
	p->flights = mem_grow(p->flights, room * sizeof(*p->flights));
	for (size_t i = p->flight_room; i < room; i++)
		p->flights[i] = (struct flight){ .next_free = i + 1 };
	p->flight_free = p->flight_room;
	p->flight_room = room;
}

static struct flight *
new_flight(struct prober *p, int64_t now_ms)
{
	struct flight *f;
	size_t n;

	if (p->flight_free == p->flight_room)
		grow_flights(p);
	n = p->flight_free;
	f = &p->flights[n];
	p->flight_free = f->next_free;
	*f = (struct flight){ .id = ++p->flight_serial * FLIGHTS_MAX + n,
		.plan = p->plan,
		.canary = -1,
		.started_ms = now_ms };
	p->plan->uses++;
	return f;
}

static struct flight *
find_flight(struct prober *p, uint64_t id)
{
	size_t n = id % FLIGHTS_MAX;

	return id != 0 && n < p->flight_room && p->flights[n].id == id
	    ? &p->flights[n]
	    : NULL;
}

/* Free its place; its plan goes with the last of its probes. */
static void
free_flight(struct prober *p, struct flight *f)
{
	struct held_plan *plan = f->plan;
	size_t n = (size_t)(f - p->flights);

	*f = (struct flight){ .next_free = p->flight_free };
	p->flight_free = n;
	let_go(plan);
}

/* What is due. */

static void
start_canary(struct prober *p, int canary, int64_t now_ms,
    struct prober_action *out)
{
	struct flight *f = new_flight(p, now_ms);

	f->canary = canary;
	f->due_ms = now_ms;
	out->what = PROBER_PROBE;
	out->probe = f->id;
	out->canary = p->plan->plan->canaries[canary];
	out->due_at_ms = now_ms;
}

static void
start_target(struct prober *p, struct target *t, unsigned flags, int64_t due_ms,
    int64_t now_ms, struct prober_action *out)
{
	struct flight *f = new_flight(p, now_ms);

	t->busy = true;
	f->target = t;
	f->endpoint = t->endpoint;
	f->flags = flags;
	f->due_ms = due_ms;
	out->what = PROBER_PROBE;
	out->probe = f->id;
	out->endpoint = t->endpoint;
	out->due_at_ms = due_ms;
	out->flags = flags;
}

/*
 * Whether a target that came up is probed now, and since when it was due; a
 * slot missed by much, or while its last probe still runs, is skipped.
 */
static bool
is_to_start(struct target *t, int64_t now_ms, unsigned *flags, int64_t *due_ms)
{
	bool regular = t->regular_ms <= now_ms;
	bool missed = now_ms - t->regular_ms > SCHEDULE_LATE_MS;

	*flags = 0;
	*due_ms = regular && !missed ? t->regular_ms : now_ms;
	if (regular)
		t->regular_ms = schedule_slot(t->phase_ms,
		    t->endpoint->interval_ms, now_ms);
	if (t->busy)
		return false;
	if (t->ordered)
		*flags |= OBSERVATION_ORDERED;
	/* A regular probe that comes up first takes the look's place. */
	if (t->look_ms <= now_ms ||
	    (t->look_ms != NEVER && regular && !missed)) {
		*flags |= OBSERVATION_LOOK_AGAIN;
		t->look_ms = NEVER;
	}
	t->ordered = false;
	return *flags != 0 || (regular && !missed);
}

bool
prober_next_probe(struct prober *p, int64_t now_ms, struct prober_action *out)
{
	struct heap_node *next;
	int canary = canaries_next(&p->canaries, now_ms);

	if (canary >= 0) {
		start_canary(p, canary, now_ms, out);
		return true;
	}
	while ((next = heap_first(&p->due)) != NULL && next->at_ms <= now_ms) {
		struct target *t = next->owner;
		unsigned flags;
		int64_t due_ms;
		bool start = is_to_start(t, now_ms, &flags, &due_ms);

		if (start)
			start_target(p, t, flags, due_ms, now_ms, out);
		set_due(p, t);
		if (start)
			return true;
	}
	return false;
}

void
prober_order(struct prober *p, const char *endpoint, int64_t now_ms)
{
	struct target *t = names_find(&p->targets, endpoint);

	(void)now_ms;
	if (t == NULL)
		return; /* not in our plan, or no longer */
	t->ordered = true;
	set_due(p, t);
}

/* Ends. */

static void
end_canary(struct prober *p, int number, bool good, int64_t now_ms)
{
	int64_t since_ms = p->canaries.blind_ms;

	tell_edge(p, canaries_end(&p->canaries, number, good, now_ms),
	    since_ms);
}

static int64_t
bounded(int64_t us)
{
	return us < 0 ? 0 : us > DAY_US ? DAY_US : us;
}

/* What the shell saw, with what the prober knows about it. */
static void
complete(const struct flight *f, const struct observation *seen,
    struct observation *o)
{
	*o = *seen;
	o->endpoint = f->endpoint->id;
	if (o->started_at_ms <= 0)
		o->started_at_ms = f->started_ms;
	o->until_at_ms = o->started_at_ms;
	o->count = 1;
	o->flags = f->flags;
	o->interval_ms = f->endpoint->interval_ms;
	o->lag_us = bounded((f->started_ms - f->due_ms) * 1000);
	o->total_us = bounded(o->total_us);
	o->dns_us = bounded(o->dns_us);
	o->connect_us = bounded(o->connect_us);
	o->tls_us = bounded(o->tls_us);
	o->first_byte_us = bounded(o->first_byte_us);
}

/* While we see nothing at all, a failure says nothing about them. */
static void
excuse(const struct prober *p, struct observation *o)
{
	if (o->outcome != OUTCOME_FAILED ||
	    !canaries_are_blind(&p->canaries, o->started_at_ms))
		return;
	text_format(o->detail, sizeof(o->detail),
	    "no canary answers either (%s)", reason_text(o->reason));
	o->outcome = OUTCOME_UNKNOWN;
	o->reason = REASON_AGENT;
}

/* The endpoint is busy no more; true at the first failure of a series. */
static bool
note_end(struct prober *p, struct target *t, const struct observation *o,
    int64_t now_ms)
{
	bool failed = o->outcome == OUTCOME_FAILED;
	bool first = failed && !t->failing;
	const char *platform = t->endpoint->platform;

	t->failing = failed;
	t->reason = o->reason;
	if (first && !(o->flags & OBSERVATION_LOOK_AGAIN) &&
	    looks_allow(&p->looks, *platform != '\0' ? platform : t->id,
		now_ms))
		t->look_ms = now_ms + LOOK_AFTER_MS;
	return first;
}

static void
end_probe(struct prober *p, const struct flight *f,
    const struct observation *seen, int64_t now_ms)
{
	struct observation o;
	bool first;

	complete(f, seen, &o);
	excuse(p, &o);
	first = f->target != NULL ? note_end(p, f->target, &o, now_ms)
				  : o.outcome == OUTCOME_FAILED;
	if (o.outcome == OUTCOME_FAILED)
		canaries_doubt(&p->canaries, o.started_at_ms, first, now_ms);
	spool_add(p->spool, f->endpoint->shard, &o, first || o.flags != 0,
	    now_ms);
}

void
prober_done(struct prober *p, uint64_t probe, const struct observation *seen,
    int64_t now_ms)
{
	struct flight *found = find_flight(p, probe), f;

	if (found == NULL)
		return;
	f = *found;
	if (f.target != NULL)
		f.target->busy = false;
	if (f.endpoint == NULL && !f.broken)
		end_canary(p, f.canary, seen->outcome == OUTCOME_OK, now_ms);
	else if (f.endpoint != NULL && !f.broken)
		end_probe(p, &f, seen, now_ms);
	if (f.target != NULL)
		set_due(p, f.target);
	free_flight(p, found);
}

/* No burst, no slot in a far future, nothing judged that spans the break. */
void
prober_break_probes(struct prober *p, int64_t now_ms)
{
	struct target *t;
	size_t at = 0;

	for (size_t i = 0; i < p->flight_room; i++) {
		struct flight *f = &p->flights[i];

		f->broken = true;
		if (f->target != NULL && f->flags != 0)
			f->target->look_ms = now_ms;
	}
	while ((t = names_next(&p->targets, &at)) != NULL) {
		t->regular_ms = schedule_slot(t->phase_ms,
		    t->endpoint->interval_ms, now_ms);
		if (t->look_ms != NEVER)
			t->look_ms = now_ms + LOOK_AFTER_MS;
		set_due(p, t);
	}
	canaries_break(&p->canaries, now_ms);
}
