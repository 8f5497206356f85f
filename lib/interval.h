#ifndef LIB_INTERVAL_H
#define LIB_INTERVAL_H

#include <stddef.h>
#include <stdint.h>

/*
 * interval: sets of time, as sorted, disjoint, half-open intervals.
 *
 * [from, to) in whatever unit the caller uses, milliseconds or seconds.  A
 * set is normal when sorted, with from < to and no two touching; every
 * function here takes and leaves normal sets.
 */

#define NEVER INT64_MAX /* a time that does not come */

struct interval {
	int64_t from, to;
};

struct interval_set {
	struct interval *items; /* NULL while count is 0 and room is 0 */
	size_t count, room;
};

void interval_set_clear(struct interval_set *);
/* Add [from, to), merged with what it touches; empty ones are ignored. */
void interval_set_add(struct interval_set *, int64_t from, int64_t to);
void interval_set_remove(struct interval_set *, int64_t from, int64_t to);
void
interval_set_union(struct interval_set *into, const struct interval_set *other);
void interval_set_intersect(struct interval_set *into,
    const struct interval_set *other);
void interval_set_subtract(struct interval_set *from,
    const struct interval_set *other);
int64_t interval_set_length(const struct interval_set *);
/* Length of the part inside [from, to). */
int64_t
interval_set_within(const struct interval_set *, int64_t from, int64_t to);

#endif
