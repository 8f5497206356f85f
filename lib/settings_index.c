/*
 * Finding parts of the settings by name.
 */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "lib/names.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

struct settings_entry {
	const char *name; /* borrowed from the item */
	const void *item;
	struct conf_place place;
	UT_hash_handle hh;
};

bool
settings_note(struct settings *s, enum settings_kind kind, const char *name,
    const void *item, const struct conf_place *place, struct conf_place *first)
{
	struct settings_entry *e;

	HASH_FIND_STR(s->inside->names[kind], name, e);
	if (e != NULL) {
		*first = e->place;
		return false;
	}
	e = conf_pool_get(&s->inside->pool, sizeof(*e));
	e->name = name;
	e->item = item;
	e->place = *place;
	HASH_ADD_KEYPTR(hh, s->inside->names[kind], e->name, strlen(e->name),
	    e);
	return true;
}

const void *
settings_find(const struct settings *s, enum settings_kind kind,
    const char *name)
{
	struct settings_entry *e;

	if (name == NULL)
		return NULL;
	HASH_FIND_STR(s->inside->names[kind], name, e);
	return e != NULL ? e->item : NULL;
}

const char **
settings_names(const struct settings *s, enum settings_kind kind, size_t *count)
{
	struct settings_entry *e, *next;
	const char **names;

	*count = 0;
	names = mem_alloc(
	    (HASH_COUNT(s->inside->names[kind]) + 1) * sizeof(*names));
	HASH_ITER (hh, s->inside->names[kind], e, next)
		names[(*count)++] = e->name;
	return names;
}

size_t
settings_count(const struct settings *s, enum settings_kind kind)
{
	return HASH_COUNT(s->inside->names[kind]);
}

void
settings_forget(struct settings *s)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		HASH_CLEAR(hh, s->inside->names[kind]);
	conf_pool_clear(&s->inside->pool);
}

const struct person *
settings_person(const struct settings *s, const char *name)
{
	return settings_find(s, KIND_PERSON, name);
}

const struct rota *
settings_rota(const struct settings *s, const char *name)
{
	return settings_find(s, KIND_ROTA, name);
}

const struct ladder *
settings_ladder(const struct settings *s, const char *name)
{
	return settings_find(s, KIND_LADDER, name);
}

const struct client *
settings_client(const struct settings *s, const char *name)
{
	return settings_find(s, KIND_CLIENT, name);
}

const struct endpoint *
settings_endpoint(const struct settings *s, const char *id)
{
	return settings_find(s, KIND_ENDPOINT, id);
}

const struct endpoint *
settings_endpoint_once(const struct settings *s, const char *id)
{
	const struct endpoint *e = settings_endpoint(s, id);

	return e != NULL ? e : settings_find(s, KIND_FORMER, id);
}

const struct channel_settings *
settings_channel(const struct settings *s, enum channel_kind kind)
{
	CONF_EACH (const struct channel_settings, c, &s->channels)
		if (c->kind == kind)
			return c;
	return NULL;
}

/* Where a client lives must never change with a new release. */
unsigned
settings_shard(const struct settings *s, const char *client)
{
	return (unsigned)(names_fnv(client, 0) % (uint64_t)s->shards);
}
