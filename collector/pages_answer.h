#ifndef COLLECTOR_PAGES_ANSWER_H
#define COLLECTOR_PAGES_ANSWER_H

#include <stddef.h>

#include "lib/settings.h"

/* pages_answer: what role pages answers as HTML, and how it refuses. */

struct serve_request;

void pages_answer(struct serve_request *, int status, const void *body,
    size_t length);
/* A small page of one sentence. */
void pages_notice(struct serve_request *, int status, const char *title,
    const char *html);

/* A page that is not there and one that is not yours look the same. */
void pages_refuse(struct serve_request *, const struct settings *);
void pages_no_report(struct serve_request *);
/* A report of a page that everybody sees: that it has some is no secret. */
void pages_refuse_report(struct serve_request *, const struct client *);

#endif
