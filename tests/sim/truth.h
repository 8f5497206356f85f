#ifndef TESTS_SIM_TRUTH_H
#define TESTS_SIM_TRUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/interval.h"
#include "lib/observation.h"

/*
 * truth: what really happens to the endpoints, which the programs do not
 * know and the oracle does.
 */

#define TRUTH_ENDPOINTS 6
#define TRUTH_REGIONS 3
#define TRUTH_CLIENTS 3

extern const char *const truth_endpoints[TRUTH_ENDPOINTS]; /* "acme/e0" */
extern const char *const truth_clients[TRUTH_CLIENTS];
int truth_client(int endpoint); /* whose it is */
/* "acme/e0", or as it was renamed for the n-th time: "acme/r1-e0". */
#define TRUTH_NAME 32
void truth_name(int endpoint, int n, char out[TRUTH_NAME]);
int truth_name_number(const char *name); /* n of such a one */
/* Whose name that is, up to a bar; -1: no endpoint's. */
int truth_endpoint(const char *field);

struct truth {
	int endpoints;
	/* When a probe that starts sees the endpoint fail, by region. */
	struct interval_set fails[TRUTH_ENDPOINTS][TRUTH_REGIONS];
	enum reason reason[TRUTH_ENDPOINTS]; /* of the present outage */
	struct interval_set maintenance[TRUTH_ENDPOINTS];
	struct interval_set slow[TRUTH_ENDPOINTS][TRUTH_REGIONS];
	struct interval_set blocked[TRUTH_ENDPOINTS][TRUTH_REGIONS];
	/* When a region sees everything fail that is ours. */
	struct interval_set sick[TRUTH_REGIONS];
	/* When a region's agent sees nothing of the world at all. */
	struct interval_set cut[TRUTH_REGIONS];
};

void truth_clear(struct truth *);
bool truth_fails(const struct truth *, int endpoint, int region, int64_t at_ms);
bool truth_at(const struct interval_set *, int64_t at_ms);
bool truth_is_sick(const struct truth *, int region, int64_t at_ms);
bool truth_is_cut(const struct truth *, int region, int64_t at_ms);
/* How many regions see it fail at this instant, networks aside. */
int truth_failing(const struct truth *, int endpoint, int64_t at_ms);
/* Does any instant in [from, to] have at least count regions failing? */
bool truth_ever(const struct truth *, int endpoint, int count, int64_t from_ms,
    int64_t to_ms);

#endif
