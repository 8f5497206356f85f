/* calendar_covers: see calendar_covers.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/calendar_covers.h"
#include "lib/calendar_named.h"
#include "lib/civil.h"
#include "lib/text.h"

/* A file being read. */
struct reader {
	struct covers *covers;
	const struct covers_given *given;
	bool repeats; /* the event in hand does */
};

static struct cover_event *
last_event(struct reader *r)
{
	return &r->covers->events[r->covers->count - 1];
}

/* "20260701", or "20260701T080000Z". */
static void
name_time(const struct moment *m, char id[20])
{
	int64_t ms = m->is_date ? m->day * INT64_C(86400000) : m->ms;
	char iso[40], compact[40];
	size_t n = 0;

	civil_utc(ms, iso, sizeof(iso));
	for (const char *p = iso; *p != '\0'; p++)
		if (*p != '-' && *p != ':')
			compact[n++] = *p;
	compact[m->is_date ? 8 : n] = '\0';
	text_copy(id, 20, compact);
}

static int64_t
midnight(const char *zone, int64_t day)
{
	return civil_first_ms(zone, civil_from_days(day), 0);
}

/* Its hours, by the clocks of whoever has them. */
static struct interval
hours_of(const struct import *in, const struct event *e, const struct moment *m)
{
	if (e->start.is_date)
		return (struct interval){ midnight(in->zone, m->day),
			midnight(in->zone, m->day + e->length) };
	return (struct interval){ m->ms, m->ms + e->length };
}

static bool
is_known(const struct cover_event *e, const char *id)
{
	for (size_t i = 0; i < e->count; i++)
		if (strcmp(e->times[i].id, id) == 0)
			return true;
	return false;
}

static bool
take_time(struct import *in, const struct event *e, const struct moment *m)
{
	struct reader *r = in->arg;
	struct cover_event *event = last_event(r);
	struct interval hours = hours_of(in, e, m);
	struct cover_time t = { .from_ms = hours.from, .to_ms = hours.to };

	if (hours.from >= hours.to)
		return event_refuse(in, e->component, "it has no length");
	text_copy(t.id, sizeof(t.id), event->fixed);
	if (r->repeats && t.id[0] == '\0')
		name_time(m, t.id);
	if (hours.to <= r->given->now_ms)
		r->covers->over++;
	else if (hours.from > r->given->now_ms + COVERS_AHEAD_MS)
		r->covers->later++;
	else if (r->covers->times >= COVERS_TIMES_MAX)
		return event_refuse(in, NULL,
		    "more than 2000 times in the coming 400 days");
	else if (!is_known(event, t.id)) {
		event->times =
		    mem_room(event->times, event->count, sizeof(*event->times));
		event->times[event->count++] = t;
		r->covers->times++;
	}
	return true;
}

/* Which time of another event it stands for; "" when of none. */
static bool
read_fixed(struct import *in, icalcomponent *component, char id[20])
{
	icalproperty *p = event_property(component, ICAL_RECURRENCEID_PROPERTY);
	struct moment m;

	id[0] = '\0';
	if (p == NULL)
		return true;
	if (icalproperty_get_first_parameter(p, ICAL_RANGE_PARAMETER) != NULL)
		return event_refuse(in, component,
		    "a RECURRENCE-ID with RANGE, which is not understood");
	if (!event_moment(in, component, p, icalproperty_get_recurrenceid(p),
		false, &m))
		return false;
	name_time(&m, id);
	return true;
}

/* The same name again is another time of it, or a mistake. */
static bool
check_uid(struct import *in, icalcomponent *component)
{
	struct reader *r = in->arg;
	const struct cover_event *e = last_event(r);
	char what[100];

	for (const struct cover_event *o = r->covers->events; o < e; o++)
		if (strcmp(o->uid, e->uid) == 0 &&
		    strcmp(o->fixed, e->fixed) == 0) {
			text_format(what, sizeof(what),
			    "its UID is that of the event of line %zu",
			    o->line);
			return event_refuse(in, component, what);
		}
	return true;
}

static bool
begin_event(struct import *in, icalcomponent *component)
{
	struct covers *c = ((struct reader *)in->arg)->covers;
	const char *uid = icalcomponent_get_uid(component);
	const char *summary = icalcomponent_get_summary(component);
	struct cover_event *e;

	if (uid == NULL || uid[0] == '\0')
		return event_refuse(in, component, "it has no UID");
	if (strlen(uid) > COVERS_UID_MAX)
		return event_refuse(in, component,
		    "its UID is longer than 250 bytes");
	if (c->count >= COVERS_EVENTS_MAX)
		return event_refuse(in, NULL, "more than 2000 events");
	c->events = mem_room(c->events, c->count, sizeof(*c->events));
	e = &c->events[c->count++];
	*e = (struct cover_event){ .line = event_line(component) };
	text_copy(e->uid, sizeof(e->uid), uid);
	text_copy(e->title, sizeof(e->title), summary != NULL ? summary : "");
	return true;
}

/* The first calendar of the file has a name, perhaps. */
static void
read_name(struct covers *c, icalcomponent *calendar)
{
	icalproperty *p;

	for (p = icalcomponent_get_first_property(calendar, ICAL_X_PROPERTY);
	     p != NULL;
	     p = icalcomponent_get_next_property(calendar, ICAL_X_PROPERTY)) {
		const char *name = icalproperty_get_x_name(p);
		const char *value = icalproperty_get_x(p);

		if (value != NULL && text_is_same(name, "X-WR-CALNAME"))
			text_copy(c->name, sizeof(c->name), value);
	}
}

/* By itself, or since all of its calendar are. */
static bool
is_cancelled(icalcomponent *event)
{
	icalproperty *p = event_property(icalcomponent_get_parent(event),
	    ICAL_METHOD_PROPERTY);

	return event_is_cancelled(event) ||
	    (p != NULL && icalproperty_get_method(p) == ICAL_METHOD_CANCEL);
}

/* Whose it is, and when. */
static bool
take_hours(struct import *in, icalcomponent *component, const struct named *n)
{
	struct reader *r = in->arg;
	struct cover_event *event = last_event(r);
	struct event e = { .component = component };

	event->rota = n->rota;
	event->person = n->person;
	r->repeats = event_property(component, ICAL_RRULE_PROPERTY) != NULL ||
	    event_property(component, ICAL_RDATE_PROPERTY) != NULL;
	return event_read(in, &e) && event_each(in, &e, take_time);
}

static bool
take_event(struct import *in, icalcomponent *component)
{
	struct reader *r = in->arg;
	struct covers *c = r->covers;
	struct named n = { 0 };
	bool cancelled = is_cancelled(component);

	if (c->count == 0)
		read_name(c, icalcomponent_get_parent(component));
	if (!begin_event(in, component) ||
	    (!cancelled && !event_named(in, component, r->given, &n)))
		return false;
	in->zone = n.person != NULL ? n.person->zone : "UTC";
	if (!read_fixed(in, component, last_event(r)->fixed) ||
	    !check_uid(in, component))
		return false;
	c->seconds += n.second;
	return cancelled || n.second || take_hours(in, component, &n);
}

bool
covers_read(struct covers *c, const struct covers_given *given,
    const char *bytes, size_t length, size_t *line, char why[CALENDAR_WHY])
{
	struct reader r = { .covers = c, .given = given };
	struct import in = { .zone = "UTC",
		.last_day = (given->now_ms + COVERS_AHEAD_MS) / 86400000 + 1,
		.arg = &r,
		.why = why };
	bool ok;

	*c = (struct covers){ 0 };
	ok = event_each_of_file(&in, bytes, length, take_event);
	*line = in.line;
	if (!ok)
		covers_clear(c);
	return ok;
}

void
covers_clear(struct covers *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->events[i].times);
	free(c->events);
	*c = (struct covers){ 0 };
}
