#ifndef LIB_REPORT_AGREED_H
#define LIB_REPORT_AGREED_H

#include <stdbool.h>

#include "lib/report.h"

/*
 * report_agreed: terms apart from any report, as they are journalled.
 *
 * A JSON object with the fields that a version has in a report, of those only
 * that are not as they are without; and "period" (month, quarter, year,
 * contract_year) and "contract" (from, to).  The same terms give the same
 * text.  Name, target and coverage floor stand beside it in the record.
 */

#define REPORT_AGREED_MAX 16384 /* bytes */

/* Period and contract of the facts, and the version; NULL: nothing to say. */
char *report_agreed_text(const struct sla_facts *, const struct sla_version *);

/* The same as JSON, with every field, also those that are as without. */
json_t *
report_agreed_json(const struct sla_facts *, const struct sla_version *);

/* Period and contract into the facts; false: it says nothing sound. */
bool report_agreed_contract(const char *text, struct sla_facts *);
/*
 * The version's fields, its hours open around the facts' period in their
 * zone; false: it says nothing sound, and the version is empty.
 */
bool report_agreed_version(const char *text, const struct sla_facts *,
    struct sla_version *, char error[REPORT_ERROR]);

#endif
