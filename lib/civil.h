#ifndef LIB_CIVIL_H
#define LIB_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * civil: wall clocks and calendars, on libical's zone data.
 *
 * Points are milliseconds UTC; a wall clock is a date and minutes since its
 * midnight in a zone.  A wall clock that a zone skips means the instant of
 * the jump; one that it shows twice has a first and a last instant.
 */

struct civil_date {
	int year, month, day; /* month 1..12 */
};

bool civil_zone_exists(const char *zone);

/* First instant at or after this wall clock on this date. */
int64_t civil_first_ms(const char *zone, struct civil_date, int minutes);
/* Last instant that shows it (the instant of the jump if it is skipped). */
int64_t civil_last_ms(const char *zone, struct civil_date, int minutes);

/* The date and, if seconds is not NULL, the second of the day shown. */
struct civil_date civil_date_at(const char *zone, int64_t at_ms, int *seconds);
int civil_offset_s(const char *zone, int64_t at_ms); /* east of UTC */

/* Rounded down, also below 0; b is above 0. */
int64_t civil_floor_div(int64_t a, int64_t b);

/* Days since 1970-01-01, and back; the proleptic Gregorian calendar. */
int64_t civil_days(struct civil_date);
struct civil_date civil_from_days(int64_t days);
int civil_weekday(struct civil_date); /* 0 Monday .. 6 Sunday */
bool civil_date_parse(const char *text, struct civil_date *); /* 2026-11-22 */

/* First instant of the month that holds at_ms, and of the one after. */
void
civil_month(const char *zone, int64_t at_ms, int64_t *from_ms, int64_t *to_ms);

/* "14:02 NZDT"; "2026-11-22 14:02:07 NZDT"; "2026-11-22T01:02:07Z". */
void civil_clock(const char *zone, int64_t at_ms, char *out, size_t room);
void civil_full(const char *zone, int64_t at_ms, char *out, size_t room);
/* As short as it may be said at now_ms: with seconds what is ahead by less
   than two minutes, with the date what is 12 h away or more. */
void civil_near(const char *zone, int64_t at_ms, int64_t now_ms, char *out,
    size_t room);
void civil_utc(int64_t at_ms, char *out, size_t room);
/* RFC 3339 with Z or an offset, 1970 to 2069; seconds may be left out. */
bool civil_parse(const char *text, int64_t *at_ms);
/* The same without an offset: a wall clock of the zone, its first or last
   showing; a date alone is its midnight. */
bool
civil_parse_wall(const char *text, const char *zone, bool last, int64_t *at_ms);
/* civil_read.c: either of them in whatever form it is pasted; zone NULL: not
   without an offset. */
bool civil_read(const char *text, const char *zone, bool last, int64_t *at_ms);

#endif
