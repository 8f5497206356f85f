#ifndef PAGER_COMMAND_OUTCOME_H
#define PAGER_COMMAND_OUTCOME_H

#include <stddef.h>
#include <stdint.h>

#include "lib/program.h"
#include "pager/duty.h"

/*
 * command_outcome: what it means how a command ended.
 *
 * 0 is handed over.  75 (EX_TEMPFAIL), a signal, a time limit and what our
 * own machine lacks are failed for now; any other status, and a file that
 * cannot be run, are failed for good.  The first line of its standard error
 * stands in the detail, with control characters escaped.
 */

#define COMMAND_LATER 75

enum sent command_outcome(const struct program_result *, int64_t timeout_ms,
    char *detail, size_t room);

#endif
