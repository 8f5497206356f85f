#ifndef TESTS_SIM_SIMCOLLECTOR_H
#define TESTS_SIM_SIMCOLLECTOR_H

#include "collector/shard.h"
#include "tests/sim/simagent.h"
#include "tests/sim/oracle.h"
#include "tests/sim/simcall.h"
#include "tests/sim/world.h"

/* simcollector: ingest and the shell around a shard, simulated. */

enum collector_state {
	COLLECTOR_STANDBY, /* without the lease; shard is NULL */
	COLLECTOR_LOADING, /* with it; shard is not yet started */
	COLLECTOR_RUNNING,
};

/* What evaluates one shard in one collector. */
struct sim_worker {
	struct sim_collector *collector;
	unsigned number;
	char group[12];
	enum collector_state state;
	struct shard *shard; /* NULL in STANDBY */
	char token[48];      /* of this taking only */
	char dead[48];       /* of the one before, to be given back */
	unsigned takings;
	int64_t fence; /* 0 in STANDBY */
	bool reading, committing;
	struct standing standing;
	bool waits;           /* for something new in the inbox */
	char reread_from[48]; /* "" once the quarter of an hour is read */
	int64_t read_turn;
	int64_t timer_at_ms;
	int64_t committed_at_ms; /* the last commit, true time */
};

struct sim_collector {
	struct proc proc;
	struct sim_worker workers[SIM_SHARDS];
};

struct sim_collector *sim_collector_new(struct world *, int number);
void sim_collector_free(struct sim_collector *);

/* An agent's POST; takes over the request. */
void sim_collector_request(struct world *, struct sim_request *);

/* simpoison.c: an entry on its way into an inbox may become unreadable. */
void sim_poison(struct world *, const struct wire_part *,
    const struct wire_envelope *, struct wire_bytes *);
/* What an unreadable one was before; or NULL. */
const char *sim_poison_original(const void *, size_t length, size_t *original);
void sim_poison_free(void); /* at the night's end */

/* The newest configuration is taken over. */
void sim_collector_configure(struct world *, int number);
/* Something may be new in the inbox of a group. */
void sim_collectors_wake(struct world *, const char *group);
void sim_ingest_free(void); /* whatever is left at the night's end */

/*
 * A person's command, handed to whoever has the shard: as the door does it.
 * False: nobody has it, or it is refused, for the reason in error.
 */
bool sim_collector_command(struct world *, unsigned shard, const char *json,
    char error[300]);

/* The shard where it is loaded and running, or NULL. */
struct shard *sim_shard_active(struct world *, unsigned number);

#endif
