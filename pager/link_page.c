/* link_page: see link_page.h. */
#include <stdlib.h>
#include <string.h>

#include "pager/link_parts.h"

const char link_style[] =
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:0 auto;"
    "padding:1rem;color:#111;background:#fff;overflow-wrap:anywhere}"
    "h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:1.5rem}"
    ".notice{border:.2rem solid #06602f;padding:.5rem 1rem}"
    ".refused{border-color:#a00}"
    "button{font:inherit;font-weight:bold;padding:.8rem 1.5rem;margin:.3rem 0;"
    "border:0;border-radius:.3rem;background:#06602f;color:#fff}"
    "details button,h2~form button{background:#555}"
    "button:focus,select:focus,input:focus,summary:focus"
    "{outline:.2rem solid #0b57d0}"
    "select,input{font:inherit;padding:.5rem;max-width:100%;"
    "box-sizing:border-box}"
    "ul{padding-left:1.2rem}summary{padding:.5rem 0}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#111}"
    "a{color:#9cf}}";

bool
link_is_mine(const struct page_html *p)
{
	return strcmp(console_string(p->incident, "owner"),
		   p->view->person->name) == 0;
}

bool
link_is_state(const struct page_html *p, const char *state)
{
	return strcmp(console_string(p->incident, "state"), state) == 0;
}

static void
add_head(struct page_html *p, const char *title)
{
	text_add(&p->html,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width,initial-scale=1\">"
	    "<meta name=\"robots\" content=\"noindex\">"
	    "<link rel=\"stylesheet\" href=\"../style.css\"><title>");
	text_add_html(&p->html, title);
	text_add(&p->html, "</title></head><body><main>\n");
}

static void
add_notice(struct page_html *p)
{
	const struct link_view *v = p->view;

	if (v->notice == NULL)
		return;
	text_addf(&p->html, "<p class=\"notice%s\" role=\"%s\">",
	    v->refused ? " refused" : "", v->refused ? "alert" : "status");
	text_add_html(&p->html, v->notice);
	text_add(&p->html, "</p>\n");
}

static void
add_what(struct page_html *p)
{
	const char *subject = console_string(p->incident, "subject");

	text_addf(&p->html, "<h1>S%d ",
	    (int)console_number(p->incident, "severity"));
	text_add_html(&p->html, console_string(p->incident, "title"));
	text_add(&p->html, "</h1>\n");
	add_notice(p);
	text_add(&p->html, "<p>");
	text_add_html(&p->html, subject);
	text_add(&p->html, *subject != '\0' ? " " : "");
	text_add_html(&p->html, console_string(p->incident, "text"));
	text_add(&p->html, "<br>Since ");
	facts_add_since(&p->facts, console_number(p->incident, "since_ms"));
	text_add(&p->html, ", ");
	text_add_html(&p->html, console_string(p->incident, "id"));
	text_add(&p->html, ".</p>\n");
}

/* "You have it, since 14:02 NZDT (58 min ago)", or whoever has it. */
static void
add_holder(struct page_html *p, const char *owner)
{
	bool mine = link_is_mine(p);

	text_add_html(&p->html, mine ? "You" : owner);
	text_addf(&p->html, " ha%s it, since ", mine ? "ve" : "s");
	facts_add_since(&p->facts,
	    console_number(p->incident, "owned_since_ms"));
}

static void
add_state(struct page_html *p)
{
	const char *owner = console_string(p->incident, "owner");

	text_add(&p->html, "<p><strong>");
	if (link_is_state(p, "closed")) {
		text_add(&p->html,
		    json_is_true(json_object_get(p->incident, "fails_on"))
			? "It failed on when it was closed, at "
			: "It is over, since ");
		facts_add_since(&p->facts,
		    console_number(p->incident, "closed_ms"));
	} else if (*owner != '\0')
		add_holder(p, owner);
	else
		text_add(&p->html,
		    link_is_state(p, "snoozed") ? "It is snoozed"
						: "Nobody has it yet");
	text_add(&p->html, ".</strong>");
}

/* Where all who are called have to take it: who has. */
static void
add_answered(struct page_html *p)
{
	const char *names = console_string(p->incident, "answered");

	if (*names == '\0')
		return;
	text_add(&p->html, " Each of those who are called has to take it; ");
	text_add_html(&p->html, names);
	text_add(&p->html, strchr(names, ',') != NULL ? " have." : " has.");
}

/* What comes next: who is called now, when a take runs out, what ended it. */
static void
add_owner(struct page_html *p)
{
	const char *calling = console_string(p->incident, "calling");
	const char *ended = console_string(p->incident, "ended");
	int64_t expires_ms = console_number(p->incident, "expires_ms");
	bool closed = link_is_state(p, "closed");

	add_state(p);
	if (closed && *ended != '\0') {
		text_add(&p->html, " What ended it: ");
		text_add_html(&p->html, ended);
		text_add(&p->html, ".");
	} else if (!closed && expires_ms > 0) {
		text_add(&p->html, " It calls again at ");
		facts_add_clock(&p->facts, expires_ms);
		text_add(&p->html, ".");
	} else if (!closed && *calling != '\0') {
		text_add(&p->html, " ");
		text_add_html(&p->html, calling);
		text_add(&p->html,
		    strchr(calling, ',') != NULL ? " are called now."
						 : " is called now.");
		add_answered(p);
	}
	text_add(&p->html, "</p>\n");
}

static void
add_incident(struct page_html *p)
{
	add_what(p);
	add_owner(p);
	link_add_take(p);
	link_add_decline(p);
	facts_add_knowledge(&p->facts);
	facts_add_evidence(&p->facts);
	facts_add_details(&p->facts);
	facts_add_members(&p->facts);
	facts_add_called(&p->facts);
	facts_add_before(&p->facts);
	link_add_more(p);
	facts_add_public(&p->facts);
	facts_add_timeline(&p->facts);
	text_add(&p->html, "<p>This link is for ");
	text_add_html(&p->html, p->view->person->name);
	text_add(&p->html, " and no one else.</p>\n");
}

char *
link_page(const struct link_view *view)
{
	struct page_html p = { .view = view };
	json_t *incident = NULL;

	if (view->incident != NULL)
		incident = json_loads(view->incident, 0, NULL);
	p.incident = incident;
	p.facts = (struct facts){ &p.html, view->settings,
		view->person != NULL ? view->person->zone : "UTC", view->now_ms,
		incident };
	add_head(&p,
	    incident != NULL ? console_string(incident, "id") : "Sunwatch");
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
