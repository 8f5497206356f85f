#ifndef TESTS_SIM_ORACLE_PARTS_H
#define TESTS_SIM_ORACLE_PARTS_H

#include "lib/alarm.h"
#include "tests/sim/oracle.h"
#include "tests/sim/oracle_facts.h"

/* What the files of the oracle share. */

#define INCIDENTS_SEEN 200
#define SUBJECTS_SEEN 32
#define INTENTS_SEEN 20000

/* What the pager was told of one subject, as it stands in the outbox. */
struct subject {
	char name[192];
	bool active, silenced; /* silenced: a human closed its incident */
	bool unread;           /* raised, and nobody was called yet */
	int severity;
	enum alarm_kind kind;
	int64_t raised_at_ms; /* true time at which it became durable */
	int64_t due_able_ms;  /* the able clock when it was last attended to */
	int64_t over_able_ms; /* and when it was over */
};

/* One incident, by its id in messages. */
struct incident_seen {
	char id[24];
	char owner[64];
	int64_t held_until_ms;  /* true time; 0: nobody has it */
	int64_t failed_able_ms; /* a call failed for certain; NEVER: none */
	bool closed;
};

struct agent_seen {
	int64_t good_at_ms; /* last answer with nothing silent */
	unsigned told;      /* since then */
};

struct oracle {
	struct seen_list acknowledged[TRUTH_ENDPOINTS][TRUTH_REGIONS];
	char outbox[48]; /* read up to here */
	struct subject subjects[SUBJECTS_SEEN];
	int subject_count;
	struct incident_seen incidents[INCIDENTS_SEEN];
	int incident_count;
	char (*intents)[24];
	size_t intent_count;
	struct agent_seen agents[AGENTS];

	/* Milliseconds in which a pager was able to call anybody. */
	int64_t able_ms, looked_at_ms;
	bool was_able;
	bool pager_broke; /* it died or lost a commit: repeats are allowed */
};

struct incident_seen *incident_seen(struct world *, const char *id);
/* The durable record of an incident as text, or NULL. */
char *incident_record(struct world *, const char *id);

/* oracle_page.c */
void oracle_check_pages(struct world *);
/* oracle_book.c */
void oracle_check_books(struct world *);

#endif
