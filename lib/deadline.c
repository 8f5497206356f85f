/*
 * deadline: see deadline.h.
 *
 * The calendar is opened stretch by stretch from the start on, each twice as
 * long as the one before: most clocks are due within days.
 */
#include "lib/deadline.h"
#include "lib/text.h"

#define DAY_MS INT64_C(86400000)
#define FIRST_MS (16 * DAY_MS)
#define LONGEST_MS (1024 * DAY_MS)

/* What counts in [from, to). */
static void
count(const struct deadline *d, int64_t from_ms, int64_t to_ms,
    struct interval_set *into)
{
	calendar_open(d->calendar, from_ms, to_ms, into);
	if (d->pauses != NULL)
		interval_set_subtract(into, d->pauses);
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The end of what is looked at. */
static int64_t
horizon_ms(const struct deadline *d)
{
	if (d->start_ms >= CALENDAR_TO_MS)
		return CALENDAR_TO_MS;
	return smaller(d->start_ms + DEADLINE_YEARS * 366 * DAY_MS,
	    CALENDAR_TO_MS);
}

int64_t
deadline_elapsed_ms(const struct deadline *d, int64_t at_ms)
{
	struct interval_set counted = { 0 };
	int64_t elapsed_ms;

	count(d, d->start_ms, at_ms, &counted);
	elapsed_ms = interval_set_length(&counted);
	interval_set_clear(&counted);
	return elapsed_ms;
}

int64_t
deadline_due_ms(const struct deadline *d, int64_t target_ms)
{
	int64_t from_ms = d->start_ms, end_ms = horizon_ms(d),
		step_ms = FIRST_MS, due_ms = NEVER;
	struct interval_set counted = { 0 };

	if (target_ms <= 0)
		return d->start_ms;
	while (due_ms == NEVER && from_ms < end_ms) {
		int64_t to_ms = smaller(from_ms + step_ms, end_ms);

		count(d, from_ms, to_ms, &counted);
		due_ms = interval_set_reach(&counted, from_ms, target_ms);
		target_ms -= interval_set_length(&counted);
		from_ms = to_ms;
		step_ms = smaller(2 * step_ms, LONGEST_MS);
	}
	interval_set_clear(&counted);
	return due_ms;
}

int64_t
deadline_percent_ms(const struct deadline *d, int64_t target_ms, int percent)
{
	return deadline_due_ms(d, target_ms * percent / 100);
}

int64_t
deadline_before_ms(const struct deadline *d, int64_t target_ms, int64_t left_ms)
{
	return deadline_due_ms(d, target_ms - left_ms);
}

const char *
deadline_why_never(const struct deadline *d, int64_t target_ms, char out[160])
{
	struct deadline unpaused = *d;

	unpaused.pauses = NULL;
	if (deadline_due_ms(&unpaused, target_ms) != NEVER)
		text_format(out, 160,
		    "the clock is paused and does not run far enough");
	else
		text_format(out, 160,
		    "the calendar is not open for that long in %d years, or "
		    "before 2070",
		    DEADLINE_YEARS);
	return out;
}
