#ifndef COLLECTOR_MOVED_REPORTS_H
#define COLLECTOR_MOVED_REPORTS_H

#include "collector/moved.h"
#include "lib/published.h"

/*
 * moved_reports: a client's final reports on their way to another store.
 *
 * First their records, then what signs them, then the public keys of that,
 * then their bytes in parts.  Nothing is hashed here: whoever has the bytes
 * has to look whether they are those of the record.
 */
#define MOVED_REPORTS_MAX 5000 /* versions of a client's, in all */

struct moved_report {
	char field[PUBLISHED_FIELD]; /* "acme|2026-10" */
	struct published_version version;
	char key[SEAL_HEX]; /* fingerprint of what signs it; "": nothing */
	size_t parts;       /* of its bytes, so many so far */
};

struct moved_reports;
struct moved_reports *moved_reports_new(void);
void moved_reports_free(struct moved_reports *);
/* The next record, of one of the four keys; -1: told in error. */
int moved_reports_check(struct moved_reports *, const struct moved *,
    char error[160]);
/* After the last one: nothing is missing. */
int moved_reports_end(const struct moved_reports *, char error[160]);

const struct moved_report *moved_reports_at(const struct moved_reports *,
    size_t i); /* NULL: there are not so many */
/* Whose part that is of "bodies", and which; NULL: of none of them. */
struct moved_report *moved_reports_part(const struct moved_reports *,
    const char *field, size_t *part);

#endif
