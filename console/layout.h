#ifndef CONSOLE_LAYOUT_H
#define CONSOLE_LAYOUT_H

#include "console/console.h"

/* layout: what stands around <main>, and the pages of who is not in. */

/* The whole page, the caller's to free. */
char *console_layout(const struct console_page *, const struct console_view *,
    const char *inside);

/* Who is to log in, or a word to who cannot be shown anything. */
struct console_door {
	const char *notice; /* NULL: nothing */
	bool refused;
	bool form;        /* the form to log in by */
	const char *name; /* as typed; NULL: none */
	const char *next; /* where to then, a path of ours; NULL: / */
};
char *console_door_page(const struct console_door *);

extern const char console_style[], console_script[];

#endif
