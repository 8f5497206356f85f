#ifndef LIB_LEDGER_FACTS_H
#define LIB_LEDGER_FACTS_H

#include "lib/ledger.h"
#include "lib/sla.h"

/*
 * ledger_facts: what a client's records say of a period, as facts.
 *
 * Zone, period and as_of are filled by the caller; versions, endpoints,
 * outages and gaps from the records, sorted, so that the same records give
 * the same facts.  Instants that no zone is known of are left out.  Where no
 * endpoint counted there is one, "service", that does not.
 */
void ledger_facts(const struct ledger *, struct sla_facts *);

#endif
