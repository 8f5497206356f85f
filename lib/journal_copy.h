#ifndef LIB_JOURNAL_COPY_H
#define LIB_JOURNAL_COPY_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/seal.h"

/*
 * journal_copy: a journal that was read piece by piece, as it was at the
 * moment of the last piece.
 *
 * Erasure of personal data removes entries and appends them again, in one
 * commit with a line that names those that went (lib/seal.h).  Of an entry
 * that was read before it went, and again where it came to stand, only the
 * second is true: the line, which was read, too, says so.
 */
struct journal_entry {
	char id[SEAL_ID];
	char *field, *value; /* bytes, not 0-terminated */
	size_t field_length, value_length;
};
struct journal_copy {
	struct journal_entry *items; /* in the order of the journal */
	size_t count, room;
	struct seal_changes changes;
};
void journal_copy_clear(struct journal_copy *);

/* The next one; all that it points to is copied. */
void journal_copy_add(struct journal_copy *, const struct journal_entry *);
/* The next one, which is not kept; but it may say what went. */
void journal_copy_pass(struct journal_copy *, const char *value, size_t length);
/* The journal says that the entry went.  Anybody who can write there could
   have said so. */
bool journal_copy_went(const struct journal_copy *, size_t i);
/*
 * After the last one: what went is left out, and what stands before the oldest
 * that is there (NULL: not known).  Once.
 */
void journal_copy_settle(struct journal_copy *, const char *oldest);

#endif
