/* What people do to a page, and what the world around it does. */
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/page_parts.h"

static bool
is_of_watch(const struct level *l)
{
	return l->call == CALL_ROTA || l->call == CALL_SECONDARY ||
	    l->call == CALL_WATCH;
}

/* In whose rota is the owner on watch, and until when? */
static void
find_watch(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	int count = (int)policy->ladder->levels.count;

	p->owner_level = -1;
	p->watch_until_ms = NEVER;
	for (int i = 0; i < count; i++) {
		struct ladder_people people;

		if (!is_of_watch(page_level(policy->ladder, i)))
			continue;
		page_people(policy, i, 0, now_ms, &people);
		if (!ladder_has(&people, p->owner))
			continue;
		p->owner_level = i;
		p->watch_until_ms = people.until_ms;
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
	p->direct[0] = '\0';
	p->worse = false;
	p->callee_count = p->answer_count = 0;
	p->pause_until_ms = 0;
	p->escalated_ms = 0;
	p->call++;
}

/* Those of the only level there is are asked again, at its pace. */
static void
ask_again(struct page *p)
{
	for (size_t i = 0; i < p->callee_count; i++)
		if (p->callees[i].state == CALLEE_DECLINED)
			p->callees[i].state = CALLEE_ASKED;
}

/* Somebody has said yes or no: when nobody is left to ask the level is left at
   once, if there is another. */
static void
may_leave_level(struct page *p, const struct page_policy *policy,
    int64_t now_ms)
{
	page_note_alive(p);
	p->alive = true; /* a human was reached */
	for (size_t i = 0; i < p->callee_count; i++)
		if (p->callees[i].state == CALLEE_ASKED)
			return;
	if (p->level == PAGE_DIRECT || policy->ladder->levels.count > 1)
		p->level_until_ms = now_ms;
	else
		ask_again(p);
}

bool
page_waits(const struct page *p, const struct page_policy *policy,
    const char *person)
{
	bool is_called = false, others = false;

	if (p->state != PAGE_CALLING || !page_wants_all(policy, p->level))
		return false;
	for (size_t i = 0; i < p->callee_count; i++) {
		const struct page_callee *c = &p->callees[i];

		if (strcmp(c->person, person) == 0)
			is_called = true;
		else if (c->state != CALLEE_ANSWERED)
			others = true;
	}
	return is_called && others;
}

bool
page_take(struct page *p, const struct page_policy *policy, const char *person,
    int64_t now_ms)
{
	if (p->state == PAGE_CLOSED)
		return false;
	if (page_waits(p, policy, person)) {
		page_callee(p, person)->state = CALLEE_ANSWERED;
		page_note_answer(p, person, now_ms);
		may_leave_level(p, policy, now_ms);
		return true;
	}
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

bool
page_is_escalated(const struct page *p, int64_t now_ms)
{
	return p->escalated_ms != 0 && now_ms >= p->escalated_ms &&
	    now_ms - p->escalated_ms < PAGE_ESCALATED_MS;
}

/* Whoever has it may be on watch at another level than the one that was
   called: then it is the one after theirs. */
static int
next_level(const struct page *p)
{
	if (p->state != PAGE_CALLING && p->owner_level >= 0)
		return p->owner_level + 1;
	return p->level + 1;
}

bool
page_escalate(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	int level = next_level(p), round = p->round;

	if (p->state == PAGE_CLOSED)
		return false;
	page_note_alive(p);
	p->direct[0] = '\0';
	p->worse = false;
	if (p->state != PAGE_CALLING)
		page_restart(p, policy, now_ms);
	p->round = round;
	if (level >= (int)policy->ladder->levels.count) {
		level = 0;
		p->round++;
		p->alive = false;
	}
	page_begin_level(p, policy, level, now_ms);
	p->escalated_ms = now_ms;
	return true;
}

static void
leave_alone(struct page *p, const struct page_policy *policy,
    struct page_callee *c, int64_t now_ms)
{
	c->state = CALLEE_DECLINED;
	page_forget_answer(p, c->person);
	may_leave_level(p, policy, now_ms);
}

bool
page_decline(struct page *p, const struct page_policy *policy,
    const char *person, int64_t now_ms)
{
	bool had = p->state != PAGE_CALLING && strcmp(p->owner, person) == 0;
	struct page_callee *c;

	if (p->state == PAGE_CLOSED || (p->state != PAGE_CALLING && !had))
		return false;
	if (had)
		page_restart(p, policy, now_ms);
	c = page_callee(p, person);
	if (c != NULL)
		leave_alone(p, policy, c, now_ms);
	return had || c != NULL;
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

/* Severity 3 is one notice: whoever got it was enough. */
static bool
switch_quietly(struct page *p, const struct page_policy *policy)
{
	if (page_insists(policy->severity) || page_level_failed(p, policy))
		return false;
	p->level = p->round = 0;
	return true;
}

bool
page_switch(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	if (p->state == PAGE_CLOSED)
		return false;
	if (p->state != PAGE_CALLING) {
		p->level = PAGE_DIRECT; /* none of it was called */
		if (p->handover_at_ms == 0)
			find_watch(p, policy, now_ms);
		return false;
	}
	if (p->level == PAGE_DIRECT || switch_quietly(p, policy))
		return false;
	page_note_alive(p);
	p->round = 0;
	page_begin_level(p, policy, 0, now_ms);
	return true;
}

void
page_close(struct page *p)
{
	own(p, PAGE_CLOSED, "", p->owned_at_ms);
}

void
page_hurry(struct page *p, int64_t at_ms)
{
	for (size_t i = 0; i < p->callee_count; i++) {
		struct page_callee *c = &p->callees[i];

		if (c->step_count > 0 && c->steps[0].due_ms > at_ms)
			c->steps[0].due_ms = at_ms;
	}
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

/* Ways that have begun begin again as if they had now, the others as if the
   level had. */
static bool
clamp_steps(struct page_callee *c, const struct page_policy *policy,
    int64_t again_ms, int64_t now_ms)
{
	const struct person *person =
	    settings_person(policy->settings, c->person);
	bool changed = false;

	for (size_t i = 0; i < c->step_count; i++) {
		int64_t after_ms = again_ms;

		if (c->steps[i].state == STEP_WAITING)
			after_ms = person != NULL && i < person->reach.count
			    ? page_delay(person, i)
			    : 0;
		changed |= clamp(&c->steps[i].due_ms, now_ms + after_ms);
	}
	return changed;
}

static bool
clamp_people(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	int64_t again_ms = page_again_after(p, policy);
	bool changed = false;

	for (size_t i = 0; again_ms != NEVER && i < p->callee_count; i++)
		changed |=
		    clamp_steps(&p->callees[i], policy, again_ms, now_ms);
	for (size_t i = 0; i < p->answer_count; i++)
		changed |= clamp(&p->answers[i].at_ms, now_ms);
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
	changed |= clamp(&p->escalated_ms, now_ms);
	changed |= clamp(&p->noticed_ms, now_ms);
	changed |= clamp(&p->pause_until_ms, now_ms + PAGE_PAUSE_MS);
	changed |= clamp(&p->level_until_ms, now_ms + level_ms);
	changed |= clamp_people(p, policy, now_ms);
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
