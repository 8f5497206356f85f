#ifndef LIB_RECORD_H
#define LIB_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* record: fields of JSON objects, whatever stands there. */

/* False, and out "", when there is no such text. */
bool record_text(const json_t *, const char *key, char *out, size_t room);
/* NULL when there is no such text; borrowed from the object. */
const char *record_string(const json_t *, const char *key);
/* Not beyond 2^56 on either side: that is no number of ours. */
int64_t record_int(const json_t *, const char *key, int64_t fallback);
bool record_bool(const json_t *, const char *key);
/* A number within 0..count-1, or fallback. */
int record_choice(const json_t *, const char *key, int count, int fallback);

/* Set, unless the value is the usual one ("", 0, false). */
void record_set_text(json_t *, const char *key, const char *);
void record_set_int(json_t *, const char *key, int64_t);
void record_set_bool(json_t *, const char *key, bool);

/* Text from outside, with bytes that are not UTF-8 made plain. */
json_t *record_foreign(const char *);
/* An object and nothing else, each field once; NULL: told in error. */
json_t *record_object(const char *, size_t length, char error[160]);
/* As text, compact; ends the process when there is no memory. */
char *record_dump(const json_t *);

#endif
