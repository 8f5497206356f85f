#ifndef CLI_LEDGER_READ_H
#define CLI_LEDGER_READ_H

#include "cli/cli.h"
#include "lib/ledger.h"
#include "lib/settings.h"

/*
 * ledger_read: one client's records from Redis, and up to when they are
 * known: as far as its shard has judged who is silent, and no further than
 * now.  NULL: complained about.
 */
struct ledger *ledger_read(struct cli *, const struct settings *,
    const char *client, int64_t now_ms, int64_t *known_ms);

#endif
