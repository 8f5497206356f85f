#ifndef COLLECTOR_SHARD_ORDER_H
#define COLLECTOR_SHARD_ORDER_H

#include <jansson.h>

#include "collector/shard_command.h"
#include "collector/shard_internal.h"

/* shard_order: what the files of shard_command share. */

struct order {
	struct shard *s;
	const json_t *request;
	const char *by;
	bool check; /* nothing is to change */
	struct shard_reply *reply;
};

/* Always false, with the reason. */
bool order_refuse(struct order *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * Fields of the request; each refuses, and returns false, when it does not
 * fit.  A text has at most max bytes and no control characters; it is NULL
 * when it is not there and need not be.
 */
bool order_text(struct order *, const char *key, size_t max, bool needed,
    const char **out);
bool order_instant(struct order *, const char *key, int64_t *at_ms);
bool order_flag(struct order *, const char *key, bool *out);
/* 1 to max; 0 when it is not there. */
bool order_number(struct order *, const char *key, int max, int *out);
/* "m-5f0c9a1b22", with that letter. */
bool order_id(struct order *, const char *key, char letter, const char **out);

/* A line for people, or of warning. */
void order_say(struct order *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void order_warn(struct order *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* "2026-11-29 02:00:00 NZDT to 2026-11-29 04:00:00 NZDT", as there. */
#define ORDER_SPAN_ROOM 96
void order_span(const struct order *, const char *client, int64_t from_ms,
    int64_t to_ms, char out[ORDER_SPAN_ROOM]);

/*
 * Each client of the request's scope that is this shard's, until one refuses;
 * false: refused.
 */
struct scope;
struct scope_client;
typedef bool order_scope(const struct settings *, const json_t *request,
    struct scope *, char error[200]); /* of scope.h */
typedef bool
order_one(struct order *, const void *wish, const struct scope_client *);
bool
order_each_client(struct order *, order_scope *, order_one *, const void *wish);

#define ORDER_LATE_MS 60000 /* "now", said so long ago, is still now */
#define ORDER_AHEAD_MAX_MS (800 * INT64_C(86400000))
#define ORDER_LENGTH_MAX_MS (31 * INT64_C(86400000)) /* of maintenance */

/* shard_notice.c: refused in a blackout, unless it is forced; which one. */
bool order_heed_blackouts(struct order *, const char *client, int64_t from_ms,
    int64_t to_ms, bool force, const char **found);
/* When it is said too late, by the terms in force then, to be excluded. */
void order_warn_of_notice(struct order *, const char *client, int64_t from_ms,
    const char *what);

/* shard_announce.c, shard_maintenance.c */
bool order_announce(struct order *);
bool order_extend(struct order *);
bool order_shorten(struct order *);
bool order_cancel(struct order *);

/* shard_claim.c, shard_remark.c */
bool order_exclude(struct order *);
bool order_consent(struct order *);
bool order_annotate(struct order *);

/* shard_amend.c */
bool order_amend(struct order *);

/* shard_erase.c */
bool order_erase(struct order *);

#endif
