/*
 * What reads: whole hashes of a group, entries of a stream, an agent's seq.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/commit.h"
#include "lib/store_parts.h"
#include "lib/text.h"

/* One store_load(), until the last of its answers. */
struct load {
	struct store *store;
	store_field *field;
	store_end *end;
	void *arg;
	size_t left; /* answers to come */
	bool ok;
};

/* One of its keys. */
struct load_key {
	struct load *load;
	char *key; /* relative */
};

/* False: something in it is no text, so it is not what was asked for. */
static bool
tell_fields(const struct load *l, const char *key, const redisReply *r)
{
	size_t i;

	for (i = 0; i < r->elements; i++)
		if (r->element[i]->type != REDIS_REPLY_STRING)
			return false;
	for (i = 0; i + 1 < r->elements; i += 2)
		l->field(l->arg, key, r->element[i]->str,
		    r->element[i + 1]->str, (size_t)r->element[i + 1]->len);
	return true;
}

static void
on_hash(void *arg, const redisReply *r)
{
	struct load_key *k = arg;
	struct load *l = k->load;

	if (r == NULL)
		l->ok = false;
	else if (r->type != REDIS_REPLY_ARRAY) {
		store_say_refused(l->store, "load", r);
		l->ok = false;
	} else if (l->ok)
		l->ok = tell_fields(l, k->key, r);
	if (--l->left == 0) {
		l->end(l->arg, l->ok);
		free(l);
	}
	free(k->key);
	free(k);
}

void
store_load(struct store *s, const char *group, const char *const *keys,
    store_field *field, store_end *end, void *arg)
{
	struct load *l = mem_alloc(sizeof(*l));
	struct load_key *k;
	size_t i;

	*l = (struct load){ s, field, end, arg, 0, true };
	while (keys[l->left] != NULL)
		l->left++;
	for (i = 0; keys[i] != NULL; i++) {
		k = mem_alloc(sizeof(*k));
		k->load = l;
		k->key = mem_text(keys[i]);
		store_commandf(s, on_hash, k, "HGETALL %s%s", group, keys[i]);
	}
}

struct read {
	struct store *store;
	store_entry *entry;
	store_end *end;
	void *arg;
};

/*
 * An entry is [id, [field, value, ...]]; ours have the one field "d".  The id
 * is written down as a position, so that nothing else may pass for one.
 */
static bool
tell_entry(const struct read *rd, const redisReply *e)
{
	const redisReply *fields;

	if (e->type != REDIS_REPLY_ARRAY || e->elements != 2)
		return false;
	fields = e->element[1];
	if (e->element[0]->type != REDIS_REPLY_STRING ||
	    !commit_is_id(e->element[0]->str) ||
	    fields->type != REDIS_REPLY_ARRAY || fields->elements < 2 ||
	    fields->element[1]->type != REDIS_REPLY_STRING)
		return false;
	rd->entry(rd->arg, e->element[0]->str, fields->element[1]->str,
	    (size_t)fields->element[1]->len);
	return true;
}

static void
on_entries(void *arg, const redisReply *r)
{
	struct read *rd = arg;
	bool ok = r != NULL && r->type == REDIS_REPLY_ARRAY;
	size_t i;

	for (i = 0; ok && i < r->elements; i++)
		ok = tell_entry(rd, r->element[i]);
	if (r != NULL && !ok)
		store_say_refused(rd->store, "read", r);
	rd->end(rd->arg, ok);
	free(rd);
}

void
store_read(struct store *s, const char *group, const char *stream,
    const char *after, int count, store_entry *entry, store_end *end, void *arg)
{
	struct read *rd = mem_alloc(sizeof(*rd));

	*rd = (struct read){ s, entry, end, arg };
	if (after == NULL || after[0] == '\0')
		after = "0-0";
	store_commandf(s, on_entries, rd, "XRANGE %s%s (%s + COUNT %d", group,
	    stream, after, count);
}

struct have {
	struct store *store;
	store_ingested *done;
	void *arg;
	char spool[40];
};

/* "spool seq spool seq", as the ingest script writes it. */
static int64_t
seq_of(const char *line, const char *spool)
{
	size_t length = strlen(spool);

	while (line != NULL && *line != '\0') {
		if (strncmp(line, spool, length) == 0 && line[length] == ' ')
			return strtoll(line + length + 1, NULL, 10);
		if ((line = strchr(line, ' ')) != NULL)
			line = strchr(line + 1, ' ');
		if (line != NULL)
			line++;
	}
	return 0;
}

static void
on_spools(void *arg, const redisReply *r)
{
	struct have *h = arg;

	if (r == NULL)
		h->done(h->arg, STORE_LOST, 0);
	else if (r->type == REDIS_REPLY_STRING)
		h->done(h->arg, STORE_DONE, seq_of(r->str, h->spool));
	else if (r->type == REDIS_REPLY_NIL)
		h->done(h->arg, STORE_DONE, 0);
	else {
		store_say_refused(h->store, "have", r);
		h->done(h->arg, STORE_REFUSED, 0);
	}
	free(h);
}

void
store_have(struct store *s, unsigned shard, const char *agent,
    const char *spool, store_ingested *done, void *arg)
{
	struct have *h = mem_alloc(sizeof(*h));
	char group[16];

	*h = (struct have){ .store = s, .done = done, .arg = arg };
	text_copy(h->spool, sizeof(h->spool), spool);
	store_shard_group(shard, group);
	store_commandf(s, on_spools, h, "HGET %sspools %s", group, agent);
}
