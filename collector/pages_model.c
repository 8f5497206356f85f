/* pages_model: see pages_model.h. */
#include <jansson.h>
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
#include "lib/hash_free.h"
#include "lib/interval.h"
#include "lib/ledger_facts.h"
#include "lib/report_say.h"
#include "lib/sla_period.h"

static void
clear_states(struct records *r)
{
	struct state_record *s, *next;

	HASH_ITER (hh, r->states, s, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
		HASH_DEL(r->states, s);
		free(s->json);
		free(s);
	}
}

static void
clear_agents(struct records *r)
{
	HASH_FREE_ITEMS(r->agents);
}

static void
clear_ledgers(struct records *r)
{
	struct client_ledger *l, *next;

	HASH_ITER (hh, r->ledgers, l, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
		HASH_DEL(r->ledgers, l);
		ledger_free(l->ledger);
		free(l);
	}
}

static void
clear_incidents(struct records *r)
{
	for (size_t i = 0; i < r->incidents.count; i++)
		pages_incident_free(r->incidents.items[i]);
	free(r->incidents.items);
	r->incidents = (struct incident_list){ 0 };
}

static void
clear_part(struct records *r, enum pages_part part)
{
	switch (part) {
	case PAGES_STATES:
		renames_clear(&r->names);
		clear_states(r);
		clear_agents(r);
		break;
	case PAGES_LEDGER:
		clear_ledgers(r);
		break;
	case PAGES_INCIDENTS:
		clear_incidents(r);
		break;
	}
}

struct pages_model *
pages_model_new(const struct settings *s)
{
	struct pages_model *m = mem_alloc(sizeof(*m));

	m->settings = s;
	return m;
}

void
pages_model_free(struct pages_model *m)
{
	if (m == NULL)
		return;
	for (int p = 0; p < PAGES_PARTS; p++) {
		clear_part(&m->known, (enum pages_part)p);
		clear_part(&m->coming, (enum pages_part)p);
	}
	free(m);
}

void
pages_model_configure(struct pages_model *m, const struct settings *s)
{
	m->settings = s;
}

/* ---- reading ---- */

void
pages_model_begin(struct pages_model *m, enum pages_part part)
{
	clear_part(&m->coming, part);
	m->unreadable_coming[part] = 0;
}

static bool
read_state(struct pages_model *m, const char *field, const void *value,
    size_t length)
{
	json_t *root = json_loadb(value, length, 0, NULL);
	const char *state = json_string_value(json_object_get(root, "state"));
	struct state_record *s;

	if (state == NULL || strlen(field) >= sizeof(s->id)) {
		json_decref(root);
		return false;
	}
	HASH_FIND_STR(m->coming.states, field, s);
	if (s == NULL) {
		s = mem_alloc(sizeof(*s));
		text_copy(s->id, sizeof(s->id), field);
		text_copy(s->key, sizeof(s->key), field);
		HASH_ADD_STR(m->coming.states, id, s);
	}
	s->state = view_state_parse(state);
	s->since_ms = json_integer_value(json_object_get(root, "since"));
	free(s->json);
	s->json = mem_copy(value, length);
	s->length = length;
	json_decref(root);
	return true;
}

/* Each shard has heard of an agent by itself; the latest holds. */
static bool
read_agent(struct pages_model *m, const char *field, const void *value,
    size_t length)
{
	json_t *root = json_loadb(value, length, 0, NULL);
	const json_t *heard = json_object_get(root, "heard");
	int64_t heard_ms = json_integer_value(heard);
	bool good = json_is_integer(heard) && heard_ms >= 0 &&
	    heard_ms <= TIME_MAX && strlen(field) < NAME_ROOM;
	struct agent_record *a;

	json_decref(root);
	if (!good)
		return false;
	HASH_FIND_STR(m->coming.agents, field, a);
	if (a == NULL) {
		a = mem_alloc(sizeof(*a));
		text_copy(a->name, sizeof(a->name), field);
		HASH_ADD_STR(m->coming.agents, name, a);
	}
	if (heard_ms > a->heard_ms)
		a->heard_ms = heard_ms;
	return true;
}

static bool
read_current(struct pages_model *m, const char *key, const char *field,
    const void *value, size_t length)
{
	char error[160];

	if (strcmp(key, "agents") == 0)
		return read_agent(m, field, value, length);
	if (strcmp(key, "names") == 0)
		return renames_load(&m->coming.names, field, value, length,
			   error) == 0;
	return read_state(m, field, value, length);
}

/* "acme/learn|1234", "acme/learn" and "acme" are all acme's. */
static bool
read_ledger(struct pages_model *m, const char *key, const char *field,
    const void *value, size_t length)
{
	size_t end = strcspn(field, "/|");
	struct client_ledger *l;
	char name[NAME_ROOM], error[160];

	if (end >= sizeof(name))
		return false;
	memcpy(name, field, end);
	name[end] = '\0';
	HASH_FIND_STR(m->coming.ledgers, name, l);
	if (l == NULL) {
		l = mem_alloc(sizeof(*l));
		memcpy(l->name, name, sizeof(name));
		l->ledger = ledger_new(name);
		HASH_ADD_STR(m->coming.ledgers, name, l);
	}
	return ledger_load(l->ledger, key, field, value, length, error) == 0;
}

static bool
read_incident(struct pages_model *m, const void *value, size_t length)
{
	struct incident_list *list = &m->coming.incidents;
	struct pages_incident *i = pages_incident_decode(value, length);

	if (i == NULL)
		return false;
	list->items =
	    mem_grow(list->items, (list->count + 1) * sizeof(*list->items));
	list->items[list->count++] = i;
	return true;
}

void
pages_model_field(struct pages_model *m, enum pages_part part, const char *key,
    const char *field, const void *value, size_t length)
{
	bool read = false;

	switch (part) {
	case PAGES_STATES:
		read = read_current(m, key, field, value, length);
		break;
	case PAGES_LEDGER:
		read = read_ledger(m, key, field, value, length);
		break;
	case PAGES_INCIDENTS:
		read = read_incident(m, value, length);
		break;
	}
	m->unreadable_coming[part] += !read;
}

void
pages_model_pass_over(struct pages_model *m, enum pages_part part)
{
	m->unreadable_coming[part]++;
}

static bool
same_states(struct records *a, struct records *b)
{
	if (HASH_COUNT(a->states) != HASH_COUNT(b->states))
		return false;
	for (struct state_record *x = a->states; x != NULL; x = x->hh.next) {
		struct state_record *y;

		HASH_FIND_STR(b->states, x->id, y);
		if (y == NULL || y->state != x->state ||
		    y->since_ms != x->since_ms)
			return false;
	}
	return true;
}

/* Into what is empty. */
static void
move_part(struct records *from, struct records *to, enum pages_part part)
{
	switch (part) {
	case PAGES_STATES:
		to->names = from->names;
		from->names = (struct renames){ 0 };
		to->states = from->states;
		to->agents = from->agents;
		from->states = NULL;
		from->agents = NULL;
		break;
	case PAGES_LEDGER:
		to->ledgers = from->ledgers;
		from->ledgers = NULL;
		break;
	case PAGES_INCIDENTS:
		to->incidents = from->incidents;
		from->incidents = (struct incident_list){ 0 };
		break;
	}
}

static void
take_over(struct pages_model *m, enum pages_part part)
{
	struct records *known = &m->known, *coming = &m->coming, was = { 0 };

	if (part == PAGES_STATES) {
		pages_names_take(coming);
		m->states_changed = !same_states(known, coming);
	}
	move_part(known, &was, part);
	if (part == PAGES_INCIDENTS && coming->incidents.count > 0)
		qsort(coming->incidents.items, coming->incidents.count,
		    sizeof(*coming->incidents.items), pages_incident_compare);
	move_part(coming, known, part);
	if (m->has_read[part] && m->changed != NULL)
		m->changed(m->arg, part, &was, known);
	m->has_read[part] = true;
	clear_part(&was, part);
}
void
pages_model_end(struct pages_model *m, enum pages_part part, bool whole)
{
	if (!whole) {
		clear_part(&m->coming, part);
		return;
	}
	take_over(m, part);
	m->unreadable = 0;
	for (int p = 0; p < PAGES_PARTS; p++)
		m->unreadable += m->unreadable_coming[p];
}

void
pages_model_watch(struct pages_model *m, pages_changed *changed, void *arg)
{
	m->changed = changed;
	m->arg = arg;
}

size_t
pages_model_unreadable(const struct pages_model *m)
{
	return m->unreadable;
}

bool
pages_model_states_changed(const struct pages_model *m)
{
	return m->states_changed;
}

/* ---- showing ---- */

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
