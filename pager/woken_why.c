/* woken_why: what follows of what is known of an incident at an instant. */
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/woken_parts.h"

#define WORD "erased"

/* Since it calls, for itself: did anything get through, or may it still? */
static enum woken_why
why_calling(const struct woken *w)
{
	enum woken_why why = WOKEN_NOBODY;

	for (size_t i = 0; i < w->call_count; i++) {
		const struct woken_call *c = &w->calls[i];

		if (c->late || c->at_ms < w->calls_since_ms)
			continue;
		if (c->outcome == CALLED_HANDED ||
		    (c->outcome == CALLED_WAITING && c->answered_ms == 0))
			return WOKEN_CALLS;
		why = WOKEN_UNREACHED;
	}
	return why;
}

enum woken_why
woken_why(const struct woken *w)
{
	if (w->opened_ms == 0)
		return WOKEN_NOT_OPEN;
	if (w->state == PAGE_CLOSED)
		return WOKEN_CLOSED;
	if (w->storm[0] != '\0')
		return WOKEN_STORM;
	if (w->state == PAGE_TAKEN)
		return WOKEN_TAKEN;
	if (w->state == PAGE_SNOOZED)
		return WOKEN_SNOOZED;
	if (w->calls_as == 4)
		return WOKEN_DIGEST;
	return w->calls_as == 3 ? WOKEN_NOTICE : why_calling(w);
}

const char *
woken_why_text(enum woken_why why)
{
	static const char *const texts[] = { "calls", "unreached", "nobody",
		"taken", "snoozed", "storm", "notice", "digest", "closed",
		"not open" };

	return texts[why];
}

/* Where all have to take it: who has. */
static void
add_answers(const struct woken *w, struct page *out)
{
	for (size_t i = 0; i < w->act_count; i++) {
		const struct woken_act *a = &w->acts[i];
		struct page_answer *answer = &out->answers[out->answer_count];

		if (a->at_ms < w->calls_since_ms ||
		    strcmp(a->what, "answered") != 0 ||
		    out->answer_count == PAGE_PEOPLE_MAX)
			continue;
		out->answer_count++;
		text_copy(answer->person, sizeof(answer->person), a->person);
		answer->at_ms = a->at_ms;
	}
}

/* Of the level that is called; another one begins with nobody. */
static void
add_callee(const struct woken_call *c, struct page *out)
{
	if (out->level_until_ms != c->until_ms)
		out->callee_count = 0;
	if (out->callee_count == PAGE_PEOPLE_MAX || page_asks(out, c->person))
		return;
	text_copy(out->callees[out->callee_count++].person,
	    sizeof(out->callees[0].person), c->person);
}

void
woken_page(const struct woken *w, struct page *out)
{
	*out = (struct page){ .state = w->state,
		.level_until_ms = w->calls_since_ms,
		.noticed_ms = w->calls_since_ms,
		.watch_until_ms = NEVER,
		.until_ms = NEVER };
	for (size_t i = 0; i < w->call_count; i++) {
		const struct woken_call *c = &w->calls[i];

		if (c->late || c->at_ms < w->calls_since_ms || c->until_ms == 0)
			continue;
		out->level = c->level == 0 ? PAGE_DIRECT : c->level - 1;
		out->round = c->round == 0 ? 0 : c->round - 1;
		add_callee(c, out);
		out->level_until_ms = c->until_ms;
		out->watch_until_ms =
		    c->watch_until_ms == 0 ? NEVER : c->watch_until_ms;
		if (out->level <= 0)
			out->noticed_ms = c->at_ms;
	}
	add_answers(w, out);
}

static bool
is_erased(const char *name)
{
	return strncmp(name, WORD "-", sizeof(WORD)) == 0;
}

bool
woken_is_nameless(const struct incident *inc)
{
	for (size_t i = 0; i < inc->hold_count; i++)
		if (is_erased(inc->holds[i].person))
			return true;
	for (size_t i = 0; i < inc->called_count; i++)
		if (is_erased(inc->called[i].person))
			return true;
	return false;
}

static void
hide(char name[64])
{
	if (name[0] != '\0' && strcmp(name, "pager") != 0)
		text_copy(name, 64, WORD);
}

void
woken_hide_names(struct woken *w, int64_t before_ms)
{
	for (size_t i = 0; i < w->act_count; i++) {
		struct woken_act *a = &w->acts[i];

		if (a->at_ms >= before_ms)
			continue;
		hide(a->by);
		hide(a->person);
		if (strcmp(a->what, "severity") != 0)
			a->text[0] = '\0';
	}
}

void
woken_hide_all_names(struct woken *w)
{
	woken_hide_names(w, NEVER);
	hide(w->owner);
	for (size_t i = 0; i < w->call_count; i++) {
		struct woken_call *c = &w->calls[i];

		hide(c->person);
		hide(c->override_by);
		hide(c->instead);
		if (strncmp(c->from, "person ", 7) == 0)
			text_copy(c->from, sizeof(c->from), "person");
		c->answer[0] = '\0'; /* it may have an address */
	}
}
