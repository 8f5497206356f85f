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
 * is absent on a date has been filled already.
 */

struct handoff {
	int64_t at_ms;
	int64_t day; /* the date whose take-over this is, in days of civil.h */
	const struct watch *watch;
	const struct watch *clash; /* would have taken over now; or NULL */
	bool filled; /* until the next one some hours are absent ones */
};

struct ring {
	struct handoff *items; /* NULL while count is 0 */
	size_t count;
};

/*
 * Enough around at_ms that the last hand-off at or before it and the first
 * after it are among them, if the rota has any.
 */
void ring_build(struct ring *, const struct rota *, int64_t at_ms);
void ring_clear(struct ring *);
/* The last at or before at_ms, or NULL. */
const struct handoff *ring_at(const struct ring *, int64_t at_ms);
/* Who has this watch after that hand-off; NULL when it has no people. */
const struct person *ring_person(const struct rota *, const struct handoff *);

#endif
