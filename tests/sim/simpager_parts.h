#ifndef TESTS_SIM_SIMPAGER_PARTS_H
#define TESTS_SIM_SIMPAGER_PARTS_H

#include "tests/sim/simpager.h"

/* What the files of simpager share. */

/* simpager.c */
void pager_look_at_clock(struct world *, const struct sim_pager *);

#define PAGER_GROUP "sw:{p}:"
#define PAGER_SETTLE_MS 20000 /* after a start or break */

/* simpager.c */
void pager_pump(struct world *, struct sim_pager *);
void pager_stand_by(struct sim_pager *);

/* simpager_write.c */
void pager_commit(struct world *, struct sim_pager *);
/* The journal goes into the store; then the pager goes on, or loads. */
void pager_import(struct world *, struct sim_pager *);
void pager_journal_drop(struct sim_pager *);

/* simpager_read.c */
void pager_load(struct world *, struct sim_pager *);
/* Under another fence: what was asked before is not heard. */
void pager_read(struct world *, struct sim_pager *);

#endif
