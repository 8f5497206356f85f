/* My watches: those that come, those that have been, and what I set of them. */
#include <string.h>

#include "console/mine.h"
#include "console/pages.h"
#include "lib/text.h"

#define PATH "/me"

static const char *const parts_of_reach[] = { "test", NULL },
			 *const parts_of_calendar[] = { "renew", NULL };

static void
ask(const struct console_view *v, json_t *questions)
{
	json_array_append_new(questions,
	    json_pack("{s:s, s:I, s:I}", "command", "watches", "from_ms",
		(json_int_t)v->now_ms, "to_ms",
		(json_int_t)(v->now_ms + MINE_AHEAD_MS)));
	json_array_append_new(questions,
	    json_pack("{s:s, s:I}", "command", "past", "from_ms",
		(json_int_t)(v->now_ms - MINE_PAST_MS)));
	json_array_append_new(questions,
	    json_pack("{s:s}", "command", "overrides"));
	json_array_append_new(questions,
	    json_pack("{s:s}", "command", "contacts"));
	json_array_append_new(questions,
	    json_pack("{s:s, s:s, s:s}", "command", "calendar-url", "kind",
		"person", "name", v->person->name));
}

bool
mine_is_pressed(const struct console_view *v, const char *const *actions)
{
	char action[40];

	(void)console_field(v, "do", action, sizeof(action));
	for (size_t i = 0; v->notice != NULL && actions[i] != NULL; i++)
		if (strcmp(actions[i], action) == 0)
			return true;
	return false;
}

void
mine_add_form(struct text *html, const struct mine *m)
{
	console_add_form(html, m->view, PATH "#notice");
}

static void
add_span(struct text *html, const struct console_view *v, const json_t *row)
{
	text_add(html, "<td data-of=\"From\">");
	console_add_full(html, v, console_number(row, "from_ms"));
	text_add(html, "</td><td data-of=\"To\">");
	console_add_full(html, v, console_number(row, "to_ms"));
	text_add(html, "</td>");
}

static void
add_row(struct text *html, const struct mine *m, const json_t *row, bool second)
{
	text_add(html, "<tr><th scope=\"row\">");
	text_add_html(html, console_string(row, "rota"));
	text_add(html, second ? " (second)</th>" : "</th>");
	add_span(html, m->view, row);
	text_add(html, "<td data-of=\"Why\">");
	hours_add_why(html, row);
	text_add(html, "</td></tr>\n");
}

static void
begin_table(struct text *html, const char *caption)
{
	text_addf(html,
	    "<table><caption>%s</caption><thead><tr><th scope=\"col\">Rota</th>"
	    "<th scope=\"col\">From</th><th scope=\"col\">To</th>"
	    "<th scope=\"col\">Why</th></tr></thead><tbody>\n",
	    caption);
}

static void
end_table(struct text *html, size_t count)
{
	text_add(html, "</tbody></table>\n");
	if (count == 0)
		text_add(html, "<p>None.</p>\n");
	if (count > MINE_ROWS_MAX)
		text_addf(html, "<p>And %zu more.</p>\n",
		    count - MINE_ROWS_MAX);
}

static void
add_coming(struct text *html, const struct mine *m)
{
	size_t i, count = 0;
	const json_t *row;

	begin_table(html, "The coming 60 days");
	json_array_foreach(json_object_get(m->watches, "watches"), i, row)
	{
		struct hours h = hours_of(row);

		if (strcmp(h.person, m->name) == 0 && count++ < MINE_ROWS_MAX)
			add_row(html, m, row, h.second);
	}
	end_table(html, count);
}

static void
add_past(struct text *html, const struct mine *m)
{
	size_t i, count = 0;
	const json_t *row;

	text_add(html, "<details><summary>Watches that have been</summary>\n");
	begin_table(html, "The last 30 days, the earliest first");
	json_array_foreach(json_object_get(m->past, "past"), i, row)
	{
		bool first =
		    strcmp(console_string(row, "person"), m->name) == 0;
		bool second =
		    strcmp(console_string(row, "secondary"), m->name) == 0;

		if ((first || second) && count++ < MINE_ROWS_MAX)
			add_row(html, m, row, !first);
	}
	end_table(html, count);
	text_add(html, "</details>\n");
}

static int
show(struct text *html, const struct console_view *v, const json_t *answers)
{
	const struct mine m = { v, v->person->name, json_array_get(answers, 0),
		json_array_get(answers, 1), json_array_get(answers, 2),
		json_array_get(answers, 3), json_array_get(answers, 4) };

	text_add(html, "<h1>My watches</h1>\n");
	if (console_add_error(html, m.watches)) {
		console_add_notice(html, v);
		return 503;
	}
	add_coming(html, &m);
	add_past(html, &m);
	text_add(html,
	    "<h2>Hours that others have, or I have of others</h2>\n");
	if (!mine_is_pressed(v, parts_of_reach) &&
	    !mine_is_pressed(v, parts_of_calendar))
		console_add_notice(html, v);
	mine_add_overrides(html, &m);
	text_add(html, "<h2>How I am reached</h2>\n");
	if (mine_is_pressed(v, parts_of_reach))
		console_add_notice(html, v);
	mine_add_reach(html, &m);
	text_add(html, "<h2>My calendar</h2>\n");
	if (mine_is_pressed(v, parts_of_calendar))
		console_add_notice(html, v);
	mine_add_calendar(html, &m);
	return 200;
}

const struct console_page console_page_mine = {
	.path = PATH,
	.label = "My watches",
	.title = "My watches",
	.ask = ask,
	.show = show,
	.act = mine_act,
};
