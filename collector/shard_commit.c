/*
 * shard_commit: what is to be written, handed out one commit at a time.
 *
 * Outages, alarms, terms and journal stand in a queue of units, each of which
 * goes whole into one commit; what can be made from memory at any time (runs,
 * voids, agents) follows when the queue is empty, and the position last of
 * all.  So a crash between two commits repeats entries and loses nothing.
 *
 * Each commit has a name of its own, and expects to find that of the one
 * before: a store that went back, be it to before a commit that left the
 * position alone, refuses what is written from a memory it does not match.
 */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/record.h"
#include "lib/seal.h"
#include "lib/text.h"

#define TRIM_EVERY_MS 60000
#define TRIM_EVERY 10000 /* entries */
#define UNIT_MAX 12      /* writes of one unit, at most */
#define VALUE_ROOM 24

void
shard_put(struct shard *s, enum commit_kind kind, const char *key,
    const char *field, char *value_taken, size_t length)
{
	if (s->queue_begin == s->queue_end)
		s->queue_begin = s->queue_end = 0;
	if (s->queue_end == s->queue_room) {
		s->queue_room = s->queue_room * 2 + 64;
		s->queue =
		    mem_grow(s->queue, s->queue_room * sizeof(*s->queue));
	}
	s->queue[s->queue_end++] = (struct pending_write){ .kind = kind,
		.key = key,
		.field = mem_text(field),
		.value = value_taken,
		.length = length };
}

void
shard_put_text(struct shard *s, enum commit_kind kind, const char *key,
    const char *field, char *text_taken)
{
	shard_put(s, kind, key, field, text_taken, strlen(text_taken));
}

void
shard_put_end(struct shard *s)
{
	s->queue[s->queue_end - 1].last = true;
	s->put++;
}

void
shard_series_changed(struct shard *s, struct series *series)
{
	if (series->is_changed)
		return;
	series->is_changed = true;
	TAILQ_INSERT_TAIL(&s->changed, series, changed);
}

/* Only its end moved: to be written before the inbox forgets it. */
void
shard_series_extended(struct shard *s, struct series *series)
{
	if (series->is_unsaved || series->is_changed)
		return;
	series->is_unsaved = true;
	series->unsaved_since_ms = s->entry_ms;
	TAILQ_INSERT_TAIL(&s->unsaved, series, unsaved);
}

static void
write_out(struct commit *out, struct pending_write *w)
{
	if (w->kind == COMMIT_SET)
		commit_set(out, w->key, w->field, w->value, w->length);
	else if (w->kind == COMMIT_UNSET)
		commit_unset(out, w->key, w->field);
	else if (w->kind == COMMIT_REMOVE)
		commit_remove(out, w->key, w->value);
	else {
		assert(w->kind == COMMIT_APPEND);
		commit_append(out, w->key, w->value, w->length);
	}
	free(w->field);
	free(w->value);
}

static bool
has_room(const struct commit *out)
{
	return !commit_is_full(out) && out->count + UNIT_MAX < COMMIT_OPS_MAX;
}

/* True when the queue is empty now. */
static bool
write_queue(struct shard *s, struct commit *out)
{
	while (s->queue_begin < s->queue_end) {
		struct pending_write *w = &s->queue[s->queue_begin++];
		bool last = w->last;

		write_out(out, w);
		s->written += last;
		if (last && !has_room(out))
			break;
	}
	return s->queue_begin == s->queue_end;
}

/* The buckets that hold changes, and the one of the newest run. */
static void
write_series(struct shard *s, struct series *series, struct commit *out)
{
	struct runs *runs = &series->runs;
	char field[TARGET_ROOM + NAME_ROOM + 24];
	int64_t from, to;

	if (runs->count > 0) {
		int64_t newest = runs->items[runs->count - 1].first_at_ms;

		if (newest < runs->changed_from_ms)
			runs->changed_from_ms = newest;
		if (newest > runs->changed_to_ms)
			runs->changed_to_ms = newest;
	}
	from = runs_bucket(runs->changed_from_ms);
	to = runs_bucket(runs->changed_to_ms);
	for (int64_t bucket = from;
	     runs->changed_from_ms != NEVER && bucket <= to; bucket++) {
		text_format(field, sizeof(field), "%s|%s|%lld",
		    series->target->key, s->regions[series->region].name,
		    (long long)bucket);
		runs_encode(runs, bucket, &s->scratch);
		if (s->scratch.length > 0)
			commit_set(out, "runs", field, s->scratch.data,
			    s->scratch.length);
		else
			commit_unset(out, "runs", field);
	}
	runs->changed_from_ms = NEVER;
	runs->changed_to_ms = BEFORE_ALL;
	if (series->is_unsaved)
		TAILQ_REMOVE(&s->unsaved, series, unsaved);
	series->is_unsaved = false;
	series->unsaved_since_ms = NEVER;
}

/* Ends of runs from before that are due, well before the inbox forgets them. */
static int64_t
refresh_before(const struct shard *s)
{
	int64_t by_time_ms = s->now_ms - REFRESH_MS;
	int64_t by_count_ms = shard_entry_back(s, SHARD_KEPT_MAX / 3 * 2);

	return by_time_ms > by_count_ms ? by_time_ms : by_count_ms;
}

static bool
write_all_series(struct shard *s, struct commit *out)
{
	int64_t before_ms = refresh_before(s);
	struct series *series;

	while ((series = TAILQ_FIRST(&s->unsaved)) != NULL && has_room(out) &&
	    series->unsaved_since_ms <= before_ms)
		write_series(s, series, out);
	while ((series = TAILQ_FIRST(&s->changed)) != NULL && has_room(out)) {
		TAILQ_REMOVE(&s->changed, series, changed);
		series->is_changed = false;
		write_series(s, series, out);
	}
	return has_room(out);
}

static void
write_void(const struct region *r, struct void_stretch *v, struct commit *out)
{
	char field[VOID_FIELD_ROOM], value[VALUE_ROOM];

	shard_void_field(r, v, field);
	text_format(value, sizeof(value), "%lld",
	    (long long)(v->to_ms == NEVER ? 0 : v->to_ms));
	commit_set_text(out, "voids", field, value);
	v->is_changed = false;
}

static void
write_voids(struct shard *s, struct commit *out)
{
	bool all = true;

	if (!s->voids_changed)
		return;
	for (size_t i = 0; i < s->region_count; i++) {
		struct region *r = &s->regions[i];

		for (size_t k = 0; k < r->count; k++) {
			if (!r->list[k].is_changed)
				continue;
			if (has_room(out))
				write_void(r, &r->list[k], out);
			else
				all = false;
		}
	}
	s->voids_changed = !all;
}

static void
write_agents(struct shard *s, struct commit *out)
{
	struct agent *a;

	for (a = s->agents; a != NULL; a = a->hh.next) {
		json_t *root;
		char *text;

		if (a->heard_ms - a->saved_ms < LIVE_MS / 2 || !has_room(out))
			continue;
		root = json_pack("{s:I, s:I, s:s, s:s, s:i}", "heard",
		    (json_int_t)a->heard_ms, "closed", (json_int_t)a->closed_ms,
		    "spool", a->spool, "before", a->before, "doubt",
		    (int)a->doubt);
		text = record_dump(root);
		commit_set_text(out, "agents", a->name, text);
		json_decref(root);
		free(text);
		a->saved_ms = a->heard_ms;
	}
}

static void
trim(struct commit *out, const char *stream, int64_t before_ms)
{
	char id[48];

	if (before_ms <= 0 || before_ms == NEVER)
		return;
	text_format(id, sizeof(id), "%lld-0", (long long)before_ms);
	commit_trim(out, stream, id);
}

/* The inbox keeps what may have to be read again, and what is not written. */
static void
trim_inbox(struct shard *s, struct commit *out)
{
	const struct series *oldest = TAILQ_FIRST(&s->unsaved);
	int64_t before_ms = s->position_ms - REREAD_MS;
	int64_t most_ms = shard_entry_back(s, SHARD_KEPT_MAX);

	if (most_ms > before_ms)
		before_ms = most_ms;
	if (oldest != NULL && oldest->unsaved_since_ms < before_ms)
		before_ms = oldest->unsaved_since_ms;
	trim(out, "in", before_ms);
}

/*
 * What bears on accounts stays for the life of the contract, and 400 days
 * more: the journal begins with the oldest contract for which that holds.
 */
static int64_t
journal_begin(const struct shard *s)
{
	int64_t begin_ms = NEVER;

	for (const struct agreed *a = s->agreed; a != NULL; a = a->hh.next) {
		int64_t from_ms =
		    ledger_kept_from(&a->list, s->now_ms - JOURNAL_KEPT_MS);

		if (from_ms < begin_ms)
			begin_ms = from_ms;
	}
	return begin_ms;
}

static void
trim_streams(struct shard *s, struct commit *out)
{
	if (s->now_ms - s->trimmed_ms < TRIM_EVERY_MS &&
	    s->now_ms >= s->trimmed_ms &&
	    s->seen - s->seen_at_trim < TRIM_EVERY)
		return;
	s->trimmed_ms = s->now_ms;
	s->seen_at_trim = s->seen;
	trim_inbox(s, out);
	trim(out, "journal", journal_begin(s));
	if (s->out_read[0] != '\0')
		commit_trim(out, "out", s->out_read);
}

static void
write_position(struct shard *s, struct commit *out)
{
	char judged[VALUE_ROOM], evaluated[VALUE_ROOM];

	trim_streams(s, out);
	if (s->committed[0] == '\0')
		commit_set_text(out, "meta", "shard_schema", SHARD_SCHEMA);
	text_format(judged, sizeof(judged), "%lld", (long long)s->judge_ms);
	commit_set_text(out, "meta", "judged", judged);
	text_format(evaluated, sizeof(evaluated), "%lld",
	    (long long)s->evaluated);
	commit_set_text(out, "meta", "evaluated", evaluated);
	commit_set_text(out, "meta", "position", s->position);
}

/* What was kept and is taken has been written by now. */
static void
write_early(struct shard *s, struct commit *out)
{
	while (!TAILQ_EMPTY(&s->early_over) && has_room(out))
		shard_unset_early(s, out);
}

/* No two commits have the same name, whatever the clock does. */
static void
write_name(struct shard *s, struct commit *out)
{
	commit_expect(out, "meta", "commit", s->commit);
	text_format(s->commit, sizeof(s->commit), "%lld-%llu",
	    (long long)s->now_ms, (unsigned long long)++s->commits);
	commit_set_text(out, "meta", "commit", s->commit);
}

static bool
has_anything(const struct shard *s)
{
	return s->queue_begin < s->queue_end || !TAILQ_EMPTY(&s->changed) ||
	    s->voids_changed || !TAILQ_EMPTY(&s->early_over) ||
	    strcmp(s->position, s->committed) != 0;
}

bool
shard_commit(struct shard *s, int64_t now_ms, struct commit *out)
{
	if (s->in_flight || !has_anything(s))
		return false;
	if (now_ms > s->now_ms)
		s->now_ms = now_ms;
	commit_clear(out);
	commit_expect(out, "meta", "position", s->committed);
	write_name(s, out);
	s->in_flight = true;
	if (!write_queue(s, out) || !write_all_series(s, out))
		return true; /* more follows, and the position after that */
	write_voids(s, out);
	write_agents(s, out);
	write_early(s, out);
	s->is_urgent = false;
	if (!s->voids_changed && s->position[0] != '\0') {
		write_position(s, out);
		text_copy(s->committed, sizeof(s->committed), s->position);
	}
	return true;
}

void
shard_outbox_read(struct shard *s, const char *id)
{
	/* Of no other form is a position; whoever wrote one is not our pager. */
	if (commit_is_id(id))
		text_copy(s->out_read, sizeof(s->out_read), id);
}

void
shard_committed(struct shard *s, int64_t now_ms)
{
	(void)now_ms;
	s->in_flight = false;
	s->durable = s->written;
}

uint64_t
shard_put_so_far(const struct shard *s)
{
	return s->put;
}

uint64_t
shard_durable(const struct shard *s)
{
	return s->durable;
}
