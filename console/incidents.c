/* The console's first page: what is open. */
#include <string.h>

#include "console/pages.h"
#include "lib/record.h"

#define ROWS_MAX 500

static void
ask(const struct console_view *v, json_t *questions)
{
	(void)v;
	json_array_append_new(questions,
	    json_pack("{s:s}", "command", "incidents"));
}

/* "INC-000042" as a link to its page. */
static void
add_link(struct text *html, const json_t *i)
{
	text_add(html, "<a href=\"/incidents/");
	text_add_html(html, console_string(i, "id"));
	text_add(html, "\">");
	text_add_html(html, console_string(i, "id"));
	text_add(html, "</a>");
}

/* Whose it is, or who is called. */
static void
add_holder(struct text *html, const struct console_view *v, const json_t *i)
{
	const char *owner = console_string(i, "owner");
	const char *calling = console_string(i, "calling");

	if (*owner != '\0') {
		text_add_html(html, owner);
		text_add(html, ", since ");
		console_add_clock(html, v, console_number(i, "owned_since_ms"));
	} else if (*calling != '\0') {
		text_add(html, "nobody; called: ");
		text_add_html(html, calling);
	} else
		text_add(html, "nobody");
	if (strcmp(console_string(i, "state"), "snoozed") == 0) {
		text_add(html, "; snoozed until ");
		console_add_clock(html, v, console_number(i, "expires_ms"));
	}
}

static void
add_next(struct text *html, const struct console_view *v, const json_t *i)
{
	const json_t *next = json_object_get(i, "next");
	const char *person = console_string(next, "person");
	const char *storm = console_string(i, "storm");

	if (*storm != '\0') {
		text_add(html, "the page of ");
		text_add_html(html, storm);
	} else if (*person != '\0') {
		text_add_html(html, person);
		text_add(html, ", ");
		console_add_clock(html, v, console_number(next, "at_ms"));
	} else
		text_add(html, "-");
}

static void
add_row(struct text *html, const struct console_view *v, const json_t *i)
{
	text_addf(html,
	    "<tr><td><span class=\"s%d\">S%d</span></td><th "
	    "scope=\"row\">",
	    (int)console_number(i, "severity"),
	    (int)console_number(i, "severity"));
	add_link(html, i);
	text_add(html, " ");
	text_add_html(html, console_string(i, "title"));
	text_add(html, "<br><span class=\"what\">");
	text_add_html(html, console_string(i, "text"));
	text_add(html, "</span></th><td data-of=\"Client\">");
	text_add_html(html,
	    *console_string(i, "client") != '\0' ? console_string(i, "client")
						 : "operations");
	text_add(html, "</td><td data-of=\"Since\">");
	console_add_since(html, v, console_number(i, "since_ms"));
	text_add(html, "</td><td data-of=\"Who has it\">");
	add_holder(html, v, i);
	text_add(html, "</td><td data-of=\"Called next\">");
	add_next(html, v, i);
	text_add(html, "</td></tr>\n");
}

/* The worst first, of them the newest; returns how many were left out. */
static size_t
add_rows(struct text *html, const struct console_view *v, const json_t *list)
{
	size_t count = json_array_size(list), rows = 0;

	for (int severity = 1; severity <= 4; severity++)
		for (size_t n = 0; n < count && rows < ROWS_MAX; n++) {
			const json_t *i = json_array_get(list, n);

			if (console_number(i, "severity") != severity)
				continue;
			add_row(html, v, i);
			rows++;
		}
	return count - rows;
}

static int
show(struct text *html, const struct console_view *v, const json_t *answers)
{
	const json_t *answer = json_array_get(answers, 0);
	const json_t *list = json_object_get(answer, "incidents");
	size_t left_out;

	text_add(html, "<h1>Open incidents</h1>\n");
	console_add_notice(html, v);
	if (console_add_error(html, answer))
		return 503;
	if (json_array_size(list) == 0) {
		text_add(html, "<p>Nothing is open.</p>\n");
		return 200;
	}
	text_add(html,
	    "<table><thead><tr><th scope=\"col\">Severity</th>"
	    "<th scope=\"col\">What</th><th scope=\"col\">Client</th>"
	    "<th scope=\"col\">Since</th><th scope=\"col\">Who has it</th>"
	    "<th scope=\"col\">Called next</th></tr></thead><tbody>\n");
	left_out = add_rows(html, v, list);
	text_add(html, "</tbody></table>\n");
	if (left_out > 0)
		text_addf(html,
		    "<p>And %zu more, of which \"sunwatch "
		    "incidents\" has the list.</p>\n",
		    left_out);
	return 200;
}

const struct console_page console_page_incidents = {
	.path = "/",
	.label = "Incidents",
	.title = "Open incidents",
	.ask = ask,
	.show = show,
};
