#ifndef LIB_CALENDAR_NAMED_H
#define LIB_CALENDAR_NAMED_H

#include "lib/calendar_covers.h"
#include "lib/calendar_event.h"

/* calendar_named: whom an event names, for calendar_covers.c. */

struct named {
	const struct rota *rota;     /* NULL: none is named */
	const struct person *person; /* NULL: nobody is */
	bool second;                 /* a watch of our own calendars' second */
};

/* False: the file is refused. */
bool event_named(struct import *, icalcomponent *, const struct covers_given *,
    struct named *);

#endif
