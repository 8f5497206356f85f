#ifndef TESTS_UNIT_WOKEN_TELL_H
#define TESTS_UNIT_WOKEN_TELL_H

/* What the tests of woken share: lines are read, and what they say is told. */

#include "lib/record.h"
#include "pager/woken.h"
#include "tests/unit/duty_story.h"

static const struct woken_of learn = { "acme/learn", "acme/learn" };

static int64_t told_ms; /* of calls and acts what is later is told */

/* Each line of a text that is a journal. */
static void
read_lines(struct woken_journal *j, const char *text)
{
	while (text != NULL && *text != '\0') {
		size_t n = strcspn(text, "\n");

		assert_true(woken_add(j, text, n));
		text += n + (text[n] != '\0');
	}
}

static int
seconds(const struct world *w, int64_t at_ms)
{
	return at_ms == 0 ? 0 : (int)((at_ms - w->begin_ms) / 1000);
}

static void
tell_call(const struct world *w, const struct woken_call *c, struct text *t)
{
	text_addf(t, "[%5d] calls %s by %s: %s", seconds(w, c->at_ms),
	    c->person, c->channel, c->from);
	if (c->level != 0)
		text_addf(t, " %d/%d round %d", c->level, c->levels, c->round);
	if (c->override[0] != '\0')
		text_addf(t, " (%s of %s)", c->override, c->override_by);
	if (c->layer[0] != '\0')
		text_addf(t, " (layer %s)", c->layer);
	if (c->instead[0] != '\0')
		text_addf(t, " (instead of %s)", c->instead);
	text_addf(t, "%s%s: %s", c->late ? " (late)" : "",
	    c->filled ? " (filled)" : "", called_outcome_text(c->outcome));
	text_addf(t, "%s%s\n", c->answer[0] != '\0' ? ": " : "", c->answer);
}

static void
tell(const struct world *w, const struct woken *k, struct text *t)
{
	text_addf(t, "S%d %s, %s", k->severity, page_state_text(k->state),
	    woken_why_text(woken_why(k)));
	if (k->owner[0] != '\0')
		text_addf(t, ": %s since %d until %d", k->owner,
		    seconds(w, k->owned_ms), seconds(w, k->until_ms));
	if (k->storm[0] != '\0')
		text_addf(t, " of %s", k->storm);
	text_add(t, "\n");
	for (size_t i = 0; i < k->call_count; i++)
		if (k->calls[i].at_ms > told_ms)
			tell_call(w, &k->calls[i], t);
	for (size_t i = 0; i < k->act_count; i++)
		if (k->acts[i].at_ms > told_ms)
			text_addf(t, "[%5d] %s by %s: %s\n",
			    seconds(w, k->acts[i].at_ms), k->acts[i].what,
			    k->acts[i].by, k->acts[i].person);
}

#endif
