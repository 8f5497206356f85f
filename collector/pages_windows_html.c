/* pages_windows_html: announced maintenance on a status page. */
#include "collector/pages_view_parts.h"

static void
add_services(struct text *t, const struct view_window *w)
{
	text_add_html(t, w->services != NULL ? w->services : "all services");
}

static bool
is_under_way(const struct view *v, const struct view_window *w)
{
	return !w->cancelled && w->from_ms <= v->now_ms && v->now_ms < w->to_ms;
}

void
view_add_under_way(struct text *t, const struct view *v)
{
	for (size_t i = 0; i < v->window_count; i++) {
		const struct view_window *w = &v->windows[i];

		if (!is_under_way(v, w))
			continue;
		text_add(t, "<p>Maintenance of ");
		add_services(t, w);
		text_add(t, " until ");
		view_add_minute(t, v->zone, w->to_ms);
		text_add(t, ": ");
		text_add_html(t, w->text);
		text_add(t, "</p>\n");
	}
}

static void
add_row(struct text *t, const struct view *v, const struct view_window *w)
{
	text_add(t, "<tr><th scope=\"row\">");
	add_services(t, w);
	text_addf(t, "</th><td>%s</td><td>",
	    w->cancelled             ? "cancelled"
		: is_under_way(v, w) ? "under way"
				     : "announced");
	view_add_time(t, v->zone, w->from_ms);
	text_add(t, " to ");
	view_add_time(t, v->zone, w->to_ms);
	text_add(t, "</td><td>");
	text_add_html(t, w->text);
	text_add(t, "<br><span class=\"note\">Announced ");
	view_add_time(t, v->zone, w->announced_ms);
	if (w->changed_ms != 0) {
		text_addf(t, ", %s ", w->cancelled ? "cancelled" : "changed");
		view_add_time(t, v->zone, w->changed_ms);
	}
	text_add(t, "</span></td></tr>\n");
}

void
view_add_windows(struct text *t, const struct view *v)
{
	if (v->window_count == 0)
		return;
	text_add(t,
	    "<h2>Maintenance</h2>\n<table>\n<thead><tr>"
	    "<th scope=\"col\">Service</th><th scope=\"col\">State</th>"
	    "<th scope=\"col\">When</th><th scope=\"col\">What</th></tr>"
	    "</thead>\n<tbody>\n");
	for (size_t i = 0; i < v->window_count; i++)
		add_row(t, v, &v->windows[i]);
	text_add(t, "</tbody>\n</table>\n");
	if (v->windows_left_out > 0)
		text_addf(t, "<p>And %zu more later.</p>\n",
		    v->windows_left_out);
}
