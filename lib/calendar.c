/*
 * calendar: which days have which windows, and when these are open.
 *
 * Day by day: the windows of each local date are turned into instants by
 * lib/civil and put together; nothing is carried from one day to the next, so
 * that clock changes need no rule here.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/civil.h"
#include "lib/text.h"

#define DAY_MIN 1440
#define MINUTE_MS INT64_C(60000)
#define EVERY_DAY 0x7fU

bool
calendar_init(struct calendar *c, const char *zone)
{
	*c = (struct calendar){ 0 };
	if (!civil_zone_exists(zone))
		return false;
	text_copy(c->zone, sizeof(c->zone), zone);
	return true;
}

void
calendar_clear(struct calendar *c)
{
	free(c->weekly.items);
	for (size_t i = 0; i < c->exception_count; i++)
		free(c->exceptions[i].hours.items);
	free(c->exceptions);
	interval_set_clear(&c->holidays);
	interval_set_clear(&c->closed);
	*c = (struct calendar){ 0 };
}

bool
calendar_add_hours(struct calendar *c, const char *text, char why[CALENDAR_WHY])
{
	return calendar_read_hours(&c->weekly, text, 0, why);
}

/* The windows that this date has; NULL: it has none. */
static const struct calendar_hours *
hours_of(const struct calendar *c, int64_t day)
{
	for (size_t i = c->exception_count; i-- > 0;)
		if (c->exceptions[i].first_day <= day &&
		    day <= c->exceptions[i].last_day)
			return &c->exceptions[i].hours;
	return interval_set_contains(&c->holidays, day) ? NULL : &c->weekly;
}

static void
open_day(const struct calendar *c, int64_t day, struct interval_set *into)
{
	const struct calendar_hours *hours = hours_of(c, day);
	struct civil_date date = civil_from_days(day);
	unsigned bit = 1U << civil_weekday(date);

	if (hours == NULL)
		return;
	for (size_t i = 0; i < hours->count; i++) {
		const struct calendar_window *w = &hours->items[i];

		if ((w->days & bit) == 0)
			continue;
		/* Minutes beyond the midnight are those of the next day. */
		interval_set_add(into,
		    civil_first_ms(c->zone, date, w->from_min),
		    civil_last_ms(c->zone, date, w->to_min));
	}
}

void
calendar_open(const struct calendar *c, int64_t from_ms, int64_t to_ms,
    struct interval_set *into)
{
	int64_t day, last;

	interval_set_clear(into);
	from_ms = from_ms > CALENDAR_FROM_MS ? from_ms : CALENDAR_FROM_MS;
	to_ms = to_ms < CALENDAR_TO_MS ? to_ms : CALENDAR_TO_MS;
	if (from_ms >= to_ms)
		return;
	/* Windows reach into the next day; a zone may skip or repeat one. */
	day = civil_days(civil_date_at(c->zone, from_ms, NULL)) - 2;
	last = civil_days(civil_date_at(c->zone, to_ms, NULL)) + 1;
	for (; day <= last; day++)
		open_day(c, day, into);
	interval_set_subtract(into, &c->closed);
	interval_set_clip(into, from_ms, to_ms);
}

/* The minutes of a weekday that its windows cover, those over midnight as
   theirs. */
static int64_t
length_of_weekday(const struct calendar_hours *hours, unsigned bit)
{
	struct interval_set open = { 0 };
	int64_t length;

	for (size_t i = 0; i < hours->count; i++)
		if (hours->items[i].days & bit)
			interval_set_add(&open, hours->items[i].from_min,
			    hours->items[i].to_min);
	length = interval_set_length(&open);
	interval_set_clear(&open);
	return length;
}

int64_t
calendar_business_day_ms(const struct calendar *c)
{
	int64_t lengths[7], best = 0;
	int most = 0;

	for (unsigned d = 0; d < 7; d++)
		lengths[d] = length_of_weekday(&c->weekly, 1U << d);
	for (int d = 0; d < 7; d++) {
		int same = 0;

		for (int e = 0; e < 7; e++)
			same += lengths[e] == lengths[d];
		if (lengths[d] == 0 || same < most ||
		    (same == most && lengths[d] >= best))
			continue;
		most = same;
		best = lengths[d];
	}
	return best * MINUTE_MS;
}

bool
calendar_is_always(const struct calendar *c)
{
	unsigned whole = 0;

	if (c->holidays.count > 0 || c->closed.count > 0 ||
	    c->exception_count > 0)
		return false;
	for (size_t i = 0; i < c->weekly.count; i++)
		if (c->weekly.items[i].from_min == 0 &&
		    c->weekly.items[i].to_min >= DAY_MIN)
			whole |= c->weekly.items[i].days;
	return whole == EVERY_DAY;
}
