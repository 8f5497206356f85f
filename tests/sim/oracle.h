#ifndef TESTS_SIM_ORACLE_H
#define TESTS_SIM_ORACLE_H

#include "agent/prober.h"
#include "lib/wire.h"
#include "pager/duty.h"
#include "tests/sim/world.h"

/*
 * oracle: knows what really happened, counts what reached whom, and checks
 * the promises after every step.  It shares no code with what it checks.
 */

struct oracle;

struct oracle *oracle_new(struct world *);
void oracle_free(struct oracle *);

/* A probe ended; when it began by the agent's clock, and truly. */
void oracle_made(struct world *, int agent, int endpoint, int64_t said_ms,
    int64_t true_ms);
/* A part became durable in the inbox. */
void oracle_ingested(struct world *, const char *envelope, size_t length);
/* The store has written to disk: read what is new in the outbox. */
void oracle_durable(struct world *);
/* An answer reached an agent; it begins anew after a break of its own. */
void oracle_heard(struct world *, int agent, const struct prober_answer *);
void oracle_agent_began(struct world *, int agent, bool anew);
/* An agent told the last resort. */
void oracle_told(struct world *, int agent, const char *text);
/* An attempt to reach a person begins. */
void oracle_attempt(struct world *, const struct message *);
/* The running pager hears from its channel what became of it. */
void oracle_outcome(struct world *, const char *incident, const char *intent,
    bool is_call, enum sent);
/* A person was told that a command is done. */
void oracle_answered(struct world *, const char *person, const char *incident,
    const char *json, bool ok, const char *answer);
/* Its clock went back by so much, or forward: then it is negative. */
void oracle_pager_jumped(struct world *, int64_t back_ms);

/* After every step. */
void oracle_check(struct world *);
/* When the night is over and everything had an hour to come right. */
void oracle_end(struct world *);

#endif
