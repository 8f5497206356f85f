/* How instants are written for people and programs, and read again. */
#include <string.h>

#include "lib/civil.h"
#include "lib/civil_zone.h"
#include "lib/text.h"

#define YEAR_MIN 1970
#define YEAR_MAX 2069 /* beyond it no zone is known (civil_zone.h) */

static const char *
name_at(const char *zone, int64_t at_ms)
{
	const struct zone_table *table = zone_find(zone);
	int64_t at_s = at_ms / 1000 - (at_ms % 1000 < 0);

	return table->parts[zone_part_at(table, at_s)].name;
}

void
civil_clock(const char *zone, int64_t at_ms, char *out, size_t room)
{
	int seconds;

	(void)civil_date_at(zone, at_ms, &seconds);
	text_format(out, room, "%02d:%02d %s", seconds / 3600,
	    seconds / 60 % 60, name_at(zone, at_ms));
}

void
civil_full(const char *zone, int64_t at_ms, char *out, size_t room)
{
	struct civil_date d;
	int seconds;

	d = civil_date_at(zone, at_ms, &seconds);
	text_format(out, room, "%04d-%02d-%02d %02d:%02d:%02d %s", d.year,
	    d.month, d.day, seconds / 3600, seconds / 60 % 60, seconds % 60,
	    name_at(zone, at_ms));
}

#define SOON_MS INT64_C(120000)
#define FAR_MS (12 * INT64_C(3600000))

void
civil_near(const char *zone, int64_t at_ms, int64_t now_ms, char *out,
    size_t room)
{
	struct civil_date d;
	int second;

	d = civil_date_at(zone, at_ms, &second);
	if (at_ms > now_ms && at_ms - now_ms < SOON_MS)
		text_format(out, room, "%02d:%02d:%02d %s", second / 3600,
		    second / 60 % 60, second % 60, name_at(zone, at_ms));
	else if (at_ms - now_ms < FAR_MS && now_ms - at_ms < FAR_MS)
		civil_clock(zone, at_ms, out, room);
	else
		text_format(out, room, "%04d-%02d-%02d %02d:%02d %s", d.year,
		    d.month, d.day, second / 3600, second / 60 % 60,
		    name_at(zone, at_ms));
}

/* Exactly count digits within min..max; moves the text past them. */
static bool
read_number(const char **text, int count, int min, int max, int *out)
{
	int value = 0, i;

	for (i = 0; i < count; i++) {
		char c = (*text)[i];

		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	*text += count;
	*out = value;
	return value >= min && value <= max;
}

static bool
read_char(const char **text, char wanted)
{
	if (**text != wanted)
		return false;
	(*text)++;
	return true;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool
read_date(const char **text, struct civil_date *out)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	struct civil_date d;

	if (!read_number(text, 4, YEAR_MIN, YEAR_MAX, &d.year) ||
	    !read_char(text, '-') || !read_number(text, 2, 1, 12, &d.month) ||
	    !read_char(text, '-') || !read_number(text, 2, 1, 31, &d.day))
		return false;
	if (d.day > lengths[d.month - 1] + (d.month == 2 && is_leap(d.year)))
		return false;
	*out = d;
	return true;
}

bool
civil_date_parse(const char *text, struct civil_date *out)
{
	return read_date(&text, out) && *text == '\0';
}

/* Z, +12:00, -03:30: seconds east of UTC. */
static bool
read_offset(const char **text, int *seconds)
{
	int sign, hours, minutes;

	*seconds = 0;
	if (read_char(text, 'Z'))
		return true;
	if (read_char(text, '+'))
		sign = 1;
	else if (read_char(text, '-'))
		sign = -1;
	else
		return false;
	if (!read_number(text, 2, 0, 23, &hours) || !read_char(text, ':') ||
	    !read_number(text, 2, 0, 59, &minutes))
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

/* ".25": what follows the thousandth is dropped. */
static bool
read_fraction(const char **text, int *ms)
{
	int scale = 100, digits = 0;

	*ms = 0;
	for (; **text >= '0' && **text <= '9'; (*text)++, digits++) {
		*ms += scale * (**text - '0');
		scale /= 10;
	}
	return digits > 0 && digits <= 9;
}

struct wall_clock {
	int hour, minute, second, ms;
};

/* "23:59", "23:59:58", "23:59:58.25". */
static bool
read_clock(const char **text, struct wall_clock *c)
{
	*c = (struct wall_clock){ 0 };
	if (!read_number(text, 2, 0, 23, &c->hour) || !read_char(text, ':') ||
	    !read_number(text, 2, 0, 59, &c->minute))
		return false;
	if (!read_char(text, ':'))
		return true;
	return read_number(text, 2, 0, 59, &c->second) &&
	    (!read_char(text, '.') || read_fraction(text, &c->ms));
}

bool
civil_parse(const char *text, int64_t *at_ms)
{
	struct wall_clock c;
	struct civil_date d;
	int offset_s;

	if (!read_date(&text, &d) || !read_char(&text, 'T') ||
	    !read_clock(&text, &c) || !read_offset(&text, &offset_s) ||
	    *text != '\0')
		return false;
	*at_ms = (civil_days(d) * 86400 + c.hour * 3600 + c.minute * 60 +
		     c.second - offset_s) *
		1000 +
	    c.ms;
	return true;
}

bool
civil_parse_wall(const char *text, const char *zone, bool last, int64_t *at_ms)
{
	struct wall_clock c = { 0 };
	struct civil_date d;
	int minutes, shown;

	if (!read_date(&text, &d) ||
	    (*text != '\0' &&
		(!read_char(&text, 'T') || !read_clock(&text, &c))) ||
	    *text != '\0')
		return false;
	minutes = c.hour * 60 + c.minute;
	*at_ms = last ? civil_last_ms(zone, d, minutes)
		      : civil_first_ms(zone, d, minutes);
	(void)civil_date_at(zone, *at_ms, &shown);
	if (shown / 60 == minutes) /* otherwise it is the jump */
		*at_ms += c.second * 1000 + c.ms;
	return true;
}
