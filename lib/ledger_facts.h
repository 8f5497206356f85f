#ifndef LIB_LEDGER_FACTS_H
#define LIB_LEDGER_FACTS_H

#include "lib/account.h"
#include "lib/ledger.h"
#include "lib/ledger_period.h"
#include "lib/sla.h"

/*
 * ledger_facts: what a client's records say of a period, as facts, and the
 * account that these come to.  Status page, "sunwatch account" and
 * "sunwatch report" all ask here, so that no two of them can say two things.
 */

/* One version as its record has it, its hours open around the facts' period;
   false: no such terms.  sla_version_clear() releases it. */
bool ledger_version(const struct ledger_agreement *, const struct sla_facts *,
    struct sla_version *);

/*
 * Zone, period and as_of are filled by the caller; versions, endpoints,
 * outages and gaps from the records, sorted, so that the same records give
 * the same facts, and they can be counted: what is too much for that is left
 * out, and said to be.  Instants that no zone is known of are left out.  Where no
 * endpoint counted there is one, "service", that does not.
 */
void ledger_facts(const struct ledger *, struct sla_facts *);

struct ledger_account {
	struct sla_facts facts;
	struct sla_account full;
	struct account whole; /* as far as it is known */
	/*
	 * Of the whole period if from then on nothing failed, all were seen
	 * and the terms stayed: whether the guarantee can still be kept.
	 */
	struct account best;
	bool has_changed; /* not the same terms for the whole period */
};

/*
 * The account of the period that the facts name, which it takes over, as far
 * as known_ms.
 */
void ledger_account(const struct ledger *, struct sla_facts *, int64_t known_ms,
    struct ledger_account *out);
void ledger_account_clear(struct ledger_account *);

#endif
