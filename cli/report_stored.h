#ifndef CLI_REPORT_STORED_H
#define CLI_REPORT_STORED_H

#include "cli/cli.h"
#include "lib/report.h"
#include "lib/settings.h"

/*
 * report_stored: final reports, as they were stored (lib/published.h).
 */

#define REPORT_NOT_STORED (-1)

/* The version of the period's report that was asked for, by default the last, with its
   signature to where --signature says; REPORT_NOT_STORED: there is no report. */
int report_stored(struct cli *, const struct cli_arguments *,
    const struct settings *, const char *client, const char *period);
/* What there is of a client, or with "" of all. */
int report_list(struct cli *, const struct settings *, const char *client);

/* cli/report.c: in the form that was asked for. */
void
report_print(struct cli *, const struct cli_arguments *, const struct report *);

#endif
