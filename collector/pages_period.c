/*
 * pages_period: the account on a client's status page; see pages_view.h.
 *
 * What is allowed, used and left is of the whole period; what is kept or
 * missed so far is said apart from it.  Nothing is rounded in our favour.
 */
#include <inttypes.h>

#include "collector/pages_view.h"
#include "collector/pages_view_parts.h"
#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/ledger.h"

/* <time datetime="...Z">2026-11-22 14:02:07 NZDT</time> */
void
view_add_time(struct text *t, const char *zone, int64_t at_ms)
{
	char utc[40], full[64];

	civil_utc(at_ms, utc, sizeof(utc));
	civil_full(zone, at_ms, full, sizeof(full));
	text_addf(t, "<time datetime=\"%s\">", utc);
	text_add_html(t, full);
	text_add(t, "</time>");
}

/* The same to the minute, so that a page need not change every second. */
void
view_add_minute(struct text *t, const char *zone, int64_t at_ms)
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

/* What the period is called where nothing was read of it yet. */
static const char *
word_of(const struct view *v)
{
	return v->period != NULL ? v->period : "month";
}

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
add_seconds_row(struct text *t, const char *what, int64_t s)
{
	text_addf(t, "<tr><th scope=\"row\">%s</th><td>", what);
	add_seconds(t, s);
	text_add(t, "</td></tr>\n");
}

/* A row whose name has the period's word in it. */
static void
add_row_of(struct text *t, const struct view *v, const char *before,
    const char *after, int64_t s)
{
	char what[80];

	text_format(what, sizeof(what), "%s%s%s", before, word_of(v), after);
	add_seconds_row(t, what, s);
}

static void
add_percent(struct text *t, const char *what, int64_t millionths,
    const char *after)
{
	char percent[24];

	account_percent(millionths, percent, sizeof(percent));
	text_addf(t, "<tr><th scope=\"row\">%s</th><td>%s%s</td></tr>\n", what,
	    percent, after);
}

/* Of the whole period: what the guarantee allows, and how much is gone. */
static void
add_allowance(struct text *t, const struct view *v)
{
	const struct account *best = &v->best;

	add_row_of(t, v, "Agreed time of the ", "", best->period_s);
	if (best->excluded_s > 0)
		add_seconds_row(t, "Of it maintenance and other exclusions",
		    best->excluded_s);
	add_percent(t, "Guaranteed", v->guarantee_milli * 10, " of it");
	add_row_of(t, v, "Allowance of the whole ", "", best->allowed_s);
	add_seconds_row(t, "Of it used so far (down)", best->down_s);
	if (best->left_s >= 0)
		add_row_of(t, v, "Left until the ", " ends", best->left_s);
	else
		add_seconds_row(t, "More used than allowed", -best->left_s);
	text_addf(t, "<tr><th scope=\"row\">Guarantee</th><td>%s</td></tr>\n",
	    verdict_so_far(v->account.verdict, best->verdict));
}

static void
add_figures(struct text *t, const struct view *v)
{
	const struct account *a = &v->account;

	if (a->total_s > 0)
		add_percent(t, "Uptime so far", a->uptime, "");
	else
		text_add(t,
		    "<tr><th scope=\"row\">Uptime so far</th><td>not yet "
		    "known</td></tr>\n");
	if (a->coverage >= 0)
		add_percent(t, "Coverage so far", a->coverage,
		    " of this was seen by us");
	add_seconds_row(t, "Not seen by us so far", a->unknown_s);
}

/* "This month so far", from when to when, as of when. */
static void
add_head(struct text *t, const struct view *v)
{
	text_addf(t, "<h2>This %s so far</h2>\n<p>The %s: ", word_of(v),
	    word_of(v));
	view_add_minute(t, v->zone, v->period_from_ms);
	text_add(t, " to ");
	view_add_minute(t, v->zone, v->period_to_ms);
	text_add(t, " (");
	add_seconds(t, (v->period_to_ms - v->period_from_ms) / 1000);
	text_add(t, ")");
	if (v->as_of_ms > 0) {
		text_add(t, "; as of ");
		view_add_time(t, v->zone, v->as_of_ms);
	}
	text_add(t, ".</p>\n");
}

/* Before any figure: what they leave out. */
static void
add_incomplete(struct text *t, const struct view *v)
{
	if (v->incomplete == NULL)
		return;
	text_add(t, "<p><strong>");
	text_add_html(t, v->incomplete);
	text_add(t, ".</strong></p>\n");
}

static void
add_account(struct text *t, const struct view *v)
{
	add_head(t, v);
	add_incomplete(t, v);
	if (!v->agreed) {
		text_add(t, "<p>No figure yet.</p>\n");
		return;
	}
	text_add(t, "<table>\n<tbody>\n");
	add_allowance(t, v);
	add_figures(t, v);
	text_add(t,
	    "</tbody>\n</table>\n<p class=\"note\">The allowance is what "
	    "the guarantee leaves of the time that counts, in whole seconds; "
	    "fractions are dropped.");
	if (v->has_changed)
		text_addf(t,
		    " The terms changed in this %s: each part has its own "
		    "guarantee, and the allowance is their sum.",
		    word_of(v));
	text_add(t, "</p>\n");
}

/* "14:02:07 NZDT (last seen good 14:02:05)". */
static void
add_edge(struct text *t, const char *zone, int64_t at_ms, int64_t before_ms,
    const char *before)
{
	view_add_time(t, zone, at_ms);
	if (before_ms == LEDGER_UNSEEN)
		text_addf(t,
		    "<br><span class=\"note\">%s: unknown, not looked at "
		    "before</span>",
		    before);
	if (before_ms <= 0 || before_ms >= at_ms)
		return;
	text_addf(t, "<br><span class=\"note\">%s ", before);
	view_add_time(t, zone, before_ms);
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
	if (v->outages_left_out > 0)
		text_addf(t, "<p>And %zu earlier ones, counted above.</p>\n",
		    v->outages_left_out);
}

void
view_add_period(struct text *t, const struct view *v)
{
	add_account(t, v);
	add_outages(t, v);
}
