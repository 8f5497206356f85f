/*
 * The oracle on what is noticed: by what is truly so and who could see it, not
 * by what was said about it.  Promises 2 (what fails is alarmed), 5 (a sick
 * region is not believed, a clock is true or not used) and 10 (a dead agent is
 * told).  It judges only while what has to see has been well for a while.
 */
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

#define MINUTE INT64_C(60000)
#define EVERY_MS 10000
#define WELL_MS (4 * MINUTE) /* catching up, an interval, looking again */
#define SICK_MS (8 * MINUTE) /* five of them until it is told */
#define WIDENED_MS (5 * MINUTE)
#define DATED_MS 2500 /* an error over 2 s is too much to be used */
/* An offset no larger than its error is left alone: it can be twice that. */
#define LEFT_MS 4500

void
oracle_made(struct world *w, int agent, int endpoint,
    const struct observation *o, int64_t true_ms)
{
	struct made_list *l = &w->oracle->made[endpoint][agent];

	if (l->count == l->room) {
		l->room = 2 * l->room + 64;
		l->items = mem_grow(l->items, l->room * sizeof(*l->items));
	}
	l->items[l->count++] = (struct made){ .said_ms = o->started_at_ms,
		.true_ms = true_ms,
		.sure = true_ms > w->oracle->agents[agent].broke_ms,
		.outcome = o->outcome,
		.reason = o->reason };
}

/* What it saw; or, had the agent been blind, that it does not know. */
static bool
is_what_was_seen(const struct made *m, const struct observation *o)
{
	return (o->outcome == m->outcome && o->reason == m->reason) ||
	    (o->outcome == OUTCOME_UNKNOWN && o->reason == REASON_AGENT);
}

/*
 * Promises 1 and 5: what counts was seen so, and is dated when it was, or it
 * does not count.
 */
void
oracle_check_look(struct world *w, int agent, const struct observation *o,
    int64_t shift_ms)
{
	int e = endpoint_number(o->endpoint);
	const struct made_list *l = &w->oracle->made[e][agent];
	int64_t error_ms = NEVER;

	for (size_t i = l->count; i-- > 0;) {
		const struct made *m = &l->items[i];

		if (m->said_ms != o->started_at_ms || !is_what_was_seen(m, o))
			continue;
		error_ms = llabs(o->started_at_ms + shift_ms - m->true_ms);
		if (error_ms <= (shift_ms == 0 ? LEFT_MS : DATED_MS))
			return;
	}
	if (error_ms == NEVER)
		broken(w,
		    "promise 1: agent-%d tells of a look at %s that it never "
		    "took",
		    agent, o->endpoint);
	else
		broken(w,
		    "promise 5: a look of agent-%d at %s is dated %lld ms "
		    "from when it was",
		    agent, o->endpoint, (long long)error_ms);
}

static bool
sick_since(const struct world *w, int64_t from_ms)
{
	for (int r = 0; r < TRUTH_REGIONS; r++)
		if (interval_set_within(&w->truth.sick[r], from_ms, w->now_ms) >
		    0)
			return true;
	return false;
}

/* A maintenance page, and a region that could not even see that. */
static bool
was_hidden(const struct world *w, int e, int64_t from_ms)
{
	if (interval_set_within(&w->truth.maintenance[e], from_ms, w->now_ms) ==
	    0)
		return false;
	for (int r = 0; r < TRUTH_REGIONS; r++)
		if (interval_set_within(&w->truth.cut[r], from_ms, w->now_ms) >
		    0)
			return true;
	return false;
}

/*
 * A maintenance page, and a region of which nothing newer is heard than a
 * failure, since there was a break: that is not refuted yet (design, section
 * 6: nothing becomes stale), and what was called so stays so till its end.
 */
static bool
was_failing(const struct world *w, struct subject *s, const struct alarm *a,
    int e)
{
	if (a->since_ms == s->hidden_since_ms)
		return true;
	if (a->event != ALARM_RAISED ||
	    interval_set_within(&w->truth.maintenance[e],
		a->since_ms - WIDENED_MS, w->now_ms) == 0)
		return false;
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		const struct seen_list *l = &w->oracle->books->evaluated[e][r];

		if (l->count == 0 ||
		    l->items[l->count - 1].outcome != OUTCOME_FAILED)
			continue;
		s->hidden_since_ms = a->since_ms;
		return true;
	}
	return false;
}

/* Promise 5: nothing is called down that fewer than a quorum see fail. */
void
truth_check_called(struct world *w, const struct alarm *a)
{
	int e = field_endpoint(a->subject);
	int64_t from_ms = a->since_ms - WIDENED_MS;

	if (a->event == ALARM_CLEARED || a->kind != ALARM_DOWN ||
	    sick_since(w, from_ms) || was_hidden(w, e, from_ms) ||
	    truth_ever(&w->truth, e, 1, from_ms, w->now_ms) ||
	    was_failing(w, subject_seen(w, a->subject), a, e))
		return;
	broken(w, "promise 5: %s is called down and nothing was", a->subject);
}

static bool
well_for(const struct world *w, const enum part parts[], size_t count,
    int64_t for_ms)
{
	for (size_t i = 0; i < count; i++)
		if (w->now_ms - w->hurt_until_ms[parts[i]] < for_ms)
			return false;
	return true;
}

static bool
sight_is_well(const struct world *w, int64_t for_ms)
{
	static const enum part parts[] = { PART_AGENTS, PART_COLLECTORS,
		PART_STORE, PART_NETWORK };

	return well_for(w, parts, 4, for_ms);
}

/* By any shard. */
static bool
is_alarmed(const struct world *w, const char *name)
{
	const struct subject *s = subject_find(w, name);

	return s != NULL && s->active;
}

static bool
fails_everywhere(const struct world *w, int e, int64_t from_ms)
{
	for (int r = 0; r < TRUTH_REGIONS; r++)
		if (interval_set_within(&w->truth.fails[e][r], from_ms,
			w->now_ms) < w->now_ms - from_ms)
			return false;
	return true;
}

/* By the same terms since then; they are newer by a reload. */
static bool
is_watched(const struct world *w, int e, int64_t from_ms)
{
	const struct book *b = &w->oracle->books->endpoints[e];

	return b->term_count > 0 && !b->ended[b->term_count - 1] &&
	    b->terms[b->term_count - 1].from_ms <= from_ms;
}

/* Promise 2: what all could see fail is alarmed. */
static void
check_outages(struct world *w)
{
	if (!sight_is_well(w, WELL_MS))
		return;
	for (int e = 0; e < w->truth.endpoints; e++) {
		if (!is_watched(w, e, w->now_ms - WELL_MS) ||
		    !fails_everywhere(w, e, w->now_ms - WELL_MS) ||
		    oracle_was_held(w, e, w->now_ms - WELL_MS, w->now_ms))
			continue;
		if (!is_alarmed(w, truth_endpoints[e]))
			broken(w,
			    "promise 2: %s has failed everywhere for %lld s, "
			    "and no alarm is raised",
			    truth_endpoints[e], (long long)WELL_MS / 1000);
	}
}

static bool
fails_anywhere(const struct world *w, int64_t from_ms)
{
	for (int e = 0; e < w->truth.endpoints; e++) {
		if (!is_watched(w, e, from_ms) ||
		    interval_set_within(&w->truth.maintenance[e], from_ms,
			w->now_ms) > 0)
			return true;
		for (int r = 0; r < TRUTH_REGIONS; r++)
			if (interval_set_within(&w->truth.fails[e][r], from_ms,
				w->now_ms) > 0 ||
			    interval_set_within(&w->truth.blocked[e][r],
				from_ms, w->now_ms) > 0)
				return true;
	}
	return false;
}

/* Promise 5: a region that alone sees everything fail is not believed. */
static void
check_sick(struct world *w)
{
	char name[48];

	/* Of several shards none sees enough platforms to say so. */
	if (w->settings->shards > 1 ||
	    !sight_is_well(w, SICK_MS + 2 * MINUTE) ||
	    fails_anywhere(w, w->now_ms - SICK_MS - 2 * MINUTE))
		return;
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		if (interval_set_within(&w->truth.sick[r], w->now_ms - SICK_MS,
			w->now_ms) < SICK_MS)
			continue;
		text_format(name, sizeof(name), "operations/suspect/r%d", r);
		if (!is_alarmed(w, name))
			broken(w,
			    "promise 5: r%d alone sees everything fail, and "
			    "is believed",
			    r);
	}
}

static bool
is_heard(const struct world *w, int agent)
{
	const struct proc *p = &w->agents[agent]->proc;

	return proc_runs(w, p) && p->cut_until_ms <= w->now_ms &&
	    !truth_is_cut(&w->truth, w->agents[agent]->place, w->now_ms);
}

/* Promise 10: an agent that nobody can hear is told. */
static void
check_dead(struct world *w)
{
	static const enum part parts[] = { PART_COLLECTORS, PART_STORE };
	char name[48];

	for (int i = 0; i < w->agent_count; i++) {
		struct agent_seen *a = &w->oracle->agents[i];

		if (is_heard(w, i))
			a->dead_since_ms = 0;
		else if (a->dead_since_ms == 0)
			a->dead_since_ms = w->now_ms;
		if (a->dead_since_ms == 0 ||
		    w->now_ms - a->dead_since_ms < WELL_MS ||
		    !well_for(w, parts, 2, WELL_MS))
			continue;
		text_format(name, sizeof(name), "operations/agent/a%d", i);
		if (!is_alarmed(w, name))
			broken(w,
			    "promise 10: agent-%d is not heard for %lld s, "
			    "and no alarm is raised",
			    i,
			    (long long)(w->now_ms - a->dead_since_ms) / 1000);
	}
}

void
oracle_check_truth(struct world *w)
{
	struct oracle *o = w->oracle;

	if (w->now_ms - o->looked_about_ms < EVERY_MS)
		return;
	o->looked_about_ms = w->now_ms;
	check_outages(w);
	check_sick(w);
	check_dead(w);
}
