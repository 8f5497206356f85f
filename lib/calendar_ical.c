/*
 * calendar_ical: holidays from an iCalendar file.
 *
 * Of the file's events those of whole days are holidays, the others closures
 * from one instant to another.  Repetitions are written out up to 2069, less
 * those that the file takes out (EXDATE, RECURRENCE-ID, cancelled ones).
 * A time is UTC, or the clock of an IANA zone that its TZID ends with, or of
 * the calendar's own zone; what a VTIMEZONE describes is not looked at.
 *
 * The file is foreign: its size, depth, events and repetitions are bounded,
 * and what of an event's time is not understood refuses the file whole: a
 * holiday that is silently missing would be worse.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libical/ical.h>

#include "lib/calendar.h"
#include "lib/calendar_rule.h"
#include "lib/civil.h"
#include "lib/text.h"

#define DEPTH_MAX 8
#define STEPS_MAX INT64_C(20000000)
#define DAY_S INT64_C(86400)
#define LAST_DAY (CALENDAR_TO_MS / 86400000)
#define YEAR_MIN 1900
#define YEAR_MAX 2100

/* A date-time of the file: a day, and the instant unless it is only a day. */
struct moment {
	bool is_date;
	int64_t day; /* as shown in its zone */
	int64_t ms;
};

struct import {
	const struct calendar *calendar;
	icalcomponent *root;
	struct interval_set holidays, closed; /* what is found */
	struct rule_budget budget;
	struct rule_days days; /* of the event in hand */
	char *why;
};

/* One event, as far as it matters. */
struct event {
	icalcomponent *component;
	const char *zone;
	struct moment start;
	int minutes, seconds; /* of the start's clock */
	int64_t length;       /* days, or milliseconds */
};

static bool
refuse(struct import *in, icalcomponent *event, const char *what)
{
	const char *summary =
	    event != NULL ? icalcomponent_get_summary(event) : NULL;

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
		return in->calendar->zone;
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
static bool
read_moment(struct import *in, icalcomponent *event, icalproperty *p,
    struct icaltimetype t, bool last, struct moment *out)
{
	const char *zone;

	if (!is_sound(t))
		return refuse(in, event, "a time that cannot be read");
	*out = (struct moment){ .is_date = t.is_date != 0, .day = day_of(t) };
	if (t.is_date)
		return true;
	if ((zone = zone_of(in, p, t)) == NULL)
		return refuse(in, event, "a TZID that is no IANA time zone");
	out->ms =
	    clock_ms(zone, out->day, t.hour * 60 + t.minute, t.second, last);
	return true;
}

static icalproperty *
property(icalcomponent *event, icalproperty_kind kind)
{
	return icalcomponent_get_first_property(event, kind);
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

static bool
read_start(struct import *in, struct event *e)
{
	icalproperty *p = property(e->component, ICAL_DTSTART_PROPERTY);
	struct icaltimetype t;

	if (p == NULL)
		return refuse(in, e->component, "it has no DTSTART");
	t = icalproperty_get_dtstart(p);
	if (!read_moment(in, e->component, p, t, false, &e->start))
		return false;
	e->zone = t.is_date ? in->calendar->zone : zone_of(in, p, t);
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
	icalproperty *end = property(e->component, ICAL_DTEND_PROPERTY),
		     *d = property(e->component, ICAL_DURATION_PROPERTY);
	struct moment until;

	e->length = e->start.is_date ? 1 : 0;
	if (end != NULL) {
		if (!read_moment(in, e->component, end,
			icalproperty_get_dtend(end), true, &until))
			return false;
		if (until.is_date != e->start.is_date)
			return refuse(in, e->component,
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

/* The same day or instant as one of the event's. */
static bool
is_same(const struct event *e, const struct moment *m, int64_t day)
{
	if (e->start.is_date || m->is_date)
		return m->day == day;
	return m->ms == clock_ms(e->zone, day, e->minutes, e->seconds, false);
}

static void
drop_day(struct rule_days *days, const struct event *e, const struct moment *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < days->count; i++)
		if (!is_same(e, m, days->items[i]))
			days->items[kept++] = days->items[i];
	days->count = kept;
}

/* Comparing days costs, too. */
static bool
spend(struct import *in, const struct event *e)
{
	in->budget.steps -= (int64_t)in->days.count + 1;
	return in->budget.steps >= 0 ||
	    refuse(in, e->component, "the file repeats too much");
}

static bool
drop_exceptions(struct import *in, const struct event *e)
{
	struct moment m;
	icalproperty *p;

	for (p = icalcomponent_get_first_property(e->component,
		 ICAL_EXDATE_PROPERTY);
	     p != NULL; p = icalcomponent_get_next_property(e->component,
			    ICAL_EXDATE_PROPERTY)) {
		if (!read_moment(in, e->component, p,
			icalproperty_get_exdate(p), false, &m) ||
		    !spend(in, e))
			return false;
		drop_day(&in->days, e, &m);
	}
	return true;
}

static bool
has_uid(icalcomponent *event, const char *uid)
{
	const char *own = icalcomponent_get_uid(event);

	return own != NULL && strcmp(own, uid) == 0;
}

/* What another event of the same name stands for instead. */
static bool
drop_replaced(struct import *in, icalcomponent *calendar, const struct event *e)
{
	const char *uid = icalcomponent_get_uid(e->component);
	icalcompiter i =
	    icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
	icalcomponent *other;
	struct moment m;
	icalproperty *p;

	for (; uid != NULL && (other = icalcompiter_deref(&i)) != NULL;
	     icalcompiter_next(&i)) {
		p = property(other, ICAL_RECURRENCEID_PROPERTY);
		if (--in->budget.steps < 0)
			return refuse(in, NULL, "the file repeats too much");
		if (p == NULL || !has_uid(other, uid))
			continue;
		if (!read_moment(in, other, p, icalproperty_get_recurrenceid(p),
			false, &m) ||
		    !spend(in, e))
			return false;
		drop_day(&in->days, e, &m);
	}
	return true;
}

/* The last day on which an event may begin by its rule. */
static bool
read_until(struct import *in, const struct event *e,
    const struct icalrecurrencetype *r, int64_t *until_day)
{
	struct icaltimetype t = r->until;
	int64_t ms;

	*until_day = LAST_DAY;
	if (icaltime_is_null_time(t))
		return true;
	if (t.year > YEAR_MAX)
		return true;
	if (!is_sound(t))
		return refuse(in, e->component, "an UNTIL that cannot be read");
	*until_day = day_of(t);
	if (t.is_date || e->start.is_date)
		return true;
	ms = clock_ms(icaltime_is_utc(t) ? "UTC" : e->zone, *until_day,
	    t.hour * 60 + t.minute, t.second, true);
	*until_day = civil_days(civil_date_at(e->zone, ms, NULL));
	if (clock_ms(e->zone, *until_day, e->minutes, e->seconds, false) > ms)
		--*until_day;
	return true;
}

static bool
add_rule(struct import *in, const struct event *e, icalproperty *p,
    struct rule_days *into)
{
	struct icalrecurrencetype r = icalproperty_get_rrule(p);
	const char *refusal = rule_refusal(&r);
	int64_t until_day;
	char what[100];

	if (refusal != NULL) {
		text_format(what, sizeof(what),
		    "its RRULE has %s, which is not understood", refusal);
		return refuse(in, e->component, what);
	}
	if (!read_until(in, e, &r, &until_day))
		return false;
	if (until_day > LAST_DAY)
		until_day = LAST_DAY;
	if (!rule_days(&r, e->start.day, until_day, &in->budget, into))
		return refuse(in, e->component, "the file repeats too much");
	return true;
}

/* The event's days by its rule, or its one day. */
static bool
expand(struct import *in, icalcomponent *calendar, const struct event *e)
{
	icalproperty *p = property(e->component, ICAL_RRULE_PROPERTY);

	in->days.count = 0;
	if (p == NULL) {
		struct icalrecurrencetype once;

		icalrecurrencetype_clear(&once);
		once.freq = ICAL_DAILY_RECURRENCE;
		once.count = 1;
		once.interval = 1;
		return rule_days(&once, e->start.day, e->start.day, &in->budget,
			   &in->days) ||
		    refuse(in, e->component, "the file repeats too much");
	}
	if (icalcomponent_get_next_property(e->component,
		ICAL_RRULE_PROPERTY) != NULL)
		return refuse(in, e->component, "more than one RRULE");
	if (property(e->component, ICAL_EXRULE_PROPERTY) != NULL)
		return refuse(in, e->component,
		    "an EXRULE, which is not understood");
	return add_rule(in, e, p, &in->days) && drop_exceptions(in, e) &&
	    drop_replaced(in, calendar, e);
}

static void
close_day(struct import *in, const struct event *e, int64_t day)
{
	int64_t from_ms;

	if (e->start.is_date) {
		interval_set_add(&in->holidays, day, day + e->length);
		return;
	}
	from_ms = clock_ms(e->zone, day, e->minutes, e->seconds, false);
	interval_set_add(&in->closed, from_ms, from_ms + e->length);
}

/* Single days besides those of the rule. */
static bool
add_rdates(struct import *in, const struct event *e)
{
	struct moment m;
	icalproperty *p;

	for (p = icalcomponent_get_first_property(e->component,
		 ICAL_RDATE_PROPERTY);
	     p != NULL; p = icalcomponent_get_next_property(e->component,
			    ICAL_RDATE_PROPERTY)) {
		struct icaltimetype t = icalproperty_get_rdate(p).time;

		if (icaltime_is_null_time(t))
			return refuse(in, e->component,
			    "an RDATE of periods, which is not understood");
		if (!read_moment(in, e->component, p, t, false, &m))
			return false;
		if (e->start.is_date)
			close_day(in, e, m.day);
		else if (m.is_date)
			return refuse(in, e->component,
			    "an RDATE without a time");
		else
			interval_set_add(&in->closed, m.ms, m.ms + e->length);
	}
	return true;
}

static bool
is_cancelled(icalcomponent *event)
{
	icalproperty *p = property(event, ICAL_STATUS_PROPERTY);

	return p != NULL && icalproperty_get_status(p) == ICAL_STATUS_CANCELLED;
}

static bool
add_event(struct import *in, icalcomponent *calendar, icalcomponent *component)
{
	struct event e = { .component = component };

	if (is_cancelled(component))
		return true;
	if (has_lost_times(component))
		return refuse(in, component, "a time that cannot be read");
	if (!read_start(in, &e) || !read_length(in, &e) ||
	    !expand(in, calendar, &e))
		return false;
	for (size_t i = 0; i < in->days.count; i++)
		close_day(in, &e, in->days.items[i]);
	return add_rdates(in, &e);
}

/* Every event of one VCALENDAR, or of what stands for one. */
static bool
add_events(struct import *in, icalcomponent *calendar, size_t *count)
{
	icalcompiter i =
	    icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
	icalcomponent *event;

	for (; (event = icalcompiter_deref(&i)) != NULL;
	     icalcompiter_next(&i)) {
		if (++*count > CALENDAR_EVENTS_MAX)
			return refuse(in, NULL, "more than 10000 events");
		if (!add_event(in, calendar, event))
			return false;
	}
	return true;
}

static bool
add_all(struct import *in)
{
	icalcompiter i =
	    icalcomponent_begin_component(in->root, ICAL_VCALENDAR_COMPONENT);
	icalcomponent *calendar;
	size_t count = 0;

	if (!add_events(in, in->root, &count))
		return false;
	for (; (calendar = icalcompiter_deref(&i)) != NULL;
	     icalcompiter_next(&i))
		if (!add_events(in, calendar, &count))
			return false;
	return count > 0 || refuse(in, NULL, "there is no event in it");
}

/* Long lines are folded; put together before anything is looked for. */
static void
unfold(char *text)
{
	char *out = text;

	for (const char *p = text; *p != '\0';) {
		size_t end = p[0] == '\r' && p[1] == '\n' ? 2
		    : p[0] == '\n'                        ? 1
							  : 0;

		if (end > 0 && (p[end] == ' ' || p[end] == '\t'))
			p += end + 1;
		else
			*out++ = *p++;
	}
	*out = '\0';
}

static bool
is_line_of(const char *line, const char *name)
{
	size_t n = strlen(name);

	return strncasecmp(line, name, n) == 0 &&
	    (line[n] == ':' || line[n] == ';');
}

/* libical goes down into components as deep as they are. */
static bool
is_shallow(const char *bytes)
{
	int depth = 0;

	for (const char *line = bytes; line != NULL;
	     line = strpbrk(line, "\r\n")) {
		line += strspn(line, "\r\n \t");
		if (is_line_of(line, "BEGIN") && ++depth > DEPTH_MAX)
			return false;
		if (is_line_of(line, "END") && depth > 0)
			depth--;
	}
	return true;
}

static bool
import_text(struct import *in, char *bytes)
{
	bool ok;

	unfold(bytes);
	if (!is_shallow(bytes))
		return refuse(in, NULL, "its components are nested too deep");
	in->root = icalparser_parse_string(bytes);
	if (in->root == NULL)
		return refuse(in, NULL, "it is no iCalendar file");
	ok = add_all(in);
	icalcomponent_free(in->root);
	return ok;
}

/* Take over what was found, unless it is too much. */
static bool
accept(struct calendar *c, struct import *in)
{
	interval_set_union(&in->holidays, &c->holidays);
	interval_set_union(&in->closed, &c->closed);
	if (in->holidays.count > CALENDAR_HOLIDAYS_MAX ||
	    in->closed.count > CALENDAR_HOLIDAYS_MAX)
		return refuse(in, NULL, "more than 20000 holidays");
	interval_set_copy(&c->holidays, &in->holidays);
	interval_set_copy(&c->closed, &in->closed);
	return true;
}

bool
calendar_add_ical(struct calendar *c, const char *bytes, size_t length,
    char why[CALENDAR_WHY])
{
	struct import in = { .calendar = c,
		.budget = { STEPS_MAX, CALENDAR_REPEATS_MAX },
		.why = why };
	bool ok = false;
	char *copy;

	if (length > CALENDAR_ICAL_MAX)
		return refuse(&in, NULL, "it is larger than 1 MiB");
	if (memchr(bytes, '\0', length) != NULL)
		return refuse(&in, NULL, "it is no iCalendar file");
	copy = mem_alloc(length + 1);
	memcpy(copy, bytes, length);
	ok = import_text(&in, copy) && accept(c, &in);
	free(copy);
	rule_days_clear(&in.days);
	interval_set_clear(&in.holidays);
	interval_set_clear(&in.closed);
	return ok;
}
