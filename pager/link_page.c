/* link_page: see link_page.h. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/civil.h"
#include "lib/text.h"
#include "pager/link_page.h"

#define ROWS_MAX 50 /* of any list */
#define YEAR_9999_MS INT64_C(253402300799000)

const char link_style[] =
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:0 auto;"
    "padding:1rem;color:#111;background:#fff}"
    "h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:1.5rem}"
    ".notice{border:.2rem solid #06602f;padding:.5rem 1rem}"
    ".refused{border-color:#a00}"
    "button{font:inherit;font-weight:bold;padding:.8rem 1.5rem;margin:.3rem 0;"
    "border:0;border-radius:.3rem;background:#06602f;color:#fff}"
    "button:focus,select:focus,input:focus{outline:.2rem solid #0b57d0}"
    "select,input{font:inherit;padding:.5rem;max-width:100%}"
    "table{border-collapse:collapse}td,th{text-align:left;padding:.2rem "
    ".8rem .2rem 0;vertical-align:top}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#111}"
    "a{color:#9cf}}";

struct page {
	struct text html;
	const struct link_view *view;
	const json_t *incident;
};

static const char *
string(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s != NULL ? s : "";
}

static int64_t
number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void
add_clock(struct page *p, int64_t at_ms)
{
	char clock[64];

	if (at_ms <= 0 || at_ms > YEAR_9999_MS) {
		text_add(&p->html, "?");
		return;
	}
	civil_clock(p->view->person->zone, at_ms, clock, sizeof(clock));
	text_add_html(&p->html, clock);
}

static void
add_since(struct page *p, int64_t since_ms)
{
	char duration[32];

	add_clock(p, since_ms);
	if (since_ms <= 0 || since_ms > p->view->now_ms)
		return;
	text_duration(p->view->now_ms - since_ms, duration, sizeof(duration));
	text_addf(&p->html, " (%s ago)", duration);
}

/* <p>label: value</p>, or nothing. */
static void
add_line(struct page *p, const char *label, const char *value)
{
	if (*value == '\0')
		return;
	text_addf(&p->html, "<p>%s: ", label);
	text_add_html(&p->html, value);
	text_add(&p->html, "</p>\n");
}

static void
add_cell(struct page *p, const char *value)
{
	text_add(&p->html, "<td>");
	text_add_html(&p->html, value);
	text_add(&p->html, "</td>");
}

static void
add_head(struct page *p, const char *title)
{
	text_add(&p->html,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\">"
	    "<meta name=\"robots\" content=\"noindex\">"
	    "<link rel=\"stylesheet\" href=\"../style.css\"><title>");
	text_add_html(&p->html, title);
	text_add(&p->html, "</title></head><body><main>\n");
}

static void
add_notice(struct page *p)
{
	const struct link_view *v = p->view;

	if (v->notice == NULL)
		return;
	text_addf(&p->html, "<p class=\"notice%s\" role=\"%s\">",
	    v->refused ? " refused" : "", v->refused ? "alert" : "status");
	text_add_html(&p->html, v->notice);
	text_add(&p->html, "</p>\n");
}

static bool
is_mine(const struct page *p)
{
	return strcmp(string(p->incident, "owner"), p->view->person->name) == 0;
}

static bool
is_state(const struct page *p, const char *state)
{
	return strcmp(string(p->incident, "state"), state) == 0;
}

/* One sentence: who has it. */
static void
add_owner(struct page *p)
{
	const char *owner = string(p->incident, "owner");
	int64_t expires_ms = number(p->incident, "expires_ms");

	text_add(&p->html, "<p><strong>");
	if (is_state(p, "closed")) {
		text_add(&p->html, "It is over, since ");
		add_since(p, number(p->incident, "closed_ms"));
	} else if (*owner == '\0' && is_state(p, "snoozed"))
		text_add(&p->html, "It is snoozed");
	else if (*owner == '\0')
		text_add(&p->html, "Nobody has it yet");
	else {
		text_add_html(&p->html, is_mine(p) ? "You" : owner);
		text_addf(&p->html, " ha%s it, since ",
		    is_mine(p) ? "ve" : "s");
		add_since(p, number(p->incident, "owned_since_ms"));
	}
	text_add(&p->html, ".</strong>");
	if (expires_ms > 0 && !is_state(p, "closed")) {
		text_add(&p->html, " It calls again at ");
		add_clock(p, expires_ms);
		text_add(&p->html, ".");
	}
	text_add(&p->html, "</p>\n");
}

static void
add_button(struct page *p, const char *action, const char *label)
{
	text_addf(&p->html,
	    "<form method=\"post\"><button name=\"do\" value=\"%s\">", action);
	text_add_html(&p->html, label);
	text_add(&p->html, "</button></form>\n");
}

static void
add_take(struct page *p)
{
	const char *owner = string(p->incident, "owner");
	char label[120];

	if (is_mine(p))
		return;
	if (*owner == '\0')
		text_copy(label, sizeof(label), "I take it");
	else
		text_format(label, sizeof(label), "I take it over from %s",
		    owner);
	add_button(p, "take", label);
}

static void
add_hand_on(struct page *p)
{
	text_add(&p->html,
	    "<h2>Hand it on</h2>\n<form method=\"post\"><label>To "
	    "<select name=\"to\">");
	CONF_EACH (const struct person, other, &p->view->settings->people) {
		if (strcmp(other->name, p->view->person->name) == 0)
			continue;
		text_add(&p->html, "<option>");
		text_add_html(&p->html, other->name);
		text_add(&p->html, "</option>");
	}
	text_add(&p->html,
	    "</select></label> <label>Note <input name=\"note\" "
	    "maxlength=\"500\"></label> <button name=\"do\" "
	    "value=\"hand-on\">Hand on</button></form>\n");
}

static void
add_snooze(struct page *p)
{
	static const int minutes[] = { 10, 30, 60, 240 };
	int most = number(p->incident, "severity") == 1 ? 30 : 240;

	text_add(&p->html,
	    "<h2>Snooze it</h2>\n<form method=\"post\"><label>Quiet for "
	    "<select name=\"minutes\">");
	for (size_t i = 0; i < 4 && minutes[i] <= most; i++)
		text_addf(&p->html, "<option value=\"%d\">%d min</option>",
		    minutes[i], minutes[i]);
	text_add(&p->html,
	    "</select></label> <button name=\"do\" value=\"snooze\">Snooze"
	    "</button></form>\n");
}

static void
add_resolve(struct page *p)
{
	text_add(&p->html,
	    "<h2>Resolve it</h2>\n<form method=\"post\"><label>What it was "
	    "<input name=\"note\" maxlength=\"500\"></label> "
	    "<button name=\"do\" value=\"resolve\">Resolve</button></form>\n");
}

static void
add_evidence(struct page *p)
{
	const json_t *list = json_object_get(p->incident, "evidence"), *e;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	text_add(&p->html,
	    "<h2>Evidence</h2>\n<table><tr><th scope=\"col\">Region</th>"
	    "<th scope=\"col\">Sees</th><th scope=\"col\">Since</th>"
	    "<th scope=\"col\">Detail</th></tr>\n");
	json_array_foreach(list, i, e)
	{
		char sees[100];

		if (i == ROWS_MAX)
			break;
		text_format(sees, sizeof(sees), "%s %s", string(e, "outcome"),
		    string(e, "reason"));
		text_add(&p->html, "<tr>");
		add_cell(p, string(e, "region"));
		add_cell(p, sees);
		text_add(&p->html, "<td>");
		if (number(e, "since_ms") > 0)
			add_clock(p, number(e, "since_ms"));
		text_add(&p->html, "</td>");
		add_cell(p, string(e, "detail"));
		text_add(&p->html, "</tr>\n");
	}
	text_add(&p->html, "</table>\n");
}

static void
add_called(struct page *p)
{
	const json_t *list = json_object_get(p->incident, "called"), *c;
	const json_t *next = json_object_get(p->incident, "next");
	size_t i;

	if (json_array_size(list) > 0)
		text_add(&p->html, "<h2>Who was called</h2>\n<ul>\n");
	json_array_foreach(list, i, c)
	{
		if (i == ROWS_MAX)
			break;
		text_add(&p->html, "<li>");
		add_clock(p, number(c, "at_ms"));
		text_add(&p->html, " ");
		text_add_html(&p->html, string(c, "person"));
		text_add(&p->html, " by ");
		text_add_html(&p->html, string(c, "channel"));
		text_add(&p->html, ": ");
		text_add_html(&p->html, string(c, "outcome"));
		text_add(&p->html, "</li>\n");
	}
	if (json_array_size(list) > 0)
		text_add(&p->html, "</ul>\n");
	if (*string(next, "person") == '\0')
		return;
	text_add(&p->html, "<p>Next is ");
	text_add_html(&p->html, string(next, "person"));
	text_add(&p->html, ", at ");
	add_clock(p, number(next, "at_ms"));
	text_add(&p->html, ".</p>\n");
}

static void
add_members(struct page *p)
{
	const json_t *list = json_object_get(p->incident, "members"), *m;
	size_t i;

	if (json_array_size(list) < 2)
		return;
	text_add(&p->html, "<h2>Also affected</h2>\n<ul>\n");
	json_array_foreach(list, i, m)
	{
		if (i == ROWS_MAX)
			break;
		text_add(&p->html, "<li>");
		text_add_html(&p->html,
		    json_is_string(m) ? json_string_value(m)
				      : string(m, "subject"));
		text_add(&p->html, "</li>\n");
	}
	text_add(&p->html, "</ul>\n");
}

static void
add_runbook(struct page *p)
{
	const char *runbook = string(p->incident, "runbook");

	if (strncmp(runbook, "https://", 8) == 0 ||
	    strncmp(runbook, "http://", 7) == 0) {
		text_add(&p->html, "<p>Runbook: <a rel=\"noreferrer\" href=\"");
		text_add_html(&p->html, runbook);
		text_add(&p->html, "\">");
		text_add_html(&p->html, runbook);
		text_add(&p->html, "</a></p>\n");
	} else
		add_line(p, "Runbook", runbook);
	add_line(p, "Notes", string(p->incident, "notes"));
}

static void
add_timeline(struct page *p)
{
	const json_t *list = json_object_get(p->incident, "timeline"), *e;
	size_t i, count = json_array_size(list);

	if (count == 0)
		return;
	text_add(&p->html, "<h2>Timeline</h2>\n<ul>\n");
	json_array_foreach(list, i, e)
	{
		if (i + ROWS_MAX < count)
			continue; /* the latest are shown */
		text_add(&p->html, "<li>");
		add_clock(p, number(e, "at_ms"));
		text_add(&p->html, " ");
		text_add_html(&p->html, string(e, "text"));
		if (*string(e, "by") != '\0') {
			text_add(&p->html, " (");
			text_add_html(&p->html, string(e, "by"));
			text_add(&p->html, ")");
		}
		text_add(&p->html, "</li>\n");
	}
	text_add(&p->html, "</ul>\n");
}

static void
add_what(struct page *p)
{
	text_addf(&p->html, "<h1>S%d ", (int)number(p->incident, "severity"));
	text_add_html(&p->html, string(p->incident, "title"));
	text_add(&p->html, ": ");
	text_add_html(&p->html, string(p->incident, "subject"));
	text_add(&p->html, "</h1>\n");
	add_notice(p);
	text_add(&p->html, "<p>");
	text_add_html(&p->html, string(p->incident, "text"));
	text_add(&p->html, "<br>Since ");
	add_since(p, number(p->incident, "since_ms"));
	text_add(&p->html, ", ");
	text_add_html(&p->html, string(p->incident, "id"));
	text_add(&p->html, ".</p>\n");
}

static void
add_incident(struct page *p)
{
	bool closed = is_state(p, "closed");

	add_what(p);
	add_owner(p);
	if (!closed)
		add_take(p);
	add_runbook(p);
	add_evidence(p);
	add_members(p);
	add_called(p);
	if (!closed && is_mine(p)) {
		add_hand_on(p);
		add_snooze(p);
		add_resolve(p);
	}
	add_timeline(p);
	text_add(&p->html, "<p>This link is for ");
	text_add_html(&p->html, p->view->person->name);
	text_add(&p->html, " and no one else.</p>\n");
}

char *
link_page(const struct link_view *view)
{
	struct page p = { .view = view };
	json_t *incident = NULL;

	if (view->incident != NULL)
		incident = json_loads(view->incident, 0, NULL);
	p.incident = incident;
	add_head(&p, incident != NULL ? string(incident, "id") : "Sunwatch");
	if (incident != NULL)
		add_incident(&p);
	else {
		text_add(&p.html, "<h1>Sunwatch</h1>\n");
		add_notice(&p);
	}
	text_add(&p.html, "</main></body></html>\n");
	json_decref(incident);
	return text_take(&p.html);
}
