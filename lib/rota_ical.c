/*
 * Lines of an iCalendar file: escaped, folded at 75 bytes, ended by CR LF.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/rota_ical.h"

#define FOLD 75

/* A fold never parts the bytes of one character. */
static void
add_folded(struct text *out, const char *line)
{
	size_t used = 0;

	for (; *line != '\0'; used++) {
		size_t bytes = 1;
		char c[5] = { 0 };

		while (bytes < 4 && ((unsigned char)line[bytes] & 0xc0) == 0x80)
			bytes++;
		if (used + bytes > FOLD) {
			text_add(out, "\r\n ");
			used = 1;
		}
		memcpy(c, line, bytes);
		text_add(out, c);
		line += bytes;
		used += bytes - 1;
	}
	text_add(out, "\r\n");
}

static void
add_line(struct text *out, const char *name, const char *value)
{
	struct text line = { 0 };

	text_addf(&line, "%s:", name);
	for (const char *p = value; *p != '\0'; p++) {
		char c[2] = { *p, '\0' };

		if (*p == '\n')
			text_add(&line, "\\n");
		else if (strchr("\\;,", *p) != NULL)
			text_addf(&line, "\\%c", *p);
		else
			text_add(&line, c);
	}
	add_folded(out, line.data);
	text_clear(&line);
}

/* "20260701T080000Z" */
static void
add_time(struct text *out, const char *name, int64_t at_ms)
{
	char iso[40], text[40];
	size_t n = 0;

	civil_utc(at_ms, iso, sizeof(iso));
	for (const char *p = iso; *p != '\0'; p++)
		if (*p != '-' && *p != ':')
			text[n++] = *p;
	text[n] = '\0';
	text_addf(out, "%s:%s\r\n", name, text);
}

void
ical_begin(struct text *out, const char *name)
{
	text_add(out,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	    "PRODID:-//Sunwatch//rota//EN\r\nCALSCALE:GREGORIAN\r\n"
	    "METHOD:PUBLISH\r\n");
	add_line(out, "NAME", name);
	add_line(out, "X-WR-CALNAME", name);
	text_add(out,
	    "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"
	    "X-PUBLISHED-TTL:PT1H\r\n");
}

void
ical_add(struct text *out, const struct ical_watch *w)
{
	text_add(out, "BEGIN:VEVENT\r\n");
	add_line(out, "UID", w->uid);
	add_time(out, "DTSTAMP", w->modified_ms);
	add_time(out, "LAST-MODIFIED", w->modified_ms);
	text_addf(out, "SEQUENCE:%" PRIu64 "\r\n", w->sequence);
	add_time(out, "DTSTART", w->from_ms);
	add_time(out, "DTEND", w->to_ms);
	add_line(out, "SUMMARY", w->summary);
	if (w->description[0] != '\0')
		add_line(out, "DESCRIPTION", w->description);
	if (w->rota[0] != '\0')
		add_line(out, "X-SUNWATCH-ROTA", w->rota);
	if (w->person[0] != '\0')
		add_line(out, "X-SUNWATCH-PERSON", w->person);
	if (w->second)
		text_add(out, "X-SUNWATCH-PLACE:second\r\n");
	text_add(out, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
}

void
ical_end(struct text *out)
{
	text_add(out, "END:VCALENDAR\r\n");
}
