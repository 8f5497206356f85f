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
	text_format(field, sizeof(field), "%s|%s|%lld", series->target->id,
	    s->regions[series->region].name, (long long)bucket);
	shard_put(s, COMMIT_SET, "history", field,
	    mem_copy(s->scratch.data, s->scratch.length), s->scratch.length);
	shard_put(s, COMMIT_UNSET, "runs", field, NULL, 0);
	shard_put_end(s);
}

static void
prune_series(struct shard *s, struct series *series, int64_t before_ms)
{
	struct runs *runs = &series->runs;
	int64_t needed = runs_needed(runs, before_ms), last;

	if (runs->count == 0 || series->is_changed ||
	    runs_bucket(runs->items[0].first_at_ms) >= needed)
		return;
	last = INT64_MIN;
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

void
shard_prune(struct shard *s)
{
	int64_t before_ms = shard_horizon(s) - MARGIN_MS;
	struct target *t;

	s->pruned_ms = s->now_ms;
	for (t = s->targets; t != NULL; t = t->hh.next) {
		for (size_t i = 0; i < s->region_count; i++)
			if (t->series[i] != NULL)
				prune_series(s, t->series[i], before_ms);
		prune_booked(t, before_ms);
	}
	shard_void_forget(s);
	shard_prune_aside(s);
}
