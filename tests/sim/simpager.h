#ifndef TESTS_SIM_SIMPAGER_H
#define TESTS_SIM_SIMPAGER_H

#include "agent/prober.h"
#include "pager/duty.h"
#include "pager/tenure.h"
#include "tests/sim/simcall.h"
#include "tests/sim/world.h"

/* simpager: the shell around a duty, simulated; channels and people. */

enum pager_state { PAGER_STANDBY, PAGER_LOADING, PAGER_RUNNING };

struct asked;

/* How far it is with reading a shard's outbox. */
struct sim_outbox {
	bool reading;
	bool waits; /* for something new */
	int64_t turn;
	int64_t doubted_ms; /* the shard was asked what it knows */
};

struct sim_pager {
	struct proc proc;
	enum pager_state state;
	struct duty *duty; /* NULL in STANDBY */
	char token[32];
	int64_t fence;        /* 0: it has no lease */
	struct tenure tenure; /* by true time: that of a clock never set */
	unsigned taking;      /* each has a token of its own */
	bool token_spent;
	bool lease_waiting;
	struct sim_outbox outboxes[SIM_SHARDS];
	bool committing;
	bool away;              /* the journal is in use */
	unsigned spells;        /* how often it has stood by */
	int64_t able_from_ms;   /* it needs a moment after a break */
	int64_t lost_since_ms;  /* the store does not answer; 0: it does */
	struct commit *journal; /* survives a crash; oldest first */
	size_t journal_count, journal_room;
	int64_t journal_fence; /* under which its last line was written */
	bool journal_orphan;   /* another one has taken over since */
	size_t imported;       /* of the journal, so far */
	bool importing;
	struct commit pending; /* handed out by duty, not yet durable */
	struct asked *asked;   /* commands that wait for their answer */
	int64_t timer_at_ms;
	uint64_t next_command;
};

struct sim_pager *sim_pager_new(struct world *, int number);
void sim_pager_free(struct sim_pager *);
/* The one that has the lease, or goes on without a store; NULL: none. */
struct sim_pager *sim_pager_active(struct world *);
/* It goes on by its journal while another has had the lease. */
bool sim_pager_strays(const struct world *, const struct sim_pager *);
/* Something may be new in the outbox of a group. */
void sim_pagers_wake(struct world *, const char *group);
/* The newest configuration is taken over. */
void sim_pager_configure(struct world *, int number);
/* Ages for an answer to agents. */
void sim_pager_ages(struct world *, struct prober_answer *);
/* What no command is: it must be refused. */
#define NONSENSE "nonsense"
/* A person's command arrives; json is copied.  Dropped when none is active. */
void sim_pager_command(struct world *, const char *person, const char *incident,
    const char *verb, const char *json);
/* The channel's answer to a message. */
void sim_pager_sent(struct world *, int number, const char *intent, enum sent);

/* simsink.c */
struct sink;
struct sink *sink_new(struct world *);
void sink_free(struct sink *);
/* The pager hands over a message; the answer comes by sim_pager_sent(). */
void sink_send(struct world *, struct sim_pager *, const struct message *);

/* simpeople.c: a message has come to its person. */
void people_hear(struct world *, const struct message *);

#endif
