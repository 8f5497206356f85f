/* woken_calls: attempts to reach somebody, from the lines that tell of them. */
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
#include "lib/text.h"
#include "pager/woken_parts.h"

#define COUNT_MAX 1000000 /* levels and rounds: more is no number of ours */

static struct woken_call *
find(struct woken *w, const char *intent)
{
	for (size_t i = 0; i < w->call_count; i++)
		if (strcmp(w->calls[i].intent, intent) == 0)
			return &w->calls[i];
	return NULL;
}

/* NULL: there is no room. */
static struct woken_call *
add(struct woken *w, int64_t at_ms)
{
	struct woken_call *c;

	if (w->call_count == WOKEN_CALLS_MAX) {
		w->calls_left_out++;
		return NULL;
	}
	w->calls = mem_grow(w->calls, (w->call_count + 1) * sizeof(*w->calls));
	c = &w->calls[w->call_count++];
	*c = (struct woken_call){ .at_ms = at_ms, .outcome = CALLED_WAITING };
	return c;
}

static void
begin(struct woken *w, const json_t *o, int64_t at_ms)
{
	struct woken_call *c = add(w, at_ms);

	if (c == NULL)
		return;
	record_text(o, "intent", c->intent, sizeof(c->intent));
	record_text(o, "person", c->person, sizeof(c->person));
	record_text(o, "channel", c->channel, sizeof(c->channel));
	record_text(o, "from", c->from, sizeof(c->from));
	record_text(o, "override", c->override, sizeof(c->override));
	record_text(o, "override_by", c->override_by, sizeof(c->override_by));
	record_text(o, "layer", c->layer, sizeof(c->layer));
	record_text(o, "instead", c->instead, sizeof(c->instead));
	c->level = record_choice(o, "level", COUNT_MAX, 0);
	c->levels = record_choice(o, "levels", COUNT_MAX, 0);
	c->round = record_choice(o, "round", COUNT_MAX, 0);
	c->filled = record_bool(o, "filled");
	c->late = record_bool(o, "late");
	c->until_ms = record_int(o, "until_ms", 0);
	c->watch_until_ms = record_int(o, "watch_until_ms", 0);
}

/* "i-000000123 to isla by mail: 250 ok": of that one, and the answer. */
static void
answer(struct woken *w, enum called_outcome outcome, const char *text,
    int64_t at_ms)
{
	struct woken_call *c;
	const char *said;
	char intent[24];

	text_format(intent, sizeof(intent), "%.*s", (int)strcspn(text, " "),
	    text);
	if ((c = find(w, intent)) == NULL)
		return; /* no call: news, or one of an earlier release */
	said = strstr(text, ": ");
	text_copy(c->answer, sizeof(c->answer), said != NULL ? said + 2 : "");
	/* Given up after it was tried: it failed. */
	c->outcome = outcome == CALLED_NOT_SENT && c->answered_ms != 0
	    ? CALLED_FAILED
	    : outcome;
	c->answered_ms = at_ms;
}

void
woken_call_line(struct woken *w, const char *what, const json_t *o,
    int64_t at_ms)
{
	static const struct {
		const char *what;
		enum called_outcome outcome;
	} outcomes[] = {
		{ "handed over", CALLED_HANDED },
		{ "failed", CALLED_FAILED },
		{ "failed for now", CALLED_WAITING },
		{ "not sent", CALLED_NOT_SENT },
	};
	const char *text = record_string(o, "text");

	if (strcmp(what, "calls") == 0)
		begin(w, o, at_ms);
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (text != NULL && strcmp(what, outcomes[i].what) == 0)
			answer(w, outcomes[i].outcome, text, at_ms);
}

static int
compare(const void *a, const void *b)
{
	const struct woken_call *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return strcmp(x->intent, y->intent);
}

/*
 * An earlier release wrote no line when a call began; its record says so, as
 * it stands now: what came of it is taken for known then.
 */
void
woken_fill_calls(struct woken *w, const struct incident *inc, int64_t at_ms)
{
	for (size_t i = 0; i < inc->called_count; i++) {
		const struct called *old = &inc->called[i];
		struct woken_call *c = find(w, old->intent);

		if (c != NULL || old->at_ms > at_ms ||
		    (c = add(w, old->at_ms)) == NULL)
			continue;
		text_copy(c->intent, sizeof(c->intent), old->intent);
		text_copy(c->person, sizeof(c->person), old->person);
		text_copy(c->channel, sizeof(c->channel),
		    channel_text(old->channel));
		c->outcome = old->outcome;
	}
	if (w->call_count > 0)
		qsort(w->calls, w->call_count, sizeof(*w->calls), compare);
}
