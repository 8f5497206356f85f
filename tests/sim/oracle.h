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
/* Its channel says no for certain. */
void oracle_failed(struct world *, const struct message *);
/* A person was told that a command is done. */
void oracle_answered(struct world *, const char *person, const char *incident,
    const char *command, bool ok, const char *answer);
/* Its clock went back: what was due may be due a patience from now. */
void oracle_pager_jumped(struct world *, int64_t back_ms);
/* The pager's records are durable: look at them. */
void oracle_pager_committed(struct world *);

/* After every step. */
void oracle_check(struct world *);
/* When the night is over and everything had an hour to come right. */
void oracle_end(struct world *);

#endif
