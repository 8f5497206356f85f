/* Whom a page calls next, and when, if nobody takes it. */
#include "lib/interval.h"
#include "pager/page_parts.h"

/* Whom this page calls after its present level, and when. */
static bool
upcoming(const struct page *p, const struct page_policy *policy, int64_t now_ms,
    const struct person **person, int64_t *at_ms)
{
	int count = (int)policy->ladder->levels.count, level;
	int64_t until_ms;

	*at_ms = p->pause_until_ms != 0 ? p->pause_until_ms : p->level_until_ms;
	level = p->pause_until_ms != 0 ? 0 : (p->level + 1) % count;
	for (int i = 0; i < count; i++, level = (level + 1) % count) {
		*person = page_callee(policy, level,
		    *at_ms > now_ms ? *at_ms : now_ms, &until_ms);
		if (*person != NULL)
			return true;
	}
	return false;
}

/* Severity 3: who is in the office then, or the watch, four hours later. */
static bool
quietly_upcoming(const struct page *p, const struct page_policy *policy,
    int64_t now_ms, const struct person **person, int64_t *at_ms)
{
	int64_t until_ms;
	int level;

	*at_ms = p->level_until_ms > now_ms ? p->level_until_ms : now_ms;
	level = page_quiet_level(p, policy, *at_ms);
	if (level < 0) {
		level = 0;
		*at_ms = p->noticed_ms + PAGE_REMIND_MS;
	}
	*person = page_callee(policy, level, *at_ms, &until_ms);
	return *person != NULL;
}

bool
page_upcoming(const struct page *p, const struct page_policy *policy,
    int64_t now_ms, const struct person **person, int64_t *at_ms)
{
	if (p->state != PAGE_CALLING)
		return false;
	if (policy->severity == 3)
		return quietly_upcoming(p, policy, now_ms, person, at_ms);
	return page_insists(policy->severity) &&
	    upcoming(p, policy, now_ms, person, at_ms);
}
