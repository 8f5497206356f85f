#ifndef PAGER_RUN_H
#define PAGER_RUN_H

#include "lib/settings.h"
#include "pager/audit.h"

/*
 * run: the pager at work: duty's shell.
 *
 * Only the holder of the lease on sw:{p}: is active; others stand by and
 * hold nothing in memory.  The active one reads the shards' outboxes, keeps
 * what duty decides (in Redis; in a local journal while Redis is away for
 * over 30 s) and only then lets it happen.
 */

struct event_base;
struct run;

/* The settings become the run's. */
struct run *run_new(struct event_base *, struct settings *);
void run_free(struct run *);

/* What the auditor is to know of us. */
enum audit_pager run_standing(const struct run *);

/* The new settings become the run's, whole. */
void run_configure(struct run *, struct settings *);
/* Read no more, finish what is under way, give the lease back, and then
   break the loop: after 10 s at the latest. */
void run_drain(struct run *);

#endif
