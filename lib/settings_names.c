/*
 * Noting every part of the settings under its name; no name stands for two.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/settings_heartbeats.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

static const char *const kinds[KIND_COUNT] = { "agent", "region", "reader",
	"source of alerts", "heartbeat", "person", "rota", "group", "ladder",
	"calendar", "sla", "channel", "platform", "client", "endpoint",
	"former endpoint", "status page" };

const char *
settings_kind_word(enum settings_kind kind)
{
	return kinds[kind];
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
	    "%s \"%.80s\" is defined twice, first at %s:%u",
	    settings_kind_word(kind), *name, first.file, first.line);
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
index_readers(struct settings_load *l)
{
	CONF_EACH (const struct reader_settings, r, &l->settings->readers)
		note(l, KIND_READER, &r->name, r, &r->place);
}

static void
index_alerts(struct settings_load *l)
{
	CONF_EACH (const struct alert_source, a, &l->settings->alerts)
		note(l, KIND_ALERT, &a->name, a, &a->place);
}

static void
index_heartbeats(struct settings_load *l)
{
	CONF_EACH (const struct heartbeat_settings, h, &l->settings->heartbeats)
		note(l, KIND_HEARTBEAT, &h->name, h, &h->place);
}

static void
index_people(struct settings_load *l)
{
	struct settings *s = l->settings;

	CONF_EACH (const struct person, p, &s->people)
		note(l, KIND_PERSON, &p->name, p, &p->place);
	CONF_EACH (const struct rota, r, &s->rotas)
		note(l, KIND_ROTA, &r->name, r, &r->place);
	CONF_EACH (const struct group, g, &s->groups)
		note(l, KIND_GROUP, &g->name, g, &g->place);
	CONF_EACH (const struct ladder, d, &s->ladders)
		note(l, KIND_LADDER, &d->name, d, &d->place);
}

static void
index_slas(struct settings_load *l)
{
	struct settings *s = l->settings;

	CONF_EACH (const struct calendar_settings, c, &s->calendars)
		note(l, KIND_CALENDAR, &c->name, c, &c->place);
	CONF_EACH (const struct sla, a, &s->slas)
		note(l, KIND_SLA, &a->name, a, &a->place);
	settings_ship(s);
}

/* "mail", "mail-2", "mail-3": by its place among those of its kind. */
static char *
provider_name(enum channel_kind kind, int number)
{
	struct text name = { 0 };

	text_add(&name, settings_channel_word(kind));
	if (number > 1)
		text_addf(&name, "-%d", number);
	return text_take(&name);
}

static void
index_channels(struct settings_load *l)
{
	int counts[CHANNEL_COMMAND + 1] = { 0 };

	CONF_EACH (struct channel_settings, c, &l->settings->channels) {
		int number = ++counts[c->kind];

		if (c->name == NULL)
			c->name = provider_name(c->kind, number);
		note(l, KIND_CHANNEL, &c->name, c, &c->place);
		if (number == SETTINGS_PROVIDERS_MAX + 1)
			conf_complain(l->reader.errors, &c->place,
			    "more than %d channels of kind %s",
			    SETTINGS_PROVIDERS_MAX,
			    settings_channel_word(c->kind));
	}
}

static char *
make_id(const char *client, const char *name)
{
	struct text id = { 0 };

	if (client == NULL || name == NULL)
		return NULL;
	text_addf(&id, "%s/%s", client, name);
	return text_take(&id);
}

/* The first who says so; that there are others is complained of in a check. */
static void
note_former(struct settings_load *l, struct endpoint *e)
{
	struct conf_place first;

	if (e->was_id != NULL)
		settings_note(l->settings, KIND_FORMER, e->was_id, e,
		    conf_where(&l->reader, &e->was, &e->place), &first);
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
			e->id = make_id(c->name, e->name);
			e->was_id = make_id(c->name, e->was);
			e->client = c;
			note_former(l, e);
			note(l, KIND_ENDPOINT, &e->id, e,
			    conf_where(&l->reader, &e->name, &e->place));
		}
		total += c->endpoints.count;
	}
	if (total > SETTINGS_ENDPOINTS_MAX)
		conf_complain(l->reader.errors, NULL,
		    "more than 100000 endpoints");
}

void
settings_note_all(struct settings_load *l)
{
	index_agents(l);
	index_readers(l);
	index_alerts(l);
	index_heartbeats(l);
	index_people(l);
	index_slas(l);
	index_channels(l);
	index_clients(l);
}
