#ifndef PAGER_AUDITOR_H
#define PAGER_AUDITOR_H

#include "lib/settings.h"

/*
 * auditor: the process that watches the pager, its parent.
 *
 * It has a loop, a connection to Redis and channels of its own, and shares
 * with the pager nothing but a socket: the pager writes a byte twice a second
 * (enum audit_pager), the auditor writes one each second.  When the socket is
 * closed the pager has gone, and the auditor ends.  Every five seconds it
 * reads what is open and when somebody was last called, from Redis and from
 * the pager's journal; audit.h decides.
 *
 * Its memory is pager.auditor in site.state_dir, so that a pager that dies
 * again and again is not forgotten, and nobody is told twice.
 */

#define AUDITOR_FD 3 /* the socket, as the pager hands it over */

/* The settings become the auditor's.  Returns when the pager has gone. */
void auditor_run(struct settings *);

#endif
