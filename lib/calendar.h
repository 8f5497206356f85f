#ifndef LIB_CALENDAR_H
#define LIB_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/interval.h"

/*
 * calendar: when service or support is open, by the wall clocks of a zone.
 *
 * Weekly windows; holidays, on which none of them opens; exceptions, dates
 * that have windows of their own, or none; closures from one instant to
 * another.  An exception beats a holiday, a later exception an earlier one,
 * a closure everything.
 *
 * A window belongs to the day on which it begins: one over midnight on the
 * eve of a holiday runs to its end, and on the holiday itself none begins.
 * Of a wall clock that is shown twice a window begins at the first and ends
 * at the second; one that is skipped means the instant of the jump.
 *
 * Instants are milliseconds UTC, 1970 to 2069; outside of that nothing is
 * open.  What is said wrongly is refused whole, with why, and nothing is
 * changed by it.
 */

#define CALENDAR_WINDOWS_MAX 200     /* weekly, and of each exception */
#define CALENDAR_EXCEPTIONS_MAX 500  /* exceptions */
#define CALENDAR_DATES_MAX 1000      /* texts of holidays */
#define CALENDAR_HOLIDAYS_MAX 20000  /* separate stretches of holidays */
#define CALENDAR_TEXT_MAX 8192       /* bytes of one text */
#define CALENDAR_ICAL_MAX (1 << 20)  /* bytes of one iCalendar file */
#define CALENDAR_LINE_MAX (16 << 10) /* of a line, its folds undone */
#define CALENDAR_EVENTS_MAX 10000    /* events in one file */
#define CALENDAR_REPEATS_MAX 40000   /* times that its events repeat */
#define CALENDAR_WHY 200

#define CALENDAR_FROM_MS INT64_C(0)
#define CALENDAR_TO_MS (INT64_C(36525) * 86400000) /* 2070-01-01 */

/* Local minutes since midnight of its day; to_min up to a day after. */
struct calendar_window {
	unsigned days; /* bit 0 Monday .. bit 6 Sunday */
	int from_min, to_min;
};

struct calendar_hours {
	struct calendar_window *items; /* NULL while count is 0 */
	size_t count;
};

struct calendar_exception {
	int64_t first_day, last_day; /* since 1970-01-01, both in it */
	struct calendar_hours hours; /* none: closed */
};

struct calendar {
	char zone[64];
	struct calendar_hours weekly;
	struct interval_set holidays; /* in days since 1970-01-01 */
	struct interval_set closed;   /* in milliseconds */
	struct calendar_exception *exceptions;
	size_t exception_count;
};

/* False when there is no such zone. */
bool calendar_init(struct calendar *, const char *zone);
void calendar_clear(struct calendar *);

/*
 * "mon-fri 09:00-17:00", "mon,wed 08:00-12:00 13:00-17:00; sat 10-14",
 * "daily 22:00-02:00", "24x7", "24x5", "daily 9-17; sun closed"; said again
 * it is added to what was said.
 */
bool
calendar_add_hours(struct calendar *, const char *text, char why[CALENDAR_WHY]);
/* "2026-04-03", "2026-12-24..2026-12-26", "12-25" (every year), and several
   parted by commas; a name may follow each. */
bool calendar_add_holidays(struct calendar *, const char *text,
    char why[CALENDAR_WHY]);
/* "2026-12-24 09:00-12:00", "2026-05-04..2026-05-15 mon-fri 08:00-22:00",
   "2026-12-27 closed". */
bool calendar_add_exception(struct calendar *, const char *text,
    char why[CALENDAR_WHY]);
/* The events of an iCalendar file: whole days are holidays, others closures
   (calendar_ical.c). */
bool calendar_add_ical(struct calendar *, const char *bytes, size_t length,
    char why[CALENDAR_WHY]);

/* What is open in [from, to), put into the set in place of what it held. */
void calendar_open(const struct calendar *, int64_t from_ms, int64_t to_ms,
    struct interval_set *into);
/* Open at every instant, so that the zone does not matter. */
bool calendar_is_always(const struct calendar *);
/*
 * How long a business day is: as long as most open weekdays are, of equals
 * the shorter; overlapping windows count once, holidays and clock changes do
 * not matter.  0 when no weekday is open.
 */
int64_t calendar_business_day_ms(const struct calendar *);

/* calendar_text.c: hours as written; days are meant where none are named,
   0: they have to be.  Added to what is there. */
bool calendar_read_hours(struct calendar_hours *, const char *text,
    unsigned days, char why[CALENDAR_WHY]);

#endif
