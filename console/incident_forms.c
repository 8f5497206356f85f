/*
 * What can be pressed on an incident's page.
 *
 * The one button that ends the calling stands open; the others are folded, so
 * that nobody presses the wrong one.
 */
#include <string.h>

#include "console/incident.h"
#include "console/press.h"
#include "console/role.h"
#include "lib/ladder.h"

/* Of a folded form: what was refused is open, with what was written. */
struct folded {
	const struct facts *facts;
	const struct console_view *view;
	const char *action;
};

bool
incident_is_closed(const json_t *incident)
{
	return strcmp(console_string(incident, "state"), "closed") == 0;
}

static bool
was_refused(const struct folded *f)
{
	char action[16];

	return f->view->refused &&
	    console_field(f->view, "do", action, sizeof(action)) &&
	    strcmp(action, f->action) == 0;
}

static void
begin(const struct folded *f, const char *summary)
{
	text_addf(f->facts->html, "<details%s><summary>%s</summary>\n",
	    was_refused(f) ? " open" : "", summary);
	console_add_form(f->facts->html, f->view, NULL);
}

static void
end(const struct folded *f, const char *label)
{
	console_add_button(f->facts->html, f->action, label);
	text_add(f->facts->html, "</form></details>\n");
}

/* A label and its field; what was written and refused is still there. */
static void
add_field(const struct folded *f, const char *key, const char *label,
    int characters)
{
	char value[PRESS_TEXT_MAX + 1];

	text_addf(f->facts->html,
	    "<label for=\"%s-%s\">%s</label>\n<textarea id=\"%s-%s\" "
	    "name=\"%s\" maxlength=\"%d\">",
	    f->action, key, label, f->action, key, key, characters);
	if (was_refused(f) && console_field(f->view, key, value, sizeof(value)))
		text_add_html(f->facts->html, value);
	text_add(f->facts->html, "</textarea>\n");
}

static void
begin_choice(const struct folded *f, const char *key, const char *label)
{
	text_addf(f->facts->html,
	    "<label for=\"%s-%s\">%s</label>\n<select id=\"%s-%s\" "
	    "name=\"%s\">\n",
	    f->action, key, label, f->action, key, key);
}

static void
add_take(const struct facts *f, const struct console_view *v)
{
	const char *owner = console_string(f->incident, "owner");
	const json_t *public = json_object_get(f->incident, "public");
	bool mine = strcmp(owner, v->person->name) == 0;
	char label[120];

	if (mine && !json_is_true(json_object_get(public, "late")))
		return;
	if (mine)
		text_copy(label, sizeof(label), "I am writing the update");
	else if (*owner == '\0')
		text_copy(label, sizeof(label), "I take it");
	else
		text_format(label, sizeof(label), "I take it over from %s",
		    owner);
	console_add_form(f->html, v, NULL);
	console_add_button(f->html, "take", label);
	text_add(f->html, "</form>\n");
}

static void
add_decline(const struct facts *f, const struct console_view *v)
{
	const struct folded form = { f, v, "decline" };
	const char *owner = console_string(f->incident, "owner");
	bool mine = strcmp(owner, v->person->name) == 0;

	if (!mine &&
	    !ladder_names_have(console_string(f->incident, "calling"),
		v->person->name))
		return;
	begin(&form, mine ? "Give it back" : "I cannot");
	text_add(f->html,
	    mine ? "<p>It calls again, from the beginning of the ladder.</p>\n"
		 : "<p>The next one is called at once.</p>\n");
	end(&form, mine ? "I cannot keep it" : "I cannot take it");
}

static void
add_hand_on(const struct facts *f, const struct console_view *v)
{
	const struct folded form = { f, v, "hand-on" };

	begin(&form, "Hand it on");
	begin_choice(&form, "to", "To");
	CONF_EACH (const struct person, other, &v->settings->people) {
		if (other->reach.count == 0 || other == v->person)
			continue;
		text_add(f->html, "<option value=\"");
		text_add_html(f->html, other->name);
		text_add(f->html, "\">");
		text_add_html(f->html, other->name);
		text_add(f->html, "</option>\n");
	}
	text_add(f->html, "</select>\n");
	add_field(&form, "note", "Note", PRESS_NOTE_CHARACTERS);
	end(&form, "Hand on");
}

static void
add_minutes(const struct facts *f, int minutes, bool chosen)
{
	char length[32];

	text_duration(INT64_C(60000) * minutes, length, sizeof(length));
	text_addf(f->html, "<option value=\"%d\"%s>%s</option>\n", minutes,
	    chosen ? " selected" : "", length);
}

static void
add_snooze(const struct facts *f, const struct console_view *v)
{
	static const int minutes[] = { 10, 30, 60, PRESS_MINUTES_MAX };
	const struct folded form = { f, v, "snooze" };
	int most = console_number(f->incident, "severity") == 1
	    ? 30
	    : PRESS_MINUTES_MAX;

	begin(&form, "Snooze it");
	begin_choice(&form, "minutes", "Quiet for");
	for (size_t i = 0; i < 4 && minutes[i] <= most; i++)
		add_minutes(f, minutes[i], false);
	text_add(f->html, "</select>\n");
	add_field(&form, "note", "Why", PRESS_NOTE_CHARACTERS);
	end(&form, "Snooze");
}

static void
add_escalate(const struct facts *f, const struct console_view *v)
{
	const struct folded form = { f, v, "escalate" };

	begin(&form, "Escalate it");
	text_add(f->html,
	    "<p>It goes to the next level of the ladder, which has to take "
	    "it.</p>\n");
	add_field(&form, "note", "Note", PRESS_NOTE_CHARACTERS);
	end(&form, "Escalate");
}

static void
add_note(const struct facts *f, const struct console_view *v)
{
	const struct folded form = { f, v, "note" };

	begin(&form, "Write a note");
	add_field(&form, "text", "Note, which no client sees",
	    PRESS_TEXT_CHARACTERS);
	end(&form, "Write it down");
}

static void
add_resolve(const struct facts *f, const struct console_view *v)
{
	const struct folded form = { f, v, "resolve" };

	begin(&form, "Resolve it");
	add_field(&form, "note", "What it was", PRESS_NOTE_CHARACTERS);
	end(&form, "Resolve");
}

static void
add_severity(const struct facts *f, const struct console_view *v)
{
	const struct folded form = { f, v, "severity" };
	int now = (int)console_number(f->incident, "severity");

	begin(&form, "Set the severity");
	begin_choice(&form, "severity", "Severity");
	for (int i = 1; i <= 4; i++)
		text_addf(f->html, "<option value=\"%d\"%s>S%d</option>\n", i,
		    i == now ? " selected" : "", i);
	text_add(f->html, "</select>\n");
	end(&form, "Set it");
}

/* While it is open, and afterwards. */
static void
add_states(const struct folded *form, bool closed)
{
	static const char *const states[] = { "investigating", "identified",
		"monitoring", "resolved", "postmortem" };
	const struct facts *f = form->facts;
	const char *now =
	    console_string(json_object_get(f->incident, "public"), "state");

	begin_choice(form, "state", "State");
	for (size_t i = closed ? 3 : 0; i < (closed ? 5u : 3u); i++)
		text_addf(f->html, "<option%s>%s</option>\n",
		    strcmp(states[i], now) == 0 ? " selected" : "", states[i]);
	text_add(f->html, "</select>\n");
}

static void
add_next(const struct folded *form)
{
	static const int minutes[] = { 15, 30, 60, 120, 240, 1440 };
	const struct facts *f = form->facts;
	int usual = console_number(f->incident, "severity") == 1 ? 30 : 60;

	begin_choice(form, "next", "Next update in");
	for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++)
		add_minutes(f, minutes[i], minutes[i] == usual);
	text_add(f->html, "</select>\n");
}

static void
add_update(const struct facts *f, const struct console_view *v)
{
	const struct folded form = { f, v, "preview" };
	bool closed = incident_is_closed(f->incident);

	if (json_array_size(
		json_object_get(json_object_get(f->incident, "public"),
		    "clients")) == 0)
		return; /* it concerns no client's page */
	begin(&form, "Tell clients");
	add_states(&form, closed);
	add_field(&form, "text", "Text; empty: the usual one of the state",
	    PRESS_TEXT_CHARACTERS);
	if (!closed)
		add_next(&form);
	end(&form, "Show what they will read");
}

static const struct {
	const char *command;
	bool closed_too;
	void (*add)(const struct facts *, const struct console_view *);
} forms[] = {
	{ "take", false, add_take },
	{ "decline", false, add_decline },
	{ "note", true, add_note },
	{ "hand-on", false, add_hand_on },
	{ "snooze", false, add_snooze },
	{ "escalate", false, add_escalate },
	{ "update", true, add_update },
	{ "severity", false, add_severity },
	{ "resolve", false, add_resolve },
};

void
incident_add_forms(const struct facts *f, const struct console_view *v)
{
	bool closed = incident_is_closed(f->incident);

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if ((!closed || forms[i].closed_too) &&
		    role_allows(v->person, forms[i].command))
			forms[i].add(f, v);
}

/* What was chosen goes on as it was, so that just this is published. */
static void
add_hidden(const struct facts *f, const char *key, const char *value)
{
	text_addf(f->html, "<input type=\"hidden\" name=\"%s\" value=\"", key);
	text_add_html(f->html, value);
	text_add(f->html, "\">\n");
}

static void
add_publish(const struct facts *f, const struct console_view *v)
{
	char value[PRESS_TEXT_MAX + 1];

	console_add_form(f->html, v, NULL);
	if (console_field(v, "state", value, sizeof(value)))
		add_hidden(f, "state", value);
	if (console_field(v, "text", value, sizeof(value)))
		add_hidden(f, "text", value);
	if (console_number(v->outcome, "next_ms") > 0) {
		text_format(value, sizeof(value), "%lld",
		    (long long)console_number(v->outcome, "next_ms"));
		add_hidden(f, "next_ms", value);
	}
	add_hidden(f, "digest", console_string(v->outcome, "digest"));
	console_add_button(f->html, "update", "Publish exactly this");
	text_add(f->html, "</form>\n");
}

void
incident_add_preview(const struct facts *f, const struct console_view *v)
{
	const json_t *texts = json_object_get(v->outcome, "texts"), *one;
	size_t i;

	if (json_array_size(texts) == 0)
		return;
	text_add(f->html, "<h2>What clients will read</h2>\n");
	json_array_foreach(texts, i, one)
	{
		text_add(f->html, "<h3>");
		text_add_html(f->html, console_string(one, "client"));
		text_add(f->html, "</h3>\n<blockquote>");
		text_add_html(f->html, console_string(one, "text"));
		text_add(f->html, "</blockquote>\n");
	}
	add_publish(f, v);
}
