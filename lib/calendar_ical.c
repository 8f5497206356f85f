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
#include "lib/calendar_event.h"
#include "lib/civil.h"
#include "lib/text.h"

#define DEPTH_MAX 8
#define STEPS_MAX INT64_C(20000000)

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

/* The same day or instant as one of the event's. */
static bool
is_same(const struct event *e, const struct moment *m, int64_t day)
{
	if (e->start.is_date || m->is_date)
		return m->day == day;
	return m->ms == event_ms(e, day);
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

/* Reading a time and comparing days with it costs, too. */
static bool
spend(struct import *in, const struct event *e)
{
	in->budget.steps -= (int64_t)in->days.count + 20;
	return in->budget.steps >= 0 ||
	    event_refuse(in, e->component, "the file repeats too much");
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
		if (!event_moment(in, e->component, p,
			icalproperty_get_exdate(p), false, &m) ||
		    !spend(in, e))
			return false;
		drop_day(&in->days, e, &m);
	}
	return true;
}

/* What another event of the same name stands for instead. */
static bool
drop_replaced(struct import *in, const struct event *e)
{
	const char *uid = icalcomponent_get_uid(e->component);
	struct moment m;
	icalproperty *p;

	for (size_t i = 0; uid != NULL && i < in->replacement_count; i++) {
		const struct replacement *r = &in->replacements[i];

		if (--in->budget.steps < 0)
			return event_refuse(in, NULL,
			    "the file repeats too much");
		if (strcmp(r->uid, uid) != 0)
			continue;
		p = event_property(r->component, ICAL_RECURRENCEID_PROPERTY);
		if (!event_moment(in, r->component, p,
			icalproperty_get_recurrenceid(p), false, &m) ||
		    !spend(in, e))
			return false;
		drop_day(&in->days, e, &m);
	}
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
		return event_refuse(in, e->component, what);
	}
	if (!event_until(in, e, &r, &until_day))
		return false;
	if (!rule_days(&r, e->start.day, until_day, &in->budget, into))
		return event_refuse(in, e->component,
		    "the file repeats too much");
	return true;
}

/* The event's days by its rule, or its one day. */
static bool
expand(struct import *in, const struct event *e)
{
	icalproperty *p = event_property(e->component, ICAL_RRULE_PROPERTY);

	in->days.count = 0;
	if (p == NULL) {
		struct icalrecurrencetype once;

		icalrecurrencetype_clear(&once);
		once.freq = ICAL_DAILY_RECURRENCE;
		once.count = 1;
		once.interval = 1;
		return rule_days(&once, e->start.day, e->start.day, &in->budget,
			   &in->days) ||
		    event_refuse(in, e->component, "the file repeats too much");
	}
	if (icalcomponent_get_next_property(e->component,
		ICAL_RRULE_PROPERTY) != NULL)
		return event_refuse(in, e->component, "more than one RRULE");
	if (event_property(e->component, ICAL_EXRULE_PROPERTY) != NULL)
		return event_refuse(in, e->component,
		    "an EXRULE, which is not understood");
	return add_rule(in, e, p, &in->days) && drop_exceptions(in, e) &&
	    drop_replaced(in, e);
}

static void
close_day(struct import *in, const struct event *e, int64_t day)
{
	int64_t from_ms;

	if (e->start.is_date) {
		interval_set_add(&in->holidays, day, day + e->length);
		return;
	}
	from_ms = event_ms(e, day);
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
			return event_refuse(in, e->component,
			    "an RDATE of periods, which is not understood");
		if (!event_moment(in, e->component, p, t, false, &m))
			return false;
		if (e->start.is_date)
			close_day(in, e, m.day);
		else if (m.is_date)
			return event_refuse(in, e->component,
			    "an RDATE without a time");
		else
			interval_set_add(&in->closed, m.ms, m.ms + e->length);
	}
	return true;
}

static bool
is_cancelled(icalcomponent *event)
{
	icalproperty *p = event_property(event, ICAL_STATUS_PROPERTY);

	return p != NULL && icalproperty_get_status(p) == ICAL_STATUS_CANCELLED;
}

static bool
add_event(struct import *in, icalcomponent *component)
{
	struct event e = { .component = component };

	if (is_cancelled(component))
		return true;
	if (has_lost_times(component))
		return event_refuse(in, component,
		    "a time that cannot be read");
	if (!event_read(in, &e) || !expand(in, &e))
		return false;
	for (size_t i = 0; i < in->days.count; i++)
		close_day(in, &e, in->days.items[i]);
	return add_rdates(in, &e);
}

/* The events that replace a repetition of another, by its name. */
static void
note_replacement(struct import *in, icalcomponent *event)
{
	const char *uid = icalcomponent_get_uid(event);

	if (uid == NULL ||
	    event_property(event, ICAL_RECURRENCEID_PROPERTY) == NULL)
		return;
	in->replacements = mem_grow(in->replacements,
	    (in->replacement_count + 1) * sizeof(*in->replacements));
	in->replacements[in->replacement_count++] =
	    (struct replacement){ event, uid };
}

/* Do something with each event of one VCALENDAR, or what stands for one. */
static bool
each_event(struct import *in, icalcomponent *calendar,
    bool (*act)(struct import *, icalcomponent *))
{
	icalcompiter i =
	    icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
	icalcomponent *event;

	for (; (event = icalcompiter_deref(&i)) != NULL; icalcompiter_next(&i))
		if (!act(in, event))
			return false;
	return true;
}

static bool
count_event(struct import *in, icalcomponent *event)
{
	if (++in->event_count > CALENDAR_EVENTS_MAX)
		return event_refuse(in, NULL, "more than 10000 events");
	note_replacement(in, event);
	return true;
}

static bool
each_event_of_all(struct import *in,
    bool (*act)(struct import *, icalcomponent *))
{
	icalcompiter i =
	    icalcomponent_begin_component(in->root, ICAL_VCALENDAR_COMPONENT);
	icalcomponent *calendar;

	if (!each_event(in, in->root, act))
		return false;
	for (; (calendar = icalcompiter_deref(&i)) != NULL;
	     icalcompiter_next(&i))
		if (!each_event(in, calendar, act))
			return false;
	return true;
}

static bool
add_all(struct import *in)
{
	if (!each_event_of_all(in, count_event))
		return false;
	if (in->event_count == 0)
		return event_refuse(in, NULL, "there is no event in it");
	return each_event_of_all(in, add_event);
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

/* libical's time for a line of parameters grows with its square. */
static bool
has_short_lines(const char *bytes)
{
	size_t length;

	for (const char *line = bytes; *line != '\0'; line += length) {
		line += strspn(line, "\r\n");
		length = strcspn(line, "\r\n");
		if (length > CALENDAR_LINE_MAX)
			return false;
	}
	return true;
}

static bool
import_text(struct import *in, char *bytes)
{
	bool ok;

	unfold(bytes);
	if (!is_shallow(bytes))
		return event_refuse(in, NULL,
		    "its components are nested too deep");
	if (!has_short_lines(bytes))
		return event_refuse(in, NULL, "a line is longer than 16 KiB");
	in->root = icalparser_parse_string(bytes);
	if (in->root == NULL)
		return event_refuse(in, NULL, "it is no iCalendar file");
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
		return event_refuse(in, NULL, "more than 20000 holidays");
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
		return event_refuse(&in, NULL, "it is larger than 1 MiB");
	if (memchr(bytes, '\0', length) != NULL)
		return event_refuse(&in, NULL, "it is no iCalendar file");
	copy = mem_alloc(length + 1);
	memcpy(copy, bytes, length);
	ok = import_text(&in, copy) && accept(c, &in);
	free(copy);
	free(in.replacements);
	rule_days_clear(&in.days);
	interval_set_clear(&in.holidays);
	interval_set_clear(&in.closed);
	return ok;
}
