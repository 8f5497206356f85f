/*
 * shard: life, time and breaks.  What it knows is in shard_internal.h; who
 * does what is said by the names of the other shard_*.c.
 *
 * After a start or a break the shard catches up: while it is_reading, the
 * stream has entries that were there before; observations are taken in and
 * nothing is judged.  While it is_waiting, states are booked, but nothing
 * becomes stale and no alarm rises on the word of agents that have not spoken
 * since.  Then it thaws: silence goes on being judged as of the break until
 * what was due inside it is due.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

struct shard *
shard_new(const struct settings *settings, unsigned number)
{
	struct shard *s = mem_alloc(sizeof(*s));

	s->settings = settings;
	s->number = number;
	TAILQ_INIT(&s->dirty);
	TAILQ_INIT(&s->changed);
	TAILQ_INIT(&s->unsaved);
	TAILQ_INIT(&s->early);
	TAILQ_INIT(&s->early_over);
	text_copy(s->read_from, sizeof(s->read_from), "0-0");
	return s;
}

void
shard_free(struct shard *s)
{
	if (s == NULL)
		return;
	shard_free_tables(s);
	shard_free_notes(s);
	shard_free_remarks(s);
	shard_free_early(s);
	renames_clear(&s->renames);
	for (size_t i = 0; i < s->region_count; i++) {
		free(s->regions[i].list);
		interval_set_clear(&s->regions[i].voids);
		interval_set_clear(&s->regions[i].proven);
	}
	for (size_t i = s->queue_begin; i < s->queue_end; i++) {
		free(s->queue[i].field);
		free(s->queue[i].value);
	}
	free(s->queue);
	heap_clear(&s->due);
	free(s->scratch.data);
	state_line_clear(&s->line);
	free(s);
}

struct series *
shard_series(struct target *t, unsigned region)
{
	struct series *series = t->series[region];

	if (series != NULL)
		return series;
	series = mem_alloc(sizeof(*series));
	runs_init(&series->runs);
	series->target = t;
	series->region = region;
	series->unsaved_since_ms = NEVER;
	series->runs.timeout_ms = shard_timeout(t);
	t->series[region] = series;
	return series;
}

/* It has nothing that is not written yet. */
void
shard_series_free(struct series *series)
{
	assert(!series->is_changed && !series->is_unsaved);
	series->target->series[series->region] = NULL;
	runs_clear(&series->runs);
	free(series->detail);
	free(series);
}

/*
 * Older than that nothing changes any more.  It never goes back, whatever
 * late_accept says now: what is in "history" is not in memory, and books made
 * anew without it would be wrong.
 */
int64_t
shard_horizon(const struct shard *s)
{
	int64_t at_ms = s->now_ms - s->settings->site.late_accept_ms;

	return at_ms > s->settled_ms ? at_ms : s->settled_ms;
}

void
shard_mark(struct shard *s, struct target *t, int64_t from_ms)
{
	if (from_ms < t->dirty_ms)
		t->dirty_ms = from_ms;
	if (t->is_dirty)
		return;
	t->is_dirty = true;
	TAILQ_INSERT_TAIL(&s->dirty, t, dirty);
}

void
shard_mark_region(struct shard *s, unsigned region, int64_t from_ms)
{
	struct target *t;

	for (t = s->targets; t != NULL; t = t->hh.next)
		if (t->series[region] != NULL)
			shard_mark(s, t, from_ms);
}

/* Book what has changed, unless more of the past is still to be read. */
void
shard_settle(struct shard *s)
{
	struct target *t;

	if (!s->is_started || s->is_reading)
		return;
	shard_check_regions(s);
	while ((t = TAILQ_FIRST(&s->dirty)) != NULL) {
		TAILQ_REMOVE(&s->dirty, t, dirty);
		t->is_dirty = false;
		shard_rebook(s, t);
	}
}

bool
shard_is_catching_up(const struct shard *s)
{
	return s->is_reading || s->is_waiting;
}

/* Nothing becomes stale while this holds. */
bool
shard_is_frozen(const struct shard *s)
{
	return shard_is_catching_up(s) || s->now_ms < s->thaw_ms;
}

static void
pass_time(struct shard *s, int64_t now_ms)
{
	s->now_ms = now_ms;
	if (!shard_is_frozen(s))
		s->judge_ms = now_ms;
}

static void
caught_up(struct shard *s)
{
	s->is_reading = s->is_waiting = false;
	s->thaw_ms = s->now_ms + THAW_MS;
}

void
shard_check_caught_up(struct shard *s)
{
	struct agent *a;

	if (!shard_is_catching_up(s))
		return;
	if (s->now_ms - s->break_ms < CATCH_UP_MAX_MS) {
		if (s->is_reading)
			return;
		for (a = s->agents; a != NULL; a = a->hh.next)
			if (a->is_awaited)
				return;
	}
	caught_up(s);
	/* What nobody was told while we waited. */
	for (struct target *t = s->targets; t != NULL; t = t->hh.next)
		if (t->state != STATE_UP || t->watcher.is_open)
			shard_mark(s, t, s->now_ms);
	s->operations_ms = s->thaw_ms;
}

/* Begin to catch up; agents heard shortly before are awaited. */
static void
catch_up(struct shard *s, int64_t before_ms)
{
	struct agent *a;

	s->is_reading = s->is_waiting = true;
	s->break_ms = s->now_ms;
	for (a = s->agents; a != NULL; a = a->hh.next)
		a->is_awaited = a->is_configured && a->heard_ms != 0 &&
		    a->heard_ms >= before_ms - LIVE_MS;
}

static void
not_after(int64_t *at_ms, int64_t now_ms)
{
	if (*at_ms > now_ms)
		*at_ms = now_ms;
}

/* A clock was set back: who was heard ahead of it would never be missed. */
static void
hear_nobody_ahead(struct shard *s)
{
	struct agent *a;

	for (a = s->agents; a != NULL; a = a->hh.next) {
		not_after(&a->known_ms, s->now_ms);
		not_after(&a->heard_ms, s->now_ms);
		not_after(&a->closed_ms, s->now_ms);
		not_after(&a->saved_ms, s->now_ms);
		not_after(&a->unsure_ms, s->now_ms);
		not_after(&a->alternated_ms, s->now_ms);
		not_after(&a->ahead_ms, s->now_ms);
	}
}

/* No late_accept is that short: it was said under a clock that was ahead. */
static void
doubt_settled(struct shard *s)
{
	if (s->settled_ms > s->now_ms - LATE_MIN_MS)
		s->settled_ms = 0;
}

void
shard_start(struct shard *s, int64_t now_ms)
{
	struct agent *a;
	int64_t heard_ms = BEFORE_ALL + LIVE_MS;
	struct target *t;

	s->now_ms = now_ms;
	if (s->judge_ms == 0) /* it may be lost: nothing was silent since */
		s->judge_ms = s->position_ms;
	if (s->judge_ms == 0 || s->judge_ms > now_ms)
		s->judge_ms = now_ms;
	doubt_settled(s);
	s->pruned_ms = s->trimmed_ms = now_ms;
	hear_nobody_ahead(s);
	shard_take_names(s);
	shard_take_terms(s);
	shard_hold_all(s);
	for (a = s->agents; a != NULL; a = a->hh.next)
		if (a->heard_ms > heard_ms)
			heard_ms = a->heard_ms;
	catch_up(s, heard_ms);
	/* States are made anew as far as they can still change. */
	for (t = s->targets; t != NULL; t = t->hh.next)
		shard_mark(s, t, shard_horizon(s));
	s->is_started = true;
}

void
shard_configure(struct shard *s, const struct settings *settings,
    int64_t now_ms)
{
	s->settings = settings;
	pass_time(s, now_ms);
	shard_take_terms(s);
	shard_hold_all(s);
	shard_settle(s);
}

/* A clock was set back: what seems to lie ahead was seen under a wrong one. */
static void
cut_the_future(struct shard *s)
{
	struct target *t;

	shard_cut_names(s);
	for (t = s->targets; t != NULL; t = t->hh.next) {
		for (size_t i = 0; i < s->region_count; i++) {
			struct series *series = t->series[i];

			if (series == NULL)
				continue;
			runs_cut(&series->runs, s->now_ms);
			shard_series_changed(s, series);
		}
		shard_mark(s, t, s->now_ms);
	}
}

void
shard_break(struct shard *s, int64_t now_ms)
{
	int64_t before_ms = s->now_ms;

	s->now_ms = now_ms;
	if (before_ms > now_ms) {
		before_ms = now_ms;
		if (s->judge_ms > now_ms)
			s->judge_ms = now_ms;
		s->operations_ms = now_ms;
		cut_the_future(s);
		hear_nobody_ahead(s);
		doubt_settled(s);
	}
	catch_up(s, before_ms);
}

void
shard_read_all(struct shard *s, int64_t now_ms)
{
	pass_time(s, now_ms);
	s->is_reading = false;
	shard_check_caught_up(s);
	shard_settle(s);
}

void
shard_time(struct shard *s, int64_t now_ms)
{
	pass_time(s, now_ms);
	shard_check_caught_up(s);
	if (!shard_is_frozen(s))
		shard_come_due(s);
	if (!s->is_started)
		return;
	shard_settle(s);
	if (now_ms >= s->operations_ms && !shard_is_frozen(s))
		shard_operations(s);
	if (now_ms - s->pruned_ms >= PRUNE_EVERY_MS)
		shard_prune(s);
}

static int64_t
soonest(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
shard_deadline(const struct shard *s)
{
	const struct heap_node *next = heap_first(&s->due);
	int64_t at_ms = s->pruned_ms + PRUNE_EVERY_MS;

	if (shard_is_catching_up(s))
		return soonest(at_ms, s->break_ms + CATCH_UP_MAX_MS);
	if (next != NULL)
		at_ms = soonest(at_ms, next->at_ms);
	at_ms = soonest(at_ms, s->operations_ms);
	if (at_ms < s->thaw_ms && s->now_ms < s->thaw_ms)
		at_ms = s->thaw_ms;
	return soonest(at_ms, shard_check_deadline(s));
}

const char *
shard_position(const struct shard *s)
{
	return s->read_from;
}

bool
shard_is_urgent(const struct shard *s)
{
	return s->is_urgent;
}

bool
shard_next_order(struct shard *s, struct shard_order *out)
{
	if (s->order_count == 0)
		return false;
	*out = s->orders[s->order_begin];
	s->order_begin = (s->order_begin + 1) % ORDERS_MAX;
	s->order_count--;
	return true;
}
