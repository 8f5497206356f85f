#ifndef TESTS_SIM_ORACLE_BOOKS_H
#define TESTS_SIM_ORACLE_BOOKS_H

#include "lib/interval.h"
#include "tests/sim/oracle.h"
#include "tests/sim/oracle_facts.h"
#include "tests/sim/simstore.h"
#include "tests/sim/truth.h"
#include "tests/sim/world.h"

/*
 * oracle_books: what is durable of each shard, write by write, and what has
 * to be so.  Promises 1, 5, 6 and of 8 that nothing acknowledged is lost.
 *
 * A look waits from when it became durable in the inbox until the position
 * passes it; then it is evaluated: the records of runs must have it, or the
 * inbox must still hold it within what a start reads again.  What an agent saw
 * under a name that its endpoint has by no record yet waits for that record
 * ("early"), and is evaluated with it.  With each commit
 * that brings the position, what is booked up to where silence was judged
 * must be what the looks evaluated so far say, to the millisecond.
 */

#define BOOK_SHARDS SIM_SHARDS
#define BOOK_TERMS 64
#define BOOK_RECORDS 4

struct world;
struct ledger;

/* One look on its way. */
struct look_seen {
	int endpoint, region;
	int name; /* under which it was seen, as truth_name() counts them */
	struct seen seen;
	bool seals; /* the end of a hole: only where anything was seen before */
};

/* An entry of an inbox. */
struct entry_seen {
	int64_t ms, seq; /* its id */
	int agent;
	int64_t closed_ms;
	int64_t unsure_from_ms, unsure_to_ms; /* by a clock nobody knows */
	bool lost;                            /* it cannot be read */
	bool nobodys;                         /* nor whose it was */
	struct look_seen *looks;
	size_t count;
};

struct inbox {
	struct entry_seen *waiting; /* from first on; what is before is read */
	size_t first, count, room;
	int64_t ms, seq;    /* the position */
	int64_t trimmed_ms; /* what came before is gone */
	int64_t judged_ms;
	bool is_whole;              /* the commit brought the position */
	struct standing handed, is; /* as handed out; as durable */
};

/* One stretch of "outages". */
struct stretch {
	bool is_down, removed;
	int64_t from_ms, to_ms; /* NEVER: it goes on */
	int64_t from_before_ms, to_before_ms;
};

/* What is booked of an endpoint. */
struct book {
	struct stretch *items; /* by rising from_ms */
	size_t count, room;
	struct term terms[BOOK_TERMS];
	bool ended[BOOK_TERMS];
	size_t term_count;
	int64_t dirty_ms;   /* from here on something changed; or NEVER */
	int64_t checked_ms; /* up to here all is well */
	int64_t stale_ms;   /* silence will say something then */
	bool is_known;
	struct interval_set truly; /* when it may be down at all */
};

struct run_seen {
	int64_t first_ms, last_ms, interval_ms;
	enum outcome outcome;
	enum reason reason;
};
struct record_seen {
	int64_t bucket;
	struct run_seen *runs;
	size_t count;
};
/* What is written down of what a region saw of an endpoint. */
struct series_seen {
	struct record_seen records[BOOK_RECORDS];
	int record_count;
	bool is_changed;
	bool is_blurred;    /* by decision 28: no longer to the millisecond */
	int64_t unsaved_ms; /* entry of the oldest look not in it; or NEVER */
};

struct void_seen {
	char field[200];
	int64_t from_ms, to_ms;
};
struct voids_seen {
	struct void_seen *items;
	size_t count, room;
	struct interval_set set;
};

/* What is agreed with a client, and what its vendor claims. */
#define DEAL_STEPS 64
#define DEAL_CLAIMS 32
enum deal_unknown { DEAL_EXCLUDE, DEAL_UP, DEAL_DOWN };
struct deal_step {
	int64_t from_s;
	enum deal_unknown unknown;
};
struct deal_claim {
	char field[80];
	int64_t from_ms, to_ms;
	unsigned endpoints; /* bit e */
	bool agreed;
};
struct deal {
	struct deal_step steps[DEAL_STEPS]; /* by rising from_s */
	struct deal_claim claims[DEAL_CLAIMS];
	size_t step_count, claim_count;
};

struct books {
	struct inbox inboxes[BOOK_SHARDS];
	struct book endpoints[TRUTH_ENDPOINTS];
	struct seen_list evaluated[TRUTH_ENDPOINTS][TRUTH_REGIONS];
	struct series_seen series[TRUTH_ENDPOINTS][TRUTH_REGIONS];
	struct voids_seen voids[BOOK_SHARDS][TRUTH_REGIONS];
	struct ledger *ledgers[TRUTH_CLIENTS];
	struct deal deals[TRUTH_CLIENTS];
	bool owes[TRUTH_CLIENTS]; /* its account has to be counted again */
	struct spans spans;
	struct look_seen *forgotten; /* they have to come again */
	size_t forgotten_count, forgotten_room;
	unsigned named[TRUTH_ENDPOINTS]; /* bit N: it has, or had, name N */
	struct look_seen *early;         /* in order; of names to come */
	size_t early_count, early_room;
};

struct books *books_new(void);
void books_free(struct books *);

/* oracle_records.c: a write to a shard's group */
void book_dirty(struct book *, int64_t from_ms);
void
books_changed(struct world *, unsigned shard, const struct simstore_change *);
/* All writes that became durable together have been told. */
void books_durable(struct world *, unsigned shard);
void books_end(struct world *);

/* oracle_inbox.c */
void inbox_appended(struct world *, unsigned shard, const char *id,
    const char *envelope, size_t length);
void inbox_trimmed(struct inbox *, const char *before);
void inbox_check(struct world *, unsigned shard);
void inbox_position(struct world *, unsigned shard, const char *id);
void inbox_free(struct inbox *); /* and empty */
/* The record of what an endpoint is and was called. */
void inbox_named(struct world *, int endpoint, const char *record);
/* Of a store that went back: what came after that instant did not. */
void inbox_unname(struct world *, unsigned shard, int64_t position_ms);
/* oracle_forget.c */
void forgotten_hole(struct world *, unsigned shard, const struct entry_seen *,
    int64_t from_ms, int64_t to_ms);
void forgotten_check(struct world *);
/* oracle_runs.c */
void runs_seen(struct world *, const char *field, const void *, size_t length);
void runs_check(struct world *, unsigned shard);
/* A look that came now: is the series no longer known to the millisecond? */
bool runs_blur(const struct seen_list *, const struct seen *, int64_t came_ms);
void series_free(struct series_seen *);
/* oracle_edge.c: what is booked, against what truly happened */
void truth_check_edge(struct world *, int endpoint, const struct span *was,
    const struct span *is);
void truth_check_down(struct world *, int endpoint, const struct span *);
void truth_check_calm(struct world *, int endpoint);
/* oracle_outage.c: the same when the night is over, by what was looked at */
void outage_check(struct world *, int endpoint);
/* oracle_deal.c */
void deal_changed(struct world *, int client, const struct simstore_change *);
/* When the client agreed that an endpoint does not count: whole seconds. */
void deal_off(const struct deal *, int endpoint, struct interval_set *off);
enum deal_unknown deal_policy(const struct deal *, int64_t second);
/* oracle_account.c */
void account_changed(struct world *, const struct simstore_change *);
void account_check(struct world *, int client, int64_t now_ms);

/* The endpoint and region named in "acme/e0|r1|..."; -1: not of the night. */
int field_endpoint(const char *field);

#endif
