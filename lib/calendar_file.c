/*
 * calendar_file: the events of an iCalendar file.
 *
 * The file is foreign: its size, depth, lines, events and repetitions are
 * bounded, and what libical does not read refuses it whole.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/calendar_event.h"
#include "lib/text.h"

#define DEPTH_MAX 8
#define STEPS_MAX INT64_C(20000000)
#define BEGIN_EVENT "BEGIN:VEVENT"
#define LINE_NAME "X-SUNWATCH-LINE"

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
each_event(struct import *in, icalcomponent *calendar, event_act *act)
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
each_event_of_all(struct import *in, event_act *act)
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
act_on_all(struct import *in, event_act *act)
{
	if (!each_event_of_all(in, count_event))
		return false;
	if (in->event_count == 0)
		return event_refuse(in, NULL, "there is no event in it");
	return each_event_of_all(in, act);
}

/* A line's end, and whether the next one goes on with it. */
static size_t
end_at(const char *p, bool *folded)
{
	size_t end = p[0] == '\r' && p[1] == '\n' ? 2 : p[0] == '\n' ? 1 : 0;

	*folded = end > 0 && (p[end] == ' ' || p[end] == '\t');
	return end;
}

/*
 * Long lines are folded; put together before anything is looked for.  libical
 * knows of no lines, so that each event is told where it begins.
 */
static void
unfold(const char *bytes, struct text *out)
{
	size_t line = 1, began = 1, start = 0;
	bool folded;

	text_add(out, "");
	for (const char *p = bytes; *p != '\0';) {
		size_t end = end_at(p, &folded);

		line += end > 0;
		if (folded) {
			p += end + 1;
			continue;
		}
		text_add_bytes(out, p, end > 0 ? end : 1);
		p += end > 0 ? end : 1;
		if (end == 0)
			continue;
		if (strncasecmp(out->data + start, BEGIN_EVENT "\r", 13) == 0 ||
		    strncasecmp(out->data + start, BEGIN_EVENT "\n", 13) == 0)
			text_addf(out, LINE_NAME ":%zu\r\n", began);
		start = out->length;
		began = line;
	}
}

size_t
event_line(icalcomponent *event)
{
	icalproperty *p = event_property(event, ICAL_X_PROPERTY);
	const char *name = p != NULL ? icalproperty_get_x_name(p) : NULL;
	const char *line;

	if (!text_is_same(name, LINE_NAME))
		return 0;
	line = icalproperty_get_x(p);
	return line != NULL ? (size_t)strtoul(line, NULL, 10) : 0;
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
import_text(struct import *in, const char *bytes, event_act *act)
{
	bool ok;

	if (!is_shallow(bytes))
		return event_refuse(in, NULL,
		    "its components are nested too deep");
	if (!has_short_lines(bytes))
		return event_refuse(in, NULL, "a line is longer than 16 KiB");
	in->root = icalparser_parse_string(bytes);
	if (in->root == NULL)
		return event_refuse(in, NULL, "it is no iCalendar file");
	ok = act_on_all(in, act);
	icalcomponent_free(in->root);
	return ok;
}

bool
event_each_of_file(struct import *in, const char *bytes, size_t length,
    event_act *act)
{
	struct text text = { 0 };
	char *copy;
	bool ok;

	if (length > CALENDAR_ICAL_MAX)
		return event_refuse(in, NULL, "it is larger than 1 MiB");
	if (memchr(bytes, '\0', length) != NULL)
		return event_refuse(in, NULL, "it is no iCalendar file");
	copy = mem_alloc(length + 1);
	memcpy(copy, bytes, length);
	unfold(copy, &text);
	free(copy);
	in->budget = (struct rule_budget){ STEPS_MAX, CALENDAR_REPEATS_MAX };
	ok = import_text(in, text.data, act);
	text_clear(&text);
	free(in->replacements);
	rule_days_clear(&in->days);
	return ok;
}
