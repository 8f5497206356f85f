/*
 * A closed incident from beginning to end: what was down, from when to when,
 * how sure both edges are, and who had it.  Nothing is said as if it were
 * still so.
 */
#include <string.h>

#include "lib/civil.h"
#include "pager/duty_words.h"

#define MEMBERS_SHOWN 20

/*
 * A person closed it while it failed.  What people opened, and what is told and
 * no more, ends by being closed.
 */
bool
duty_fails_on(const struct incident *inc)
{
	for (size_t i = 0; i < inc->member_count; i++) {
		const struct member *m = &inc->members[i];

		if (m->until_ms == 0 && !duty_is_event(m) &&
		    !(inc->by_hand && strcmp(m->subject, inc->subject) == 0))
			return true;
	}
	return false;
}

static void
add_edge(struct duty_words *w, const char *what, int64_t before_ms,
    int64_t at_ms)
{
	text_add(w->text, what);
	duty_say_instant(w, before_ms);
	text_add(w->text, " and ");
	duty_say_instant(w, at_ms);
}

/* Where an edge is known as two looks, both are said. */
static void
add_edges(struct duty_words *w)
{
	const struct incident *inc = w->inc;
	bool begins = inc->last_good_ms != 0 && inc->first_failed_ms != 0;
	bool ends =
	    inc->ended_before_ms != 0 && inc->ended_before_ms < inc->closed_ms;

	if (begins)
		add_edge(w, "It began between ", inc->last_good_ms,
		    inc->first_failed_ms);
	if (ends)
		add_edge(w,
		    begins ? ", and ended between " : "It ended between ",
		    inc->ended_before_ms, inc->closed_ms);
	text_add(w->text, begins || ends ? ".\n" : "");
}

static void
add_holds(struct duty_words *w)
{
	const struct incident *inc = w->inc;

	if (inc->hold_count == 0)
		text_add(w->text, "Nobody had it.\n");
	for (size_t i = 0; i < inc->hold_count; i++) {
		const struct hold *h = &inc->holds[i];
		int64_t to_ms = h->to_ms != 0 ? h->to_ms : inc->closed_ms;

		text_addf(w->text, "%s had it from ", h->person);
		duty_say_clock(w, h->from_ms);
		text_add(w->text, ", for ");
		duty_say_length(w, to_ms > h->from_ms ? to_ms - h->from_ms : 0);
		text_add(w->text, ".\n");
	}
}

static void
add_member(struct duty_words *w, const struct member *m)
{
	text_add(w->text, "  ");
	duty_say_plain(w, m->subject);
	text_add(w->text, ", from ");
	duty_say_clock(w, m->since_ms);
	if (m->until_ms == 0)
		text_add(w->text, ", and still so when it was closed\n");
	else {
		text_add(w->text, " to ");
		duty_say_clock(w, m->until_ms);
		text_add(w->text, "\n");
	}
}

static void
add_members(struct duty_words *w)
{
	const struct incident *inc = w->inc;
	size_t shown = 0;

	if (inc->member_count < 2)
		return;
	text_add(w->text, "\nOne by one:\n");
	for (; shown < inc->member_count && shown < MEMBERS_SHOWN; shown++)
		add_member(w, &inc->members[shown]);
	if (inc->member_count > shown)
		text_addf(w->text, "  and %zu more\n",
		    inc->member_count - shown);
}

static void
add_of_storm(struct duty_words *w, const struct incident *inc)
{
	char title[160];

	duty_title(w->duty, inc, title, sizeof(title));
	text_addf(w->text, "  %s S%d %s %s from ", inc->id, inc->severity,
	    title, incident_matter(inc));
	duty_say_clock(w, inc->since_ms);
	text_add(w->text, "\n");
}

static bool
joined(const struct duty_words *w, const struct incident *inc)
{
	return strcmp(inc->storm, w->inc->id) == 0;
}

void
duty_say_over(struct duty_words *w)
{
	const struct incident *inc = w->inc;
	char title[160];

	duty_title(w->duty, inc, title, sizeof(title));
	text_addf(w->text, "%s ", title);
	if (inc->member_count > 1)
		text_addf(w->text, "(and %zu more) ", inc->member_count - 1);
	text_addf(w->text, "%s from ", incident_matter(inc));
	duty_say_instant(w, inc->since_ms);
	text_add(w->text,
	    duty_fails_on(inc) ? " until it was closed at " : " to ");
	duty_say_instant(w, inc->closed_ms);
	text_add(w->text, " (");
	duty_say_length(w, inc->closed_ms - inc->since_ms);
	text_addf(w->text, "), severity S%d, %s.\n", inc->severity, inc->id);
	if (duty_fails_on(inc))
		text_addf(w->text,
		    "%zu of %zu were still failing when it was closed.\n",
		    incident_count(inc), inc->member_count);
	add_edges(w);
	add_holds(w);
	if (inc->is_storm) {
		text_add(w->text, "\nIts page called for:\n");
		duty_say_list(w, "\"sunwatch incidents --all\"", joined,
		    add_of_storm);
	} else
		add_members(w);
}

/* What a person closed while it failed has no end that anybody knows. */
static void
add_span(struct duty_words *w)
{
	bool over = !duty_fails_on(w->inc);

	text_addf(w->text, over ? "%s " : "%s from ", incident_matter(w->inc));
	duty_say_clock(w, w->inc->since_ms);
	text_add(w->text, over ? " to " : ", still so when closed at ");
	duty_say_clock(w, w->inc->closed_ms);
	if (!over)
		return;
	text_add(w->text, " (");
	duty_say_length(w, w->inc->closed_ms - w->inc->since_ms);
	text_add(w->text, ")");
}

static const char *
heading(const struct incident *inc)
{
	return duty_fails_on(inc) ? "Closed" : "Over";
}

void
duty_say_over_subject(struct duty_words *w, char *out, size_t room)
{
	struct text span = { 0 };
	struct duty_words mine = *w;
	char title[SUBJECT_TITLE_MAX + 1];

	mine.text = &span;
	add_span(&mine);
	duty_title(w->duty, w->inc, title, sizeof(title));
	text_format(out, room, "[%s] %s: S%d %s %s", w->inc->id,
	    heading(w->inc), w->inc->severity, title, span.data);
	text_clear(&span);
}

void
duty_say_over_sms(struct duty_words *w, char sms[141])
{
	struct text span = { 0 };
	struct duty_words mine = *w;
	char title[160], tail[120];

	mine.text = &span;
	add_span(&mine);
	text_format(tail, sizeof(tail), " %s %s", span.data, w->inc->id);
	duty_title(w->duty, w->inc, title, sizeof(title));
	text_format(sms, 141, "%s: ", heading(w->inc));
	text_copy(sms + strlen(sms), 141 - strlen(sms) - strlen(tail), title);
	text_copy(sms + strlen(sms), 141 - strlen(sms), tail);
	text_clear(&span);
}
