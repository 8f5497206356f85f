/*
 * shard_prune: what can no longer change leaves memory: runs go from "runs"
 * to "history", closed stretches stay in "outages".
 */
#include <assert.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

static void
close_bucket(struct shard *s, const struct series *series, int64_t bucket)
{
	char field[TARGET_ROOM + NAME_ROOM + 24];

	runs_encode(&series->runs, bucket, &s->scratch);
	assert(s->scratch.length > 0); /* a run of it begins there */
	text_format(field, sizeof(field), "%s|%s|%lld", series->target->key,
	    s->regions[series->region].name, (long long)bucket);
	shard_put(s, COMMIT_SET, "history", field,
	    mem_copy(s->scratch.data, s->scratch.length), s->scratch.length);
	shard_put(s, COMMIT_UNSET, "runs", field, NULL, 0);
	shard_put_end(s);
}

/* The buckets before the one that is needed. */
static void
close_before(struct shard *s, struct series *series, int64_t needed)
{
	struct runs *runs = &series->runs;
	int64_t last = INT64_MIN;

	for (size_t i = 0; i < runs->count; i++) {
		int64_t bucket = runs_bucket(runs->items[i].first_at_ms);

		if (bucket >= needed)
			break;
		if (bucket != last)
			close_bucket(s, series, bucket);
		last = bucket;
	}
	runs_forget(runs, needed);
}

/*
 * Nobody looks any more, and the last that was seen has been stale for longer
 * than anything can change.
 */
static bool
is_over(const struct shard *s, const struct series *series, int64_t before_ms)
{
	const struct runs *runs = &series->runs;

	if (series->is_changed || series->is_unsaved)
		return false;
	if (series->target->endpoint != NULL &&
	    shard_has_agents(s, series->region))
		return false;
	return runs->count == 0 || runs_stale_at(runs) < before_ms;
}

static void
prune_series(struct shard *s, struct series *series, int64_t before_ms)
{
	struct runs *runs = &series->runs;

	if (is_over(s, series, before_ms)) {
		close_before(s, series, runs_bucket(before_ms) + 1);
		shard_series_free(series);
		return;
	}
	if (runs->count > 0 && !series->is_changed) {
		int64_t needed = runs_needed(runs, before_ms);

		if (runs_bucket(runs->items[0].first_at_ms) < needed)
			close_before(s, series, needed);
	}
}

static void
prune_booked(struct target *t, int64_t before_ms)
{
	size_t n = 0;

	while (n < t->booked_count && t->booked[n].to_ms < before_ms)
		n++;
	if (n == 0)
		return;
	t->booked_count -= n;
	memmove(t->booked, t->booked + n, t->booked_count * sizeof(*t->booked));
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static bool
has_agent_nowhere(const struct shard *s)
{
	for (const struct agent *a = s->agents; a != NULL; a = a->hh.next)
		if (a->is_configured && a->region < 0)
			return true;
	return false;
}

/* Said before anything goes, so that no later start takes it up again. */
static void
settle_until(struct shard *s, int64_t at_ms)
{
	char text[24];

	if (at_ms <= s->settled_ms)
		return;
	s->settled_ms = at_ms;
	text_format(text, sizeof(text), "%lld", (long long)at_ms);
	shard_put_text(s, COMMIT_SET, "meta", "settled", mem_text(text));
	shard_put_end(s);
}

void
shard_prune(struct shard *s)
{
	int64_t before_ms = shard_horizon(s) - MARGIN_MS;
	struct target *t;

	s->pruned_ms = s->now_ms;
	settle_until(s, shard_horizon(s));
	for (t = s->targets; t != NULL; t = t->hh.next) {
		for (size_t i = 0; i < s->region_count; i++)
			if (t->series[i] != NULL)
				prune_series(s, t->series[i], before_ms);
		prune_booked(t, earlier(before_ms, shard_budget_needs(s)));
	}
	shard_prune_early(s);
	shard_void_forget(s);
	shard_prune_aside(s);
	shard_erase_by_age(s);
	shard_tell_notes(s);
	if (has_agent_nowhere(s)) /* there may be a place by now */
		shard_take_terms(s);
}
