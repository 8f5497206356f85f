/*
 * shard_blind: stretches in which an agent was blind, as it tells of them.
 *
 * A stretch is told when it begins and again, under its beginning, when it is
 * over.  That end may never come: the agent began again with another spool
 * and knows nothing of it, or it went down with what was lost of its stream.
 * Then the agent is in doubt, and what it says next decides (end_in_doubt).
 * Who is no agent there any more says nothing: what it could not see ends with
 * its being one.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

#define SAME_BLIND_MS 10000 /* one stretch told twice, under two shifts */

static const struct void_stretch *
open_blind(const struct shard *s, unsigned region, const char *agent)
{
	const struct region *r = &s->regions[region];

	for (size_t i = r->count; i > 0; i--) {
		const struct void_stretch *v = &r->list[i - 1];

		if (v->cause == VOID_BLIND && v->to_ms == NEVER &&
		    strcmp(v->agent, agent) == 0)
			return v;
	}
	return NULL;
}

static bool
is_same(const struct void_stretch *v, int64_t from_ms)
{
	return llabs(v->from_ms - from_ms) <= SAME_BLIND_MS;
}

static bool
is_known(const struct shard *s, const struct arrival *in, int64_t from_ms)
{
	const struct region *r = &s->regions[in->region];

	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].cause == VOID_BLIND &&
		    r->list[i].from_ms == from_ms &&
		    strcmp(r->list[i].agent, in->agent->name) == 0)
			return true;
	return false;
}

/*
 * What it tells may have been shifted otherwise when it was told first.  An
 * agent is blind once at a time: what begins later ends what was open.
 */
static void
take_blind(struct shard *s, const struct arrival *in, const struct blind *b)
{
	const char *agent = in->agent->name;
	const struct void_stretch *open = open_blind(s, in->region, agent);
	int64_t from_ms = arrival_time(in, b->from_ms);
	int64_t to_ms =
	    b->to_ms <= b->from_ms ? NEVER : arrival_end(in, b->to_ms);

	from_ms =
	    shard_void_begin(s, in->region, VOID_BLIND, agent, from_ms, to_ms);
	if (open != NULL && is_same(open, from_ms))
		from_ms = open->from_ms;
	else if (open != NULL && open->from_ms < from_ms)
		shard_void(s, in->region, VOID_BLIND, agent, open->from_ms,
		    from_ms);
	else if (open != NULL && to_ms == NEVER) {
		if (is_known(s, in, from_ms))
			return;
		to_ms = open->from_ms;
	}
	shard_void(s, in->region, VOID_BLIND, agent, from_ms, to_ms);
}

static bool
says_blind(const struct wire_part *p)
{
	for (size_t i = 0; i < p->blind_count; i++)
		if (p->blinds[i].to_ms <= p->blinds[i].from_ms)
			return true;
	return false;
}

static bool
saw_something(const struct wire_part *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->observations[i].outcome == OUTCOME_OK ||
		    p->observations[i].outcome == OUTCOME_SLOW)
			return true;
	return false;
}

void
shard_doubt(struct shard *s, struct agent *a, enum doubt doubt)
{
	if (!s->entry_is_new || a->region < 0 || a->doubt >= doubt ||
	    open_blind(s, (unsigned)a->region, a->name) == NULL)
		return;
	a->doubt = doubt;
	a->saved_ms = 0; /* to be written at once */
}

/*
 * The end was not told, and will not be.  An agent with a new spool says
 * with its first looks whether it is blind; one that only lost a part of its
 * stream must have seen something.  What it saw up to here stays none.
 */
static void
end_in_doubt(struct shard *s, const struct arrival *in)
{
	const struct void_stretch *open =
	    open_blind(s, in->region, in->agent->name);
	const struct wire_part *p = in->part;
	int64_t to_ms = arrival_end(in, p->closed_at_ms);

	if (!s->entry_is_new || in->envelope->clock_unsure || p->hole != NULL ||
	    p->count == 0 || says_blind(p) ||
	    strcmp(p->spool, in->agent->spool) != 0)
		return;
	if (in->agent->doubt == DOUBT_LOST && !saw_something(p))
		return;
	in->agent->doubt = DOUBT_NONE;
	in->agent->saved_ms = 0;
	if (open == NULL || to_ms <= open->from_ms)
		return;
	shard_journal_note(s, "blind", in->agent->name, open->from_ms, to_ms,
	    "its end was not told; it sees again");
	shard_void(s, in->region, VOID_BLIND, in->agent->name, open->from_ms,
	    to_ms);
}

void
shard_take_blinds(struct shard *s, const struct arrival *in)
{
	for (size_t i = 0; i < in->part->blind_count; i++)
		take_blind(s, in, &in->part->blinds[i]);
	if (in->part->hole != NULL)
		shard_doubt(s, in->agent, DOUBT_LOST);
	if (in->agent->doubt != DOUBT_NONE)
		end_in_doubt(s, in);
}

static bool
looks_from(const struct shard *s, const char *name, size_t region)
{
	const struct agent *a;

	HASH_FIND_STR(s->agents, name, a);
	return a != NULL && a->is_configured && a->region == (int)region;
}

void
shard_end_blinds(struct shard *s)
{
	for (size_t i = 0; i < s->region_count; i++) {
		const struct region *r = &s->regions[i];

		for (size_t k = 0; k < r->count; k++) {
			const struct void_stretch *v = &r->list[k];

			if (v->cause != VOID_BLIND || v->to_ms != NEVER ||
			    looks_from(s, v->agent, i))
				continue;
			shard_journal_note(s, "blind", v->agent, v->from_ms,
			    s->now_ms,
			    "it is no agent of this region any more");
			shard_void(s, (unsigned)i, VOID_BLIND, v->agent,
			    v->from_ms, s->now_ms);
		}
	}
}
