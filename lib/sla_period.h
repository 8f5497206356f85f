#ifndef LIB_SLA_PERIOD_H
#define LIB_SLA_PERIOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/sla.h"

/*
 * sla_period: calendar months, quarters, years and contract years, cut at
 * local midnight of the contract's zone.  Their length is what it is.
 */

/*
 * The period of this kind that is called so: a month "2026-10", a quarter
 * "2026-Q4", a year "2026", a contract year by the date it begins with or any
 * other in it, "2026-04-16".  False: there is none of that name.
 */
bool sla_period_named(enum sla_period, const char *name, const char *zone,
    int64_t contract_ms, int64_t *from_ms, int64_t *to_ms);
/* The one that an instant is in; false only before the contract's begin. */
bool sla_period_at(enum sla_period, int64_t at_ms, const char *zone,
    int64_t contract_ms, int64_t *from_ms, int64_t *to_ms);

/*
 * The same as dates, apart from any zone: the days (lib/civil.h) that the
 * period begins with which holds a day, and the one after it.  Before the
 * contract, or without one (ALWAYS), a contract year is a month, which ends
 * with the contract's begin.
 */
int64_t sla_period_day(const char *zone, int64_t at_ms); /* or ALWAYS */
void sla_period_days(enum sla_period, int64_t day, int64_t contract,
    int64_t *first, int64_t *next);
/* Of a month, quarter or year by its name; false: there is none. */
bool sla_period_named_days(enum sla_period, const char *name, int64_t *first,
    int64_t *next);

/* Its name, as sla_period_named() reads it. */
void sla_period_name(enum sla_period, const char *zone, int64_t from_ms,
    char *out, size_t room);
/*
 * The same of the period of facts: by its end, since it may begin by another
 * clock.  False: it is not all, or more, than the zone calls so.
 */
bool sla_period_of(const struct sla_facts *, char *out, size_t room);
/* What a period of the kind is called: "month", "contract year". */
const char *sla_period_word(enum sla_period);

#endif
