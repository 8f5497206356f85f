/*
 * settings_stage: an operator's tree, rehearsed on loopback.
 *
 * $SUNWATCH_STAGE may name a JSON file that replaces, after a tree was read,
 * where things are and by which token agents are known, and nothing else:
 *
 *   {"state_dir": ..., "url": ..., "links": ..., "redis": "unix:...",
 *    "agents_address": ..., "pages_address": ..., "pager_address": ...,
 *    "metrics_address": ..., "alerts_address": ...,
 *    "console_address": ..., "console": its URL,
 *    "tokens": {"akl-1": "SHA-256 in hex", ...}}
 *
 * "sunwatch up --conf" makes one, so that the same tree runs here as there.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/settings_inside.h"
#include "lib/text.h"

static void
replace(char **member, const json_t *stage, const char *key)
{
	const char *value = json_string_value(json_object_get(stage, key));

	if (value == NULL)
		return;
	free(*member);
	*member = mem_text(value);
}

/* Loopback needs no certificate, and another's would not fit it. */
static void
replace_listen(struct listen *l, const json_t *stage, const char *key)
{
	if (json_object_get(stage, key) == NULL)
		return;
	replace(&l->address, stage, key);
	free(l->certificate);
	free(l->key);
	l->certificate = l->key = NULL;
}

static void
replace_redis(struct redis_settings *r, const json_t *stage)
{
	if (json_object_get(stage, "redis") == NULL)
		return;
	replace(&r->address, stage, "redis");
	free(r->password);
	r->password = NULL;
	r->wait_replicas = 0;
}

/* Browsers come to loopback, whatever its address is in earnest. */
static void
replace_console(struct settings *s, const json_t *stage)
{
	if (s->listen_console.address == NULL)
		return;
	replace_listen(&s->listen_console, stage, "console_address");
	replace(&s->console.url, stage, "console");
}

static void
replace_tokens(struct settings *s, const json_t *tokens)
{
	CONF_EACH (struct agent_settings, a, &s->agents) {
		const char *hash =
		    json_string_value(json_object_get(tokens, a->name));

		if (hash == NULL)
			continue;
		CONF_EACH (char *, old, &a->tokens)
			free(*old);
		a->tokens.items = mem_grow(a->tokens.items, sizeof(char *));
		((char **)a->tokens.items)[0] = mem_text(hash);
		a->tokens.count = 1;
	}
}

/* The socket moves with the folder. */
static void
replace_state_dir(struct site *site, const json_t *stage)
{
	char path[1024];

	if (json_object_get(stage, "state_dir") == NULL)
		return;
	replace(&site->state_dir, stage, "state_dir");
	text_format(path, sizeof(path), "%s/collector.sock", site->state_dir);
	free(site->collector_socket);
	site->collector_socket = mem_text(path);
}

bool
settings_stage(struct settings *s, struct conf_errors *errors)
{
	const char *path = getenv("SUNWATCH_STAGE");
	struct conf_place place = { .file = path };
	json_error_t why;
	json_t *stage;

	if (path == NULL)
		return true;
	if ((stage = json_load_file(path, 0, &why)) == NULL) {
		conf_complain(errors, &place, "SUNWATCH_STAGE: %s", why.text);
		return false;
	}
	replace_state_dir(&s->site, stage);
	replace(&s->site.url, stage, "url");
	replace(&s->site.links, stage, "links");
	replace_redis(&s->redis, stage);
	replace_listen(&s->listen_agents, stage, "agents_address");
	replace_listen(&s->listen_pages, stage, "pages_address");
	replace_listen(&s->listen_pager, stage, "pager_address");
	if (s->listen_metrics.address != NULL)
		replace_listen(&s->listen_metrics, stage, "metrics_address");
	if (s->listen_alerts.address != NULL)
		replace_listen(&s->listen_alerts, stage, "alerts_address");
	replace_console(s, stage);
	replace_tokens(s, json_object_get(stage, "tokens"));
	json_decref(stage);
	return true;
}
