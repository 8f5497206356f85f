/* calendar_event: see calendar_event.h. */
#include <string.h>

#include "lib/calendar_event.h"
#include "lib/civil.h"
#include "lib/text.h"

#define DAY_S INT64_C(86400)
#define YEAR_AFTER 2070 /* CALENDAR_TO_MS */
#define YEAR_MIN 1900
#define YEAR_MAX 2100

bool
event_refuse(struct import *in, icalcomponent *event, const char *what)
{
	const char *summary =
	    event != NULL ? icalcomponent_get_summary(event) : NULL;

	in->line = event != NULL ? event_line(event) : 0;
	if (event == NULL)
		text_format(in->why, CALENDAR_WHY, "%s", what);
	else
		text_format(in->why, CALENDAR_WHY, "event \"%.40s\": %s",
		    summary != NULL ? summary : "(without a name)", what);
	return false;
}

/* The IANA zone that a TZID names, perhaps behind a maker's prefix. */
static const char *
zone_of(const struct import *in, icalproperty *p, struct icaltimetype t)
{
	icalparameter *parameter =
	    icalproperty_get_first_parameter(p, ICAL_TZID_PARAMETER);
	const char *id =
	    parameter != NULL ? icalparameter_get_tzid(parameter) : NULL;

	if (icaltime_is_utc(t))
		return "UTC";
	if (id == NULL)
		return in->zone;
	while (!civil_zone_exists(id)) {
		id = strchr(id, '/');
		if (id == NULL)
			return NULL;
		id++;
	}
	return id;
}

static bool
is_sound(struct icaltimetype t)
{
	return !icaltime_is_null_time(t) && t.year >= YEAR_MIN &&
	    t.year <= YEAR_MAX && t.month >= 1 && t.month <= 12 && t.day >= 1 &&
	    t.day <= icaltime_days_in_month(t.month, t.year) &&
	    (t.is_date ||
		(t.hour >= 0 && t.hour < 24 && t.minute >= 0 && t.minute < 60 &&
		    t.second >= 0 && t.second <= 60));
}

static int64_t
day_of(struct icaltimetype t)
{
	return civil_days((struct civil_date){ t.year, t.month, t.day });
}

/* A clock on a day; last: the second of two that are meant. */
static int64_t
clock_ms(const char *zone, int64_t day, int minutes, int seconds, bool last)
{
	struct civil_date date = civil_from_days(day);

	return (last ? civil_last_ms(zone, date, minutes)
		     : civil_first_ms(zone, date, minutes)) +
	    seconds * 1000;
}

/* False with a complaint when the time is unsound or its zone unknown. */
bool
event_moment(struct import *in, icalcomponent *event, icalproperty *p,
    struct icaltimetype t, bool last, struct moment *out)
{
	const char *zone;

	if (!is_sound(t))
		return event_refuse(in, event, "a time that cannot be read");
	*out = (struct moment){ .is_date = t.is_date != 0, .day = day_of(t) };
	if (t.is_date)
		return true;
	if ((zone = zone_of(in, p, t)) == NULL)
		return event_refuse(in, event,
		    "a TZID that is no IANA time zone");
	out->ms =
	    clock_ms(zone, out->day, t.hour * 60 + t.minute, t.second, last);
	return true;
}

icalproperty *
event_property(icalcomponent *event, icalproperty_kind kind)
{
	return icalcomponent_get_first_property(event, kind);
}

static bool
read_start(struct import *in, struct event *e)
{
	icalproperty *p = event_property(e->component, ICAL_DTSTART_PROPERTY);
	struct icaltimetype t;

	if (p == NULL)
		return event_refuse(in, e->component, "it has no DTSTART");
	t = icalproperty_get_dtstart(p);
	if (!event_moment(in, e->component, p, t, false, &e->start))
		return false;
	e->zone = t.is_date ? in->zone : zone_of(in, p, t);
	e->minutes = t.hour * 60 + t.minute;
	e->seconds = t.second;
	return true;
}

static int64_t
duration_s(struct icaldurationtype d)
{
	if (d.is_neg)
		return 0;
	return (d.weeks * INT64_C(7) + d.days) * DAY_S +
	    d.hours * INT64_C(3600) + d.minutes * INT64_C(60) + d.seconds;
}

/* Days of a whole-day event, at least one; milliseconds of another. */
static bool
read_length(struct import *in, struct event *e)
{
	icalproperty *end = event_property(e->component, ICAL_DTEND_PROPERTY),
		     *d = event_property(e->component, ICAL_DURATION_PROPERTY);
	struct moment until = { 0 };

	e->length = e->start.is_date ? 1 : 0;
	if (end != NULL) {
		if (!event_moment(in, e->component, end,
			icalproperty_get_dtend(end), true, &until))
			return false;
		if (until.is_date != e->start.is_date)
			return event_refuse(in, e->component,
			    "a day with a time as its end");
		e->length = e->start.is_date ? until.day - e->start.day
					     : until.ms - e->start.ms;
	} else if (d != NULL) {
		int64_t s = duration_s(icalproperty_get_duration(d));

		e->length =
		    e->start.is_date ? (s + DAY_S - 1) / DAY_S : s * 1000;
	}
	if (e->length < 0 || (e->start.is_date && e->length == 0))
		e->length = e->start.is_date ? 1 : 0;
	return true;
}

/* The last day on which an event may begin by its rule. */
bool
event_until(struct import *in, const struct event *e,
    const struct icalrecurrencetype *r, int64_t *until_day)
{
	struct icaltimetype t = r->until;
	int64_t ms;

	*until_day = in->last_day;
	if (icaltime_is_null_time(t) || t.year >= YEAR_AFTER)
		return true;
	if (!is_sound(t))
		return event_refuse(in, e->component,
		    "an UNTIL that cannot be read");
	*until_day = day_of(t);
	if (t.is_date || e->start.is_date)
		return true;
	ms = clock_ms(icaltime_is_utc(t) ? "UTC" : e->zone, *until_day,
	    t.hour * 60 + t.minute, t.second, true);
	*until_day = civil_days(civil_date_at(e->zone, ms, NULL));
	if (event_ms(e, *until_day) > ms)
		--*until_day;
	return true;
}

/* libical drops what it cannot read and leaves a note. */
static bool
has_lost_times(icalcomponent *event)
{
	static const char *const words[] = { "RRULE", "DTSTART", "DTEND",
		"DURATION", "EXDATE", "RDATE", "RECURRENCE-ID" };
	icalproperty *p;

	for (p = icalcomponent_get_first_property(event,
		 ICAL_XLICERROR_PROPERTY);
	     p != NULL; p = icalcomponent_get_next_property(event,
			    ICAL_XLICERROR_PROPERTY)) {
		const char *text = icalproperty_get_xlicerror(p);

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (text != NULL && strstr(text, words[i]) != NULL)
				return true;
	}
	return false;
}

bool
event_is_cancelled(icalcomponent *event)
{
	icalproperty *p = event_property(event, ICAL_STATUS_PROPERTY);

	return p != NULL && icalproperty_get_status(p) == ICAL_STATUS_CANCELLED;
}

bool
event_read(struct import *in, struct event *e)
{
	if (has_lost_times(e->component))
		return event_refuse(in, e->component,
		    "a time that cannot be read");
	return read_start(in, e) && read_length(in, e);
}

int64_t
event_ms(const struct event *e, int64_t day)
{
	return clock_ms(e->zone, day, e->minutes, e->seconds, false);
}
