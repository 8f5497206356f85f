/* pages_incident_json: an incident for the read API; see pages_incident.h. */
#include <string.h>

#include <jansson.h>

#include "collector/pages_incident_parts.h"

static json_t *
known_time(int64_t at_ms)
{
	return at_ms != 0 ? json_integer((json_int_t)at_ms) : json_null();
}

static json_t *
update_json(int64_t at_ms, const char *state, const char *text)
{
	return json_pack("{s:I, s:s, s:s}", "at_ms", (json_int_t)at_ms, "state",
	    state, "text", text);
}

/* Public lines, newest first; of all clients when client is NULL. */
static json_t *
updates_of(const struct pages_incident *i, const char *client)
{
	json_t *list = json_array();

	for (size_t k = i->line_count;
	     k > 0 && json_array_size(list) < VIEW_UPDATES_MAX; k--) {
		const struct line *l = &i->lines[k - 1];

		if (client == NULL || l->client[0] == '\0' ||
		    strcmp(l->client, client) == 0)
			json_array_append_new(list,
			    update_json(l->at_ms, l->state, l->text));
	}
	return list;
}

static json_t *
updates_seen(const struct view_incident *v)
{
	json_t *list = json_array();

	for (size_t k = 0; k < v->update_count; k++)
		json_array_append_new(list,
		    update_json(v->updates[k].at_ms, v->updates[k].state,
			v->updates[k].text));
	return list;
}

static json_t *
members_of(const struct pages_incident *i, const char *client)
{
	json_t *list = json_array();

	for (size_t k = 0; k < i->member_count; k++)
		if (client == NULL || strcmp(i->members[k].client, client) == 0)
			json_array_append_new(list,
			    json_string(i->members[k].subject));
	return list;
}

static bool
is_wanted(enum pages_incident_which which, int64_t closed_ms)
{
	return which == INCIDENT_ANY ||
	    (which == INCIDENT_OPEN) == (closed_ms == 0);
}

static void
add_promises(json_t *o, int64_t eta_from_ms, int64_t eta_to_ms, int64_t next_ms)
{
	json_object_set_new(o, "eta_from_ms", known_time(eta_from_ms));
	json_object_set_new(o, "eta_to_ms", known_time(eta_to_ms));
	json_object_set_new(o, "next_ms", known_time(next_ms));
}

json_t *
pages_incident_for(const struct pages_incident *i, const char *client,
    enum pages_incident_which which, int64_t now_ms)
{
	const struct audience *a = pages_incident_audience(i, client);
	const char *state = i->state;
	struct view_incident v;
	json_t *o;

	if (a == NULL || !is_wanted(which, a->closed_ms) ||
	    !pages_incident_view(i, client, a->closed_ms == 0, now_ms, &v))
		return NULL;
	if (a->closed_ms != 0 && strcmp(state, "postmortem") != 0)
		state = "resolved";
	o = json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:I}", "id", v.id,
	    "client", client, "state", state, "since_ms",
	    (json_int_t)v.since_ms, "closed_ms", known_time(v.closed_ms),
	    "members", members_of(i, client), "updates", updates_seen(&v),
	    "updates_gone", (json_int_t)v.updates_gone);
	add_promises(o, v.eta_from_ms, v.eta_to_ms, v.next_ms);
	pages_incident_unview(&v);
	return o;
}

json_t *
pages_incident_whole(const struct pages_incident *i, const char *client,
    enum pages_incident_which which)
{
	json_t *members = members_of(i, client), *o;

	if (!is_wanted(which, i->closed_ms) ||
	    (client != NULL && json_array_size(members) == 0)) {
		json_decref(members);
		return NULL;
	}
	o = json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:I, s:I, s:o, s:o, "
		      "s:o}",
	    "id", i->id, "subject", i->subject, "client", i->client, "text",
	    i->text, "severity", (json_int_t)i->severity, "state", i->state,
	    "since_ms", (json_int_t)i->since_ms, "opened_ms",
	    (json_int_t)i->opened_ms, "closed_ms", known_time(i->closed_ms),
	    "members", members, "updates", updates_of(i, client));
	add_promises(o, i->eta_from_ms, i->eta_to_ms, i->next_ms);
	return o;
}

int
pages_incident_open_severity(const struct pages_incident *i)
{
	if (i->closed_ms != 0 || i->severity < 1 || i->severity > 4)
		return 0;
	return (int)i->severity;
}

int64_t
pages_incident_number(const struct pages_incident *i)
{
	return i->number;
}

bool
pages_incident_is_same(const struct pages_incident *a,
    const struct pages_incident *b)
{
	return a->digest == b->digest;
}

void
pages_incident_each_audience(const struct pages_incident *i,
    void (*each)(void *arg, const char *client), void *arg)
{
	for (size_t k = 0; k < i->audience_count; k++)
		each(arg, i->audiences[k].client);
}

void
pages_incident_about(const struct pages_incident *i, const char *client,
    struct text *clients, struct text *members)
{
	text_addf(clients, " %s ", client != NULL ? client : i->client);
	text_add(members, " ");
	for (size_t k = 0; k < i->member_count; k++) {
		const struct member *m = &i->members[k];

		if (client == NULL)
			text_addf(clients, "%s ", m->client);
		if (client == NULL || strcmp(m->client, client) == 0)
			text_addf(members, "%s ", m->subject);
	}
}
