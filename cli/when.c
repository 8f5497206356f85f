/* when: see when.h. */
#include <string.h>

#include "cli/when.h"
#include "lib/civil.h"
#include "lib/text.h"

#define INSTANT_MAX 40
#define LONG_MS (18 * INT64_C(3600000)) /* between two clocks */

/* "15:00" or "9:30": minutes since midnight, or -1. */
static int
bare_clock(const char *text)
{
	int hours = 0, minutes = 0, digits = 0;

	for (; *text >= '0' && *text <= '9' && digits < 3; text++, digits++)
		hours = hours * 10 + (*text - '0');
	if (digits < 1 || digits > 2 || *text++ != ':')
		return -1;
	for (digits = 0; *text >= '0' && *text <= '9' && digits < 3;
	     text++, digits++)
		minutes = minutes * 10 + (*text - '0');
	if (digits != 2 || *text != '\0' || hours > 23 || minutes > 59)
		return -1;
	return hours * 60 + minutes;
}

bool
when_instant(const char *text, const char *zone, int64_t after_ms,
    int64_t *at_ms)
{
	int minutes = bare_clock(text);
	int64_t day;

	if (minutes < 0)
		return civil_parse(text, at_ms);
	/* Yesterday's may still come when the clock is turned back. */
	day = civil_days(civil_date_at(zone, after_ms, NULL)) - 1;
	for (int i = 0; i < 4; i++, day++) {
		*at_ms = civil_first_ms(zone, civil_from_days(day), minutes);
		if (*at_ms > after_ms)
			return true;
	}
	return false;
}

/* "15:00..16:00" at half past three: it has begun. */
static bool
is_under_way(const char *from, const char *to, const char *zone, int64_t now_ms,
    int64_t *from_ms, int64_t *to_ms)
{
	if (bare_clock(from) < 0 || bare_clock(to) < 0 ||
	    !when_instant(to, zone, now_ms, to_ms) ||
	    !when_instant(from, zone, *to_ms - LONG_MS - 1, from_ms))
		return false;
	return *from_ms <= now_ms;
}

/* Nobody means from four until three tomorrow: the clocks are mixed up. */
static bool
is_mixed_up(const char *from, const char *to, int64_t from_ms, int64_t to_ms)
{
	return bare_clock(from) >= 0 && bare_clock(to) >= 0 &&
	    to_ms - from_ms > LONG_MS;
}

bool
when_range(const char *text, const char *zone, int64_t now_ms, int64_t *from_ms,
    int64_t *to_ms, char why[160])
{
	const char *dots = strstr(text, "..");
	char first[INSTANT_MAX];

	if (!civil_zone_exists(zone)) {
		text_format(why, 160, "unknown zone \"%s\"", zone);
		return false;
	}
	if (dots == NULL || dots - text >= INSTANT_MAX) {
		text_format(why, 160, "\"%s\" is not FROM..TO, as 15:00..16:00",
		    text);
		return false;
	}
	memcpy(first, text, (size_t)(dots - text));
	first[dots - text] = '\0';
	if (is_under_way(first, dots + 2, zone, now_ms, from_ms, to_ms))
		return true;
	if (!when_instant(first, zone, now_ms, from_ms) ||
	    !when_instant(dots + 2, zone, *from_ms, to_ms)) {
		text_format(why, 160,
		    "\"%s\" is not FROM..TO, as 15:00..16:00 or "
		    "2026-03-29T00:30Z..2026-03-29T02:00Z",
		    text);
		return false;
	}
	if (*to_ms <= *from_ms) {
		text_format(why, 160, "\"%s\" ends before it begins", text);
		return false;
	}
	if (is_mixed_up(first, dots + 2, *from_ms, *to_ms)) {
		text_format(why, 160,
		    "\"%s\" would end on the next day, after over 18 h: if "
		    "that is meant, write instants",
		    text);
		return false;
	}
	return true;
}
