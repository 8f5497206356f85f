#ifndef TESTS_SIM_SIMWINDOW_H
#define TESTS_SIM_SIMWINDOW_H

#include "tests/sim/world.h"

/*
 * simwindow: people who announce maintenance, change their minds, and break
 * what they work on, for shorter or longer than they said.
 */

void windows_plan(struct world *);

#endif
