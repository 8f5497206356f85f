#ifndef COLLECTOR_RUNS_H
#define COLLECTOR_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/interval.h"
#include "lib/observation.h"

/*
 * runs: what one region saw of one endpoint, as series of equal probes.
 *
 * A set of points (time, outcome, reason, interval), kept as sorted runs of
 * consecutive equal points that are at most three intervals apart.  Inserting
 * a point that is there changes nothing, and the order of inserting does not
 * matter, as long as a point that contradicts a run falls within its last
 * RUNS_RECENT points.  Further back the points inside a run are no longer
 * known one by one; there a contradiction takes out one interval if it is a
 * failure and one millisecond if it is not, so that nothing is ever decided in
 * the vendor's favour.
 *
 * Two points at one instant: the worse one stands.
 */

#define RUNS_RECENT 32
#define RUNS_BRIDGE 3 /* intervals without a probe that are bridged */
/* Looking again comes a second after the end of a failed look, which comes
 * within the interval; and a loop may lag. */
#define RUNS_AGAIN_MS 1500
#define RUNS_MAX 20000          /* in memory; then old buckets are closed */
#define RUNS_BUCKET_MS 21600000 /* one record holds six hours of beginnings */
#define RUNS_INTERVAL_MAX_MS 86400000
#define BLIPS_PROBES 10      /* the last ten probes ... */
#define BLIPS_ENOUGH 3       /* ... with three blips: half broken */
#define BEFORE_ALL INT64_MIN /* a time before any other */

struct run {
	int64_t first_at_ms, last_at_ms;
	int64_t interval_ms;
	enum outcome outcome;
	enum reason reason;
};

struct runs {
	struct run *items; /* sorted, never overlapping; NULL while room is 0 */
	size_t count, room;
	int64_t timeout_ms; /* of the endpoint's terms now: for the live edge */
	int64_t recent[RUNS_RECENT]; /* the newest points, ascending */
	unsigned recent_count;
	int64_t known_from_ms; /* all points from here on are recent ones */
	int64_t floor_ms;      /* points before are passed over */
	/* Beginnings in [changed_from, changed_to] are to be written again. */
	int64_t changed_from_ms, changed_to_ms;
};

struct run_point {
	int64_t at_ms;
	int64_t interval_ms; /* at least 1 */
	enum outcome outcome;
	enum reason reason;
};

void runs_init(struct runs *);
void runs_clear(struct runs *);

/*
 * Insert a point.  Return the earliest instant at which a fact may differ now,
 * or NEVER when none does.  judged_ms: up to where facts were made use of.
 */
int64_t runs_insert(struct runs *, const struct run_point *, int64_t judged_ms);

/* Forget what lies after an instant: a clock was set back. */
void runs_cut(struct runs *, int64_t after_ms);

/*
 * What is known at one instant, and from when to when the same holds.
 *
 * For the last run there is nothing after it yet: until now_ms is three
 * intervals and the timeout later its value holds, and after that, in
 * hindsight, only for one interval.
 */
struct fact {
	bool is_none;         /* nothing is known; the rest but times is void */
	enum outcome outcome; /* a blip counts as ok */
	enum reason reason;
	bool is_blippy;  /* enough blips among the last probes */
	int64_t from_ms; /* BEFORE_ALL or when this began ... */
	int64_t
	    before_ms;    /* ... and the last look before that, or BEFORE_ALL */
	int64_t until_ms; /* next change, or NEVER */
	int64_t last_ms;  /* last look of the run, if not is_none */
};
void
runs_fact(const struct runs *, int64_t at_ms, int64_t now_ms, struct fact *out);

/*
 * The same, with what a void covers being none; and what was last seen before
 * the end of a void is none until it is seen again.
 */
void runs_fact_outside(const struct runs *, const struct interval_set *voids,
    int64_t at_ms, int64_t now_ms, struct fact *out);

/* When the value of the last run ceases to hold by itself; or NEVER. */
int64_t runs_stale_at(const struct runs *);

/* The last two probes or more, without a failure between, were good. */
bool runs_is_good_twice(const struct runs *, int64_t now_ms);

bool outcome_is_failing(enum outcome); /* failed, or maintenance */

/*
 * Records: one per bucket of beginnings.  runs_encode() packs the runs that
 * begin in a bucket (length 0: there is none); runs_decode() puts back what a
 * record holds, in any order of records, or returns -1 when it is unreadable
 * or lies on something that is there.
 */
#define RUNS_VERSION 1
#define RUNS_RECORD_MAX 2000000 /* bytes */
struct runs_bytes {
	unsigned char *data;
	size_t length, room;
};
int64_t runs_bucket(int64_t at_ms);
void runs_encode(const struct runs *, int64_t bucket, struct runs_bytes *out);
int runs_decode(struct runs *, const void *record, size_t length);

/*
 * What is older than an instant and no longer needed: everything in buckets
 * before the one returned.  runs_forget() drops it; later observations from
 * before that bucket are then passed over.
 */
int64_t runs_needed(const struct runs *, int64_t at_ms);
void runs_forget(struct runs *, int64_t bucket);

#endif
