/* api_lists: clients, endpoints, states, agents; see api_lists.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/api_lists.h"
#include "collector/facts.h"
#include "collector/pages.h"
#include "collector/pages_model_parts.h"
#include "collector/pages_names.h"
#include "lib/text.h"

#define SILENT_MS 120000 /* an agent that was not heard for so long */

/* ---- the index ---- */

static int
compare_clients(const void *a, const void *b)
{
	return strcmp((*(const struct client *const *)a)->name,
	    (*(const struct client *const *)b)->name);
}

static int
compare_endpoints(const void *a, const void *b)
{
	return strcmp((*(const struct endpoint *const *)a)->id,
	    (*(const struct endpoint *const *)b)->id);
}

void
api_index_make(const struct settings *s, struct api_index *out)
{
	size_t n = 0;

	*out = (struct api_index){ 0 };
	CONF_EACH (const struct client, c, &s->clients)
		n += c->endpoints.count;
	out->clients =
	    mem_alloc((s->clients.count + 1) * sizeof(const struct client *));
	out->endpoints = mem_alloc((n + 1) * sizeof(const struct endpoint *));
	CONF_EACH (const struct client, c, &s->clients) {
		out->clients[out->client_count++] = c;
		CONF_EACH (const struct endpoint, e, &c->endpoints)
			out->endpoints[out->endpoint_count++] = e;
	}
	qsort(out->clients, out->client_count, sizeof(const struct client *),
	    compare_clients);
	qsort(out->endpoints, out->endpoint_count,
	    sizeof(const struct endpoint *), compare_endpoints);
}

bool
api_index_is_same(const struct api_index *a, const struct api_index *b)
{
	bool is = a->endpoint_count == b->endpoint_count;

	for (size_t i = 0; is && i < a->endpoint_count; i++) {
		const struct endpoint *x = a->endpoints[i],
				      *y = b->endpoints[i];

		is = strcmp(x->id, y->id) == 0 &&
		    (x->disabled == NULL) == (y->disabled == NULL);
	}
	return is;
}

void
api_index_clear(struct api_index *i)
{
	free(i->clients);
	free(i->endpoints);
	*i = (struct api_index){ 0 };
}

/* ---- whose ---- */

/* To a client's reader nobody else's name exists. */
int
api_asked_client(const struct api_view *v, const struct api_query *q,
    const struct client **out, struct api_error *error)
{
	*out = v->only;
	if (q->client[0] == '\0')
		return 0;
	*out = settings_client(v->settings, q->client);
	if (*out != NULL && (v->only == NULL || *out == v->only))
		return 0;
	if (q->endpoint[0] != '\0')
		return api_refuse(error, 404, "endpoint",
		    "endpoint: there is none of this name");
	return api_refuse(error, 404, "client",
	    "client: there is none of this name");
}

bool
api_is_stale(const struct api_view *v, const struct client *c)
{
	return v->now_ms - v->known_until(v->arg, c) > PAGES_STALE_MS;
}

bool
api_page_is_full(struct api_page *p)
{
	p->is_full = json_array_size(p->items) >= (size_t)p->query->limit ||
	    p->work >= API_WORK_MAX;
	return p->is_full;
}

void
api_page_pass(struct api_page *p, const char *cursor)
{
	text_copy(p->next, sizeof(p->next), cursor);
}

bool
api_page_add(struct api_page *p, const char *cursor, json_t *item)
{
	if (api_page_is_full(p)) {
		json_decref(item);
		return false;
	}
	json_array_append_new(p->items, item);
	api_page_pass(p, cursor);
	return true;
}

/* ---- clients ---- */

static enum view_state
state_of(const struct api_view *v, const struct endpoint *e)
{
	const struct state_record *s;

	if (e->disabled != NULL)
		return VIEW_NOT_PROBED;
	if (api_is_stale(v, e->client))
		return VIEW_UNKNOWN;
	s = pages_state(&v->model->known, e);
	return s != NULL ? s->state : VIEW_UNKNOWN;
}

static enum view_state
worst_of(const struct api_view *v, const struct client *c)
{
	static const int badness[VIEW_STATES] = {
		[VIEW_NOT_PROBED] = 0,
		[VIEW_UP] = 1,
		[VIEW_DEGRADED] = 2,
		[VIEW_UNKNOWN] = 3,
		[VIEW_DOWN] = 4,
	};
	enum view_state worst = VIEW_NOT_PROBED;

	CONF_EACH (const struct endpoint, e, &c->endpoints) {
		enum view_state s = state_of(v, e);

		if (e->probe.counts && badness[s] > badness[worst])
			worst = s;
	}
	return worst;
}

/* A word of its own: "not watched" is for people. */
static const char *
state_word(enum view_state s)
{
	return s == VIEW_NOT_PROBED ? "not_watched" : view_state_text(s);
}

static json_t *
client_item(const struct api_view *v, const struct client *c)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "name", c->name,
	    "title", c->title != NULL ? c->title : c->name, "zone", c->zone,
	    "sla", c->sla_name, "state", state_word(worst_of(v, c)),
	    "endpoints", (json_int_t)c->endpoints.count);
}

static void
list_clients(struct api_page *p)
{
	const struct api_index *index = p->view->index;

	for (size_t i = 0; i < index->client_count; i++) {
		const struct client *c = index->clients[i];

		if ((p->client != NULL && c != p->client) ||
		    strcmp(c->name, p->query->cursor) <= 0)
			continue;
		if (!api_page_add(p, c->name, client_item(p->view, c)))
			return;
	}
}

/* ---- endpoints and states ---- */

static json_t *
endpoint_item(const struct api_view *v, const struct endpoint *e)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:b}",
	    "id", e->id, "client", e->client->name, "name", e->name, "url",
	    e->url, "method", e->method, "interval_ms",
	    (json_int_t)e->probe.interval_ms, "timeout_ms",
	    (json_int_t)e->probe.timeout_ms, "quorum",
	    (json_int_t)e->probe.quorum, "counts", (int)e->probe.counts);

	/* Why, in an operator's words, and what clients share with each other
	   is not theirs to know. */
	if (v->only == NULL && e->disabled != NULL)
		json_object_set_new(o, "disabled", json_string(e->disabled));
	if (v->only == NULL && e->platform_name != NULL)
		json_object_set_new(o, "platform",
		    json_string(e->platform_name));
	return o;
}

/* What a server answered in its own words is for operators. */
static void
keep_to_facts(json_t *regions)
{
	size_t i;
	json_t *r;

	json_array_foreach(regions, i, r) json_object_del(r, "detail");
}

json_t *
api_state_item(const struct api_view *v, const struct endpoint *e)
{
	static const char *const copied[] = { "reason", "fresh", "failing",
		"quorum", "regions" };
	const struct state_record *s = pages_state(&v->model->known, e);
	json_t *o, *record;

	o = json_pack("{s:s, s:s, s:s}", "endpoint", e->id, "client",
	    e->client->name, "state", state_word(state_of(v, e)));
	if (s == NULL || e->disabled != NULL || api_is_stale(v, e->client))
		return o;
	record = json_loadb(s->json, s->length, 0, NULL);
	if (v->only != NULL)
		keep_to_facts(json_object_get(record, "regions"));
	json_object_set_new(o, "since_ms",
	    json_integer((json_int_t)s->since_ms));
	json_object_set(o, "since_before_ms",
	    json_object_get(record, "since_before"));
	for (size_t i = 0; i < sizeof(copied) / sizeof(copied[0]); i++)
		json_object_set(o, copied[i],
		    json_object_get(record, copied[i]));
	json_decref(record);
	return o;
}

static bool
is_asked_for(const struct api_page *p, const struct endpoint *e)
{
	const struct api_query *q = p->query;

	if (p->client != NULL && e->client != p->client)
		return false;
	if (q->endpoint[0] != '\0' && strcmp(q->endpoint, e->id) != 0)
		return false;
	return q->state[0] == '\0' ||
	    strcmp(q->state, state_word(state_of(p->view, e))) == 0;
}

/* The first behind the cursor. */
static size_t
begin_at(const struct api_index *index, const char *cursor)
{
	size_t low = 0, high = index->endpoint_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(index->endpoints[middle]->id, cursor) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
list_endpoints(struct api_page *p,
    json_t *item(const struct api_view *, const struct endpoint *))
{
	const struct api_index *index = p->view->index;
	size_t i = begin_at(index, p->query->cursor);

	for (; i < index->endpoint_count; i++) {
		const struct endpoint *e = index->endpoints[i];

		if (is_asked_for(p, e) &&
		    !api_page_add(p, e->id, item(p->view, e)))
			return;
	}
}

/* Records tell of endpoints that have left the tree, too. */
static bool
has_former(enum api_resource r)
{
	return r == API_OUTAGES || r == API_FACTS || r == API_MAINTENANCE;
}

int
api_check_endpoint(const struct api_view *v, struct api_query *q,
    struct api_error *error)
{
	const struct endpoint *e = pages_called(v->model, q->endpoint);
	char asked[sizeof(q->endpoint)];

	if (q->endpoint[0] == '\0')
		return 0;
	text_copy(asked, sizeof(asked), q->endpoint);
	if (e != NULL && (v->only == NULL || e->client == v->only))
		text_copy(q->endpoint, sizeof(q->endpoint), e->id);
	else if (has_former(q->resource))
		text_copy(q->endpoint, sizeof(q->endpoint),
		    renames_present(&v->model->known.names, asked));
	else
		return api_refuse(error, 404, "endpoint",
		    "endpoint: there is none of this name");
	return 0;
}

/* ---- agents ---- */

static json_t *
agent_item(const struct api_view *v, const struct agent_settings *a)
{
	struct agent_record *r;
	json_t *o =
	    json_pack("{s:s, s:s}", "name", a->name, "region", a->region);

	HASH_FIND_STR(v->model->known.agents, a->name, r);
	json_object_set_new(o, "heard_ms",
	    r != NULL ? json_integer((json_int_t)r->heard_ms) : json_null());
	json_object_set_new(o, "silent",
	    json_boolean(r == NULL || v->now_ms - r->heard_ms > SILENT_MS));
	return o;
}

/* In the order of names; there are few. */
static const struct agent_settings *
next_agent(const struct settings *s, const char *after)
{
	const struct agent_settings *best = NULL;

	CONF_EACH (const struct agent_settings, a, &s->agents)
		if (strcmp(a->name, after) > 0 &&
		    (best == NULL || strcmp(a->name, best->name) < 0))
			best = a;
	return best;
}

static void
list_agents(struct api_page *p)
{
	const struct agent_settings *a;
	const char *after = p->query->cursor, *region = p->query->region;

	while ((a = next_agent(p->view->settings, after)) != NULL) {
		after = a->name;
		if ((region[0] == '\0' || strcmp(region, a->region) == 0) &&
		    !api_page_add(p, a->name, agent_item(p->view, a)))
			return;
	}
}

/* ---- all ---- */

static void
clients(struct api_page *p, struct api_error *error)
{
	(void)error;
	list_clients(p);
}

static void
endpoints(struct api_page *p, struct api_error *error)
{
	(void)error;
	list_endpoints(p, endpoint_item);
}

static void
states(struct api_page *p, struct api_error *error)
{
	(void)error;
	list_endpoints(p, api_state_item);
}

static void
sla(struct api_page *p, struct api_error *error)
{
	(void)error;
	api_list_sla(p);
}

static void
agents(struct api_page *p, struct api_error *error)
{
	if (p->view->only != NULL)
		api_refuse(error, 403, "", "agents are for operators' tokens");
	else
		list_agents(p);
}

/* NULL: no list; a report is answered as it is, for facts see api_facts(). */
static void (*const lists[API_RESOURCES])(struct api_page *,
    struct api_error *) = {
	[API_CLIENTS] = clients,
	[API_ENDPOINTS] = endpoints,
	[API_STATES] = states,
	[API_OUTAGES] = api_list_outages,
	[API_INCIDENTS] = api_list_incidents,
	[API_MAINTENANCE] = api_list_maintenance,
	[API_SLA] = sla,
	[API_AGENTS] = agents,
	[API_REPORTS] = api_list_reports,
};

static int
fill(struct api_page *p, struct api_error *error)
{
	error->status = 0;
	if (lists[p->query->resource] == NULL)
		return api_refuse(error, 404, "path", "path: this is no list");
	lists[p->query->resource](p, error);
	return error->status != 0 ? -1 : 0;
}

/* The items with what stands around them; NULL if there was an error. */
static json_t *
finish(struct api_page *p, int error)
{
	json_t *root;

	if (error != 0) {
		json_decref(p->items);
		return NULL;
	}
	root = json_pack("{s:i, s:o}", "version", 1,
	    api_resource_text(p->query->resource), p->items);
	json_object_set_new(root, "next",
	    p->is_full ? json_string(p->next) : json_null());
	return root;
}

json_t *
api_list(const struct api_view *v, struct api_query *q, struct api_error *error)
{
	struct api_page p = { .view = v, .query = q };

	if (api_asked_client(v, q, &p.client, error) != 0 ||
	    api_check_endpoint(v, q, error) != 0)
		return NULL;
	p.items = json_array();
	return finish(&p, fill(&p, error));
}

json_t *
api_facts(const struct api_view *v, const struct api_query *q, struct facts *f,
    struct api_error *error)
{
	struct api_page p = { .view = v, .query = q, .items = json_array() };
	json_t *root = finish(&p, api_list_facts(&p, f, error));

	if (root != NULL)
		json_object_set_new(root, "unreadable",
		    json_integer((json_int_t)f->unreadable));
	return root;
}
