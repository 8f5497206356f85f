#ifndef PAGER_KEEPER_H
#define PAGER_KEEPER_H

#include <stdbool.h>

#include "pager/audit.h"

/*
 * keeper: the pager's side of its auditor (auditor.h).
 *
 * Starts the auditor as a process, tells it twice a second from the event
 * loop that this loop turns and how we stand, and starts it again when it has
 * died or says nothing for a minute.
 */

#define KEEPER_SILENT_MS 60000
#define KEEPER_PAUSE_MS 5000 /* between two starts */

struct event_base;
struct keeper;

struct keeper_options {
	const char *argv[8]; /* argv[0] is only its name; borrowed */
	enum audit_pager (*standing)(void *arg);
	void *arg;
};

struct keeper *keeper_new(struct event_base *, const struct keeper_options *);
void keeper_renew(struct keeper *); /* another one, with the new settings */
void keeper_free(struct keeper *);  /* ends it, within a second */

#endif
