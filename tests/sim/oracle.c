/* oracle: see oracle.h.  This file takes notes; the others judge. */
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

/* An agent that hears nothing good for so long must have told somebody. */
#define TELL_SLACK_MS 120000

struct oracle *
oracle_new(struct world *w)
{
	struct oracle *o = mem_alloc(sizeof(*o));

	o->books = books_new();
	for (int e = 0; e < TRUTH_ENDPOINTS; e++)
		o->shards[e] =
		    settings_shard(w->settings, truth_clients[truth_client(e)]);
	o->intents = mem_alloc(INTENTS_SEEN * sizeof(*o->intents));
	o->meant = mem_alloc(INTENTS_SEEN * sizeof(*o->meant));
	o->looked_at_ms = w->now_ms;
	for (int i = 0; i < w->agent_count; i++)
		o->agents[i].good_at_ms = w->now_ms;
	return o;
}

void
oracle_free(struct oracle *o)
{
	for (int e = 0; e < TRUTH_ENDPOINTS; e++)
		for (int i = 0; i < AGENTS; i++)
			free(o->made[e][i].items);
	books_free(o->books);
	free(o->intents);
	free(o->meant);
	free(o);
}

unsigned
endpoint_shard(const struct world *w, int e)
{
	return w->oracle->shards[e];
}

/* "sw:{c3}:" is shard 3; anything else is none. */
void
oracle_changed(struct world *w, const struct simstore_change *c)
{
	unsigned shard = (unsigned)(c->group[5] - '0');

	if (c->group[4] == 'p' && c->value != NULL &&
	    strcmp(c->key, "intents") == 0)
		who_written(w, c->field, c->value, c->length);
	if (c->group[4] != 'c' || shard >= BOOK_SHARDS)
		return;
	if (c->field != NULL)
		books_changed(w, shard, c);
	else if (strcmp(c->key, "in") == 0 && c->value != NULL)
		inbox_appended(w, shard, c->id, c->value, c->length);
	else if (strcmp(c->key, "in") == 0)
		inbox_trimmed(&w->oracle->books->inboxes[shard], c->id);
	else if (strcmp(c->key, "out") == 0 && c->value != NULL)
		oracle_alarm(w, shard, c->value, c->length);
}

void
oracle_durable(struct world *w)
{
	for (unsigned s = 0; s < BOOK_SHARDS; s++)
		books_durable(w, s);
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
	w->oracle->agents[agent].broke_ms = w->now_ms;
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

	for (int i = 0; i < w->agent_count; i++) {
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
	oracle_beat_check(w);
	oracle_check_pages(w);
	oracle_check_truth(w);
}

void
oracle_end(struct world *w)
{
	books_end(w);
	oracle_end_pages(w);
}
