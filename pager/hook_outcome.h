#ifndef PAGER_HOOK_OUTCOME_H
#define PAGER_HOOK_OUTCOME_H

#include "pager/channel.h"

/*
 * hook_outcome: what it means how a page that was POSTed was answered.
 *
 * 2xx is handed over.  5xx, 408, 425, 429 and no whole answer are failed for
 * now; every other status is failed for good, redirects too, for they are not
 * followed.  "Retry-After" counts beside a failure for now: seconds, and what
 * is no number of seconds for HOOK_REST_MS.  The beginning of the answer's
 * first line stands in the detail, with control characters escaped.
 */

#define HOOK_BODY_MAX 1024   /* bytes of an answer that are kept */
#define HOOK_LINE_MAX 100    /* and that are shown */
#define HOOK_REST_MS 3600000 /* at most */

struct hook_answer {
	const char *trouble; /* why there is no whole answer; NULL: there is */
	int status;
	const char *retry_after; /* as it came, or NULL */
	const char *body;        /* as it came, 0-terminated */
};

void hook_outcome(const struct hook_answer *, struct channel_answer *out);

#endif
