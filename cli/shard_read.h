#ifndef CLI_SHARD_READ_H
#define CLI_SHARD_READ_H

#include "cli/cli.h"
#include "collector/shard.h"
#include "lib/settings.h"

struct records;

/*
 * shard_read: a shard as evaluate has it, from what is stored: its records,
 * and the part of the stream that is read again at a start.  Nothing is
 * written.  What can no longer change is read as far as it bears on the span.
 */
struct shard_span {
	const char *endpoint;   /* NULL: all of them */
	int64_t from_ms, to_ms; /* what will be asked about */
};

/* NULL: complained about.  unreadable counts records left out. */
struct shard *
shard_read(struct cli *, const struct settings *, struct records *,
    unsigned number, const struct shard_span *, size_t *unreadable);

#endif
