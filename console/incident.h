#ifndef CONSOLE_INCIDENT_H
#define CONSOLE_INCIDENT_H

#include "console/facts.h"

/* incident: what the files of the incident's page share. */

bool incident_is_closed(const json_t *);
/* What can be pressed, by this person's role; nothing else is shown. */
void incident_add_forms(const struct facts *, const struct console_view *);
/* What clients would read, when that was asked for. */
void incident_add_preview(const struct facts *, const struct console_view *);

#endif
