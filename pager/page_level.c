/*
 * What page.c and page_acts.c have in common: who answers for a level, and
 * how calling one begins.
 */
#include <assert.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/text.h"
#include "pager/page_parts.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define OFFICE_FROM_S (9 * 3600) /* of the day */
#define OFFICE_TO_S (17 * 3600)

int64_t
page_snooze_max(int severity)
{
	return severity == 1 ? 30 * MINUTE_MS : 4 * HOUR_MS;
}

int64_t
page_take_span(int severity)
{
	if (severity == 1)
		return 30 * MINUTE_MS;
	return severity == 2 ? 60 * MINUTE_MS : 8 * HOUR_MS;
}

bool
page_insists(int severity)
{
	return severity <= 2;
}

int64_t
page_earlier(int64_t a_ms, int64_t b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

const struct level *
page_level(const struct ladder *ladder, int level)
{
	assert(level >= 0 && (size_t)level < ladder->levels.count);
	return (const struct level *)ladder->levels.items + level;
}

void
page_people(const struct page_policy *policy, int level, int round,
    int64_t at_ms, struct ladder_people *out)
{
	const struct ladder_asked asked = { policy->overrides,
		policy->override_count, policy->turn + (unsigned)round, at_ms };

	ladder_people(page_level(policy->ladder, level), &asked, out);
}

/* What is not the ladder's any more (it was edited) counts as its first. */
void
page_fit(struct page *p, const struct page_policy *policy)
{
	assert(policy->ladder->levels.count > 0);
	if (p->level >= (int)policy->ladder->levels.count)
		p->level = 0;
	if (p->owner_level >= (int)policy->ladder->levels.count)
		p->owner_level = -1;
}

int64_t
page_patience(const struct page *p, const struct page_policy *policy)
{
	int level = p->level == PAGE_DIRECT ? 0 : p->level;

	return page_level(policy->ladder, level)->patience_ms;
}

int64_t
page_level_ms(const struct page *p, const struct page_policy *policy)
{
	int64_t patience_ms = page_patience(p, policy);

	if (page_insists(policy->severity) || patience_ms > PAGE_QUIET_MS)
		return patience_ms;
	return PAGE_QUIET_MS;
}

bool
page_in_office(const struct person *person, int64_t at_ms)
{
	struct civil_date date;
	int second;

	date = civil_date_at(person->zone, at_ms, &second);
	return civil_weekday(date) < 5 && second >= OFFICE_FROM_S &&
	    second < OFFICE_TO_S;
}

int
page_quiet_level(const struct page *p, const struct page_policy *policy,
    int64_t at_ms)
{
	int count = (int)policy->ladder->levels.count;

	for (int level = p->level + 1; level < count; level++) {
		struct ladder_people people;

		page_people(policy, level, p->round, at_ms, &people);
		for (size_t i = 0; i < people.count; i++)
			if (page_in_office(people.items[i], at_ms))
				return level;
	}
	return -1;
}

/* How long until the same way to reach the same person is tried again. */
int64_t
page_again_after(const struct page *p, const struct page_policy *policy)
{
	if (!page_insists(policy->severity))
		return NEVER;
	return page_earlier(page_patience(p, policy),
	    policy->settings->site.silence_max_ms);
}

static void
direct_people(const struct page *p, const struct page_policy *policy,
    struct ladder_people *out)
{
	const struct person *person =
	    settings_person(policy->settings, p->direct);

	*out = (struct ladder_people){ .until_ms = NEVER };
	if (person != NULL)
		out->items[out->count++] = person;
}

/* Call a level, from the first way to reach each of its people on. */
void
page_begin_level(struct page *p, const struct page_policy *policy, int level,
    int64_t now_ms)
{
	struct ladder_people people;

	p->level = level;
	p->call++;
	p->escalated_ms = 0;
	p->pause_until_ms = 0;
	p->callee_count = 0;
	p->began_ms = now_ms;
	if (level == PAGE_DIRECT)
		direct_people(p, policy, &people);
	else
		page_people(policy, level, p->round, now_ms, &people);
	p->watch_until_ms = people.until_ms;
	p->level_until_ms = now_ms + page_level_ms(p, policy);
	if (level <= 0)
		p->noticed_ms = now_ms;
	if (policy->severity > 3)
		return; /* it calls nobody */
	/* A level without ways to reach has failed. */
	page_call_people(p, policy, &people, now_ms);
}

/* From the beginning: the one it was handed to, if any, then the ladder. */
void
page_restart(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	p->state = PAGE_CALLING;
	p->owner[0] = '\0';
	p->owned_at_ms = p->handover_at_ms = 0;
	p->until_ms = NEVER;
	p->owner_level = -1;
	p->round = 0;
	p->answer_count = 0;
	p->alive = false;
	page_begin_level(p, policy, p->direct[0] != '\0' ? PAGE_DIRECT : 0,
	    now_ms);
}

void
page_open(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	*p = (struct page){ 0 };
	page_restart(p, policy, now_ms);
}
