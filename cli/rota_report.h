#ifndef CLI_ROTA_REPORT_H
#define CLI_ROTA_REPORT_H

#include "cli/cli.h"
#include "cli/overrides.h"
#include "lib/rota.h"

/*
 * rota_report: what a rota asks of its people, and whether they are within
 * reach; printed, or put into the members of an object when it is not NULL.
 */

struct rota_span {
	int64_t from_ms;
	int days;
};

void rota_report_load(struct cli *, const struct rota *,
    const struct overrides *, const struct rota_span *, json_t *into);
void rota_report_lints(struct cli *, const struct settings *,
    const struct overrides *, const struct rota_span *, json_t *into);

#endif
