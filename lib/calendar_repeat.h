#ifndef LIB_CALENDAR_REPEAT_H
#define LIB_CALENDAR_REPEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/interval.h"

/*
 * calendar_repeat: a stretch of time, again and again by an iCalendar rule.
 *
 * "FREQ=WEEKLY;BYDAY=TH;COUNT=10" (lib/calendar_rule.h says what is
 * understood).  Wall clocks stay as they are in the zone, whatever its offset
 * becomes: a begin is the first showing of its clock, an end the last.  The
 * first time is the stretch itself.
 */

#define CALENDAR_REPEAT_DAYS 800 /* no time begins later than that */

/*
 * The times in their order, at most room of them, none after until_ms (NEVER:
 * as the rule says).  Return how many, or 0 with what is wrong in why.
 */
size_t
calendar_repeat(const char *rule, const char *zone, struct interval first,
    int64_t until_ms, struct interval *out, size_t room, char why[160]);

#endif
