/*
 * plan_region: the endpoints of one region as JSON, made piece by piece, and
 * the plans of its agents put together from it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/plan_parts.h"
#include "lib/settings.h"

#define PIECE_BYTES 131072 /* a slice ends after so many */

struct plan_region {
	const struct settings *settings;
	char *region;
	size_t client, endpoint; /* the next to be looked at */
	struct text json;        /* "{...},{...}" */
	char chain[SIGN_HEX];
	bool is_whole;
};

void
plan_chain(char chain[SIGN_HEX], const char *json, size_t length)
{
	char link[2 * SIGN_HEX];

	text_copy(link, sizeof(link), chain);
	sign_sha256(json, length, link + strlen(link));
	sign_sha256(link, strlen(link), chain);
}

void
plan_tag(const char *head, const char chain[SIGN_HEX], char tag[SIGN_HEX])
{
	struct text all = { 0 };

	text_add(&all, head);
	text_add(&all, chain);
	sign_sha256(all.data, all.length, tag);
	text_clear(&all);
}

struct plan_region *
plan_region_new(const struct settings *s, const char *region)
{
	struct plan_region *r = mem_alloc(sizeof(*r));

	r->settings = s;
	r->region = mem_text(region);
	return r;
}

void
plan_region_free(struct plan_region *r)
{
	if (r == NULL)
		return;
	free(r->region);
	text_clear(&r->json);
	free(r);
}

static void
add(struct plan_region *r, const struct client *c, const struct endpoint *from)
{
	struct plan_endpoint e = { 0 };
	size_t at;

	if (!plan_is_for(from, r->region))
		return;
	plan_fill_endpoint(&e, from, settings_shard(r->settings, c->name));
	if (r->json.length > 0)
		text_add(&r->json, ",");
	at = r->json.length;
	plan_encode_endpoint(&e, &r->json);
	plan_clear_endpoint(&e);
	plan_chain(r->chain, r->json.data + at, r->json.length - at);
}

/* The next endpoint of the settings with its client; NULL: there is none. */
static const struct endpoint *
next(struct plan_region *r, const struct client **client)
{
	const struct client *clients = r->settings->clients.items;
	const struct endpoint *endpoints;

	for (; r->client < r->settings->clients.count; r->client++) {
		*client = &clients[r->client];
		endpoints = (*client)->endpoints.items;
		if (r->endpoint < (*client)->endpoints.count)
			return &endpoints[r->endpoint++];
		r->endpoint = 0;
	}
	return NULL;
}

bool
plan_region_more(struct plan_region *r, size_t count)
{
	size_t length = r->json.length;
	const struct endpoint *e;
	const struct client *c;

	while (!r->is_whole && count-- > 0 &&
	    r->json.length - length < PIECE_BYTES) {
		e = next(r, &c);
		if (e != NULL)
			add(r, c, e);
		else
			r->is_whole = true;
	}
	return r->is_whole;
}

const char *
plan_region_json(const struct plan_region *r, size_t *length)
{
	*length = r->json.length;
	return r->json.data != NULL ? r->json.data : "";
}

char *
plan_region_head(const struct plan_region *r, const char *agent,
    char tag[SIGN_HEX])
{
	struct plan *p = plan_head_for(r->settings, agent);
	struct text out = { 0 };
	char *head;

	assert(r->is_whole);
	if (p == NULL)
		return NULL;
	head = plan_encode_head(p);
	plan_free(p);
	plan_tag(head, r->chain, tag);
	text_add_bytes(&out, head, strlen(head) - 1); /* but its brace */
	text_addf(&out, ",\"tag\":\"%s\",\"endpoints\":[", tag);
	free(head);
	return text_take(&out);
}
