/*
 * shard_name: endpoints under the names that they have, and had.
 *
 * Every record of an endpoint bears its key, the name that it had first.  So
 * a rename is one record in "names", written with what tells of it: an entry
 * of the journal, and a line for the pager.  In memory a target is found by
 * what it is called now; what arrives under an old name is looked up by the
 * instant at which that was said.
 */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/alarm.h"
#include "lib/record.h"
#include "lib/text.h"

static struct target *
by_name(const struct shard *s, const char *name)
{
	struct target *t;

	HASH_FIND_STR(s->targets, name, t);
	return t;
}

static struct target *
by_key(const struct shard *s, const char *key)
{
	return by_name(s, renames_name(&s->renames, key, TIME_MAX));
}

struct target *
shard_find(const struct shard *s, const char *name)
{
	struct target *t = by_name(s, name);

	return t != NULL ? t
			 : by_key(s, renames_key(&s->renames, name, TIME_MAX));
}

/* What was seen under a name shortly before anybody had it is of who took it
   first, also when that one is called otherwise by now. */
struct target *
shard_find_then(const struct shard *s, const char *name, int64_t at_ms)
{
	struct target *t = by_name(s, name);
	const char *key;

	if (t != NULL && at_ms >= t->named_ms)
		return t;
	t = by_key(s, renames_key(&s->renames, name, at_ms));
	if (t != NULL)
		return t;
	key = renames_key_next(&s->renames, name, at_ms);
	return key != NULL ? by_key(s, key) : NULL;
}

static void
call(struct shard *s, struct target *t, const char *name)
{
	HASH_DEL(s->targets, t);
	text_copy(t->id, sizeof(t->id), name);
	t->named_ms = renames_since(&s->renames, t->key);
	HASH_ADD_STR(s->targets, id, t);
}

void
shard_take_names(struct shard *s)
{
	struct target *t = s->targets, *next;

	/* The table goes first; its members still know who is next. */
	HASH_CLEAR(hh, s->targets);
	for (; t != NULL; t = next) {
		next = t->hh.next;
		text_copy(t->id, sizeof(t->id),
		    renames_name(&s->renames, t->key, TIME_MAX));
		t->named_ms = renames_since(&s->renames, t->key);
		HASH_ADD_STR(s->targets, id, t);
	}
}

static void
put_record(struct shard *s, const struct target *t)
{
	shard_put_text(s, COMMIT_SET, "names", t->key,
	    renames_encode(&s->renames, t->key));
	s->is_urgent = true;
}

void
shard_cut_names(struct shard *s)
{
	for (struct target *t = s->targets; t != NULL; t = t->hh.next) {
		if (!renames_cut(&s->renames, t->key, s->now_ms))
			continue;
		t->named_ms = renames_since(&s->renames, t->key);
		put_record(s, t);
		shard_put_end(s);
	}
}

/* The unit is ended by whoever began it. */
static void
rename_to(struct shard *s, struct target *t, const char *name)
{
	struct alarm a = { .event = ALARM_RENAMED,
		.kind = t->watcher.kind,
		.severity = 4,
		.at_ms = s->now_ms };
	json_t *line;

	text_copy(a.was, sizeof(a.was), t->id);
	text_copy(a.subject, sizeof(a.subject), name);
	text_copy(a.client, sizeof(a.client), t->client);
	text_format(a.text, sizeof(a.text), "was called %s", t->id);
	renames_add(&s->renames, t->key, s->now_ms, name);
	call(s, t, name);
	put_record(s, t);
	line = json_pack("{s:I, s:s, s:s, s:s}", "at", (json_int_t)s->now_ms,
	    "what", "renamed", "subject", t->id, "was", a.was);
	shard_put_text(s, COMMIT_APPEND, "journal", "", record_dump(line));
	json_decref(line);
	shard_put_text(s, COMMIT_APPEND, "out", "", alarm_encode(&a));
}

/* Under the key that the name is of, unless somebody else has that. */
static void
add(struct shard *s, const char *name)
{
	char spare[RENAMES_NAME_ROOM];
	const char *key = renames_key(&s->renames, name, TIME_MAX);
	struct target *t;

	if (by_key(s, key) != NULL) {
		renames_spare(&s->renames, name, spare);
		renames_add(&s->renames, spare, s->now_ms, name);
		key = spare;
	}
	t = shard_target(s, key);
	assert(t != NULL); /* settings have no longer names */
	if (strcmp(key, name) != 0) {
		call(s, t, name);
		put_record(s, t);
		shard_put_end(s);
	}
}

static bool
was_called(const struct shard *s, const struct target *t, const char *name)
{
	const char *had = t->key;

	for (size_t n = 0; had != NULL; n++) {
		if (strcmp(had, name) == 0)
			return true;
		had = renames_nth(&s->renames, t->key, n);
	}
	return false;
}

/*
 * Who is to have that name from now on: whom the settings say ("was"), or, when
 * nobody has it, who had it last.  Not anybody for whom that rename was made
 * before: "was" may stay in a tree, or come back with one, when somebody else
 * has the old name.
 */
static struct target *
heir(const struct shard *s, const struct endpoint *e)
{
	struct target *t = by_name(s, e->id), *was = NULL;

	if (e->was_id != NULL && t != NULL && was_called(s, t, e->was_id))
		return NULL;
	if (e->was_id != NULL)
		was = shard_find(s, e->was_id);
	else if (t == NULL)
		was = shard_find(s, e->id);
	return was == t ? NULL : was;
}

/* What is to be renamed of one client, all by what it is called before. */
struct moves {
	struct move {
		const struct endpoint *to;
		struct target *who;
	} * items;
	size_t count;
};

static bool
is_moving(const struct moves *m, const struct target *t)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->items[i].who == t)
			return true;
	return false;
}

static bool
is_taken(const struct moves *m, const struct endpoint *e)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->items[i].to == e)
			return true;
	return false;
}

static void
take_out(struct moves *m, size_t i)
{
	m->count--;
	memmove(&m->items[i], &m->items[i + 1],
	    (m->count - i) * sizeof(*m->items));
}

/* Who still stands in the settings under its name stays, unless somebody else
   is to have that; which may depend on another one that stays. */
static void
let_stay(const struct shard *s, struct moves *m)
{
	for (size_t i = 0; i < m->count;) {
		const struct endpoint *e =
		    settings_endpoint(s->settings, m->items[i].who->id);

		if (e == NULL || is_taken(m, e)) {
			i++;
			continue;
		}
		take_out(m, i);
		i = 0;
	}
}

static void
find_moves(const struct shard *s, const struct client *c, struct moves *m)
{
	m->items = mem_alloc((c->endpoints.count + 1) * sizeof(*m->items));
	CONF_EACH (const struct endpoint, e, &c->endpoints) {
		struct target *who = heir(s, e);

		if (who != NULL && !is_moving(m, who))
			m->items[m->count++] = (struct move){ e, who };
	}
	let_stay(s, m);
}

/* It is called "acme/learn#2" from now on: its history ends, or waits. */
static void
set_aside(struct shard *s, struct target *t)
{
	char spare[RENAMES_NAME_ROOM];

	renames_spare(&s->renames, t->id, spare);
	rename_to(s, t, spare);
}

/* The first whose new name nobody has who is to move, or count: they move in
   a ring. */
static size_t
first_free(const struct shard *s, const struct moves *m)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct target *t = by_name(s, m->items[i].to->id);

		if (t == NULL || !is_moving(m, t))
			return i;
	}
	return m->count;
}

/*
 * One after another, each before whoever takes its name, so that who reads of
 * one rename at a time is not misled.  Of a ring one is set aside first; until
 * it has its name that is one unit.
 */
static void
make_moves(struct shard *s, struct moves *m)
{
	const struct target *waiting = NULL;

	while (m->count > 0) {
		size_t i = first_free(s, m);
		const struct move *next = &m->items[i % m->count];
		struct target *t = by_name(s, next->to->id);

		if (t != NULL)
			set_aside(s, t);
		if (i == m->count) {
			waiting = t;
			continue;
		}
		rename_to(s, next->who, next->to->id);
		if (next->who == waiting)
			waiting = NULL;
		if (waiting == NULL)
			shard_put_end(s);
		take_out(m, i);
	}
}

void
shard_take_called(struct shard *s, const struct client *c)
{
	struct moves m = { 0 };

	find_moves(s, c, &m);
	make_moves(s, &m);
	free(m.items);
	CONF_EACH (const struct endpoint, e, &c->endpoints)
		if (by_name(s, e->id) == NULL)
			add(s, e->id);
}
