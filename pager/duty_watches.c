/* Who will be on watch, and who second: the coming hours in their order. */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_rotas.h"

#define ASKED_MS INT64_C(60000) /* so long a question may be under way */

static void
set_why(json_t *o, const struct stretch *s)
{
	if (s->override != NULL)
		record_set_text(o, "override", s->override->id);
	if (s->instead != NULL)
		record_set_text(o, "instead", s->instead->name);
	if (s->layer != NULL)
		record_set_text(o, "layer", s->layer->name);
	record_set_bool(o, "filled", s->filled);
	record_set_bool(o, "away", s->away);
}

static json_t *
row(const struct stretch *s, const struct person *who, bool second)
{
	json_t *o = json_object();

	record_set_text(o, "rota", s->rota->name);
	record_set_text(o, "person", who != NULL ? who->name : "");
	record_set_text(o, "zone", who != NULL ? who->zone : "");
	record_set_bool(o, "second", second);
	record_set_int(o, "from_ms", s->from_ms);
	record_set_int(o, "to_ms", s->to_ms);
	if (!second)
		set_why(o, s);
	return o;
}

/* What there is no room for is counted. */
static void
append(json_t *list, json_t *o, int64_t *left_out)
{
	if (json_array_size(list) < ROTAS_SHOWN_MAX)
		json_array_append(list, o);
	else
		(*left_out)++;
	json_decref(o);
}

static void
firsts(const struct duty *d, const struct rota *rota, int64_t from_ms,
    int64_t to_ms, json_t *list, int64_t *left_out)
{
	struct stretch s;

	for (int64_t at_ms = from_ms; at_ms < to_ms; at_ms = s.to_ms) {
		(void)rota_watch_at(rota, d->overrides, d->override_count,
		    at_ms, &s);
		append(list, row(&s, s.person, false), left_out);
	}
}

/* One after another under different watches is second once. */
static void
seconds(const struct duty *d, const struct rota *rota, int64_t from_ms,
    int64_t to_ms, json_t *list, int64_t *left_out)
{
	struct stretch s, whole = { 0 };

	for (int64_t at_ms = from_ms; at_ms < to_ms; at_ms = s.to_ms) {
		(void)rota_at(rota, d->overrides, d->override_count, at_ms, &s);
		if (whole.secondary != NULL && s.secondary == whole.secondary) {
			whole.to_ms = s.to_ms;
			continue;
		}
		if (whole.secondary != NULL)
			append(list, row(&whole, whole.secondary, true),
			    left_out);
		whole = s;
	}
	if (whole.secondary != NULL)
		append(list, row(&whole, whole.secondary, true), left_out);
}

static json_t *
refuse(const char *text, bool *ok)
{
	*ok = false;
	return json_pack("{s:s}", "error", text);
}

json_t *
duty_query_watches(const struct duty *d, const json_t *request, int64_t now_ms,
    bool *ok)
{
	const char *wanted = record_string(request, "rota");
	int64_t from_ms = record_int(request, "from_ms", now_ms);
	int64_t to_ms = record_int(request, "to_ms", from_ms + ROTAS_NEXT_MS);
	int64_t left_out = 0;
	json_t *list, *o;

	if (wanted != NULL && settings_rota(d->settings, wanted) == NULL)
		return refuse("rota: there is no such rota", ok);
	if (from_ms < now_ms - ASKED_MS || from_ms - now_ms > ROTAS_KEPT_MS)
		return refuse("from_ms: what has been is asked by past, and "
			      "what comes within 400 days",
		    ok);
	if (to_ms <= from_ms || to_ms - from_ms > ROTAS_NEXT_MAX_MS)
		return refuse("to_ms: at most 62 days later", ok);
	list = json_array();
	CONF_EACH (const struct rota, rota, &d->settings->rotas) {
		if (wanted != NULL && strcmp(wanted, rota->name) != 0)
			continue;
		firsts(d, rota, from_ms, to_ms, list, &left_out);
		seconds(d, rota, from_ms, to_ms, list, &left_out);
	}
	o = json_object();
	json_object_set_new(o, "watches", list);
	record_set_int(o, "left_out", left_out);
	*ok = true;
	return o;
}
