/*
 * settings_tokens: no two that show a token, or a key, may share one.
 */
#include <string.h>

#include "lib/settings_heartbeats.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

static bool
has_token(const struct conf_list *tokens, const char *token)
{
	CONF_EACH (char *const, t, tokens)
		if (strcmp(*t, token) == 0)
			return true;
	return false;
}

static void
complain_of_token(struct settings_load *l, char *const *token,
    const struct conf_place *place, const char *kind, const char *name)
{
	conf_complain(l->reader.errors, conf_where(&l->reader, token, place),
	    "%s \"%s\" has the same token", kind, name != NULL ? name : "?");
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
				if (has_token(&b->tokens, *t))
					complain_of_token(l, t, &a->place,
					    "token_sha256: agent", b->name);
}

/* Nor may who reads: a token tells what may be seen. */
static void
check_reader(struct settings_load *l, const struct reader_settings *r)
{
	const struct settings *s = l->settings;

	CONF_EACH (char *const, t, &r->tokens) {
		for (const struct reader_settings *b = s->readers.items; b != r;
		     b++)
			if (has_token(&b->tokens, *t))
				complain_of_token(l, t, &r->place,
				    "token_sha256: reader", b->name);
		CONF_EACH (const struct agent_settings, a, &s->agents)
			if (has_token(&a->tokens, *t))
				complain_of_token(l, t, &r->place,
				    "token_sha256: agent", a->name);
	}
}

/* Those of agents and readers are nobody else's. */
static void
check_ours(struct settings_load *l, char *const *t,
    const struct conf_place *place, const char *field)
{
	const struct settings *s = l->settings;
	char kind[48];

	CONF_EACH (const struct agent_settings, g, &s->agents) {
		text_format(kind, sizeof(kind), "%s: agent", field);
		if (has_token(&g->tokens, *t))
			complain_of_token(l, t, place, kind, g->name);
	}
	CONF_EACH (const struct reader_settings, r, &s->readers) {
		text_format(kind, sizeof(kind), "%s: reader", field);
		if (has_token(&r->tokens, *t))
			complain_of_token(l, t, place, kind, r->name);
	}
}

/* And a key says who raises an alert, and who is called for it. */
static void
check_keys(struct settings_load *l, const struct alert_source *a)
{
	const struct settings *s = l->settings;

	CONF_EACH (char *const, t, &a->keys) {
		for (const struct alert_source *b = s->alerts.items; b != a;
		     b++)
			if (has_token(&b->keys, *t))
				complain_of_token(l, t, &a->place,
				    "key_sha256: source of alerts", b->name);
		check_ours(l, t, &a->place, "key_sha256");
	}
}

/* Or what calls in. */
static void
check_heartbeat(struct settings_load *l, const struct heartbeat_settings *h)
{
	const struct settings *s = l->settings;

	CONF_EACH (char *const, t, &h->tokens) {
		for (const struct heartbeat_settings *b = s->heartbeats.items;
		     b != h; b++)
			if (has_token(&b->tokens, *t))
				complain_of_token(l, t, &h->place,
				    "token_sha256: heartbeat", b->name);
		CONF_EACH (const struct alert_source, a, &s->alerts)
			if (has_token(&a->keys, *t))
				complain_of_token(l, t, &h->place,
				    "token_sha256: source of alerts", a->name);
		check_ours(l, t, &h->place, "token_sha256");
	}
}

void
settings_check_tokens(struct settings_load *l)
{
	const struct settings *s = l->settings;

	check_tokens(l);
	CONF_EACH (const struct reader_settings, r, &s->readers)
		check_reader(l, r);
	CONF_EACH (const struct alert_source, a, &s->alerts)
		check_keys(l, a);
	CONF_EACH (const struct heartbeat_settings, h, &s->heartbeats)
		check_heartbeat(l, h);
}
