/*
 * spool_clock: which clock what was made with, and what is known of each.
 *
 * Observations and blind stretches share one series of numbers, so a clock
 * is a range of it: from one setting of the clock, or start of the agent, to
 * the next.  The last clock is the one we have now.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agent/spool_inside.h"
#include "lib/interval.h"

#define NEWS_MS 100 /* less of a difference is not written down */
#define LAST_MS INT64_C(253402300799999) /* of the year 9999 */

void
spool_clocks_init(struct spool *sp, int64_t now_ms)
{
	sp->clock_count = 1;
	sp->clocks[0] = (struct spool_clock){ .begin_ms = now_ms,
		.last_ms = now_ms,
		.error_ms = NEVER,
		.noted_error_ms = NEVER };
}

struct spool_clock *
spool_clock_now(struct spool *sp)
{
	return &sp->clocks[sp->clock_count - 1];
}

const struct spool_clock *
spool_clock_of(const struct spool *sp, uint64_t number)
{
	const struct spool_clock *c = &sp->clocks[sp->clock_count - 1];

	while (c > sp->clocks && c->after >= number)
		c--;
	return c;
}

/* The last number that was, or may yet be, made with it. */
uint64_t
spool_clock_until(const struct spool *sp, const struct spool_clock *c)
{
	return c == &sp->clocks[sp->clock_count - 1] ? UINT64_MAX : c[1].after;
}

bool
spool_clock_is_known(const struct spool_clock *c)
{
	return c->error_ms <= WIRE_UNSURE_MS;
}

const struct spool_clock *
spool_clock_known_after(const struct spool *sp, const struct spool_clock *c)
{
	const struct spool_clock *end = &sp->clocks[sp->clock_count];

	if (spool_clock_is_known(c))
		return NULL;
	while (++c < end)
		if (spool_clock_is_known(c))
			return c;
	return NULL;
}

int64_t
spool_clock_known_until(const struct spool *sp, const struct spool_clock *c)
{
	while (c-- > sp->clocks)
		if (spool_clock_is_known(c))
			return spool_theirs(c, c->last_ms);
	return 0;
}

/* What can be told of: a spool file may say anything. */
int64_t
spool_bounded(int64_t at_ms)
{
	return at_ms < 1 ? 1 : at_ms > LAST_MS ? LAST_MS : at_ms;
}

int64_t
spool_theirs(const struct spool_clock *c, int64_t at_ms)
{
	return spool_bounded(at_ms + wire_shift(c->offset_ms, c->error_ms));
}

void
spool_time(struct spool *sp, int64_t now_ms)
{
	spool_clock_now(sp)->last_ms = now_ms;
}

int64_t
spool_shown_ms(const struct spool *sp)
{
	return sp->clocks[sp->clock_count - 1].last_ms;
}

static bool
is_news(int64_t a, int64_t b)
{
	return a > b ? a - b >= NEWS_MS : b - a >= NEWS_MS;
}

void
spool_set_offset(struct spool *sp, int64_t offset_ms, int64_t error_ms)
{
	struct spool_clock *c = spool_clock_now(sp);

	c->offset_ms = offset_ms;
	c->error_ms = error_ms;
	if (is_news(offset_ms, c->noted_offset_ms) ||
	    is_news(error_ms, c->noted_error_ms))
		spool_record_clock(sp, c);
}

/* Blind stretches of a clock that nobody knows say nothing. */
static void
forget_blinds(struct spool *sp, const struct spool_clock *c)
{
	uint64_t until = spool_clock_until(sp, c);
	size_t kept = 0;

	for (size_t i = 0; i < sp->blind_count; i++)
		if (sp->blinds[i].number <= c->after ||
		    sp->blinds[i].number > until)
			sp->blinds[kept++] = sp->blinds[i];
	sp->blind_count = kept;
}

static bool
is_in(const struct spool *sp, const struct spool_clock *c, uint64_t number)
{
	return number > c->after && number <= spool_clock_until(sp, c);
}

static bool
is_used(const struct spool *sp, const struct spool_clock *c)
{
	const struct spool_item *item;

	for (size_t i = 0; i < sp->blind_count; i++)
		if (is_in(sp, c, sp->blinds[i].number))
			return true;
	for (unsigned i = 0; i < sp->shard_used; i++)
		STAILQ_FOREACH (item, &sp->shards[i].items, entry)
			if (is_in(sp, c, item->number))
				return true;
	return false;
}

static void
remove_clock(struct spool *sp, size_t n)
{
	sp->clock_count--;
	memmove(&sp->clocks[n], &sp->clocks[n + 1],
	    (sp->clock_count - n) * sizeof(sp->clocks[0]));
}

/* One of which nothing waits goes, or the oldest two become an unknown one. */
static void
make_room(struct spool *sp)
{
	struct spool_clock *c = sp->clocks;

	for (size_t i = 0; i + 1 < sp->clock_count; i++)
		if (!is_used(sp, &c[i])) {
			remove_clock(sp, i);
			return;
		}
	c[1].after = c[0].after;
	c[1].begin_ms = c[0].begin_ms;
	c[1].offset_ms = 0;
	c[1].error_ms = NEVER;
	remove_clock(sp, 0);
	forget_blinds(sp, c);
}

/*
 * More of what is known of ours, or another one.  One of which nothing is
 * known, and with which nothing was made, gives way.
 */
void
spool_clock_begin(struct spool *sp, const struct spool_clock *new)
{
	struct spool_clock *c = spool_clock_now(sp);

	if (new->after == c->after &&
	    (new->begin_ms == c->begin_ms || !spool_clock_is_known(c))) {
		*c = *new;
		return;
	}
	if (!spool_clock_is_known(c))
		forget_blinds(sp, c);
	if (sp->clock_count == SPOOL_CLOCKS)
		make_room(sp);
	sp->clocks[sp->clock_count++] = *new;
}

void
spool_break(struct spool *sp, int64_t now_ms)
{
	struct spool_clock new = { .after = sp->number,
		.begin_ms = now_ms,
		.last_ms = now_ms,
		.error_ms = NEVER };
	struct spool_item *item;
	struct spool_part *part;

	spool_clock_begin(sp, &new);
	spool_record_clock(sp, spool_clock_now(sp));
	for (unsigned i = 0; i < sp->shard_used; i++) {
		STAILQ_FOREACH (item, &sp->shards[i].items, entry)
			item->added_ms = now_ms;
		TAILQ_FOREACH (part, &sp->shards[i].parts, entry)
			if (part->accepted_ms != 0)
				part->accepted_ms = now_ms;
	}
}
