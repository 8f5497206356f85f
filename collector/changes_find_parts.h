#ifndef COLLECTOR_CHANGES_FIND_PARTS_H
#define COLLECTOR_CHANGES_FIND_PARTS_H

#include <jansson.h>

#include "collector/api_lists.h"

/* changes_find_parts: what the files of changes_find share. */

struct changes;
struct records;

struct finding {
	struct changes *changes;
	const struct api_view *view;
};

/* {"version": 1, "state": {...}, "gone": true}; the item is taken.  An item
   that no JSON could hold is NULL, and so is what is made of it. */
char *changes_wrap(const char *name, json_t *item, bool gone);
void changes_find_windows(const struct finding *, const struct records *was,
    const struct records *now);

#endif
