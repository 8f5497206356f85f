#ifndef CLI_WHY_FACTS_H
#define CLI_WHY_FACTS_H

#include "cli/cli.h"
#include "collector/quorum.h"
#include "lib/ledger.h"

struct redisContext;

/*
 * why_facts: what is stored about one endpoint, and what follows from it.
 *
 * The same pure functions over the same records as evaluate has, so that the
 * answer is a second look and no report of what evaluate said.
 */

struct why_region {
	char name[64];
	struct runs runs;
	struct interval_set voids;
	char causes[256]; /* of voids at the instant asked for */
};

struct why_facts {
	const char *endpoint;
	int64_t at_ms, judged_ms;
	struct why_region regions[REGIONS_MAX];
	size_t region_count;
	struct ledger_terms steps;
	struct ledger_stretch *stretches;
	size_t stretch_count;
	size_t unreadable;
	char *state; /* the record evaluate wrote; NULL: none */
};

/* Read all of it; false: not readable, complained about. */
bool why_facts_read(struct cli *, struct redisContext *, unsigned shard,
    struct why_facts *);
void why_facts_clear(struct why_facts *);

/* What the facts say of the instant. */
void why_facts_look(const struct why_facts *, struct quorum_look *out);
/* The terms in force then, or NULL. */
const struct ledger_step *why_facts_step(const struct why_facts *);

#endif
