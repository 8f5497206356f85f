#ifndef COLLECTOR_LIVENESS_H
#define COLLECTOR_LIVENESS_H

#include <stdint.h>

/*
 * liveness: who of us was last known to be well, in sw:{a}: (lossy).
 *
 * Writes for each shard evaluated here when it was last well (everything
 * read and committed), and which configuration tree this program uses; reads
 * what the others wrote, for the ages in answers to agents.
 */

struct event_base;
struct liveness;
struct store;

/* program: as it is named in "trees", before "@" and the host. */
struct liveness *
liveness_new(struct event_base *, struct store *, const char *program);
void liveness_free(struct liveness *);

void liveness_tree(struct liveness *, const char *hash);
/* A shard is well at this instant. */
void liveness_well(struct liveness *, unsigned shard, int64_t at_ms);

/*
 * When a shard was last known well, by us or as read; 0: not known.  What is
 * dated ahead counts from when it was first heard.
 */
int64_t
liveness_shard_ms(const struct liveness *, unsigned shard, int64_t now_ms);

struct ages {
	int64_t pager_ms, auditor_ms, commit_ms; /* NEVER: not known */
};
/* commit: the oldest of the pager's and of every shard's. */
void liveness_ages(const struct liveness *, unsigned shards, int64_t now_ms,
    struct ages *);

#endif
