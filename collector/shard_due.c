/*
 * shard_due: targets whose facts change by themselves, because nothing is seen
 * of them any more.
 */
#include "collector/shard_internal.h"
#include "lib/interval.h"

void
shard_schedule(struct shard *s, struct target *t, int64_t due_ms)
{
	if (due_ms == NEVER)
		heap_remove(&s->due, &t->due);
	else
		heap_set(&s->due, &t->due, due_ms);
}

/*
 * The usual case: what would have become stale was seen again in time, and
 * nothing else waits.  Then it is due when the next would become stale.
 */
static bool
is_well(const struct shard *s, const struct target *t, int64_t *due_ms)
{
	*due_ms = t->edge_ms;
	if (t->state != STATE_UP || t->watcher.is_open || t->is_dirty ||
	    t->edge_ms <= s->now_ms)
		return false;
	for (size_t i = 0; i < s->region_count; i++) {
		int64_t at_ms;

		if (t->series[i] == NULL || t->series[i]->runs.count == 0)
			continue;
		at_ms = runs_stale_at(&t->series[i]->runs);
		if (at_ms <= s->judge_ms && at_ms > t->judged_ms)
			return false;
		if (at_ms > s->judge_ms && at_ms < *due_ms)
			*due_ms = at_ms;
	}
	return true;
}

/* The earliest instant that silence changes in hindsight, or at_ms. */
static int64_t
stale_from(const struct shard *s, const struct target *t, int64_t at_ms)
{
	for (size_t i = 0; i < s->region_count; i++) {
		const struct runs *runs;
		const struct run *last;

		if (t->series[i] == NULL || t->series[i]->runs.count == 0)
			continue;
		runs = &t->series[i]->runs;
		last = &runs->items[runs->count - 1];
		if (runs_stale_at(runs) <= s->judge_ms &&
		    runs_stale_at(runs) > t->judged_ms &&
		    last->last_at_ms + last->interval_ms < at_ms)
			at_ms = last->last_at_ms + last->interval_ms;
	}
	return at_ms;
}

/* The time has come at which this target's facts change by themselves. */
static void
come_due(struct shard *s, struct target *t)
{
	int64_t due_ms;

	if (is_well(s, t, &due_ms)) {
		t->judged_ms = s->judge_ms;
		shard_schedule(s, t, due_ms);
		return;
	}
	shard_schedule(s, t, NEVER);
	shard_mark(s, t,
	    stale_from(s, t, t->edge_ms < s->now_ms ? t->edge_ms : s->now_ms));
}

void
shard_come_due(struct shard *s)
{
	const struct heap_node *next;

	while ((next = heap_first(&s->due)) != NULL && next->at_ms <= s->now_ms)
		come_due(s, next->owner);
}
