#ifndef LIB_DEADLINE_H
#define LIB_DEADLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/calendar.h"

/*
 * deadline: the clocks of support, how long they have run and when they are
 * due.
 *
 *   elapsed(t) = length of (calendar in [start, t) less the pauses)
 *   due        = the earliest t with elapsed(t) = target
 *
 * So a clock that is due at closing time is due then, and not when it opens
 * again; a pause weighs only what was open in it; and another target is
 * judged from the same start with all pauses.  Nothing is stored: who asks
 * again gets the same answer.
 *
 * It looks DEADLINE_YEARS ahead of the start, no further than the calendar
 * knows, and then says NEVER.
 */

#define DEADLINE_YEARS 20
#define DEADLINE_DAYS_MAX 400 /* of a target */
#define DEADLINE_TEXT_MAX 100 /* bytes of a target as written */

struct deadline {
	const struct calendar *calendar;
	int64_t start_ms;
	const struct interval_set *pauses; /* NULL: none; NEVER: still on */
};

/* A target as agreed: a length of open time, business days, or both. */
struct deadline_target {
	int32_t seconds;
	int32_t business_days;
};

int64_t deadline_elapsed_ms(const struct deadline *, int64_t at_ms);
/* NEVER when the clock does not get that far. */
int64_t deadline_due_ms(const struct deadline *, int64_t target_ms);
/* When so many percent of the target have passed; 150 is after it. */
int64_t
deadline_percent_ms(const struct deadline *, int64_t target_ms, int percent);
/* When so much of the target is left, in open time; the start if it is less
   than that. */
int64_t
deadline_before_ms(const struct deadline *, int64_t target_ms, int64_t left_ms);
/* Why a due is NEVER, in words: the calendar, or a pause without an end. */
const char *
deadline_why_never(const struct deadline *, int64_t target_ms, char out[160]);

/*
 * "4h", "90m", "1h30m", "1.5h", "4 business hours" (the same as 4h), "PT4H",
 * "2d" (48 h of open time), "2bd" or "2 business days" (twice
 * calendar_business_day_ms()).  False: *why says what was expected.
 */
bool deadline_target_read(const char *text, struct deadline_target *,
    const char **why);
/* In the same form: "1h30m", "2bd". */
void deadline_target_text(struct deadline_target, char *out, size_t room);
/* How much open time that is; -1 when the calendar has no business day. */
int64_t deadline_target_ms(struct deadline_target, const struct calendar *);

#endif
