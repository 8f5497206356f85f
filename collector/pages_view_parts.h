#ifndef COLLECTOR_PAGES_VIEW_PARTS_H
#define COLLECTOR_PAGES_VIEW_PARTS_H

#include "collector/pages_view.h"

/* pages_view_parts: what the files that render a page share. */

/* An instant with its zone, to the second or to the minute. */
void view_add_time(struct text *, const char *zone, int64_t at_ms);
void view_add_minute(struct text *, const char *zone, int64_t at_ms);
/* Announced maintenance: what is under way, in a few words; all of it. */
void view_add_under_way(struct text *, const struct view *);
void view_add_windows(struct text *, const struct view *);
/* The account and the outages it is made of. */
void view_add_period(struct text *, const struct view *);
/* Links to final reports. */
void view_add_reports(struct text *, const struct view *);

#endif
