/*
 * How a worker reads its inbox: in order, in pieces, one piece at a time.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/evaluate_parts.h"
#include "lib/crash.h"
#include "lib/text.h"

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

	if (w == NULL)
		return;
	text_copy(w->position, sizeof(w->position), id);
	w->entries++;
	if (worker_is_careful(w))
		worker_read_carefully(w, id, data, length);
	else
		worker_feed(w, id, data, length);
}

static void
read_all(struct worker *w)
{
	w->has_read_all = true;
	worker_got_through(w);
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
	again = w->read_again || w->entries == (size_t)piece_of(w);
	if (w->entries > 0)
		CRASH_POINT("evaluate-read");
	if (ok && w->entries < (size_t)piece_of(w))
		read_all(w);
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
