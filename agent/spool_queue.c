/*
 * spool_queue: what waits to be closed into parts, in the order of its numbers:
 * equal looks become runs while sending is behind, and what is too much is
 * given up.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agent/spool_inside.h"

#define FOLD_SPAN_MS 86400000

static struct spool_name *
find_name(struct spool *sp, const char *id)
{
	struct spool_name *n = names_find(&sp->names, id);
	size_t length = strlen(id);

	if (n != NULL)
		return n;
	n = mem_alloc(sizeof(*n) + length + 1);
	memcpy(n->id, id, length);
	names_add(&sp->names, n->id, n);
	return n;
}

/* It is off its queue. */
static void
free_item(struct spool *sp, struct spool_shard *sh, struct spool_item *item)
{
	struct spool_name *n = item->name;

	sh->count--;
	sp->waiting--;
	if (n->last == item)
		n->last = NULL;
	if (--n->uses == 0) {
		names_remove(&sp->names, n->id);
		free(n);
	}
	free(item);
}

/* The oldest item of a shard goes. */
void
spool_drop_item(struct spool *sp, struct spool_shard *sh)
{
	struct spool_item *item = STAILQ_FIRST(&sh->items);

	STAILQ_REMOVE_HEAD(&sh->items, entry);
	free_item(sp, sh, item);
}

bool
spool_is_lost(const struct spool_item *item)
{
	return item->count == 0;
}

void
spool_item_observation(const struct spool_item *item, struct observation *o)
{
	o->endpoint = item->name->id;
	o->started_at_ms = item->started_ms;
	o->until_at_ms = item->until_ms;
	o->count = item->count;
	o->outcome = (enum outcome)item->outcome;
	o->reason = (enum reason)item->reason;
	o->flags = item->flags;
	o->interval_ms = item->interval_ms;
	o->total_us = item->total_us;
	o->dns_us = item->dns_us;
	o->connect_us = item->connect_us;
	o->tls_us = item->tls_us;
	o->first_byte_us = item->first_byte_us;
	o->lag_us = item->lag_us;
	o->status = item->status;
	text_copy(o->detail, sizeof(o->detail), item->detail);
}

/* Equal oks are one run, but for a gap. */
static bool
is_foldable(const struct spool_item *last, const struct observation *o)
{
	if (last->outcome != OUTCOME_OK || o->outcome != OUTCOME_OK ||
	    last->flags != 0 || o->flags != 0 || last->status != o->status ||
	    last->interval_ms != o->interval_ms ||
	    last->count + o->count > WIRE_FOLD_MAX)
		return false;
	return o->started_at_ms > last->until_ms &&
	    o->started_at_ms - last->until_ms <= o->interval_ms * 3 / 2 &&
	    o->until_at_ms - last->started_ms <= FOLD_SPAN_MS;
}

/*
 * What a new look goes into: only while sending is behind, and not beyond a
 * change of clocks.  NULL: it stands alone.
 */
static const struct spool_item *
find_run(const struct spool *sp, unsigned shard, const struct observation *o,
    int64_t now_ms)
{
	const struct spool_name *n = names_find(&sp->names, o->endpoint);
	const struct spool_item *last = n != NULL ? n->last : NULL;

	if (last == NULL || last->shard != &sp->shards[shard] ||
	    sp->number >=
		spool_clock_until(sp, spool_clock_of(sp, last->number)))
		return NULL;
	if (now_ms - STAILQ_FIRST(&last->shard->items)->added_ms <
	    SPOOL_FOLD_MS)
		return NULL;
	return is_foldable(last, o) ? last : NULL;
}

static int64_t
mean(int64_t a, int64_t count, int64_t b, int64_t more)
{
	return (a * count + b * more) / (count + more);
}

static void
fold(struct spool_item *item, const struct observation *o)
{
	int64_t n = item->count, more = o->count;

	item->until_ms = o->until_at_ms;
	item->total_us = mean(item->total_us, n, o->total_us, more);
	item->dns_us = mean(item->dns_us, n, o->dns_us, more);
	item->connect_us = mean(item->connect_us, n, o->connect_us, more);
	item->tls_us = mean(item->tls_us, n, o->tls_us, more);
	item->first_byte_us =
	    mean(item->first_byte_us, n, o->first_byte_us, more);
	item->lag_us = mean(item->lag_us, n, o->lag_us, more);
	item->count = (int32_t)(n + more);
}

static struct spool_item *
new_item(const struct observation *o)
{
	size_t length = strlen(o->detail);
	struct spool_item *item = mem_alloc(sizeof(*item) + length + 1);

	item->started_ms = o->started_at_ms;
	item->until_ms = o->until_at_ms;
	item->interval_ms = o->interval_ms;
	item->total_us = o->total_us;
	item->dns_us = o->dns_us;
	item->connect_us = o->connect_us;
	item->tls_us = o->tls_us;
	item->first_byte_us = o->first_byte_us;
	item->lag_us = o->lag_us;
	item->count = (int32_t)o->count;
	item->status = o->status;
	item->outcome = (uint16_t)o->outcome;
	item->reason = (uint16_t)o->reason;
	item->flags = (uint16_t)o->flags;
	memcpy(item->detail, o->detail, length);
	return item;
}

/*
 * A number that is its endpoint's newest already: it goes into that one.  So a
 * replay folds what was folded then and nothing else, and a part that holds one
 * of two runs does not take the other with it.
 */
void
spool_enqueue(struct spool *sp, unsigned shard, const struct observation *o,
    uint64_t number, int64_t now_ms)
{
	struct spool_shard *sh = spool_shard(sp, shard);
	struct spool_name *n = find_name(sp, o->endpoint);
	struct spool_item *item;

	if (n->last != NULL && n->last->shard == sh &&
	    n->last->number == number && is_foldable(n->last, o)) {
		fold(n->last, o);
		return;
	}
	item = new_item(o);
	item->name = n;
	item->shard = sh;
	item->number = number;
	item->added_ms = now_ms;
	n->last = item;
	n->uses++;
	STAILQ_INSERT_TAIL(&sh->items, item, entry);
	sh->count++;
	sp->waiting++;
}

static struct spool_item *
new_lost(struct spool *sp, struct spool_shard *sh)
{
	static const struct observation none = { .endpoint = "" };
	struct spool_item *item = new_item(&none);

	item->name = find_name(sp, "");
	item->name->uses++;
	item->shard = sh;
	sh->count++;
	sp->waiting++;
	return item;
}

/* An earlier life's mark. */
void
spool_lose(struct spool *sp, unsigned shard, uint64_t number, int64_t from_ms,
    int64_t to_ms)
{
	struct spool_shard *sh = spool_shard(sp, shard);
	struct spool_item *item = new_lost(sp, sh);

	item->number = number;
	item->added_ms = sp->birth_ms;
	item->started_ms = from_ms;
	item->until_ms = to_ms;
	STAILQ_INSERT_TAIL(&sh->items, item, entry);
}

static void
lose_next(struct spool *sp, struct spool_shard *sh, struct spool_item *lost)
{
	struct spool_item *item = STAILQ_NEXT(lost, entry);

	lost->number = item->number;
	if (item->started_ms < lost->started_ms)
		lost->started_ms = item->started_ms;
	if (item->until_ms > lost->until_ms)
		lost->until_ms = item->until_ms;
	STAILQ_REMOVE(&sh->items, item, spool_item, entry);
	free_item(sp, sh, item);
}

/* The last mark of the oldest, or a new one right before the oldest look. */
static struct spool_item *
lost_before(struct spool *sp, struct spool_shard *sh)
{
	struct spool_item *last = NULL, *item = STAILQ_FIRST(&sh->items), *lost;

	for (; spool_is_lost(item); item = STAILQ_NEXT(item, entry))
		last = item;
	if (last != NULL &&
	    item->number <=
		spool_clock_until(sp, spool_clock_of(sp, last->number)))
		return last;
	lost = new_lost(sp, sh);
	lost->number = item->number;
	lost->added_ms = item->added_ms;
	lost->started_ms = item->started_ms;
	lost->until_ms = item->until_ms;
	if (last != NULL)
		STAILQ_INSERT_AFTER(&sh->items, last, lost, entry);
	else
		STAILQ_INSERT_HEAD(&sh->items, lost, entry);
	return lost;
}

/*
 * What cannot be numbered yet, or dated, and is too much, goes; a mark of
 * when it was seen stays in its place, and becomes a hole when it can.
 */
static void
give_up(struct spool *sp, struct spool_shard *sh)
{
	struct spool_item *lost = lost_before(sp, sh), *next;
	uint64_t until =
	    spool_clock_until(sp, spool_clock_of(sp, lost->number));

	for (int n = 0; n < SPOOL_CLOSE_COUNT; n++) {
		next = STAILQ_NEXT(lost, entry);
		if (next == NULL || next->number > until)
			return;
		lose_next(sp, sh, lost);
	}
}

static struct spool_shard *
fullest(struct spool *sp)
{
	struct spool_shard *most = &sp->shards[0];

	for (unsigned i = 1; i < sp->shard_used; i++)
		if (sp->shards[i].count > most->count)
			most = &sp->shards[i];
	return most;
}

void
spool_add(struct spool *sp, unsigned shard, const struct observation *o,
    bool urgent, int64_t now_ms)
{
	const struct spool_item *run = find_run(sp, shard, o, now_ms);
	uint64_t number = run != NULL ? run->number : ++sp->number;

	assert(o->count >= 1 && o->until_at_ms >= o->started_at_ms);
	spool_record_item(sp, number, shard, o);
	spool_enqueue(sp, shard, o, number, now_ms);
	if (urgent)
		sp->shards[shard].urgent = true;
	spool_make_room(sp, SPOOL_WAITING_MAX, now_ms);
}

/*
 * Numbers that the collector may have already, and times of a clock that
 * nobody knows, would make a hole that says nothing of what is lost.
 */
void
spool_make_room(struct spool *sp, size_t most, int64_t now_ms)
{
	struct spool_shard *sh = fullest(sp);
	const struct spool_clock *clock;

	if (sp->waiting <= most)
		return;
	clock = spool_clock_of(sp, STAILQ_FIRST(&sh->items)->number);
	if (sh->unsure || sp->replaying ||
	    (!spool_clock_is_known(clock) &&
		spool_clock_known_after(sp, clock) == NULL))
		give_up(sp, sh);
	else
		spool_close(sp, sh, SPOOL_CLOSE_COUNT, SPOOL_TOO_MUCH, now_ms);
}
