#ifndef AGENT_PROBER_H
#define AGENT_PROBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/observation.h"
#include "lib/plan.h"
#include "lib/wire.h"

/*
 * prober: what an agent knows and decides: what is due, what is looked at
 * again, what goes into which batch, and when to tell the last resort.
 *
 * No I/O and no clock.  The shell starts the probes this asks for, reports
 * their ends, sends the parts this hands out and reports the answers.
 * All times are wall-clock milliseconds of the agent's own clock.
 *
 * Every PROBE is answered by exactly one prober_done() (also after a break
 * or a new plan; its endpoint is valid until then), every SEND by exactly
 * one prober_answered(), every TELL by exactly one prober_told().  One SEND
 * is under way at a time.  A SEND without parts is only a comparison of
 * clocks: it is POSTed like the others.
 *
 * Life: prober_new(), prober_replay() for each record found, prober_begin(),
 * prober_plan(), then anything in any order.  The spool file is the records one after
 * another; prober_record_length() tells where each ends.
 */

#define PROBER_CANARY_TIMEOUT_MS 5000 /* the shell gives a canary this long */
#define PROBER_EXCHANGE_MS 10000      /* at least one SEND in this time */

struct prober;

enum prober_do {
	PROBER_NOTHING,
	PROBER_PROBE,  /* start this probe (endpoint or canary) */
	PROBER_RECORD, /* append these bytes to the spool file */
	PROBER_SEND,   /* POST these parts; then prober_answered() */
	PROBER_TELL,   /* tell the last resort; then prober_told() */
};

struct prober_action {
	enum prober_do what;
	/* PROBE */
	uint64_t probe;                       /* to be given to prober_done() */
	const struct plan_endpoint *endpoint; /* NULL: a canary */
	const char *canary;                   /* its URL */
	int64_t due_at_ms;
	unsigned flags; /* OBSERVATION_... */
	/* RECORD: whole records */
	struct wire_bytes record; /* freed by the caller */
	bool whole; /* these replace the file (write anew, rename over it) */
	/* SEND: encoded parts, valid until the next call */
	const struct wire_bytes *parts;
	size_t part_count;
	/* TELL */
	char text[512]; /* plain words: what is silent since when, what fails */
	char merge_key[80]; /* the same for every agent that tells of it */
};

/* spool_id: newly made; an earlier life's takes its place in replay. */
struct prober *prober_new(const char *spool_id, int64_t now_ms);
void prober_free(struct prober *);
const char *prober_spool(const struct prober *); /* to be named in hello */

/*
 * The bytes of the whole record at data; 0 when it is torn or damaged.  A
 * torn one at the file's end (a crash while it was written) is no loss.
 */
size_t prober_record_length(const char *data, size_t length);
/*
 * One or more whole records of an earlier life's spool file, in order, before
 * anything else.  -1: damaged; free the prober and begin a new spool.
 */
int prober_replay(struct prober *, const char *record, size_t length);
void prober_begin(struct prober *, int64_t now_ms); /* all was replayed */

/* A new plan, taken over; probes under way end as they began. */
void prober_plan(struct prober *, struct plan *, int64_t now_ms);

/*
 * A probe ended.  Of the observation, endpoint, until, count, flags, interval
 * and lag are set here; of a canary's only the outcome is looked at (ok: any
 * answer below 500 came).
 */
void prober_done(struct prober *, uint64_t probe, const struct observation *,
    int64_t now_ms);
void prober_order(struct prober *, const char *endpoint, int64_t now_ms);

/* One answer to a SEND, or to a hello: what is there, how old is what. */
struct prober_answer {
	bool hello;                               /* not the answer to a SEND */
	int status;                               /* HTTP; 0: none came */
	int64_t sent_at_ms, received_at_ms;       /* agent's clock */
	int64_t their_received_ms, their_sent_ms; /* collector's; 0: unknown */
	struct {
		unsigned shard;
		int64_t have;    /* last accepted seq of our spool */
		bool unreadable; /* its next part is set aside for a hole */
	} have[WIRE_PARTS_MAX];
	size_t have_count;
	int64_t pager_age_ms, auditor_age_ms,
	    commit_age_ms; /* NEVER: unknown */
};
void
prober_answered(struct prober *, const struct prober_answer *, int64_t now_ms);
void prober_told(struct prober *, bool handed_over, int64_t now_ms);

/* Whether all that was seen is the collector's: nothing waits to be sent. */
bool prober_is_empty(const struct prober *);

/* A stall or clock jump of this process: what was under way is not judged. */
void prober_break(struct prober *, int64_t now_ms);

/*
 * The last RECORD could not be written.  What is written later would not fit
 * on what was before; so after PROBER_REWRITE_MS everything is handed out.
 */
#define PROBER_REWRITE_MS 60000
void prober_unwritten(struct prober *, int64_t now_ms);

void prober_time(struct prober *, int64_t now_ms);
int64_t prober_deadline(const struct prober *);
/* What to do next; call until PROBER_NOTHING. */
enum prober_do
prober_next(struct prober *, int64_t now_ms, struct prober_action *out);

#endif
