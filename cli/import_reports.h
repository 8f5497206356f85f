#ifndef CLI_IMPORT_REPORTS_H
#define CLI_IMPORT_REPORTS_H

#include "cli/cli.h"
#include "collector/moved_reports.h"
#include "lib/settings.h"

/*
 * import_reports: a client's final reports, into the group of reports of
 * another store, where a seal names them that says who has signed them.
 *
 * When the file is read first each record is shown; then, once it is believed,
 * bytes go there before anything names them, and at last the records with
 * their seals.  Whoever is killed does it again.
 */

struct records;
struct import_reports;
/* The reports are those that moved_check() has accepted so far. */
struct import_reports *
import_reports_new(struct cli *, const struct moved_reports *);
void import_reports_free(struct import_reports *);
bool import_reports_is_one(enum moved_key);

/* A record that moved_check() has accepted; -1: its bytes are not what was
   stored, or signed: told in error. */
int import_reports_see(struct import_reports *, const struct moved *,
    char error[160]);
size_t import_reports_count(const struct import_reports *);

/* False: complained about.  Nothing of the client is there, or of this file. */
bool
import_reports_may(struct import_reports *, struct records *, bool is_begun);
/* Under the publisher's lease, which is waited for. */
bool import_reports_begin(struct import_reports *, struct records *);
bool import_reports_body(struct import_reports *, const struct moved *);
bool import_reports_end(struct import_reports *);

#endif
