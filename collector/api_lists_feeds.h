#ifndef COLLECTOR_API_LISTS_FEEDS_H
#define COLLECTOR_API_LISTS_FEEDS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/heap.h"

/*
 * api_lists_feeds: the lists of many as one, the latest first.
 *
 * Each feed tells when what is next of it was, and of two that were at one
 * instant the feed comes first whose name does.  So an answer goes through as
 * many records as it has, and one for each feed, not through all there are.
 */
struct ledger;

struct api_feed {
	struct heap_node node;
	const char *name; /* borrowed */
	const struct ledger *ledger;
	size_t place; /* of an endpoint, or of what is next */
};
struct api_feeds {
	struct api_feed *items;
	size_t count, room;
	struct heap heap;
};

void api_feeds_add(struct api_feeds *, const char *name, const struct ledger *,
    size_t place);
/* All are there, and have nothing to tell yet. */
void api_feeds_sort(struct api_feeds *);
void api_feeds_set(struct api_feeds *, struct api_feed *, int64_t at_ms);
void api_feeds_end(struct api_feeds *, struct api_feed *);  /* no more of it */
struct api_feed *api_feeds_first(const struct api_feeds *); /* or NULL */
void api_feeds_clear(struct api_feeds *);

#endif
