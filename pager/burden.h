#ifndef PAGER_BURDEN_H
#define PAGER_BURDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "lib/rota.h"
#include "lib/rota_diff.h"
#include "lib/settings.h"

/*
 * burden: what being on call asked of people, and how fast it went: a pure
 * function of the pager's journal, of the watches that have been, and of a
 * period.  docs/design.md, "Load", says what each figure is.
 *
 * What belongs to a period is what began in it: an incident by its opening, a
 * page by its first call, a watch by its take-over.  Lines come in the
 * journal's order, from some time before the period to the end of the
 * journal.  A line that says nothing to this is passed over.
 */

#define BURDEN_INCIDENTS_MAX 100000          /* later ones are counted */
#define BURDEN_PAGES_MAX 200000              /* the same */
#define BURDEN_WATCHES_MAX 40000             /* the same */
#define BURDEN_NOISY_MAX 20                  /* rows of a list of noise */
#define BURDEN_END_MS INT64_C(3155760000000) /* 2070: no time of ours */

/* Two incidents for each twelve hours of a watch, rounded up to a whole one. */
#define BURDEN_FAIR 2
#define BURDEN_FAIR_MS INT64_C(43200000)

struct burden_period {
	int64_t from_ms, to_ms;
	/* Whom something before this concerned is not said any more. */
	int64_t names_ms;
};

struct burden;

/* Settings say in which zone people live; borrowed while it is there. */
struct burden *
burden_new(const struct settings *, const struct burden_period *);
void burden_free(struct burden *);

/* False: it is no line of the journal. */
bool burden_line(struct burden *, const char *json, size_t length);
/* What was open before a period is looked at from so long before it. */
#define BURDEN_BEFORE_MS (7 * INT64_C(86400000))

/* Hours that somebody had, as a record tells them, in any order. */
struct burden_hours {
	const char *rota, *person, *secondary, *uid; /* "": nobody */
	int64_t from_ms, to_ms;
};
void burden_had(struct burden *, const struct burden_hours *);
/*
 * A record of the pager's "past" (docs/redis.md); false: it is none.  When all
 * were given, for each rota what came after its last record, by the tree, up
 * to the watch of now, which is told to its end.
 */
bool burden_past(struct burden *, const char *field, const char *value,
    size_t length);
void burden_since(struct burden *, const struct rota *, const struct override *,
    size_t count, int64_t now_ms);

/*
 * All of it (sunwatch(1), "load"), or what concerns one person.
 * NULL: nothing is known of that person.
 */
json_t *burden_report(struct burden *, const char *person);

#endif
