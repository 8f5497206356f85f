/* simagent: see simagent.h. */
#include "tests/sim/simagent.h"
#include "tests/sim/oracle.h"
#include "tests/sim/simcollector.h"

#define REQUEST_TIMEOUT_MS 10000

/* A probe on its way. */
struct probing {
	uint64_t probe;
	int64_t true_ms; /* when it began */
	struct observation seen;
	char id[WIRE_NAME_MAX + 1];
};

static void pump(struct world *, struct sim_agent *);

int
endpoint_number(const char *id)
{
	return id[strlen(id) - 1] - '0';
}

struct sim_agent *
sim_agent_in(struct world *w, const char *region)
{
	for (int i = 0; i < w->agent_count; i++)
		if (strcmp(w->agents[i]->region, region) == 0)
			return w->agents[i];
	return NULL;
}

static void
probe_ended(struct world *w, int who, void *data)
{
	struct sim_agent *a = w->agents[who];
	struct probing *p = data;
	int64_t now_ms = proc_now(w, &a->proc);

	w->observations++;
	if (p->id[0] != '\0')
		oracle_made(w, who, endpoint_number(p->id), &p->seen,
		    p->true_ms);
	prober_done(a->prober, p->probe, &p->seen, now_ms);
	pump(w, a);
	if (a->dies_failing_ms > 0 && p->id[0] != '\0' &&
	    p->seen.outcome == OUTCOME_FAILED) {
		proc_kill(w, &a->proc, a->dies_failing_ms);
		a->dies_failing_ms = 0;
	}
}

/* It answers; number -1 is a canary. */
static int64_t
look_at_what_works(struct world *w, int region, int number,
    struct observation *o)
{
	const struct truth *t = &w->truth;

	o->outcome = OUTCOME_OK;
	o->status = 200;
	if (number < 0)
		return roll_between(w, 20, 300);
	if (truth_at(&t->blocked[number][region], w->now_ms)) {
		o->outcome = OUTCOME_UNKNOWN;
		o->reason = REASON_BLOCKED;
		o->status = 403;
	} else if (truth_at(&t->maintenance[number], w->now_ms)) {
		o->outcome = OUTCOME_MAINTENANCE;
		o->reason = REASON_HTTP_STATUS;
		o->status = 503;
	} else if (truth_at(&t->slow[number][region], w->now_ms)) {
		o->outcome = OUTCOME_SLOW;
		o->reason = REASON_TIMEOUT;
		return roll_between(w, 4000, 9000);
	}
	return roll_between(w, 20, 300);
}

/* What a probe that starts now sees, and how long it takes. */
static int64_t
look(struct world *w, int region, const struct plan_endpoint *e,
    struct observation *o)
{
	int number = e != NULL ? endpoint_number(e->id) : -1;

	if (truth_is_cut(&w->truth, region, w->now_ms)) {
		o->outcome = OUTCOME_FAILED;
		o->reason = REASON_TIMEOUT;
		return e != NULL ? e->timeout_ms : 5000;
	}
	if (e == NULL ||
	    (!truth_fails(&w->truth, number, region, w->now_ms) &&
		!truth_is_sick(&w->truth, region, w->now_ms)))
		return look_at_what_works(w, region, number, o);
	o->outcome = OUTCOME_FAILED;
	o->reason = w->truth.reason[number];
	text_copy(o->detail, sizeof(o->detail), "simulated <failure>");
	return o->reason == REASON_TIMEOUT ? e->timeout_ms
					   : roll_between(w, 5, 60);
}

static void
start_probe(struct world *w, struct sim_agent *a,
    const struct prober_action *action)
{
	struct probing *p = mem_alloc(sizeof(*p));
	int64_t takes_ms;

	p->probe = action->probe;
	p->seen.started_at_ms = p->seen.until_at_ms = proc_now(w, &a->proc);
	p->seen.count = 1;
	p->seen.flags = action->flags;
	if (action->endpoint != NULL)
		text_copy(p->id, sizeof(p->id), action->endpoint->id);
	takes_ms = (w->look != NULL ? w->look : look)(w, a->place,
	    action->endpoint, &p->seen);
	p->seen.total_us = takes_ms * 1000;
	p->true_ms = w->now_ms;
	at_proc(w, &a->proc, w->now_ms + takes_ms, probe_ended, a->proc.number,
	    p);
}

static void
keep_record(struct sim_agent *a, struct wire_bytes record, bool whole)
{
	while (whole && a->record_count > 0)
		wire_bytes_clear(&a->records[--a->record_count]);
	if (a->record_count == a->record_room) {
		a->record_room = 2 * a->record_room + 64;
		a->records =
		    mem_grow(a->records, a->record_room * sizeof(*a->records));
	}
	a->records[a->record_count++] = record;
}

static void
send_parts(struct world *w, struct sim_agent *a,
    const struct prober_action *action)
{
	struct sim_request *r;
	size_t size = sizeof(*r), used = 0;

	for (size_t i = 0; i < action->part_count; i++)
		size += action->parts[i].length;
	r = mem_alloc(size);
	r->size = size;
	r->agent = a->proc.number;
	r->sent_at_ms = proc_now(w, &a->proc);
	for (r->count = 0; r->count < action->part_count; r->count++) {
		const struct wire_bytes *from = &action->parts[r->count];

		memcpy(r->bytes + used, from->data, from->length);
		r->parts[r->count].at = used;
		r->parts[r->count].length = from->length;
		used += from->length;
	}
	sim_collector_request(w, r);
}

static void
on_timer(struct world *w, int who, void *data)
{
	struct sim_agent *a = w->agents[who];

	(void)data;
	if (w->now_ms >= a->timer_at_ms)
		a->timer_at_ms = NEVER;
	prober_time(a->prober, proc_now(w, &a->proc));
	pump(w, a);
}

static void
set_timer(struct world *w, struct sim_agent *a)
{
	int64_t due_ms = prober_deadline(a->prober);

	if (due_ms == NEVER)
		return;
	due_ms -= a->proc.skew_ms;
	if (due_ms < w->now_ms + 1)
		due_ms = w->now_ms + 1;
	if (due_ms >= a->timer_at_ms)
		return;
	a->timer_at_ms = due_ms;
	at_proc(w, &a->proc, due_ms, on_timer, a->proc.number, NULL);
}

/* Do what the prober asks for, a step at a time. */
static void
pump(struct world *w, struct sim_agent *a)
{
	struct prober_action action;
	int64_t now_ms = proc_now(w, &a->proc);

	for (;;) {
		memset(&action, 0, sizeof(action));
		switch (prober_next(a->prober, now_ms, &action)) {
		case PROBER_NOTHING:
			set_timer(w, a);
			return;
		case PROBER_PROBE:
			start_probe(w, a, &action);
			break;
		case PROBER_RECORD:
			keep_record(a, action.record, action.whole);
			break;
		case PROBER_SEND:
			send_parts(w, a, &action);
			break;
		case PROBER_TELL:
			oracle_told(w, a->proc.number, action.text);
			prober_told(a->prober, true, now_ms);
			break;
		}
		if (step_kills(w, &a->proc))
			return;
	}
}

void
sim_agent_order(struct world *w, int number, const char *endpoint)
{
	struct sim_agent *a = w->agents[number];

	prober_order(a->prober, endpoint, proc_now(w, &a->proc));
	pump(w, a);
}

void
sim_agent_answered(struct world *w, int number,
    const struct prober_answer *answer)
{
	struct sim_agent *a = w->agents[number];

	prober_answered(a->prober, answer, proc_now(w, &a->proc));
	pump(w, a);
}

void
sim_agent_plan(struct world *w, int number)
{
	struct sim_agent *a = w->agents[number];

	prober_plan(a->prober, plan_for(w->settings, a->name),
	    proc_now(w, &a->proc));
	pump(w, a);
}

static void
born(struct world *w, struct proc *p)
{
	struct sim_agent *a = w->agents[p->number];
	int64_t now_ms = proc_now(w, p);

	a->prober = prober_new(a->spool, now_ms);
	for (size_t i = 0; i < a->record_count; i++)
		if (prober_replay(a->prober, a->records[i].data,
			a->records[i].length) != 0)
			broken(w, "%s cannot read its spool file", p->name);
	prober_begin(a->prober, now_ms);
	a->timer_at_ms = NEVER;
	a->sending = false;
	oracle_agent_began(w, p->number, true);
	prober_plan(a->prober, plan_for(w->settings, a->name), now_ms);
	pump(w, a);
}

static void
died(struct world *w, struct proc *p)
{
	struct sim_agent *a = w->agents[p->number];

	(void)w;
	prober_free(a->prober);
	a->prober = NULL;
}

static void
woken(struct world *w, struct proc *p)
{
	struct sim_agent *a = w->agents[p->number];

	oracle_agent_began(w, p->number, false);
	prober_break(a->prober, proc_now(w, p));
	a->timer_at_ms = NEVER;
	pump(w, a);
}

struct sim_agent *
sim_agent_new(struct world *w, int number)
{
	static const char *const names[] = { "agent-0", "agent-1", "agent-2",
		"agent-3" };
	struct sim_agent *a = mem_alloc(sizeof(*a));

	a->proc = (struct proc){ .name = names[number],
		.number = number,
		.born = born,
		.died = died,
		.woken = woken };
	a->place =
	    number < TRUTH_REGIONS ? number : (int)(w->seed % TRUTH_REGIONS);
	text_format(a->name, sizeof(a->name), "a%d", number);
	text_format(a->region, sizeof(a->region), "r%d", a->place);
	text_format(a->spool, sizeof(a->spool), "%016llx",
	    (unsigned long long)roll(w, UINT64_C(1) << 32));
	a->timer_at_ms = NEVER;
	return a;
}

void
sim_agent_free(struct sim_agent *a)
{
	if (a->prober != NULL)
		prober_free(a->prober);
	for (size_t i = 0; i < a->record_count; i++)
		wire_bytes_clear(&a->records[i]);
	free(a->records);
	free(a);
}
