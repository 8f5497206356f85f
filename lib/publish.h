#ifndef LIB_PUBLISH_H
#define LIB_PUBLISH_H

#include "lib/ledger_period.h"
#include "lib/report.h"

/*
 * publish: which reports are final, and when; what is to be done of them.
 *
 * Every month of a client has a report, and every period of its contract that
 * is not a month as well.  It is final from the fifth day after its end on
 * (a month's: from the 5th of the next one), 00:00 in the zone of the
 * contract, if all of it was judged by then.  Whatever becomes known later and
 * changes a figure makes the next version.
 */

/* A period of one client; cleared with publish_clear(). */
struct publish_period {
	struct ledger_period is; /* its name is the report's */
	struct sla_facts facts;  /* zone, period and contract only */
	int64_t final_ms;        /* from when on it is */
};
void publish_clear(struct publish_period *);

/*
 * All of a client's periods since its first terms, one after another by their
 * ends, without any end; none if it never had terms.  Ledger and zone (of a
 * client without one) are kept until publish_end().
 */
struct publish_walk;
struct publish_walk *publish_begin(const struct ledger *, const char *zone);
bool publish_next(struct publish_walk *, struct publish_period *);
void publish_end(struct publish_walk *);

/* Of the reports that an instant is in the one that is final first; without
   facts. */
void publish_earliest(const struct ledger *, const char *zone, int64_t at_ms,
    struct publish_period *);
/* From when on a period's report is final; NEVER: it is none that gets one. */
int64_t publish_final_ms(const struct ledger *, const char *zone,
    const struct ledger_period *);

enum publish_step {
	PUBLISH_NOT_FINAL,
	PUBLISH_NOT_JUDGED, /* some of it has not been evaluated */
	PUBLISH_DUE,
	PUBLISH_LOOK, /* it is stored: whether it is still the same */
};
enum publish_step publish_step(const struct publish_period *, int64_t judged_ms,
    int64_t now_ms, bool is_stored);

/* The facts of the whole period. */
void publish_facts(const struct ledger *, struct publish_period *);
/*
 * Its report, which takes them over.  NULL with error "": nothing was agreed
 * in it, or nothing was to be served, and none is stored; else it cannot be
 * counted.
 */
struct report *publish_report(const char *client, const char *title,
    struct publish_period *, bool is_stored, char error[REPORT_ERROR]);

#endif
