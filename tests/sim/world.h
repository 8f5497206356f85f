#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/commit.h"
#include "lib/interval.h"
#include "lib/settings.h"
#include "lib/text.h"
#include "lib/wire.h"
#include "tests/sim/simstore.h"
#include "tests/sim/truth.h"

/*
 * world: one simulated night: true time, what happens when, who lives.
 *
 * Everything is driven by one heap of events on a virtual clock and one
 * seeded generator, so a seed gives the same night again.  A process is a
 * struct proc: an event of a process that has died since is dropped, one of
 * a process that is stalled waits, and before each step of a process a
 * countdown may kill it.
 */

#define NIGHT_MS (6 * INT64_C(3600000))
#define NIGHT_START_MS INT64_C(1774738800000) /* 2026-03-28T23:00:00Z */
#define AGENTS 4 /* at most; the last shares its region with another */
#define COLLECTORS 2
#define PAGERS 2 /* at most; the second stands by */
#define SIM_PEOPLE 4
#define SIM_SHARDS 4 /* at most */
#define PLATFORMS 3  /* endpoint n is on number n % 3 */

struct plan_endpoint;
struct world;
typedef void sim_run(struct world *, int who, void *data);

/* What may be out of order, for those who judge how fast it must go. */
enum part {
	PART_AGENTS,
	PART_COLLECTORS,
	PART_PAGER,
	PART_STORE,
	PART_NETWORK,
	PARTS
};

struct proc {
	const char *name;
	int number;
	enum part part;
	bool up;
	uint32_t life;
	int64_t stalled_until_ms; /* 0: it runs */
	int64_t cut_until_ms;     /* from the others; 0: it is not */
	int64_t store_cut_until_ms;
	int64_t skew_ms; /* its clock less true time */
	int crash_in;    /* steps until it dies; 0: it does not */
	int stall_in;    /* the same, until it stands still */
	int64_t down_since_ms;
	void (*born)(struct world *, struct proc *);
	void (*died)(struct world *, struct proc *);
	void (*woken)(struct world *, struct proc *); /* after a stall, jump */
};

/* What the configuration is to say; simtree.c writes it. */
#define SIM_WAYS 3 /* terminal, mail, command */
/* What the night's ladder calls: the watch, or both of it; then somebody, a
   group at once, each of whom has to answer, in turn, or the next zone. */
enum sim_ladder {
	LADDER_PLAIN,
	LADDER_WATCH,
	LADDER_GROUP,
	LADDER_EACH,
	LADDER_TURN,
	LADDER_ZONE
};

struct sim_wish {
	enum sim_ladder ladder;
	bool calls; /* in some, S3 calls as S2 does by plan, and there is S3 */
	bool hours; /* in some, clients have another ladder (LADDER_PLAIN) */
	int patience, shards, platforms;
	size_t providers[SIM_WAYS];
	int interval_s[TRUTH_ENDPOINTS], quorum[TRUTH_ENDPOINTS];
	int longest_s[TRUTH_ENDPOINTS]; /* that the interval ever was */
	bool removed[TRUTH_ENDPOINTS];
	/* What it is called: "e0", or "r2-e0"; and was, as the tree says. */
	int called[TRUTH_ENDPOINTS], was[TRUTH_ENDPOINTS]; /* was -1: no word */
	int names[TRUTH_ENDPOINTS]; /* that it ever had */
	int64_t renamed_ms[TRUTH_ENDPOINTS];
	/* Of a client, once its terms were changed. */
	bool own_terms[TRUTH_CLIENTS];
	int unknown[TRUTH_CLIENTS], target_milli[TRUTH_CLIENTS];
};
#define SIM_TREES 32 /* in a night at most */

enum fault {
	FAULT_OUTAGE,      /* an endpoint fails for every region */
	FAULT_PLATFORM,    /* all endpoints of a platform */
	FAULT_REGIONAL,    /* one region sees one endpoint fail */
	FAULT_BLIP,        /* one probe fails */
	FAULT_REGION_SICK, /* a region sees all fail but the canaries */
	FAULT_REGION_CUT,  /* an agent loses its network: all fails */
	FAULT_AGENT_CUT,   /* an agent reaches endpoints, not the collector */
	FAULT_AGENT_CRASH,
	FAULT_AGENT_STALL,
	FAULT_AGENT_CLOCK,
	FAULT_COLLECTOR_CRASH,
	FAULT_COLLECTOR_STALL,
	FAULT_COLLECTOR_CUT, /* from the store */
	FAULT_PAGER_CRASH,
	FAULT_PAGER_STALL,
	FAULT_PAGER_CUT,
	FAULT_PAGER_CLOCK,
	FAULT_STORE_CRASH, /* back to the last fsync, then away a while */
	FAULT_STORE_AWAY,
	FAULT_CHANNEL,       /* a channel refuses, stalls or lies */
	FAULT_NETWORK,       /* lossy, late, duplicating for a while */
	FAULT_EVERYTHING,    /* all endpoints fail at once */
	FAULT_SLOW,          /* an endpoint answers slowly, in some regions */
	FAULT_MAINTENANCE,   /* an endpoint shows its page */
	FAULT_BLOCKED,       /* a region is turned away by an endpoint */
	FAULT_STORE_FORGETS, /* the shards as they were minutes ago */
	FAULT_RELOAD,        /* the configuration is changed */
	FAULT_CRASH_STEP,    /* some process dies at its n-th next step */
	FAULT_POISON,        /* the next parts are damaged in an inbox */
	FAULT_RENAME,        /* an endpoint gets another name */
	FAULT_ANNOUNCED,     /* maintenance: planned by simwindow.c alone */
	FAULT_STALL_STEP,    /* a pager stands still at its n-th next step */
	FAULTS,
};
extern const char *const fault_names[FAULTS];

struct sim_event; /* in the heap */

struct world {
	uint64_t seed, random;
	int64_t now_ms;
	bool trace;      /* tell the story as it goes */
	int64_t zero_ms; /* what the story's clock counts from */

	struct sim_event *events;
	size_t event_count, event_room;
	uint64_t event_order;

	struct settings *settings; /* the newest of the trees */
	struct settings *trees[SIM_TREES];
	size_t tree_count;
	struct sim_wish wish;
	struct truth truth;
	/* What a probe sees and how long it takes; NULL: as truth has it. */
	int64_t (*look)(struct world *, int region,
	    const struct plan_endpoint *, struct observation *);
	struct simstore *store;
	struct proc store_proc;
	struct sim_agent *agents[AGENTS];
	int agent_count;
	struct sim_collector *collectors[COLLECTORS];
	struct sim_pager *pagers[PAGERS];
	int pager_count;
	int64_t pager_fence;   /* of whoever took the lease last */
	int64_t pager_skew_ms; /* of the clock of who was active last */
	bool
	    aside; /* a journal was put aside, and nobody knows what was in it */
	struct sink *sink;
	struct oracle *oracle;

	int loss_percent, late_percent, twice_percent; /* of messages */
	int poison; /* so many of the next parts are to be damaged */
	int64_t commit_beat_ms, pager_beat_ms, auditor_beat_ms;
	int64_t hurt_until_ms[PARTS];    /* 0: never yet */
	struct interval_set hurt[PARTS]; /* all of it so far */

	uint64_t observations, steps, messages, commits;
	uint64_t early; /* looks taken up when their name was known */
	unsigned faults[FAULTS];
	char broken[600]; /* the promise that was not kept; "" so far */
};

/* A number below limit, the same in every run of a seed. */
uint64_t roll(struct world *, uint64_t limit);
int64_t roll_between(struct world *, int64_t low, int64_t high);
bool chance(struct world *, int percent);

/* Run at a true time; data is freed after it ran, or was dropped. */
void at(struct world *, int64_t when_ms, sim_run *, int who, void *data);
/* The same as a step of a process, in its present life. */
void at_proc(struct world *, struct proc *, int64_t when_ms, sim_run *, int who,
    void *data);
/* The same with data that is another's, and is not freed. */
void at_borrowed(struct world *, int64_t when_ms, sim_run *, void *data);
void at_proc_borrowed(struct world *, struct proc *, int64_t when_ms, sim_run *,
    void *data);
/* Do the next event; false when the night is over. */
bool world_step(struct world *, int64_t until_ms);
void world_drop(struct world *); /* what has not happened */

/* One step more inside an event; true when the process has just died. */
bool step_kills(struct world *, struct proc *);
/* The same; true when it has just come to a standstill. */
bool step_stalls(struct world *, struct proc *);
/* A part is out of order for so long from now on. */
void world_hurt(struct world *, enum part, int64_t for_ms);
void proc_start(struct world *, struct proc *);
void proc_kill(struct world *, struct proc *, int64_t for_ms);
void proc_stall(struct world *, struct proc *, int64_t for_ms);
void proc_jump(struct world *, struct proc *, int64_t by_ms, int64_t for_ms);
bool proc_runs(const struct world *, const struct proc *);
int64_t proc_now(const struct world *, const struct proc *);

void tell(struct world *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A promise was broken; only the first is kept. */
void broken(struct world *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Agents first, then collectors, then pagers. */
struct proc *sim_proc(struct world *, int number);
int sim_proc_count(const struct world *);
void sim_store_make(struct world *, const char *name);

/* faults.c: plan a night's faults. */
void faults_plan(struct world *);

/* simsink.c: a channel is in trouble for a while. */
void sink_trouble(struct world *, int64_t for_ms);

#endif
