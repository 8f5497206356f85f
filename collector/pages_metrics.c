/* pages_metrics: what Prometheus reads; see pages_view.h. */
#include <inttypes.h>

#include "collector/pages_exposition.h"
#include "collector/pages_view.h"
#include "lib/interval.h"

static void
add_sample(struct text *t, const char *name, const struct view *v,
    const char *service)
{
	text_addf(t, "%s{", name);
	exposition_label(t, "client", v->client);
	if (service != NULL) {
		text_add(t, ",");
		exposition_label(t, "service", service);
	}
}

/* What is out of date says nothing about now. */
static enum view_state
state_of(const struct view *v, const struct view_endpoint *e)
{
	return v->stale && e->state != VIEW_NOT_PROBED ? VIEW_UNKNOWN
						       : e->state;
}

static void
add_up(struct text *t, const struct view_metrics *m)
{
	exposition_family(t, "sunwatch_up", "gauge",
	    "1 when a quorum of regions sees the endpoint work, else 0.");
	for (size_t i = 0; i < m->count; i++)
		for (size_t k = 0; k < m->views[i].endpoint_count; k++) {
			const struct view_endpoint *e =
			    &m->views[i].endpoints[k];
			enum view_state s = state_of(&m->views[i], e);

			if (s == VIEW_NOT_PROBED)
				continue;
			add_sample(t, "sunwatch_up", &m->views[i], e->name);
			text_addf(t, "} %d\n",
			    s == VIEW_UP || s == VIEW_DEGRADED);
		}
}

static void
add_states(struct text *t, const struct view_metrics *m)
{
	exposition_family(t, "sunwatch_state", "gauge",
	    "1 for the state an endpoint is in, 0 for the others.");
	for (size_t i = 0; i < m->count; i++)
		for (size_t k = 0; k < m->views[i].endpoint_count; k++)
			for (int s = 0; s < VIEW_NOT_PROBED; s++) {
				const struct view_endpoint *e =
				    &m->views[i].endpoints[k];

				add_sample(t, "sunwatch_state", &m->views[i],
				    e->name);
				text_add(t, ",");
				exposition_label(t, "state",
				    view_state_text((enum view_state)s));
				text_addf(t, "} %d\n",
				    (int)state_of(&m->views[i], e) == s);
			}
}

/* Millionths as a ratio, exactly. */
static void
add_ratio(struct text *t, const char *name, const char *help,
    const struct view_metrics *m, int64_t value(const struct view *))
{
	exposition_family(t, name, "gauge", help);
	for (size_t i = 0; i < m->count; i++) {
		int64_t millionths = value(&m->views[i]);

		if (!m->views[i].agreed || millionths < 0)
			continue;
		add_sample(t, name, &m->views[i], NULL);
		text_addf(t, "} %" PRId64 ".%06" PRId64 "\n",
		    millionths / 1000000, millionths % 1000000);
	}
}

static int64_t
uptime(const struct view *v)
{
	return v->account.total_s > 0 ? v->account.uptime : -1;
}

static int64_t
target(const struct view *v)
{
	return v->guarantee_milli * 10;
}

static int64_t
coverage(const struct view *v)
{
	return v->account.coverage;
}

static void
add_seconds(struct text *t, const char *name, const char *help,
    const struct view_metrics *m, int64_t value(const struct view *))
{
	exposition_family(t, name, "gauge", help);
	for (size_t i = 0; i < m->count; i++) {
		if (!m->views[i].agreed)
			continue;
		add_sample(t, name, &m->views[i], NULL);
		text_addf(t, "} %" PRId64 "\n", value(&m->views[i]));
	}
}

static int64_t
down(const struct view *v)
{
	return v->account.down_s;
}

static int64_t
allowed(const struct view *v)
{
	return v->best.allowed_s;
}

static int64_t
left(const struct view *v)
{
	return v->best.left_s;
}

static int64_t
unseen(const struct view *v)
{
	return v->account.unknown_s;
}

/* Also where nothing else can be said. */
static void
add_incomplete(struct text *t, const struct view_metrics *m)
{
	static const char name[] = "sunwatch_sla_incomplete";

	exposition_family(t, name, "gauge",
	    "1 when the records of the period are more than an account holds, "
	    "so that its figures leave some out.");
	for (size_t i = 0; i < m->count; i++) {
		add_sample(t, name, &m->views[i], NULL);
		text_addf(t, "} %d\n", m->views[i].incomplete != NULL);
	}
}

/* How fast the budget goes: 1 is just used up at the period's end. */
static void
add_burn(struct text *t, const struct view_metrics *m)
{
	exposition_family(t, "sunwatch_sla_burn_rate", "gauge",
	    "Burn rate of the error budget within a window; 1 uses it up at "
	    "the period's end.");
	for (size_t i = 0; i < m->count; i++)
		for (size_t k = 0; m->views[i].agreed && k < SLA_BURNS; k++) {
			const struct sla_burn *b = &m->views[i].budget.burns[k];

			if (b->long_milli == NEVER)
				continue;
			add_sample(t, "sunwatch_sla_burn_rate", &m->views[i],
			    NULL);
			text_addf(t,
			    ",window=\"%" PRId64 "h\"} %" PRId64 ".%03" PRId64
			    "\n",
			    b->long_s / 3600, b->long_milli / 1000,
			    b->long_milli % 1000);
		}
}

/* When more than the budget was used, or will be at the rate so far. */
static void
add_forecast(struct text *t, const struct view_metrics *m)
{
	static const char name[] = "sunwatch_sla_budget_end_timestamp_seconds";

	exposition_family(t, name, "gauge",
	    "When the error budget was used up, or will be at the rate so "
	    "far; absent when it will not.");
	for (size_t i = 0; i < m->count; i++) {
		const struct sla_budget *b = &m->views[i].budget;
		int64_t at_ms = b->exhausted_at_ms != NEVER ? b->exhausted_at_ms
							    : b->forecast_at_ms;

		if (!m->views[i].agreed || at_ms == NEVER)
			continue;
		add_sample(t, name, &m->views[i], NULL);
		text_addf(t, "} %" PRId64 "\n", at_ms / 1000);
	}
}

static void
add_incidents(struct text *t, const struct view_metrics *m)
{
	exposition_family(t, "sunwatch_incident_open", "gauge",
	    "Open incidents of the client.");
	for (size_t i = 0; i < m->count; i++) {
		int open = 0;

		for (size_t k = 0; k < m->views[i].incident_count; k++)
			open += m->views[i].incidents[k].closed_ms == 0;
		add_sample(t, "sunwatch_incident_open", &m->views[i], NULL);
		text_addf(t, "} %d\n", open);
	}
}

static void
add_known(struct text *t, const struct view_metrics *m)
{
	static const char name[] = "sunwatch_known_until_timestamp_seconds";

	exposition_family(t, name, "gauge",
	    "Up to when everything is evaluated and read; states of longer "
	    "ago are unknown.");
	for (size_t i = 0; i < m->count; i++) {
		add_sample(t, name, &m->views[i], NULL);
		text_addf(t, "} %" PRId64 ".%03" PRId64 "\n",
		    m->views[i].as_of_ms / 1000, m->views[i].as_of_ms % 1000);
	}
}

static void
add_ourselves(struct text *t, const struct view_metrics *m)
{
	exposition_family(t, "sunwatch_pages_store_up", "gauge",
	    "1 when the store answers the status pages.");
	text_addf(t, "sunwatch_pages_store_up %d\n", m->store_is_up);
	exposition_family(t, "sunwatch_pages_read_timestamp_seconds", "gauge",
	    "When the records were last read.");
	text_addf(t,
	    "sunwatch_pages_read_timestamp_seconds %" PRId64 ".%03" PRId64 "\n",
	    m->read_ms / 1000, m->read_ms % 1000);
	exposition_family(t, "sunwatch_pages_requests_total", "counter",
	    "Requests answered by the status pages.");
	text_addf(t, "sunwatch_pages_requests_total %" PRIu64 "\n",
	    m->requests);
	exposition_family(t, "sunwatch_build_info", "gauge",
	    "The program's version.");
	text_add(t, "sunwatch_build_info{");
	exposition_label(t, "version", m->version);
	text_add(t, "} 1\n");
}

void
view_metrics(const struct view_metrics *m, struct text *out)
{
	add_up(out, m);
	add_states(out, m);
	add_ratio(out, "sunwatch_sla_uptime_ratio",
	    "Uptime of the current period so far.", m, uptime);
	add_ratio(out, "sunwatch_sla_target_ratio", "What is guaranteed.", m,
	    target);
	add_ratio(out, "sunwatch_sla_coverage_ratio",
	    "How much of the period so far was seen.", m, coverage);
	add_seconds(out, "sunwatch_sla_downtime_seconds",
	    "Booked downtime of the current period that counts.", m, down);
	add_seconds(out, "sunwatch_sla_error_budget_seconds",
	    "Downtime allowed in the whole period.", m, allowed);
	add_seconds(out, "sunwatch_sla_error_budget_remaining_seconds",
	    "Of it, what is left for the rest of the period; may be negative.",
	    m, left);
	add_seconds(out, "sunwatch_sla_unknown_seconds",
	    "Time of the current period in which nobody could say.", m, unseen);
	add_incomplete(out, m);
	add_burn(out, m);
	add_forecast(out, m);
	add_incidents(out, m);
	add_known(out, m);
	add_ourselves(out, m);
}
