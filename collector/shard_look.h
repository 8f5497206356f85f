#ifndef COLLECTOR_SHARD_LOOK_H
#define COLLECTOR_SHARD_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/quorum.h"
#include "collector/shard.h"
#include "lib/ledger.h"

/*
 * shard_look: what a shard knows of one endpoint at one instant, for people
 * who ask why.  What it returns lives in the shard.
 */
struct shard_view {
	const char *endpoint; /* what it is called now */
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
};

/* False: nothing is known of this endpoint. */
bool shard_look(const struct shard *, const char *endpoint, int64_t at_ms,
    struct shard_view *out);

#endif
