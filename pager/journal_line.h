#ifndef PAGER_JOURNAL_LINE_H
#define PAGER_JOURNAL_LINE_H

#include "lib/commit.h"
#include "pager/journal.h"

/*
 * journal_line: one commit as a line of the journal, and back.
 *
 * JSON: fence, at_ms, house, and ops as [kind, key, field, value].  Values are
 * text; bytes that are no UTF-8 are a list of numbers.  Expectations are not
 * written.
 */

/* Without its newline, to be freed; NULL: a key or a field is no text. */
char *journal_line(const struct commit *, int64_t fence, const char *house,
    int64_t now_ms);
/* Its operations, added; false: it means nothing, or not all of it. */
bool journal_line_read(const char *, size_t length, struct commit *);
/* Whose it is; what it does not say stays. */
void journal_line_whose(const char *, size_t length, int64_t *fence,
    char house[JOURNAL_HOUSE]);

#endif
