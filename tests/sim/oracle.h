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

/* A probe ended: what it saw; when it truly began. */
void oracle_made(struct world *, int agent, int endpoint,
    const struct observation *, int64_t true_ms);
/* Somebody has a group's lease until then; somebody's commit was applied. */
void oracle_leased(struct world *, const char *group, const char *token,
    int64_t until_ms);
void oracle_wrote(struct world *, const char *group, const char *token);
/* The last look of a region that was evaluated. */
int64_t oracle_seen_until(const struct world *, int region);
/* Where a shard stands when it hands out a commit. */
struct standing {
	bool settled;     /* nothing it has read waits unjudged */
	bool calm;        /* it is not catching up */
	int64_t broke_ms; /* the last start or break */
	int64_t at_ms;    /* now */
};
void oracle_handed_out(struct world *, unsigned shard, const struct standing *);
/* One write is durable now; and that was all of them. */
void oracle_changed(struct world *, const struct simstore_change *);
void oracle_durable(struct world *);
/* The store has gone back in the groups of shards. */
void oracle_forgot(struct world *);
/* An answer reached an agent; it begins anew after a break of its own. */
void oracle_heard(struct world *, int agent, const struct prober_answer *);
void oracle_agent_began(struct world *, int agent, bool anew);
/* An agent told the last resort. */
void oracle_told(struct world *, int agent, const char *text);
/* An attempt to reach a person begins; it is a real one if a provider has it
   now, and not all of them want to be left alone. */
void oracle_attempt(struct world *, const struct message *, bool real);
/* A pager hands a message to a provider of a channel, after those tried; what
   came of it; and what the channel says when none is left.  It has begun anew,
   or (not all) has taken over another tree. */
void oracle_way_begins(struct world *, int pager, size_t way, size_t provider,
    unsigned tried);
void oracle_way_ended(struct world *, int pager, size_t way, size_t provider,
    enum sent, int64_t wait_ms);
void oracle_way_over(struct world *, int pager, size_t way, unsigned tried,
    bool later, enum sent);
void oracle_ways_forget(struct world *, int pager, bool all);
/* The running pager hears from its channel what became of it. */
void oracle_outcome(struct world *, const char *incident, const char *intent,
    bool is_call, enum sent);
/* It has heard from a provider that a call was not delivered. */
void oracle_undelivered(struct world *, const char *incident,
    const char *person, const char *intent);
/* What a pager knew by its journal alone is not so any more: another goes on
   from what the store has. */
void oracle_set_aside(struct world *);
/* A person was told that a command is done. */
void oracle_answered(struct world *, const char *person, const char *incident,
    const char *json, bool ok, const char *answer);
/* Its clock went back by so much, or forward: then it is negative. */
void oracle_pager_jumped(struct world *, int64_t back_ms);

/* After every step. */
void oracle_check(struct world *);
/* When the night is over and everything had an hour to come right. */
void oracle_end(struct world *);

/* Another system says that its alert fires, or is over; it was accepted. */
void oracle_alien_says(struct world *, int alert, bool fires);
void oracle_alien_heard(struct world *, int alert, bool fires);

/* oracle_beat.c: a heartbeat calls in ("finish", "fail", "start"), was heard. */
void oracle_beat_begin(void);
void oracle_beat_says(struct world *, const char *word);
void oracle_beat_heard(struct world *, const char *word);
void oracle_beat_check(struct world *);

#endif
