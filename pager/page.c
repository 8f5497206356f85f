/*
 * One page on its ladder.  The states are in page.h; while it calls, either
 * there are callees and steps are under way, or pause_until_ms is set.
 */
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/page_parts.h"

#define QUIET_PAUSE_MS (15 * INT64_C(60000)) /* severity 3, nobody there */
#define QUIET_LOOK_MS (15 * INT64_C(60000))  /* for an office that is open */

/* A round has failed from end to end. */
static bool
pause_round(struct page *p, const struct page_policy *policy, int64_t now_ms,
    struct page_action *out)
{
	int64_t silence_ms = policy->settings->site.silence_max_ms;

	p->callee_count = 0;
	p->call++;
	p->level = 0;
	if (!page_insists(policy->severity)) {
		p->pause_until_ms = now_ms + QUIET_PAUSE_MS;
		return false;
	}
	p->pause_until_ms = now_ms + page_earlier(PAGE_PAUSE_MS, silence_ms);
	if (p->resort_at_ms != 0 && now_ms - p->resort_at_ms < silence_ms)
		return false;
	p->resort_at_ms = now_ms;
	*out = (struct page_action){ PAGE_LAST_RESORT, .call = p->call };
	return true;
}

/* Severity 3: a level that is in its office, or the watch again after 4 h. */
static void
climb_quietly(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	int64_t again_ms = p->noticed_ms + PAGE_REMIND_MS;
	int level = page_quiet_level(p, policy, now_ms);

	if (now_ms < again_ms && level < 0) {
		p->level_until_ms =
		    page_earlier(now_ms + QUIET_LOOK_MS, again_ms);
		return;
	}
	p->direct[0] = '\0';
	page_begin_level(p, policy, now_ms < again_ms ? level : 0, now_ms);
}

/* The last level is followed by the first: there is no last step. */
static bool
climb(struct page *p, const struct page_policy *policy, int64_t now_ms,
    struct page_action *out)
{
	bool insists = page_insists(policy->severity);
	bool was_alive;

	page_note_alive(p);
	if (!insists && !page_level_failed(p, policy)) {
		climb_quietly(p, policy, now_ms);
		return false;
	}
	p->direct[0] = '\0';
	if (p->level + 1 < (int)policy->ladder->levels.count) {
		page_begin_level(p, policy, p->level + 1, now_ms);
		return false;
	}
	was_alive = p->alive;
	p->alive = false;
	p->round++;
	if (!was_alive)
		return pause_round(p, policy, now_ms, out);
	page_begin_level(p, policy, 0, now_ms);
	return false;
}

/* Who it was handed to may have left the configuration: the watch is called. */
static void
follow_direct(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	const struct person *to = settings_person(policy->settings, p->direct);

	p->watch_until_ms = NEVER;
	if (to != NULL && to->reach.count > 0)
		return;
	p->direct[0] = '\0';
	page_begin_level(p, policy, 0, now_ms);
}

/* The watch changed while its level is called: the newcomer is called. */
static void
follow_watch(struct page *p, const struct page_policy *policy, int64_t now_ms)
{
	struct ladder_people people;

	if (now_ms < p->watch_until_ms)
		return;
	if (p->level == PAGE_DIRECT) {
		follow_direct(p, policy, now_ms);
		return;
	}
	page_people(policy, p->level, p->round, now_ms, &people);
	p->watch_until_ms = people.until_ms;
	if (!page_insists(policy->severity) || people.count == 0 ||
	    page_calls(p, &people))
		return;
	page_note_alive(p);
	page_renew_level(p, policy, now_ms);
}

/* A way of this one that is due, or NULL. */
static struct page_step *
due_step(struct page_callee *c, int64_t now_ms)
{
	for (size_t i = 0; c->state == CALLEE_ASKED && i < c->step_count; i++)
		if (c->steps[i].due_ms <= now_ms)
			return &c->steps[i];
	return NULL;
}

static bool
start_step(struct page *p, const struct page_policy *policy, int64_t now_ms,
    struct page_action *out)
{
	int64_t again_ms = page_again_after(p, policy);

	for (size_t i = 0; i < p->callee_count; i++) {
		struct page_callee *c = &p->callees[i];
		struct page_step *s = due_step(c, now_ms);

		if (s == NULL)
			continue;
		p->alive |= s->state == STEP_HANDED;
		s->state = STEP_TRYING;
		s->due_ms = again_ms == NEVER ? NEVER : now_ms + again_ms;
		*out = (struct page_action){ PAGE_CALL,
			.step = (size_t)(s - c->steps), .call = p->call };
		text_copy(out->person, sizeof out->person, c->person);
		return true;
	}
	return false;
}

static bool
call_on(struct page *p, const struct page_policy *policy, int64_t now_ms,
    struct page_action *out)
{
	if (policy->severity > 3 || now_ms < p->pause_until_ms)
		return false;
	if (p->pause_until_ms != 0)
		page_begin_level(p, policy, 0, now_ms);
	follow_watch(p, policy, now_ms);
	/* At most a round of failed levels; then there is a pause. */
	while (p->pause_until_ms == 0 &&
	    (now_ms >= p->level_until_ms || page_level_failed(p, policy)))
		if (climb(p, policy, now_ms, out))
			return true;
	return start_step(p, policy, now_ms, out);
}

static bool
give_up_owner(struct page *p, const struct page_policy *policy,
    enum page_do what, int64_t now_ms, struct page_action *out)
{
	*out = (struct page_action){ what };
	text_copy(out->person, sizeof out->person, p->owner);
	page_restart(p, policy, now_ms);
	return true;
}

/* The owner's watch may have ended: tell the newcomer, once. */
static bool
hand_over(struct page *p, const struct page_policy *policy, int64_t now_ms,
    struct page_action *out)
{
	struct ladder_people people;

	if (p->owner_level < 0 || p->handover_at_ms != 0 ||
	    now_ms < p->watch_until_ms)
		return false;
	page_people(policy, p->owner_level, 0, now_ms, &people);
	p->watch_until_ms = people.until_ms;
	if (people.count == 0 || ladder_has(&people, p->owner))
		return false;
	p->handover_at_ms = now_ms;
	*out = (struct page_action){ PAGE_HANDOVER };
	text_copy(out->person, sizeof out->person, people.items[0]->name);
	return true;
}

bool
page_next(struct page *p, const struct page_policy *policy, int64_t now_ms,
    struct page_action *out)
{
	page_fit(p, policy);
	switch (p->state) {
	case PAGE_CLOSED:
		break;
	case PAGE_SNOOZED:
	case PAGE_TAKEN:
		if (now_ms >= p->until_ms)
			return give_up_owner(p, policy,
			    p->state == PAGE_TAKEN ? PAGE_EXPIRED : PAGE_AWAKE,
			    now_ms, out);
		if (p->handover_at_ms != 0 &&
		    now_ms >= p->handover_at_ms + PAGE_HANDOVER_MS)
			return give_up_owner(p, policy, PAGE_WATCH_OVER, now_ms,
			    out);
		return hand_over(p, policy, now_ms, out);
	case PAGE_CALLING:
		return call_on(p, policy, now_ms, out);
	}
	return false;
}

static int64_t
callee_deadline(const struct page_callee *c)
{
	int64_t due_ms = NEVER;

	for (size_t i = 0; c->state == CALLEE_ASKED && i < c->step_count; i++)
		due_ms = page_earlier(due_ms, c->steps[i].due_ms);
	return due_ms;
}

static int64_t
calling_deadline(const struct page *p, const struct page_policy *policy)
{
	int64_t due_ms = p->level_until_ms;

	if (policy->severity > 3)
		return NEVER;
	if (p->pause_until_ms != 0)
		return p->pause_until_ms;
	if (page_level_failed(p, policy))
		return 0;
	if (page_insists(policy->severity))
		due_ms = page_earlier(due_ms, p->watch_until_ms);
	for (size_t i = 0; i < p->callee_count; i++)
		due_ms = page_earlier(due_ms, callee_deadline(&p->callees[i]));
	return due_ms;
}

int64_t
page_deadline(const struct page *p, const struct page_policy *policy)
{
	switch (p->state) {
	case PAGE_CLOSED:
		break;
	case PAGE_SNOOZED:
	case PAGE_TAKEN:
		if (p->handover_at_ms != 0)
			return page_earlier(p->until_ms,
			    p->handover_at_ms + PAGE_HANDOVER_MS);
		if (p->owner_level >= 0)
			return page_earlier(p->until_ms, p->watch_until_ms);
		return p->until_ms;
	case PAGE_CALLING:
		return calling_deadline(p, policy);
	}
	return NEVER;
}

/* This one's next way that has not started yet follows at once. */
static void
hurry_next(struct page_callee *c, int64_t now_ms)
{
	for (size_t i = 0; i < c->step_count; i++)
		if (c->steps[i].state == STEP_WAITING) {
			if (c->steps[i].due_ms > now_ms)
				c->steps[i].due_ms = now_ms;
			return;
		}
}

void
page_sent(struct page *p, unsigned call, const char *person, size_t step,
    enum page_outcome outcome, int64_t now_ms)
{
	struct page_callee *c = call == p->call ? page_callee(p, person) : NULL;

	if (p->state != PAGE_CALLING)
		return;
	/* Of what is called now it is seen when it is left or called again:
	   what was handed over may yet turn out not to arrive. */
	if (c == NULL || step >= c->step_count) {
		p->alive |= outcome == PAGE_HANDED;
		return;
	}
	switch (outcome) {
	case PAGE_HANDED:
		c->steps[step].state = STEP_HANDED;
		break;
	case PAGE_STUMBLED:
		c->steps[step].state = STEP_STUMBLED;
		hurry_next(c, now_ms);
		break;
	case PAGE_FAILED:
		c->steps[step].state = STEP_FAILED;
		hurry_next(c, now_ms);
		break;
	}
}
