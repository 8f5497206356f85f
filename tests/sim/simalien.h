#ifndef TESTS_SIM_SIMALIEN_H
#define TESTS_SIM_SIMALIEN_H

#include "tests/sim/world.h"

/*
 * simalien: another system that raises alerts at the pager, repeats them, and
 * says when they are over; each until it hears that it was accepted.
 */

#define ALIEN "alien"  /* its name as a source, and as whoever asks */
#define ALIEN_ALERTS 3 /* of a night at most */

void alien_plan(struct world *);
/* What it said was answered. */
void alien_answered(struct world *, const char *json, bool ok);

#endif
