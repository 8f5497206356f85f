#ifndef LIB_LINEFILE_H
#define LIB_LINEFILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/sign.h"

/*
 * linefile: a file of lines that says in its last one how many lines stand
 * before it and what their SHA-256 is, newlines included:
 *
 *   {"lines":1234,"sha256":"9f86..."}
 *
 * So a file that was cut off, or changed on its way, is noticed.
 */

#define LINEFILE_LINE_MAX 16777216   /* bytes */
#define LINEFILE_LINES_MAX 100000000 /* of one file */

struct linefile;

/* The stream is the caller's. */
struct linefile *linefile_new(FILE *);
void linefile_free(struct linefile *);

/* Write a line, without its newline. */
void linefile_put(struct linefile *, const char *line, size_t length);
/* Write the last one; -1: something could not be written. */
int linefile_end(struct linefile *);

/*
 * The next line, without its newline, until the next call; NULL: there is
 * none.  Then error says what is wrong with the file, or is "" when it was
 * whole and nothing stands behind it.
 */
const char *linefile_next(struct linefile *, size_t *length, char error[160]);

/* Of the line just read or written; the seal has none. */
uint64_t linefile_line(const struct linefile *);
/* What the seal says, once it was written or read. */
const char *linefile_sum(const struct linefile *);

#endif
