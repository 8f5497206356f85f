/* mine_reach: how a person is reached, whether it works, and the calendar. */
#include <string.h>

#include "console/mine.h"

/* What became of the last messages by this way; NULL: none was ever sent. */
static const json_t *
contact_of(const struct mine *m, const char *channel)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(m->contacts, "contacts"), i, one)
	{
		if (strcmp(console_string(one, "person"), m->name) == 0 &&
		    strcmp(console_string(one, "channel"), channel) == 0)
			return one;
	}
	return NULL;
}

static void
add_last(struct text *html, const struct mine *m, const json_t *contact,
    const char *key)
{
	if (console_number(contact, key) == 0)
		text_add(html, "never");
	else
		console_add_since(html, m->view, console_number(contact, key));
}

static void
add_way(struct text *html, const struct mine *m, const struct reach *r)
{
	const char *channel = settings_channel_word(r->channel);
	const json_t *contact = contact_of(m, channel);
	char delay[32];

	text_duration(r->delay_ms, delay, sizeof(delay));
	text_addf(html, "<tr><th scope=\"row\">%s</th><td data-of=\"After\">",
	    channel);
	text_add(html, r->delay_ms == 0 ? "at once" : delay);
	text_add(html, "</td><td data-of=\"Last handed over\">");
	add_last(html, m, contact, "handed_ms");
	text_add(html, "</td><td data-of=\"Last failed for good\">");
	add_last(html, m, contact, "failed_ms");
	text_add(html, "</td><td>");
	mine_add_form(html, m);
	text_addf(html,
	    "<input type=\"hidden\" name=\"channel\" value=\"%s\">"
	    "<button name=\"do\" value=\"test\">Test %s now</button>"
	    "</form></td></tr>\n",
	    channel, channel);
}

void
mine_add_reach(struct text *html, const struct mine *m)
{
	const struct person *p = m->view->person;

	if (console_add_error(html, m->contacts))
		return;
	text_add(html,
	    "<p>A page tries these one after the other, until somebody takes "
	    "it. \"Handed over\" is what the next machine said, and no human. "
	    "After a test <a href=\"/me\">look again</a> for what became of "
	    "it.</p>\n<table><thead><tr><th scope=\"col\">Way</th>"
	    "<th scope=\"col\">After</th>"
	    "<th scope=\"col\">Last handed over</th>"
	    "<th scope=\"col\">Last failed for good</th>"
	    "<th scope=\"col\">Test</th></tr></thead><tbody>\n");
	CONF_EACH (const struct reach, r, &p->reach)
		add_way(html, m, r);
	text_add(html, "</tbody></table>\n");
	if (p->reach.count == 0)
		text_add(html,
		    "<p>In no way: nobody can call you. It stands in the "
		    "configuration.</p>\n");
}

void
mine_add_calendar(struct text *html, const struct mine *m)
{
	if (console_add_error(html, m->calendar))
		return;
	text_add(html,
	    "<p>Your watches, as a calendar to subscribe to. Whoever has this "
	    "address can read it:</p>\n<p><code>");
	text_add_html(html, console_string(m->calendar, "text"));
	text_add(html, "</code></p>\n");
	mine_add_form(html, m);
	text_add(html,
	    "<button name=\"do\" value=\"renew\">Make another address</button> "
	    "This one is worthless then.</form>\n");
}
