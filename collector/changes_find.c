/* changes_find: see changes_find.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/changes.h"
#include "collector/changes_find.h"
#include "collector/changes_find_parts.h"
#include "collector/pages_incident.h"
#include "collector/pages_model_parts.h"
#include "collector/pages_names.h"
#include "lib/ledger.h"
#include "lib/record.h"

#define SPAN_MS (INT64_C(31) * 86400000)

char *
changes_wrap(const char *name, json_t *item, bool gone)
{
	json_t *root = json_pack("{s:i, s:o}", "version", 1, name, item);
	char *text;

	if (root == NULL) /* of a record with bytes that no JSON can have */
		return NULL;
	if (gone)
		json_object_set_new(root, "gone", json_true());
	text = record_dump(root);
	json_decref(root);
	return text;
}

/* Of one endpoint. */
static void
add(const struct finding *f, enum change_kind kind, unsigned whom,
    const char *endpoint, char *json)
{
	char clients[80], endpoints[144];

	text_format(clients, sizeof(clients), " %.*s ",
	    (int)strcspn(endpoint, "/"), endpoint);
	text_format(endpoints, sizeof(endpoints), " %s ", endpoint);
	changes_add(f->changes,
	    &(struct change){ .kind = kind,
		.whom = whom,
		.clients = clients,
		.endpoints = endpoints,
		.name = endpoint,
		.json = json });
}

/* ---- states ---- */

/* By another name than the tree has nobody knows it. */
static void
add_unwatched(const struct finding *f, const char *id)
{
	add(f, CHANGE_STATE, CHANGE_FOR_CLIENTS | CHANGE_FOR_OPERATORS, id,
	    changes_wrap("state",
		json_pack("{s:s, s:s%, s:s}", "endpoint", id, "client", id,
		    strcspn(id, "/"), "state", "not_watched"),
		false));
}

static void
add_state(const struct finding *f, const struct endpoint *e)
{
	struct api_view v = *f->view;

	v.only = NULL;
	add(f, CHANGE_STATE, CHANGE_FOR_OPERATORS, e->id,
	    changes_wrap("state", api_state_item(&v, e), false));
	v.only = e->client;
	add(f, CHANGE_STATE, CHANGE_FOR_CLIENTS, e->id,
	    changes_wrap("state", api_state_item(&v, e), false));
}

/* A rename alone is no other state: it is told under the name that the tree
   has, and by the tree that has the new one (api_configure). */
static void
find_states(const struct finding *f, const struct records *was,
    const struct records *now)
{
	const struct state_record *s, *other;

	for (s = now->states; s != NULL; s = s->hh.next) {
		const struct endpoint *e = pages_endpoint(f->view->model, s);

		other = pages_state_of(was, s->key);
		if (other != NULL && other->state == s->state &&
		    other->since_ms == s->since_ms)
			continue;
		if (e != NULL)
			add_state(f, e);
		else
			add_unwatched(f, s->id);
	}
	for (s = was->states; s != NULL; s = s->hh.next)
		if (pages_state_of(now, s->key) == NULL)
			add_unwatched(f, s->id);
}

/* ---- outages ---- */

struct booked {
	char endpoint[136];
	struct ledger_stretch stretch;
};

struct bookings {
	struct booked *items; /* by endpoint, then as they began */
	size_t count, room;
};

static void
on_stretch(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	struct bookings *b = arg;

	if (b->count == b->room) {
		b->room = 2 * b->room + 64;
		b->items = mem_grow(b->items, b->room * sizeof(*b->items));
	}
	text_copy(b->items[b->count].endpoint, sizeof(b->items->endpoint),
	    endpoint);
	b->items[b->count++].stretch = *s;
}

static int
compare(const struct booked *a, const struct booked *b)
{
	int order = strcmp(a->endpoint, b->endpoint);

	if (order != 0)
		return order;
	if (a->stretch.from_ms != b->stretch.from_ms)
		return a->stretch.from_ms < b->stretch.from_ms ? -1 : 1;
	return (int)a->stretch.kind - (int)b->stretch.kind;
}

static int
compare_booked(const void *a, const void *b)
{
	return compare(a, b);
}

/* Of either the same span: what it is too old for has not gone. */
static void
collect(const struct finding *f, const struct records *r, struct bookings *out)
{
	int64_t from_ms = f->view->now_ms - SPAN_MS;

	for (const struct client_ledger *l = r->ledgers; l != NULL;
	     l = l->hh.next)
		ledger_each(l->ledger, from_ms, f->view->now_ms + SPAN_MS,
		    on_stretch, out);
	if (out->count > 0)
		qsort(out->items, out->count, sizeof(*out->items),
		    compare_booked);
}

static bool
is_same(const struct ledger_stretch *a, const struct ledger_stretch *b)
{
	return a->to_ms == b->to_ms && a->from_before_ms == b->from_before_ms &&
	    a->to_before_ms == b->to_before_ms && a->reason == b->reason &&
	    a->removed == b->removed;
}

static void
add_outage(const struct finding *f, const struct booked *b, bool gone)
{
	add(f, CHANGE_OUTAGE, CHANGE_FOR_CLIENTS | CHANGE_FOR_OPERATORS,
	    b->endpoint,
	    changes_wrap("outage", api_outage_item(b->endpoint, &b->stretch),
		gone));
}

static void
find_outages(const struct finding *f, const struct records *was,
    const struct records *now)
{
	struct bookings a = { 0 }, b = { 0 };
	size_t i = 0, k = 0;

	collect(f, was, &a);
	collect(f, now, &b);
	while (i < a.count || k < b.count) {
		int order = i == a.count ? 1
		    : k == b.count       ? -1
					 : compare(&a.items[i], &b.items[k]);

		if (order < 0)
			add_outage(f, &a.items[i], true);
		else if (order > 0 ||
		    (order == 0 &&
			!is_same(&a.items[i].stretch, &b.items[k].stretch)))
			add_outage(f, &b.items[k], false);
		i += order <= 0;
		k += order >= 0;
	}
	free(a.items);
	free(b.items);
}

/* ---- incidents ---- */

struct audience_change {
	const struct finding *finding;
	const struct pages_incident *was, *now;
};

/* What differs for one client, or (NULL) for operators. */
static void
add_incident(const struct audience_change *a, const char *client)
{
	json_t *was = NULL, *now = NULL;
	int64_t now_ms = a->finding->view->now_ms;
	struct text clients = { 0 }, endpoints = { 0 };

	if (client == NULL) {
		now = pages_incident_whole(a->now, NULL, INCIDENT_ANY);
		if (a->was != NULL)
			was = pages_incident_whole(a->was, NULL, INCIDENT_ANY);
	} else {
		now = pages_incident_for(a->now, client, INCIDENT_ANY, now_ms);
		if (a->was != NULL)
			was = pages_incident_for(a->was, client, INCIDENT_ANY,
			    now_ms);
	}
	if (now != NULL && (was == NULL || !json_equal(was, now))) {
		pages_incident_about(a->now, client, &clients, &endpoints);
		changes_add(a->finding->changes,
		    &(struct change){ .kind = CHANGE_INCIDENT,
			.whom = client != NULL ? CHANGE_FOR_CLIENTS
					       : CHANGE_FOR_OPERATORS,
			.clients = clients.data,
			.endpoints = endpoints.data,
			.name = json_string_value(json_object_get(now, "id")),
			.json = changes_wrap("incident", json_incref(now),
			    false) });
		text_clear(&clients);
		text_clear(&endpoints);
	}
	json_decref(was);
	json_decref(now);
}

static void
on_audience(void *arg, const char *client)
{
	add_incident(arg, client);
}

/* Both lists have the newest first. */
static void
find_incidents(const struct finding *f, const struct incident_list *was,
    const struct incident_list *now)
{
	size_t k = 0;

	for (size_t i = 0; i < now->count; i++) {
		struct audience_change a = { f, NULL, now->items[i] };

		while (k < was->count &&
		    pages_incident_number(was->items[k]) >
			pages_incident_number(a.now))
			k++;
		if (k < was->count &&
		    pages_incident_number(was->items[k]) ==
			pages_incident_number(a.now))
			a.was = was->items[k];
		if (a.was != NULL && pages_incident_is_same(a.was, a.now))
			continue;
		add_incident(&a, NULL);
		pages_incident_each_audience(a.now, on_audience, &a);
	}
}

void
changes_find_in(struct changes *changes, const struct api_view *view,
    enum pages_part part, const struct records *was, const struct records *now)
{
	const struct finding f = { changes, view };

	switch (part) {
	case PAGES_STATES:
		find_states(&f, was, now);
		break;
	case PAGES_LEDGER:
		find_outages(&f, was, now);
		changes_find_windows(&f, was, now);
		break;
	case PAGES_INCIDENTS:
		find_incidents(&f, &was->incidents, &now->incidents);
		break;
	}
}
