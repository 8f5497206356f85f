#ifndef COLLECTOR_INGEST_PARTS_H
#define COLLECTOR_INGEST_PARTS_H

#include <sys/queue.h>

#include "collector/exchange.h"
#include "collector/ingest.h"
#include "collector/polls.h"
#include "lib/clock.h"

/*
 * ingest_parts: what the files of ingest share and nobody else includes.
 */

struct serve;
struct serve_request;

struct ingest_region; /* what its agents are to probe; ingest_plan.c */
TAILQ_HEAD(ingest_regions, ingest_region);

#define INGEST_SHARDS_MAX 64

/* A shard whose inbox takes no more; refused_ms 0: it does. */
struct ingest_full {
	int64_t refused_ms, told_ms;
	bool is_said; /* by us, not by who was here before */
};

#define INGEST_NOT_ASKED 0
#define INGEST_NOT_BEGUN (-1)

struct ingest {
	struct ingest_options options;
	const struct settings *settings;
	struct serve *serve;
	struct polls plan_polls;
	struct ingest_regions regions; /* of the present settings */
	struct event *plan_work;
	int under_way;         /* exchanges not yet ended */
	int64_t away_since_ms; /* of Redis; NEVER: it is up */
	int64_t said_denied_ms;
	struct ingest_full full[INGEST_SHARDS_MAX];
	long shards_in_store; /* or one of the two below */
	int64_t shards_asked_ms;
	struct clock_guard clock_guard;
	int64_t clock_asked_us; /* monotonic; 0: never */
	bool clock_is_off, clock_is_said;
};

/* Whose token this is; NULL: it was refused, or nobody is served now. */
const struct agent_settings *
ingest_agent(struct ingest *, struct serve_request *);
void ingest_end(struct ingest *, struct exchange *);

void ingest_on_hello(void *arg, struct serve_request *);
void ingest_on_results(void *arg, struct serve_request *);
void ingest_on_plan(void *arg, struct serve_request *);

/* How many shards the store has; whether that is what we think, or answer. */
void ingest_ask_shards(struct ingest *);
bool ingest_shards_agree(struct ingest *, struct serve_request *);

/* Whether times may be dated here, or answer. */
bool ingest_clock_agrees(struct ingest *, struct serve_request *);

/* Who was here before may have left word that an inbox is full. */
void ingest_full_begin(struct ingest *);
/* The store's word on one part of a shard. */
void ingest_is_full(struct ingest *, unsigned shard);
void ingest_has_room(struct ingest *, unsigned shard);

void ingest_plans_begin(struct ingest *, struct event_base *);
void ingest_plans_end(struct ingest *);
/* The settings have changed: plans are made anew. */
void ingest_plans_make(struct ingest *);
/* What was made of settings that will be no more. */
void ingest_plans_forget(struct ingest *);
/* A turn's work at them; false: there was none. */
bool ingest_plans_step(struct ingest *);
void ingest_plan_over(void *arg, struct serve_request *, const char *agent,
    const char *region);

#endif
