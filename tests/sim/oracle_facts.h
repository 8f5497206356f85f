#ifndef TESTS_SIM_ORACLE_FACTS_H
#define TESTS_SIM_ORACLE_FACTS_H

#include <stdlib.h>

#include "lib/interval.h"
#include "lib/observation.h"
#include "lib/text.h"

/* One acknowledged observation, in the collector's time. */
struct seen {
	int64_t at_ms, interval_ms;
	enum outcome outcome;
	enum reason reason;
};

struct seen_list {
	struct seen *items;
	size_t count, room;
	bool sorted;
};

enum value { VALUE_NONE, VALUE_OK, VALUE_FAILING };

void seen_add(struct seen_list *, const struct seen *);
void seen_sort(struct seen_list *);
enum value facts_value(const struct seen_list *, int64_t at_ms, int64_t now_ms);
/* What must be booked of one endpoint in [from, to); to is now. */
void facts_book(struct seen_list lists[], const struct interval_set voids[],
    int regions, int quorum, int64_t from_ms, int64_t to_ms,
    struct interval_set *down, struct interval_set *unknown);

#endif
