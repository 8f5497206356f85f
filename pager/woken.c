/* woken: see the header.  One line after the other, as they happened. */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/woken_parts.h"

/* What the subject asked for was called while the incident was open, and
   until when: then somebody else may have had that name. */
struct names {
	struct {
		char name[192];
		int64_t until_ms;
	} items[WOKEN_NAMES_MAX];
	size_t count;
};

struct reading {
	struct woken *w;
	const struct names *names;
	const json_t *o; /* the line */
	int64_t at_ms;
};

static const char *
field(const struct reading *r, const char *key)
{
	const char *text = record_string(r->o, key);

	return text != NULL ? text : "";
}

/* Who did it, for whom, until when: one more of the acts. */
static void
note_act(const struct reading *r)
{
	struct woken *w = r->w;
	struct woken_act *a;

	if (w->act_count == WOKEN_ACTS_MAX) {
		w->acts_left_out++;
		return;
	}
	w->acts = mem_grow(w->acts, (w->act_count + 1) * sizeof(*w->acts));
	a = &w->acts[w->act_count++];
	*a = (struct woken_act){ .at_ms = r->at_ms,
		.until_ms = record_int(r->o, "until_ms", 0) };
	text_copy(a->what, sizeof(a->what), field(r, "what"));
	text_copy(a->by, sizeof(a->by), field(r, "by"));
	text_copy(a->person, sizeof(a->person), field(r, "person"));
	text_copy(a->text, sizeof(a->text), field(r, "text"));
}

static void
call_anew(struct woken *w, int64_t at_ms)
{
	w->state = PAGE_CALLING;
	w->owner[0] = '\0';
	w->owned_ms = w->until_ms = 0;
	w->calls_since_ms = at_ms;
}

static void
on_opened(const struct reading *r)
{
	struct woken *w = r->w;

	w->opened_ms = r->at_ms;
	w->severity = record_choice(r->o, "severity", 5, 0);
	w->calls_as = record_choice(r->o, "calls_as", 5, w->severity);
	w->is_storm = strcmp(field(r, "what"), "storm") == 0;
	text_copy(w->subject, sizeof(w->subject), field(r, "text"));
	call_anew(w, r->at_ms);
}

/* What was said when it was closed is not so any more. */
static void
on_reopened(const struct reading *r)
{
	struct woken *w = r->w;

	note_act(r);
	w->closed_ms = w->cleared_ms = 0;
	w->ended[0] = w->storm[0] = '\0';
	w->severity = record_choice(r->o, "severity", 5, w->severity);
	w->calls_as = record_choice(r->o, "calls_as", 5, w->severity);
	call_anew(w, r->at_ms);
}

static bool
begins_with(const char *text, const char *name)
{
	return woken_is_of(text, &(struct woken_of){ name, name });
}

/* "acme/learn", or "acme/learn cleared: ...", of then. */
static bool
is_of(const struct names *names, const char *text, int64_t at_ms)
{
	for (size_t i = 0; i < names->count; i++)
		if (at_ms <= names->items[i].until_ms &&
		    begins_with(text, names->items[i].name))
			return true;
	return false;
}

static void
on_joined(const struct reading *r)
{
	if (r->w->joined_ms == 0 && is_of(r->names, field(r, "text"), r->at_ms))
		r->w->joined_ms = r->at_ms;
}

static void
on_cleared(const struct reading *r)
{
	if (is_of(r->names, field(r, "text"), r->at_ms))
		r->w->cleared_ms = r->at_ms;
}

static void
on_changed(const struct reading *r)
{
	if (is_of(r->names, field(r, "text"), r->at_ms))
		r->w->cleared_ms = 0;
}

static void
on_renamed(const struct reading *r)
{
	const char *text = field(r, "text"), *is = woken_new_name(text);
	char *subject = r->w->subject;

	if (is != NULL && begins_with(text, subject))
		text_format(subject, sizeof(r->w->subject), "%.*s",
		    (int)strcspn(is, " "), is);
}

/* "severity S2 -> S1": both; false: it does not say so. */
static bool
severities(const json_t *o, int *was, int *is)
{
	const char *text = record_string(o, "text");

	if (text == NULL || strlen(text) != strlen("severity S2 -> S1") ||
	    strncmp(text, "severity S", 10) != 0 ||
	    strncmp(text + 11, " -> S", 5) != 0)
		return false;
	*was = text[10] - '0';
	*is = text[16] - '0';
	if (*was < 1 || *was > 4 || *is < 1 || *is > 4)
		return false;
	return true;
}

static void
on_severity(const struct reading *r)
{
	struct woken *w = r->w;
	int was = 0, is = 0;

	if (!severities(r->o, &was, &is))
		return;
	note_act(r);
	w->severity = is;
	w->calls_as = record_choice(r->o, "calls_as", 5, is);
	if (record_bool(r->o, "again"))
		call_anew(w, r->at_ms);
	else if (w->state == PAGE_TAKEN)
		w->until_ms = r->at_ms + page_take_span(w->calls_as);
}

/* Its plan says another thing. */
static void
on_urgency(const struct reading *r)
{
	struct woken *w = r->w;
	int was = w->calls_as;

	w->calls_as = record_choice(r->o, "calls_as", 5, was);
	if (w->calls_as < was || w->state == PAGE_CALLING)
		call_anew(w, r->at_ms);
	else if (w->state == PAGE_TAKEN)
		w->until_ms = r->at_ms + page_take_span(w->calls_as);
}

/* "root as aroha", "aroha by link": it is aroha, before lines said so. */
static void
read_owner(const struct reading *r, char owner[64])
{
	const char *by = field(r, "by"), *as = strstr(by, " as ");

	if (record_text(r->o, "person", owner, 64))
		return;
	if (as != NULL)
		by = as + 4;
	text_format(owner, 64, "%.*s", (int)strcspn(by, " "), by);
}

static void
on_owned(const struct reading *r)
{
	struct woken *w = r->w;

	note_act(r);
	w->state = strcmp(field(r, "what"), "snoozed") == 0 ? PAGE_SNOOZED
							    : PAGE_TAKEN;
	read_owner(r, w->owner);
	w->owned_ms = r->at_ms;
	w->until_ms = record_int(r->o, "until_ms", 0);
}

static void
on_released(const struct reading *r)
{
	note_act(r);
	call_anew(r->w, r->at_ms);
}

/* Who is only called, and says no, had nothing to give back. */
static void
on_declined(const struct reading *r)
{
	note_act(r);
	if (r->w->owner[0] != '\0')
		call_anew(r->w, r->at_ms);
}

/* A note or an update: a take runs anew. */
static void
on_touched(const struct reading *r)
{
	struct woken *w = r->w;

	if (w->state == PAGE_TAKEN && strcmp(field(r, "by"), "pager") != 0 &&
	    w->until_ms != 0)
		w->until_ms = r->at_ms + page_take_span(w->calls_as);
}

static void
on_storm(const struct reading *r)
{
	bool joins = strcmp(field(r, "what"), "joined storm") == 0;

	text_copy(r->w->storm, sizeof(r->w->storm),
	    joins ? field(r, "text") : "");
	if (!joins)
		call_anew(r->w, r->at_ms);
}

static void
on_resolved(const struct reading *r)
{
	struct woken *w = r->w;

	note_act(r);
	w->closed_ms = r->at_ms;
	w->state = PAGE_CLOSED;
	text_copy(w->ended, sizeof(w->ended), field(r, "text"));
	w->owner[0] = '\0';
}

static const struct {
	const char *what;
	void (*happened)(const struct reading *);
} happenings[] = {
	{ "opened", on_opened },
	{ "storm", on_opened },
	{ "joined", on_joined },
	{ "cleared", on_cleared },
	{ "changed", on_changed },
	{ "renamed", on_renamed },
	{ "severity", on_severity },
	{ "urgency", on_urgency },
	{ "taken", on_owned },
	{ "snoozed", on_owned },
	{ "handed on", on_released },
	{ "escalated", on_released },
	{ "take expired", on_released },
	{ "snooze over", on_released },
	{ "watch over", on_released },
	{ "owner left", on_released },
	{ "declined", on_declined },
	{ "answered", note_act },
	{ "watch changed", note_act },
	{ "last resort", note_act },
	{ "update late", note_act },
	{ "note", on_touched },
	{ "published", on_touched },
	{ "held", on_touched },
	{ "joined storm", on_storm },
	{ "left storm", on_storm },
	{ "resolved", on_resolved },
	{ "reopened", on_reopened },
};
#define HAPPENINGS (sizeof(happenings) / sizeof(happenings[0]))

static void
read_line(const struct reading *r)
{
	const char *what = field(r, "what");

	woken_call_line(r->w, what, r->o, r->at_ms);
	for (size_t i = 0; i < HAPPENINGS; i++)
		if (strcmp(happenings[i].what, what) == 0)
			happenings[i].happened(r);
}

/* What it was before the first change that comes later; else as it is. */
static int
severity_then(const struct woken_journal *j, const struct incident *record,
    int64_t at_ms)
{
	int was, is;

	for (size_t i = 0; i < j->count; i++) {
		const char *id = record_string(j->lines[i].o, "incident");

		if (j->lines[i].at_ms > at_ms && id != NULL &&
		    strcmp(id, record->id) == 0 &&
		    severities(j->lines[i].o, &was, &is))
			return was;
	}
	return record->severity;
}

/* Lines of it are gone, or an earlier release wrote less. */
static void
fill(struct woken *w, const struct woken_journal *j,
    const struct incident *record, int64_t at_ms)
{
	if (w->opened_ms == 0 && record->opened_ms <= at_ms) {
		w->opened_ms = record->opened_ms;
		w->is_storm = record->is_storm;
		text_copy(w->subject, sizeof(w->subject), record->subject);
	}
	if (w->severity == 0)
		w->severity = severity_then(j, record, at_ms);
	if (w->calls_as == 0)
		w->calls_as = w->severity == record->severity
		    ? incident_urgency(record)
		    : w->severity;
	for (size_t i = 0; w->act_count == 0 && i < record->hold_count; i++) {
		const struct hold *h = &record->holds[i];

		if (h->from_ms > at_ms || (h->to_ms != 0 && h->to_ms <= at_ms))
			continue;
		w->state = PAGE_TAKEN;
		w->owned_ms = h->from_ms;
		text_copy(w->owner, sizeof(w->owner), h->person);
	}
	if (w->closed_ms == 0 && record->closed_ms != 0 && w->act_count == 0 &&
	    record->closed_ms <= at_ms) {
		w->closed_ms = record->closed_ms;
		w->state = PAGE_CLOSED;
		text_copy(w->ended, sizeof(w->ended), record->ended);
	}
	woken_fill_calls(w, record, at_ms);
}

static void
add_name(struct names *names, const char *name, int64_t until_ms)
{
	size_t i = names->count;

	if (i == WOKEN_NAMES_MAX)
		return;
	text_format(names->items[i].name, sizeof(names->items[i].name), "%.*s",
	    (int)strcspn(name, " "), name);
	names->items[i].until_ms = until_ms;
	names->count++;
}

/* Backwards: what it was called before it was called that. */
static void
find_names(const struct woken_journal *j, const char *incident,
    const struct woken_of *of, struct names *out)
{
	out->count = 0;
	add_name(out, of->name, NEVER);
	add_name(out, of->was, NEVER);
	for (size_t i = j->count; i > 0; i--) {
		const struct reading r = { .o = j->lines[i - 1].o,
			.at_ms = j->lines[i - 1].at_ms };
		const char *is = woken_new_name(field(&r, "text"));

		if (is != NULL && strcmp(field(&r, "what"), "renamed") == 0 &&
		    strcmp(field(&r, "incident"), incident) == 0 &&
		    is_of(out, is, r.at_ms))
			add_name(out, field(&r, "text"), r.at_ms);
	}
}

void
woken_at(const struct woken_journal *j, const struct incident *record,
    const char *incident, const struct woken_of *of, int64_t at_ms,
    struct woken *out)
{
	struct names names;

	find_names(j, incident, of, &names);
	*out = (struct woken){ .state = PAGE_CALLING };
	text_copy(out->incident, sizeof(out->incident), incident);
	for (size_t i = 0; i < j->count && j->lines[i].at_ms <= at_ms; i++) {
		const struct reading r = { out, &names, j->lines[i].o,
			j->lines[i].at_ms };

		if (strcmp(field(&r, "incident"), incident) == 0)
			read_line(&r);
	}
	if (record != NULL)
		fill(out, j, record, at_ms);
}

void
woken_end(struct woken *w)
{
	free(w->calls);
	free(w->acts);
	*w = (struct woken){ 0 };
}
