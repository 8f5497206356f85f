#ifndef CLI_LOAD_READ_H
#define CLI_LOAD_READ_H

#include "cli/cli.h"
#include "cli/records.h"
#include "pager/burden.h"

/*
 * load_read: what "load" is reckoned from, as it stands in Redis: the pager's
 * journal, watches that have been, overrides.  Nobody is asked.
 */

/* NULL: complained about. */
struct burden *load_read(struct cli *, const struct settings *,
    const struct burden_period *, int64_t now_ms);

/* load_say.c: the report for people. */
void load_say(struct cli *, const json_t *report);

#endif
