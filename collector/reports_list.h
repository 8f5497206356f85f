#ifndef COLLECTOR_REPORTS_LIST_H
#define COLLECTOR_REPORTS_LIST_H

#include <stddef.h>

#include "lib/published.h"

/*
 * reports_list: which final reports there are: of each client's period its
 * versions, by client, then period.
 */

/* Of one client's period. */
struct reports_period {
	char client[SEAL_NAME], period[SEAL_PERIOD]; /* "acme", "2026-10" */
	struct published versions;
};
struct reports_list {
	struct reports_period *items;
	size_t count, room;
};

/* Takes the versions over. */
void reports_list_add(struct reports_list *, const struct reports_period *);
/* In their order, once all are there. */
void reports_list_sort(struct reports_list *);
void reports_list_clear(struct reports_list *);

/* Where that one is, or would be: the first that is not before it. */
size_t reports_list_at(const struct reports_list *, const char *client,
    const char *period);
/* NULL: there is none. */
const struct reports_period *reports_list_find(const struct reports_list *,
    const char *client, const char *period);

#endif
