#ifndef COLLECTOR_SHARD_H
#define COLLECTOR_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/commit.h"
#include "lib/interval.h"
#include "lib/settings.h"

/*
 * shard: what evaluate knows of one shard of clients, and decides.
 *
 * It reads the inbox stream entry by entry, turns observations into facts,
 * facts into states and outages, and these into alarms; what has to be
 * written comes out as commits, what other regions should look at now as
 * orders.  No I/O and no clock: the same calls with the same times give the
 * same commits.
 *
 * Life: shard_new(), shard_load() for every record found, shard_start();
 * then entries, breaks and time in any order.  Everything written goes
 * through one commit at a time: shard_commit() hands out what has
 * accumulated; shard_committed() says that it is durable; if it is not, the
 * shard is freed and loaded anew.  An entry given twice is harmless.
 *
 * Keys of the group (docs/redis.md has the fields):
 *   meta     position, schema, name of the last commit, how many entries were
 *            evaluated
 *   runs     one field per endpoint, region and quarter of a day: the runs
 *            that began in it, while they can still change
 *   history  the same, once nothing can change there any more (not loaded)
 *   voids    one field per region, cause, agent and start: stretches in which
 *            a region saw nothing it can vouch for
 *   oldvoids the same, once nothing can change there any more (not loaded)
 *   states   one field per endpoint: state, since, edges, evidence
 *   outages  one field per endpoint and start: down and unknown stretches
 *   terms    one field per client and per endpoint: what was in force when
 *   names    one field per endpoint that was renamed: what it was called when;
 *            all its other fields bear the name that it had first, its key
 *   early    one field per observation under a name that nobody has yet
 *   windows  one field per client and announcement: maintenance
 *   exclusions  one field per client and claim: what is not to count
 *   annotations  one field per outage: what people noted
 *   alarms   one field per subject: what the pager was told
 *   agents   one field per agent: last heard, spool
 *   poison   one field per record or entry that could not be read, as it was
 *   journal  stream: every change that bears on accounts
 *   out      stream: alarms for the pager
 *   in       stream: the inbox (written by ingest, trimmed here)
 *
 * Of the inbox a quarter of an hour is kept behind the position, to be read
 * again at a start; when that is more than SHARD_KEPT_MAX entries, only so
 * many, and what follows from them is written that much sooner.
 */
#define SHARD_KEPT_MAX 100000
/*
 * What agents see under a name before the settings say whose it is waits for
 * that, at most so many of them, until they are older than late_accept; the oldest
 * goes first, and the journal is told ("early").
 */
#define SHARD_EARLY_MAX 10000 /* observations, of 700 bytes each at most */
#define SHARD_SCHEMA "1"      /* of all that a shard writes */

struct shard;

/* Another region should look at this endpoint now. */
struct shard_order {
	char endpoint[136];
	char region[64];
	int64_t at_ms;
};

struct shard *shard_new(const struct settings *, unsigned number);
void shard_free(struct shard *);

/*
 * One field of one hash of the group.  Unreadable: -1, told in error, and the
 * shard goes on without it once it is removed there; but not without
 * "shard_schema" of meta, which says that a newer program was here.
 */
int shard_load(struct shard *, const char *key, const char *field,
    const void *value, size_t length, char error[160]);
void shard_start(struct shard *, int64_t now_ms);

/* New settings; what bears on accounts is journalled with this instant. */
void shard_configure(struct shard *, const struct settings *, int64_t now_ms);

/*
 * The stream id to read from: entries after it come by shard_entry(), with
 * ids as commit_is_id() knows them.
 */
const char *shard_position(const struct shard *);
void shard_entry(struct shard *, const char *id, const char *envelope,
    size_t length, int64_t now_ms);
/*
 * The same for an entry that must not be read: it stands in "poison" already.
 * Of the envelope only who sent it is looked at (length 0: not even that).
 */
void shard_set_aside(struct shard *, const char *id, const char *envelope,
    size_t length, const char *why, int64_t now_ms);
/* The stream was empty just now: one condition of having caught up. */
void shard_read_all(struct shard *, int64_t now_ms);

/*
 * How many entries were evaluated, ever, is not known any more.  To be asked
 * when all has been read: then it is as many as were ever appended.
 */
bool shard_is_uncounted(const struct shard *);
void shard_count(struct shard *, int64_t appended);

/* A stall, a clock jump, a reconnect: see "Time" in docs/design.md. */
void shard_break(struct shard *, int64_t now_ms);

/* The pager has read the outbox up to this entry; what is older may go. */
void shard_outbox_read(struct shard *, const char *id);

void shard_time(struct shard *, int64_t now_ms);
int64_t shard_deadline(const struct shard *); /* or NEVER */
bool shard_is_catching_up(const struct shard *);

/*
 * What is to be written: all of it, or as much as one commit takes (call again
 * after shard_committed()).  False: nothing is.  Until
 * shard_committed() or shard_free(), no further commit is handed out.
 */
bool shard_commit(struct shard *, int64_t now_ms, struct commit *out);
void shard_committed(struct shard *, int64_t now_ms);
/*
 * Something opened or closed: commit now.  Otherwise once a second is enough.
 */
bool shard_is_urgent(const struct shard *);

/*
 * How many units of writing were decided in this life, and how many of them
 * are durable: who waits for what was decided waits for the first number.
 */
uint64_t shard_put_so_far(const struct shard *);
uint64_t shard_durable(const struct shard *);

/* Orders are not written down; they may be lost. */
bool shard_next_order(struct shard *, struct shard_order *out);

/*
 * A shard that was loaded but not started takes entries in and judges nothing:
 * it serves to export.  Load "history" and "oldvoids" too for what is long
 * past.
 *
 * All that states follow from, as JSON lines for a recount by other code: per
 * endpoint its terms, per endpoint and region its facts over
 * [from_ms, to_ms), voids taken out.  Each line ends with a newline.
 */
typedef void shard_line(void *arg, const char *json, size_t length);
void shard_export(const struct shard *, int64_t from_ms, int64_t to_ms,
    shard_line *, void *arg);

/* The records of "runs" as they would be if all of them were written now. */
typedef void shard_run_record(void *arg, const char *field, const void *record,
    size_t length);
void shard_runs(struct shard *, shard_run_record *, void *arg);

#endif
