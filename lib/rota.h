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
 * clock changes are in docs/design.md, "Rota".  Layers of explicit hours lie
 * above the ring, and overrides on top.
 */

#define OVERRIDE_UID 256
#define OVERRIDE_SOURCE 100

/*
 * Somebody has hours that are another's ("person" has them), or somebody is
 * away ("person" is empty): then the next in the written order has them who
 * is not away.
 */
struct override {
	char id[16];   /* "o-12" */
	char rota[64]; /* "": every rota */
	char person[64], by[64];
	char instead[64];       /* only this one's hours; "": whoever's */
	char with[16];          /* made with that one, and undone with it */
	char uid[OVERRIDE_UID]; /* of the calendar's event it came in by */
	char time[20]; /* which time of that event; "": it comes once */
	char source[OVERRIDE_SOURCE]; /* the calendar; "": none was said */
	int64_t from_ms, to_ms;       /* half-open */
	const struct person *who;     /* whom "person" names; NULL: nobody any
				     more, and the override does nothing */
};

/* One stretch of one person's duty, with the same second all through. */
struct stretch {
	int64_t from_ms, to_ms;
	const struct rota *rota;
	const struct watch *watch;   /* whose hours these are; NULL: nobody's */
	const struct layer *layer;   /* whose watch it is; NULL: the rota's */
	int64_t day;                 /* of the watch, on which it took over */
	int64_t begin_ms;            /* when the watch took over */
	const struct person *person; /* NULL: nobody (only in a broken rota) */
	/* Called where the ladder says so; NULL: there is nobody else. */
	const struct person *secondary;
	const struct person *instead;    /* whose it would be; NULL: as it is */
	const struct override *override; /* NULL: by the ring */
	const struct watch *clash; /* would take over at from_ms, too; NULL */
	bool filled; /* some of it is another watch's absent hours */
	bool away;   /* the person is away, and nobody is left */
};

/* Is nobody meant to have these hours, but somebody not to? */
bool override_is_away(const struct override *);

/*
 * The stretch that holds at_ms, with overrides (count may be 0; in the order
 * of their making, the last wins) applied.  False: nobody is on watch, and
 * the stretch lasts while that is so, as far as could be seen.
 */
bool rota_at(const struct rota *, const struct override *, size_t count,
    int64_t at_ms, struct stretch *out);

/*
 * Widen a stretch of rota_at() to all hours of this watch, or override, that
 * the person has without a break, whoever is second; who is second then, it
 * says of the stretch alone.
 */
void rota_whole(const struct override *, size_t count, struct stretch *);
/* rota_at(), widened. */
bool rota_watch_at(const struct rota *, const struct override *, size_t count,
    int64_t at_ms, struct stretch *out);

/* One thing that is wrong or worth knowing between two instants. */
enum rota_fault_kind {
	ROTA_HOLE,  /* nobody */
	ROTA_LONG,  /* one person without a break for over max_watch */
	ROTA_NIGHT, /* a watch over local 00-06 of its person */
	ROTA_CLASH, /* two watches take over at one instant: the later
			  written one does */
	ROTA_AWAY,  /* on watch though away: nobody else is left */
};
struct rota_fault {
	enum rota_fault_kind kind;
	int64_t from_ms, to_ms;
	const struct watch *watch;
	const struct person *person;
	bool waived; /* by name and date; never a hole */
	char text[400];
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
