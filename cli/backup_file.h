#ifndef CLI_BACKUP_FILE_H
#define CLI_BACKUP_FILE_H

#include "cli/infile.h"
#include "lib/backup.h"

/* backup_file: a backup as it lies on disk, read line by line. */
struct backup_file {
	struct infile in;
	struct backup_head head;
	struct backup_check *check; /* of all of it, once it was verified */
	size_t texts;               /* values, fields and entries in it */
	char sum[SIGN_HEX];
};

/* The whole of it is read; false: complained about, with the line. */
bool backup_file_open(struct backup_file *, struct cli *, const char *path);
void backup_file_close(struct backup_file *);

/* Once more from the first line on: 1 a line (backup_clear() it), 0 there is
   none left, -1 complained about. */
bool backup_file_again(struct backup_file *);
int backup_file_next(struct backup_file *, struct backup_line *);
/* Which line that was. */
unsigned long long backup_file_line(const struct backup_file *);

#endif
