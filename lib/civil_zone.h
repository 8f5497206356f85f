#ifndef LIB_CIVIL_ZONE_H
#define LIB_CIVIL_ZONE_H

#include <stddef.h>
#include <stdint.h>

/*
 * civil_zone: one zone's history of offsets as a table, for civil.c.
 *
 * Built from libical's data when a zone is first asked for, kept for the life
 * of the process; from then on a question is a binary search.  It knows the
 * years 1970 to 2069; before and after the nearest known offset goes on.
 * Not for several threads at a time.
 */

struct zone_part {
	int64_t from_s; /* seconds since 1970; the first part: the far past */
	int offset_s;   /* east of UTC */
	char name[12];  /* "NZDT"; where the zone data have none, "+05:45" */
};

struct zone_table {
	struct zone_part *parts; /* by rising from_s, at least one */
	size_t count;
};

#define ZONE_NAME_MAX 64

/* NULL when there is no such zone. */
const struct zone_table *zone_find(const char *name);
/* The index of the part in force. */
size_t zone_part_at(const struct zone_table *, int64_t at_s);

#endif
