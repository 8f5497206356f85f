/* shard_tables: everything that is found by its name. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

/* Until names are taken up everything is called by its key. */
struct target *
shard_target(struct shard *s, const char *key)
{
	const char *slash = strchr(key, '/');
	struct target *t;

	HASH_FIND_STR(s->targets, key, t);
	if (t != NULL)
		return t;
	if (slash == NULL || slash - key >= NAME_ROOM ||
	    strlen(key) >= TARGET_ROOM)
		return NULL;
	t = mem_alloc(sizeof(*t));
	text_copy(t->id, sizeof(t->id), key);
	text_copy(t->key, sizeof(t->key), key);
	memcpy(t->client, key, (size_t)(slash - key));
	watcher_init(&t->watcher);
	t->due.owner = t;
	t->dirty_ms = t->edge_ms = NEVER;
	t->judged_ms = BEFORE_ALL;
	HASH_ADD_STR(s->targets, id, t);
	return t;
}

struct agent *
shard_agent(struct shard *s, const char *name)
{
	struct agent *a;

	HASH_FIND_STR(s->agents, name, a);
	if (a != NULL || strlen(name) >= NAME_ROOM)
		return a;
	a = mem_alloc(sizeof(*a));
	text_copy(a->name, sizeof(a->name), name);
	a->region = -1;
	a->known_ms = s->now_ms;
	HASH_ADD_STR(s->agents, name, a);
	return a;
}

struct agreed *
shard_agreed(struct shard *s, const char *client)
{
	struct agreed *a;

	HASH_FIND_STR(s->agreed, client, a);
	if (a != NULL || strlen(client) >= NAME_ROOM)
		return a;
	a = mem_alloc(sizeof(*a));
	text_copy(a->client, sizeof(a->client), client);
	HASH_ADD_STR(s->agreed, client, a);
	return a;
}

struct slot *
shard_slot(struct shard *s, const struct target *t)
{
	char name[TARGET_ROOM + 1];
	struct slot *slot;

	if (t->platform[0] != '\0')
		text_copy(name, sizeof(name), t->platform);
	else
		text_format(name, sizeof(name), "=%s", t->key);
	HASH_FIND_STR(s->slots, name, slot);
	if (slot != NULL)
		return slot;
	slot = mem_alloc(sizeof(*slot));
	text_copy(slot->name, sizeof(slot->name), name);
	HASH_ADD_STR(s->slots, name, slot);
	return slot;
}

struct cause *
shard_cause(struct shard *s, const char *subject)
{
	struct cause *c;

	HASH_FIND_STR(s->causes, subject, c);
	if (c != NULL)
		return c;
	assert(strlen(subject) < SUBJECT_ROOM);
	c = mem_alloc(sizeof(*c));
	text_copy(c->subject, sizeof(c->subject), subject);
	HASH_ADD_STR(s->causes, subject, c);
	return c;
}

void
shard_forget_cause(struct shard *s, struct cause *c)
{
	HASH_DEL(s->causes, c);
	free(c);
}

static void
free_target(struct target *t)
{
	for (size_t i = 0; i < REGIONS_MAX; i++) {
		if (t->series[i] == NULL)
			continue;
		runs_clear(&t->series[i]->runs);
		free(t->series[i]->detail);
		free(t->series[i]);
	}
	ledger_terms_clear(&t->steps);
	interval_set_clear(&t->held);
	free(t->terms);
	free(t->booked);
	free(t);
}

void
shard_free_tables(struct shard *s)
{
	struct target *t = s->targets, *t_next;
	struct slot *slot = s->slots, *slot_next;
	struct agent *agent = s->agents, *agent_next;
	struct agreed *agreed = s->agreed, *agreed_next;
	struct cause *cause = s->causes, *cause_next;

	/* The tables go first; their members still know who is next. */
	HASH_CLEAR(hh, s->targets);
	HASH_CLEAR(hh, s->slots);
	HASH_CLEAR(hh, s->agents);
	HASH_CLEAR(hh, s->agreed);
	HASH_CLEAR(hh, s->causes);
	for (; t != NULL; t = t_next) {
		t_next = t->hh.next;
		free_target(t);
	}
	for (; slot != NULL; slot = slot_next) {
		slot_next = slot->hh.next;
		free(slot);
	}
	for (; agent != NULL; agent = agent_next) {
		agent_next = agent->hh.next;
		free(agent);
	}
	for (; agreed != NULL; agreed = agreed_next) {
		agreed_next = agreed->hh.next;
		ledger_agreements_clear(&agreed->list);
		shard_free_budget(agreed);
		shard_free_windows(agreed);
		shard_free_claims(agreed);
		free(agreed);
	}
	for (; cause != NULL; cause = cause_next) {
		cause_next = cause->hh.next;
		free(cause);
	}
}
