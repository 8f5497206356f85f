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
#define DATED_MS 2500        /* an error over 2 s is too much to be used */

void
oracle_made(struct world *w, int agent, int endpoint, int64_t said_ms,
    int64_t true_ms)
{
	struct made_list *l = &w->oracle->made[endpoint][agent];

	if (l->count == l->room) {
		l->room = 2 * l->room + 64;
		l->items = mem_grow(l->items, l->room * sizeof(*l->items));
	}
	l->items[l->count++] = (struct made){ said_ms, true_ms };
}

/* Promise 5: what counts is dated when it was, or it does not count. */
void
oracle_check_dating(struct world *w, int agent, int endpoint, int64_t said_ms,
    int64_t dated_ms)
{
	const struct made_list *l = &w->oracle->made[endpoint][agent];
	int64_t error_ms = NEVER;

	for (size_t i = l->count; i-- > 0;) {
		if (l->items[i].said_ms != said_ms)
			continue;
		error_ms = llabs(dated_ms - l->items[i].true_ms);
		if (error_ms <= DATED_MS)
			return;
		/* Not held yet: see "Simulation" in docs/design.md. */
		if (l->items[i].true_ms < w->agents[agent]->proc.set_dead_ms)
			return;
	}
	if (error_ms == NEVER)
		broken(w,
		    "promise 1: agent-%d tells of a look at e%d that "
		    "it never took",
		    agent, endpoint);
	else
		broken(w,
		    "promise 5: a look of agent-%d at e%d is dated %lld ms "
		    "from when it was",
		    agent, endpoint, (long long)error_ms);
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

/* Promise 2: what all could see fail is alarmed. */
static void
check_outages(struct world *w)
{
	char name[32];

	if (!sight_is_well(w, WELL_MS))
		return;
	for (int e = 0; e < w->truth.endpoints; e++) {
		if (!fails_everywhere(w, e, w->now_ms - WELL_MS))
			continue;
		text_format(name, sizeof(name), "acme/e%d", e);
		if (!is_alarmed(w, name))
			broken(w,
			    "promise 2: %s has failed everywhere for %lld s, "
			    "and no alarm is raised",
			    name, (long long)WELL_MS / 1000);
	}
}

static bool
fails_anywhere(const struct world *w, int64_t from_ms)
{
	for (int e = 0; e < w->truth.endpoints; e++)
		for (int r = 0; r < TRUTH_REGIONS; r++)
			if (interval_set_within(&w->truth.fails[e][r], from_ms,
				w->now_ms) > 0)
				return true;
	return false;
}

/* Promise 5: a region that alone sees everything fail is not believed. */
static void
check_sick(struct world *w)
{
	char name[48];

	if (!sight_is_well(w, SICK_MS + 2 * MINUTE) ||
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
	    !truth_is_cut(&w->truth, agent, w->now_ms);
}

/* Promise 10: an agent that nobody can hear is told. */
static void
check_dead(struct world *w)
{
	static const enum part parts[] = { PART_COLLECTORS, PART_STORE };
	char name[48];

	for (int i = 0; i < AGENTS; i++) {
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
