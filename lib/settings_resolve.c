/*
 * From names to pointers: references, inheritance, and the defaults that
 * depend on what else is configured.
 *
 * A part that was complained about before may lack its name; it is passed
 * over here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/settings_inside.h"
#include "lib/text.h"

void
settings_unknown(struct settings_load *l, enum settings_kind kind,
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
	    settings_kind_word(kind), name, meant);
}

const void *
settings_refer(struct settings_load *l, enum settings_kind kind,
    char *const *name, const struct conf_place *otherwise)
{
	const void *item = settings_find(l->settings, kind, *name);

	if (*name != NULL && item == NULL)
		settings_unknown(l, kind, *name,
		    conf_where(&l->reader, name, otherwise));
	return item;
}

static void
trim_slash(char *url)
{
	size_t length = url == NULL ? 0 : strlen(url);

	while (length > 0 && url[length - 1] == '/')
		url[--length] = '\0';
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
		settings_resolve_rota(l, r);
	settings_resolve_ladders(l);
}

/* Under the units the default state_dir is the pager's alone. */
static void
default_socket(struct site *site)
{
	char path[1024];

	if (site->collector_socket != NULL || site->state_dir == NULL)
		return;
	if (strcmp(site->state_dir, SETTINGS_STATE_DIR) == 0)
		text_copy(path, sizeof(path), SETTINGS_COLLECTOR_SOCKET);
	else
		text_format(path, sizeof(path), "%s/collector.sock",
		    site->state_dir);
	site->collector_socket = mem_text(path);
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
	default_socket(site);
	site->ladder = settings_refer(l, KIND_LADDER, &site->operations_ladder,
	    &site->place);
	if (site->operations_ladder == NULL && s->ladders.count > 0)
		site->ladder = s->ladders.items;
	CONF_EACH (char *const, name, &site->last_resort)
		settings_refer(l, KIND_PERSON, name, &site->place);
	if (site->last_resort.count == 0)
		settings_default_last_resort(site);
}

/* What was written at one level, before anything is inherited. */
static void
resolve_written(struct settings_load *l, const struct probe_settings *p,
    const struct conf_place *place)
{
	CONF_EACH (char *const, region, &p->regions)
		settings_refer(l, KIND_REGION, region, place);
	settings_refer(l, KIND_LADDER, &p->ladder_name, place);
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

	e->has_ladder = e->probe.ladder_name != NULL;
	e->platform =
	    settings_refer(l, KIND_PLATFORM, &e->platform_name, &e->place);
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

static void
resolve_client(struct settings_load *l, struct client *c)
{
	if (c->title == NULL && c->name != NULL)
		c->title = mem_text(c->name);
	settings_refer(l, KIND_PERSON, &c->contact, &c->place);
	c->sla = settings_sla(l->settings, c, c->sla_name);
	if (c->sla == NULL)
		settings_refer(l, KIND_SLA, &c->sla_name, &c->place);
	CONF_EACH (struct later_sla, a, &c->amendments) {
		a->sla = settings_sla(l->settings, c, a->sla_name);
		if (a->sla == NULL)
			settings_refer(l, KIND_SLA, &a->sla_name, &a->place);
		else
			settings_place_amendment(l, c, a);
	}
	settings_read_agreed(l, c);
	settings_resolve_hours(l, c);
	resolve_written(l, &c->defaults, &c->place);
	CONF_EACH (struct endpoint, e, &c->endpoints)
		resolve_endpoint(l, c, e);
}

void
settings_resolve(struct settings_load *l)
{
	struct settings *s = l->settings;

	settings_note_all(l);
	resolve_people(l);
	resolve_site(l);
	settings_resolve_terms(l);
	settings_resolve_site_hours(l);
	resolve_written(l, &s->defaults, &s->site.place);
	CONF_EACH (struct platform, p, &s->platforms)
		resolve_written(l, &p->defaults, &p->place);
	CONF_EACH (struct client, c, &s->clients)
		resolve_client(l, c);
	settings_resolve_alerts(l);
	settings_resolve_heartbeats(l);
	CONF_EACH (struct reader_settings, r, &s->readers)
		r->client =
		    settings_refer(l, KIND_CLIENT, &r->client_name, &r->place);
}
