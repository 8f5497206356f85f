/*
 * Wall clocks and calendars.
 *
 * Everything is asked of a zone's table (lib/civil_zone.h): within one part
 * the local clock runs evenly, so that "which instant shows this" is looked
 * for part by part around the day in question, and what no part shows was
 * skipped, which means the instant of the jump.
 */
#include <assert.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/civil_zone.h"

#define DAY_S INT64_C(86400)

/* Where the local clock may show something: a day and the largest jump. */
#define AROUND_S (2 * DAY_S)

static const struct zone_table *
must_find(const char *zone)
{
	const struct zone_table *table = zone_find(zone);

	assert(table != NULL); /* the configuration lets no other name in */
	return table;
}

bool
civil_zone_exists(const char *zone)
{
	return zone != NULL && zone_find(zone) != NULL;
}

static int64_t
part_end(const struct zone_table *table, size_t i)
{
	return i + 1 < table->count ? table->parts[i + 1].from_s : INT64_MAX;
}

/* Seconds of the local clock, counted as if it were UTC. */
static int64_t
wanted(struct civil_date date, int minutes)
{
	return civil_days(date) * DAY_S + (int64_t)minutes * 60;
}

/* The first second at or after which the local clock has reached local_s. */
static int64_t
first_s(const struct zone_table *table, int64_t local_s)
{
	size_t i = zone_part_at(table, local_s - AROUND_S);

	for (;; i++) {
		const struct zone_part *part = &table->parts[i];
		int64_t at_s = local_s - part->offset_s;

		if (at_s < part->from_s)
			return part->from_s; /* skipped by the jump there */
		if (at_s < part_end(table, i))
			return at_s;
	}
}

int64_t
civil_first_ms(const char *zone, struct civil_date date, int minutes)
{
	return first_s(must_find(zone), wanted(date, minutes)) * 1000;
}

int64_t
civil_last_ms(const char *zone, struct civil_date date, int minutes)
{
	const struct zone_table *table = must_find(zone);
	int64_t local_s = wanted(date, minutes);
	size_t i = zone_part_at(table, local_s + AROUND_S);

	for (;; i--) {
		const struct zone_part *part = &table->parts[i];
		int64_t at_s = local_s - part->offset_s;

		if (at_s >= part_end(table, i))
			return first_s(table, local_s) * 1000; /* skipped */
		if (at_s >= part->from_s)
			return at_s * 1000;
	}
}

struct civil_date
civil_date_at(const char *zone, int64_t at_ms, int *seconds)
{
	int64_t local_s;

	local_s = civil_floor_div(at_ms, 1000) + civil_offset_s(zone, at_ms);
	if (seconds != NULL)
		*seconds =
		    (int)(local_s - civil_floor_div(local_s, DAY_S) * DAY_S);
	return civil_from_days(civil_floor_div(local_s, DAY_S));
}

int
civil_offset_s(const char *zone, int64_t at_ms)
{
	const struct zone_table *table = must_find(zone);

	return table->parts[zone_part_at(table, civil_floor_div(at_ms, 1000))]
	    .offset_s;
}

static struct civil_date
month_after(struct civil_date d)
{
	struct civil_date next = { d.year, d.month + 1, 1 };

	if (d.month == 12)
		next = (struct civil_date){ d.year + 1, 1, 1 };
	return next;
}

void
civil_month(const char *zone, int64_t at_ms, int64_t *from_ms, int64_t *to_ms)
{
	struct civil_date month = civil_date_at(zone, at_ms, NULL);

	month.day = 1;
	*from_ms = civil_first_ms(zone, month, 0);
	*to_ms = civil_first_ms(zone, month_after(month), 0);
	if (at_ms < *to_ms)
		return;
	/* The clock went back over the end of a month that had begun. */
	*from_ms = *to_ms;
	month = month_after(month_after(month));
	*to_ms = civil_first_ms(zone, month, 0);
}
