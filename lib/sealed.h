#ifndef LIB_SEALED_H
#define LIB_SEALED_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/sign.h"

/*
 * sealed: a file of lines that says in its last one how many lines stand
 * before it and what their SHA-256 is, newlines included:
 *
 *   {"lines":1234,"sha256":"9f86..."}
 *
 * So a file that was cut off, or changed on its way, is noticed.
 */

#define SEALED_LINE_MAX 16777216   /* bytes */
#define SEALED_LINES_MAX 100000000 /* of one file */

struct sealed;

/* The stream is the caller's. */
struct sealed *sealed_new(FILE *);
void sealed_free(struct sealed *);

/* Write a line, without its newline. */
void sealed_put(struct sealed *, const char *line, size_t length);
/* Write the last one; -1: something could not be written. */
int sealed_end(struct sealed *);

/*
 * The next line, without its newline, until the next call; NULL: there is
 * none.  Then error says what is wrong with the file, or is "" when it was
 * whole and nothing stands behind it.
 */
const char *sealed_next(struct sealed *, size_t *length, char error[160]);

/* Of the line just read or written; the seal has none. */
uint64_t sealed_line(const struct sealed *);
/* What the seal says, once it was written or read. */
const char *sealed_sum(const struct sealed *);

#endif
