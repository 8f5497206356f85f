#ifndef COLLECTOR_INGEST_PARTS_H
#define COLLECTOR_INGEST_PARTS_H

#include <uthash.h>

#include "collector/exchange.h"
#include "collector/ingest.h"
#include "collector/polls.h"

/*
 * ingest_parts: what the files of ingest share and nobody else includes.
 */

struct serve;
struct serve_request;

/* An agent's plan as it goes over the wire, made when first asked for. */
struct ingest_plan {
	char agent[64];
	char etag[140]; /* in quotes */
	char *json;
	size_t length;
	UT_hash_handle hh;
};

#define INGEST_SHARDS_MAX 64

/* A shard whose inbox takes no more; refused_ms 0: it does. */
struct ingest_full {
	int64_t refused_ms, told_ms;
};

struct ingest {
	struct ingest_options options;
	const struct settings *settings;
	struct serve *serve;
	struct polls plan_polls;
	struct ingest_plan *plans;
	int under_way;         /* exchanges not yet ended */
	int64_t away_since_ms; /* of Redis; NEVER: it is up */
	int64_t said_denied_ms;
	struct ingest_full full[INGEST_SHARDS_MAX];
};

/* Whose token this is; NULL: it was refused. */
const struct agent_settings *
ingest_agent(struct ingest *, struct serve_request *);
void ingest_end(struct ingest *, struct exchange *);

void ingest_on_hello(void *arg, struct serve_request *);
void ingest_on_results(void *arg, struct serve_request *);
void ingest_on_plan(void *arg, struct serve_request *);

/* The store's word on one part of a shard. */
void ingest_is_full(struct ingest *, unsigned shard);
void ingest_has_room(struct ingest *, unsigned shard);

/* The settings have changed: what was made of them is void. */
void ingest_plans_forget(struct ingest *);
void ingest_plan_over(void *arg, struct serve_request *, const char *agent,
    const char *region);

#endif
