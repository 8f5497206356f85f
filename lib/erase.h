#ifndef LIB_ERASE_H
#define LIB_ERASE_H

#include <stddef.h>
#include <stdint.h>

/*
 * erase: names of people out of a record of JSON.
 *
 * What stands in the fields "by" and "who" of an object that was written
 * before an instant ("at", its own or that of the object around it) becomes
 * "erased-1", "erased-2", ...: within one record the same word for the same
 * name.  All else stays as it is.  person: only this one's; NULL: anybody's.
 *
 * To be freed; NULL: there is nothing to be erased, or it is no such record.
 * A line that says what was replaced ("resealed") never changes.
 */
#define ERASE_NAMES_MAX 1000 /* of one record */
char *erase_names(const char *json, size_t length, int64_t before_ms,
    const char *person);

#endif
