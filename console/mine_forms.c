/* mine_forms: hours that change hands: what is set, and forms to set it. */
#include <inttypes.h>
#include <string.h>

#include "console/mine.h"

/* ---- what is set ---- */

static bool
concerns(const struct mine *m, const json_t *o)
{
	return strcmp(console_string(o, "person"), m->name) == 0 ||
	    strcmp(console_string(o, "instead"), m->name) == 0;
}

static void
add_override(struct text *html, const struct mine *m, const json_t *o)
{
	const char *person = console_string(o, "person"),
		   *instead = console_string(o, "instead"),
		   *rota = console_string(o, "rota");

	text_add(html, "<tr><th scope=\"row\">");
	text_add_html(html, console_string(o, "id"));
	text_add(html, "</th><td data-of=\"What\">");
	text_add_html(html, *person != '\0' ? person : instead);
	text_add(html, *person != '\0' ? " has " : " is away from ");
	text_add_html(html, *rota != '\0' ? rota : "every rota");
	if (*person != '\0' && *instead != '\0') {
		text_add(html, " instead of ");
		text_add_html(html, instead);
	}
	text_add(html, ", by ");
	text_add_html(html, console_string(o, "by"));
	text_add(html, "</td><td data-of=\"From\">");
	console_add_full(html, m->view, console_number(o, "from_ms"));
	text_add(html, "</td><td data-of=\"To\">");
	console_add_full(html, m->view, console_number(o, "to_ms"));
	text_add(html, "</td><td>");
	mine_add_form(html, m);
	text_add(html, "<input type=\"hidden\" name=\"override\" value=\"");
	text_add_html(html, console_string(o, "id"));
	text_add(html, "\"><button name=\"do\" value=\"remove\">Take back ");
	text_add_html(html, console_string(o, "id"));
	text_add(html, "</button></form></td></tr>\n");
}

static void
add_list(struct text *html, const struct mine *m)
{
	size_t i, count = 0;
	const json_t *o;

	if (console_add_error(html, m->overrides))
		return;
	text_add(html,
	    "<table><thead><tr><th scope=\"col\">Name</th>"
	    "<th scope=\"col\">What</th><th scope=\"col\">From</th>"
	    "<th scope=\"col\">To</th><th scope=\"col\">Undo</th></tr></thead>"
	    "<tbody>\n");
	json_array_foreach(json_object_get(m->overrides, "overrides"), i, o)
	{
		if (concerns(m, o) && count++ < MINE_ROWS_MAX)
			add_override(html, m, o);
	}
	text_add(html, "</tbody></table>\n");
	if (count == 0)
		text_add(html, "<p>None.</p>\n");
	if (count > MINE_ROWS_MAX)
		text_addf(html, "<p>And %zu more.</p>\n",
		    count - MINE_ROWS_MAX);
}

/* ---- fields ---- */

/* What was typed stays where it was refused. */
static void
typed(const struct mine *m, const char *action, const char *key,
    char out[MINE_FIELD])
{
	const char *const actions[] = { action, NULL };

	*out = '\0';
	if (m->view->refused && mine_is_pressed(m->view, actions))
		(void)console_field(m->view, key, out, MINE_FIELD);
}

static void
add_time(struct text *html, const struct mine *m, const char *action,
    const char *key, const char *label)
{
	char value[MINE_FIELD];

	typed(m, action, key, value);
	text_addf(html,
	    "<label for=\"%s-%s\">%s</label><input id=\"%s-%s\" name=\"%s\" "
	    "type=\"datetime-local\" required value=\"",
	    action, key, label, action, key, key);
	text_add_html(html, value);
	text_add(html, "\">\n");
}

static void
begin_select(struct text *html, const char *action, const char *key,
    const char *label)
{
	text_addf(html,
	    "<label for=\"%s-%s\">%s</label><select id=\"%s-%s\" "
	    "name=\"%s\">\n",
	    action, key, label, action, key, key);
}

static void
add_option(struct text *html, const char *value, const char *chosen)
{
	text_add(html, "<option value=\"");
	text_add_html(html, value);
	text_addf(html, "\"%s>", strcmp(value, chosen) == 0 ? " selected" : "");
}

static void
add_rotas(struct text *html, const struct mine *m, const char *action)
{
	char chosen[MINE_FIELD];

	typed(m, action, "rota", chosen);
	begin_select(html, action, "rota", "Rota");
	CONF_EACH (const struct rota, r, &m->view->settings->rotas) {
		add_option(html, r->name, chosen);
		text_add_html(html, r->name);
		text_add(html, "</option>\n");
	}
	text_add(html, "</select>\n");
}

/* Everybody else; nobody: by what word, or NULL. */
static void
add_people(struct text *html, const struct mine *m, const char *action,
    const char *label, const char *nobody)
{
	char chosen[MINE_FIELD];

	typed(m, action, "for", chosen);
	begin_select(html, action, "for", label);
	if (nobody != NULL)
		text_addf(html, "<option value=\"\">%s</option>\n", nobody);
	CONF_EACH (const struct person, p, &m->view->settings->people) {
		if (p == m->view->person)
			continue;
		add_option(html, p->name, chosen);
		text_add_html(html, p->name);
		text_add(html, "</option>\n");
	}
	text_add(html, "</select>\n");
}

/* "support 1782900000000 isla": one watch that comes. */
static void
add_watch(struct text *html, const struct mine *m, const struct hours *h,
    const char *chosen)
{
	char value[MINE_FIELD * 2];

	text_format(value, sizeof(value), "%s %" PRId64 " %s", h->rota,
	    h->from_ms > m->view->now_ms ? h->from_ms : 0, h->person);
	add_option(html, value, chosen);
	text_add_html(html, h->rota);
	text_add(html, ", ");
	text_add_html(html, h->person);
	text_add(html, ", ");
	console_add_full(html, m->view, h->from_ms);
	text_add(html, "</option>\n");
}

/* Those of mine, or those of others. */
static void
add_watches(struct text *html, const struct mine *m, const char *key,
    const char *label, bool mine)
{
	char chosen[MINE_FIELD];
	size_t i, count = 0;
	const json_t *row;

	typed(m, "swap", key, chosen);
	begin_select(html, "swap", key, label);
	json_array_foreach(json_object_get(m->watches, "watches"), i, row)
	{
		struct hours h = hours_of(row);
		bool is_mine = strcmp(h.person, m->name) == 0;

		if (*h.person != '\0' && !h.second && is_mine == mine &&
		    count++ < MINE_ROWS_MAX)
			add_watch(html, m, &h, chosen);
	}
	text_add(html, "</select>\n");
}

/* ---- forms ---- */

static void
add_relieve(struct text *html, const struct mine *m)
{
	text_add(html, "<details><summary>Take it from me now</summary>\n");
	mine_add_form(html, m);
	text_add(html,
	    "<p>The watch that you have now, from now to its end.</p>\n");
	add_rotas(html, m, "relieve");
	add_people(html, m, "relieve", "Who takes it", "who is second");
	console_add_button(html, "relieve", "Give it away now");
	text_add(html, "</form></details>\n");
}

static void
add_cover(struct text *html, const struct mine *m)
{
	text_add(html,
	    "<details><summary>Somebody covers hours of mine</summary>\n");
	mine_add_form(html, m);
	add_rotas(html, m, "cover");
	add_people(html, m, "cover", "Who covers them", NULL);
	add_time(html, m, "cover", "from", "From");
	add_time(html, m, "cover", "to", "To");
	console_add_button(html, "cover", "Let them cover");
	text_add(html, "</form></details>\n");
}

static void
add_swap(struct text *html, const struct mine *m)
{
	text_add(html, "<details><summary>Swap two watches</summary>\n");
	mine_add_form(html, m);
	add_watches(html, m, "mine", "My watch", true);
	add_watches(html, m, "theirs", "Their watch, of the same rota", false);
	console_add_button(html, "swap", "Swap them");
	text_add(html, "</form></details>\n");
}

static void
add_away(struct text *html, const struct mine *m)
{
	text_add(html, "<details><summary>I am away</summary>\n");
	mine_add_form(html, m);
	add_time(html, m, "away", "from", "From");
	add_time(html, m, "away", "to", "To");
	add_people(html, m, "away", "Who has my watches then",
	    "who is next by the written order");
	console_add_button(html, "away-try", "See which watches that hits");
	console_add_button(html, "away", "Be away");
	text_add(html, "</form></details>\n");
}

void
mine_add_overrides(struct text *html, const struct mine *m)
{
	add_list(html, m);
	text_add(html, "<p>Times are those of ");
	text_add_html(html, m->view->person->zone);
	text_add(html, ". Whose hours change is told.</p>\n");
	add_relieve(html, m);
	add_cover(html, m);
	add_swap(html, m);
	add_away(html, m);
}
