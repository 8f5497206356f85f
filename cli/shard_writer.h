#ifndef CLI_SHARD_WRITER_H
#define CLI_SHARD_WRITER_H

#include <stdbool.h>

#include "cli/cli.h"
#include "lib/commit.h"
#include "lib/settings.h"

/*
 * shard_writer: this command as the one writer of a shard, under its lease.
 *
 * Blocking.  While an evaluator has the shard there is none.  A lease that a
 * command like this one left behind when it was killed runs out in
 * SHARD_WRITER_LEASE_MS, and is waited for.
 */

#define SHARD_WRITER_LEASE_MS 10000

struct shard_writer;

/* NULL: complained about. */
struct shard_writer *
shard_writer_new(struct cli *, const struct settings *, unsigned shard);
/* Gives the lease back. */
void shard_writer_free(struct shard_writer *);

/* The commit is cleared; false: complained about. */
bool shard_writer_commit(struct shard_writer *, struct commit *);

#endif
