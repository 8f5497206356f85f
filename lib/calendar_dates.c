/*
 * calendar_dates: holidays and exceptions as people write them.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/calendar.h"
#include "lib/civil.h"
#include "lib/text.h"

#define EVERY_DAY 0x7fU
#define FIRST_YEAR 1970
#define LAST_YEAR 2069

static const char *
skip_spaces(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/* "2026-04-03" at the front of the text. */
static bool
take_date(const char **at, int64_t *day)
{
	struct civil_date date;
	char copy[11];

	text_copy(copy, sizeof(copy), *at);
	if (!civil_date_parse(copy, &date) ||
	    ((*at)[10] >= '0' && (*at)[10] <= '9'))
		return false;
	*day = civil_days(date);
	*at += 10;
	return true;
}

static bool
take_dots(const char **at)
{
	const char *p = skip_spaces(*at);

	if (strncmp(p, "..", 2) == 0)
		p += 2;
	else if (strncasecmp(p, "to ", 3) == 0)
		p += 3;
	else
		return false;
	*at = skip_spaces(p);
	return true;
}

/* A date, or a first and a last one. */
static bool
take_dates(const char **at, int64_t *first, int64_t *last)
{
	if (!take_date(at, first))
		return false;
	*last = *first;
	return !take_dots(at) || take_date(at, last);
}

/* "12-25" or "--12-25": that day of every year that has it. */
static bool
take_yearly(const char **at, struct interval_set *days)
{
	const char *p = *at;
	char date[16];
	size_t before = days->count;

	if (strncmp(p, "--", 2) == 0)
		p += 2;
	if (strspn(p, "0123456789") != 2 || p[2] != '-' ||
	    strspn(p + 3, "0123456789") != 2)
		return false;
	for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
		struct civil_date d;

		text_format(date, sizeof(date), "%04d-%.5s", year, p);
		if (civil_date_parse(date, &d))
			interval_set_add(days, civil_days(d),
			    civil_days(d) + 1);
	}
	*at = p + 5;
	return days->count > before;
}

/* What follows a date may be the holiday's name. */
static bool
skip_name(const char **at)
{
	const char *p = skip_spaces(*at);

	if (*p != '\0' && strchr(",;", *p) == NULL &&
	    (p == *at || (*p >= '0' && *p <= '9') || *p == '.' || *p == '-'))
		return false;
	*at = p + strcspn(p, ",;");
	return true;
}

static bool
refuse(char why[CALENDAR_WHY], const char *expected, const char *at)
{
	text_format(why, CALENDAR_WHY, "expected %s at %s%.24s%s", expected,
	    *at == '\0' ? "its end" : "\"", at, *at == '\0' ? "" : "\"");
	return false;
}

static bool
read_holidays(struct interval_set *days, const char *at, char why[CALENDAR_WHY])
{
	int64_t first, last;
	const char *item;

	do {
		item = at = at + strspn(at, " \t\r\n,;");
		if (take_dates(&at, &first, &last)) {
			if (last < first)
				return refuse(why, "a range that goes on",
				    item);
			interval_set_add(days, first, last + 1);
		} else {
			at = item;
			if (!take_yearly(&at, days))
				return refuse(why, "a date such as 2026-12-25",
				    item);
		}
		if (!skip_name(&at))
			return refuse(why, "a date such as 2026-12-25", item);
		at += strspn(at, " \t\r\n,;");
	} while (*at != '\0');
	return true;
}

static bool
too_long(const char *text, char why[CALENDAR_WHY])
{
	if (strlen(text) <= CALENDAR_TEXT_MAX)
		return false;
	text_format(why, CALENDAR_WHY, "longer than %d bytes",
	    CALENDAR_TEXT_MAX);
	return true;
}

bool
calendar_add_holidays(struct calendar *c, const char *text,
    char why[CALENDAR_WHY])
{
	struct interval_set days = { 0 };
	bool ok;

	if (too_long(text, why))
		return false;
	interval_set_copy(&days, &c->holidays);
	ok = read_holidays(&days, text, why);
	if (ok && days.count > CALENDAR_HOLIDAYS_MAX) {
		text_format(why, CALENDAR_WHY, "more than %d holidays",
		    CALENDAR_HOLIDAYS_MAX);
		ok = false;
	}
	if (ok)
		interval_set_copy(&c->holidays, &days);
	interval_set_clear(&days);
	return ok;
}

/* The dates, and what stands behind them. */
static bool
read_exception(struct calendar_exception *e, const char *text,
    char why[CALENDAR_WHY])
{
	const char *at = skip_spaces(text), *rest;

	if (!take_dates(&at, &e->first_day, &e->last_day) ||
	    e->last_day < e->first_day)
		return refuse(why, "a date, or first..last,", text);
	rest = at + strspn(at, " \t\r\n:=");
	if (rest == at && *at != '\0')
		return refuse(why, "a date, or first..last,", text);
	if (strcasecmp(rest, "closed") == 0)
		return true;
	if (*rest == '\0')
		return refuse(why, "hours, or \"closed\",", rest);
	return calendar_read_hours(&e->hours, rest, EVERY_DAY, why);
}

bool
calendar_add_exception(struct calendar *c, const char *text,
    char why[CALENDAR_WHY])
{
	struct calendar_exception e = { 0 };

	if (too_long(text, why))
		return false;
	if (c->exception_count == CALENDAR_EXCEPTIONS_MAX) {
		text_format(why, CALENDAR_WHY, "more than %d exceptions",
		    CALENDAR_EXCEPTIONS_MAX);
		return false;
	}
	if (!read_exception(&e, text, why))
		return false;
	c->exceptions = mem_grow(c->exceptions,
	    (c->exception_count + 1) * sizeof(*c->exceptions));
	c->exceptions[c->exception_count++] = e;
	return true;
}
