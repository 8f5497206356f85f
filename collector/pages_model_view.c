/* pages_model_view: what the page of a client shows; see pages_model.h. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "collector/pages.h"
#include "collector/pages_incident.h"
#include "collector/pages_model_parts.h"
#include "collector/pages_names.h"
#include "collector/pages_reports.h"
#include "collector/pages_windows.h"
#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/ledger_facts.h"
#include "lib/report_say.h"
#include "lib/sla_period.h"

static void
view_endpoints(const struct pages_model *m, const struct client *c,
    struct view *out)
{
	struct view_endpoint *list =
	    mem_alloc(c->endpoints.count * sizeof(*list));
	size_t n = 0;

	CONF_EACH (const struct endpoint, e, &c->endpoints) {
		const struct state_record *s = pages_state(&m->known, e);

		list[n] = (struct view_endpoint){ .name = e->name,
			.state = VIEW_UNKNOWN,
			.counts = e->probe.counts };
		if (e->disabled != NULL)
			list[n].state = VIEW_NOT_PROBED;
		else if (s != NULL) {
			list[n].state = s->state;
			list[n].since_ms = s->since_ms;
		}
		n++;
	}
	out->endpoints = list;
	out->endpoint_count = n;
}

/* Those that are open for this client, or those that are not. */
static void
view_some(const struct pages_model *m, const char *client, bool open,
    struct view_incident *list, struct view *out)
{
	size_t n = out->incident_count;

	for (size_t k = 0;
	     k < m->known.incidents.count && n < VIEW_INCIDENTS_MAX; k++)
		n += pages_incident_view(m->known.incidents.items[k], client,
		    open, out->now_ms, &list[n]);
	out->incident_count = n;
}

static void
view_incidents(const struct pages_model *m, const char *client,
    struct view *out)
{
	struct view_incident *list =
	    mem_alloc(VIEW_INCIDENTS_MAX * sizeof(*list));

	view_some(m, client, true, list, out);
	view_some(m, client, false, list, out);
	out->incidents = list;
}

struct outage_view {
	struct view_outage *list;
	size_t count, room;
	size_t skip; /* of the client's name and slash */
};

static void
on_stretch(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	struct outage_view *v = arg;

	if (v->count == v->room) {
		v->room = 2 * v->room + 16;
		v->list = mem_grow(v->list, v->room * sizeof(*v->list));
	}
	v->list[v->count++] = (struct view_outage){
		.endpoint =
		    strlen(endpoint) > v->skip ? endpoint + v->skip : endpoint,
		.unknown = s->kind == LEDGER_UNKNOWN,
		.from_ms = s->from_ms,
		.to_ms = s->to_ms,
		.from_before_ms = s->from_before_ms,
		.to_before_ms = s->to_before_ms,
		.reason = reason_text(s->reason),
	};
}

static int
compare_outages(const void *a, const void *b)
{
	const struct view_outage *x = a, *y = b;

	if (x->from_ms != y->from_ms)
		return x->from_ms > y->from_ms ? -1 : 1;
	return strcmp(x->endpoint, y->endpoint);
}

/* A client whose terms nobody has booked yet has the months of its zone. */
static void
view_nothing(const struct client *c, struct view *out)
{
	out->period = sla_period_word(SLA_MONTH);
	civil_month(c->zone, out->now_ms, &out->period_from_ms,
	    &out->period_to_ms);
}

static void
view_account(const struct ledger *l, const struct client *c, struct view *out)
{
	const struct ledger_agreement *agreement =
	    ledger_agreement_at(l, out->as_of_ms);
	struct ledger_account account;
	struct text left = { 0 };
	struct sla_facts facts;

	ledger_period_at(l, c->zone, out->now_ms, &facts);
	ledger_account(l, &facts, out->as_of_ms, &account);
	out->period = sla_period_word((enum sla_period)account.facts.period);
	out->period_from_ms = account.facts.from_ms;
	out->period_to_ms = account.facts.to_ms;
	out->agreed = account.best.period_s > 0 && agreement != NULL;
	out->account = account.whole;
	out->best = account.best;
	out->has_changed = account.has_changed;
	for (size_t i = 0; i < account.full.count; i++)
		if (i == 0 || account.full.parts[i].from_ms <= out->as_of_ms)
			out->budget = account.full.parts[i].budget;
	if (agreement != NULL)
		out->guarantee_milli = agreement->guarantee_milli;
	report_say_left(&account.facts, &left);
	out->incomplete = left.length > 0 ? text_take(&left) : NULL;
	ledger_account_clear(&account);
}

static void
view_ledger(const struct pages_model *m, const struct client *c,
    struct view *out)
{
	struct outage_view v = { .skip = strlen(c->name) + 1 };
	struct client_ledger *l;

	HASH_FIND_STR(m->known.ledgers, c->name, l);
	if (l == NULL) {
		view_nothing(c, out);
		return;
	}
	view_account(l->ledger, c, out);
	pages_windows_view(l->ledger, out);
	ledger_each(l->ledger, out->period_from_ms, out->now_ms, on_stretch,
	    &v);
	if (v.count > 0)
		qsort(v.list, v.count, sizeof(*v.list), compare_outages);
	out->outages = v.list;
	out->outage_count =
	    v.count < VIEW_OUTAGES_MAX ? v.count : VIEW_OUTAGES_MAX;
	out->outages_left_out = v.count - out->outage_count;
}

void
pages_model_view(const struct pages_model *m, const struct client *c,
    int64_t now_ms, int64_t as_of_ms, struct view *out)
{
	*out = (struct view){ .site = m->settings->site.name,
		.client = c->name,
		.title = c->title != NULL ? c->title : c->name,
		.zone = c->zone,
		.now_ms = now_ms,
		.as_of_ms = as_of_ms < now_ms ? as_of_ms : now_ms,
		.stale = now_ms - as_of_ms > PAGES_STALE_MS };
	view_endpoints(m, c, out);
	view_incidents(m, c->name, out);
	view_ledger(m, c, out);
}

void
view_clear(struct view *v)
{
	for (size_t i = 0; i < v->incident_count; i++)
		pages_incident_unview(
		    (struct view_incident *)(uintptr_t)&v->incidents[i]);
	free((void *)(uintptr_t)v->incidents);
	free((void *)(uintptr_t)v->endpoints);
	free((void *)(uintptr_t)v->outages);
	pages_windows_unview(v);
	pages_reports_unview(v);
	free(v->incomplete);
	*v = (struct view){ 0 };
}
