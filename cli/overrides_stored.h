#ifndef CLI_OVERRIDES_STORED_H
#define CLI_OVERRIDES_STORED_H

#include "cli/overrides.h"
#include "cli/records.h"

/*
 * overrides_stored: those that stand in Redis, for who does not ask the pager;
 * in the order of their making, as whoever asks rota_at() needs them.
 */

/* False: Redis cannot be read; what was read is there all the same. */
bool overrides_stored(const struct settings *, struct records *,
    struct overrides *out);

#endif
