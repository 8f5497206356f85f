#ifndef COLLECTOR_PAGES_REPORTS_H
#define COLLECTOR_PAGES_REPORTS_H

#include "collector/pages_view.h"

/* pages_reports: the final reports that a client's page leads to. */

#define PAGES_PATH_ROOM 80 /* "/c/NAME/" */

struct reports_list;

/* The last of its months, the newest first. */
void pages_reports_view(const struct reports_list *, struct view *);
void pages_reports_unview(struct view *);
/*
 * "/c/acme/reports/2026-10.html" is "2026-10.html" beneath "/c/acme/"; NULL:
 * it is no report's path.
 */
const char *pages_reports_name(const char *path, char page[PAGES_PATH_ROOM]);

#endif
