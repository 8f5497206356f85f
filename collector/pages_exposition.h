#ifndef COLLECTOR_PAGES_EXPOSITION_H
#define COLLECTOR_PAGES_EXPOSITION_H

#include "lib/text.h"

/* pages_exposition: Prometheus text 0.0.4, a word at a time. */

/* # HELP and # TYPE; all samples of the family follow. */
void exposition_family(struct text *, const char *name, const char *kind,
    const char *help);
/* name="value", escaped. */
void exposition_label(struct text *, const char *name, const char *value);
/* Microseconds, or milliseconds, as seconds. */
void exposition_us(struct text *, int64_t us);
void exposition_ms(struct text *, int64_t ms);
/* What listeners have refused: the family, then its samples. */
void exposition_refusals(struct text *);
void exposition_refused(struct text *, const char *listener, const char *limit,
    uint64_t count);

#endif
