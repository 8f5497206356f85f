#ifndef COLLECTOR_EXCHANGE_H
#define COLLECTOR_EXCHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "collector/liveness.h"
#include "lib/settings.h"

/*
 * exchange: one hello or batch under way, and its answer.
 *
 * It begins when the request has arrived and ends with the answer, or with
 * nothing if the agent has gone meanwhile.  What is stored stays stored.
 */

struct exchange;
struct serve_request;

/* In this order: a later one hides those before. */
enum exchange_fault {
	EXCHANGE_FINE,
	EXCHANGE_GAP,        /* 409 */
	EXCHANGE_AWAY,       /* 503 */
	EXCHANGE_UNREADABLE, /* 422 */
};

struct exchange *exchange_begin(struct serve_request *,
    const struct agent_settings *, unsigned shards, int64_t received_at_ms);

/* The last accepted seq of the agent's spool in a shard. */
void exchange_have(struct exchange *, unsigned shard, int64_t seq);
void exchange_fault(struct exchange *, enum exchange_fault, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));
/* Observations of a part left out; a part that nobody can read. */
void exchange_refused(struct exchange *, size_t part, size_t count,
    const char *error);
void exchange_unreadable(struct exchange *, size_t part, const char *error);

const char *exchange_agent(const struct exchange *);
const char *exchange_region(const struct exchange *);

/* Answer, and be no more. */
void exchange_end(struct exchange *, const struct ages *, int64_t now_ms);
/* Refuse all of it: nothing was done. */
void exchange_refuse(struct exchange *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
