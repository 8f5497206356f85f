/* One incident, and all that can be done about it. */
#include <string.h>

#include "console/incident.h"
#include "console/pages.h"
#include "console/press.h"
#include "lib/civil.h"

#define PATH "/incidents/"

static void
ask(const struct console_view *v, json_t *questions)
{
	json_t *name = json_string(v->path + sizeof(PATH) - 1);
	json_t *question = json_pack("{s:s}", "command", "incident");

	/* What is not UTF-8 names none. */
	json_object_set_new(question, "incident",
	    name != NULL ? name : json_string(""));
	json_array_append_new(questions, question);
}

/* "isla, since 14:02 GMT; it calls again at ..." */
static void
add_holder(const struct facts *f, const struct console_view *v)
{
	const json_t *i = f->incident;
	const char *owner = console_string(i, "owner");
	const char *calling = console_string(i, "calling");

	if (*owner != '\0') {
		text_add_html(f->html,
		    strcmp(owner, v->person->name) == 0 ? "You" : owner);
		text_add(f->html, ", since ");
		console_add_since(f->html, v,
		    console_number(i, "owned_since_ms"));
	} else
		text_add(f->html, "Nobody yet");
	if (console_number(i, "expires_ms") > 0) {
		text_add(f->html, "; it calls again at ");
		console_add_clock(f->html, v, console_number(i, "expires_ms"));
	}
	if (*calling != '\0') {
		text_add(f->html, "; called now: ");
		text_add_html(f->html, calling);
	}
}

static void
begin_row(const struct facts *f, const char *label)
{
	text_addf(f->html, "<dt>%s</dt><dd>", label);
}

static void
add_row(const struct facts *f, const char *label, const char *value)
{
	if (*value == '\0')
		return;
	begin_row(f, label);
	text_add_html(f->html, value);
	text_add(f->html, "</dd>\n");
}

static void
add_end(const struct facts *f, const struct console_view *v)
{
	begin_row(f, "Over since");
	console_add_since(f->html, v, console_number(f->incident, "closed_ms"));
	if (json_is_true(json_object_get(f->incident, "fails_on")))
		text_add(f->html, ", though it failed on");
	text_add(f->html, "</dd>\n");
	add_row(f, "What ended it", console_string(f->incident, "ended"));
}

/* What stands first: what, since when, who has it, who is next. */
static void
add_summary(const struct facts *f, const struct console_view *v)
{
	const json_t *i = f->incident, *next = json_object_get(i, "next");

	text_add(f->html, "<dl>\n");
	add_row(f, "What", console_string(i, "text"));
	add_row(f, "Of", console_string(i, "subject"));
	begin_row(f, "Since");
	console_add_since(f->html, v, console_number(i, "since_ms"));
	text_add(f->html, "</dd>\n");
	if (incident_is_closed(i))
		add_end(f, v);
	else {
		begin_row(f, "Who has it");
		add_holder(f, v);
		text_add(f->html, "</dd>\n");
	}
	if (*console_string(next, "person") != '\0') {
		begin_row(f, "Called next");
		text_add_html(f->html, console_string(next, "person"));
		text_add(f->html, ", ");
		console_add_clock(f->html, v, console_number(next, "at_ms"));
		text_add(f->html, "</dd>\n");
	}
	add_row(f, "Its page is that of", console_string(i, "storm"));
	text_add(f->html, "</dl>\n");
}

/* What is agreed with the client, and how it is there now. */
static void
add_card(const struct facts *f, const struct console_view *v)
{
	const char *name = console_string(f->incident, "client");
	const struct client *c = settings_client(v->settings, name);
	char there[64];

	if (c == NULL)
		return;
	civil_full(c->zone, v->now_ms, there, sizeof(there));
	text_add(f->html, "<h2>Client</h2>\n<dl>\n");
	add_row(f, "Name", c->title);
	add_row(f, "Time there", there);
	add_row(f, "Agreement", c->sla_name);
	add_row(f, "Contact", c->contact != NULL ? c->contact : "");
	if (c->status_page.host != NULL)
		add_row(f, "Status page", c->status_page.host);
	text_add(f->html, "</dl>\n");
}

static void
add_incident(const struct facts *f, const struct console_view *v)
{
	int severity = (int)console_number(f->incident, "severity");

	text_addf(f->html, "<h1><span class=\"s%d\">S%d</span> ", severity,
	    severity);
	text_add_html(f->html, console_string(f->incident, "title"));
	text_add(f->html, " <small>");
	text_add_html(f->html, console_string(f->incident, "id"));
	text_add(f->html, "</small></h1>\n");
	console_add_notice(f->html, v);
	incident_add_preview(f, v);
	add_summary(f, v);
	incident_add_forms(f, v);
	facts_add_evidence(f);
	facts_add_details(f);
	text_add(f->html, "<h2>What is known</h2>\n");
	facts_add_knowledge(f);
	add_card(f, v);
	facts_add_members(f);
	facts_add_called(f);
	facts_add_before(f);
	facts_add_public(f);
	facts_add_timeline(f);
}

static int
show(struct text *html, const struct console_view *v, const json_t *answers)
{
	const json_t *answer = json_array_get(answers, 0);
	const struct facts f = { html, v->settings, v->person->zone, v->now_ms,
		json_object_get(answer, "incident") };

	if (json_is_object(f.incident)) {
		add_incident(&f, v);
		return 200;
	}
	text_add(html, "<h1>Incident</h1>\n");
	console_add_notice(html, v);
	(void)console_add_error(html, answer);
	return strncmp(console_string(answer, "error"), "incident:", 9) == 0
	    ? 404
	    : 503;
}

static const struct press_button buttons[] = {
	{ "take", "take", { NULL } },
	{ "decline", "decline", { NULL } },
	{ "hand-on", "hand-on", { press_to, press_note } },
	{ "snooze", "snooze", { press_minutes, press_note } },
	{ "escalate", "escalate", { press_note } },
	{ "note", "note", { press_text } },
	{ "resolve", "resolve", { press_note } },
	{ "severity", "severity", { press_severity } },
	{ "preview", "preview", { press_state, press_said, press_next } },
	{ "update", "update",
	    { press_state, press_said, press_next, press_digest } },
	{ NULL },
};

static json_t *
act(const struct console_view *v, char error[160])
{
	json_t *name = json_string(v->path + sizeof(PATH) - 1);
	struct pressed p = { .body = v->form,
		.length = v->form_length,
		.settings = v->settings,
		.now_ms = v->now_ms,
		.error = error };

	p.command = json_object();
	if (name == NULL)
		text_format(error, 160, "There is no such incident.");
	else if (press_read(&p, buttons)) {
		json_object_set_new(p.command, "incident", name);
		return p.command;
	} else
		json_decref(name);
	json_decref(p.command);
	return NULL;
}

const struct console_page console_page_incident = {
	.path = PATH "*",
	.title = "Incident",
	.ask = ask,
	.show = show,
	.act = act,
};
