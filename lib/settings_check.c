/*
 * What only a checked load refuses: a tree that can be understood, but would
 * not do what it seems to say.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/plan.h"
#include "lib/settings_inside.h"

/* Their alarms would be taken for those of our own operation. */
static const char reserved_client[] = "operations";

bool
settings_is_written(const struct settings_load *l, const void *value)
{
	return conf_where(&l->reader, value, NULL) != NULL;
}

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
	/* Agents without a region were complained about already. */
	if (e->probe.quorum <= regions ||
	    (regions == 0 && l->settings->agents.count > 0))
		return;
	conf_complain(l->reader.errors, blame(l, e, "quorum", "regions"),
	    "quorum: %" PRId64 " regions must agree, but there %s only "
	    "%" PRId64 "%s",
	    e->probe.quorum, regions == 1 ? "is" : "are", regions,
	    regions == 1 ? "; write \"quorum: 1\" if that shall do" : "");
}

static void
check_order(struct settings_load *l, const struct endpoint *e, const char *key,
    int64_t ms, const char *than, int64_t most_ms)
{
	char shown[24], most[24];

	if (ms <= most_ms || most_ms == 0) /* it could not be read: said */
		return;
	conf_duration(ms, shown, sizeof(shown));
	conf_duration(most_ms, most, sizeof(most));
	conf_complain(l->reader.errors, blame(l, e, key, than),
	    "%s: %s is longer than the %s of %s", key, shown, than, most);
}

static void
check_times(struct settings_load *l, const struct endpoint *e)
{
	const struct probe_settings *p = &e->probe;

	check_order(l, e, "timeout", p->timeout_ms, "interval", p->interval_ms);
	check_order(l, e, "slow", p->slow_ms, "timeout", p->timeout_ms);
	check_order(l, e, "connect", p->connect_ms, "timeout", p->timeout_ms);
	check_order(l, e, "tls", p->tls_ms, "timeout", p->timeout_ms);
	check_order(l, e, "first_byte", p->first_byte_ms, "timeout",
	    p->timeout_ms);
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

/* "host:port" of a URL, as far as it was written. */
static const char *
authority(const char *url, size_t *length)
{
	const char *host = url != NULL ? strstr(url, "://") : NULL;

	host = host != NULL ? host + 3 : "";
	*length = strcspn(host, "/?");
	return host;
}

static bool
is_host_of(const char *canary, const struct endpoint *e)
{
	size_t length, other;
	const char *host = authority(canary, &length);
	const char *ours = authority(e->url, &other);

	return length > 0 && length == other &&
	    strncasecmp(host, ours, length) == 0;
}

static const struct endpoint *
host_of_ours(const struct settings *s, const char *canary)
{
	CONF_EACH (const struct client, c, &s->clients)
		CONF_EACH (const struct endpoint, e, &c->endpoints)
			if (is_host_of(canary, e))
				return e;
	return NULL;
}

/* A canary that fails with our own would call every outage blindness. */
static void
check_canaries(struct settings_load *l)
{
	const struct settings *s = l->settings;
	const struct endpoint *e;

	CONF_EACH (char *const, canary, &s->canaries) {
		e = host_of_ours(s, *canary);
		if (e != NULL)
			conf_complain(l->reader.errors,
			    conf_where(&l->reader, canary, &s->site.place),
			    "canaries: \"%s\" is a host of ours, see %s:%u",
			    *canary, e->place.file, e->place.line);
	}
}

/* Its agents would refuse what they cannot read. */
static void
check_plan(struct settings_load *l, const struct agent_settings *a)
{
	size_t endpoints;
	size_t size = plan_size(l->settings, a->region, &endpoints);

	if (size <= PLAN_MAX && endpoints <= PLAN_ENDPOINTS_MAX)
		return;
	conf_complain(l->reader.errors,
	    conf_where(&l->reader, &a->region, &a->place),
	    "region: the plan of \"%s\" would have %zu endpoints and %zu MiB, "
	    "at "
	    "most %d and %d; give some of them other \"regions\"",
	    a->region, endpoints, (size + (1 << 20) - 1) >> 20,
	    PLAN_ENDPOINTS_MAX, PLAN_MAX >> 20);
}

/* Once for each region, where its first agent stands. */
static void
check_plans(struct settings_load *l)
{
	const struct conf_list *agents = &l->settings->agents;

	CONF_EACH (const struct agent_settings, a, agents) {
		const struct agent_settings *b = agents->items;

		while (a->region != NULL && b != a &&
		    (b->region == NULL || strcmp(a->region, b->region) != 0))
			b++;
		if (a->region != NULL && a == b)
			check_plan(l, a);
	}
}

static void
check_agents(struct settings_load *l)
{
	if (settings_count(l->settings, KIND_REGION) > SETTINGS_REGIONS_MAX)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &l->settings->agents,
			&l->settings->site.place),
		    "agents: more than %d regions", SETTINGS_REGIONS_MAX);
	check_plans(l);
}

/* What a cookie's value may hold (RFC 6265). */
static bool
fits_cookie(const char *s)
{
	if (strlen(s) > SETTINGS_PAGE_TOKEN_MAX)
		return false;
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 127 || strchr("\",;\\", *s) != NULL)
			return false;
	return true;
}

/* Who sees the page, and who its reports; those are for fewer, or as many. */
static void
check_page_access(struct settings_load *l, const struct client *c)
{
	const struct status_page *p = &c->status_page;
	bool has_token = settings_is_written(l, &p->token);

	if (p->access == PAGE_TOKEN && !has_token)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &p->access, &c->place),
		    "access: token needs a token");
	if (p->reports == PAGE_TOKEN && settings_is_written(l, &p->reports) &&
	    !has_token)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &p->reports, &c->place),
		    "reports: token needs a token");
	if (p->reports == PAGE_PUBLIC && p->access == PAGE_TOKEN)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &p->reports, &c->place),
		    "reports: their page wants a token, so they cannot be "
		    "public");
	if (p->reports == PAGE_PUBLIC && p->access == PAGE_PUBLIC && has_token)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &p->token, &c->place),
		    "token: nobody is asked for it while access and reports "
		    "are public");
}

static void
check_page(struct settings_load *l, const struct client *c)
{
	const struct status_page *p = &c->status_page;
	struct conf_place first;
	const struct conf_place *where =
	    conf_where(&l->reader, &p->host, &c->place);

	check_page_access(l, c);
	if (p->token != NULL && !fits_cookie(p->token))
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &p->token, &c->place),
		    "token: no cookie could hold it; at most %d characters of"
		    " ASCII, without space, \", comma, ; and \\",
		    SETTINGS_PAGE_TOKEN_MAX);
	if (p->host != NULL &&
	    !settings_note(l->settings, KIND_HOST, p->host, c, where, &first))
		conf_complain(l->reader.errors, where,
		    "host: \"%s\" has a status page already, at %s:%u", p->host,
		    first.file, first.line);
}

/* A rename goes from a name that is free to one endpoint. */
static void
check_was(struct settings_load *l, const struct endpoint *e)
{
	const struct endpoint *there =
	    settings_endpoint(l->settings, e->was_id);
	const struct conf_place *where =
	    conf_where(&l->reader, &e->was, &e->place);
	struct conf_place first;

	if (e->was_id == NULL)
		return;
	if (there == e)
		conf_complain(l->reader.errors, where,
		    "was: \"%s\" is its name now; write what it was before",
		    e->was);
	else if (there != NULL)
		conf_complain(l->reader.errors, where,
		    "was: there is an endpoint \"%s\" still, at %s:%u; an "
		    "endpoint takes over the history of one that is gone",
		    e->was, there->place.file, there->place.line);
	else if (!settings_note(l->settings, KIND_FORMER, e->was_id, e, where,
		     &first) &&
	    settings_find(l->settings, KIND_FORMER, e->was_id) != e)
		conf_complain(l->reader.errors, where,
		    "was: \"%s\" is said of another endpoint, too, at %s:%u",
		    e->was, first.file, first.line);
}

static void
check_client(struct settings_load *l, const struct client *c)
{
	if (c->name != NULL && strcmp(c->name, reserved_client) == 0)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->name, &c->place),
		    "name: \"%s\" is reserved for our own alarms", c->name);
	check_page(l, c);
	settings_check_agreed(l, c);
	check_regions(l, &c->defaults, &c->place);
	CONF_EACH (const struct endpoint, e, &c->endpoints) {
		check_regions(l, &e->probe, &e->place);
		check_was(l, e);
		check_quorum(l, e);
		check_times(l, e);
	}
}

static void
check_listen(struct settings_load *l, const struct listen *n)
{
	const struct conf_place *where =
	    conf_where(&l->reader, &n->address, &l->settings->site.place);
	const char *why;

	if ((n->certificate == NULL) != (n->key == NULL))
		conf_complain(l->reader.errors, where,
		    "listen: \"certificate\" and \"key\" go together");
	else if (n->certificate == NULL && value_listen(n->address, &why) &&
	    !settings_is_loopback(n->address))
		conf_complain(l->reader.errors, where,
		    "listen: %s is no loopback address, so it needs "
		    "\"certificate\" and \"key\"",
		    n->address);
}

static void
check_alerts(struct settings_load *l)
{
	const struct settings *s = l->settings;

	if (s->listen_alerts.address != NULL)
		check_listen(l, &s->listen_alerts);
	settings_check_alerts(l);
	if (s->listen_console.address != NULL)
		check_listen(l, &s->listen_console);
	settings_check_console(l);
	settings_check_heartbeats(l);
}

/* It names every client: whoever comes from elsewhere shows a token. */
static void
check_metrics(struct settings_load *l, const struct listen *n)
{
	const char *why;

	if (n->address == NULL)
		return;
	check_listen(l, n);
	if (value_listen(n->address, &why) &&
	    !settings_is_loopback(n->address) &&
	    !settings_is_written(l, &n->token))
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &n->address,
			&l->settings->site.place),
		    "listen: metrics at %s, which is no loopback address, need "
		    "a \"token\"",
		    n->address);
}

void
settings_check(struct settings_load *l)
{
	const struct settings *s = l->settings;

	check_listen(l, &s->listen_agents);
	check_listen(l, &s->listen_pages);
	check_listen(l, &s->listen_pager);
	check_metrics(l, &s->listen_metrics);
	check_agents(l);
	check_alerts(l);
	settings_check_tokens(l);
	check_canaries(l);
	settings_check_ladders(l);
	check_regions(l, &s->defaults, &s->site.place);
	settings_check_channels(l);
	CONF_EACH (const struct platform, p, &s->platforms)
		check_regions(l, &p->defaults, &p->place);
	CONF_EACH (const struct client, c, &s->clients)
		check_client(l, c);
}
