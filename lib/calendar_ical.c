/*
 * calendar_ical: holidays from an iCalendar file (calendar_file.c).
 *
 * Of the file's events those of whole days are holidays, the others closures
 * from one instant to another.  Repetitions are written out up to 2069, less
 * those that the file takes out (EXDATE, RECURRENCE-ID, cancelled ones).
 * A time is UTC, or the clock of an IANA zone that its TZID ends with, or of
 * the calendar's own zone; what a VTIMEZONE describes is not looked at.
 *
 * What of an event's time is not understood refuses the file whole: a holiday
 * that is silently missing would be worse.
 */
#include "lib/calendar.h"
#include "lib/calendar_event.h"

#define LAST_DAY (CALENDAR_TO_MS / 86400000)

struct found {
	struct interval_set holidays, closed;
};

static bool
close_time(struct import *in, const struct event *e, const struct moment *m)
{
	struct found *f = in->arg;

	if (e->start.is_date)
		interval_set_add(&f->holidays, m->day, m->day + e->length);
	else
		interval_set_add(&f->closed, m->ms, m->ms + e->length);
	return true;
}

static bool
add_event(struct import *in, icalcomponent *component)
{
	struct event e = { .component = component };

	return event_is_cancelled(component) ||
	    (event_read(in, &e) && event_each(in, &e, close_time));
}

/* Take over what was found, unless it is too much. */
static bool
accept(struct calendar *c, struct import *in)
{
	struct found *f = in->arg;

	interval_set_union(&f->holidays, &c->holidays);
	interval_set_union(&f->closed, &c->closed);
	if (f->holidays.count > CALENDAR_HOLIDAYS_MAX ||
	    f->closed.count > CALENDAR_HOLIDAYS_MAX)
		return event_refuse(in, NULL, "more than 20000 holidays");
	interval_set_copy(&c->holidays, &f->holidays);
	interval_set_copy(&c->closed, &f->closed);
	return true;
}

bool
calendar_add_ical(struct calendar *c, const char *bytes, size_t length,
    char why[CALENDAR_WHY])
{
	struct found f = { 0 };
	struct import in = { .zone = c->zone,
		.last_day = LAST_DAY,
		.arg = &f,
		.why = why };
	bool ok =
	    event_each_of_file(&in, bytes, length, add_event) && accept(c, &in);

	interval_set_clear(&f.holidays);
	interval_set_clear(&f.closed);
	return ok;
}
