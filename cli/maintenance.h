#ifndef CLI_MAINTENANCE_H
#define CLI_MAINTENANCE_H

#include <stdint.h>

#include "cli/cli.h"

/* maintenance: what its commands share. */

/*
 * An instant in any form (lib/civil.h), "now", "-15m" or "+30m"; one without an offset
 * is a clock of the zone (NULL: then it must have one), its first or last
 * showing.  False: complained.
 */
bool maintenance_instant(struct cli *, const char *option, const char *text,
    const char *zone, bool last, int64_t *at_ms);

#endif
