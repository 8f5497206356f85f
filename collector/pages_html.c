/*
 * pages_html: a client's status page; see pages_view.h.
 *
 * Plain HTML that works without script and without colours: every state is
 * a word, every time has its zone and its instant.
 */
#include <inttypes.h>
#include <string.h>

#include "collector/pages_view.h"
#include "collector/pages_view_parts.h"

#define HEADLINE_INCIDENTS 3

static const struct {
	const char *text, *css, *word;
} states[VIEW_STATES] = {
	[VIEW_UP] = { "up", "up", "works" },
	[VIEW_DEGRADED] = { "degraded", "degraded", "works in part" },
	[VIEW_DOWN] = { "down", "down", "does not work" },
	[VIEW_UNKNOWN] = { "unknown", "unknown", "we cannot see" },
	[VIEW_NOT_PROBED] = { "not watched", "unknown", "not watched" },
};

const char view_style[] =
    "body{font:16px/1.5 sans-serif;max-width:48rem;margin:2rem auto;"
    "padding:0 1rem;color:#1a1a1a;background:#fff}\n"
    "h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem}\n"
    ".now{padding:0 1rem;border:3px solid;border-radius:.3rem}"
    ".now strong{font-size:1.2rem}\n"
    ".up{border-color:#116329;color:#116329}"
    ".degraded{border-color:#7a4d00;color:#7a4d00}"
    ".down{border-color:#a40e26;color:#a40e26}"
    ".unknown{border-color:#57606a;color:#57606a}\n"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .6rem;"
    "border-bottom:1px solid #ccc;vertical-align:top}\n"
    "article{border-left:4px solid #57606a;padding-left:1rem;"
    "margin:1rem 0}\n"
    ".note{color:#57606a;font-size:.9rem}\n"
    "@media (prefers-color-scheme:dark){body{color:#e6e6e6;"
    "background:#16181c}.up{color:#6fdd8b;border-color:#6fdd8b}"
    ".degraded{color:#f2c14e;border-color:#f2c14e}"
    ".down{color:#ff8c96;border-color:#ff8c96}"
    ".unknown,.note{color:#a9b1ba}}\n";

const char *
view_state_text(enum view_state s)
{
	return states[s].text;
}

enum view_state
view_state_parse(const char *text)
{
	for (int i = 0; i < VIEW_STATES; i++)
		if (strcmp(text, states[i].text) == 0)
			return (enum view_state)i;
	return VIEW_UNKNOWN;
}

enum view_state
view_worst(const struct view *v)
{
	/* What cannot be seen is said, but a known failure comes first. */
	static const int rank[VIEW_STATES] = {
		[VIEW_NOT_PROBED] = 0,
		[VIEW_UP] = 1,
		[VIEW_UNKNOWN] = 2,
		[VIEW_DEGRADED] = 3,
		[VIEW_DOWN] = 4,
	};
	enum view_state worst = VIEW_NOT_PROBED;

	for (size_t i = 0; i < v->endpoint_count; i++)
		if (rank[v->endpoints[i].state] > rank[worst])
			worst = v->endpoints[i].state;
	return worst;
}

static void
add_head(struct text *t, const char *title)
{
	text_add(t,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n<title>");
	text_add_html(t, title);
	text_add(t,
	    "</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n"
	    "</head>\n<body>\n");
}

/* ---- the headline ---- */

static size_t
count_open(const struct view *v)
{
	size_t n = 0;

	while (n < v->incident_count && v->incidents[n].closed_ms == 0)
		n++;
	return n;
}

/* What is said of those that are watched; count: how many are in a state. */
static const char *
say_states(const size_t count[VIEW_STATES], size_t watched, bool is_open)
{
	size_t down = count[VIEW_DOWN], unseen = count[VIEW_UNKNOWN];

	if (watched == 0)
		return "Nothing is watched yet.";
	if (down == watched)
		return watched == 1 ? "The service does not work."
				    : "No service works.";
	if (down > 0 && unseen > 0)
		return "Some services do not work, and some we cannot see.";
	if (down > 0)
		return "Some services do not work.";
	if (unseen == watched)
		return "At the moment we cannot see whether anything works.";
	if (count[VIEW_DEGRADED] > 0)
		return unseen > 0 ? "Some services work only in part, and "
				    "some we cannot see."
				  : "Some services work only in part.";
	if (unseen > 0)
		return "At the moment we cannot see all services.";
	return is_open ? "All that we watch works, but an incident is open."
		       : "All services work.";
}

const char *
view_headline(const struct view *v, enum view_state *colour)
{
	size_t count[VIEW_STATES] = { 0 };
	bool is_open = count_open(v) > 0;

	*colour = VIEW_UNKNOWN;
	if (v->stale)
		return v->as_of_ms > 0 ? "This page is out of date."
				       : "Nothing is known yet.";
	for (size_t i = 0; i < v->endpoint_count; i++)
		count[v->endpoints[i].state]++;
	*colour = view_worst(v);
	if (*colour == VIEW_UP && is_open)
		*colour = VIEW_DEGRADED;
	return say_states(count, v->endpoint_count - count[VIEW_NOT_PROBED],
	    is_open);
}

static void
add_promises(struct text *t, const struct view *v,
    const struct view_incident *i)
{
	if (i->closed_ms > 0)
		return;
	if (i->eta_from_ms > 0) {
		text_add(t, "<p>Expected back between ");
		view_add_minute(t, v->zone, i->eta_from_ms);
		text_add(t, " and ");
		view_add_minute(t, v->zone, i->eta_to_ms);
		text_add(t, ".</p>\n");
	}
	if (i->next_ms <= 0)
		return;
	text_add(t,
	    i->next_ms > v->now_ms ? "<p>Next update by "
				   : "<p>The next update is late: it was "
				     "promised by ");
	view_add_minute(t, v->zone, i->next_ms);
	text_add(t, ".</p>\n");
}

/* What people last said of what is open, beside what probes see. */
static void
add_work(struct text *t, const struct view *v)
{
	size_t open = count_open(v);

	for (size_t k = 0; k < open && k < HEADLINE_INCIDENTS; k++) {
		const struct view_incident *i = &v->incidents[k];

		text_add(t, "<p>");
		text_add_html(t, i->subject);
		text_add(t, ": ");
		text_add_html(t,
		    i->update_count > 0 && *i->updates[0].state != '\0'
			? i->updates[0].state
			: "no update yet");
		text_add(t, ", since ");
		view_add_minute(t, v->zone, i->since_ms);
		text_add(t, ".</p>\n");
		add_promises(t, v, i);
	}
	if (open > HEADLINE_INCIDENTS)
		text_addf(t, "<p>And %zu more, see below.</p>\n",
		    open - HEADLINE_INCIDENTS);
}

static void
add_headline(struct text *t, const struct view *v)
{
	enum view_state colour;
	const char *said = view_headline(v, &colour);

	text_addf(t, "<div role=\"status\" class=\"now %s\"><p><strong>",
	    states[colour].css);
	text_addf(t, "%s</strong></p>\n", said);
	if (v->stale && v->as_of_ms > 0) {
		text_add(t, "<p>What it shows is as of ");
		view_add_time(t, v->zone, v->as_of_ms);
		text_add(t, ".</p>\n");
	}
	view_add_under_way(t, v);
	add_work(t, v);
	text_add(t, "</div>\n");
}

static void
add_endpoints(struct text *t, const struct view *v)
{
	text_add(t,
	    "<h2>Now</h2>\n<table>\n<thead><tr><th scope=\"col\">Service</th>"
	    "<th scope=\"col\">State</th><th scope=\"col\">Since</th></tr>"
	    "</thead>\n<tbody>\n");
	for (size_t i = 0; i < v->endpoint_count; i++) {
		const struct view_endpoint *e = &v->endpoints[i];

		text_add(t, "<tr><th scope=\"row\">");
		text_add_html(t, e->name);
		text_addf(t, "</th><td class=\"%s\">%s</td><td>",
		    states[e->state].css, states[e->state].word);
		if (e->since_ms > 0 && e->state != VIEW_NOT_PROBED)
			view_add_time(t, v->zone, e->since_ms);
		text_add(t, "</td></tr>\n");
	}
	text_add(t, "</tbody>\n</table>\n");
}

/* ---- incidents ---- */

static void
add_incident(struct text *t, const struct view *v,
    const struct view_incident *i)
{
	text_add(t, "<article>\n<h3>");
	text_add_html(t, i->subject);
	text_add(t, i->closed_ms > 0 ? " (resolved)" : "");
	text_add(t, "</h3>\n<p>From ");
	view_add_time(t, v->zone, i->since_ms);
	if (i->closed_ms > 0) {
		text_add(t, " to ");
		view_add_time(t, v->zone, i->closed_ms);
	}
	text_add(t, ".</p>\n");
	add_promises(t, v, i);
	if (i->update_count > 0)
		text_add(t, "<ul>\n");
	for (size_t k = 0; k < i->update_count; k++) {
		text_add(t, "<li>");
		view_add_time(t, v->zone, i->updates[k].at_ms);
		if (*i->updates[k].state != '\0') {
			text_add(t, " <strong>");
			text_add_html(t, i->updates[k].state);
			text_add(t, "</strong>");
		}
		text_add(t, ": ");
		text_add_html(t, i->updates[k].text);
		text_add(t, "</li>\n");
	}
	if (i->update_count > 0)
		text_add(t, "</ul>\n");
	if (i->updates_gone > 0)
		text_addf(t,
		    "<p class=\"note\">%zu earlier update%s %s not shown here "
		    "any more; ask us for them.</p>\n",
		    i->updates_gone, i->updates_gone == 1 ? "" : "s",
		    i->updates_gone == 1 ? "is" : "are");
	text_add(t, "</article>\n");
}

static void
add_incidents(struct text *t, const struct view *v)
{
	text_add(t, "<h2>Incidents</h2>\n");
	for (size_t i = 0; i < v->incident_count; i++)
		add_incident(t, v, &v->incidents[i]);
	if (v->incident_count == 0)
		text_add(t, "<p>None in the last 30 days.</p>\n");
}

void
view_html(const struct view *v, struct text *out)
{
	struct text title = { 0 };

	text_addf(&title, "%s: status", v->title);
	add_head(out, title.data);
	text_clear(&title);
	text_add(out, "<main>\n<h1>");
	text_add_html(out, v->title);
	text_add(out, "</h1>\n");
	add_headline(out, v);
	add_endpoints(out, v);
	view_add_windows(out, v);
	add_incidents(out, v);
	view_add_period(out, v);
	view_add_reports(out, v);
	text_add(out, "</main>\n<footer><p class=\"note\">");
	text_add_html(out, v->site);
	text_add(out, ". Made ");
	view_add_minute(out, v->zone, v->now_ms);
	text_add(out, ".</p></footer>\n</body>\n</html>\n");
}

void
view_notice(const char *title, const char *html, struct text *out)
{
	add_head(out, title);
	text_add(out, "<main>\n<h1>");
	text_add_html(out, title);
	text_add(out, "</h1>\n");
	text_add(out, html);
	text_add(out, "\n</main>\n</body>\n</html>\n");
}
