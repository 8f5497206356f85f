#ifndef LIB_CALENDAR_EVENT_H
#define LIB_CALENDAR_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include <libical/ical.h>

#include "lib/calendar.h"
#include "lib/calendar_rule.h"

/*
 * calendar_event: the times of one event of an iCalendar file, for
 * calendar_ical.c.
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
	const struct calendar *calendar;
	icalcomponent *root;
	struct interval_set holidays, closed; /* what is found */
	struct rule_budget budget;
	struct rule_days days; /* of the event in hand */
	size_t event_count;
	struct replacement *replacements; /* NULL while there are none */
	size_t replacement_count;
	char *why;
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
/* Where it begins and how long it is; the component is given. */
bool event_read(struct import *, struct event *);
/* The last day on which it may begin by its rule. */
bool event_until(struct import *, const struct event *,
    const struct icalrecurrencetype *, int64_t *day);
/* When it begins on this day. */
int64_t event_ms(const struct event *, int64_t day);

#endif
