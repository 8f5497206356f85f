#ifndef LIB_CALENDAR_EVENT_H
#define LIB_CALENDAR_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include <libical/ical.h>

#include "lib/calendar.h"
#include "lib/calendar_rule.h"

/*
 * calendar_event: the events of an iCalendar file, and their times.
 *
 * What returns false has refused the file: the reason is in why.
 */

/* An event that stands for one repetition of another. */
struct replacement {
	icalcomponent *component;
	const char *uid;
};

/* A file being taken in. */
struct import {
	const char *zone; /* of days, and of clocks without one */
	int64_t last_day; /* nothing that begins later is looked for */
	void *arg;        /* of whoever takes it in */
	icalcomponent *root;
	struct rule_budget budget;
	struct rule_days days; /* of the event in hand */
	size_t event_count;
	struct replacement *replacements; /* NULL while there are none */
	size_t replacement_count;
	char *why;   /* CALENDAR_WHY bytes */
	size_t line; /* of the event that was refused; 0: none, or unknown */
};

/* A date-time of the file: a day, and the instant unless it is only a day. */
struct moment {
	bool is_date;
	int64_t day; /* as shown in its zone */
	int64_t ms;
};

/* One event, as far as it matters. */
struct event {
	icalcomponent *component;
	const char *zone;
	struct moment start;
	int minutes, seconds; /* of the start's clock */
	int64_t length;       /* days, or milliseconds */
};

/* The first property of this kind, or NULL. */
icalproperty *event_property(icalcomponent *, icalproperty_kind);
/* Always false; event NULL: the whole file is to blame. */
bool event_refuse(struct import *, icalcomponent *event, const char *what);
/* last: of a clock that is shown twice the second. */
bool event_moment(struct import *, icalcomponent *event, icalproperty *,
    struct icaltimetype, bool last, struct moment *);
bool event_is_cancelled(icalcomponent *);
/* The line of the file on which it begins; 0: unknown. */
size_t event_line(icalcomponent *);
/* Where it begins and how long it is; the component is given. */
bool event_read(struct import *, struct event *);
/* The last day on which it may begin by its rule. */
bool event_until(struct import *, const struct event *,
    const struct icalrecurrencetype *, int64_t *day);
/* When it begins on this day. */
int64_t event_ms(const struct event *, int64_t day);

/* calendar_expand.c: each time that it takes place; false ends it. */
typedef bool
event_time(struct import *, const struct event *, const struct moment *);
bool event_each(struct import *, const struct event *, event_time *);

/* calendar_file.c: each event of a file; the zone, arg and why are given. */
typedef bool event_act(struct import *, icalcomponent *);
bool event_each_of_file(struct import *, const char *bytes, size_t length,
    event_act *);

#endif
