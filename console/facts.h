#ifndef CONSOLE_FACTS_H
#define CONSOLE_FACTS_H

#include <stdint.h>

#include <jansson.h>

#include "console/console.h"

/*
 * facts: what is known of an incident as HTML, for the console and for the
 * page behind a take link.
 *
 * The incident is as docs/protocol.md has it.  Whatever stands in it is
 * escaped; what is missing is left out.
 */

#define FACTS_ROWS_MAX 50    /* of any list but ... */
#define FACTS_STORM_MAX 5000 /* ... of the incidents of a storm */

struct facts {
	struct text *html;
	const struct settings *settings;
	const char *zone; /* the reader's */
	int64_t now_ms;
	const json_t *incident;
};

/* facts_html.c: "14:02 NZDT", with the date when it is not of the last half
   day; with date and seconds; and with how long ago it was. */
void facts_add_clock(const struct facts *, int64_t at_ms);
void facts_add_full(const struct facts *, int64_t at_ms);
void facts_add_since(const struct facts *, int64_t since_ms);
/* <p>label: value</p>, or nothing; what is an address becomes a link. */
void facts_add_line(const struct facts *, const char *label, const char *value);

/* facts.c: one section each, or nothing. */
void facts_add_knowledge(const struct facts *);
void facts_add_evidence(const struct facts *);
void facts_add_details(const struct facts *); /* of an alert of others */
void facts_add_members(const struct facts *);
void facts_add_called(const struct facts *);
void facts_add_before(const struct facts *);
void facts_add_public(const struct facts *);
void facts_add_timeline(const struct facts *);

#endif
