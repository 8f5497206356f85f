#ifndef TESTS_UNIT_CALENDAR_MINUTES_H
#define TESTS_UNIT_CALENDAR_MINUTES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/calendar.h"
#include "lib/civil.h"
#include "lib/text.h"

/*
 * calendar_minutes: calendars minute by minute, in another way.
 *
 * The C library says what the wall clock of a zone shows in each minute of
 * some weeks; which of them are open is found by looking through all of them.
 * lib/calendar and lib/civil ask libical and have no such loop.
 */

#define MINUTE_MS INT64_C(60000)
#define DAY_MIN 1440
#define AROUND_DAYS 26
#define EDGE_DAYS 4 /* at both ends nothing is compared */
#define SPAN (AROUND_DAYS * DAY_MIN)
#define PARTS_MAX 6

struct minutes {
	const char *zone;
	int64_t base_ms;
	int64_t shown[SPAN]; /* days since 1970 * 1440 + minute of the day */
	bool open[SPAN];
};

/* A calendar as drawn, and how it was said. */
struct drawn {
	struct calendar_window windows[PARTS_MAX];
	size_t window_count;
	int64_t holidays[PARTS_MAX];
	size_t holiday_count;
	int64_t first_day, last_day; /* an exception, if last >= first */
	struct calendar_window instead;
	bool closed;
	struct text said;
};

static uint64_t draw_seed, draw_state;

static inline void
draw_begin(uint64_t seed)
{
	draw_seed = draw_state = seed;
}

static inline int64_t
draw(int64_t n)
{
	draw_state = draw_state * 6364136223846793005U + 1442695040888963407U;
	return (int64_t)((draw_state >> 33) % (uint64_t)n);
}

static inline void
minutes_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static inline int64_t
offset_at(int64_t at_s)
{
	time_t t = (time_t)at_s;
	struct tm tm;

	localtime_r(&t, &tm);
	return tm.tm_gmtoff;
}

/* The day after "after" on whose midnight UTC the offset is another one, or
   -1 in the years until 2037. */
static inline int64_t
minutes_next_change(int64_t after_day)
{
	int64_t was = offset_at(after_day * 86400);

	for (int64_t day = after_day + 1; day < 24470; day++)
		if (offset_at(day * 86400) != was)
			return day;
	return -1;
}

/* What the clocks of the zone show in the weeks around this day. */
static inline void
minutes_look(struct minutes *m, const char *zone, int64_t middle_day)
{
	m->zone = zone;
	m->base_ms = (middle_day - AROUND_DAYS / 2) * DAY_MIN * MINUTE_MS;
	for (int i = 0; i < SPAN; i++) {
		time_t t = (time_t)(m->base_ms / 1000 + i * 60);
		struct tm tm;

		localtime_r(&t, &tm);
		m->shown[i] = civil_days((struct civil_date){ tm.tm_year + 1900,
				  tm.tm_mon + 1, tm.tm_mday }) *
			DAY_MIN +
		    tm.tm_hour * 60 + tm.tm_min;
	}
}

/* The first or last minute that shows this; if none does, the first that
   shows something later. */
static inline int
minutes_find(const struct minutes *m, int64_t wall, bool last)
{
	int found = -1;

	for (int i = 0; i < SPAN && (last || found < 0); i++)
		if (m->shown[i] == wall)
			found = i;
	for (int i = 0; i < SPAN && found < 0; i++)
		if (m->shown[i] > wall)
			found = i;
	return found < 0 ? SPAN : found;
}

static inline void
minutes_open_window(struct minutes *m, int64_t day, int from, int to)
{
	int begin = minutes_find(m, day * DAY_MIN + from, false);
	int end = minutes_find(m, day * DAY_MIN + to, true);

	for (int i = begin; i < end; i++)
		m->open[i] = true;
}

static inline void
minutes_open_day(struct minutes *m, const struct drawn *d, int64_t day)
{
	/* 1970-01-01 was a Thursday. */
	unsigned bit = 1U << ((day + 3) % 7);
	bool holiday = false;

	for (size_t i = 0; i < d->holiday_count; i++)
		holiday = holiday || d->holidays[i] == day;
	if (d->first_day <= day && day <= d->last_day) {
		if (!d->closed && (d->instead.days & bit))
			minutes_open_window(m, day, d->instead.from_min,
			    d->instead.to_min);
		return;
	}
	for (size_t i = 0; !holiday && i < d->window_count; i++)
		if (d->windows[i].days & bit)
			minutes_open_window(m, day, d->windows[i].from_min,
			    d->windows[i].to_min);
}

static inline void
minutes_open(struct minutes *m, const struct drawn *d)
{
	memset(m->open, 0, sizeof(m->open));
	for (int64_t day = m->shown[0] / DAY_MIN + 1;
	     day < m->shown[SPAN - 1] / DAY_MIN; day++)
		minutes_open_day(m, d, day);
}

/* Said in one of the ways that people have. */
static inline struct calendar_window
draw_window(struct text *said)
{
	static const char *const names[2][7] = {
		{ "mon", "tue", "wed", "thu", "fri", "sat", "sun" },
		{ "Monday", "TUESDAY", "wednes", "Thurs", "Fri", "saturdays",
		    "SU" },
	};
	struct calendar_window w = { 0 };
	int first = (int)draw(7), length = 1 + (int)draw(7), way = (int)draw(3);

	for (int i = 0; i < length; i++)
		w.days |= 1U << ((first + i) % 7);
	if (length == 7 && way == 0)
		text_add(said, "daily");
	else if (way < 2)
		text_addf(said, "%s%s%s", names[way][first],
		    length == 1 ? ""
			: way   ? " - "
				: "-",
		    length == 1 ? "" : names[way][(first + length - 1) % 7]);
	else
		for (int i = 0; i < length; i++)
			text_addf(said, "%s%s", i > 0 ? "," : "",
			    names[0][(first + i) % 7]);
	w.from_min = (int)draw(24 * 4) * 15;
	w.to_min = (int)draw(24 * 4 + 1) * 15;
	if (draw(5) == 0)
		w.from_min = 0;
	if (draw(5) == 0)
		w.to_min = DAY_MIN;
	text_addf(said, " %02d:%02d-%02d:%02d", w.from_min / 60,
	    w.from_min % 60, w.to_min / 60, w.to_min % 60);
	if (w.to_min <= w.from_min)
		w.to_min += DAY_MIN;
	return w;
}

static inline const char *
draw_date(int64_t day, char out[16])
{
	struct civil_date d = civil_from_days(day);

	text_format(out, 16, "%04d-%02d-%02d", d.year, d.month, d.day);
	return out;
}

static inline void
draw_exception(struct calendar *c, struct drawn *d, int64_t day)
{
	struct text said = { 0 };
	char date[16], why[CALENDAR_WHY];

	d->last_day = -1;
	if (draw(2) == 0)
		return;
	d->first_day = day + draw(AROUND_DAYS);
	d->last_day = d->first_day + draw(4);
	d->closed = draw(3) == 0;
	text_addf(&said, "%s..", draw_date(d->first_day, date));
	text_addf(&said, "%s ", draw_date(d->last_day, date));
	if (d->closed)
		text_add(&said, "closed");
	else
		d->instead = draw_window(&said);
	if (!calendar_add_exception(c, said.data, why))
		fail_msg("\"%s\": %s", said.data, why);
	text_addf(&d->said, " but %s", said.data);
	text_clear(&said);
}

/* A calendar drawn for these weeks, in both ways. */
static inline void
draw_calendar(struct calendar *c, struct drawn *d, const struct minutes *m)
{
	int64_t day = m->base_ms / MINUTE_MS / DAY_MIN;
	char date[16], why[CALENDAR_WHY];

	*d = (struct drawn){ 0 };
	assert_true(calendar_init(c, m->zone));
	d->window_count = 1 + (size_t)draw(PARTS_MAX - 1);
	for (size_t i = 0; i < d->window_count; i++) {
		text_add(&d->said, i == 0 ? "" : "; ");
		d->windows[i] = draw_window(&d->said);
	}
	if (!calendar_add_hours(c, d->said.data, why))
		fail_msg("\"%s\": %s", d->said.data, why);
	d->holiday_count = (size_t)draw(PARTS_MAX);
	for (size_t i = 0; i < d->holiday_count; i++) {
		d->holidays[i] = day + draw(AROUND_DAYS);
		draw_date(d->holidays[i], date);
		assert_true(calendar_add_holidays(c, date, why));
		text_addf(&d->said, " not %s", date);
	}
	draw_exception(c, d, day);
}

static inline int64_t
minute_ms(const struct minutes *m, int64_t i)
{
	return m->base_ms + i * MINUTE_MS;
}

/* For a failure: the zone, the calendar, the instant, the seed. */
static inline void
minutes_fail(const struct minutes *m, const struct drawn *d, int64_t i,
    const char *what)
{
	char at[40];

	civil_utc(minute_ms(m, i), at, sizeof(at));
	fail_msg("seed %llu: %s %s: %s at %s", (unsigned long long)draw_seed,
	    m->zone, d->said.data, what, at);
}

#endif
