/*
 * pages_html: a client's status page; see pages_view.h.
 *
 * Plain HTML that works without script and without colours: every state is
 * a word, every time has its zone and its instant.
 */
#include <inttypes.h>
#include <string.h>

#include "collector/pages_view.h"
#include "lib/civil.h"
#include "lib/interval.h"

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
    ".now{padding:.8rem 1rem;border:3px solid;border-radius:.3rem;"
    "font-size:1.2rem}\n"
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

/* <time datetime="...Z">2026-11-22 14:02:07 NZDT</time> */
static void
add_time(struct text *t, const char *zone, int64_t at_ms)
{
	char utc[40], full[64];

	civil_utc(at_ms, utc, sizeof(utc));
	civil_full(zone, at_ms, full, sizeof(full));
	text_addf(t, "<time datetime=\"%s\">", utc);
	text_add_html(t, full);
	text_add(t, "</time>");
}

/* The same to the minute, so that a page need not change every second. */
static void
add_minute(struct text *t, const char *zone, int64_t at_ms)
{
	char utc[40], full[64], clock[40];
	int64_t minute_ms = at_ms - at_ms % 60000;

	civil_utc(minute_ms, utc, sizeof(utc));
	civil_full(zone, minute_ms, full, sizeof(full));
	civil_clock(zone, minute_ms, clock, sizeof(clock));
	full[10] = '\0'; /* the date */
	text_addf(t, "<time datetime=\"%s\">%s ", utc, full);
	text_add_html(t, clock);
	text_add(t, "</time>");
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

static void
add_headline(struct text *t, const struct view *v)
{
	static const char *const texts[VIEW_STATES] = {
		[VIEW_UP] = "All services work.",
		[VIEW_DEGRADED] = "Some services work only in part.",
		[VIEW_DOWN] = "Some services do not work.",
		[VIEW_UNKNOWN] = "At the moment we cannot see all services.",
		[VIEW_NOT_PROBED] = "Nothing is watched yet.",
	};
	enum view_state worst = v->stale ? VIEW_UNKNOWN : view_worst(v);

	text_addf(t, "<p role=\"status\" class=\"now %s\"><strong>",
	    states[worst].css);
	if (v->stale)
		text_add(t, "This page is out of date.");
	else
		text_add(t, texts[worst]);
	text_add(t, "</strong></p>\n");
	if (!v->stale)
		return;
	text_add(t, "<p>What it shows is as of ");
	if (v->read_ms > 0)
		add_time(t, v->zone, v->read_ms);
	else
		text_add(t, "no known time");
	text_add(t, ".</p>\n");
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
			add_time(t, v->zone, e->since_ms);
		text_add(t, "</td></tr>\n");
	}
	text_add(t, "</tbody>\n</table>\n");
}

/* ---- incidents ---- */

static void
add_promises(struct text *t, const char *zone, const struct view_incident *i)
{
	if (i->closed_ms > 0)
		return;
	if (i->eta_from_ms > 0) {
		text_add(t, "<p>Expected back between ");
		add_minute(t, zone, i->eta_from_ms);
		text_add(t, " and ");
		add_minute(t, zone, i->eta_to_ms);
		text_add(t, ".</p>\n");
	}
	if (i->next_ms > 0) {
		text_add(t, "<p>Next update by ");
		add_minute(t, zone, i->next_ms);
		text_add(t, ".</p>\n");
	}
}

static void
add_incident(struct text *t, const char *zone, const struct view_incident *i)
{
	text_add(t, "<article>\n<h3>");
	text_add_html(t, i->subject);
	text_add(t, i->closed_ms > 0 ? " (resolved)" : "");
	text_add(t, "</h3>\n<p>From ");
	add_time(t, zone, i->since_ms);
	if (i->closed_ms > 0) {
		text_add(t, " to ");
		add_time(t, zone, i->closed_ms);
	}
	text_add(t, ".</p>\n");
	add_promises(t, zone, i);
	if (i->update_count > 0)
		text_add(t, "<ul>\n");
	for (size_t k = 0; k < i->update_count; k++) {
		text_add(t, "<li>");
		add_time(t, zone, i->updates[k].at_ms);
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
	text_add(t, "</article>\n");
}

static void
add_incidents(struct text *t, const struct view *v)
{
	text_add(t, "<h2>Incidents</h2>\n");
	for (size_t i = 0; i < v->incident_count; i++)
		add_incident(t, v->zone, &v->incidents[i]);
	if (v->incident_count == 0)
		text_add(t, "<p>None in the last 30 days.</p>\n");
}

/* ---- the month ---- */

/* Seconds exactly: an account has no other unit. */
static void
add_seconds(struct text *t, int64_t s)
{
	if (s < 0) {
		text_add(t, "\xe2\x88\x92"); /* minus sign */
		s = -s;
	}
	if (s >= 3600)
		text_addf(t, "%" PRId64 " h ", s / 3600);
	if (s >= 60)
		text_addf(t, "%" PRId64 " min ", s / 60 % 60);
	text_addf(t, "%" PRId64 " s", s % 60);
}

static void
add_row(struct text *t, const char *what, const char *value)
{
	text_addf(t, "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n", what,
	    value);
}

static void
add_row_seconds(struct text *t, const char *what, int64_t s)
{
	text_addf(t, "<tr><th scope=\"row\">%s</th><td>", what);
	add_seconds(t, s);
	text_add(t, "</td></tr>\n");
}

static void
add_account(struct text *t, const struct view *v)
{
	static const char *const verdicts[] = {
		[VERDICT_MET] = "kept so far",
		[VERDICT_MISSED] = "missed",
		[VERDICT_INDETERMINATE] = "cannot be said: too little was seen",
		[VERDICT_NOT_APPLICABLE] = "nothing was agreed",
	};
	const struct account *a = &v->account;
	char percent[24];

	text_add(t, "<h2>This month</h2>\n<p>From ");
	add_time(t, v->zone, v->month_from_ms);
	text_add(t, " on.</p>\n");
	if (!v->agreed) {
		text_add(t, "<p>No figure yet.</p>\n");
		return;
	}
	text_add(t, "<table>\n<tbody>\n");
	account_percent(a->uptime_milli, percent, sizeof(percent));
	add_row(t, "Uptime", a->total_s > 0 ? percent : "not yet known");
	account_percent(v->guarantee_milli, percent, sizeof(percent));
	add_row(t, "Guaranteed", percent);
	add_row(t, "Guarantee", verdicts[a->verdict]);
	add_row_seconds(t, "Down", a->down_s);
	add_row_seconds(t, "Allowance left", a->left_s);
	add_row_seconds(t, "Not seen by us", a->unknown_s);
	account_percent(a->coverage_milli, percent, sizeof(percent));
	add_row(t, "Coverage", percent);
	text_add(t, "</tbody>\n</table>\n");
}

/* "14:02:07 NZDT (last seen good 14:02:05)". */
static void
add_edge(struct text *t, const char *zone, int64_t at_ms, int64_t before_ms,
    const char *before)
{
	add_time(t, zone, at_ms);
	if (before_ms <= 0 || before_ms >= at_ms)
		return;
	text_addf(t, "<br><span class=\"note\">%s ", before);
	add_time(t, zone, before_ms);
	text_add(t, "</span>");
}

static void
add_outage(struct text *t, const char *zone, const struct view_outage *o)
{
	text_add(t, "<tr><th scope=\"row\">");
	text_add_html(t, o->endpoint);
	text_addf(t, "</th><td>%s</td><td>",
	    o->unknown ? "not seen by us" : "down");
	add_edge(t, zone, o->from_ms, o->from_before_ms,
	    o->unknown ? "last seen" : "last good");
	text_add(t, "</td><td>");
	if (o->to_ms == NEVER)
		text_add(t, "goes on");
	else
		add_edge(t, zone, o->to_ms, o->to_before_ms,
		    o->unknown ? "last without" : "last failed");
	text_add(t, "</td></tr>\n");
}

static void
add_outages(struct text *t, const struct view *v)
{
	if (v->outage_count == 0)
		return;
	text_add(t,
	    "<h3>What it is made of</h3>\n<table>\n<thead><tr>"
	    "<th scope=\"col\">Service</th><th scope=\"col\">What</th>"
	    "<th scope=\"col\">From</th><th scope=\"col\">To</th></tr>"
	    "</thead>\n<tbody>\n");
	for (size_t i = 0; i < v->outage_count; i++)
		add_outage(t, v->zone, &v->outages[i]);
	text_add(t, "</tbody>\n</table>\n");
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
	add_incidents(out, v);
	add_account(out, v);
	add_outages(out, v);
	text_add(out, "</main>\n<footer><p class=\"note\">");
	text_add_html(out, v->site);
	text_add(out, ". Made ");
	add_minute(out, v->zone, v->now_ms);
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
