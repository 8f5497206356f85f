/*
 * How a worker reads its inbox: in order, in pieces, one piece at a time.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/evaluate_parts.h"
#include "lib/crash.h"
#include "lib/text.h"

#define PIECE 100 /* entries; each up to 256 KiB, mostly far less */

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct worker *w = errand_worker(arg);

	if (w == NULL)
		return;
	text_copy(w->position, sizeof(w->position), id);
	w->entries++;
	shard_entry(w->shard, id, data, length, clock_now_ms());
}

static void
on_end(void *arg, bool ok)
{
	struct worker *w = errand_end(arg);
	bool again;

	if (w == NULL)
		return;
	w->is_reading = false;
	again = w->read_again || w->entries == PIECE;
	if (w->entries > 0)
		CRASH_POINT("evaluate-read");
	if (ok && w->entries < PIECE) {
		w->has_read_all = true;
		shard_read_all(w->shard, clock_now_ms());
	}
	worker_pump(w);
	if (ok && again && w->state == WORKER_RUNNING)
		worker_read(w);
}

void
worker_read(struct worker *w)
{
	if (w->is_reading || w->evaluate->stopping) {
		w->read_again = true;
		return;
	}
	w->is_reading = true;
	w->read_again = false;
	w->entries = 0;
	store_read(w->evaluate->store, w->group, "in", w->position, PIECE,
	    on_entry, on_end, errand_new(w));
}
