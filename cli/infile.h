#ifndef CLI_INFILE_H
#define CLI_INFILE_H

#include <stdio.h>

#include "cli/cli.h"
#include "lib/linefile.h"

/*
 * infile: a file of lines that ends with its sum (lib/linefile.h), which is
 * read twice: once to believe it, and once to do what it says.  Whatever is
 * wrong is complained about, with the line.
 */
struct infile {
	struct cli *cli;
	FILE *file;             /* NULL: it could not be opened */
	struct linefile *lines; /* NULL before it is read */
};

/* False: complained about; infile_close() it all the same. */
bool infile_open(struct infile *, struct cli *, const char *path);
void infile_close(struct infile *);

/* From the beginning: its first line.  False: complained about. */
bool infile_again(struct infile *, const char **line, size_t *length);
/* The line after that, until the next call: 1; 0 there is none left, -1
   complained about. */
int infile_next(struct infile *, const char **line, size_t *length);
/* The line just read is no good.  Returns false. */
bool infile_complain(const struct infile *, const char *error);

#endif
