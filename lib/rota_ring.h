#ifndef LIB_ROTA_RING_H
#define LIB_ROTA_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/settings.h"

/*
 * rota_ring: the hand-offs of a rota around an instant, without overrides.
 *
 * Strictly increasing.  Each is a watch taking over on one of its dates; what
 * is absent on a date has been filled already.  Explicit hours come out in the
 * same form, only that they may leave stretches of nobody.
 */

struct handoff {
	int64_t at_ms;
	int64_t day; /* the date whose take-over this is, in days of civil.h */
	const struct watch *watch; /* NULL: nobody from here on */
	const struct watch *clash; /* would have taken over now; or NULL */
	bool filled; /* until the next one some hours are absent ones */
};

struct ring {
	struct handoff *items; /* NULL while count is 0 */
	size_t count;
	/* Before this nobody takes over but these; 0: that is not known. */
	int64_t seen_ms;
};

/*
 * Enough around at_ms that the last hand-off at or before it and the first
 * after it are among them, if the rota has any within 400 days.
 */
void ring_build(struct ring *, const struct rota *, int64_t at_ms);
void ring_clear(struct ring *);
/* The last at or before at_ms, or NULL. */
const struct handoff *ring_at(const struct ring *, int64_t at_ms);

/* Is the watch on duty on this date, on which it would begin at at_ms? */
bool ring_runs_on(const struct watch *, int64_t day);

/* rota_hours.c: explicit hours, and who has which of them. */
struct hours {
	const struct conf_list *watches; /* struct watch, all with hours */
	int64_t since_day, until_day;    /* on which they may begin */
};
/* The hand-offs of what begins in [from, to), and of what then goes on. */
void hours_build(struct ring *, const struct hours *, int64_t from_ms,
    int64_t to_ms);
/* Explicit hours of a whole rota, and its rule for what they leave open. */
void hours_of_rota(struct ring *, const struct rota *, int64_t at_ms);
/* When hours of this watch begin and end that begin on this date. */
int64_t hours_begin_ms(const struct watch *, int64_t day);
int64_t hours_end_ms(const struct watch *, int64_t day);

/* When the watch that ends an absent stretch begins, by the rule. */
int64_t ring_fill_ms(enum fill, int64_t absent_ms, int64_t next_ms);

#endif
