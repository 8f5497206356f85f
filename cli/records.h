#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"
#include "lib/settings.h"

/*
 * records: what stands in Redis (docs/redis.md), read and never written.
 *
 * Blocking, each wait for at most RECORDS_PATIENCE_S.  A question without an
 * answer loses the connection, so that no later one is answered by what comes
 * too late; the next question dials anew.
 */

#define RECORDS_PATIENCE_S 5

struct records; /* a connection, with TLS where the address says so */
struct redisReply;

/* NULL with what is wrong in error. */
struct records *records_open(const struct settings *, char error[256]);
/* The same, complaining. */
struct records *records_need(struct cli *, const struct settings *);
void records_close(struct records *);

/* One command, printf-like as hiredis has it; NULL on any error. */
struct redisReply *records_ask(struct records *, const char *fmt, ...);

/* The same of words as they are; lengths NULL: texts. */
struct redisReply *records_send(struct records *, int argc, const char **argv,
    const size_t *lengths);

/* Whether anything that was asked so far had no answer, or an error. */
bool records_failed(const struct records *);

/* A field of a hash, the caller's to free; NULL: absent or an error. */
char *records_field(struct records *, const char *group, const char *key,
    const char *field);
/* The same, told apart.  False: an error; *value NULL: absent. */
bool records_find(struct records *, const char *group, const char *key,
    const char *field, char **value);
/* Call each(arg, field, value) for every field; false: an error. */
bool records_each(struct records *, const char *group, const char *key,
    void (
	*each)(void *arg, const char *field, const char *value, size_t length),
    void *arg);
/*
 * The same in small steps, for what may be very large, and only fields that
 * match.  What is written meanwhile may be told twice, or not.
 */
bool records_scan(struct records *, const char *group, const char *key,
    const char *match,
    void (
	*each)(void *arg, const char *field, const char *value, size_t length),
    void *arg);

/* Nothing but texts in it: the shape of most that is asked for. */
bool records_is_texts(const struct redisReply *);
/* [id, ["d", bytes]], as in a stream of ours. */
bool records_is_entry(const struct redisReply *);

#endif
