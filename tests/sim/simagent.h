#ifndef TESTS_SIM_SIMAGENT_H
#define TESTS_SIM_SIMAGENT_H

#include "agent/prober.h"
#include "tests/sim/world.h"

/* simagent: the shell around a prober, in the simulated world. */

struct sim_agent {
	struct proc proc;
	struct prober *prober; /* NULL while dead */
	int place;             /* the number of its region */
	char name[16], region[16], spool[WIRE_SPOOL_LENGTH + 1];
	struct wire_bytes *records; /* the spool file; it outlives a crash */
	size_t record_count, record_room;
	int64_t timer_at_ms;     /* true time of the next timer; NEVER */
	bool sending;            /* an answer is waited for ... */
	int64_t sent_at_ms;      /* ... to the request of this time */
	int64_t silent_since_ms; /* of what it reaches; 0: it hears */
	int64_t link_ms;         /* what each message takes longer */
	int64_t
	    dies_failing_ms; /* away so long after its next failed look; 0 */
};

struct sim_agent *sim_agent_new(struct world *, int number);
void sim_agent_free(struct sim_agent *);
void sim_agent_order(struct world *, int number, const char *endpoint);
/* It hears of the newest configuration. */
void sim_agent_plan(struct world *, int number);
/* An answer to its request has come, or none will (status 0). */
void
sim_agent_answered(struct world *, int number, const struct prober_answer *);

/* The agent of a region, or NULL. */
struct sim_agent *sim_agent_in(struct world *, const char *region);

/* The number in "acme/e3". */
int endpoint_number(const char *id);

/* A request on its way: one block of memory, copied and freed as one. */
struct sim_request {
	int agent;
	int64_t sent_at_ms; /* agent's clock */
	size_t size;        /* of the whole block */
	size_t count;
	struct {
		size_t at, length;
	} parts[WIRE_PARTS_MAX];
	char bytes[];
};

#endif
