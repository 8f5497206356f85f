#ifndef AGENT_PLANFILE_H
#define AGENT_PLANFILE_H

#include <stddef.h>

#include "lib/plan.h"

/*
 * planfile: the last plan, STATEDIR/plan.json, 0600, as it came; an agent
 * starts from it when its collector is away.
 */

/* NULL: none, or (logged) not readable as a plan.  The caller frees. */
struct plan *planfile_load(const char *state_dir);
/* Whole or not at all.  0, or -1, logged. */
int planfile_save(const char *state_dir, const char *json, size_t length);

#endif
