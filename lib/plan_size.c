/*
 * plan_size: how large a region's plan would be, reckoned without making it.
 * It names the fields as plan_json.c writes them; a test compares the two.
 */
#include <string.h>

#include "lib/plan_parts.h"
#include "lib/settings.h"

static const char frame[] =
    "{\"allow_networks\":[],\"body_max\":,\"connect_ms\":,\"contains\":[],"
    "\"first_byte_ms\":,"
    "\"head\":,\"id\":\"\",\"interval_ms\":,\"lacks\":[],\"platform\":\"\","
    "\"redirects\":,\"shard\":,\"slow_ms\":,\"status\":[],\"timeout_ms\":,"
    "\"tls_ms\":,\"url\":\"\"},";

#define SHARD_DIGITS 2

static size_t
digits(int64_t number)
{
	size_t n = 1;

	for (; number > 9; number /= 10)
		n++;
	return n;
}

/* Texts with control characters are refused before. */
static size_t
text_size(const char *text)
{
	size_t size = 0;

	for (; text != NULL && *text != '\0'; text++)
		size += *text == '"' || *text == '\\' ? 2 : 1;
	return size;
}

static size_t
texts_size(const struct conf_list *list)
{
	size_t size = list->count > 0 ? list->count - 1 : 0;

	CONF_EACH (char *const, text, list)
		size += text_size(*text) + strlen("\"\"");
	return size;
}

/* "200" becomes [200,200], "200-299" [200,299]. */
static size_t
status_size(const struct conf_list *list)
{
	size_t size = list->count > 0 ? list->count - 1 : 0;

	return size + list->count * strlen("[200,299]");
}

static size_t
endpoint_size(const struct endpoint *e)
{
	const struct probe_settings *s = &e->probe;
	const int64_t numbers[] = { s->body_max, s->connect_ms,
		s->first_byte_ms, s->interval_ms, s->redirects, s->slow_ms,
		s->timeout_ms, s->tls_ms };
	size_t size = strlen(frame) + SHARD_DIGITS;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		size += digits(numbers[i]);
	size += e->method != NULL && strcmp(e->method, "head") == 0
	    ? strlen("true")
	    : strlen("false");
	size += text_size(e->id) + text_size(e->url);
	size += text_size(e->platform != NULL ? e->platform->name : NULL);
	return size + texts_size(&s->contains) + texts_size(&s->lacks) +
	    texts_size(&s->allow_networks) + status_size(&s->status);
}

size_t
plan_size(const struct settings *s, const char *region, size_t *endpoints)
{
	size_t size = 0;

	*endpoints = 0;
	CONF_EACH (const struct client, c, &s->clients)
		CONF_EACH (const struct endpoint, e, &c->endpoints) {
			if (!plan_is_for(e, region))
				continue;
			size += endpoint_size(e);
			(*endpoints)++;
		}
	return size + PLAN_HEAD_MAX;
}
