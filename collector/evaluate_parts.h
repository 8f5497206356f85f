#ifndef COLLECTOR_EVALUATE_PARTS_H
#define COLLECTOR_EVALUATE_PARTS_H

#include "collector/evaluate.h"
#include "collector/shard.h"
#include "lib/clock.h"
#include "lib/lease_file.h"
#include "lib/store.h"

/*
 * evaluate_parts: what the files of evaluate share and nobody else includes.
 */

struct event;

/*
 * A shard's worker.  AWAY: it knows nothing and has no lease.  TAKING: it
 * has asked for the lease.  LOADING: it has the lease, and the shard is
 * being filled.  RUNNING: the shard decides.  shard is NULL but in the last
 * two.
 */
enum worker_state {
	WORKER_AWAY,
	WORKER_TAKING,
	WORKER_LOADING,
	WORKER_RUNNING
};

struct worker {
	struct evaluate *evaluate;
	unsigned number;
	char group[16];
	enum worker_state state;
	uint64_t life; /* another one each time all is dropped */
	char token[33];
	int64_t fence;
	int64_t renewed_ms;
	int64_t not_before_ms; /* the next attempt at the lease */
	int64_t rest_ms;       /* between attempts; grows with failures */
	bool said_other;       /* that another has the lease */

	struct shard *shard;
	struct event *timer; /* the shard's deadline */
	bool is_reading, read_again, has_read_all;
	bool is_committing;
	int64_t committed_ms; /* when the last commit was handed out */
	int64_t outbox_ms;    /* when the pager's position was asked for */
	char position[48];    /* of the last entry read */
	size_t entries;       /* of the reading under way */

	/* While loading: what the records ask to be written first. */
	struct commit repairs;
	const char *refused;  /* why this group is not for us; NULL: it is */
	char shards_text[16]; /* how many the store says there are */

	/* Poison; see evaluate_poison.c. */
	int64_t starts; /* that did not get through the inbox, and this one */
	char suspect[48];
	int64_t suspected; /* times that it was read and we died */
	char *entry;       /* the suspect, until it may be read; else NULL */
	size_t entry_length;

	struct erasure *erasure; /* evaluate_erase.c; NULL: none was begun */
};

struct evaluate {
	struct event_base *base;
	const struct settings *settings;
	struct store *store;
	struct orders *orders;
	struct liveness *liveness;
	struct worker *workers; /* settings->shards of them */
	unsigned count;
	struct event *tick;
	struct lease_file *leases;
	struct clock_guard guard;
	int64_t aside_us;  /* monotonic: since when we stood aside last */
	bool is_aside;     /* leases are given back; nothing is decided */
	struct door *door; /* for people's commands */
	bool stopping;
};

/*
 * A question to the store may outlive what it was asked for.  It carries the
 * worker's life, and answers to an earlier one are nobody's.
 */
struct errand {
	struct worker *worker;
	uint64_t life;
};
struct errand *errand_new(struct worker *);
/* Whose it is; NULL: it comes too late. */
struct worker *errand_worker(const struct errand *);
struct worker *errand_end(struct errand *);

/* evaluate.c */
void worker_drop(struct worker *, const char *why);
void worker_pump(struct worker *);
/* Before anything is done under this process's clock: it may have been set. */
void worker_look_at_clock(struct worker *);

/* evaluate_lease.c: from AWAY to RUNNING, and the renewing. */
void worker_take(struct worker *, int64_t now_ms);
void worker_renew(struct worker *, int64_t now_ms);
void worker_unlease(struct worker *);

/* evaluate_read.c */
void worker_read(struct worker *);
/* How far the pager has read; asked for every 30 s. */
void worker_ask_outbox(struct worker *, int64_t now_ms);
void
worker_feed(struct worker *, const char *id, const char *data, size_t length);

/* evaluate_erase.c */
void worker_erase(struct worker *);          /* once a second, while it runs */
void worker_forget_erasure(struct worker *); /* in this life */

/* evaluate_door.c */
struct door *door_new(struct evaluate *);
void door_free(struct door *);
/* A worker's commit is durable, or it was dropped: somebody may wait. */
void door_look(struct door *);
/* Once a second: to listen where people look for us. */
void door_tick(struct door *);
bool door_is_idle(const struct door *); /* nobody waits for an answer */
/* "1234 HOST": which process this is, as "holder" of "worker" says. */
void door_name(char out[96]);

/* evaluate_poison.c */
/* A record of "worker", which is ours; false: it cannot be read. */
bool worker_remember(struct worker *, const char *field, const char *value,
    size_t length);
void worker_count_start(struct worker *);
/* An earlier start died on the way: entries are read one by one. */
bool worker_is_careful(const struct worker *);
/* Write down that this entry will be read, then read it, then go on. */
void worker_read_carefully(struct worker *, const char *id, const char *data,
    size_t length);
/* All has been read: what was suspected is forgotten. */
void worker_got_through(struct worker *);
/* Move what cannot be read to where a human finds it. */
void worker_set_aside(struct worker *, struct commit *, const char *name,
    const void *value, size_t length, const char *why);

#endif
