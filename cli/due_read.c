/*
 * due_read: instants, pauses and calendar files for "sunwatch due".
 */
#include <string.h>

#include "cli/due.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/text.h"

#define INSTANT_MAX 48

static bool
read_instant(struct cli *c, const char *option, const char *text,
    const char *zone, int64_t now_ms, int64_t *at_ms)
{
	if (civil_read(text, zone, false, at_ms))
		return true;
	if (strcmp(text, "now") == 0 || *text == '+' || *text == '-')
		return cli_time(c, option, text, now_ms, at_ms);
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
	return strpbrk(text, ":Tt") != NULL;
}

/* One end of a pause. */
static bool
read_end(const char *text, const char *zone, bool last, int64_t now_ms,
    int64_t *at_ms)
{
	if (strcmp(text, "now") == 0) {
		*at_ms = now_ms;
		return true;
	}
	return has_clock(text) && civil_read(text, zone, last, at_ms);
}

/* "FROM..TO", or "FROM/TO" as ISO 8601 parts them: the two of them. */
static bool
split(const char *text, char first[INSTANT_MAX], const char **second)
{
	const char *mark = strstr(text, "..");
	size_t length;

	*second = mark != NULL ? mark + 2 : NULL;
	if (mark == NULL && (mark = strchr(text, '/')) != NULL)
		*second = mark + 1;
	if (mark == NULL || mark - text >= INSTANT_MAX)
		return false;
	length = (size_t)(mark - text);
	while (length > 0 && text[length - 1] == ' ')
		length--;
	memcpy(first, text, length);
	first[length] = '\0';
	*second += strspn(*second, " ");
	return *first != '\0' || **second != '\0';
}

static bool
read_pause(struct cli *c, const char *text, const char *zone, int64_t now_ms,
    struct interval_set *pauses)
{
	int64_t from_ms = CALENDAR_FROM_MS, to_ms = NEVER;
	char first[INSTANT_MAX];
	const char *second;

	if (!split(text, first, &second) ||
	    (*first != '\0' &&
		!read_end(first, zone, false, now_ms, &from_ms)) ||
	    (*second != '\0' && !read_end(second, zone, true, now_ms, &to_ms)))
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
	    "it has not ended; nothing before them: from the start on)",
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
		if (!read_pause(c, pause, zone, now_ms, &t->pauses)) {
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
