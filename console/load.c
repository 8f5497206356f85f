/* What being on call asked of people, and how fast it went. */
#include <inttypes.h>

#include "console/pages.h"

#define OVER_MAX 100 /* watches listed; others are counted */

static void
ask(const struct console_view *v, json_t *questions)
{
	(void)v;
	json_array_append_new(questions, json_pack("{s:s}", "command", "load"));
}

/* A row: what it is about, then cells with what each is of. */
static void
begin_row(struct text *html, const char *name)
{
	text_add(html, "<tr><th scope=\"row\">");
	text_add_html(html, name);
	text_add(html, "</th>");
}

static void
add_number(struct text *html, const char *of, const json_t *o, const char *key)
{
	text_addf(html, "<td data-of=\"%s\">%" PRId64 "</td>", of,
	    console_number(o, key));
}

static void
begin_table(struct text *html, const char *const *heads)
{
	text_add(html, "<table><thead><tr>");
	for (size_t i = 0; heads[i] != NULL; i++)
		text_addf(html, "<th scope=\"col\">%s</th>", heads[i]);
	text_add(html, "</tr></thead><tbody>\n");
}

static void
end_table(struct text *html, size_t count)
{
	text_add(html, "</tbody></table>\n");
	if (count == 0)
		text_add(html, "<p>None.</p>\n");
}

/* "median 3 min, 9 in 10 within 5 min, at most 7 min". */
static void
add_spans(struct text *html, const json_t *spans)
{
	char median[32], most[32], longest[32];

	if (console_number(spans, "known") == 0) {
		text_add(html, "not known");
		return;
	}
	text_duration(console_number(spans, "median_ms"), median,
	    sizeof(median));
	text_duration(console_number(spans, "p90_ms"), most, sizeof(most));
	text_duration(console_number(spans, "max_ms"), longest,
	    sizeof(longest));
	text_addf(html, "median %s, 9 in 10 within %s, at most %s", median,
	    most, longest);
}

static void
add_measure(struct text *html, const char *of, const json_t *spans)
{
	text_addf(html, "<td data-of=\"%s\">", of);
	add_spans(html, spans);
	text_add(html, "</td>");
}

static const char *
name_of(const json_t *o)
{
	const char *name = console_string(o, "person");

	return *name != '\0' ? name : "(no longer named)";
}

static void
add_people(struct text *html, const json_t *list)
{
	static const char *const heads[] = { "Who", "Pages", "At night",
		"Notices", "Messages", "Asked for updates", "Taken",
		"Until taken", "Watches", "With too much", NULL };
	const json_t *o;
	size_t i;

	text_add(html, "<h2>People</h2>\n");
	begin_table(html, heads);
	json_array_foreach(list, i, o)
	{
		begin_row(html, name_of(o));
		add_number(html, "Pages", o, "pages");
		add_number(html, "At night", o, "night_pages");
		add_number(html, "Notices", o, "notices");
		add_number(html, "Messages", o, "calls");
		add_number(html, "Asked for updates", o, "asked_for_updates");
		add_number(html, "Taken", o, "taken");
		add_measure(html, "Until taken", json_object_get(o, "take"));
		add_number(html, "Watches", o, "watches");
		add_number(html, "With too much", o, "watches_over");
		text_add(html, "</tr>\n");
	}
	end_table(html, i);
	text_add(html,
	    "<p>A page is one effort of an S1 or S2 to get one person to take "
	    "it, however many messages that are. Night is 22:00 to 07:00 where "
	    "the person lives.</p>\n");
}

static void
add_watch(struct text *html, const struct console_view *v, const json_t *o)
{
	begin_row(html, name_of(o));
	text_add(html, "<td data-of=\"Rota\">");
	text_add_html(html, console_string(o, "rota"));
	text_add(html, "</td><td data-of=\"From\">");
	console_add_full(html, v, console_number(o, "from_ms"));
	text_add(html, "</td><td data-of=\"To\">");
	console_add_full(html, v, console_number(o, "to_ms"));
	text_add(html, "</td>");
	add_number(html, "Incidents", o, "incidents");
	add_number(html, "Fair are", o, "fair");
	text_add(html, "</tr>\n");
}

static void
add_watches(struct text *html, const struct console_view *v, const json_t *list)
{
	static const char *const heads[] = { "Who", "Rota", "From", "To",
		"Incidents", "Fair are", NULL };
	size_t i, over = 0;
	const json_t *o;

	text_add(html,
	    "<h2>Watches with more than 2 incidents per 12 h</h2>\n");
	begin_table(html, heads);
	json_array_foreach(list, i, o)
	{
		if (json_is_true(json_object_get(o, "over")) &&
		    over++ < OVER_MAX)
			add_watch(html, v, o);
	}
	end_table(html, over);
	if (over > OVER_MAX)
		text_addf(html, "<p>And %zu more.</p>\n", over - OVER_MAX);
}

static void
add_severities(struct text *html, const json_t *list)
{
	static const char *const heads[] = { "Severity", "Incidents",
		"From failure to incident", "Not known", "Until taken",
		"Never taken", "Until over", "Open", NULL };
	const json_t *o;
	size_t i;

	text_add(html, "<h2>How fast it went</h2>\n");
	begin_table(html, heads);
	json_array_foreach(list, i, o)
	{
		const json_t *detect = json_object_get(o, "detect"),
			     *take = json_object_get(o, "take"),
			     *resolve = json_object_get(o, "resolve");

		text_addf(html, "<tr><th scope=\"row\">S%" PRId64 "</th>",
		    console_number(o, "severity"));
		add_number(html, "Incidents", o, "incidents");
		add_measure(html, "From failure to incident", detect);
		add_number(html, "Not known", detect, "unknown");
		add_measure(html, "Until taken", take);
		add_number(html, "Never taken", take, "never");
		add_measure(html, "Until over", resolve);
		add_number(html, "Open", resolve, "open");
		text_add(html, "</tr>\n");
	}
	end_table(html, i);
}

static void
add_noise(struct text *html, const char *head, const json_t *list)
{
	static const char *const heads[] = { "What", "Pages", "At night",
		"Incidents", "Over before anybody took them",
		"Taken and over with nothing done", NULL };
	const json_t *o;
	size_t i;

	text_addf(html, "<h2>%s</h2>\n", head);
	begin_table(html, heads);
	json_array_foreach(list, i, o)
	{
		begin_row(html, console_string(o, "name"));
		add_number(html, heads[1], o, "pages");
		add_number(html, heads[2], o, "night_pages");
		add_number(html, heads[3], o, "incidents");
		add_number(html, heads[4], o, "untaken");
		add_number(html, heads[5], o, "without_action");
		text_add(html, "</tr>\n");
	}
	end_table(html, i);
}

static void
add_report(struct text *html, const struct console_view *v, const json_t *load)
{
	const json_t *noise = json_object_get(load, "noise");

	text_add(html, "<p>What began from ");
	console_add_full(html, v, console_number(load, "from_ms"));
	text_add(html, " to ");
	console_add_full(html, v, console_number(load, "to_ms"));
	text_add(html,
	    ". \"sunwatch load\" has other periods, and one person "
	    "alone.</p>\n");
	add_people(html, json_object_get(load, "people"));
	add_watches(html, v, json_object_get(load, "watches"));
	add_severities(html, json_object_get(load, "severities"));
	add_noise(html, "What pages most", json_object_get(noise, "subjects"));
	add_noise(html, "By client", json_object_get(noise, "clients"));
}

static int
show(struct text *html, const struct console_view *v, const json_t *answers)
{
	const json_t *answer = json_array_get(answers, 0);
	const json_t *load = json_object_get(answer, "load");

	text_add(html, "<h1>Load</h1>\n");
	console_add_notice(html, v);
	if (console_add_error(html, answer))
		return 503;
	if (json_is_true(json_object_get(answer, "reckoning")))
		text_add(html,
		    "<p role=\"status\">It is being reckoned anew: "
		    "<a href=\"/load\">look again</a> in a moment.</p>\n");
	if (load != NULL)
		add_report(html, v, load);
	return 200;
}

const struct console_page console_page_load = {
	.path = "/load",
	.label = "Load",
	.title = "Load",
	.ask = ask,
	.show = show,
};
