/*
 * civil_read: instants in whatever form people and programs write them, as
 * long as it can mean only one thing.
 *
 * "2026-03-28 23:30 utc", "20260328T233000Z", "2026-03-28t9:30+01" and
 * "2026-03-28T24:00Z" are put into the form that lib/civil_text.c reads:
 * with an offset it is that instant, without one it is the clock of the zone.
 */
#include <string.h>
#include <strings.h>

#include "lib/civil.h"
#include "lib/text.h"

#define DATE_LENGTH 10
#define CLOCK_MAX 24

struct pieces {
	struct civil_date date;
	char clock[CLOCK_MAX]; /* "23:30:00.25"; "": none */
	char offset[8];        /* "Z", "+01:00"; "": none */
};

static size_t
digits_at(const char *text)
{
	return strspn(text, "0123456789");
}

/* "2026-03-28", "20260328". */
static bool
take_date(const char **text, struct civil_date *date)
{
	bool basic = digits_at(*text) == 8;
	char plain[DATE_LENGTH + 1];

	if (basic)
		text_format(plain, sizeof(plain), "%.4s-%.2s-%.2s", *text,
		    *text + 4, *text + 6);
	else
		text_copy(plain, sizeof(plain), *text);
	if (!civil_date_parse(plain, date))
		return false;
	*text += strlen(plain) - (basic ? 2 : 0);
	return true;
}

/* "23:30", "9:30", "2330", "233000": with colons and two digits of hours. */
static bool
take_clock(const char **text, char clock[CLOCK_MAX])
{
	const char *at = *text;
	size_t n = digits_at(at), length = strspn(at, "0123456789:.");

	if (length > CLOCK_MAX - 3)
		return false;
	if (n == 4 || n == 6)
		text_format(clock, CLOCK_MAX, "%.2s:%.2s%s%.*s", at, at + 2,
		    n == 6 ? ":" : "", (int)(length - 4), at + 4);
	else
		text_format(clock, CLOCK_MAX, "%s%.*s", n == 1 ? "0" : "",
		    (int)length, at);
	*text += length;
	return n > 0;
}

/* The end of a day is the beginning of the next. */
static void
turn_midnight(struct pieces *p)
{
	if (strncmp(p->clock, "24:00", 5) != 0 ||
	    p->clock[5 + strspn(p->clock + 5, "0:.")] != '\0')
		return;
	p->clock[0] = p->clock[1] = '0';
	p->date = civil_from_days(civil_days(p->date) + 1);
}

/* "Z", "utc", "GMT", "+1300", "-03": the rest of the text. */
static bool
take_offset(const char *text, char offset[8])
{
	size_t n = *text == '\0' ? 0 : digits_at(text + 1);

	if (strcasecmp(text, "z") == 0 || strcasecmp(text, "utc") == 0 ||
	    strcasecmp(text, "gmt") == 0)
		text_copy(offset, 8, "Z");
	else if ((*text == '+' || *text == '-') && (n == 2 || n == 4) &&
	    text[n + 1] == '\0')
		text_format(offset, 8, "%.3s:%s", text,
		    n == 4 ? text + 3 : "00");
	else if (strlen(text) < 8)
		text_copy(offset, 8, text);
	else
		return false;
	return true;
}

static bool
take(const char *text, struct pieces *p)
{
	if (!take_date(&text, &p->date))
		return false;
	if (*text == '\0')
		return true;
	if (*text != 'T' && *text != 't' && *text != ' ')
		return false;
	text++;
	text += strspn(text, " ");
	if (!take_clock(&text, p->clock))
		return false;
	turn_midnight(p);
	return take_offset(text + strspn(text, " "), p->offset);
}

bool
civil_read(const char *text, const char *zone, bool last, int64_t *at_ms)
{
	struct pieces p = { 0 };
	char plain[64];
	size_t length;

	text += strspn(text, " ");
	length = strlen(text);
	while (length > 0 && text[length - 1] == ' ')
		length--;
	if (length >= sizeof(plain))
		return false;
	text_copy(plain, length + 1, text);
	if (!take(plain, &p))
		return false;
	text_format(plain, sizeof(plain), "%04d-%02d-%02d%s%s%s", p.date.year,
	    p.date.month, p.date.day, p.clock[0] != '\0' ? "T" : "", p.clock,
	    p.offset);
	if (civil_parse(plain, at_ms))
		return true;
	return zone != NULL && civil_parse_wall(plain, zone, last, at_ms);
}
