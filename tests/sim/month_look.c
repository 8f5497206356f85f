/*
 * month_look: what agents see in a simulated month, and when they tell it.
 */
#include "collector/admit.h"
#include "lib/wire.h"
#include "tests/sim/month.h"

#define GROUP "sw:{c0}:"
#define AGAIN_MS 1100 /* a failed look and the second one */
#define SAY_MS 2500   /* the others of a round are told with it */
#define RETRY_MS (7 * MINUTE)
#define SEEN_MAX 4000 /* kept while nobody takes it */

struct look {
	int endpoint, agent;
};

static void
add(struct month_agent *a, const struct observation *o)
{
	if (a->count == SEEN_MAX) { /* the oldest go */
		memmove(a->seen, a->seen + 1,
		    (a->count - 1) * sizeof(*a->seen));
		a->count--;
	}
	if (a->count == a->room) {
		a->room = 2 * a->room + 16;
		a->seen = mem_grow(a->seen, a->room * sizeof(*a->seen));
	}
	a->seen[a->count++] = *o;
}

static int64_t
skew(const struct month_agent *a, int64_t at_ms)
{
	return truth_at(&a->skewed, at_ms) ? a->skew_ms : 0;
}

/* What is so; not what the agent's clock says of it. */
static void
see(struct month *m, int e, const struct month_agent *a, int64_t at_ms,
    bool again, struct observation *o)
{
	const struct truth *t = &m->world.truth;
	bool blip =
	    !again && truth_at(&m->flaky[e], at_ms) && chance(&m->world, 40);

	o->started_at_ms = o->until_at_ms = at_ms;
	o->outcome = OUTCOME_OK;
	o->reason = REASON_NONE;
	if (truth_at(&t->blocked[e][a->place], at_ms)) {
		o->outcome = OUTCOME_UNKNOWN;
		o->reason = REASON_BLOCKED;
	} else if (blip || truth_fails(t, e, a->place, at_ms) ||
	    truth_is_sick(t, a->place, at_ms)) {
		o->outcome = OUTCOME_FAILED;
		o->reason = t->reason[e];
	} else if (truth_at(&t->maintenance[e], at_ms)) {
		o->outcome = OUTCOME_MAINTENANCE;
		o->reason = REASON_HTTP_STATUS;
	} else if (truth_at(&t->slow[e][a->place], at_ms))
		o->outcome = OUTCOME_SLOW;
}

static void tell_now(struct world *, int who, void *data);

static void
plan_to_tell(struct month *m, int agent, int64_t at_ms)
{
	struct month_agent *a = &m->agents[agent];

	if (a->send_ms != 0 && a->send_ms <= at_ms)
		return;
	a->send_ms = at_ms;
	at(&m->world, at_ms, tell_now, agent, NULL);
}

/* Where everything fails an agent sees that it is blind. */
static bool
is_blind(struct month *m, struct month_agent *a, int64_t at_ms)
{
	bool blind = truth_is_cut(&m->world.truth, a->place, at_ms);

	if (blind && a->blind_from_ms == 0)
		a->blind_from_ms = at_ms;
	if (!blind && a->blind_from_ms != 0) {
		if (a->over_count < sizeof(a->over) / sizeof(a->over[0]))
			a->over[a->over_count++] =
			    (struct blind){ a->blind_from_ms, at_ms };
		a->blind_from_ms = 0;
	}
	return blind;
}

/* As the agent's plan has it. */
static const char *
name_of(const struct month *m, int e, const struct month_agent *a)
{
	int n = m->renamed[e];

	while (n > 0 && m->names[e][n].from_ms + a->lag_ms > m->world.now_ms)
		n--;
	return m->names[e][n].text;
}

void
month_look_now(struct month *m, int e, int agent, unsigned flags)
{
	struct month_agent *a = &m->agents[agent];
	int64_t now_ms = m->world.now_ms;
	struct observation o = { .endpoint = name_of(m, e, a),
		.count = 1,
		.flags = flags,
		.interval_ms = m->wish.endpoints[e].interval_s * 1000 };

	if (truth_at(&a->dead, now_ms))
		return;
	if (is_blind(m, a, now_ms)) {
		plan_to_tell(m, agent, now_ms + SAY_MS);
		return;
	}
	m->world.observations++;
	see(m, e, a, now_ms, false, &o);
	add(a, &o);
	if (o.outcome == OUTCOME_FAILED) {
		see(m, e, a, now_ms + AGAIN_MS, true, &o);
		o.flags |= OBSERVATION_LOOK_AGAIN;
		add(a, &o);
		plan_to_tell(m, agent, now_ms + AGAIN_MS + 100);
	} else
		plan_to_tell(m, agent, now_ms + SAY_MS);
}

/* ---- rounds ---- */

static bool
is_looked_at(const struct month *m, int e, int place)
{
	const struct month_endpoint *k = &m->wish.endpoints[e];

	return !k->removed && !k->disabled &&
	    (k->regions == 0 || (k->regions >> place & 1) != 0);
}

static void
look_round(struct world *w, int who, void *data)
{
	struct month *m = month_of(w);
	struct look l = { who / MONTH_AGENTS, who % MONTH_AGENTS };
	int64_t interval_ms = m->wish.endpoints[l.endpoint].interval_s * 1000;

	(void)data;
	if (is_looked_at(m, l.endpoint, m->agents[l.agent].place))
		month_look_now(m, l.endpoint, l.agent, 0);
	/* A loop lags a little. */
	at(w, w->now_ms + interval_ms + roll_between(w, -9, 9), look_round, who,
	    NULL);
}

void
month_looks_plan(struct month *m)
{
	struct world *w = &m->world;

	/* All look about the same time, and then nobody for long: it is cheap. */
	for (int i = 0; i < m->agent_count; i++)
		for (int e = 0; e < w->truth.endpoints; e++)
			at(w, w->now_ms + 1000 + roll_between(w, 0, 900),
			    look_round, e * MONTH_AGENTS + i, NULL);
}

/* ---- telling ---- */

static void
store_part(struct month *m, const struct month_agent *a,
    const struct wire_part *p)
{
	struct wire_bytes part, bytes;
	struct wire_envelope e;
	struct store_ingest in = { .agent = a->name,
		.spool = p->spool,
		.from_seq = p->from_seq,
		.seq = p->seq };
	int64_t have;
	bool is_new = false;

	admit_part(p, a->name, a->region, m->world.now_ms, &e);
	wire_encode_part(p, &part);
	e.part = part.data;
	e.part_length = part.length;
	wire_encode_envelope(&e, &bytes);
	in.envelope = bytes.data;
	in.length = bytes.length;
	if (simstore_ingest(m->store, &in, m->world.now_ms, &have, &is_new) !=
		STORE_DONE ||
	    !is_new)
		broken(&m->world, "%s: a part was refused", a->name);
	wire_bytes_clear(&part);
	wire_bytes_clear(&bytes);
	m->world.messages++;
}

static struct wire_part
part_of(const struct month *m, struct month_agent *a)
{
	bool vague = truth_at(&a->vague, m->world.now_ms);
	struct wire_part p = { .from_seq = a->seq + 1,
		.seq = a->seq + 1,
		.closed_at_ms = m->world.now_ms + skew(a, m->world.now_ms),
		.offset_ms = -skew(a, m->world.now_ms),
		.offset_error_ms = vague ? 60000 : 20 };

	a->seq++;
	text_format(p.spool, sizeof(p.spool), "%08x%08x", a->spools,
	    (unsigned)m->world.seed);
	return p;
}

/* What was seen while it loses everything is told of as a hole. */
static void
tell_hole(struct month *m, struct month_agent *a)
{
	struct wire_part p = part_of(m, a);
	int64_t by_ms = skew(a, m->world.now_ms);

	p.hole = "lost";
	p.hole_from_ms = a->seen[0].started_at_ms + by_ms;
	p.hole_to_ms = a->seen[a->count - 1].started_at_ms + by_ms + 1;
	a->count = 0;
	store_part(m, a, &p);
}

static int
by_time(const void *a, const void *b)
{
	const struct observation *x = a, *y = b;

	return x->started_at_ms < y->started_at_ms
	    ? -1
	    : x->started_at_ms > y->started_at_ms;
}

static void
tell_some(struct month *m, struct month_agent *a, size_t from, size_t count)
{
	struct wire_part p = part_of(m, a);
	int64_t by_ms = skew(a, m->world.now_ms);
	struct blind blinds[sizeof(a->over) / sizeof(a->over[0]) + 1];

	memcpy(blinds, a->over, sizeof(a->over));
	p.blind_count = a->over_count;
	if (a->blind_from_ms != 0)
		blinds[p.blind_count++] =
		    (struct blind){ a->blind_from_ms, a->blind_from_ms };
	for (size_t i = 0; i < p.blind_count; i++) {
		blinds[i].from_ms += by_ms;
		blinds[i].to_ms += by_ms;
	}
	p.blinds = blinds;
	for (size_t i = from; i < from + count; i++) {
		a->seen[i].started_at_ms += by_ms;
		a->seen[i].until_at_ms += by_ms;
	}
	p.observations = count > 0 ? a->seen + from : NULL;
	p.count = count;
	a->over_count = 0;
	store_part(m, a, &p);
}

static void
tell_now(struct world *w, int who, void *data)
{
	struct month *m = month_of(w);
	struct month_agent *a = &m->agents[who];
	size_t from = 0;

	(void)data;
	if (a->send_ms != w->now_ms)
		return; /* planned anew since */
	a->send_ms = 0;
	if (truth_at(&a->away, w->now_ms) || truth_at(&m->refused, w->now_ms) ||
	    truth_is_cut(&w->truth, a->place, w->now_ms)) {
		plan_to_tell(m, who, w->now_ms + RETRY_MS);
		return;
	}
	if (a->count > 0)
		qsort(a->seen, a->count, sizeof(*a->seen), by_time);
	if (a->count > 0 && truth_at(&a->loses, a->seen[0].started_at_ms))
		tell_hole(m, a);
	do {
		size_t n = a->count - from < WIRE_OBSERVATIONS_MAX
		    ? a->count - from
		    : WIRE_OBSERVATIONS_MAX;

		tell_some(m, a, from, n);
		from += n;
	} while (from < a->count);
	a->count = 0;
	month_pass(m);
}
