/*
 * What only a checked load refuses: a tree that can be understood, but would
 * not do what it seems to say.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/settings_inside.h"

/* Their alarms would be taken for those of our own operation. */
static const char reserved_client[] = "operations";

static bool
is_given(const struct probe_settings *p, const char *key)
{
	const struct conf_field *f = settings_probe_table.fields;

	for (size_t i = 0; f[i].key != NULL; i++)
		if (strcmp(f[i].key, key) == 0)
			return p->given & UINT64_C(1) << i;
	return false;
}

/* Where the value of this key would be written at this level. */
static const void *
member(const struct probe_settings *p, const char *key)
{
	const struct conf_field *f = settings_probe_table.fields;

	while (strcmp(f->key, key) != 0)
		f++;
	return (const char *)p + f->offset;
}

/*
 * Two settings do not go together at an endpoint: the most specific level
 * that writes one of them is to blame, and is blamed once.
 */
static const struct conf_place *
blame(const struct settings_load *l, const struct endpoint *e, const char *key,
    const char *other)
{
	const struct probe_settings *levels[] = { &e->probe,
		&e->client->defaults,
		e->platform != NULL ? &e->platform->defaults : NULL,
		&l->settings->defaults };

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (levels[i] == NULL)
			continue;
		if (is_given(levels[i], key))
			return conf_where(&l->reader, member(levels[i], key),
			    &e->place);
		if (is_given(levels[i], other))
			return conf_where(&l->reader, member(levels[i], other),
			    &e->place);
	}
	return &l->settings->site.place;
}

static void
check_quorum(struct settings_load *l, const struct endpoint *e)
{
	int64_t regions = (int64_t)e->probe.regions.count;

	if (regions == 0)
		regions = (int64_t)settings_count(l->settings, KIND_REGION);
	if (e->probe.quorum <= regions)
		return;
	conf_complain(l->reader.errors, blame(l, e, "quorum", "regions"),
	    "quorum: %" PRId64 " regions must agree, but there %s only "
	    "%" PRId64 "%s",
	    e->probe.quorum, regions == 1 ? "is" : "are", regions,
	    regions == 1 ? "; write \"quorum: 1\" if that shall do" : "");
}

static void
check_times(struct settings_load *l, const struct endpoint *e)
{
	const struct probe_settings *p = &e->probe;
	const struct {
		const char *key;
		int64_t ms;
	} phases[] = { { "slow", p->slow_ms }, { "connect", p->connect_ms },
		{ "tls", p->tls_ms }, { "first_byte", p->first_byte_ms } };

	if (p->timeout_ms > p->interval_ms)
		conf_complain(l->reader.errors,
		    blame(l, e, "timeout", "interval"),
		    "timeout: %" PRId64 "ms is longer than the interval of "
		    "%" PRId64 "ms",
		    p->timeout_ms, p->interval_ms);
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++)
		if (phases[i].ms > p->timeout_ms)
			conf_complain(l->reader.errors,
			    blame(l, e, phases[i].key, "timeout"),
			    "%s: %" PRId64 "ms is longer than the timeout of "
			    "%" PRId64 "ms",
			    phases[i].key, phases[i].ms, p->timeout_ms);
}

static void
check_regions(struct settings_load *l, const struct probe_settings *p,
    const struct conf_place *place)
{
	char *const *names = p->regions.items;

	for (size_t i = 0; i < p->regions.count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(names[i], names[j]) == 0)
				conf_complain(l->reader.errors,
				    conf_where(&l->reader, &names[i], place),
				    "regions: \"%s\" is named twice", names[i]);
}

static void
check_page(struct settings_load *l, const struct client *c)
{
	const struct status_page *p = &c->status_page;
	struct conf_place first;
	const struct conf_place *where =
	    conf_where(&l->reader, &p->host, &c->place);

	if (p->access == PAGE_TOKEN && p->token == NULL)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &p->access, &c->place),
		    "access: token needs a token");
	if (p->access == PAGE_PUBLIC && p->token != NULL)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &p->token, &c->place),
		    "token: nobody is asked for it while access is public");
	if (p->host != NULL &&
	    !settings_note(l->settings, KIND_HOST, p->host, c, where, &first))
		conf_complain(l->reader.errors, where,
		    "host: \"%s\" has a status page already, at %s:%u", p->host,
		    first.file, first.line);
}

static void
check_client(struct settings_load *l, const struct client *c)
{
	if (c->name != NULL && strcmp(c->name, reserved_client) == 0)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->name, &c->place),
		    "name: \"%s\" is reserved for our own alarms", c->name);
	check_page(l, c);
	check_regions(l, &c->defaults, &c->place);
	CONF_EACH (const struct endpoint, e, &c->endpoints) {
		check_regions(l, &e->probe, &e->place);
		check_quorum(l, e);
		check_times(l, e);
	}
}

/* Whoever may be called must be within reach. */
static void
check_called(struct settings_load *l, const struct person *p)
{
	if (p != NULL && p->name != NULL && p->reach.count == 0 &&
	    conf_where(&l->reader, &p->reach, NULL) == NULL)
		conf_complain(l->reader.errors, &p->place,
		    "person \"%s\" is to be called, but has no \"reach\"",
		    p->name);
}

static void
check_ladders(struct settings_load *l)
{
	const struct settings *s = l->settings;

	if (s->ladders.count == 0)
		conf_complain(l->reader.errors, &s->site.place,
		    "there is no ladder: nobody would be called");
	CONF_EACH (const struct ladder, d, &s->ladders)
		CONF_EACH (const struct level, v, &d->levels)
			check_called(l, v->person);
	CONF_EACH (const struct rota, r, &s->rotas)
		CONF_EACH (const struct watch, w, &r->watches)
			for (size_t i = 0; i < w->people.count; i++)
				check_called(l, w->members[i]);
	CONF_EACH (char *const, name, &s->site.last_resort)
		check_called(l, settings_person(s, *name));
}

static void
check_person(struct settings_load *l, const struct person *p)
{
	const struct conf_place *where =
	    conf_where(&l->reader, &p->reach, &p->place);

	CONF_EACH (const struct reach, r, &p->reach) {
		if (r->channel != CHANNEL_MAIL)
			continue;
		if (p->email == NULL)
			conf_complain(l->reader.errors, where,
			    "reach: mail needs an \"email\"");
		if (settings_channel(l->settings, CHANNEL_MAIL) == NULL)
			conf_complain(l->reader.errors, where,
			    "reach: mail is not among the channels");
	}
}

static void
check_channel(struct settings_load *l, const struct channel_settings *c)
{
	if (c->kind != CHANNEL_MAIL)
		return;
	if (c->server == NULL)
		conf_complain(l->reader.errors, &c->place,
		    "the mail channel lacks \"server\"");
	if (c->from == NULL)
		conf_complain(l->reader.errors, &c->place,
		    "the mail channel lacks \"from\"");
	if ((c->user == NULL) != (c->password == NULL))
		conf_complain(l->reader.errors, &c->place,
		    "the mail channel needs both \"user\" and \"password\", "
		    "or neither");
}

static void
check_listen(struct settings_load *l, const struct listen *n)
{
	const struct conf_place *where =
	    conf_where(&l->reader, &n->address, &l->settings->site.place);

	if ((n->certificate == NULL) != (n->key == NULL))
		conf_complain(l->reader.errors, where,
		    "listen: \"certificate\" and \"key\" go together");
	else if (n->certificate == NULL && n->address != NULL &&
	    !settings_is_loopback(n->address))
		conf_complain(l->reader.errors, where,
		    "listen: %s is no loopback address, so it needs "
		    "\"certificate\" and \"key\"",
		    n->address);
}

static bool
has_token(const struct agent_settings *a, const char *token)
{
	CONF_EACH (char *const, t, &a->tokens)
		if (strcmp(*t, token) == 0)
			return true;
	return false;
}

/* A token says which agent speaks, so no two may share one. */
static void
check_tokens(struct settings_load *l)
{
	const struct conf_list *agents = &l->settings->agents;

	CONF_EACH (const struct agent_settings, a, agents)
		CONF_EACH (char *const, t, &a->tokens)
			for (const struct agent_settings *b = agents->items;
			     b != a; b++)
				if (has_token(b, *t))
					conf_complain(l->reader.errors,
					    conf_where(&l->reader, t,
						&a->place),
					    "token_sha256: agent \"%s\" has "
					    "the same token",
					    b->name != NULL ? b->name : "?");
}

void
settings_check(struct settings_load *l)
{
	const struct settings *s = l->settings;

	check_listen(l, &s->listen_agents);
	check_listen(l, &s->listen_pages);
	check_listen(l, &s->listen_pager);
	check_tokens(l);
	check_ladders(l);
	check_regions(l, &s->defaults, &s->site.place);
	CONF_EACH (const struct person, p, &s->people)
		check_person(l, p);
	CONF_EACH (const struct channel_settings, c, &s->channels)
		check_channel(l, c);
	CONF_EACH (const struct platform, p, &s->platforms)
		check_regions(l, &p->defaults, &p->place);
	CONF_EACH (const struct client, c, &s->clients)
		check_client(l, c);
}
