/* What can be pressed: see link_parts.h.  Only POST acts. */
#include <string.h>

#include "lib/ladder.h"
#include "pager/link_form.h"
#include "pager/link_parts.h"

/* A text field that takes no more than a POST may bring. */
static void
add_note(struct page_html *p, const char *label)
{
	text_addf(&p->html,
	    "<label>%s <input name=\"note\" maxlength=\"%d\"></label> ", label,
	    LINK_NOTE_CHARACTERS);
}

static void
add_button(struct page_html *p, const char *action, const char *label)
{
	text_addf(&p->html, "<button name=\"do\" value=\"%s\">", action);
	text_add_html(&p->html, label);
	text_add(&p->html, "</button></form>\n");
}

/* Is a public update missing that was promised? */
static bool
is_late(const struct page_html *p)
{
	return json_is_true(
	    json_object_get(json_object_get(p->incident, "public"), "late"));
}

void
link_add_take(struct page_html *p)
{
	const char *owner = console_string(p->incident, "owner");
	char label[120];

	if (link_is_state(p, "closed") || (link_is_mine(p) && !is_late(p)))
		return;
	if (link_is_mine(p))
		text_copy(label, sizeof(label), "I am writing the update");
	else if (*owner == '\0')
		text_copy(label, sizeof(label), "I take it");
	else
		text_format(label, sizeof(label), "I take it over from %s",
		    owner);
	text_add(&p->html, "<form method=\"post\">");
	add_button(p, "take", label);
}

/* Folded, so that there is one button and nobody presses the wrong one. */
void
link_add_decline(struct page_html *p)
{
	const char *calling = console_string(p->incident, "calling");

	if (link_is_state(p, "closed") || link_is_mine(p) ||
	    !ladder_names_have(calling, p->view->person->name))
		return;
	text_add(&p->html,
	    "<details><summary>I cannot</summary>\n<form method=\"post\">"
	    "It goes on without you: whoever is next is called at once, unless "
	    "others are called now. ");
	add_button(p, "decline", "I cannot take it");
	text_add(&p->html, "</details>\n");
}

static void
add_hand_on(struct page_html *p)
{
	text_add(&p->html,
	    "<h2>Hand it on</h2>\n<form method=\"post\"><label>To "
	    "<select name=\"to\">");
	CONF_EACH (const struct person, other, &p->view->settings->people) {
		if (strcmp(other->name, p->view->person->name) == 0 ||
		    other->reach.count == 0)
			continue;
		text_add(&p->html, "<option>");
		text_add_html(&p->html, other->name);
		text_add(&p->html, "</option>");
	}
	text_add(&p->html, "</select></label> ");
	add_note(p, "Note");
	add_button(p, "hand-on", "Hand on");
}

static void
add_snooze(struct page_html *p)
{
	static const int minutes[] = { 10, 30, 60, LINK_MINUTES_MAX };
	int most = console_number(p->incident, "severity") == 1
	    ? 30
	    : LINK_MINUTES_MAX;

	text_add(&p->html,
	    "<h2>Snooze it</h2>\n<form method=\"post\"><label>Quiet for "
	    "<select name=\"minutes\">");
	for (size_t i = 0; i < 4 && minutes[i] <= most; i++)
		text_addf(&p->html, "<option value=\"%d\">%d min</option>",
		    minutes[i], minutes[i]);
	text_add(&p->html, "</select></label> ");
	add_button(p, "snooze", "Snooze");
}

void
link_add_more(struct page_html *p)
{
	if (link_is_state(p, "closed") || !link_is_mine(p))
		return;
	add_hand_on(p);
	add_snooze(p);
	text_add(&p->html,
	    "<h2>Escalate it</h2>\n<form method=\"post\">"
	    "It goes to the next level of the ladder, which has to take it. ");
	add_note(p, "Note");
	add_button(p, "escalate", "Escalate");
	text_add(&p->html, "<h2>Resolve it</h2>\n<form method=\"post\">");
	add_note(p, "What it was");
	add_button(p, "resolve", "Resolve");
	text_add(&p->html,
	    "<h2>Give it back</h2>\n<form method=\"post\">"
	    "It calls again, from the beginning of the ladder. ");
	add_button(p, "decline", "I cannot keep it");
}
