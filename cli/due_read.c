/*
 * due_read: instants, pauses and calendar files for "sunwatch due".
 *
 * Instants are taken in whatever form people paste them, as long as it can
 * mean only one thing: with an offset it is that instant, without one it is
 * the clock of the zone.
 */
#include <string.h>

#include "cli/due.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/text.h"

#define INSTANT_MAX 48
#define DATE_LENGTH 10

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "+01" and "+0100" become "+01:00". */
static void
mend_offset(char *text, size_t room)
{
	size_t length = strlen(text), n = 0;
	char digits[4] = "0000", sign;

	while (n < 4 && n < length && is_digit(text[length - 1 - n]))
		n++;
	if (length < n + 1 + DATE_LENGTH || (n != 2 && n != 4))
		return;
	sign = text[length - 1 - n];
	if (sign != '+' && sign != '-')
		return;
	memcpy(digits, text + length - n, n);
	text[length - 1 - n] = '\0';
	text_format(text + length - 1 - n, room - (length - 1 - n),
	    "%c%.2s:%.2s", sign, digits, digits + 2);
}

/* "2026-03-28 23:30 utc" becomes "2026-03-28T23:30Z". */
static void
mend(char *text, size_t room)
{
	size_t length = strlen(text);

	while (length > 0 && text[length - 1] == ' ')
		text[--length] = '\0';
	if (length > DATE_LENGTH &&
	    (text[DATE_LENGTH] == ' ' || text[DATE_LENGTH] == 't'))
		text[DATE_LENGTH] = 'T';
	if (length > DATE_LENGTH + 3 &&
	    strcasecmp(text + length - 3, "utc") == 0)
		text_copy(text + length - 3, 2, "Z");
	length = strlen(text);
	if (length > 0 && text[length - 1] == 'z')
		text[length - 1] = 'Z';
	for (char *p = strchr(text, ' '); p != NULL; p = strchr(p, ' '))
		memmove(p, p + 1, strlen(p));
	if (length > DATE_LENGTH && text[DATE_LENGTH] == 'T')
		mend_offset(text, room);
}

bool
due_instant(const char *text, const char *zone, bool last, int64_t *at_ms)
{
	char copy[INSTANT_MAX + 8];

	text += strspn(text, " ");
	if (strlen(text) >= INSTANT_MAX)
		return false;
	text_copy(copy, sizeof(copy), text);
	mend(copy, sizeof(copy));
	return civil_parse(copy, at_ms) ||
	    civil_parse_wall(copy, zone, last, at_ms);
}

static bool
read_instant(struct cli *c, const char *option, const char *text,
    const char *zone, int64_t now_ms, int64_t *at_ms)
{
	if (due_instant(text, zone, false, at_ms))
		return true;
	if (strcmp(text, "now") == 0 || *text == '+' || *text == '-')
		return cli_time(c, text, now_ms, at_ms);
	cli_misuse(c,
	    "--%s: \"%s\" is not a time (1970 to 2069): write "
	    "2026-03-29T00:30Z, 2026-03-29T13:30+13:00 or, as the clock in "
	    "%s, 2026-03-29T13:30",
	    option, text, zone);
	return false;
}

/* A date alone would leave open whether that day belongs to the pause. */
static bool
has_clock(const char *text)
{
	return strchr(text, ':') != NULL;
}

static bool
read_pause(struct cli *c, const char *text, const char *zone,
    struct interval_set *pauses)
{
	const char *dots = strstr(text, "..");
	int64_t from_ms, to_ms = NEVER;
	char first[INSTANT_MAX];

	if (dots == NULL || dots - text >= INSTANT_MAX)
		goto fail;
	memcpy(first, text, (size_t)(dots - text));
	first[dots - text] = '\0';
	dots += 2 + strspn(dots + 2, " ");
	if (!has_clock(first) || !due_instant(first, zone, false, &from_ms))
		goto fail;
	if (*dots != '\0' &&
	    (!has_clock(dots) || !due_instant(dots, zone, true, &to_ms)))
		goto fail;
	if (to_ms < from_ms) {
		cli_misuse(c, "--pause: \"%s\" ends before it begins", text);
		return false;
	}
	interval_set_add(pauses, from_ms, to_ms);
	return true;
fail:
	cli_misuse(c,
	    "--pause: \"%s\" is not FROM..TO, as "
	    "2026-03-29T09:00Z..2026-03-29T13:30Z (nothing after the dots: "
	    "it has not ended)",
	    text);
	return false;
}

bool
due_read_times(struct cli *c, const struct cli_arguments *a, const char *zone,
    struct due_times *t)
{
	const char *from = cli_value(a, "from"), *at = cli_value(a, "at"),
		   *pause;
	int64_t now_ms = clock_now_ms() / 1000 * 1000;
	int i = 0;

	*t = (struct due_times){ .zone = zone, .at_ms = now_ms };
	if (from == NULL) {
		cli_misuse(c, "--from is missing: when did it begin?");
		return false;
	}
	if (!read_instant(c, "from", from, zone, now_ms, &t->from_ms) ||
	    (at != NULL && !read_instant(c, "at", at, zone, now_ms, &t->at_ms)))
		return false;
	while ((pause = cli_values(a, "pause", &i)) != NULL)
		if (!read_pause(c, pause, zone, &t->pauses)) {
			interval_set_clear(&t->pauses);
			return false;
		}
	return true;
}

int
due_add_dates(struct cli *c, const struct cli_arguments *a,
    struct calendar *calendar)
{
	char why[CALENDAR_WHY];
	int i = 0, failed;
	const char *text;

	while ((text = cli_values(a, "holiday", &i)) != NULL)
		if (!calendar_add_holidays(calendar, text, why))
			return cli_misuse(c, "--holiday: \"%s\": %s", text,
			    why);
	for (i = 0; (text = cli_values(a, "exception", &i)) != NULL;)
		if (!calendar_add_exception(calendar, text, why))
			return cli_misuse(c, "--exception: \"%s\": %s", text,
			    why);
	for (i = 0; (text = cli_values(a, "ical", &i)) != NULL;)
		if ((failed = due_add_ical(c, text, calendar)) != CLI_DONE)
			return failed;
	return CLI_DONE;
}
