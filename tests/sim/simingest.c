/*
 * simingest: an agent's request on its way through a bad network, into the
 * store, and the answer back.
 */
#include "collector/admit.h"
#include "tests/sim/oracle.h"
#include "tests/sim/simcollector.h"
#include "tests/sim/simpager.h"

#define ANSWER_TIMEOUT_MS 10000

/* A request at a collector. */
struct work {
	struct sim_request *request;
	struct wire_decoded *decoded[WIRE_PARTS_MAX];
	int number;  /* of the collector */
	size_t open; /* parts not yet answered by the store */
	int64_t received_at_ms;
	struct prober_answer answer;
	struct work *next, **prev; /* all of them */
};

static struct work *all_work;

static struct work *
work_new(const struct sim_request *r)
{
	struct work *k = mem_alloc(sizeof(*k));

	k->request = mem_copy(r, r->size);
	k->next = all_work;
	k->prev = &all_work;
	if (all_work != NULL)
		all_work->prev = &k->next;
	all_work = k;
	return k;
}

static void
work_free(struct work *k)
{
	*k->prev = k->next;
	if (k->next != NULL)
		k->next->prev = k->prev;
	for (size_t i = 0; i < k->request->count; i++)
		if (k->decoded[i] != NULL)
			wire_decoded_free(k->decoded[i]);
	free(k->request);
	free(k);
}

void
sim_ingest_free(void)
{
	while (all_work != NULL)
		work_free(all_work);
	sim_poison_free();
}

/* An answer arrives at the agent that still waits for it. */
struct reply {
	int64_t sent_at_ms;
	struct prober_answer answer;
};

static void
reply_arrives(struct world *w, int who, void *data)
{
	struct sim_agent *a = w->agents[who];
	struct reply *r = data;

	if (!a->sending || a->sent_at_ms != r->sent_at_ms)
		return; /* it has given up on that request */
	a->sending = false;
	r->answer.received_at_ms = proc_now(w, &a->proc);
	oracle_heard(w, who, &r->answer);
	sim_agent_answered(w, who, &r->answer);
}

static bool
link_is_cut(const struct world *w, const struct sim_agent *a)
{
	return a->proc.cut_until_ms > w->now_ms ||
	    truth_is_cut(&w->truth, a->place, w->now_ms);
}

/* How long one message takes; -1: it is lost. */
static int64_t
travel_ms(struct world *w, const struct sim_agent *a)
{
	if (chance(w, w->loss_percent))
		return -1;
	if (chance(w, w->late_percent))
		return roll_between(w, 1000, 30000);
	return a->link_ms + roll_between(w, 2, 80);
}

static void
reply_send(struct world *w, struct work *k)
{
	struct sim_agent *a = w->agents[k->request->agent];
	struct reply *r = mem_alloc(sizeof(*r));
	int64_t takes_ms = travel_ms(w, a);

	k->answer.sent_at_ms = r->sent_at_ms = k->request->sent_at_ms;
	k->answer.their_received_ms = k->received_at_ms;
	k->answer.their_sent_ms = proc_now(w, &w->collectors[k->number]->proc);
	sim_pager_ages(w, &k->answer);
	r->answer = k->answer;
	if (takes_ms < 0 || link_is_cut(w, a) || !a->proc.up)
		free(r);
	else
		at_proc(w, &a->proc, w->now_ms + takes_ms, reply_arrives,
		    a->proc.number, r);
}

static void
part_stored(struct world *w, struct call *c)
{
	struct work *k = c->context;
	size_t i = (size_t)c->who;
	struct wire_part *part = &k->decoded[i]->part;

	if (c->outcome == STORE_DONE) {
		k->answer.have[k->answer.have_count].shard = part->shard;
		k->answer.have[k->answer.have_count].have = c->have;
		k->answer.have_count++;
	} else if (c->outcome == STORE_CONFLICT) {
		k->answer.have[k->answer.have_count].shard = part->shard;
		k->answer.have[k->answer.have_count].have = c->have;
		k->answer.have_count++;
		k->answer.status = 200;
	} else
		k->answer.status = 503;
	if (--k->open > 0)
		return;
	reply_send(w, k);
	work_free(k);
}

static void
store_part(struct world *w, struct work *k, size_t i)
{
	struct sim_collector *col = w->collectors[k->number];
	struct sim_agent *a = w->agents[k->request->agent];
	struct wire_part *part = &k->decoded[i]->part;
	struct wire_envelope e;
	struct wire_bytes bytes = { 0 };
	struct call *c;
	char group[12];

	text_format(group, sizeof(group), "sw:{c%u}:", part->shard);
	c = call_new(w, &col->proc, DO_INGEST, group, part_stored);
	admit_part(part, a->name, a->region, k->received_at_ms, &e);
	e.part = k->request->bytes + k->request->parts[i].at;
	e.part_length = k->request->parts[i].length;
	wire_encode_envelope(&e, &bytes);
	sim_poison(w, part, &e, &bytes);
	c->envelope = bytes.data;
	c->ingest = (struct store_ingest){ .shard = part->shard,
		.agent = a->name,
		.spool = part->spool,
		.from_seq = part->from_seq,
		.seq = part->seq,
		.envelope = c->envelope,
		.length = bytes.length };
	c->who = (int)i;
	c->context = k;
	call_start(w, c);
}

/* The parts of one shard in their order, as they came. */
static void
request_arrives(struct world *w, int who, void *data)
{
	const struct sim_request *r = data;
	struct work *k = work_new(r);
	char error[160];

	k->number = who;
	k->answer.status = 200;
	k->received_at_ms = proc_now(w, &w->collectors[who]->proc);
	for (size_t i = 0; i < r->count; i++) {
		k->decoded[i] = wire_decode_part(r->bytes + r->parts[i].at,
		    r->parts[i].length, error);
		if (k->decoded[i] != NULL && k->decoded[i]->refused > 0)
			text_copy(error, sizeof(error), k->decoded[i]->error);
		if (k->decoded[i] == NULL || k->decoded[i]->refused > 0)
			broken(w, "an agent sent an unreadable part: %s",
			    error);
	}
	if (w->broken[0] != '\0') {
		work_free(k);
		return;
	}
	k->open = r->count;
	for (size_t i = 0; i < r->count; i++)
		store_part(w, k, i);
	if (r->count == 0) {
		reply_send(w, k);
		work_free(k);
	}
}

static void
give_up(struct world *w, int who, void *data)
{
	struct sim_agent *a = w->agents[who];
	struct prober_answer none = { .status = 0 };

	if (!a->sending || a->sent_at_ms != *(int64_t *)data)
		return;
	a->sending = false;
	none.sent_at_ms = a->sent_at_ms;
	none.received_at_ms = proc_now(w, &a->proc);
	none.pager_age_ms = none.auditor_age_ms = none.commit_age_ms = NEVER;
	sim_agent_answered(w, who, &none);
}

/* The first collector that runs: what an address in front of both does. */
static struct sim_collector *
reachable(struct world *w)
{
	for (int i = 0; i < COLLECTORS; i++)
		if (w->collectors[i]->proc.up)
			return w->collectors[i];
	return NULL;
}

static void
send_copy(struct world *w, struct sim_request *r)
{
	struct sim_collector *to = reachable(w);
	int64_t takes_ms = travel_ms(w, w->agents[r->agent]);

	if (to == NULL || takes_ms < 0 || link_is_cut(w, w->agents[r->agent]))
		free(r);
	else
		at_proc(w, &to->proc, w->now_ms + takes_ms, request_arrives,
		    to->proc.number, r);
}

void
sim_collector_request(struct world *w, struct sim_request *r)
{
	struct sim_agent *a = w->agents[r->agent];

	a->sending = true;
	a->sent_at_ms = r->sent_at_ms;
	at_proc(w, &a->proc, w->now_ms + ANSWER_TIMEOUT_MS, give_up, r->agent,
	    mem_copy(&r->sent_at_ms, sizeof(r->sent_at_ms)));
	if (chance(w, w->twice_percent))
		send_copy(w, mem_copy(r, r->size));
	send_copy(w, r);
}
