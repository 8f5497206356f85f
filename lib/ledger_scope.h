#ifndef LIB_LEDGER_SCOPE_H
#define LIB_LEDGER_SCOPE_H

#include "lib/sla.h"

/*
 * ledger_scope: what a record is about, by names, as a scope of an account.
 *
 * Every name that is among the facts' endpoints, by its place; no names at
 * all: all of them, which a scope says with none.  Names are those of the
 * instant at which they were said; the facts' are those of now.  False: it
 * names some, and the facts have none of them.
 */
struct ledger;
bool ledger_scope(const struct ledger *, char *const *names, size_t count,
    int64_t said_ms, const struct sla_facts *, struct sla_scope *);

#endif
