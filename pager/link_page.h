#ifndef PAGER_LINK_PAGE_H
#define PAGER_LINK_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/settings.h"

/*
 * link_page: what a take link shows, as HTML without script.
 *
 * Pure: an incident as JSON (docs/protocol.md) in, a page out.  Whatever
 * stands in the incident is escaped; what is missing is left out.
 */

struct link_view {
	const struct settings *settings;
	const struct person *person; /* whose link it is */
	const char *incident;        /* JSON; NULL: only the notice */
	const char *notice;          /* what has just happened; NULL: nothing */
	bool refused;                /* the notice says that it was not done */
	int64_t now_ms;
};

/* The page is the caller's to free. */
char *link_page(const struct link_view *);

extern const char link_style[];

#endif
