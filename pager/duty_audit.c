/* duty_audit: the auditor's question, asked of what is in memory. */
#include "lib/text.h"
#include "pager/audit.h"
#include "pager/duty_parts.h"

const char *
duty_audit(const struct duty *d, int64_t now_ms, char text[160])
{
	const struct incident *inc = audit_find(d->incidents,
	    d->settings->site.silence_max_ms + AUDIT_SLACK_MS, now_ms, text);

	return inc != NULL ? inc->id : NULL;
}
