#ifndef LIB_ROTA_H
#define LIB_ROTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/settings.h"

/*
 * rota: who is on watch at an instant.
 *
 * A rota is a ring of watches; on duty is whoever took over last, so the
 * ring has neither hole nor overlap.  The rules for days, fill, rotation and
 * clock changes are in docs/design.md, "Rota".  Overrides lie on top.
 */

struct override {
	char id[16]; /* "o-12" */
	char rota[64], person[64], by[64];
	int64_t from_ms, to_ms;   /* half-open */
	const struct person *who; /* whom "person" names; NULL: nobody any
				     more, and the override does nothing */
};

/* One stretch of one person's duty. */
struct stretch {
	int64_t from_ms, to_ms;
	const struct rota *rota;
	const struct watch *watch;   /* whose hours these are */
	const struct person *person; /* NULL: nobody (only in a broken rota) */
	const struct override *override; /* NULL: by the ring */
	bool filled; /* some of it is another watch's absent hours */
};

/*
 * The stretch that holds at_ms, with overrides (count may be 0; in the order
 * of their making, the last wins) applied.  False: nobody is on watch, and
 * the stretch lasts while that is so, as far as could be seen.
 */
bool rota_at(const struct rota *, const struct override *, size_t count,
    int64_t at_ms, struct stretch *out);

/* One thing that is wrong or worth knowing between two instants. */
enum rota_fault_kind {
	ROTA_HOLE,  /* nobody */
	ROTA_LONG,  /* one person without a break for over max_watch */
	ROTA_NIGHT, /* a watch over local 00-06 of its person */
	ROTA_CLASH, /* two watches take over at one instant: the later
			  written one does */
};
struct rota_fault {
	enum rota_fault_kind kind;
	int64_t from_ms, to_ms;
	const struct watch *watch;
	const struct person *person;
	bool waived; /* by name and date; never a hole */
	char text[200];
};

#define ROTA_MAX_WATCH_MS (14 * INT64_C(3600000)) /* when none is set */

/*
 * Prove [from_ms, from_ms + days): call found for every fault, in order.
 * Return how many that are not waived were found.
 */
size_t rota_prove(const struct rota *, const struct override *, size_t count,
    int64_t from_ms, int days,
    void (*found)(void *arg, const struct rota_fault *), void *arg);

#endif
