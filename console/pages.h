#ifndef CONSOLE_PAGES_H
#define CONSOLE_PAGES_H

#include "console/console.h"

/* pages: the pages that there are, each in the file of its name. */

extern const struct console_page console_page_incidents; /* / */
extern const struct console_page console_page_incident;  /* /incidents/ID */
extern const struct console_page console_page_watches;   /* /watches */
extern const struct console_page console_page_mine;      /* /me */
extern const struct console_page console_page_load;      /* /load */

#endif
