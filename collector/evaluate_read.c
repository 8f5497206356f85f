/*
 * How a worker reads its inbox: in order, in pieces, one piece at a time.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "collector/evaluate_parts.h"
#include "lib/crash.h"
#include "lib/text.h"

#define OUTBOX_EVERY_MS 30000
#define PIECE 100 /* entries; each up to 256 KiB, mostly far less */

void
worker_feed(struct worker *w, const char *id, const char *data, size_t length)
{
	CRASH_POINT("evaluate-entry");
	shard_entry(w->shard, id, data, length, clock_now_ms());
}

static int
piece_of(const struct worker *w)
{
	return worker_is_careful(w) ? 1 : PIECE;
}

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct worker *w = errand_worker(arg);

	if (w != NULL)
		worker_look_at_clock(w);
	/* What lies before it is read when we go on, or by whoever does. */
	if (w == NULL || w->evaluate->is_aside)
		return;
	text_copy(w->position, sizeof(w->position), id);
	w->entries++;
	if (worker_is_careful(w))
		worker_read_carefully(w, id, data, length);
	else
		worker_feed(w, id, data, length);
}

static void
on_appended(void *arg, const redisReply *r)
{
	struct worker *w = errand_end(arg);

	if (w != NULL && w->state == WORKER_RUNNING && r != NULL &&
	    shard_is_uncounted(w->shard))
		shard_count(w->shard,
		    r->type == REDIS_REPLY_STRING ? strtoll(r->str, NULL, 10)
						  : 0);
}

static void
read_all(struct worker *w)
{
	w->has_read_all = true;
	worker_got_through(w);
	if (shard_is_uncounted(w->shard))
		store_commandf(w->evaluate->store, on_appended, errand_new(w),
		    "GET %sappended", w->group);
	shard_read_all(w->shard, clock_now_ms());
}

static void
on_end(void *arg, bool ok)
{
	struct worker *w = errand_end(arg);
	bool again;

	if (w == NULL)
		return;
	w->is_reading = false;
	if (w->entry != NULL)
		return; /* goes on when it may be read */
	worker_look_at_clock(w);
	if (w->evaluate->is_aside)
		return;
	again = w->read_again || w->entries == (size_t)piece_of(w);
	if (w->entries > 0)
		CRASH_POINT("evaluate-read");
	if (ok && w->entries < (size_t)piece_of(w))
		read_all(w);
	else
		w->has_read_all = false; /* more waits, or may */
	worker_pump(w);
	if (ok && again && w->state == WORKER_RUNNING)
		worker_read(w);
}

void
worker_read(struct worker *w)
{
	if (w->is_reading || w->entry != NULL || w->evaluate->stopping) {
		w->read_again = true;
		return;
	}
	w->is_reading = true;
	w->read_again = false;
	w->entries = 0;
	store_read(w->evaluate->store, w->group, "in", w->position, piece_of(w),
	    on_entry, on_end, errand_new(w));
}

static void
on_outbox(void *arg, const redisReply *r)
{
	struct worker *w = errand_end(arg);

	if (w != NULL && w->state == WORKER_RUNNING && r != NULL &&
	    r->type == REDIS_REPLY_STRING)
		shard_outbox_read(w->shard, r->str);
}

/* The pager keeps it in its own group; reading is free. */
void
worker_ask_outbox(struct worker *w, int64_t now_ms)
{
	if (now_ms - w->outbox_ms < OUTBOX_EVERY_MS && now_ms >= w->outbox_ms)
		return;
	w->outbox_ms = now_ms;
	store_commandf(w->evaluate->store, on_outbox, errand_new(w),
	    "HGET " STORE_PAGER_GROUP "meta position:%u", w->number);
}
