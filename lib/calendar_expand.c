/*
 * calendar_expand: when an event of an iCalendar file takes place: by its
 * rule, less what the file takes out (EXDATE, RECURRENCE-ID), and on single
 * days besides (RDATE).
 */
#include <string.h>

#include "lib/calendar_event.h"
#include "lib/text.h"

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

		in->budget.steps--;
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

/* From its first day to the last one on which it may begin. */
static bool
walk(struct import *in, const struct event *e,
    const struct icalrecurrencetype *rule, int64_t until_day)
{
	return rule_days(rule, e->start.day, until_day, &in->budget,
		   &in->days) ||
	    event_refuse(in, e->component, "the file repeats too much");
}

static bool
walk_once(struct import *in, const struct event *e)
{
	struct icalrecurrencetype once;

	icalrecurrencetype_clear(&once);
	once.freq = ICAL_DAILY_RECURRENCE;
	once.count = 1;
	once.interval = 1;
	return walk(in, e, &once, e->start.day);
}

static bool
walk_rule(struct import *in, const struct event *e, icalproperty *p)
{
	struct icalrecurrencetype r = icalproperty_get_rrule(p);
	const char *refusal = rule_refusal(&r);
	int64_t until_day;
	char what[100];

	if (refusal == NULL)
		return event_until(in, e, &r, &until_day) &&
		    walk(in, e, &r, until_day);
	text_format(what, sizeof(what),
	    "its RRULE has %s, which is not understood", refusal);
	return event_refuse(in, e->component, what);
}

/* The event's days by its rule, or its one day. */
static bool
find_days(struct import *in, const struct event *e)
{
	icalproperty *p = event_property(e->component, ICAL_RRULE_PROPERTY);

	in->days.count = 0;
	if (p == NULL)
		return walk_once(in, e);
	if (icalcomponent_get_next_property(e->component,
		ICAL_RRULE_PROPERTY) != NULL)
		return event_refuse(in, e->component, "more than one RRULE");
	if (event_property(e->component, ICAL_EXRULE_PROPERTY) != NULL)
		return event_refuse(in, e->component,
		    "an EXRULE, which is not understood");
	return walk_rule(in, e, p) && drop_exceptions(in, e) &&
	    drop_replaced(in, e);
}

/* Single days besides those of the rule. */
static bool
each_rdate(struct import *in, const struct event *e, event_time *act)
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
		if (m.is_date && !e->start.is_date)
			return event_refuse(in, e->component,
			    "an RDATE without a time");
		if (!act(in, e, &m))
			return false;
	}
	return true;
}

bool
event_each(struct import *in, const struct event *e, event_time *act)
{
	if (!find_days(in, e))
		return false;
	for (size_t i = 0; i < in->days.count; i++) {
		struct moment m = { .is_date = e->start.is_date,
			.day = in->days.items[i] };

		m.ms = event_ms(e, m.day);
		if (!act(in, e, &m))
			return false;
	}
	return each_rdate(in, e, act);
}
