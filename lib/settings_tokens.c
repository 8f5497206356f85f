/*
 * settings_tokens: no two that show a token, or a key, may share one.
 */
#include <string.h>

#include "lib/settings_inside.h"

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
		CONF_EACH (const struct agent_settings, g, &s->agents)
			if (has_token(&g->tokens, *t))
				complain_of_token(l, t, &a->place,
				    "key_sha256: agent", g->name);
		CONF_EACH (const struct reader_settings, r, &s->readers)
			if (has_token(&r->tokens, *t))
				complain_of_token(l, t, &a->place,
				    "key_sha256: reader", r->name);
	}
}

void
settings_check_tokens(struct settings_load *l)
{
	check_tokens(l);
	CONF_EACH (const struct reader_settings, r, &l->settings->readers)
		check_reader(l, r);
	CONF_EACH (const struct alert_source, a, &l->settings->alerts)
		check_keys(l, a);
}
