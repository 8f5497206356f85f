#ifndef TESTS_SIM_ORACLE_FACTS_H
#define TESTS_SIM_ORACLE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/interval.h"
#include "lib/observation.h"

/*
 * oracle_facts: the oracle's own way from evaluated looks to what must be
 * booked, written from the definition and sharing no code with the collector.
 */

/* One look that was acknowledged, in the collector's time. */
struct seen {
	int64_t at_ms, interval_ms;
	int64_t entry_ms; /* when it came into the inbox */
	int agent;        /* who told; -1: we ourselves */
	enum outcome outcome;
	enum reason reason;
};

/* By rising time, one for each instant: of several the worst. */
struct seen_list {
	struct seen *items;
	size_t count, room;
};

/* Where it is now, or where it would be. */
size_t seen_find(const struct seen_list *, int64_t at_ms);
/* Insert one; return the earliest instant that may look different now. */
int64_t seen_add(struct seen_list *, const struct seen *);
bool seen_is_failing(enum outcome);

/* What was agreed on an endpoint from an instant on. */
struct term {
	int64_t from_ms, timeout_ms;
	int quorum;
	unsigned regions; /* bit i: region i looks; 0: it is not watched */
};

struct facts {
	const struct seen_list *lists; /* one for each region */
	const struct interval_set *voids;
	int regions;
	const struct term *terms;
	size_t term_count;
	int64_t judged_ms; /* up to where silence says something */
};

enum book_state { BOOK_ABSENT, BOOK_FINE, BOOK_DOWN, BOOK_UNKNOWN };
struct span {
	enum book_state state;
	int64_t from_ms, to_ms;
	int64_t from_before_ms; /* the last look before from_ms */
	bool only_maintenance;  /* at its end, if it is DOWN */
};
struct spans {
	struct span *items;
	size_t count, room;
};

/* What must be booked in [from, to), neighbours different. */
void facts_book(const struct facts *, int64_t from_ms, int64_t to_ms,
    struct spans *out);
/* When the silence of a region will change what is known; or NEVER. */
int64_t facts_stale_at(const struct facts *, int region);

#endif
