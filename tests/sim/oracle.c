/* oracle: see oracle.h.  This file takes notes; the others judge. */
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

/* An agent that hears nothing good for so long must have told somebody. */
#define TELL_SLACK_MS 120000

struct oracle *
oracle_new(struct world *w)
{
	struct oracle *o = mem_alloc(sizeof(*o));

	text_copy(o->outbox, sizeof(o->outbox), "0-0");
	o->intents = mem_alloc(INTENTS_SEEN * sizeof(*o->intents));
	o->looked_at_ms = w->now_ms;
	for (int i = 0; i < AGENTS; i++)
		o->agents[i].good_at_ms = w->now_ms;
	return o;
}

void
oracle_free(struct oracle *o)
{
	for (int e = 0; e < TRUTH_ENDPOINTS; e++)
		for (int r = 0; r < TRUTH_REGIONS; r++) {
			free(o->acknowledged[e][r].items);
			free(o->made[e][r].items);
		}
	free(o->intents);
	free(o);
}

static void
note_observation(struct world *w, int agent, const struct observation *x,
    int64_t shift_ms)
{
	struct oracle *o = w->oracle;
	int e = endpoint_number(x->endpoint);
	struct seen s = { x->started_at_ms + shift_ms, x->interval_ms,
		x->outcome, x->reason };
	struct seen_list *l = &o->acknowledged[e][agent];

	oracle_check_dating(w, agent, e, x->started_at_ms,
	    x->started_at_ms + shift_ms);
	seen_add(l, &s);
	/* A folded run stands for a probe in every interval. */
	for (int64_t n = 1; n < x->count; n++) {
		s.at_ms = x->started_at_ms + shift_ms +
		    (x->until_at_ms - x->started_at_ms) * n / (x->count - 1);
		seen_add(l, &s);
	}
}

void
oracle_ingested(struct world *w, const char *envelope, size_t length)
{
	struct wire_envelope e;
	struct wire_decoded *d;
	char names[160], error[160];

	if (wire_decode_envelope(envelope, length, &e, names, error) != 0 ||
	    (d = wire_decode_part(e.part, e.part_length, error)) == NULL) {
		broken(w, "what is in the inbox cannot be read: %s", error);
		return;
	}
	for (size_t i = 0; !e.clock_unsure && i < d->part.count; i++)
		note_observation(w, e.agent[1] - '0', &d->part.observations[i],
		    e.shift_ms);
	wire_decoded_free(d);
}

void
oracle_heard(struct world *w, int agent, const struct prober_answer *a)
{
	struct agent_seen *seen = &w->oracle->agents[agent];
	int64_t silence_ms = w->settings->site.collector_silence_ms;

	if (a->status != 200 || a->pager_age_ms > silence_ms ||
	    a->auditor_age_ms > silence_ms || a->commit_age_ms > silence_ms)
		return;
	seen->good_at_ms = w->now_ms;
	seen->told = 0;
}

void
oracle_agent_began(struct world *w, int agent, bool anew)
{
	w->oracle->agents[agent].good_at_ms = w->now_ms;
	if (anew)
		w->oracle->agents[agent].told = 0;
}

void
oracle_told(struct world *w, int agent, const char *text)
{
	tell(w, "agent-%d tells the last resort: %s", agent, text);
	if (strstr(text, " is silent since ") == NULL)
		return;
	if (++w->oracle->agents[agent].told > 1)
		broken(w, "promise 10: agent-%d tells of one silence twice",
		    agent);
}

/* Promise 10: silence is noticed by those who get no answer. */
static void
check_agents(struct world *w)
{
	int64_t limit_ms =
	    w->settings->site.collector_silence_ms + TELL_SLACK_MS;

	for (int i = 0; i < AGENTS; i++) {
		const struct agent_seen *a = &w->oracle->agents[i];

		/* In the instant in which it wakes it has not woken yet. */
		if (!proc_runs(w, &w->agents[i]->proc) ||
		    w->agents[i]->proc.stalled_until_ms == w->now_ms)
			continue;
		if (w->now_ms - a->good_at_ms > limit_ms && a->told == 0)
			broken(w,
			    "promise 10: agent-%d has heard nothing good "
			    "for %lld s and told nobody",
			    i, (long long)(w->now_ms - a->good_at_ms) / 1000);
	}
}

void
oracle_check(struct world *w)
{
	check_agents(w);
	oracle_check_pages(w);
	oracle_check_truth(w);
}

void
oracle_end(struct world *w)
{
	oracle_check_books(w);
}
