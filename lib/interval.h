#ifndef LIB_INTERVAL_H
#define LIB_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * interval: sets of time, as sorted, disjoint, half-open intervals.
 *
 * [from, to) in whatever unit the caller uses: milliseconds, seconds, days.
 * A set is normal when sorted, with from < to and no two touching; every
 * function here takes and leaves normal sets, but for interval_set_of() that
 * makes one.  A set of two sets costs time in proportion to both; adding at
 * the end costs next to nothing.  What is longer than can be said is NEVER
 * long.
 */

#define NEVER INT64_MAX /* a time that does not come */
/* The end of the year 9999, in milliseconds: no record holds a later one, so
   that sums and differences of what was read do not overflow. */
#define TIME_MAX INT64_C(253402300799999)

struct interval {
	int64_t from, to;
};

struct interval_set {
	struct interval *items; /* NULL while count is 0 and room is 0 */
	size_t count, room;
};

void interval_set_clear(struct interval_set *);
/* The set of intervals in any order, overlapping or empty; into is filled. */
void interval_set_of(struct interval_set *into, const struct interval *items,
    size_t count);
void
interval_set_copy(struct interval_set *into, const struct interval_set *from);
/* Add [from, to), merged with what it touches; empty ones are ignored. */
void interval_set_add(struct interval_set *, int64_t from, int64_t to);
void interval_set_remove(struct interval_set *, int64_t from, int64_t to);
void
interval_set_union(struct interval_set *into, const struct interval_set *other);
void interval_set_intersect(struct interval_set *into,
    const struct interval_set *other);
void interval_set_subtract(struct interval_set *from,
    const struct interval_set *other);
/* Only what lies in [from, to) stays. */
void interval_set_clip(struct interval_set *, int64_t from, int64_t to);
/* Gaps shorter than this are filled; what is shorter than that is dropped. */
void interval_set_bridge(struct interval_set *, int64_t gap);
void interval_set_drop(struct interval_set *, int64_t shorter_than);

bool interval_set_contains(const struct interval_set *, int64_t at);
bool
interval_set_equals(const struct interval_set *, const struct interval_set *);
int64_t interval_set_length(const struct interval_set *);
/* Length of the part inside [from, to). */
int64_t
interval_set_within(const struct interval_set *, int64_t from, int64_t to);
/*
 * The earliest instant by which this much of the set has passed since from:
 * from itself for nothing, the end of an interval rather than the beginning
 * of the next; NEVER when the set has less.
 */
int64_t
interval_set_reach(const struct interval_set *, int64_t from, int64_t length);

#endif
