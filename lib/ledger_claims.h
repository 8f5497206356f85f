#ifndef LIB_LEDGER_CLAIMS_H
#define LIB_LEDGER_CLAIMS_H

#include "lib/claim.h"
#include "lib/ledger.h"
#include "lib/sla.h"

/*
 * ledger_claims: what is claimed not to count, as facts of an account, sorted
 * by its begins; and the causes that people named of outages.
 */

/* Endpoints are those of the facts; a claim of none of them is left out. */
void ledger_claim_facts(const struct ledger *, struct sla_facts *);

#endif
