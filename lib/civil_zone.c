/*
 * Reads libical's zone data into tables.
 *
 * libical is asked for the offset every few days over the years we know, and
 * where two answers differ the second of the change is searched between them.
 * No zone ever changed twice within such a step and back.  Names are not
 * part of libical's answers; they come from the zone's component whose offset
 * is the same and which began last before.
 */
#include <assert.h>
#include <string.h>

#include <libical/ical.h>
#include <uthash.h>

#include "lib/civil_zone.h"
#include "lib/text.h"

#define DAY_S INT64_C(86400)
#define FIRST_S INT64_C(0)              /* 1970-01-01 */
#define LAST_S (INT64_C(36525) * DAY_S) /* 2070-01-01 */
#define STEP_S (4 * DAY_S)
#define FAR_PAST (-(INT64_C(1) << 40))

struct zone_entry {
	char name[ZONE_NAME_MAX];
	struct zone_table table;
	UT_hash_handle hh;
};

static struct zone_entry *zones; /* every zone asked for so far */

static int
offset_at(icaltimezone *zone, int64_t at_s, int *is_daylight)
{
	struct icaltimetype t;

	t = icaltime_from_timet_with_zone((time_t)at_s, 0,
	    icaltimezone_get_utc_timezone());
	return icaltimezone_get_utc_offset_of_utc_time(zone, &t, is_daylight);
}

/* The first second in (from_s, to_s] whose offset is the one at to_s. */
static int64_t
find_change(icaltimezone *zone, int64_t from_s, int64_t to_s)
{
	int was = offset_at(zone, from_s, NULL);

	while (to_s - from_s > 1) {
		int64_t middle_s = from_s + (to_s - from_s) / 2;

		if (offset_at(zone, middle_s, NULL) == was)
			from_s = middle_s;
		else
			to_s = middle_s;
	}
	return to_s;
}

/* "+05:45", where zone data give no name. */
static void
name_by_offset(struct zone_part *part)
{
	int minutes = part->offset_s / 60;
	char sign = minutes < 0 ? '-' : '+';

	if (minutes < 0)
		minutes = -minutes;
	text_format(part->name, sizeof part->name, "%c%02d:%02d", sign,
	    minutes / 60, minutes % 60);
}

static int
offset_to(icalcomponent *component)
{
	icalproperty *p;

	p = icalcomponent_get_first_property(component,
	    ICAL_TZOFFSETTO_PROPERTY);
	return p == NULL ? INT32_MAX : icalproperty_get_tzoffsetto(p);
}

static void
name_part(struct zone_part *part, icalcomponent *zone, int is_daylight)
{
	icalcomponent_kind kind =
	    is_daylight ? ICAL_XDAYLIGHT_COMPONENT : ICAL_XSTANDARD_COMPONENT;
	int64_t best_s = INT64_MIN;
	icalcomponent *c;

	name_by_offset(part);
	for (c = icalcomponent_get_first_component(zone, kind); c != NULL;
	     c = icalcomponent_get_next_component(zone, kind)) {
		int64_t began_s;
		icalproperty *p;

		/* Local time read as UTC: a day's slack covers any offset. */
		began_s = icaltime_as_timet(icalcomponent_get_dtstart(c));
		p = icalcomponent_get_first_property(c, ICAL_TZNAME_PROPERTY);
		if (p == NULL || offset_to(c) != part->offset_s ||
		    began_s > part->from_s + DAY_S || began_s < best_s)
			continue;
		best_s = began_s;
		text_copy(part->name, sizeof part->name,
		    icalproperty_get_tzname(p));
	}
}

static void
add_part(struct zone_table *table, icaltimezone *zone, int64_t from_s)
{
	icalcomponent *component = icaltimezone_get_component(zone);
	struct zone_part *part;
	int is_daylight = 0;

	table->parts =
	    mem_grow(table->parts, (table->count + 1) * sizeof *table->parts);
	part = &table->parts[table->count++];
	memset(part, 0, sizeof *part);
	part->from_s = from_s;
	part->offset_s = offset_at(zone, from_s, &is_daylight);
	if (component == NULL) /* only libical's own UTC has none */
		text_copy(part->name, sizeof part->name, "UTC");
	else
		name_part(part, component, is_daylight);
}

static void
build(struct zone_table *table, icaltimezone *zone)
{
	int64_t at_s = FIRST_S;
	int was;

	/* The far end first: libical works out each zone's changes anew
	   whenever a later year is asked for. */
	(void)offset_at(zone, LAST_S, NULL);
	add_part(table, zone, FIRST_S);
	was = table->parts[0].offset_s;
	for (at_s += STEP_S; at_s < LAST_S; at_s += STEP_S) {
		int offset = offset_at(zone, at_s, NULL);

		if (offset == was)
			continue;
		add_part(table, zone, find_change(zone, at_s - STEP_S, at_s));
		was = offset;
	}
	table->parts[0].from_s = FAR_PAST;
}

/* Names reach the file system inside libical: only what zones are made of. */
static bool
is_zone_name(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length < ZONE_NAME_MAX && name[0] != '/' &&
	    strspn(name,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789/_+-") == length &&
	    strncmp(name, "posix/", 6) != 0 && strncmp(name, "right/", 6) != 0;
}

const struct zone_table *
zone_find(const char *name)
{
	struct zone_entry *entry;
	icaltimezone *zone;

	HASH_FIND_STR(zones, name, entry);
	if (entry != NULL)
		return &entry->table;
	if (!is_zone_name(name))
		return NULL;
	icalerror_set_errors_are_fatal(0);
	icaltimezone_set_builtin_tzdata(
	    0); /* the system's, which is kept new */
	zone = icaltimezone_get_builtin_timezone(name);
	if (zone == NULL)
		return NULL;
	entry = mem_alloc(sizeof *entry);
	text_copy(entry->name, sizeof entry->name, name);
	build(&entry->table, zone);
	HASH_ADD_STR(zones, name, entry);
	return &entry->table;
}

size_t
zone_part_at(const struct zone_table *table, int64_t at_s)
{
	size_t low = 0, high = table->count; /* parts[low].from_s <= at_s */

	assert(table->count > 0);
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (table->parts[middle].from_s <= at_s)
			low = middle;
		else
			high = middle;
	}
	return low;
}
