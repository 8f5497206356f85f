#ifndef COLLECTOR_QUORUM_H
#define COLLECTOR_QUORUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/runs.h"

/*
 * quorum: from the facts of all regions to the state of an endpoint over
 * time.  A pure function of facts, voids and terms.
 *
 * At an instant a region is fresh when its fact is neither none nor unknown.
 *   unknown   fewer fresh regions than the quorum
 *   down      at least quorum regions fail, and more than half of the fresh
 *   degraded  at least quorum regions fail, are slow, or had three blips in
 *             the time of the last ten probes
 *   up        otherwise
 * Outside its terms an endpoint has no state: ABSENT.
 */

/*
 * A tree has half as many at most (SETTINGS_REGIONS_MAX): the rest is for those
 * that were renamed or given up, as long as their facts still matter.
 */
#define REGIONS_MAX 64

enum state {
	STATE_ABSENT,
	STATE_UP,
	STATE_DEGRADED,
	STATE_DOWN,
	STATE_UNKNOWN
};

const char *state_text(enum state);
int state_parse(const char *); /* -1 when unknown */

/* What was in force from an instant on, until the next one's. */
struct quorum_terms {
	int64_t from_ms;
	int64_t quorum;
	uint64_t regions; /* bit i: region i looks at it; 0: absent */
	bool others;      /* so do some that have seen nothing: not absent */
};

struct quorum_region {
	const struct runs *runs;          /* NULL: never seen */
	const struct interval_set *voids; /* NULL: none */
};

struct quorum_input {
	const struct quorum_region *regions;
	size_t region_count;              /* at most REGIONS_MAX */
	const struct quorum_terms *terms; /* by rising from_ms */
	size_t terms_count;
	int64_t now_ms; /* up to where silence is judged; see runs_fact() */
};

/* A region's word counts: it saw, and knows what it saw. */
bool quorum_is_fresh(const struct fact *);

/* What holds at one instant. */
struct quorum_look {
	enum state state;
	int fresh, failing, maintenance, impaired, quorum;
	enum reason reason; /* of the first failing region; or none */
	int64_t until_ms;   /* next instant at which anything may change */
	uint64_t regions;   /* in force */
	struct fact facts[REGIONS_MAX]; /* of those in force */
};
void quorum_look(const struct quorum_input *, int64_t at_ms,
    struct quorum_look *out);

/* One stretch of one state. */
struct state_span {
	enum state state;
	enum reason reason;
	int64_t from_ms, to_ms; /* half-open */
	/*
	 * It can have begun from here on: the last look before from_ms.
	 * LEDGER_UNSEEN: nobody had looked before who saw it begin.
	 */
	int64_t from_before_ms;
};

struct state_line {
	struct state_span *items; /* NULL while room is 0 */
	size_t count, room;
};
void state_line_clear(struct state_line *);

/* States over [from_ms, to_ms), without gaps, neighbours different. */
void quorum_line(const struct quorum_input *, int64_t from_ms, int64_t to_ms,
    struct state_line *out);

#endif
