#ifndef PAGER_LINK_PARTS_H
#define PAGER_LINK_PARTS_H

#include <jansson.h>

#include "console/facts.h"
#include "lib/text.h"
#include "pager/link_page.h"

/* link_parts: what the files of link_page share, and nobody else. */

struct page_html {
	struct text html;
	struct facts facts; /* they write to html */
	const struct link_view *view;
	const json_t *incident;
};

/* link_page.c */
bool link_is_mine(const struct page_html *);
bool link_is_state(const struct page_html *, const char *state);

/* link_forms.c: what can be pressed; nothing once it is over. */
void link_add_take(struct page_html *);    /* the one button */
void link_add_decline(struct page_html *); /* for whoever is asked now */
void link_add_more(struct page_html *);    /* for whoever has it */

#endif
