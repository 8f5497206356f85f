/*
 * audit_look: is any open page quieter than promised?
 *
 * It looks at what was really attempted and at what people said; whose turn
 * it is and when does not matter here.
 */
#include <string.h>

#include "lib/text.h"
#include "pager/audit.h"

#define LISTED 5 /* incidents named to people */

/* Does a named human hold it, within the time people may? */
static bool
is_held(int severity, const struct page *page, int64_t now_ms)
{
	int64_t longest_ms = INT64_C(4) * 3600000;

	if (page->state != PAGE_TAKEN && page->state != PAGE_SNOOZED)
		return false;
	if (severity == 1)
		longest_ms = INT64_C(30) * 60000;
	/* In this order, since nothing can be added to NEVER. */
	return page->owner[0] != '\0' &&
	    page->until_ms - now_ms <= longest_ms &&
	    now_ms < page->until_ms + AUDIT_SLACK_MS;
}

/* The last of these that has been: the clock may have been set back. */
static int64_t
quiet_since(const struct incident *inc, int64_t now_ms)
{
	const int64_t points_ms[] = { inc->opened_ms, inc->attempt_ms,
		inc->unheld_ms };
	int64_t since_ms = 0;

	for (size_t i = 0; i < sizeof(points_ms) / sizeof(points_ms[0]); i++)
		if (points_ms[i] > since_ms && points_ms[i] <= now_ms)
			since_ms = points_ms[i];
	return since_ms != 0 ? since_ms : now_ms;
}

int64_t
audit_quiet_ms(const struct incident *inc, const struct incident *caller,
    int64_t now_ms)
{
	int64_t quiet_ms;

	if (inc->closed_ms != 0 || incident_urgency(inc) > 2 ||
	    is_held(caller->severity, &caller->page, now_ms))
		return 0;
	quiet_ms = now_ms - quiet_since(caller, now_ms);
	return quiet_ms > 0 ? quiet_ms : 1;
}

static const struct incident *
caller_of(const struct incident *all, const struct incident *inc)
{
	const struct incident *caller = NULL;

	if (inc->storm[0] != '\0')
		HASH_FIND_STR(all, inc->storm, caller);
	return caller != NULL && caller->closed_ms == 0 ? caller : inc;
}

static void
say(const struct incident *inc, int64_t quiet_ms, char text[160])
{
	char length[32];

	text_duration(quiet_ms, length, sizeof(length));
	text_format(text, 160,
	    "%s (S%d) is open, nobody has it, and nobody was called for %s",
	    inc->id, inc->severity, length);
}

const struct incident *
audit_find(const struct incident *all, int64_t allowed_ms, int64_t now_ms,
    char text[160])
{
	for (const struct incident *inc = all; inc != NULL;
	     inc = inc->hh.next) {
		int64_t quiet_ms =
		    audit_quiet_ms(inc, caller_of(all, inc), now_ms);

		if (quiet_ms <= allowed_ms)
			continue;
		say(inc, quiet_ms, text);
		return inc;
	}
	return NULL;
}

static void
list(struct audit_view *v, const struct incident *inc)
{
	size_t used = strlen(v->list);

	if (++v->unheld <= LISTED)
		text_format(v->list + used, sizeof(v->list) - used,
		    "%s%s (S%d) %.48s", used > 0 ? ", " : "", inc->id,
		    inc->severity, inc->subject);
}

void
audit_look(const struct incident *all, int64_t allowed_ms, int64_t at_ms,
    struct audit_view *out)
{
	*out = (struct audit_view){ .at_ms = at_ms };
	for (const struct incident *inc = all; inc != NULL;
	     inc = inc->hh.next) {
		int64_t quiet_ms =
		    audit_quiet_ms(inc, caller_of(all, inc), at_ms);

		if (quiet_ms == 0)
			continue;
		list(out, inc);
		if (quiet_ms <= allowed_ms || ++out->quiet > 1)
			continue;
		text_copy(out->incident, sizeof(out->incident), inc->id);
		say(inc, quiet_ms, out->text);
		out->quiet_since_ms = at_ms - quiet_ms;
	}
}
