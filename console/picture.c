/* picture: the coming days, drawn by the server; see hours.h. */
#include <inttypes.h>
#include <string.h>

#include "console/hours.h"
#include "lib/civil.h"

#define LINES_MAX 200 /* of one rota: people, and whether they are second */
#define DAY_UNITS 96  /* of the line with the days */

struct picture {
	struct text *html;
	const struct console_view *view;
	const json_t *list;
	int64_t from_ms, to_ms;
};

/* One line: these hours of this rota. */
struct line {
	const char *person; /* "": nobody */
	bool second;
};

static bool
is_of(const struct hours *h, const char *rota, const struct line *l)
{
	return h->second == l->second && strcmp(h->rota, rota) == 0 &&
	    strcmp(h->person, l->person) == 0;
}

static int64_t
second_of(const struct picture *p, int64_t at_ms)
{
	if (at_ms < p->from_ms)
		at_ms = p->from_ms;
	if (at_ms > p->to_ms)
		at_ms = p->to_ms;
	return (at_ms - p->from_ms) / 1000;
}

/* A watch, or part of one; lower where an override made it theirs. */
static void
add_bar(struct picture *p, const struct hours *h)
{
	int64_t from_s = second_of(p, h->from_ms),
		to_s = second_of(p, h->to_ms);
	bool over = *h->override != '\0', hole = *h->person == '\0';

	if (from_s >= to_s)
		return;
	text_addf(p->html,
	    "<rect class=\"bar%s%s\" x=\"%" PRId64
	    "\" y=\"%d\" width=\"%" PRId64 "\" height=\"%d\"><title>",
	    over ? " over" : "", hole ? " hole" : "", from_s, over ? 5 : 0,
	    to_s - from_s, over ? 5 : 10);
	text_add_html(p->html, hole ? "nobody" : h->person);
	text_add(p->html,
	    h->second ? " (second)</title></rect>" : "</title></rect>");
}

/* The midnights of the reader, over clock changes. */
static int64_t
midnight_after(const struct picture *p, int64_t at_ms)
{
	const char *zone = p->view->person->zone;
	struct civil_date date = civil_date_at(zone, at_ms, NULL);

	return civil_first_ms(zone, civil_from_days(civil_days(date) + 1), 0);
}

static void
add_marks(struct picture *p)
{
	for (int64_t at_ms = midnight_after(p, p->from_ms); at_ms < p->to_ms;
	     at_ms = midnight_after(p, at_ms))
		text_addf(p->html,
		    "<rect class=\"mark\" x=\"%" PRId64
		    "\" y=\"0\" width=\"1800\" height=\"10\"/>",
		    second_of(p, at_ms));
}

/* "23", where that day begins. */
static void
add_days(struct picture *p)
{
	static const char *const names[] = { "Mo", "Tu", "We", "Th", "Fr", "Sa",
		"Su" };
	int64_t units = second_of(p, p->to_ms) / (86400 / DAY_UNITS);

	text_addf(p->html,
	    "<tr class=\"days\" aria-hidden=\"true\"><td></td><td><svg "
	    "viewBox=\"0 0 %" PRId64 " 30\" width=\"100%%\">",
	    units);
	for (int64_t at_ms = midnight_after(p, p->from_ms); at_ms < p->to_ms;
	     at_ms = midnight_after(p, at_ms)) {
		struct civil_date day =
		    civil_date_at(p->view->person->zone, at_ms, NULL);

		text_addf(p->html,
		    "<text x=\"%" PRId64 "\" y=\"24\">%s %d</text>",
		    second_of(p, at_ms) / (86400 / DAY_UNITS),
		    names[civil_weekday(day)], day.day);
	}
	text_add(p->html, "</svg></td></tr>\n");
}

static void
add_name(struct text *html, const struct line *l)
{
	text_add_html(html, *l->person != '\0' ? l->person : "nobody");
	text_add(html, l->second ? " (second)" : "");
}

static void
add_line(struct picture *p, const char *rota, const struct line *l)
{
	const json_t *row;
	size_t i;

	text_add(p->html, "<tr><th scope=\"row\">");
	add_name(p->html, l);
	text_addf(p->html,
	    "</th><td><svg role=\"img\" viewBox=\"0 0 %" PRId64
	    " 10\" width=\"100%%\" height=\"24\" preserveAspectRatio=\"none\" "
	    "aria-label=\"When it is ",
	    second_of(p, p->to_ms));
	add_name(p->html, l);
	text_add(p->html, ": the table below says it\">");
	json_array_foreach(p->list, i, row)
	{
		struct hours h = hours_of(row);

		if (is_of(&h, rota, l))
			add_bar(p, &h);
	}
	add_marks(p);
	text_add(p->html, "</svg></td></tr>\n");
}

static bool
is_listed(const struct line *lines, size_t count, const struct line *l)
{
	for (size_t i = 0; i < count; i++)
		if (lines[i].second == l->second &&
		    strcmp(lines[i].person, l->person) == 0)
			return true;
	return false;
}

/* In the order in which they have their first hours. */
static size_t
find_lines(const struct picture *p, const char *rota, struct line *lines)
{
	const json_t *row;
	size_t i, count = 0;

	json_array_foreach(p->list, i, row)
	{
		struct hours h = hours_of(row);
		struct line l = { h.person, h.second };

		if (count < LINES_MAX && strcmp(h.rota, rota) == 0 &&
		    !is_listed(lines, count, &l))
			lines[count++] = l;
	}
	return count;
}

static void
add_rota(struct picture *p, const char *rota)
{
	struct line lines[LINES_MAX];
	size_t count = find_lines(p, rota, lines);

	text_add(p->html, "<table class=\"picture\"><caption>");
	text_add_html(p->html, rota);
	text_add(p->html, "</caption><tbody>\n");
	add_days(p);
	for (size_t i = 0; i < count; i++)
		add_line(p, rota, &lines[i]);
	text_add(p->html, "</tbody></table>\n");
}

static void
add_table_row(struct picture *p, const json_t *row)
{
	struct hours h = hours_of(row);

	text_add(p->html, "<tr><th scope=\"row\">");
	text_add_html(p->html, h.rota);
	text_add(p->html, "</th><td data-of=\"Who\">");
	add_name(p->html, &(struct line){ h.person, h.second });
	text_add(p->html, "</td><td data-of=\"From\">");
	console_add_full(p->html, p->view, h.from_ms);
	text_add(p->html, "</td><td data-of=\"To\">");
	console_add_full(p->html, p->view, h.to_ms);
	text_add(p->html, "</td><td data-of=\"Why\">");
	hours_add_why(p->html, row);
	text_add(p->html, "</td></tr>\n");
}

static void
add_table(struct picture *p)
{
	const json_t *row;
	size_t i;

	text_add(p->html,
	    "<details><summary>The same as a table</summary><table><thead><tr>"
	    "<th scope=\"col\">Rota</th><th scope=\"col\">Who</th>"
	    "<th scope=\"col\">From</th><th scope=\"col\">To</th>"
	    "<th scope=\"col\">Why</th></tr></thead><tbody>\n");
	json_array_foreach(p->list, i, row)
	{
		add_table_row(p, row);
	}
	text_add(p->html, "</tbody></table></details>\n");
}

void
console_add_picture(struct text *html, const struct console_view *v,
    const json_t *watches, int64_t from_ms, int64_t to_ms)
{
	struct picture p = { html, v, json_object_get(watches, "watches"),
		from_ms, to_ms };

	text_add(html, "<p>Hours and days are those of ");
	text_add_html(html, v->person->zone);
	text_add(html,
	    ". A low bar is there by an override; hours that nobody has are on "
	    "a line of their own.</p>\n");
	CONF_EACH (const struct rota, r, &v->settings->rotas)
		add_rota(&p, r->name);
	add_table(&p);
	if (console_number(watches, "left_out") > 0)
		text_addf(html, "<p>And %" PRId64 " more, left out.</p>\n",
		    console_number(watches, "left_out"));
}
