/*
 * repeat: maintenance again and again: a rule as the command takes it, its
 * zone, and how long the first time is; a line for each.
 *
 * What is refused says why; what is taken are times in their order, of one
 * length of wall clock, none beyond where times may begin.
 */
#include "tests/fuzz/fuzz.h"

#include "lib/calendar_repeat.h"
#include "lib/civil.h"

#define FROM_MS INT64_C(1774000800000) /* a week before Europe's spring */
#define DAY_MS INT64_C(86400000)
#define ROOM 200

/* A line of it, in order; "": there is none. */
static void
take_line(const char **rest, char *out, size_t room)
{
	size_t length = strcspn(*rest, "\n");

	text_format(out, room, "%.*s", (int)(length < room ? length : room - 1),
	    *rest);
	*rest += length;
	*rest += **rest == '\n';
}

static void
check(const struct interval *all, size_t count)
{
	must(count <= ROOM && all[0].from == FROM_MS);
	for (size_t i = 0; i < count; i++) {
		must(all[i].from < all[i].to);
		must(i == 0 || all[i - 1].from < all[i].from);
		must(all[i].from <=
		    FROM_MS + (CALENDAR_REPEAT_DAYS + 1) * DAY_MS);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), rule[300], zone[64], minutes[12];
	const char *rest = text;
	struct interval all[ROOM], first = { .from = FROM_MS };
	char why[160] = "";
	size_t count;

	take_line(&rest, rule, sizeof(rule));
	take_line(&rest, zone, sizeof(zone));
	take_line(&rest, minutes, sizeof(minutes));
	first.to = FROM_MS + 60000 * (1 + labs(atol(minutes)) % 14400);
	if (!civil_zone_exists(zone)) /* refused before */
		text_copy(zone, sizeof(zone), "UTC");
	count = calendar_repeat(rule, zone, first,
	    size % 2 == 0 ? NEVER : FROM_MS + 100 * DAY_MS, all, ROOM, why);
	if (count == 0)
		must(why[0] != '\0');
	else
		check(all, count);
	free(text);
	return 0;
}
