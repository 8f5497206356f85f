#ifndef LIB_CALENDAR_COVERS_H
#define LIB_CALENDAR_COVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/calendar.h"
#include "lib/settings.h"

/*
 * calendar_covers: who stands in when, from an iCalendar file.
 *
 * Each event of the file is somebody's hours on a rota.  Whose they are is
 * said by, the first that says so:
 *
 *   ATTENDEE   the mail address of one of the people; who declined is none
 *   SUMMARY    "support: aroha" or "aroha"; "On watch: support" names a rota
 *   X-SUNWATCH-PERSON, X-SUNWATCH-ROTA   as our own calendars say it
 *   what the caller says for events that do not
 *
 * An edited summary or a guest who is asked in is thereby heard, though the
 * calendar goes on saying what we wrote.  Names are as in the tree, in capital
 * or small letters.  Whole days and clocks without a zone are those of the
 * person.  What repeats is written out; only what is neither over nor begins
 * more than 400 days ahead is taken.  One that is the second's watch in our
 * own calendars is left out.
 *
 * A file is read whole or refused with why, and the line on which the event
 * to blame begins (0: none is).
 */

#define COVERS_EVENTS_MAX 2000 /* of a file */
#define COVERS_TIMES_MAX 2000  /* of them all */
#define COVERS_UID_MAX 250     /* bytes */
#define COVERS_AHEAD_MS (400 * INT64_C(86400000))

/* One time of an event. */
struct cover_time {
	char id[20]; /* "20260701T080000Z", as the rule has it; "": it comes
			once */
	int64_t from_ms, to_ms;
};

struct cover_event {
	char uid[COVERS_UID_MAX + 1]; /* several may have the same */
	char title[80];
	char fixed[20]; /* it is that time of the event alone; "": all */
	size_t line;
	const struct rota *rota;     /* NULL: it is cancelled */
	const struct person *person; /* NULL: it is cancelled */
	struct cover_time *times;    /* NULL while count is 0 */
	size_t count;
};

struct covers {
	char name[100]; /* of the calendar; "": it has none */
	struct cover_event *events;
	size_t count;
	size_t times, over, later, seconds; /* taken; left out, and why */
};

struct covers_given {
	const struct settings *settings;
	const struct rota *rota;     /* of events that name none */
	const struct person *person; /* the same; NULL: they have to */
	int64_t now_ms;
};

bool covers_read(struct covers *, const struct covers_given *,
    const char *bytes, size_t length, size_t *line, char why[CALENDAR_WHY]);
void covers_clear(struct covers *);

#endif
