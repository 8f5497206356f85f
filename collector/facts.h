#ifndef COLLECTOR_FACTS_H
#define COLLECTOR_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/quorum.h"
#include "collector/runs.h"
#include "lib/interval.h"

/*
 * facts: what the regions saw of one endpoint over a span, from the records
 * that evaluate wrote, by the code that it decides by (runs, voids).
 *
 * Records bear on the span when they begin in it or a day around it, and so
 * does the newest before that of each region.  The end of a run that goes on
 * is written every ten minutes only; what the state says of the region now
 * closes that gap.  Pure.
 */

#define FACTS_AROUND_MS INT64_C(86400000) /* blips, bridges, the look before */
#define FACTS_RUNS_MAX 20000              /* of all regions; then is_too_much */

struct facts_region {
	char name[64];
	struct runs runs;
	struct interval_set voids;
};

struct facts {
	char key[136];          /* of the endpoint: in its records */
	int64_t from_ms, to_ms; /* what the records bear on */
	struct facts_region regions[REGIONS_MAX]; /* by name */
	size_t count, runs;
	size_t unreadable; /* records */
	bool is_too_much;
};

/* regions: names, a space between. */
struct facts *facts_new(const char *key, int64_t timeout_ms,
    const char *regions, int64_t from_ms, int64_t to_ms);
void facts_free(struct facts *);

/* A record of "runs" or "history"; in any order, each once. */
void facts_put_runs(struct facts *, size_t region, const void *record,
    size_t length);
/* A field of "voids" or "oldvoids"; those of others are passed over. */
void facts_put_void(struct facts *, const char *field, const void *value,
    size_t length);
/* Whether nothing is known of a region yet at the beginning of the span. */
bool facts_lacks_begin(const struct facts *, size_t region);

/*
 * What a state says a region sees at known_ms: an outcome's text, "none" for
 * nothing, since when.
 */
void facts_put_edge(struct facts *, const char *region, const char *outcome,
    int64_t since_ms, int64_t known_ms);

struct facts_item {
	int64_t from_ms, to_ms;
	struct fact fact;
};
/*
 * What holds at an instant and up to when, at most up to until_ms; known_ms:
 * up to when all is known.
 */
void facts_at(const struct facts *, size_t region, int64_t at_ms,
    int64_t until_ms, int64_t known_ms, struct facts_item *out);

#endif
