/*
 * evaluate_erase: the journal of a shard is read from its beginning, a piece
 * a second, for names of people that are to be erased (collector/shard_erase.h);
 * how far, erase_round.h says.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/erase_round.h"
#include "collector/evaluate_parts.h"
#include "collector/shard_erase.h"
#include "lib/erase.h"
#include "lib/sign.h"
#include "lib/text.h"

#define PIECE 200

struct erasure {
	struct erase_round round;
	bool is_reading;
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
add_found(struct erasure *e, const char *id, const char *data, size_t length,
    char *text_taken)
{
	char *bare = erase_bare(data, length, false);
	struct shard_erased *f;

	e->found = mem_grow(e->found, (e->count + 1) * sizeof(*e->found));
	f = &e->found[e->count++];
	text_copy(f->id, SEAL_ID, id);
	f->text = text_taken;
	sign_sha256(bare, strlen(bare), f->bare);
	sign_sha256(text_taken, strlen(text_taken), f->now);
	free(bare);
}

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct worker *w = errand_worker(arg);
	struct erasure *e = w != NULL ? w->erasure : NULL;
	const struct shard_erasing *what;
	int64_t left_ms;
	char *text;

	if (e == NULL || !erase_round_take(&e->round, id))
		return;
	e->seen++;
	what = &e->round.what;
	text = erase_entry(data, length, what->before_ms,
	    what->person[0] != '\0' ? what->person : NULL, id, &left_ms);
	erase_round_left(&e->round, id, left_ms);
	if (text != NULL)
		add_found(e, id, data, length, text);
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
	if (ok && (e->round.is_past || e->seen < PIECE))
		erase_round_end(&e->round);
	drop_found(e);
	worker_pump(w);
}

static bool
begin(struct worker *w, struct erase_round *round)
{
	struct shard_erasing ordered, by_age;

	shard_erasing(w->shard, &ordered, &by_age);
	return erase_round_begin(round, &ordered, &by_age);
}

void
worker_erase(struct worker *w)
{
	struct erasure *e = w->erasure;

	if (e == NULL)
		e = w->erasure = mem_alloc(sizeof(*e));
	if (e->is_reading || (e->round.what.round == 0 && !begin(w, &e->round)))
		return;
	e->is_reading = true;
	store_read(w->evaluate->store, w->group, "journal", e->round.cursor,
	    PIECE, on_entry, on_end, errand_new(w));
}
