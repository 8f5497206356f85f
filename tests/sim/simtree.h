#ifndef TESTS_SIM_SIMTREE_H
#define TESTS_SIM_SIMTREE_H

#include "tests/sim/world.h"

/* simtree: the configuration of a night, and changes of it. */

void sim_tree_draw(struct world *); /* the first */
void sim_tree_change(struct world *);
void sim_tree_free(struct world *);

#endif
