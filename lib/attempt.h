#ifndef LIB_ATTEMPT_H
#define LIB_ATTEMPT_H

#include <stdbool.h>

/*
 * attempt: which record is being read just now, in a file, so that a record
 * that crashes its reader is known after the restart.
 *
 * The file outlives the process, not a loss of power; it is not fsynced.
 */

#define ATTEMPTS_MAX 3

struct attempt;

/* Never NULL; without a file nothing is counted (and that is logged). */
struct attempt *attempt_new(const char *path);
struct attempt *attempt_in(const char *folder, const char *name);
void attempt_free(struct attempt *);
/* Whether whoever was here before ended in the middle of a record. */
bool attempt_was_cut_short(const struct attempt *);

/* False: this record has crashed its reader ATTEMPTS_MAX times; set it
   aside.  True: read it, then say attempt_end(). */
bool attempt_begin(struct attempt *, const char *record);
void attempt_end(struct attempt *);

#endif
