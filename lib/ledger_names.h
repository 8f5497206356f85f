#ifndef LIB_LEDGER_NAMES_H
#define LIB_LEDGER_NAMES_H

#include "lib/ledger.h"
#include "lib/sla.h"

/* ledger_names: what an account calls its endpoints (lib/renames.h). */

/* Their record has them by keys; from here on by what they are called now. */
void ledger_name_weights(const struct ledger *, struct sla_version *);

/*
 * Facts that are otherwise made: each endpoint is called what it was called
 * when the period ended, so that a later rename makes no other report of it.
 */
void ledger_name_then(const struct ledger *, struct sla_facts *);

#endif
