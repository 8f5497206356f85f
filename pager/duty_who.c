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

bool
duty_upcoming(const struct duty *d, const struct incident *inc, int64_t now_ms,
    struct ladder_people *people, int64_t *at_ms)
{
	struct page_policy policy;

	duty_policy(d, inc, &policy);
	policy.plan = duty_plan(d, inc);
	return policy.ladder != NULL && inc->storm[0] == '\0' &&
	    page_upcoming(&inc->page, &policy, now_ms, people, at_ms);
}

static void
add_next(struct duty_words *w, const struct ladder_people *next, int64_t at_ms,
    const char *unless)
{
	char names[LADDER_NAMES_MAX];

	ladder_names(next, names);
	text_addf(w->text, "Next: %s at ", names);
	duty_say_clock(w, at_ms);
	text_addf(w->text, ", unless %s.\n", unless);
}

void
duty_say_next_for_update(struct duty_words *w)
{
	struct page_policy policy;
	struct ladder_people next;
	int64_t at_ms;

	duty_policy(w->duty, w->inc, &policy);
	policy.plan = duty_plan(w->duty, w->inc);
	if (!page_insists(policy.severity))
		policy.severity = 2; /* as duty_late.c calls for it */
	if (policy.ladder != NULL &&
	    page_upcoming(&w->inc->late, &policy, w->now_ms, &next, &at_ms))
		add_next(w, &next, at_ms, "the update is there");
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

/* Where all have to: who has taken it. */
static void
add_answers(struct duty_words *w, const struct page *p)
{
	char names[LADDER_NAMES_MAX];

	page_names(p, CALLEE_ANSWERED, names);
	if (names[0] != '\0')
		text_addf(w->text, "Has taken it, and is not called: %s.\n",
		    names);
}

bool
duty_wants_all(const struct duty *d, const struct incident *inc)
{
	const struct page *p = &inc->page;
	struct page_policy policy;

	duty_policy(d, inc, &policy);
	if (policy.ladder == NULL || p->state != PAGE_CALLING ||
	    p->level >= (int)policy.ladder->levels.count)
		return false;
	return p->level != PAGE_DIRECT && p->callee_count > 1 &&
	    ((const struct level *)policy.ladder->levels.items)[p->level]
		.answer == ANSWER_ALL;
}

void
duty_say_next(struct duty_words *w)
{
	const struct incident *caller = duty_caller(w->duty, w->inc);
	struct ladder_people next;
	int64_t at_ms;

	if (caller->page.owner[0] != '\0') {
		add_owner(w, &caller->page);
		return;
	}
	if (!duty_upcoming(w->duty, caller, w->now_ms, &next, &at_ms)) {
		text_add(w->text, "Nobody else is called after you.\n");
		return;
	}
	add_answers(w, &caller->page);
	add_next(w, &next, at_ms,
	    duty_wants_all(w->duty, caller) ? "all who are called take it"
					    : "somebody takes it");
}
