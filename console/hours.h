#ifndef CONSOLE_HOURS_H
#define CONSOLE_HOURS_H

#include "console/console.h"

/*
 * hours: what pages about people's time share.  "watches" is the answer to the
 * question of that name (docs/protocol.md).
 */

#define HOURS_DAYS 14
#define HOURS_MS (HOURS_DAYS * INT64_C(86400000))
#define HOURS_ZONES_MAX 40 /* clocks; others are left out, and counted */

/* One row of watches[] as it is. */
struct hours {
	const char *rota, *person, *zone, *override; /* borrowed; "" for none */
	bool second;
	int64_t from_ms, to_ms;
};
struct hours hours_of(const json_t *row);

/* "Auckland", of "Pacific/Auckland". */
void hours_add_place(struct text *, const char *zone);
/* "stands in for tom", "covers absent hours": why it is theirs, or nothing. */
void hours_add_why(struct text *, const json_t *row);

/* console/clocks.c: a strip of world clocks, and the same as a table. */
void console_add_clocks(struct text *, const struct console_view *,
    const json_t *watches);
/*
 * console/picture.c: the coming days, a line for each who has hours of a rota:
 * a bar for each watch, a line of its own for nobody; and the same as a table.
 * Bars are in seconds since from_ms, so that they are exactly the watches'.
 */
void console_add_picture(struct text *, const struct console_view *,
    const json_t *watches, int64_t from_ms, int64_t to_ms);

#endif
