#ifndef CLI_BOOKED_H
#define CLI_BOOKED_H

#include <stdint.h>

#include "cli/cli.h"
#include "lib/ledger.h"
#include "lib/settings.h"

/*
 * booked: a client's ledger, of what stands in Redis.
 */

/*
 * The caller's to free; NULL: complained about.  known_ms is up to when the
 * shard has judged who is silent, and no later than now: later is not known.
 */
struct ledger *booked_ledger(struct cli *, const struct settings *,
    const char *client, int64_t now_ms, int64_t *known_ms);

#endif
