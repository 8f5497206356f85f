/* Questions about incidents, rotas and overrides, answered from memory. */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/duty_heartbeats.h"
#include "pager/duty_rotas.h"

struct incident *
duty_named(const struct duty *d, const json_t *request)
{
	const json_t *field = json_object_get(request, "incident");
	const char *text = json_string_value(field);
	char id[24];

	if (json_is_integer(field) && json_integer_value(field) > 0) {
		text_format(id, sizeof(id), "INC-%06lld",
		    (long long)json_integer_value(field));
		return duty_find(d, id);
	}
	if (text == NULL)
		return NULL;
	if (text[0] != '\0' && strspn(text, "0123456789") == strlen(text) &&
	    strlen(text) < 18) {
		text_format(id, sizeof(id), "INC-%06lld", atoll(text));
		return duty_find(d, id);
	}
	return duty_find(d, text);
}

typedef json_t *
query(const struct duty *, const json_t *request, int64_t now_ms, bool *ok);

static json_t *
fault(const char *text, bool *ok)
{
	json_t *o = json_object();

	*ok = false;
	json_object_set_new(o, "error", json_string(text));
	return o;
}

static json_t *
query_incidents(const struct duty *d, const json_t *request, int64_t now_ms,
    bool *ok)
{
	bool all = record_bool(request, "all");
	json_t *o = json_object(), *list = json_array();

	for (const struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		if (all || inc->closed_ms == 0)
			json_array_insert_new(list, 0,
			    duty_incident_json(d, inc, false, now_ms));
	json_object_set_new(o, "incidents", list);
	*ok = true;
	return o;
}

static json_t *
query_incident(const struct duty *d, const json_t *request, int64_t now_ms,
    bool *ok)
{
	const struct incident *inc = duty_named(d, request);
	json_t *o;

	if (inc == NULL)
		return fault("incident: there is no such incident", ok);
	o = json_object();
	json_object_set_new(o, "incident",
	    duty_incident_json(d, inc, true, now_ms));
	*ok = true;
	return o;
}

static json_t *
oncall_object(const struct duty *d, const struct rota *rota, int64_t at_ms)
{
	json_t *o = rotas_oncall_then(d, rota, at_ms);
	struct stretch part, now, then;

	if (o != NULL)
		return o; /* no edit changes what has been */
	o = json_object();
	(void)rota_at(rota, d->overrides, d->override_count, at_ms, &part);
	now = part;
	rota_whole(d->overrides, d->override_count, &now);
	(void)rota_watch_at(rota, d->overrides, d->override_count, now.to_ms,
	    &then);
	record_set_text(o, "rota", rota->name);
	if (now.person != NULL) {
		record_set_text(o, "primary", now.person->name);
		record_set_text(o, "zone", now.person->zone);
	}
	record_set_int(o, "since_ms", now.from_ms);
	record_set_int(o, "until_ms", now.to_ms);
	if (now.secondary != NULL)
		record_set_text(o, "secondary", now.secondary->name);
	if (now.secondary != NULL && part.to_ms < now.to_ms)
		record_set_int(o, "secondary_until_ms", part.to_ms);
	if (then.person != NULL)
		record_set_text(o, "next", then.person->name);
	record_set_bool(o, "filled", now.filled);
	if (now.override != NULL)
		record_set_text(o, "override", now.override->id);
	return o;
}

static json_t *
query_oncall(const struct duty *d, const json_t *request, int64_t now_ms,
    bool *ok)
{
	const char *wanted = record_string(request, "rota");
	int64_t at_ms = record_int(request, "at_ms", now_ms);
	json_t *o, *list;

	if (wanted != NULL && settings_rota(d->settings, wanted) == NULL)
		return fault("rota: there is no such rota", ok);
	if (at_ms < 0 || at_ms > INT64_C(3155760000000)) /* 2070 */
		return fault("at_ms: not a time this knows of", ok);
	o = json_object();
	list = json_array();
	CONF_EACH (const struct rota, rota, &d->settings->rotas)
		if (wanted == NULL || strcmp(wanted, rota->name) == 0)
			json_array_append_new(list,
			    oncall_object(d, rota, at_ms));
	json_object_set_new(o, "rotas", list);
	*ok = true;
	return o;
}

static json_t *
query_overrides(const struct duty *d, const json_t *request, int64_t now_ms,
    bool *ok)
{
	bool all = record_bool(request, "all"); /* those of the past, too */
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < d->override_count; i++) {
		const struct override *v = &d->overrides[i];
		json_t *one;

		if (!all && v->to_ms <= now_ms)
			continue;
		one = json_object();
		record_set_text(one, "id", v->id);
		record_set_text(one, "rota", v->rota);
		record_set_text(one, "person", v->person);
		record_set_int(one, "from_ms", v->from_ms);
		record_set_int(one, "to_ms", v->to_ms);
		record_set_text(one, "by", v->by);
		record_set_text(one, "instead", v->instead);
		record_set_text(one, "with", v->with);
		record_set_text(one, "source", v->source);
		json_array_append_new(list, one);
	}
	json_object_set_new(o, "overrides", list);
	*ok = true;
	return o;
}

static json_t *
query_contacts(const struct duty *d, const json_t *request, int64_t now_ms,
    bool *ok)
{
	json_t *o = json_object();

	(void)request, (void)now_ms;
	json_object_set_new(o, "contacts", duty_contacts_json(d));
	*ok = true;
	return o;
}

static json_t *
query_status(const struct duty *d, const json_t *request, int64_t now_ms,
    bool *ok)
{
	json_t *o = json_object();
	int open = 0, pages = 0;

	(void)request;
	for (const struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next) {
		open += inc->closed_ms == 0;
		pages += inc->closed_ms == 0 && inc->storm[0] == '\0' &&
		    page_insists(incident_urgency(inc)) &&
		    inc->page.state == PAGE_CALLING;
	}
	json_object_set_new(o, "active", json_true());
	json_object_set_new(o, "store", json_boolean(d->store_up));
	json_object_set_new(o, "open", json_integer(open));
	json_object_set_new(o, "pages", json_integer(pages));
	json_object_set_new(o, "tree", json_string(d->settings->hash));
	json_object_set_new(o, "now_ms", json_integer(now_ms));
	json_object_set_new(o, "journalled",
	    json_integer((json_int_t)d->journalled));
	*ok = true;
	return o;
}

static const struct {
	const char *name;
	query *answer;
} queries[] = {
	{ "incidents", query_incidents },
	{ "incident", query_incident },
	{ "oncall", query_oncall },
	{ "overrides", query_overrides },
	{ "override-list", query_overrides },
	{ "contacts", query_contacts },
	{ "past", duty_query_past },
	{ "watches", duty_query_watches },
	{ "changes", duty_query_changes },
	{ "calendar", duty_query_calendar },
	{ "calendar-url", duty_query_calendar_url },
	{ "session", duty_query_session },
	{ "heartbeats", duty_query_heartbeats },
	{ "status", query_status },
};

char *
duty_query(const struct duty *d, const char *json, size_t length,
    int64_t now_ms, bool *ok)
{
	json_t *request = json_loadb(json, length, 0, NULL), *answer = NULL;
	const char *name = record_string(request, "command");
	char *text = NULL;

	for (size_t i = 0;
	     name != NULL && i < sizeof(queries) / sizeof(queries[0]); i++)
		if (strcmp(name, queries[i].name) == 0)
			answer = queries[i].answer(d, request, now_ms, ok);
	json_decref(request);
	if (answer == NULL)
		return NULL;
	text = record_dump(answer);
	json_decref(answer);
	return text;
}
