#ifndef LIB_LEASE_FILE_H
#define LIB_LEASE_FILE_H

#include <stdbool.h>

/*
 * lease_file: the leases of a process, where its successor finds them.
 *
 * A process that died by kill -9 leaves leases behind that nobody can take
 * until they run out.  So each process writes its tokens to a file that it
 * keeps locked while it lives: who gets the lock knows that the tokens in it
 * are a dead one's, and can give those leases back at once.  Without the
 * file, or while another process lives, all waits for the leases to run out.
 */

#define LEASE_FILE_MAX 65 /* groups: 64 shards, or the pager's */

struct lease_file;

struct lease_file *lease_file_new(const char *path);
void lease_file_free(struct lease_file *);

/* The token that a dead process held for the group; told once. */
bool lease_file_dead(struct lease_file *, const char *group, char token[64]);
/* From now on this process holds the group by this token. */
void lease_file_hold(struct lease_file *, const char *group, const char *token);

#endif
