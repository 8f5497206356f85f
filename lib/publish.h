#ifndef LIB_PUBLISH_H
#define LIB_PUBLISH_H

#include "lib/ledger.h"
#include "lib/report.h"

/*
 * publish: which reports are final, and when; what is to be done of them.
 *
 * A month's report is final from the 5th of the next one on, 00:00 in the zone
 * of the contract, if the month was judged wholly by then.  Whatever becomes
 * known later and changes a figure makes the next version.
 */

#define PUBLISH_MONTH 8 /* "2026-10" with its 0 */

/* The month of a client's first terms; false: there are none. */
bool publish_first(const struct ledger *, const char *zone,
    char month[PUBLISH_MONTH]);
void publish_next(char month[PUBLISH_MONTH]);

/* A month of one client; cleared with publish_clear(). */
struct publish_month {
	char month[PUBLISH_MONTH];
	struct sla_facts facts; /* zone, period and contract only */
	int64_t final_ms;       /* from when on it is */
};
/* The zone is that of a client without terms. */
bool publish_month(const struct ledger *, const char *zone,
    const char month[PUBLISH_MONTH], struct publish_month *);
void publish_clear(struct publish_month *);

enum publish_step {
	PUBLISH_NOT_FINAL,
	PUBLISH_NOT_JUDGED, /* some of it has not been evaluated */
	PUBLISH_DUE,
	PUBLISH_LOOK, /* it is stored: whether it is still the same */
};
enum publish_step publish_step(const struct publish_month *, int64_t judged_ms,
    int64_t now_ms, bool is_stored);

/*
 * The whole month's report.  NULL with error "": nothing was agreed; else
 * it cannot be counted.  The month's facts are taken over.
 */
struct report *publish_report(const struct ledger *, const char *client,
    const char *title, struct publish_month *, char error[REPORT_ERROR]);

#endif
