/* What people do to a page, and what the world around it does. */
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/page_parts.h"

/* In whose rota is the owner on watch, and until when? */
static void
find_watch(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	int count = (int)policy->ladder->levels.count;

	p->owner_level = -1;
	p->watch_until_ms = NEVER;
	for (int i = 0; i < count; i++) {
		const struct person *person;
		int64_t until_ms;

		if (page_level(policy->ladder, i)->call == CALL_PERSON)
			continue;
		person = page_callee(policy, i, now_ms, &until_ms);
		if (person == NULL || strcmp(person->name, p->owner) != 0)
			continue;
		p->owner_level = i;
		p->watch_until_ms = until_ms;
		return;
	}
}

static void
own(struct page *p, enum page_state state, const char *person, int64_t now_ms)
{
	p->state = state;
	text_copy(p->owner, sizeof p->owner, person);
	p->owned_at_ms = now_ms;
	p->handover_at_ms = 0;
	p->owner_level = -1;
	p->called[0] = p->direct[0] = '\0';
	p->worse = false;
	p->step_count = 0;
	p->pause_until_ms = 0;
	p->call++;
}

bool
page_take(struct page *p, const struct page_policy *policy, const char *person,
    int64_t now_ms)
{
	if (p->state == PAGE_CLOSED)
		return false;
	own(p, PAGE_TAKEN, person, now_ms);
	p->until_ms = now_ms + page_take_span(policy->severity);
	find_watch(p, policy, now_ms);
	return true;
}

bool
page_snooze(struct page *p, const struct page_policy *policy,
    const char *person, int64_t for_ms, int64_t now_ms)
{
	if (p->state == PAGE_CLOSED || for_ms < 1 ||
	    for_ms > page_snooze_max(policy->severity))
		return false;
	own(p, PAGE_SNOOZED, person, now_ms);
	p->until_ms = now_ms + for_ms;
	find_watch(p, policy, now_ms);
	return true;
}

bool
page_hand_on(struct page *p, const struct page_policy *policy, const char *to,
    int64_t now_ms)
{
	if (p->state == PAGE_CLOSED)
		return false;
	text_copy(p->direct, sizeof p->direct, to);
	p->worse = false;
	page_restart(p, policy, now_ms);
	return true;
}

/* Who declines is left at once, if there is anybody else. */
static void
leave_level(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	page_note_alive(p);
	p->alive = true; /* a human was reached, and said no */
	if (p->level == PAGE_DIRECT || policy->ladder->levels.count > 1)
		p->level_until_ms = now_ms;
}

bool
page_decline(struct page *p, const struct page_policy *policy,
    const char *person, int64_t now_ms)
{
	if (p->state == PAGE_CLOSED)
		return false;
	if (p->state != PAGE_CALLING) {
		if (strcmp(p->owner, person) != 0)
			return false;
		page_restart(p, policy, now_ms);
		if (strcmp(p->called, person) == 0)
			leave_level(p, policy, now_ms);
		return true;
	}
	if (strcmp(p->called, person) != 0)
		return false;
	leave_level(p, policy, now_ms);
	return true;
}

void
page_touch(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	if (p->state == PAGE_TAKEN)
		p->until_ms = now_ms + page_take_span(policy->severity);
}

void
page_severity(struct page *p, const struct page_policy *policy, bool raised,
    int64_t now_ms)
{
	int64_t latest_ms;

	if (p->state == PAGE_CLOSED)
		return;
	if (raised) {
		/* Whoever has it hears of it first, and has to take it anew. */
		if (p->owner[0] != '\0') {
			text_copy(p->direct, sizeof p->direct, p->owner);
			p->worse = true;
		}
		page_restart(p, policy, now_ms);
		return;
	}
	if (p->state == PAGE_CALLING) {
		page_restart(p, policy, now_ms);
		return;
	}
	latest_ms = now_ms +
	    (p->state == PAGE_TAKEN ? page_take_span(policy->severity)
				    : page_snooze_max(policy->severity));
	if (p->state == PAGE_TAKEN || p->until_ms > latest_ms)
		p->until_ms = latest_ms;
}

void
page_close(struct page *p)
{
	own(p, PAGE_CLOSED, "", p->owned_at_ms);
}

void
page_hurry(struct page *p, int64_t at_ms)
{
	if (p->step_count > 0 && p->steps[0].due_ms > at_ms)
		p->steps[0].due_ms = at_ms;
}

void
page_recheck(struct page *p, int64_t now_ms)
{
	if (p->watch_until_ms > now_ms)
		p->watch_until_ms = now_ms;
}

static bool
clamp(int64_t *at_ms, int64_t latest_ms)
{
	if (*at_ms == NEVER || *at_ms <= latest_ms)
		return false;
	*at_ms = latest_ms;
	return true;
}

static bool
clamp_steps(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	int64_t again_ms = page_again_after(p, policy);
	bool changed = false;

	for (size_t i = 0; again_ms != NEVER && i < p->step_count; i++)
		if (p->steps[i].state != STEP_WAITING)
			changed |=
			    clamp(&p->steps[i].due_ms, now_ms + again_ms);
	return changed;
}

/* Not later than if it had been taken, or snoozed for as long, now. */
static bool
clamp_owned(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	int64_t length_ms = page_take_span(policy->severity), asked_ms;
	bool changed;

	if (p->state != PAGE_TAKEN && p->state != PAGE_SNOOZED)
		return false;
	if (p->state == PAGE_SNOOZED) {
		length_ms = page_snooze_max(policy->severity);
		asked_ms =
		    p->until_ms == NEVER ? 0 : p->until_ms - p->owned_at_ms;
		if (asked_ms > 0 && asked_ms < length_ms)
			length_ms = asked_ms;
	}
	changed = clamp(&p->owned_at_ms, now_ms);
	if (p->until_ms <= now_ms + length_ms)
		return changed;
	p->until_ms = now_ms + length_ms; /* whatever a record says, an end */
	return true;
}

bool
page_clamp(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	bool changed = false;
	int64_t level_ms;

	page_fit(p, policy);
	level_ms = page_level_ms(p, policy);
	changed |= clamp_owned(p, policy, now_ms);
	changed |= clamp(&p->handover_at_ms, now_ms);
	changed |= clamp(&p->resort_at_ms, now_ms);
	changed |= clamp(&p->noticed_ms, now_ms);
	changed |= clamp(&p->pause_until_ms, now_ms + PAGE_PAUSE_MS);
	changed |= clamp(&p->level_until_ms, now_ms + level_ms);
	changed |= clamp_steps(p, policy, now_ms);
	page_recheck(p, now_ms);
	return changed;
}

const char *
page_state_text(enum page_state state)
{
	static const char *const texts[] = { "calling", "taken", "snoozed",
		"closed" };

	return texts[state];
}
