#ifndef COLLECTOR_CHANGES_FIND_H
#define COLLECTOR_CHANGES_FIND_H

#include "collector/api_lists.h"
#include "collector/pages_model.h"

/*
 * changes_find: what differs between what was known of a part and what is
 * known now, as the read API shows it to each who may see it.
 *
 * A state that is another one or began at another time; an outage of the last
 * 31 days, or going on, that was booked, moved, or is gone; an incident of
 * which anything differs that the API shows; maintenance that was announced
 * or changed.  The view's "only" is not looked
 * at.
 */

struct changes;
struct records;

void changes_find_in(struct changes *, const struct api_view *, enum pages_part,
    const struct records *was, const struct records *now);

#endif
