#ifndef COLLECTOR_PAGES_VIEW_H
#define COLLECTOR_PAGES_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/account.h"
#include "lib/seal.h"
#include "lib/sla.h"
#include "lib/text.h"

/*
 * pages_view: what one status page shows, and how.
 *
 * Pure: the same view gives the same bytes.  Times are shown with their
 * zone; nothing on a page runs with the clock but the minute it was made.
 */

enum view_state {
	VIEW_UP,
	VIEW_DEGRADED,
	VIEW_DOWN,
	VIEW_UNKNOWN,
	VIEW_NOT_PROBED,
};
#define VIEW_STATES (VIEW_NOT_PROBED + 1)

const char *view_state_text(enum view_state);   /* for people */
enum view_state view_state_parse(const char *); /* or VIEW_UNKNOWN */

struct view_endpoint {
	const char *name;
	enum view_state state;
	int64_t since_ms; /* 0: not known */
	bool counts;
};

struct view_update {
	int64_t at_ms;
	const char *state; /* investigating ... */
	const char *text;
};

#define VIEW_UPDATES_MAX 50
#define VIEW_INCIDENTS_MAX 50
#define VIEW_OUTAGES_MAX 200

struct view_incident {
	const char *id, *subject;
	int64_t since_ms, closed_ms;       /* closed 0: open */
	int64_t eta_from_ms, eta_to_ms;    /* 0: none given */
	int64_t next_ms;                   /* 0: none promised */
	const struct view_update *updates; /* newest first */
	size_t update_count;
	size_t updates_gone; /* earlier ones that are not among them */
};

/* One outage or blind stretch of this period. */
struct view_outage {
	const char *endpoint;
	bool unknown;                         /* nobody could say */
	int64_t from_ms, to_ms;               /* to NEVER: still going on */
	int64_t from_before_ms, to_before_ms; /* the edges' other sides */
	const char *reason;
};

/* Announced maintenance that is not over, or would not be. */
struct view_window {
	char *services; /* names with commas between; NULL: all of them */
	const char *text;
	int64_t announced_ms, changed_ms; /* changed: last; 0: never */
	int64_t from_ms, to_ms;
	bool cancelled;
};
#define VIEW_WINDOWS_MAX 50

/* A final report that the page leads to. */
struct view_report {
	char period[SEAL_PERIOD]; /* "2026-10" */
	int64_t version;
};
#define VIEW_REPORTS_MAX 24

struct view {
	const char *site, *client, *title, *zone;
	int64_t now_ms;   /* when this was made */
	int64_t as_of_ms; /* up to when everything is known; 0: nothing is */
	bool stale;       /* that is too long ago */
	const struct view_endpoint *endpoints;
	size_t endpoint_count;
	const struct view_incident *incidents; /* open ones first */
	size_t incident_count;
	bool agreed; /* account and guarantee hold something */
	int64_t guarantee_milli;
	struct account account;   /* so far */
	struct account best;      /* of all of it: see lib/ledger_facts.h */
	bool has_changed;         /* the terms, within the period */
	char *incomplete;         /* what it has no room for; NULL: nothing */
	struct sla_budget budget; /* of the terms in force; if agreed */
	const char *period;       /* "month", "contract year" */
	int64_t period_from_ms, period_to_ms;
	const struct view_outage *outages; /* newest first */
	size_t outage_count;
	size_t outages_left_out; /* older ones, beyond VIEW_OUTAGES_MAX */
	const struct view_window *windows; /* by their begins */
	size_t window_count;
	const struct view_report *reports; /* newest first */
	size_t report_count;
	bool reports_want_token; /* and the page wants none */
	size_t windows_left_out; /* later ones, beyond VIEW_WINDOWS_MAX */
};

/* The worst state of those that count: the headline's. */
enum view_state view_worst(const struct view *);
/* What is said of everything, and the state in whose colour. */
const char *view_headline(const struct view *, enum view_state *colour);
void view_html(const struct view *, struct text *out);
/* A small page of one sentence: access, not found. */
void view_notice(const char *title, const char *html, struct text *out);

extern const char view_style[]; /* of /style.css */

/* pages_metrics.c: Prometheus text (0.0.4) of all views. */
struct view_metrics {
	const struct view *views;
	size_t count;
	int64_t now_ms, read_ms;
	bool store_is_up;
	uint64_t requests;
	const char *version;
};
void view_metrics(const struct view_metrics *, struct text *out);

#endif
