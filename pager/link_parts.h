#ifndef PAGER_LINK_PARTS_H
#define PAGER_LINK_PARTS_H

#include <jansson.h>

#include "lib/text.h"
#include "pager/link_page.h"

/* link_parts: what the files of link_page share, and nobody else. */

#define LINK_ROWS_MAX 50    /* of any list but ... */
#define LINK_STORM_MAX 5000 /* ... of the incidents of a storm */

struct page_html {
	struct text html;
	const struct link_view *view;
	const json_t *incident;
};

/* link_html.c: fields of foreign JSON, and small pieces of HTML. */
const char *link_string(const json_t *, const char *key); /* "" for none */
int64_t link_number(const json_t *, const char *key);     /* 0 for none */
/* "14:02 NZDT", with the date when it is not of the last half day. */
void link_add_clock(struct page_html *, int64_t at_ms);
void link_add_full(struct page_html *, int64_t at_ms);
void link_add_since(struct page_html *, int64_t since_ms);
/* <p>label: value</p>, or nothing; what is an address becomes a link. */
void link_add_line(struct page_html *, const char *label, const char *value);
bool link_is_mine(const struct page_html *);
bool link_is_state(const struct page_html *, const char *state);

/* link_facts.c: one section each, or nothing. */
void link_add_knowledge(struct page_html *);
void link_add_evidence(struct page_html *);
void link_add_details(struct page_html *); /* of an alert of others */
void link_add_members(struct page_html *);
void link_add_called(struct page_html *);
void link_add_before(struct page_html *);
void link_add_public(struct page_html *);
void link_add_timeline(struct page_html *);

/* link_forms.c: what can be pressed; nothing once it is over. */
void link_add_take(struct page_html *);    /* the one button */
void link_add_decline(struct page_html *); /* for whoever is asked now */
void link_add_more(struct page_html *);    /* for whoever has it */

#endif
