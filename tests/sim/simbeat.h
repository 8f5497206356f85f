#ifndef TESTS_SIM_SIMBEAT_H
#define TESTS_SIM_SIMBEAT_H

#include "tests/sim/world.h"

/*
 * simbeat: a job that calls in when it is well, or that it failed, and each
 * time again until it hears that it was heard, as curl --retry does; and times
 * in which it is dead.
 */

#define BEAT "beat" /* its name, and as whoever asks */
#define BEAT_EVERY_MS (10 * INT64_C(60000))
#define BEAT_GRACE_MS (3 * INT64_C(60000))
#define BEAT_TREE                                                              \
	"heartbeats:\n  - { name: " BEAT ", every: 10m, grace: 3m, "           \
	"severity: S1, token_sha256: "

/* In every fourth night; the others are as they were without. */
bool beat_is_there(const struct world *);
void beat_plan(struct world *);
/* What it said was answered. */
void beat_answered(struct world *, const char *json, bool ok);

#endif
