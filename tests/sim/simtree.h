#ifndef TESTS_SIM_SIMTREE_H
#define TESTS_SIM_SIMTREE_H

#include "tests/sim/world.h"

/* simtree: the configuration of a night, and changes of it. */

void sim_tree_draw(struct world *); /* the first */
void sim_tree_change(struct world *);
/* An endpoint gets another name, or has an old one again. */
void sim_tree_rename(struct world *);
/* What counts as unknown, and how much is guaranteed, to a client. */
void sim_tree_change_terms(struct world *, int client);
/* Somebody saves half a file: it is refused with a place, or is as good. */
void sim_tree_spoil(struct world *);
void sim_tree_free(struct world *);

#endif
