#ifndef LIB_LADDER_WHEN_H
#define LIB_LADDER_WHEN_H

#include "lib/settings.h"

/*
 * ladder_when: which ladder calls for a client at an hour.
 *
 * The first of its choices whose hours are open then; when none is, the one
 * that its endpoints have otherwise.  A pure function of the settings and the
 * instant: nothing is remembered, so that a page, what it says will happen and
 * "simulate" come to the same.
 */

struct ladder_plan {
	const struct ladder *otherwise; /* NULL: there is none */
	const struct ladder_hours *hours;
	size_t count; /* 0: the hour does not matter */
};

struct ladder_chosen {
	const struct ladder *ladder;
	const struct ladder_choice *by; /* NULL: no hours are open */
	int64_t until_ms; /* as far as it is known to stay so; or NEVER */
};

/* Of an endpoint; one that names a ladder itself has that at every hour. */
struct ladder_plan ladder_plan_of(const struct endpoint *);
/* Of whatever else is a client's, NULL: of nobody's. */
struct ladder_plan
ladder_plan_for(const struct client *, const struct ladder *otherwise);

void ladder_when(const struct ladder_plan *, int64_t at_ms,
    struct ladder_chosen *out);

/*
 * When another ladder than this one calls first, from at_ms on, and which;
 * false: none does before to_ms.
 */
bool ladder_changes(const struct ladder_plan *, const struct ladder *,
    int64_t at_ms, int64_t to_ms, struct ladder_chosen *out, int64_t *when_ms);

/* "hours office until Friday ...", for people: as it stands in words. */
#define LADDER_WHEN_MAX 300
void ladder_when_say(const struct ladder_plan *, const char *zone,
    int64_t at_ms, char out[LADDER_WHEN_MAX]);

#endif
