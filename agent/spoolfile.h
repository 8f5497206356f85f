#ifndef AGENT_SPOOLFILE_H
#define AGENT_SPOOLFILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * spoolfile: the agent's spool on disk, STATEDIR/spool, 0600.
 *
 * Records are appended without fsync: a killed process loses nothing, a host
 * without power may lose the last seconds.  (What takes the place of the whole
 * is on the disk first.)  One agent at a time has it open.
 */

#define SPOOLFILE_MAX (512 << 20) /* a larger one is set aside, not read */

struct spoolfile;

/* NULL, logged: not there, or another agent's. */
struct spoolfile *spoolfile_open(const char *state_dir);
void spoolfile_close(struct spoolfile *);

/*
 * Give each whole record in order; take() returns -1 when it cannot be.  A
 * torn one at the end is cut off.  Return 0, or -1 when the file is damaged:
 * then it was set aside as STATEDIR/spool.damaged and is empty now.
 */
typedef int spoolfile_take(void *arg, const char *records, size_t length);
int spoolfile_read(struct spoolfile *, spoolfile_take *, void *arg);

/* whole: in place of all before, at once or not at all.  0, or -1, logged. */
int spoolfile_append(struct spoolfile *, const char *records, size_t length,
    bool whole);

#endif
