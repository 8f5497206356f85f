#ifndef LIB_ROTA_ICAL_H
#define LIB_ROTA_ICAL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/text.h"

/*
 * rota_ical: watches as an iCalendar file (RFC 5545), to be subscribed to.
 *
 * Times are UTC.  X-SUNWATCH- properties say to lib/calendar_covers.h whose
 * watch it is, whatever becomes of the summary.  Nobody's free time is taken (TRANSP:TRANSPARENT), and a
 * reader is asked to look again each hour.
 */

struct ical_watch {
	const char *uid; /* the same for ever, whoever has it */
	const char *summary, *description;
	const char *rota, *person; /* for who reads it back; "" is left out */
	bool second;               /* only the second's hours */
	int64_t from_ms, to_ms;
	int64_t modified_ms; /* when it became as it is */
	uint64_t sequence;   /* grows with each change */
};

void ical_begin(struct text *, const char *name);
void ical_add(struct text *, const struct ical_watch *);
void ical_end(struct text *);

#endif
