#ifndef CLI_RECORDS_STREAM_H
#define CLI_RECORDS_STREAM_H

#include <stdbool.h>
#include <stddef.h>

struct records;
struct redisReply;

/*
 * records_stream: entries of a stream, oldest first, in small steps.
 *
 * What is written meanwhile may be told, or not; what is removed and appended
 * again may be told twice (lib/journal_copy.h).
 */

/* [id, [field, value, ...]], as records_is_entry() has it; false: no more. */
typedef bool records_entry(void *arg, const struct redisReply *entry);

/*
 * Those later than "after" and as far as "to" (NULL: all), at most so many;
 * false: an error, or each of them said so.
 */
bool records_stream(struct records *, const char *key, const char *after,
    const char *to, size_t most, records_entry *, void *arg);
#define RECORDS_ALL SIZE_MAX

#endif
