#ifndef LIB_STORE_H
#define LIB_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/commit.h"

/*
 * store: one Redis connection that mends itself, and the scripts that keep
 * every key group to one writer.
 *
 * A command is either answered, or lost (reply NULL) because the connection
 * was down, broke or fell silent for timeout_ms.  Its owner is told once,
 * always from the event loop and never from inside the call.  Nothing is
 * queued while down and nothing is retried here: whoever owns the state
 * writes it again when told that the store is back.
 */

struct event_base;
struct redisReply;
struct store;

struct store_options {
	const char *address;  /* unix:/path, tcp:host:port, rediss:host:port */
	const char *ca_file;  /* authorities for rediss; NULL: the system's */
	const char *password; /* NULL: none */
	int64_t timeout_ms;   /* without any answer; 0: 5,000 */
	int wait_replicas;    /* WAIT this many after commit and ingest */
};

typedef void store_reply(void *arg, const struct redisReply *);
/* What Redis must be set to, or promises 1 and 8 are not kept; ends with a
   NULL name. */
struct store_durability {
	const char *name, *wanted;
};
extern const struct store_durability store_durability[];

/* up: connected, scripts loaded; advisory says what durability lacks. */
typedef void store_changed(void *arg, bool up, const char *advisory);

struct store *store_new(struct event_base *, const struct store_options *,
    store_changed *, void *arg);
void store_free(struct store *); /* commands under way are told NULL */
bool store_is_up(const struct store *);

/* The arguments are sent as they are; count and lengths as in RESP. */
void store_command(struct store *, store_reply *, void *arg, int argc,
    const char *const *argv, const size_t *lengths);
/* Format as hiredis has it: %s, %b, %lld. */
void
store_commandf(struct store *, store_reply *, void *arg, const char *fmt, ...);

/* "sw:{c0}:" and "sw:{p}:"; room for 16 bytes. */
void store_shard_group(unsigned shard, char out[16]);
#define STORE_PAGER_GROUP "sw:{p}:"
#define STORE_AGENT_GROUP "sw:{a}:"

enum store_outcome {
	STORE_DONE,
	STORE_FENCED,   /* the lease is another's, or none's */
	STORE_CONFLICT, /* an expectation did not hold */
	STORE_LOST,     /* no answer: done or not, nobody knows */
	STORE_REFUSED,  /* Redis answered with an error (logged) */
	STORE_BUSY,     /* ingest: the inbox is full; later */
	STORE_NEWER,    /* schema: a newer program has written here */
};

/*
 * Leases.  Holding one means that the key <group>lease holds our token; each
 * one taken has a higher fence number than all before.  fence 0 takes it;
 * the fence of a taking renews that one and no other: if anybody had the
 * lease in between it is STORE_FENCED, and what is known is to be loaded
 * anew.  done: STORE_DONE with the fence, STORE_FENCED when another has it.
 */
typedef void store_leased(void *arg, enum store_outcome, int64_t fence);
void store_lease(struct store *, const char *group, const char *token,
    int64_t fence, int64_t life_ms, store_leased *, void *arg);
void store_unlease(struct store *, const char *group, const char *token);

/*
 * What stands in <group>meta as "schema" must be ours, after taking the
 * lease and before loading: an absent one is written, an older one migrated,
 * a newer one is STORE_NEWER and nothing may be touched.
 */
#define STORE_SCHEMA 1
typedef void store_committed(void *arg, enum store_outcome);
void store_schema(struct store *, const char *group, const char *token,
    store_committed *, void *arg);

/* Apply a commit under the lease; the commit may be cleared on return. */
void store_commit(struct store *, const char *group, const char *token,
    const struct commit *, store_committed *, void *arg);

/*
 * Append one part to a shard's inbox.  have: the last accepted seq of this
 * spool afterwards, whatever the outcome; STORE_CONFLICT: a gap in seq.
 * It waits up to 2 ms for others, so that they share one write to disk.
 */
struct store_ingest {
	unsigned shard;
	const char *agent, *spool;
	int64_t from_seq, seq;
	const char *envelope;
	size_t length;
};
typedef void store_ingested(void *arg, enum store_outcome, int64_t have);
void store_ingest(struct store *, const struct store_ingest *, store_ingested *,
    void *arg);
/*
 * Entries of a shard's inbox that nobody has evaluated yet, then it is busy.
 * What lies behind the evaluator's position does not count: it keeps that for
 * reading again, and limits it by itself (collector/shard.h).
 */
#define STORE_INBOX_MAX 100000

/* The last accepted seq of a spool; 0 when nothing is known of it. */
void store_have(struct store *, unsigned shard, const char *agent,
    const char *spool, store_ingested *, void *arg);

/*
 * Read a whole group's hashes: one call per field, then end.  Streams are
 * not read.  On loss end is called with ok false.
 */
typedef void store_field(void *arg, const char *key, const char *field,
    const void *value, size_t length);
typedef void store_end(void *arg, bool ok);
void store_load(struct store *, const char *group, const char *const *keys,
    store_field *, store_end *, void *arg);

/* Entries after an id, at most count; without waiting. */
typedef void
store_entry(void *arg, const char *id, const char *data, size_t length);
void store_read(struct store *, const char *group, const char *stream,
    const char *after, int count, store_entry *, store_end *, void *arg);

#endif
