#ifndef COLLECTOR_SHARD_LOOK_H
#define COLLECTOR_SHARD_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/quorum.h"
#include "collector/shard.h"
#include "collector/watcher.h"
#include "lib/ledger.h"

/*
 * shard_look: what a shard knows of one endpoint at one instant, for people
 * who ask why.  What it returns lives in the shard.
 */
struct shard_view {
	const char *endpoint; /* what it is called now */
	const char *was;      /* what it was called then */
	struct quorum_look look;
	struct {
		const char *name;
		const char *blind;  /* what made it blind then; NULL */
		const char *detail; /* of its last look that was not ok; NULL */
	} regions[REGIONS_MAX];
	size_t region_count;
	const struct ledger_step *step;      /* in force then; NULL */
	const struct ledger_stretch *booked; /* then; NULL: nothing */
	int64_t judged_ms;                   /* up to where silence is judged */
	const struct window *window; /* announced for then; NULL: none was */
	int64_t window_from_ms, window_to_ms;
	/* Would humans have heard of it, by that look alone; and when. */
	enum watcher_quiet quiet;
	int64_t loud_ms; /* NEVER: not while it stays like that */
};

/* False: nothing is known of this endpoint. */
bool shard_look(const struct shard *, const char *endpoint, int64_t at_ms,
    struct shard_view *out);

/* A stretch in which the same regions saw the same of it. */
struct shard_stretch {
	int64_t from_ms, to_ms; /* half-open */
	enum state state;
	int quorum;
	uint64_t regions, fresh, failing; /* bit i: region i of the view */
};
#define SHARD_STRETCHES_MAX 1000

/*
 * Those of [from_ms, to_ms), in their order, without gaps; to be freed.  As
 * many as there is room for: the last one's end says how far they go.  NULL:
 * nothing is known of this endpoint.
 */
struct shard_stretch *shard_stretches(const struct shard *,
    const char *endpoint, int64_t from_ms, int64_t to_ms, size_t *count);

#endif
