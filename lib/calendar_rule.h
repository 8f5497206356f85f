#ifndef LIB_CALENDAR_RULE_H
#define LIB_CALENDAR_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libical/ical.h>

/*
 * calendar_rule: the days on which an event of an iCalendar file repeats.
 *
 * libical reads the rule, and the days are found here: its own iterator looks
 * for the next one without an end when there is none (30 February, daily),
 * or for 18,000 years.  Here each day up to 2069 is looked at once.
 *
 * Rules of whole days are understood: FREQ daily to yearly, INTERVAL, COUNT,
 * UNTIL, BYMONTH, BYMONTHDAY, BYYEARDAY, BYDAY, BYSETPOS, WKST.  The first
 * day always counts.
 */

struct rule_days {
	int64_t *items; /* since 1970-01-01, rising; NULL while room is 0 */
	size_t count, room;
};

/* What a whole file may still cost. */
struct rule_budget {
	int64_t steps; /* days that may be looked at */
	size_t days;   /* days that may be found */
};

/* NULL when the rule is understood, or what of it is not. */
const char *rule_refusal(const struct icalrecurrencetype *);
/* The days from the first on, until_day among them; false when it costs more
   than the budget. */
bool rule_days(const struct icalrecurrencetype *, int64_t first_day,
    int64_t until_day, struct rule_budget *, struct rule_days *into);
void rule_days_clear(struct rule_days *);

#endif
