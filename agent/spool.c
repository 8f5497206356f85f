/*
 * spool: its life, the stretches in which nobody saw, and what of all that
 * waits goes out when.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agent/spool_inside.h"
#include "lib/interval.h"

#define BODY_ROOM (WIRE_BODY_MAX - 1024) /* for parts and their heads */

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
