#ifndef CLI_SHARDS_FIT_H
#define CLI_SHARDS_FIT_H

#include <stdbool.h>

#include "cli/cli.h"
#include "lib/settings.h"

struct records;

/*
 * shards_fit: whether the tree has as many shards as the store was begun with,
 * by the first shard's record or that of another group (NULL: none).
 * Otherwise clients would be looked for where they are not.  False: complained.
 */
bool shards_fit(struct cli *, struct records *, const struct settings *,
    const char *group);

#endif
