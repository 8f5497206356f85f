#ifndef LIB_READING_H
#define LIB_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/pack.h"

/*
 * reading: values from a pack cursor, each held to its kind and range.
 *
 * The first thing that is wrong is said in plain words, with the name of
 * the value; from then on every read returns the smallest allowed value and
 * the caller looks once, at the end.
 */

#define READING_ERROR 160

struct reading {
	struct pack pack;
	char *why; /* of READING_ERROR bytes; "" while all is well */
};

void reading_begin(struct reading *, char why[READING_ERROR], const void *data,
    size_t length);
bool reading_is_well(const struct reading *);
void reading_fail(struct reading *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* All is well, and nothing follows what was read. */
bool reading_end(struct reading *);

int64_t
reading_int(struct reading *, const char *what, int64_t min, int64_t max);
bool reading_bool(struct reading *, const char *what);
/* An array of at least so many elements: how many it has. */
uint32_t reading_array(struct reading *, const char *what, uint32_t least);
/* The elements beyond the known ones, which a newer writer added. */
void reading_rest(struct reading *, uint32_t count, uint32_t known);
struct pack_text reading_text(struct reading *, const char *what, size_t max);
struct pack_text reading_bytes(struct reading *, const char *what, size_t max);
/* At most max characters of printable ASCII without spaces, and a 0. */
void reading_name(struct reading *, const char *what, size_t max, char *out);
/* Foreign words: cut to the room, made UTF-8, no control characters. */
void reading_words(struct reading *, const char *what, size_t room, char *out);

#endif
