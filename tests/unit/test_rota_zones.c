/*
 * Every zone of zone.tab for ten years: hand-offs increase strictly, and at
 * every instant exactly one person is on watch.
 *
 * All days take about a minute, and are gone through by "make zones"
 * (ROTA_DAYS=all); otherwise those around every clock change, and the first of
 * each year.
 */
#include <stdlib.h>

#include "tests/unit/rota_story.h"

#include "lib/civil_zone.h"

#define DAY_MS (24 * HOUR_MS)
#define FROM "2026-01-01T00:00Z"
#define YEARS 10

static char zone[64];

static void
broken(const struct stretch *s, const char *what)
{
	char text[40];

	civil_utc(s->from_ms, text, sizeof(text));
	fail_msg("%s, %s: %s", zone, text, what);
}

static void
walk(const struct rota *rota, int64_t from_ms, int64_t to_ms)
{
	struct stretch was, s, inside;

	rota_at(rota, NULL, 0, from_ms, &was);
	while (was.to_ms < to_ms) {
		rota_at(rota, NULL, 0, was.to_ms, &s);
		if (s.person == NULL || was.person == NULL)
			broken(&s, "nobody is on watch");
		if (s.from_ms != was.to_ms || s.to_ms <= s.from_ms)
			broken(&s, "hand-offs do not follow each other");
		if (s.secondary == NULL || s.secondary == s.person)
			broken(&s, "nobody is second");
		if (s.to_ms - s.from_ms > 30 * HOUR_MS)
			broken(&s, "a hand-off is missing");
		rota_at(rota, NULL, 0, s.to_ms - 1, &inside);
		if (inside.from_ms != s.from_ms || inside.person != s.person)
			broken(&s, "two are on watch");
		was = s;
	}
}

/* How many days were looked at. */
static int
check_zone(const struct rota *rota, bool all)
{
	const struct zone_table *table = zone_find(zone);
	int64_t from_ms = at(FROM), end_ms = from_ms + YEARS * 366 * DAY_MS;
	int days = 0;

	assert_non_null(table);
	if (all) {
		walk(rota, from_ms, end_ms);
		return YEARS * 366;
	}
	for (int year = 0; year < YEARS; year++, days += 2)
		walk(rota, from_ms + year * 365 * DAY_MS,
		    from_ms + year * 365 * DAY_MS + 2 * DAY_MS);
	for (size_t i = 0; i < table->count; i++) {
		int64_t at_ms = table->parts[i].from_s * 1000;

		if (at_ms < from_ms || at_ms >= end_ms)
			continue;
		walk(rota, at_ms - 2 * DAY_MS, at_ms + 2 * DAY_MS);
		days += 4;
	}
	return days;
}

static void
test_every_zone(void **state)
{
	static char name[] = "r";
	struct watch three[3] = { watch(zone, 0, islanders, 2),
		watch(zone, 2, down_under, 2), watch(zone, 13, yankees, 2) };
	struct rota rota = { .name = name, .watches = { three, 3 } };
	const char *days = getenv("ROTA_DAYS");
	FILE *tab = fopen("/usr/share/zoneinfo/zone.tab", "re");
	int zones = 0, looked = 0;
	char line[256];

	(void)state;
	assert_non_null(tab);
	three[1].takes_over_min += 30; /* a clock that often is missing */
	three[1].rotate.unit = ROTATE_DAILY;
	three[2].rotate.unit = ROTATE_MONTHLY;
	while (fgets(line, sizeof(line), tab) != NULL) {
		if (line[0] == '#' || sscanf(line, "%*s %*s %63s", zone) != 1)
			continue;
		zones++;
		looked +=
		    check_zone(&rota, days != NULL && strcmp(days, "all") == 0);
	}
	fclose(tab);
	assert_true(zones > 400);
	assert_true(looked > zones * 20);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
