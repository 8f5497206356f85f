#ifndef CLI_SHARD_HISTORY_H
#define CLI_SHARD_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * shard_history: what can no longer change of a shard (docs/redis.md,
 * "history" and "oldvoids"), as far as it bears on a span of time.
 *
 * Such a run may have begun any time before: of each endpoint and region the
 * records of the span are taken, a day on either side, and the newest
 * before.  All of the hash has to be gone through for that.
 */

struct records;
struct shard_span; /* cli/shard_read.h */

typedef void shard_record(void *arg, const char *key, const char *field,
    const char *value, size_t length);

struct shard_history;
struct shard_history *shard_history_new(const struct shard_span *);
void shard_history_free(struct shard_history *);
/* A field of "runs": the same field of the history is left out. */
void shard_history_live(struct shard_history *, const char *field);
/* Read a group's, and tell what is needed of it.  False: an error. */
bool shard_history_read(struct shard_history *, struct records *,
    const char *group, shard_record *, void *arg);

#endif
