#ifndef LIB_ROTA_TURN_H
#define LIB_ROTA_TURN_H

#include <stddef.h>
#include <stdint.h>

#include "lib/settings.h"

/*
 * rota_turn: whose turn a watch is on one of its dates.
 *
 * People take turns in their written order, counted in calendar units since
 * the anchor: days, weeks, or months, whose first day is the anchor's day of
 * the month, or the month's last where it is shorter.
 */

/* The index of the date's person among "count" people; count is above 0. */
size_t turn_index(const struct rota *, const struct watch *, int64_t day,
    size_t count);
/* Who comes "after" people later in the order (0: whose turn it is); NULL: the
   watch has nobody. */
const struct person *turn_person(const struct rota *, const struct watch *,
    int64_t day, size_t after);

#endif
