/*
 * From names to pointers: indexes, references, inheritance, and the defaults
 * that depend on what else is configured.
 *
 * A part that was complained about before may lack its name; it is passed
 * over here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/settings_inside.h"
#include "lib/text.h"

static const char *const kinds[KIND_COUNT] = { "agent", "region", "person",
	"rota", "ladder", "sla", "channel", "platform", "client", "endpoint",
	"status page" };

/* Shipped terms; a tree's own of the same name take their place. */
static const struct {
	const char *name;
	int64_t guarantee_milli;
} shipped[] = {
	{ "gold", 99950 },
	{ "silver", 99900 },
	{ "bronze", 99500 },
};
#define SHIPPED_COUNT (sizeof(shipped) / sizeof(shipped[0]))

static void
complain_unknown(struct settings_load *l, enum settings_kind kind,
    const char *name, const struct conf_place *place)
{
	char meant[100] = "";
	const char **names;
	size_t count;

	if (!conf_errors_full(l->reader.errors)) {
		names = settings_names(l->settings, kind, &count);
		conf_meant(name, names, count, meant, sizeof(meant));
		free(names);
	}
	conf_complain(l->reader.errors, place, "%s \"%.80s\" is not known%s",
	    kinds[kind], name, meant);
}

/* What *name refers to; NULL for no name, or with a complaint. */
static const void *
refer(struct settings_load *l, enum settings_kind kind, char *const *name,
    const struct conf_place *otherwise)
{
	const void *item = settings_find(l->settings, kind, *name);

	if (*name != NULL && item == NULL)
		complain_unknown(l, kind, *name,
		    conf_where(&l->reader, name, otherwise));
	return item;
}

static void
note(struct settings_load *l, enum settings_kind kind, char *const *name,
    const void *item, const struct conf_place *place)
{
	const struct conf_place *where = conf_where(&l->reader, name, place);
	struct conf_place first;

	if (*name == NULL ||
	    settings_note(l->settings, kind, *name, item, where, &first))
		return;
	conf_complain(l->reader.errors, where,
	    "%s \"%.80s\" is defined twice, first at %s:%u", kinds[kind], *name,
	    first.file, first.line);
}

static void
index_agents(struct settings_load *l)
{
	struct conf_place first;

	CONF_EACH (const struct agent_settings, a, &l->settings->agents) {
		note(l, KIND_AGENT, &a->name, a, &a->place);
		/* Two agents of one region are welcome. */
		if (a->region != NULL)
			settings_note(l->settings, KIND_REGION, a->region, a,
			    &a->place, &first);
	}
}

static void
index_people(struct settings_load *l)
{
	struct settings *s = l->settings;

	CONF_EACH (const struct person, p, &s->people)
		note(l, KIND_PERSON, &p->name, p, &p->place);
	CONF_EACH (const struct rota, r, &s->rotas)
		note(l, KIND_ROTA, &r->name, r, &r->place);
	CONF_EACH (const struct ladder, d, &s->ladders)
		note(l, KIND_LADDER, &d->name, d, &d->place);
}

static void
index_slas(struct settings_load *l)
{
	struct settings *s = l->settings;
	struct conf_place first, none = { 0 };
	struct sla *own;

	CONF_EACH (const struct sla, a, &s->slas)
		note(l, KIND_SLA, &a->name, a, &a->place);
	own = mem_alloc(SHIPPED_COUNT * sizeof(*own));
	s->inside->shipped_slas = (struct conf_list){ own, SHIPPED_COUNT };
	for (size_t i = 0; i < SHIPPED_COUNT; i++) {
		own[i].given = ~UINT64_C(0);
		own[i].name = mem_text(shipped[i].name);
		own[i].guarantee_milli = shipped[i].guarantee_milli;
		own[i].coverage_floor_milli = 99000;
		settings_note(s, KIND_SLA, own[i].name, &own[i], &none, &first);
	}
}

static void
index_channels(struct settings_load *l)
{
	struct conf_place first;
	const char *word;

	CONF_EACH (const struct channel_settings, c, &l->settings->channels) {
		word = settings_channel_word(c->kind);
		if (!settings_note(l->settings, KIND_CHANNEL, word, c,
			&c->place, &first))
			conf_complain(l->reader.errors, &c->place,
			    "channel \"%s\" is defined twice, first at %s:%u",
			    word, first.file, first.line);
	}
}

static void
make_id(struct endpoint *e, const char *client)
{
	struct text id = { 0 };

	if (client == NULL || e->name == NULL)
		return;
	text_addf(&id, "%s/%s", client, e->name);
	e->id = text_take(&id);
}

static void
index_clients(struct settings_load *l)
{
	struct settings *s = l->settings;
	size_t total = 0;

	CONF_EACH (const struct platform, p, &s->platforms)
		note(l, KIND_PLATFORM, &p->name, p, &p->place);
	CONF_EACH (struct client, c, &s->clients) {
		note(l, KIND_CLIENT, &c->name, c, &c->place);
		CONF_EACH (struct endpoint, e, &c->endpoints) {
			make_id(e, c->name);
			e->client = c;
			note(l, KIND_ENDPOINT, &e->id, e,
			    conf_where(&l->reader, &e->name, &e->place));
		}
		total += c->endpoints.count;
	}
	if (total > SETTINGS_ENDPOINTS_MAX)
		conf_complain(l->reader.errors, NULL,
		    "more than 100000 endpoints");
}

static void
trim_slash(char *url)
{
	size_t length = url == NULL ? 0 : strlen(url);

	while (length > 0 && url[length - 1] == '/')
		url[--length] = '\0';
}

static void
resolve_watch(struct settings_load *l, struct watch *w)
{
	static const char days[][4] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };
	size_t i = 0;

	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
	w->members = mem_alloc((w->people.count + 1) * sizeof(*w->members));
	CONF_EACH (char *const, name, &w->people)
		w->members[i++] = refer(l, KIND_PERSON, name, &w->place);
	w->day_mask = w->days.count == 0 ? 0x7f : 0;
	CONF_EACH (char *const, day, &w->days)
		for (unsigned d = 0; d < 7; d++)
			if (strcmp(days[d], *day) == 0)
				w->day_mask |= 1U << d;
}

static void
resolve_level(struct settings_load *l, struct level *v)
{
	const char *why;
	char *name;

	if (v->call_text == NULL || !value_call(v->call_text, &why))
		return;
	name = strchr(v->call_text, ' ') + 1;
	if (strncmp(v->call_text, "rota ", 5) == 0) {
		v->call = CALL_ROTA;
		v->rota = refer(l, KIND_ROTA, &name,
		    conf_where(&l->reader, &v->call_text, &v->place));
	} else {
		v->call = CALL_PERSON;
		v->person = refer(l, KIND_PERSON, &name,
		    conf_where(&l->reader, &v->call_text, &v->place));
	}
}

static int
by_delay(const void *a, const void *b)
{
	const struct reach *x = a, *y = b;

	if (x->delay_ms != y->delay_ms)
		return x->delay_ms < y->delay_ms ? -1 : 1;
	return (int)x->channel - (int)y->channel;
}

static void
resolve_people(struct settings_load *l)
{
	CONF_EACH (struct person, p, &l->settings->people)
		if (p->reach.count > 1)
			qsort(p->reach.items, p->reach.count,
			    sizeof(struct reach), by_delay);
	CONF_EACH (struct rota, r, &l->settings->rotas)
		CONF_EACH (struct watch, w, &r->watches)
			resolve_watch(l, w);
	CONF_EACH (struct ladder, d, &l->settings->ladders)
		CONF_EACH (struct level, v, &d->levels)
			resolve_level(l, v);
}

/* Nobody named: everyone the last level of the operations ladder can call. */
static void
default_last_resort(struct site *site)
{
	const struct ladder *d = site->ladder;
	const struct level *last;
	struct conf_list *list = &site->last_resort;
	size_t room = 1;

	if (d == NULL || d->levels.count == 0)
		return;
	last = (const struct level *)d->levels.items + d->levels.count - 1;
	if (last->rota != NULL)
		CONF_EACH (const struct watch, w, &last->rota->watches)
			room += w->people.count;
	list->items = mem_alloc(room * sizeof(char *));
	if (last->person != NULL && last->person->name != NULL)
		((char **)list->items)[list->count++] =
		    mem_text(last->person->name);
	if (last->rota != NULL)
		CONF_EACH (const struct watch, w, &last->rota->watches)
			CONF_EACH (char *const, name, &w->people)
				((char **)list->items)[list->count++] =
				    mem_text(*name);
}

static void
resolve_site(struct settings_load *l)
{
	struct settings *s = l->settings;
	struct site *site = &s->site;

	trim_slash(site->url);
	if (site->links == NULL && site->url != NULL)
		site->links = mem_text(site->url);
	trim_slash(site->links);
	site->ladder =
	    refer(l, KIND_LADDER, &site->operations_ladder, &site->place);
	if (site->operations_ladder == NULL && s->ladders.count > 0)
		site->ladder = s->ladders.items;
	CONF_EACH (char *const, name, &site->last_resort)
		refer(l, KIND_PERSON, name, &site->place);
	if (site->last_resort.count == 0)
		default_last_resort(site);
}

/* What was written at one level, before anything is inherited. */
static void
resolve_written(struct settings_load *l, const struct probe_settings *p,
    const struct conf_place *place)
{
	CONF_EACH (char *const, region, &p->regions)
		refer(l, KIND_REGION, region, place);
	refer(l, KIND_LADDER, &p->ladder_name, place);
}

/* A default that would outlast the interval or the deadline gives way. */
static void
fit_times(struct probe_settings *p, uint64_t inherited)
{
	const struct conf_field *f = settings_probe_table.fields;
	bool timeout = false, slow = false;

	for (size_t i = 0; f[i].key != NULL; i++) {
		if (strcmp(f[i].key, "timeout") == 0)
			timeout = inherited & UINT64_C(1) << i;
		else if (strcmp(f[i].key, "slow") == 0)
			slow = inherited & UINT64_C(1) << i;
	}
	if (!timeout && p->timeout_ms > p->interval_ms)
		p->timeout_ms = p->interval_ms;
	if (!slow && p->slow_ms > p->timeout_ms)
		p->slow_ms = p->timeout_ms;
}

static void
resolve_endpoint(struct settings_load *l, struct client *c, struct endpoint *e)
{
	const struct conf_table *table = &settings_probe_table;
	const struct settings *s = l->settings;
	uint64_t written = e->probe.given;

	e->platform = refer(l, KIND_PLATFORM, &e->platform_name, &e->place);
	resolve_written(l, &e->probe, &e->place);
	conf_inherit(table, &e->probe, &c->defaults);
	if (e->platform != NULL)
		conf_inherit(table, &e->probe, &e->platform->defaults);
	conf_inherit(table, &e->probe, &s->defaults);
	fit_times(&e->probe, e->probe.given);
	e->probe.given = written;
	e->ladder = settings_find(s, KIND_LADDER, e->probe.ladder_name);
	if (e->ladder == NULL)
		e->ladder = s->site.ladder;
}

static const struct sla *
own_sla(struct settings_load *l, const struct client *c)
{
	CONF_EACH (const struct sla, a, &c->slas)
		if (a->name != NULL && c->sla_name != NULL &&
		    strcmp(a->name, c->sla_name) == 0)
			return a;
	return refer(l, KIND_SLA, &c->sla_name, &c->place);
}

/* Fields that are not given come from the terms of the same name. */
static void
complete_sla(struct settings_load *l, struct sla *a, const struct sla *from)
{
	if (from != NULL && from != a)
		conf_inherit(&settings_sla_table, a, from);
	if (a->guarantee_milli == 0 &&
	    conf_where(&l->reader, &a->guarantee_milli, NULL) == NULL)
		conf_complain(l->reader.errors, &a->place,
		    "an SLA lacks \"guarantee\"");
}

static const struct sla *
shipped_sla(const struct settings *s, const char *name)
{
	CONF_EACH (const struct sla, a, &s->inside->shipped_slas)
		if (name != NULL && strcmp(a->name, name) == 0)
			return a;
	return NULL;
}

static void
resolve_client(struct settings_load *l, struct client *c)
{
	if (c->title == NULL && c->name != NULL)
		c->title = mem_text(c->name);
	refer(l, KIND_PERSON, &c->contact, &c->place);
	CONF_EACH (struct sla, a, &c->slas)
		complete_sla(l, a,
		    settings_find(l->settings, KIND_SLA, a->name));
	c->sla = own_sla(l, c);
	resolve_written(l, &c->defaults, &c->place);
	CONF_EACH (struct endpoint, e, &c->endpoints)
		resolve_endpoint(l, c, e);
}

void
settings_resolve(struct settings_load *l)
{
	struct settings *s = l->settings;

	index_agents(l);
	index_people(l);
	index_slas(l);
	index_channels(l);
	index_clients(l);
	resolve_people(l);
	resolve_site(l);
	CONF_EACH (struct sla, a, &s->slas)
		complete_sla(l, a, shipped_sla(s, a->name));
	resolve_written(l, &s->defaults, &s->site.place);
	CONF_EACH (struct platform, p, &s->platforms)
		resolve_written(l, &p->defaults, &p->place);
	CONF_EACH (struct client, c, &s->clients)
		resolve_client(l, c);
}
