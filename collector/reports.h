#ifndef COLLECTOR_REPORTS_H
#define COLLECTOR_REPORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/reports_list.h"
#include "lib/published.h"

/*
 * reports: the final reports that a publisher has stored, as role pages shows
 * them: which there are, in memory; and their bytes, read for who asks.
 *
 * Whether there are others is asked every REPORTS_EVERY_MS.  A body is read
 * apart from its request, a part of a million bytes at a time, at most
 * REPORTS_READS_MAX at once; it is answered as it was stored, or told by it as
 * a text, as HTML or CSV, if it is not too large for that.  What was told is
 * kept for a while, and telling takes a quarter of the time at most
 * (reports_told).
 */

#define REPORTS_EVERY_MS 5000
#define REPORTS_READS_MAX 4
#define REPORTS_READ_MS 10000
#define REPORTS_TOLD_MAX 2000000 /* bytes of a body that is not just given */

struct event_base;
struct reports;
struct serve_request;
struct store;

enum reports_format {
	REPORTS_JSON, /* as it was stored: this is hashed and signed */
	REPORTS_HTML,
	REPORTS_CSV,
	REPORTS_TEXT,
};

struct reports *reports_new(struct event_base *, struct store *);
void reports_free(struct reports *);

/* What is in it is good until the event loop turns. */
const struct reports_list *reports_known(const struct reports *);

/* "2026-10", "2026-Q4.csv": the period and the format; false: neither. */
bool reports_name_read(const char *name, char period[SEAL_PERIOD],
    enum reports_format *);

struct reports_wanted {
	const char *client, *period;
	int64_t version; /* 0: the last */
	enum reports_format format;
};
/* Answered, now or later; false: there is no such report. */
bool reports_answer(struct reports *, struct serve_request *,
    const struct reports_wanted *);

#endif
