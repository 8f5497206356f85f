/* Whom a page calls next, and when, if nobody takes it. */
#include "lib/interval.h"
#include "pager/page_parts.h"

/* Those of a level who would be called then; false: nobody. */
static bool
would_call(const struct page *p, const struct page_policy *policy, int level,
    int round, int64_t at_ms, struct ladder_people *people)
{
	page_people(policy, level, round, at_ms, people);
	page_choose(p, policy, level, at_ms, people);
	return people->count > 0;
}

/* The watch changes while its level is called: then its newcomers are. */
static bool
after_watch(const struct page *p, const struct page_policy *policy,
    int64_t now_ms, struct ladder_people *people, int64_t *at_ms)
{
	int count = (int)policy->ladder->levels.count;

	if (p->pause_until_ms != 0 || p->level < 0 || p->level >= count)
		return false;
	*at_ms = p->watch_until_ms > now_ms ? p->watch_until_ms : now_ms;
	for (; *at_ms < p->level_until_ms; *at_ms = people->until_ms) {
		page_people(policy, p->level, p->round, *at_ms, people);
		if (!page_calls(p, people))
			return would_call(p, policy, p->level, p->round, *at_ms,
			    people);
	}
	return false;
}

/* Whom this page calls after its present level, and when. */
static bool
upcoming(const struct page *p, const struct page_policy *policy, int64_t now_ms,
    struct ladder_people *people, int64_t *at_ms)
{
	int count = (int)policy->ladder->levels.count;
	int level = p->pause_until_ms != 0 ? 0 : p->level + 1, round = p->round;
	int64_t then_ms;

	*at_ms = p->pause_until_ms != 0 ? p->pause_until_ms : p->level_until_ms;
	then_ms = *at_ms > now_ms ? *at_ms : now_ms;
	for (int i = 0; i < count; i++, level++) {
		if (level == count) {
			level = 0;
			round++;
		}
		if (would_call(p, policy, level, round, then_ms, people))
			return true;
	}
	return false;
}

/* Severity 3: who is in the office then, or the watch, four hours later. */
static bool
quietly_upcoming(const struct page *p, const struct page_policy *policy,
    int64_t now_ms, struct ladder_people *people, int64_t *at_ms)
{
	int level;

	*at_ms = p->level_until_ms > now_ms ? p->level_until_ms : now_ms;
	level = page_quiet_level(p, policy, *at_ms);
	if (level < 0) {
		level = 0;
		*at_ms = p->noticed_ms + PAGE_REMIND_MS;
	}
	return would_call(p, policy, level, p->round, *at_ms, people);
}

bool
page_upcoming(const struct page *p, const struct page_policy *policy,
    int64_t now_ms, struct ladder_people *people, int64_t *at_ms)
{
	if (p->state != PAGE_CALLING)
		return false;
	if (policy->severity == 3)
		return quietly_upcoming(p, policy, now_ms, people, at_ms);
	if (!page_insists(policy->severity))
		return false;
	return after_watch(p, policy, now_ms, people, at_ms) ||
	    upcoming(p, policy, now_ms, people, at_ms);
}
