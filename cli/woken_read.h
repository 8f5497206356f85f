#ifndef CLI_WOKEN_READ_H
#define CLI_WOKEN_READ_H

#include "cli/cli.h"
#include "cli/overrides.h"
#include "cli/records.h"
#include "pager/incident.h"
#include "pager/woken.h"

/*
 * woken_read: what is stored of the pager that bears on one endpoint near an
 * instant: its incidents, their storms, what the journal tells of them,
 * overrides, and our own trouble at that instant.  Nothing is written.
 */

#define WOKEN_NEAR_MS INT64_C(1800000) /* before and after the instant */
#define WOKEN_INCIDENTS_MAX 50         /* the first of them */

struct woken_read {
	struct woken_of of;
	int64_t at_ms;
	struct incident **records; /* as far as they are still kept */
	size_t record_count;
	char ids[WOKEN_INCIDENTS_MAX][24]; /* of the endpoint, then of storms */
	bool is_storm[WOKEN_INCIDENTS_MAX];
	size_t id_count, ids_left_out;
	struct woken_journal journal;
	struct overrides overrides;
	/* Of the whole hash: what is older than all of it may be gone. */
	uint64_t first_number;
	int64_t first_closed_ms; /* NEVER: none is closed */
};

/* False: complained about; out is to be cleared all the same. */
bool woken_read(struct cli *, const struct settings *, struct records *,
    const struct woken_of *, int64_t at_ms, struct woken_read *out);
void woken_read_clear(struct woken_read *);

/* By its id; NULL: it is not kept any more. */
const struct incident *woken_record(const struct woken_read *, const char *id);
/* Is it about that endpoint? */
bool woken_has_member(const struct incident *, const struct woken_of *);
/* The page of an open incident, as it is now; false: there is none. */
bool woken_live_page(struct records *, const char *incident, struct page *out);

#endif
