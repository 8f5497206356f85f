/*
 * evaluate_erase: the journal of a shard is read from its beginning, a piece
 * a second, for names of people that are to be erased (collector/shard_erase.h).
 *
 * What was asked for goes before what is old enough.  The latter goes on where
 * it was the last time: what it has passed has no names any more.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/evaluate_parts.h"
#include "collector/shard_erase.h"
#include "lib/erase.h"
#include "lib/sign.h"
#include "lib/text.h"

#define PIECE 200

struct erasure {
	struct shard_erasing what; /* round 0: nothing is under way */
	bool is_ordered, is_reading, is_past;
	uint64_t ordered, by_age; /* rounds that are done */
	char cursor[SEAL_ID], old[SEAL_ID];
	struct shard_erased *found;
	size_t count, seen;
};

static void
drop_found(struct erasure *e)
{
	for (size_t i = 0; i < e->count; i++)
		free(e->found[i].text);
	free(e->found);
	e->found = NULL;
	e->count = e->seen = 0;
}

void
worker_forget_erasure(struct worker *w)
{
	if (w->erasure == NULL)
		return;
	drop_found(w->erasure);
	free(w->erasure);
	w->erasure = NULL;
}

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct worker *w = errand_worker(arg);
	struct erasure *e = w != NULL ? w->erasure : NULL;
	char *text;

	if (e == NULL || e->is_past)
		return;
	if (strtoll(id, NULL, 10) >= e->what.before_ms || !seal_is_id(id)) {
		e->is_past = true;
		return;
	}
	e->seen++;
	text_copy(e->cursor, sizeof(e->cursor), id);
	text = erase_names(data, length, e->what.before_ms,
	    e->what.person[0] != '\0' ? e->what.person : NULL);
	if (text == NULL)
		return;
	e->found = mem_grow(e->found, (e->count + 1) * sizeof(*e->found));
	text_copy(e->found[e->count].id, SEAL_ID, id);
	e->found[e->count].text = text;
	sign_sha256(data, length, e->found[e->count].was);
	e->count++;
}

static void
finish(struct erasure *e)
{
	if (e->is_ordered)
		e->ordered = e->what.round;
	else {
		e->by_age = e->what.round;
		text_copy(e->old, sizeof(e->old), e->cursor);
	}
	e->what.round = 0;
}

static void
on_end(void *arg, bool ok)
{
	struct worker *w = errand_end(arg);
	struct erasure *e = w != NULL ? w->erasure : NULL;

	if (e == NULL)
		return;
	e->is_reading = false;
	if (ok && e->count > 0)
		shard_erase_entries(w->shard, e->found, e->count);
	if (ok && (e->is_past || e->seen < PIECE))
		finish(e);
	drop_found(e);
	worker_pump(w);
}

/* The next round that is not done; false: there is none. */
static bool
begin(struct worker *w, struct erasure *e)
{
	struct shard_erasing ordered, by_age;

	shard_erasing(w->shard, &ordered, &by_age);
	e->is_ordered = ordered.round > e->ordered;
	if (!e->is_ordered && by_age.round <= e->by_age)
		return false;
	e->what = e->is_ordered ? ordered : by_age;
	text_copy(e->cursor, sizeof(e->cursor),
	    e->is_ordered || e->old[0] == '\0' ? "0-0" : e->old);
	return true;
}

void
worker_erase(struct worker *w)
{
	struct erasure *e = w->erasure;

	if (e == NULL)
		e = w->erasure = mem_alloc(sizeof(*e));
	if (e->is_reading || (e->what.round == 0 && !begin(w, e)))
		return;
	e->is_reading = true;
	e->is_past = false;
	store_read(w->evaluate->store, w->group, "journal", e->cursor, PIECE,
	    on_entry, on_end, errand_new(w));
}
