#ifndef CLI_SLA_TERMS_H
#define CLI_SLA_TERMS_H

#include "cli/cli.h"
#include "lib/ledger.h"

/*
 * sla_terms: what "sla show" and "sla history" share: a version of the terms,
 * by the names of docs/report.md.
 */

/* Every field of it; to_ms NEVER: in force. */
json_t *sla_terms_json(const struct ledger_agreement *, int64_t to_ms);
/*
 * The fields that differ from those before (NULL: from what they are when
 * nothing is said), a line each.
 */
void sla_terms_say(struct cli *, const json_t *before, const json_t *is);

#endif
