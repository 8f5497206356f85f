#ifndef COLLECTOR_ROLE_H
#define COLLECTOR_ROLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/settings.h"

/*
 * role: what one process of the collector does.
 *
 * begin() may be called while the store is away; what it returns is given to
 * the others.  At the end: stop(), then is_idle() is asked until it says so
 * or time is up, then leave(), then the store is freed, then end().  stop,
 * is_idle, leave and store are NULL where there is nothing to do.
 *
 * Who of us is well, and which tree this process uses, is main's to keep:
 * the liveness outlives what begin() returned.
 */

struct event_base;
struct liveness;
struct store;

struct role {
	const char *name;    /* of --role */
	const char *program; /* in "trees" and of the accepted tree's file */
	void *(*begin)(struct event_base *, struct store *, struct liveness *,
	    const struct settings *, char error[160]);
	void (*configure)(void *, const struct settings *);
	void (*store)(void *, bool up);
	void (*stop)(void *);
	bool (*is_idle)(const void *);
	void (*leave)(void *);
	void (*end)(void *);
};

extern const struct role role_evaluate, role_pages;

#endif
