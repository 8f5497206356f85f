/*
 * canary: see canary.h.  A round asks for every canary; one that is still
 * under way from the round before is asked for again when it ends.
 */
#include <assert.h>

#include "agent/canary.h"
#include "lib/interval.h"

void
canaries_init(struct canaries *c, int64_t now_ms)
{
	*c = (struct canaries){ .round_ms = NEVER,
		.good_ms = now_ms - 1,
		.asked_ms = NEVER,
		.unasked_ms = NEVER,
		.blind_ms = NEVER };
}

/* Others or another number of them: what was known of each is void. */
enum canary_edge
canaries_plan(struct canaries *c, size_t count, int64_t interval_ms,
    int64_t now_ms)
{
	c->count = count < CANARIES_MAX ? count : CANARIES_MAX;
	c->interval_ms = interval_ms;
	for (size_t i = 0; i < CANARIES_MAX; i++)
		c->each[i].wanted = c->each[i].busy = c->each[i].failed = false;
	c->round_ms = c->count > 0 ? now_ms : NEVER;
	if (c->count > 0 || c->blind_ms == NEVER)
		return CANARY_NO_EDGE;
	c->blind_ms = NEVER;
	c->sees_ms = now_ms;
	return CANARY_SEES;
}

void
canaries_resume(struct canaries *c, int64_t blind_ms)
{
	c->blind_ms = blind_ms;
}

static void
begin_round(struct canaries *c, int64_t now_ms)
{
	int64_t gap_ms = c->interval_ms;

	if (c->blind_ms != NEVER && gap_ms > CANARY_BLIND_MS)
		gap_ms = CANARY_BLIND_MS;
	for (size_t i = 0; i < c->count; i++)
		c->each[i].wanted = true;
	if (c->unasked_ms < c->asked_ms)
		c->asked_ms = c->unasked_ms;
	c->unasked_ms = NEVER;
	c->last_ms = now_ms;
	c->round_ms = now_ms + gap_ms;
}

int
canaries_next(struct canaries *c, int64_t now_ms)
{
	if (c->round_ms <= now_ms)
		begin_round(c, now_ms);
	for (size_t i = 0; i < c->count; i++) {
		if (!c->each[i].wanted || c->each[i].busy)
			continue;
		c->each[i].wanted = false;
		c->each[i].busy = true;
		c->each[i].started_ms = now_ms;
		return (int)i;
	}
	return -1;
}

static bool
all_failed(const struct canaries *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->each[i].busy || !c->each[i].failed ||
		    c->each[i].started_ms <= c->good_ms)
			return false;
	return c->count > 0;
}

static enum canary_edge
went_well(struct canaries *c, int64_t started_ms)
{
	if (started_ms > c->good_ms)
		c->good_ms = started_ms;
	if (started_ms >= c->last_ms)
		c->asked_ms = NEVER;
	if (c->blind_ms == NEVER || started_ms < c->blind_ms)
		return CANARY_NO_EDGE;
	c->blind_ms = NEVER;
	c->sees_ms = started_ms;
	return CANARY_SEES;
}

static int64_t
earliest(const struct canaries *c)
{
	int64_t at_ms = c->good_ms;

	if (c->asked_ms < at_ms)
		at_ms = c->asked_ms;
	return c->unasked_ms < at_ms ? c->unasked_ms : at_ms;
}

static enum canary_edge
went_badly(struct canaries *c, int64_t now_ms)
{
	int64_t back_ms = now_ms - 2 * c->interval_ms - CANARY_BACK_MS;

	if (c->blind_ms != NEVER || !all_failed(c))
		return CANARY_NO_EDGE;
	c->blind_ms = earliest(c);
	if (c->blind_ms < back_ms)
		c->blind_ms = back_ms;
	c->asked_ms = c->unasked_ms = NEVER;
	if (c->round_ms > c->last_ms + CANARY_BLIND_MS)
		c->round_ms = c->last_ms + CANARY_BLIND_MS;
	return CANARY_BLIND;
}

enum canary_edge
canaries_end(struct canaries *c, int number, bool good, int64_t now_ms)
{
	assert(number >= 0 && number < CANARIES_MAX);
	c->each[number].busy = false;
	c->each[number].failed = !good;
	return good ? went_well(c, c->each[number].started_ms)
		    : went_badly(c, now_ms);
}

/* A failure is confirmed by a canary that began after it and went well. */
void
canaries_doubt(struct canaries *c, int64_t started_ms, bool first,
    int64_t now_ms)
{
	int64_t soon_ms = c->last_ms + CANARY_AGAIN_MS;

	if (started_ms < c->unasked_ms)
		c->unasked_ms = started_ms;
	if (!first || c->count == 0)
		return;
	if (soon_ms < now_ms)
		soon_ms = now_ms;
	if (c->round_ms > soon_ms)
		c->round_ms = soon_ms;
}

bool
canaries_are_blind(const struct canaries *c, int64_t started_ms)
{
	return c->blind_ms != NEVER || started_ms < c->sees_ms;
}

/* What was under way is not judged; look at once, what is known is old. */
void
canaries_break(struct canaries *c, int64_t now_ms)
{
	for (size_t i = 0; i < c->count; i++)
		c->each[i].busy = c->each[i].failed = false;
	if (c->good_ms >= now_ms)
		c->good_ms = now_ms - 1;
	if (c->blind_ms != NEVER)
		c->blind_ms = now_ms;
	if (c->sees_ms > now_ms)
		c->sees_ms = now_ms;
	c->asked_ms = c->unasked_ms = NEVER;
	c->last_ms = now_ms - CANARY_AGAIN_MS;
	if (c->count > 0)
		c->round_ms = now_ms;
}

int64_t
canaries_deadline(const struct canaries *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->each[i].wanted && !c->each[i].busy)
			return 0;
	return c->round_ms;
}
