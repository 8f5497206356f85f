/*
 * plan_for: what one agent has to probe, made from the settings.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/plan_parts.h"
#include "lib/settings.h"

#define CANARY_INTERVAL_MS 30000 /* when the site's default says nothing */
#define CANARY_INTERVAL_MIN_MS 1000

static char *
copy(const char *text)
{
	return text != NULL ? mem_text(text) : NULL;
}

static char **
copy_texts(const struct conf_list *list)
{
	char **out = mem_alloc((list->count + 1) * sizeof(*out));
	char *const *texts = list->items;

	for (size_t i = 0; i < list->count; i++)
		out[i] = mem_text(texts[i]);
	return out;
}

/* "200" or "200-299"; the settings were checked when they were loaded. */
static void
copy_status(const struct conf_list *list, struct plan_endpoint *e)
{
	char *const *texts = list->items;

	e->status = mem_alloc((list->count + 1) * sizeof(*e->status));
	for (; e->status_count < list->count; e->status_count++) {
		char *rest;
		long low = strtol(texts[e->status_count], &rest, 10);
		long high = *rest == '-' ? strtol(rest + 1, NULL, 10) : low;

		e->status[e->status_count].low = (int)low;
		e->status[e->status_count].high = (int)high;
	}
}

bool
plan_is_for(const struct endpoint *e, const char *region)
{
	char *const *names = e->probe.regions.items;

	if (e->disabled != NULL)
		return false;
	for (size_t i = 0; i < e->probe.regions.count; i++)
		if (strcmp(names[i], region) == 0)
			return true;
	return e->probe.regions.count == 0;
}

void
plan_fill_endpoint(struct plan_endpoint *e, const struct endpoint *from,
    unsigned shard)
{
	const struct probe_settings *s = &from->probe;

	e->id = mem_text(from->id);
	e->platform =
	    mem_text(from->platform != NULL ? from->platform->name : "");
	e->shard = shard;
	e->url = mem_text(from->url);
	e->head = strcmp(from->method, "head") == 0;
	e->interval_ms = s->interval_ms;
	e->timeout_ms = s->timeout_ms;
	e->slow_ms = s->slow_ms;
	e->connect_ms = s->connect_ms;
	e->tls_ms = s->tls_ms;
	e->first_byte_ms = s->first_byte_ms;
	e->redirects = s->redirects;
	e->body_max = s->body_max;
	e->contains = copy_texts(&s->contains);
	e->lacks = copy_texts(&s->lacks);
	e->allow_networks = copy_texts(&s->allow_networks);
	copy_status(&s->status, e);
}

static void
add_endpoints(struct plan *p, const struct settings *s)
{
	size_t room = 0;

	CONF_EACH (const struct client, c, &s->clients) {
		room += c->endpoints.count;
	}
	p->endpoints = mem_alloc((room + 1) * sizeof(*p->endpoints));
	CONF_EACH (const struct client, c, &s->clients) {
		unsigned shard = settings_shard(s, c->name);

		CONF_EACH (const struct endpoint, e, &c->endpoints) {
			if (plan_is_for(e, p->region))
				plan_fill_endpoint(&p->endpoints[p->count++], e,
				    shard);
		}
	}
}

static bool
is_among(char *const *texts, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(texts[i], text) == 0)
			return true;
	return false;
}

/* How the agent reaches the last resort when nothing here answers. */
static void
add_last_resort(struct plan *p, const struct settings *s)
{
	const struct channel_settings *mail = settings_channel(s, CHANNEL_MAIL);
	char *const *names = s->site.last_resort.items;
	size_t n = 0;

	p->mail_to =
	    mem_alloc((s->site.last_resort.count + 1) * sizeof(*p->mail_to));
	for (size_t i = 0; i < s->site.last_resort.count; i++) {
		const struct person *person = settings_person(s, names[i]);

		assert(person != NULL); /* no tree is loaded otherwise */
		if (person->email != NULL && n < PLAN_TEXTS_MAX &&
		    !is_among(p->mail_to, n, person->email))
			p->mail_to[n++] = mem_text(person->email);
	}
	if (mail == NULL || n == 0)
		return;
	p->mail_server = copy(mail->server);
	p->mail_from = copy(mail->from);
	p->mail_user = copy(mail->user);
	p->mail_password = copy(mail->password);
	p->mail_ca = copy(s->mail_ca);
}

static int64_t
canary_interval(const struct settings *s)
{
	int64_t ms = s->defaults.interval_ms;

	if (ms <= 0)
		return CANARY_INTERVAL_MS;
	return ms < CANARY_INTERVAL_MIN_MS ? CANARY_INTERVAL_MIN_MS : ms;
}

/* The hash of all but the tag itself: that is still NULL. */
static char *
tag_of(const struct plan *p)
{
	char tag[SIGN_HEX], chain[SIGN_HEX] = "";
	struct text json = { 0 };
	char *head;

	assert(p->tag == NULL);
	for (size_t i = 0; i < p->count; i++) {
		plan_encode_endpoint(&p->endpoints[i], &json);
		plan_chain(chain, json.data, json.length);
		text_clear(&json);
	}
	head = plan_encode_head(p);
	plan_tag(head, chain, tag);
	free(head);
	return mem_text(tag);
}

struct plan *
plan_head_for(const struct settings *s, const char *agent)
{
	struct plan *p = NULL;

	CONF_EACH (const struct agent_settings, a, &s->agents) {
		if (p != NULL || strcmp(a->name, agent) != 0)
			continue;
		p = mem_alloc(sizeof(*p));
		p->agent = mem_text(a->name);
		p->region = mem_text(a->region);
	}
	if (p == NULL)
		return NULL;
	p->shards = (unsigned)s->shards;
	p->canaries = copy_texts(&s->canaries);
	p->canary_interval_ms = canary_interval(s);
	p->collector_silence_ms = s->site.collector_silence_ms;
	p->site = mem_text(s->site.name);
	add_last_resort(p, s);
	return p;
}

struct plan *
plan_for(const struct settings *s, const char *agent)
{
	struct plan *p = plan_head_for(s, agent);

	if (p == NULL)
		return NULL;
	add_endpoints(p, s);
	p->tag = tag_of(p);
	return p;
}
