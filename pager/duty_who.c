/* Who was called, who has it, who is next and when. */
#include <string.h>

#include "lib/interval.h"
#include "pager/duty_words.h"

#define CALLS_SHOWN 10

void
duty_say_called(struct duty_words *w, const char *but_intent)
{
	const struct incident *inc = w->inc;
	size_t from = inc->called_count > CALLS_SHOWN
	    ? inc->called_count - CALLS_SHOWN
	    : 0;
	bool any = false;

	for (size_t i = from; i < inc->called_count; i++) {
		const struct called *c = &inc->called[i];

		if (strcmp(c->intent, but_intent) == 0)
			continue;
		text_add(w->text, any ? "" : "\nCalled so far:\n");
		any = true;
		text_addf(w->text, "  %s by %s at ", c->person,
		    channel_text(c->channel));
		duty_say_clock(w, c->at_ms);
		text_addf(w->text, ": %s\n", called_outcome_text(c->outcome));
	}
	if (!any)
		text_add(w->text, "\nNobody else was called so far.\n");
}

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
duty_upcoming(const struct duty *d, const struct incident *inc, int64_t now_ms,
    const struct person **person, int64_t *at_ms)
{
	struct page_policy policy;

	duty_policy(d, inc, &policy);
	if (policy.ladder == NULL || inc->page.state != PAGE_CALLING ||
	    inc->storm[0] != '\0')
		return false;
	if (inc->severity == 3)
		return quietly_upcoming(&inc->page, &policy, now_ms, person,
		    at_ms);
	return page_insists(inc->severity) &&
	    upcoming(&inc->page, &policy, now_ms, person, at_ms);
}

static void
add_next(struct duty_words *w, const struct person *next, int64_t at_ms,
    const char *unless)
{
	text_addf(w->text, "Next: %s at ", next->name);
	duty_say_clock(w, at_ms);
	text_addf(w->text, ", unless %s.\n", unless);
}

void
duty_say_next_for_update(struct duty_words *w)
{
	struct page_policy policy;
	const struct person *next;
	int64_t at_ms;

	duty_policy(w->duty, w->inc, &policy);
	if (policy.ladder != NULL && w->inc->late.state == PAGE_CALLING &&
	    upcoming(&w->inc->late, &policy, w->now_ms, &next, &at_ms))
		add_next(w, next, at_ms, "the update is there");
}

static void
add_owner(struct duty_words *w, const struct page *p)
{
	int64_t until_ms = p->until_ms;

	if (p->handover_at_ms != 0 &&
	    p->handover_at_ms + PAGE_HANDOVER_MS < until_ms)
		until_ms = p->handover_at_ms + PAGE_HANDOVER_MS;
	text_addf(w->text, "%s has it; it calls again at ", p->owner);
	duty_say_clock(w, until_ms);
	text_add(w->text, " unless there is an answer.\n");
}

void
duty_say_next(struct duty_words *w)
{
	const struct incident *caller = duty_caller(w->duty, w->inc);
	const struct person *next;
	int64_t at_ms;

	if (caller->page.owner[0] != '\0') {
		add_owner(w, &caller->page);
		return;
	}
	if (!duty_upcoming(w->duty, caller, w->now_ms, &next, &at_ms)) {
		text_add(w->text, "Nobody else is called after you.\n");
		return;
	}
	add_next(w, next, at_ms, "somebody takes it");
}
