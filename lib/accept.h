#ifndef LIB_ACCEPT_H
#define LIB_ACCEPT_H

#include "lib/settings.h"

/*
 * accept: which configuration tree a daemon runs with.
 *
 * An accepted tree is kept as PROGRAM.accepted in site.state_dir.  A start
 * never refuses: when the operator's tree is broken it shouts and takes the
 * accepted one.  Where that lies is asked of $STATE_DIRECTORY (as systemd
 * sets it), then of what can be read of the broken file, then
 * /var/lib/sunwatch.
 *
 * $STATE_DIRECTORY also stands in for site.state_dir of a tree that is whole,
 * so that each program has a folder that no other one can read.  Each reads
 * and keeps only the secrets that it needs.
 */

#define ACCEPT_DAYS 400 /* for which every rota is proven */

/*
 * What a reload would take: read whole, and somebody on watch in every minute
 * of the next ACCEPT_DAYS days by every rota.  NULL with every complaint, and
 * the exact instants, in errors.
 */
struct settings *accept_check(const char *path, struct conf_errors *);

/*
 * program: "collector" (role evaluate), "pages" or "pager"; others get to
 * know every secret.
 */
/* Log every complaint; NULL only if there is no accepted tree either. */
struct settings *accept_at_start(const char *path, const char *program);
/* For a process beside the program: the tree which that one has accepted
   last, or else what can be read of path.  NULL, and logged. */
struct settings *
accept_beside(const char *path, const char *state_dir, const char *program);
/* The new tree, kept; NULL with every complaint logged.  One with another
   number of shards than the tree that runs now (NULL: than the accepted one,
   which takes as long to read as the new one) is not taken, nor is it at a
   start. */
struct settings *accept_reload(const char *path, const char *program,
    const struct settings *now);
/* Does the new tree say something else of what a daemon looks at only when it
   starts: Redis, the state directory? */
bool
accept_wants_restart(const struct settings *was, const struct settings *is);

#endif
