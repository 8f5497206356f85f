#ifndef PAGER_WOKEN_PARTS_H
#define PAGER_WOKEN_PARTS_H

#include "pager/woken.h"

/* woken_parts: what the files of woken share, and nobody else. */

struct woken_line {
	int64_t at_ms;
	json_t *o; /* an object; owned */
};

/* "acme/learn", or "acme/learn cleared: ...": of this subject. */
bool woken_is_of(const char *text, const struct woken_of *);
/* "acme/new now", of "acme/learn is called acme/new now"; NULL: it is no such
   text. */
const char *woken_new_name(const char *text);

/* woken_calls.c: a call that begins, and what became of one. */
void woken_call_line(struct woken *, const char *what, const json_t *,
    int64_t at_ms);
/* What the record has of calls that no line told. */
void woken_fill_calls(struct woken *, const struct incident *, int64_t at_ms);

#endif
