#ifndef LIB_LEDGER_INSIDE_H
#define LIB_LEDGER_INSIDE_H

#include "lib/ledger.h"

/* ledger_inside: what the files of lib/ledger share; not for anybody else. */

struct ledger_remark_list;

/* The lists of "annotations", each with the outage that it is about. */
struct ledger_remarks {
	struct ledger_remark_list *items;
	size_t count;
};
int ledger_load_remarks(struct ledger_remarks *, const char *field,
    const void *value, size_t length, char error[160]);
void ledger_remarks_each(const struct ledger_remarks *, const char *endpoint,
    int64_t from_ms, int64_t to_ms, ledger_noted *, void *arg);
void ledger_remarks_clear(struct ledger_remarks *);

#endif
