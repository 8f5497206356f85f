#ifndef AGENT_PROBER_INSIDE_H
#define AGENT_PROBER_INSIDE_H

#include "agent/canary.h"
#include "agent/look.h"
#include "agent/offset.h"
#include "agent/prober.h"
#include "agent/schedule.h"
#include "agent/silence.h"
#include "agent/spool.h"
#include "lib/heap.h"
#include "lib/names.h"

/* What the prober's files share; nobody else includes this. */

/* A plan, for as long as it is the present one or a probe of it runs. */
struct held_plan {
	struct plan *plan;
	size_t uses;
};

/* An endpoint of the present plan. */
struct target {
	struct heap_node due; /* always in the heap */
	const struct plan_endpoint *endpoint;
	int64_t phase_ms;
	int64_t regular_ms; /* the next slot */
	int64_t look_ms;    /* look again then; NEVER */
	bool ordered;       /* and not yet begun */
	bool busy;          /* under way; the next waits for its end */
	bool failing;       /* the last one failed */
	const struct held_plan *plan; /* the last that named it */
	enum reason reason;           /* of the last failure */
	char id[];
};

/* A probe under way; flights[n] has ids of n modulo FLIGHTS_MAX. */
struct flight {
	uint64_t id; /* 0: free */
	struct held_plan *plan;
	const struct plan_endpoint *endpoint; /* NULL: a canary */
	struct target *target; /* NULL: a canary, or no longer planned */
	int canary;
	bool broken; /* a break came between: its result is not judged */
	unsigned flags;
	int64_t started_ms, due_ms;
	size_t next_free; /* while free */
};

#define FLIGHTS_MAX (1 << 20)

struct prober {
	struct held_plan *plan; /* NULL before the first */
	struct names targets;   /* struct target, by id */
	struct heap due;        /* targets */
	struct looks looks;
	struct canaries canaries;
	struct spool *spool;
	struct offset offset;
	struct silence silence;
	struct flight *flights;
	size_t flight_room, flight_free; /* flight_free: room when none is */
	uint64_t flight_serial;
	/* Sending. */
	bool sending;        /* a SEND is under way */
	bool sending_broken; /* a break came since: its times are void */
	size_t sent_count;
	int64_t exchange_ms; /* when to compare clocks at the latest */
	int64_t retry_ms;    /* not before; 0: no failure */
	int64_t backoff_ms;  /* 0: the last answer was good */
	int64_t hold_ms;     /* close nothing before; 0: the offset is known */
	struct wire_bytes parts[WIRE_PARTS_MAX];
	int64_t write_ms; /* no record before; 0: all was written */
};

/* prober_probe.c */
void prober_free_probes(struct prober *);
bool
prober_next_probe(struct prober *, int64_t now_ms, struct prober_action *out);
void prober_break_probes(struct prober *, int64_t now_ms);

#endif
