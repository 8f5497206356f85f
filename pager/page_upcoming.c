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
	if (p->pause_until_ms != 0 || p->level == PAGE_DIRECT)
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

/* From this level on round the ladder: the first that has somebody. */
static bool
first_from(const struct page *p, const struct page_policy *policy, int level,
    int round, int64_t at_ms, struct ladder_people *people)
{
	int count = (int)policy->ladder->levels.count;

	for (int i = 0; i < count; i++, level++) {
		if (level == count) {
			level = 0;
			round++;
		}
		if (would_call(p, policy, level, round, at_ms, people))
			return true;
	}
	return false;
}

/* When the present level ends, or a pause. */
static int64_t
end_of(const struct page *p)
{
	return p->pause_until_ms != 0 ? p->pause_until_ms : p->level_until_ms;
}

/* Does another ladder begin before the level ends?  The level of whom it was
   handed to is not cut short. */
static bool
is_another(const struct page *p, const struct page_policy *policy,
    int64_t now_ms, struct page_policy *then, int64_t *when_ms)
{
	int64_t to_ms = end_of(p) > now_ms ? end_of(p) : now_ms;
	struct ladder_chosen chosen;

	*then = *policy;
	if (!ladder_changes(&policy->plan, policy->ladder,
		p->level == PAGE_DIRECT ? to_ms : now_ms, to_ms + 1, &chosen,
		when_ms))
		return false;
	then->ladder = chosen.ladder;
	return true;
}

/* Whom this page calls after its present level, and when. */
static bool
upcoming(const struct page *p, const struct page_policy *policy, int64_t now_ms,
    struct ladder_people *people, int64_t *at_ms)
{
	int level = p->pause_until_ms != 0 ? 0 : p->level + 1;

	*at_ms = end_of(p);
	return first_from(p, policy, level, p->round,
	    *at_ms > now_ms ? *at_ms : now_ms, people);
}

/* The watch may change, or the ladder, or the level ends: what comes first. */
static bool
loudly_upcoming(const struct page *p, const struct page_policy *policy,
    int64_t now_ms, struct ladder_people *people, int64_t *at_ms)
{
	struct page_policy then;
	int64_t changes_ms = NEVER;
	bool another = is_another(p, policy, now_ms, &then, &changes_ms);

	if (after_watch(p, policy, now_ms, people, at_ms) &&
	    *at_ms < changes_ms)
		return true;
	if (!another)
		return upcoming(p, policy, now_ms, people, at_ms);
	*at_ms = changes_ms;
	return first_from(p, &then, 0, 0, *at_ms, people);
}

/* The ladder that is in force then, and the page as it is on that. */
static void
look_ahead(struct page *as, struct page_policy *then, int64_t now_ms,
    int64_t at_ms)
{
	struct ladder_chosen chosen;
	int64_t when_ms;

	if (!ladder_changes(&then->plan, then->ladder, now_ms, at_ms + 1,
		&chosen, &when_ms))
		return;
	ladder_when(&then->plan, at_ms, &chosen);
	then->ladder = chosen.ladder;
	as->level = as->round = 0;
}

/* Severity 3: who is in the office then, or the watch, four hours later. */
static bool
quietly_upcoming(const struct page *p, const struct page_policy *policy,
    int64_t now_ms, struct ladder_people *people, int64_t *at_ms)
{
	struct page_policy then = *policy;
	struct page as = *p;
	int level;

	*at_ms = p->level_until_ms > now_ms ? p->level_until_ms : now_ms;
	look_ahead(&as, &then, now_ms, *at_ms);
	level = page_quiet_level(&as, &then, *at_ms);
	if (level < 0) {
		level = 0;
		*at_ms = p->noticed_ms + PAGE_REMIND_MS;
		look_ahead(&as, &then, now_ms, *at_ms);
	}
	return would_call(&as, &then, level, as.round, *at_ms, people);
}

bool
page_upcoming(const struct page *as_it_was, const struct page_policy *policy,
    int64_t now_ms, struct ladder_people *people, int64_t *at_ms)
{
	struct page fitted = *as_it_was, *p = &fitted;

	if (p->state != PAGE_CALLING)
		return false;
	page_fit(p, policy); /* the ladder may have been cut since */
	if (policy->severity == 3)
		return quietly_upcoming(p, policy, now_ms, people, at_ms);
	return page_insists(policy->severity) &&
	    loudly_upcoming(p, policy, now_ms, people, at_ms);
}
