#ifndef TESTS_UNIT_TERMS_RECORDS_H
#define TESTS_UNIT_TERMS_RECORDS_H

#include "lib/ledger.h"

/* terms_records: one agreement and one endpoint's terms, as records; each is
   freed by whom it is given to. */

static inline char *
agreement_record(int64_t from_ms)
{
	const struct ledger_agreement agreement = { .from_ms = from_ms,
		.sla = (char[]){ "gold" },
		.zone = (char[]){ "UTC" },
		.guarantee_milli = 99950,
		.coverage_floor_milli = 50000 };
	struct ledger_agreements list = { 0 };
	char *text;

	ledger_add_agreement(&list, &agreement);
	text = ledger_encode_agreements(&list);
	ledger_agreements_clear(&list);
	return text;
}

static inline char *
terms_record(int64_t from_ms)
{
	const struct ledger_step step = { .from_ms = from_ms,
		.quorum = 2,
		.interval_ms = 30000,
		.timeout_ms = 10000,
		.regions = (char[]){ "auckland london" },
		.counts = true };
	struct ledger_terms list = { 0 };
	char *text;

	ledger_add_step(&list, &step);
	text = ledger_encode_terms(&list);
	ledger_terms_clear(&list);
	return text;
}

#endif
