#ifndef COLLECTOR_INGEST_H
#define COLLECTOR_INGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/settings.h"

/*
 * ingest: what agents speak to (docs/protocol.md, "Agent and collector").
 *
 * Knows the agents by their tokens, appends their parts to the shards'
 * inboxes and says 200 only when all of them are durable there.
 */

#define INGEST_AWAY_MS 30000 /* Redis away for longer: 503 to everything */

struct event_base;
struct ingest;
struct liveness;
struct orders;
struct store;

struct ingest_options {
	struct store *store;
	struct orders *orders;
	struct liveness *liveness;
	/* New entries stand in a shard's inbox. */
	void (*stored)(void *arg, unsigned shard);
	/* Some shard is evaluated in this process. */
	bool (*evaluates)(const void *arg);
	void *arg;
};

/* NULL with what is wrong in error.  All of it outlives the ingest. */
struct ingest *ingest_new(struct event_base *, const struct settings *,
    const struct ingest_options *, char error[160]);
/* After the store was freed: nothing must be under way. */
void ingest_free(struct ingest *);
/* Other settings from now on; the listening address stays. */
void ingest_configure(struct ingest *, const struct settings *);
/* The store went away or came back. */
void ingest_store(struct ingest *, bool up);
/* Take no more requests; those under way are answered. */
void ingest_stop(struct ingest *);
bool ingest_is_idle(const struct ingest *);
int ingest_port(const struct ingest *);

#endif
