#ifndef LIB_RECORD_WHOLE_H
#define LIB_RECORD_WHOLE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/*
 * record_whole: records that are read whole or refused.
 *
 * Every function goes on after a fault, with a harmless value; error has the
 * first fault, naming the field, and is "" while there is none.
 */

/* An object out of a record's bytes; NULL: told in error. */
json_t *whole_load(const void *data, size_t length, char error[160]);

void whole_fault(char error[160], const char *key, const char *why);

int64_t whole_instant(const json_t *, const char *key, char error[160]);
/* "from" and "to": half-open, and not empty. */
void
whole_span(const json_t *, int64_t *from_ms, int64_t *to_ms, char error[160]);
/* Allocated; "" when there is none. */
char *whole_text(const json_t *, const char *key, char error[160]);
/* The same, and NULL where there is no such field. */
char *whole_text_maybe(const json_t *, const char *key, char error[160]);
/* "endpoints": none, or 1 to max names; allocated. */
void whole_endpoints(const json_t *, size_t max, char ***names, size_t *count,
    char error[160]);

/* A field "client|id"; what: what has that id.  Both allocated, or left. */
void whole_field(const char *field, const char *what, size_t id_max,
    char **client, char **id, char error[160]);

#endif
