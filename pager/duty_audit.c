/*
 * The auditor: is any open page quieter than promised?
 *
 * It knows nothing of levels and due times.  It looks at what was really
 * attempted and at what people said, and reads the promise as it stands.
 */
#include <string.h>

#include "lib/civil.h"
#include "lib/text.h"
#include "pager/duty_parts.h"

#define AUDIT_SLACK_MS INT64_C(15000) /* for a commit to become durable */

/* Does a named human hold it, within the time people may? */
static bool
is_held(const struct incident *inc, const struct page *page, int64_t now_ms)
{
	int64_t longest_ms = INT64_C(4) * 3600000;

	if (page->state != PAGE_TAKEN && page->state != PAGE_SNOOZED)
		return false;
	if (inc->severity == 1)
		longest_ms = INT64_C(30) * 60000;
	return page->owner[0] != '\0' &&
	    now_ms < page->until_ms + AUDIT_SLACK_MS &&
	    page->until_ms - now_ms <= longest_ms;
}

static int64_t
quiet_since(const struct incident *inc)
{
	int64_t since_ms = inc->opened_ms;

	if (inc->attempt_ms > since_ms)
		since_ms = inc->attempt_ms;
	if (inc->unheld_ms > since_ms)
		since_ms = inc->unheld_ms;
	return since_ms;
}

const char *
duty_audit(const struct duty *d, int64_t now_ms, char text[160])
{
	int64_t allowed_ms = d->settings->site.silence_max_ms + AUDIT_SLACK_MS;

	for (const struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next) {
		const struct incident *caller = inc;
		char length[32];
		int64_t quiet_ms;

		if (inc->closed_ms != 0 || inc->severity > 2)
			continue;
		if (inc->storm[0] != '\0')
			caller = duty_find(d, inc->storm);
		if (caller == NULL || caller->closed_ms != 0)
			caller = inc;
		if (is_held(caller, &caller->page, now_ms))
			continue;
		quiet_ms = now_ms - quiet_since(caller);
		if (quiet_ms <= allowed_ms)
			continue;
		text_duration(quiet_ms, length, sizeof(length));
		text_format(text, 160,
		    "%s (S%d) is open, nobody has it, and "
		    "nobody was called for %s",
		    inc->id, inc->severity, length);
		return inc->id;
	}
	return NULL;
}
