/*
 * shard_window: announced maintenance.
 *
 * It is probed and booked as ever; only waking waits until it is over
 * (watcher.h).  What is kept of each target is one set of time: whatever lies
 * side by side, or overlaps, holds as one.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/record.h"
#include "lib/text.h"

#define PAST_MS 86400000 /* what ended so long ago bears on nothing here */

struct window *
shard_window(const struct agreed *a, const char *id)
{
	for (size_t i = 0; i < a->window_count; i++)
		if (strcmp(a->windows[i]->id, id) == 0)
			return a->windows[i];
	return NULL;
}

void
shard_keep_window(struct agreed *a, struct window *w)
{
	for (size_t i = 0; i < a->window_count; i++)
		if (strcmp(a->windows[i]->id, w->id) == 0) {
			window_free(a->windows[i]);
			a->windows[i] = w;
			return;
		}
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
	a->windows =
	    mem_grow(a->windows, (a->window_count + 1) * sizeof(*a->windows));
	a->windows[a->window_count++] = w;
}

void
shard_free_windows(struct agreed *a)
{
	for (size_t i = 0; i < a->window_count; i++)
		window_free(a->windows[i]);
	free(a->windows);
}

static void
add_times(const struct shard *s, const struct window *w,
    struct interval_set *into)
{
	int64_t from_ms, to_ms;

	for (size_t i = 0; i < w->count; i++)
		if (window_held(&w->times[i], &from_ms, &to_ms) &&
		    to_ms > s->now_ms - PAST_MS)
			interval_set_add(into, from_ms, to_ms);
}

static void
hold(struct shard *s, const struct agreed *a, struct target *t)
{
	interval_set_clear(&t->held);
	for (size_t i = 0; i < a->window_count; i++)
		if (window_covers(a->windows[i], &s->renames, t->key))
			add_times(s, a->windows[i], &t->held);
}

void
shard_hold_all(struct shard *s)
{
	for (struct target *t = s->targets; t != NULL; t = t->hh.next) {
		const struct agreed *a = shard_agreed(s, t->client);

		hold(s, a, t);
	}
}

int64_t
shard_held_until(const struct shard *s, const struct target *t)
{
	for (size_t i = 0; i < t->held.count; i++)
		if (t->held.items[i].from <= s->now_ms &&
		    s->now_ms < t->held.items[i].to)
			return t->held.items[i].to;
	return 0;
}

int64_t
shard_held_before(const struct shard *s, const struct target *t)
{
	int64_t end_ms = 0;

	for (size_t i = 0; i < t->held.count; i++)
		if (t->held.items[i].to <= s->now_ms)
			end_ms = t->held.items[i].to;
	return end_ms;
}

static void
journal(struct shard *s, const struct window *w, const char *what,
    const struct window_time *t, const char *by, const char *why)
{
	json_t *o = json_pack("{s:I, s:s, s:s, s:s, s:o}", "at",
	    (json_int_t)s->now_ms, "what", what, "subject", w->client, "window",
	    w->id, "by", record_foreign(by));
	int64_t from_ms, to_ms;

	(void)window_stands(t, &from_ms, &to_ms);
	json_object_set_new(o, "from", json_integer(from_ms));
	json_object_set_new(o, "to", json_integer(to_ms));
	if (w->count > 1)
		json_object_set_new(o, "times",
		    json_integer((json_int_t)w->count));
	if (why != NULL)
		record_set_text(o, "text", why);
	shard_put_text(s, COMMIT_APPEND, "journal", "", record_dump(o));
	json_decref(o);
}

/* Whom it held, or will hold, looks again now. */
static void
hold_anew(struct shard *s, const struct agreed *a)
{
	for (struct target *t = s->targets; t != NULL; t = t->hh.next) {
		if (strcmp(t->client, a->client) != 0)
			continue;
		hold(s, a, t);
		if (t->state != STATE_UP || t->watcher.is_open)
			shard_mark(s, t, s->now_ms);
	}
}

void
shard_put_window(struct shard *s, struct agreed *a, const struct window *w,
    const char *what, const struct window_time *t, const char *by,
    const char *why)
{
	char field[NAME_ROOM + WINDOW_ID_MAX + 2];

	text_format(field, sizeof(field), "%s|%s", w->client, w->id);
	journal(s, w, what, t, by, why);
	shard_put_text(s, COMMIT_SET, "windows", field, window_encode(w));
	shard_put_end(s);
	s->is_urgent = true;
	hold_anew(s, a);
}
