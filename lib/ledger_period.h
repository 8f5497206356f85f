#ifndef LIB_LEDGER_PERIOD_H
#define LIB_LEDGER_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/ledger.h"
#include "lib/sla_period.h"

/*
 * ledger_period: the periods of a client's contract, whatever its zone and its
 * periods were over time.
 *
 * A day begins for a client at the first instant at which the clock of the
 * contract in force shows it; so a period begins where the one before ends,
 * also when the zone changes in between, and no hour is in none of them or in
 * two.  Months, quarters and years are those of the calendar by these days.
 *
 * The contract's own periods follow each other in the same way: one goes on
 * to its end, or to the end of what the terms that begin within it say is a
 * period then, whichever is earlier.  So it may be cut at either end.
 */

/* The zone, which is kept, is that of a client without terms, or in the place
   of one that is not known. */
struct ledger_periods;
struct ledger_periods *
ledger_periods_new(const struct ledger *, const char *zone);
void ledger_periods_free(struct ledger_periods *);

#define LEDGER_PERIOD_NAME 11 /* "2026-04-16" with its 0 */

struct ledger_period {
	enum sla_period kind;
	int64_t first, next; /* its days; next is the one after it */
	int64_t from_ms, to_ms;
	/* "2026-10", "2026-Q4", "2026"; a contract year, or what was cut, is
	   called by the date of its first day: no two have one name. */
	char name[LEDGER_PERIOD_NAME];
};
/* The zone in force at the end of it. */
const char *
ledger_period_zone(const struct ledger_periods *, const struct ledger_period *);
/* From when on the day is the client's. */
int64_t ledger_period_day_ms(const struct ledger_periods *, int64_t day);

/* The contract's own period that holds an instant, and the one after it. */
void ledger_period_find(const struct ledger_periods *, int64_t at_ms,
    struct ledger_period *);
void ledger_period_next(const struct ledger_periods *, struct ledger_period *);
/* A month, quarter or year of the calendar by its name, or the contract's own
   that holds a date; false: it is called like none. */
bool ledger_period_by_name(const struct ledger_periods *, const char *name,
    struct ledger_period *);
/* The calendar's that holds an instant. */
void ledger_period_calendar(const struct ledger_periods *, enum sla_period,
    int64_t at_ms, struct ledger_period *);

/* ---- facts of a period: zone, period, its ends and the contract's ---- */

void ledger_period_facts(const struct ledger *, const struct ledger_periods *,
    const struct ledger_period *, struct sla_facts *);
/* The contract's own that an instant is in. */
void ledger_period_at(const struct ledger *, const char *zone, int64_t at_ms,
    struct sla_facts *);
/* Any stretch of time, with the terms in force at its end. */
void ledger_period_between(const struct ledger *, const char *zone,
    int64_t from_ms, int64_t to_ms, struct sla_facts *);
/* By its name, as above; false: there is none, and no facts. */
bool ledger_period_named(const struct ledger *, const char *zone,
    const char *name, struct ledger_period *, struct sla_facts *);

#endif
