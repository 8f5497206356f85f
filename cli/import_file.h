#ifndef CLI_IMPORT_FILE_H
#define CLI_IMPORT_FILE_H

#include "cli/infile.h"
#include "cli/import_reports.h"
#include "collector/moved.h"
#include "lib/settings.h"

/*
 * import_file: a client's history in a file, read whole before any of it is
 * believed, and then once more record by record.
 */
struct import_file {
	struct infile in;
	struct moved_head head;
	struct moved_check *check;
	struct moved_voids *voids; /* what is in it of these */
	struct import_reports *reports;
	char sum[SIGN_HEX];
	size_t count; /* records */
	size_t counts[MOVED_KEYS];
};

/* False: complained about, with the line. */
bool import_file_open(struct import_file *, struct cli *,
    const struct settings *, const char *path);
void import_file_close(struct import_file *);

/* Once more from the first record on: 1 a record (moved_clear() it), 0 there
   is none left, -1 complained about. */
bool import_file_again(struct import_file *);
int import_file_next(struct import_file *, struct moved *);

#endif
