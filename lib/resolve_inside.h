#ifndef LIB_RESOLVE_INSIDE_H
#define LIB_RESOLVE_INSIDE_H

#include <sys/queue.h>
#include <time.h>

#include <ares.h>

#include "lib/resolve.h"

/*
 * What the files of resolve share, and nobody else includes.
 *
 * resolve.c          lookups: begun, answered, given up
 * resolve_channel.c  c-ares on the event loop, by the present resolv.conf
 * resolve_cache.c    what is remembered, and for how long
 */

struct event;

struct resolve_channel {
	LIST_ENTRY(resolve_channel) entry;
	struct resolver *resolver;
	ares_channel ares;
	struct event *timer;
	LIST_HEAD(sockets, watched) sockets;
	int queries; /* under way */
};

struct resolver {
	struct event_base *base;
	char *servers; /* NULL: the system's */
	/* Takes new queries; NULL: it could not begin. */
	struct resolve_channel *current;
	LIST_HEAD(channels, resolve_channel) channels;
	LIST_HEAD(lookups, lookup) lookups;
	struct remembered *cache;
	struct timespec conf_changed; /* of /etc/resolv.conf */
	int64_t conf_looked_us;
};

/*
 * resolve_channel.c: the channel for new queries, or NULL.  Whoever has given
 * it a query calls resolve_channel_rest(), by which an old channel may go.
 */
struct resolve_channel *resolve_channel_now(struct resolver *);
void resolve_channel_rest(struct resolve_channel *);
void resolve_channels_free(struct resolver *);

/* resolve_cache.c: a TTL of 0 forgets; what is found lasts until the next is
   kept. */
void resolve_keep(struct resolver *, const char *name, const char *addresses,
    int ttl_s);
const char *resolve_recall(const struct resolver *, const char *name);
void resolve_forget(struct resolver *);

#endif
