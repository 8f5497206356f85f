#ifndef TESTS_SIM_SIMCALL_H
#define TESTS_SIM_SIMCALL_H

#include "tests/sim/world.h"

/*
 * simcall: a process talks to the simulated store: latency, fsync, loss.
 *
 * A call is answered once by done, in the process's own life; or, when the
 * process dies first, never.  An answer may be lost although the call was
 * carried out.
 */

enum call_verb {
	DO_LEASE,
	DO_COMMIT,
	DO_INGEST,
	DO_LOAD,
	DO_STANDING, /* of a shard: alarms, and what is judged */
	DO_READ
};

struct record {
	char *key, *field; /* READ: key is the stream's id, field is "" */
	char *value;
	size_t length;
};

struct call {
	enum call_verb verb;
	char group[16], token[48], stream[16], after[48];
	char dead[48]; /* LEASE: a token to be given back before */
	int64_t fence, life_ms;
	struct commit commit;       /* COMMIT: taken over */
	struct store_ingest ingest; /* agent, spool point to fixed names */
	char *envelope;             /* INGEST: owned */
	bool appended;              /* INGEST: it was no repeat */
	size_t count_max;           /* READ */

	enum store_outcome outcome;
	int64_t have;
	struct record *records;
	size_t count, room;

	void (*done)(struct world *, struct call *); /* frees nothing */
	int who;                                     /* for the caller */
	void *context;                               /* for the caller */

	struct proc *proc;
	uint32_t life, store_life;
	struct call *next, **prev; /* all calls under way */
};

struct call *call_new(struct world *, struct proc *, enum call_verb,
    const char *group, void (*done)(struct world *, struct call *));
void call_drop(struct call *); /* never started after all */
void call_start(struct world *, struct call *);
void calls_free(struct world *); /* whatever is left at the night's end */

#endif
