/*
 * simsink: the channels, and their providers.
 *
 * A provider in trouble refuses for good, says "later", wants to be left alone
 * for a while, hangs, breaks off when it has the message, is slow, or takes the
 * message and never delivers it.  Which of them has a message next is the
 * pager's own core's to say (pager/provider.c); what it says is judged by
 * oracle_ways.c.
 */
#include "pager/provider.h"
#include "tests/sim/oracle.h"
#include "tests/sim/simpager.h"
#include "tests/sim/simreceipt.h"

#define TIMEOUT_MS 30000 /* a channel's own */

enum trouble {
	TROUBLE_NONE,
	TROUBLE_REFUSES,
	TROUBLE_LATER,
	TROUBLE_HANGS,
	TROUBLE_LIES,
	TROUBLE_BUSY,
	TROUBLE_BREAKS,
	TROUBLE_SLOW
};

/* What one life of a pager knows of the providers. */
struct memory {
	unsigned life;
	size_t trees; /* so many had been taken over */
	struct provider known[SIM_WAYS][PROVIDERS_MAX];
};

struct sink {
	enum trouble trouble[SIM_WAYS][PROVIDERS_MAX];
	int64_t until_ms[SIM_WAYS][PROVIDERS_MAX];
	struct memory memories[PAGERS];
};

/* One message on its way. */
struct sending {
	struct message message; /* without its body */
	size_t trees;
	struct provider_round round;
	size_t current;
	enum sent sent; /* what the current one says */
	int64_t wait_ms;
	bool later; /* one said "not now" */
	bool stray; /* by a pager that goes on by its journal */
};

/* terminal, mail, command */
static size_t
way_of(enum channel_kind kind)
{
	return kind == CHANNEL_COMMAND ? 2 : (size_t)kind;
}

struct sink *
sink_new(struct world *w)
{
	(void)w;
	return mem_alloc(sizeof(struct sink));
}

void
sink_free(struct sink *s)
{
	free(s);
}

void
sink_trouble(struct world *w, int64_t for_ms)
{
	struct sink *s = w->sink;
	size_t only = roll(w, SIM_WAYS), one = roll(w, PROVIDERS_MAX);
	bool all = chance(w, 30);
	/* One that rests shows only where there is no other. */
	enum trouble trouble = chance(w, 25)
	    ? TROUBLE_BUSY
	    : (enum trouble)roll_between(w, 1, TROUBLE_SLOW);
	bool both = chance(w, trouble == TROUBLE_BUSY ? 80 : 50);

	for (size_t c = 0; c < SIM_WAYS; c++)
		for (size_t i = 0; i < w->wish.providers[c]; i++) {
			if ((!all && c != only) ||
			    (!both && i != one % w->wish.providers[c]))
				continue;
			s->trouble[c][i] = trouble;
			s->until_ms[c][i] = w->now_ms + for_ms;
			tell(w, "channel %zu.%zu: trouble %d for %lld s", c, i,
			    (int)trouble, (long long)for_ms / 1000);
		}
}

/* A new life knows nothing; a new tree forgets who failed, not who rests. */
static struct memory *
memory_of(struct world *w, const struct sim_pager *p)
{
	struct memory *m = &w->sink->memories[p->proc.number];

	if (m->life != p->proc.life) {
		memset(m, 0, sizeof(*m));
		oracle_ways_forget(w, p->proc.number, true);
	} else if (m->trees != w->tree_count) {
		for (size_t c = 0; c < SIM_WAYS; c++)
			for (size_t i = 0; i < PROVIDERS_MAX; i++)
				m->known[c][i].behind_until_ms = 0;
		oracle_ways_forget(w, p->proc.number, false);
	}
	m->life = p->proc.life;
	m->trees = w->tree_count;
	return m;
}

/* What the provider does with it; how long until it says so. */
static int64_t
meets(struct world *w, struct sending *s, enum trouble trouble)
{
	int64_t takes_ms = roll_between(w, 20, 2000);

	s->sent = SENT_HANDED_OVER;
	s->wait_ms = 0;
	switch (trouble) {
	case TROUBLE_NONE:
	case TROUBLE_LIES:
		break;
	case TROUBLE_SLOW:
		takes_ms = roll_between(w, 5000, TIMEOUT_MS);
		break;
	case TROUBLE_REFUSES:
		s->sent = SENT_FAILED;
		break;
	case TROUBLE_BUSY:
		s->wait_ms = roll_between(w, 1000, 600000);
		s->sent = SENT_FAILED_NOW;
		break;
	case TROUBLE_LATER:
	case TROUBLE_BREAKS:
		s->sent = SENT_FAILED_NOW;
		break;
	case TROUBLE_HANGS:
		takes_ms = TIMEOUT_MS;
		s->sent = SENT_FAILED_NOW;
		break;
	}
	if (trouble == TROUBLE_NONE || trouble == TROUBLE_SLOW ||
	    trouble == TROUBLE_BREAKS)
		people_hear(w, &s->message);
	if (s->sent == SENT_HANDED_OVER || trouble == TROUBLE_BREAKS)
		receipt_expect(w, &s->message, takes_ms,
		    trouble != TROUBLE_LIES);
	return takes_ms;
}

static void answer(struct world *, int who, void *data);
static void end(struct world *, int who, void *data);

/* The next has it, or the round is over, and told a moment later. */
static void
go_on(struct world *w, struct sim_pager *p, const struct sending *was)
{
	struct sending *s = mem_copy(was, sizeof(*was));
	size_t way = way_of(s->message.channel);
	const struct provider *known = memory_of(w, p)->known[way];
	int next =
	    provider_next(known, w->wish.providers[way], &s->round, w->now_ms);
	const struct sink *k = w->sink;
	enum trouble trouble;

	if (next == -1) {
		at_proc(w, &p->proc, w->now_ms + 1, end, p->proc.number, s);
		return;
	}
	s->current = (size_t)next;
	oracle_way_begins(w, p->proc.number, way, s->current, s->round.tried);
	trouble = k->until_ms[way][next] > w->now_ms ? k->trouble[way][next]
						     : TROUBLE_NONE;
	at_proc(w, &p->proc, w->now_ms + meets(w, s, trouble), answer,
	    p->proc.number, s);
}

static void
answer(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who];
	struct sending *s = data;
	struct memory *m = memory_of(w, p);
	size_t way = way_of(s->message.channel);

	if (s->trees != w->tree_count) { /* the tree was replaced meanwhile */
		s->round.tried |= 1U << s->current;
		s->round.later = true;
		end(w, who, s);
		return;
	}
	provider_ended(m->known[way], s->current, &s->round, s->sent,
	    s->wait_ms, w->now_ms);
	oracle_way_ended(w, who, way, s->current, s->sent, s->wait_ms);
	s->later |= s->sent == SENT_FAILED_NOW;
	go_on(w, p, s);
}

static void
end(struct world *w, int who, void *data)
{
	struct sending *s = data;
	const struct sim_pager *p = w->pagers[who];
	size_t way = way_of(s->message.channel);
	enum sent outcome = provider_outcome(&s->round, w->wish.providers[way]);

	if (s->trees == w->tree_count)
		oracle_way_over(w, who, way, s->round.tried, s->later, outcome);
	if (!s->stray && !sim_pager_strays(w, p))
		oracle_outcome(w, s->message.incident, s->message.intent,
		    s->message.kind == MESSAGE_CALL, outcome);
	sim_pager_sent(w, who, s->message.intent, outcome);
}

void
sink_send(struct world *w, struct sim_pager *p, const struct message *m)
{
	struct sending s = { .message = *m, .trees = w->tree_count };
	size_t way = way_of(m->channel);

	s.message.body = NULL;
	w->messages++;
	if (sim_pager_strays(w, p)) {
		s.stray = true;
		tell(w, "%s: %s strays: %s", p->proc.name, m->intent,
		    m->subject);
		if (!m->store_down)
			broken(w,
			    "promise 8: %s sends %s by a lease that "
			    "another one has had since",
			    p->proc.name, m->intent);
	} else
		oracle_attempt(w, m,
		    provider_next(memory_of(w, p)->known[way],
			w->wish.providers[way], &s.round, w->now_ms) != -1);
	go_on(w, p, &s);
}
