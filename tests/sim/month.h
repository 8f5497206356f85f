#ifndef TESTS_SIM_MONTH_H
#define TESTS_SIM_MONTH_H

#include <jansson.h>

#include "collector/shard.h"
#include "lib/ledger.h"
#include "lib/seal.h"
#include "tests/sim/world.h"

/*
 * month: a whole month of one shard, from one seed, for the recount.
 *
 * Agents look seldom, so that a month is cheap; what they see, lose and tell
 * late goes through the shard's own core and a store that forgets what was
 * not committed.  The configuration changes, people announce maintenance and
 * claim exclusions.  Everything that was configured and said, what the shard
 * exports, and the reports made of its records are written down as JSON lines
 * (tests/sim/README.md), and other code in another language works it all out
 * again.
 */

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define MONTH_AGENTS 4 /* at most; the last shares its region */
#define MONTH_NAMES 4  /* at most, of one endpoint */

/* What is agreed with a client; each is an entry of a table (month_tree.c). */
struct month_terms {
	const char *zone;
	int target_milli, floor_milli;
	int unknown, denominator, granularity, period;
	int hours, pattern, credits;
	int min_countable_s, merge_gap_s, notice_s, cap_s; /* cap_s 0: none */
	int credit_max, claim_days;
	int begin_day, end_day; /* of the contract, in the month; 0: none */
};

struct month_endpoint {
	int interval_s, quorum, weight_milli;
	unsigned regions; /* bit r: looked at from region r; 0: from all */
	bool counts, disabled, removed;
	int renamed;   /* so many times */
	bool says_was; /* the tree does */
};

struct month_wish {
	struct month_terms terms[TRUTH_CLIENTS];
	struct month_endpoint endpoints[TRUTH_ENDPOINTS];
};

/* What an agent has seen and not yet told. */
struct month_agent {
	char name[8], region[8];
	int place; /* region */
	int64_t seq;
	unsigned spools; /* how many it had */
	struct observation *seen;
	size_t count, room;
	struct interval_set away;  /* does not reach the collector */
	struct interval_set dead;  /* looks at nothing */
	struct interval_set loses; /* what it saw then is lost: a hole */
	struct interval_set vague; /* nobody can tell its clock */
	struct interval_set skewed;
	int64_t skew_ms;                         /* then */
	int64_t blind_from_ms;                   /* 0: it sees */
	struct blind over[WIRE_BLINDS_MAX / 16]; /* ended, and not yet told */
	size_t over_count;
	int64_t send_ms; /* when it will tell; 0: nothing is planned */
	int64_t lag_ms;  /* so late it hears of a name */
};

struct month {
	struct world world; /* first: events are given the world */
	const char *zone;
	int year, number;                         /* of the month */
	int64_t from_ms, to_ms, begin_ms, end_ms; /* the month; what is lived */
	int64_t late_ms;                          /* late_accept */
	struct month_wish wish;
	/* What each endpoint is called, and since when; the first has no begin. */
	struct month_name {
		char text[TRUTH_NAME];
		int64_t from_ms;
	} names[TRUTH_ENDPOINTS][MONTH_NAMES];
	int renamed[TRUTH_ENDPOINTS]; /* so many times, as the shard has it */
	struct interval_set flaky[TRUTH_ENDPOINTS];
	struct month_agent agents[MONTH_AGENTS];
	int agent_count;
	struct settings *settings;
	struct simstore *store;
	int64_t fence;
	struct shard *shard;         /* NULL: the evaluator is down */
	char given[48];              /* the last entry that it was given */
	struct interval_set refused; /* ingest answers nothing */
	int windows, claims;         /* so many were said */
	int64_t wished_ms;           /* when the wish was taken over last */
	/* What truly failed, for those who claim. */
	struct month_broken {
		int endpoint;
		int64_t from_ms, to_ms;
	} broken[32];
	int broken_count;
	/* month_publish.c: the last version of each report that is final. */
#define MONTH_FINALS 64
	struct month_final {
		char client[SEAL_NAME], name[SEAL_PERIOD];
		int64_t version;
		char hash[SEAL_HEX], *text, *facts;
	} finals[MONTH_FINALS];
	int final_count;
	unsigned reports, corrections;
	FILE *out;
};

static inline struct month *
month_of(struct world *w)
{
	return (struct month *)w;
}

/* month_draw.c */
void month_draw(struct month *);
void month_break(struct month *, int endpoint, int64_t from_ms, int64_t to_ms);

const char *month_some_zone(struct month *);

/* month_change.c: what is configured changes at an instant */
void month_change_terms(struct month *, int client, int64_t at_ms);
void month_change_zone(struct month *, int client, int64_t at_ms);
void month_change_period(struct month *, int client, int64_t at_ms);
void month_change_endpoint(struct month *, int endpoint, int64_t at_ms);
void month_change_name(struct month *, int endpoint, int64_t at_ms);
int month_some_interval_s(struct month *);
int month_some_weight(struct month *);

/* month_tree.c */
void month_configure(struct month *); /* the wish is taken over */
void month_tell_wish(struct month *); /* in force from now on */
void month_terms_draw(struct month *, struct month_terms *);
void month_terms_change(struct month *, struct month_terms *);
void month_period_change(struct month *, struct month_terms *);

/* month_live.c: agents, and the shard with its store */
void month_begin(struct month *);
void month_end(struct month *);
void month_pass(struct month *); /* until now: what comes due by itself */
void month_commit(struct month *);
void month_stop(struct month *, bool with_all); /* the evaluator is killed */
void month_start(struct month *);

/* month_look.c */
void month_looks_plan(struct month *);
void month_look_now(struct month *, int endpoint, int agent, unsigned flags);

/* month_say.c */
void month_says_plan(struct month *);
/* Both parties mean the terms in force since then, or agree to them. */
void month_amend(struct world *, int client, void *unused);

/* month_report.c */
void month_line(struct month *, json_t *taken);
void month_report(struct month *); /* all clients, as of now */
/* Of the contract's own period in which an instant lies. */
void month_report_period(struct month *, const struct ledger *,
    const char *client, int64_t at_ms);
struct ledger *month_ledger(struct month *, const char *client);
int64_t month_judged(const struct month *);

/* month_publish.c */
void month_publish(struct month *);   /* what is final by now is stored */
void month_published(struct month *); /* the same for the last time */
void month_publish_end(struct month *);

#endif
