#ifndef LIB_ROTA_LOAD_H
#define LIB_ROTA_LOAD_H

#include <stddef.h>
#include <stdint.h>

#include "lib/rota.h"

/*
 * rota_load: what a rota asks of its people.
 *
 * Nights are 00:00 to 06:00, weekends Saturday and Sunday, by the clocks of
 * the person; hours are counted, not clocks, so that a repeated hour is two.
 */

struct rota_person {
	const struct person *person;
	int64_t total_ms, night_ms, weekend_ms, longest_ms;
	int watches;  /* stretches of duty, one after another counted as one */
	int weekends; /* on which there was some duty */
	int64_t last_ms;         /* end of the stretch counted last */
	int64_t run_ms;          /* how long it and those before it lasted */
	int64_t weekend_counted; /* the Monday after it, in days */
};

/* How unevenly the people of one watch have its hours. */
struct rota_share {
	const struct watch *watch;
	const struct person *most, *least;
	int64_t most_ms, least_ms;
};

struct rota_load {
	struct rota_person *people; /* in the order in which they are written */
	size_t count;
	struct rota_share *shares; /* of watches with two people or more */
	size_t share_count;
};

void rota_load(struct rota_load *, const struct rota *, const struct override *,
    size_t count, int64_t from_ms, int days);
void rota_load_clear(struct rota_load *);

#endif
