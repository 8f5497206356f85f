/*
 * spool: the queues of what waits, and what of it goes out when.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agent/spool_inside.h"
#include "lib/interval.h"

#define BODY_ROOM (WIRE_BODY_MAX - 1024) /* for parts and their heads */
#define FOLD_SPAN_MS 86400000

struct spool *
spool_new(const char id[WIRE_SPOOL_LENGTH + 1], int64_t now_ms)
{
	struct spool *sp = mem_alloc(sizeof(*sp));

	text_copy(sp->id, sizeof(sp->id), id);
	sp->birth_ms = now_ms;
	spool_clocks_init(sp, now_ms);
	sp->whole_due = true;
	for (unsigned i = 0; i < WIRE_PARTS_MAX; i++) {
		sp->shards[i].index = i;
		STAILQ_INIT(&sp->shards[i].items);
		TAILQ_INIT(&sp->shards[i].parts);
	}
	return sp;
}

void
spool_free(struct spool *sp)
{
	if (sp == NULL)
		return;
	for (unsigned i = 0; i < sp->shard_used; i++) {
		struct spool_shard *sh = &sp->shards[i];

		while (sh->count > 0)
			spool_drop_item(sp, sh);
		while (!TAILQ_EMPTY(&sh->parts))
			spool_drop_part(sp, sh, TAILQ_FIRST(&sh->parts));
		free(sh->marks);
	}
	names_clear(&sp->names);
	text_clear(&sp->out);
	free(sp);
}

const char *
spool_id(const struct spool *sp)
{
	return sp->id;
}

struct spool_shard *
spool_shard(struct spool *sp, unsigned index)
{
	assert(index < WIRE_PARTS_MAX);
	if (index >= sp->shard_used)
		sp->shard_used = index + 1;
	return &sp->shards[index];
}

void
spool_set_shards(struct spool *sp, unsigned count)
{
	assert(count > 0);
	sp->shard_count = count;
	(void)spool_shard(sp, count - 1);
}

/* Queues. */

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

/* Blind stretches: one list for all shards, each knows how far it told. */

void
spool_note_blind(struct spool *sp, uint64_t number, int64_t from_ms,
    int64_t to_ms)
{
	struct spool_blind *last =
	    sp->blind_count > 0 ? &sp->blinds[sp->blind_count - 1] : NULL;

	if (last != NULL && last->from_ms == last->to_ms) {
		*last = (struct spool_blind){ number, from_ms, to_ms };
		return;
	}
	if (sp->blind_count == SPOOL_BLINDS) {
		sp->blinds[1].from_ms = sp->blinds[0].from_ms;
		memmove(sp->blinds, sp->blinds + 1,
		    sizeof(sp->blinds) - sizeof(sp->blinds[0]));
		sp->blind_count--;
	}
	sp->blinds[sp->blind_count++] =
	    (struct spool_blind){ number, from_ms, to_ms };
}

void
spool_blind(struct spool *sp, int64_t from_ms, int64_t to_ms)
{
	struct spool_blind b = { ++sp->number, from_ms, to_ms };

	spool_record_blind(sp, &b);
	spool_note_blind(sp, b.number, from_ms, to_ms);
}

int64_t
spool_blind_since(const struct spool *sp)
{
	const struct spool_blind *last =
	    sp->blind_count > 0 ? &sp->blinds[sp->blind_count - 1] : NULL;

	return last != NULL && last->from_ms == last->to_ms ? last->from_ms
							    : NEVER;
}

bool
spool_has_blinds(const struct spool *sp, const struct spool_shard *sh)
{
	return sp->blind_count > 0 && sh->index < sp->shard_count &&
	    sp->blinds[sp->blind_count - 1].number > sh->blind_number;
}

/* Sending. */

static int64_t
shard_due(const struct spool *sp, const struct spool_shard *sh, int64_t hold_ms)
{
	int64_t due_ms;

	if (spool_first_wanted(sh) != NULL)
		return 0;
	if (spool_has_blinds(sp, sh) ||
	    (sh->count > 0 && (sh->urgent || sh->count >= SPOOL_CLOSE_COUNT)))
		return hold_ms;
	if (sh->count == 0)
		return NEVER;
	due_ms = STAILQ_FIRST(&sh->items)->added_ms + SPOOL_CLOSE_MS;
	return due_ms > hold_ms ? due_ms : hold_ms;
}

int64_t
spool_due(const struct spool *sp, int64_t hold_ms)
{
	int64_t due_ms = NEVER;

	for (unsigned i = 0; i < sp->shard_used; i++) {
		int64_t at_ms = shard_due(sp, &sp->shards[i], hold_ms);

		if (at_ms < due_ms)
			due_ms = at_ms;
	}
	return due_ms;
}

struct collection {
	struct wire_bytes *parts;
	size_t count, bytes;
};

static bool
collect_part(struct collection *c, const struct spool_part *part)
{
	size_t bytes = part->bytes.length + 8;

	if (c->count == WIRE_PARTS_MAX || c->bytes + bytes > BODY_ROOM)
		return false;
	c->parts[c->count++] = part->bytes;
	c->bytes += bytes;
	return true;
}

/*
 * After a restart nothing is numbered anew before the collector has said
 * what it has: numbers that were lost with a torn file must not be used
 * twice.  An empty part asks.
 */
static bool
close_next(struct spool *sp, struct spool_shard *sh, int64_t now_ms)
{
	if (sh->count == 0 && !spool_has_blinds(sp, sh))
		return false;
	if (sh->unsure && spool_first_wanted(sh) != NULL)
		return false;
	spool_close(sp, sh, sh->unsure ? 0 : SPOOL_CLOSE_COUNT, NULL, now_ms);
	return true;
}

static void
collect_shard(struct spool *sp, struct spool_shard *sh, bool may_close,
    int64_t now_ms, struct collection *c)
{
	struct spool_part *part = spool_first_wanted(sh);

	for (;;) {
		if (part == NULL) {
			if (!may_close || c->count == WIRE_PARTS_MAX ||
			    !close_next(sp, sh, now_ms))
				return;
			part = TAILQ_LAST(&sh->parts, spool_parts);
		}
		if (!collect_part(c, part))
			return;
		part = TAILQ_NEXT(part, entry);
	}
}

size_t
spool_collect(struct spool *sp, bool may_close, int64_t now_ms,
    struct wire_bytes parts[WIRE_PARTS_MAX])
{
	struct collection c = { .parts = parts };

	for (unsigned i = 0; i < sp->shard_used; i++)
		collect_shard(sp,
		    &sp->shards[(sp->shard_first + i) % sp->shard_used],
		    may_close, now_ms, &c);
	return c.count;
}

bool
spool_have(struct spool *sp, unsigned shard, int64_t have, bool unreadable,
    int64_t now_ms)
{
	struct spool_shard *sh;
	bool news;

	if (shard >= WIRE_PARTS_MAX || have < 0)
		return false;
	sh = spool_shard(sp, shard);
	news = have != sh->have || (sh->unsure && sh->last_seq > 0);
	sh->unsure = false;
	sp->shard_first = (shard + 1) % sp->shard_used;
	if (have > sh->last_seq)
		sh->last_seq = have;
	spool_accept(sh, have, now_ms);
	if (news)
		spool_record_have(sp, sh, now_ms);
	spool_fill_gap(sp, sh, now_ms);
	if (unreadable && spool_set_aside(sp, sh, now_ms))
		news = true;
	return news;
}
