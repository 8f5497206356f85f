#ifndef LIB_REPORT_SAY_H
#define LIB_REPORT_SAY_H

#include "lib/report.h"
#include "lib/text.h"

/*
 * report_say: a report for people: plain text, HTML, CSV.
 *
 * All of them from the one object, so that they cannot disagree; the same
 * bytes for the same report.  Whatever came from outside is escaped as its
 * place wants it.
 */

void report_say_text(const struct report *, struct text *);
/* Its head, and a guarantee and what came of it for each version. */
void report_say_brief(const struct report *, struct text *);
/* One whole page, that prints well and needs no script. */
void report_say_html(const struct report *, struct text *);
/*
 * RFC 4180 with CRLF: one table, a row for each part and each fact, told
 * apart by the first column.  Cells that a spreadsheet would take for a
 * formula begin with an apostrophe.
 */
void report_say_csv(const struct report *, struct text *);

/* Shared: how the parts of a report are put into words. */

/* "2026-10", "2026-Q4", "2026", "FROM to TO"; or both, where it was cut. */
void report_say_period(const struct report *, char *out, size_t room);
/* "met"; of what is under way "kept so far". */
const char *report_say_verdict(const struct report *);
const char *report_say_part(const struct sla_part *);
/* "(2592000 s - 1800 s) / 2592000 s = 99.9305 %". */
void report_say_formula(const struct sla_figures *, char *out, size_t room);
/* "1800", "1800.300": seconds of milliseconds. */
void report_say_seconds(int64_t ms, char *out, size_t room);
/* The outage's endpoint, or "everything". */
const char *report_say_endpoint(const struct report *, size_t endpoint);
/* "agreed by A and B, written down AT by C", or that it is not recorded. */
void report_say_accord(const struct sla_version *, struct text *plain);
/* "acme/forum 0.5, acme/wiki 0.3 (in part 0.1)"; nothing: all weigh alike. */
void report_say_weights(const struct sla_version *, struct text *plain);
/* That facts are incomplete, and by what; nothing: they are whole. */
void report_say_left(const struct sla_facts *, struct text *plain);
const char *report_say_consent(int consent);
const char *report_say_kind(int kind);

#endif
