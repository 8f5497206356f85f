/*
 * renames: see renames.h.
 *
 * Two tables: by key, and by name whoever was ever given it, so that it takes
 * no longer to find whose a name is when many others were renamed.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "lib/interval.h"
#include "lib/record.h"
#include "lib/renames.h"
#include "lib/text.h"

struct step {
	int64_t from_ms;
	char name[RENAMES_NAME_ROOM];
};

struct renames_item {
	char key[RENAMES_NAME_ROOM];
	struct step *steps; /* one at least, none earlier than one before */
	size_t count;
	size_t nth; /* the table is in this order */
	UT_hash_handle hh;
};

struct renames_called {
	char name[RENAMES_NAME_ROOM];
	struct renames_item **by; /* one at least, each once, in order */
	size_t count;
	UT_hash_handle hh;
};

static void
item_free(struct renames_item *i)
{
	free(i->steps);
	free(i);
}

static void
called_free(struct renames_called *c)
{
	free(c->by);
	free(c);
}

static void
clear_called(struct renames *r)
{
	struct renames_called *c = r->called, *next;

	HASH_CLEAR(hh, r->called);
	for (; c != NULL; c = next) {
		next = c->hh.next;
		called_free(c);
	}
}

void
renames_clear(struct renames *r)
{
	struct renames_item *i = r->items, *next;

	clear_called(r);
	HASH_CLEAR(hh, r->items);
	for (; i != NULL; i = next) {
		next = i->hh.next;
		item_free(i);
	}
}

static struct renames_item *
find(const struct renames *r, const char *key)
{
	struct renames_item *i;

	HASH_FIND_STR(r->items, key, i);
	return i;
}

/* ---- who was given a name ---- */

static struct renames_called *
find_called(const struct renames *r, const char *name)
{
	struct renames_called *c;

	HASH_FIND_STR(r->called, name, c);
	return c;
}

static struct renames_called *
called_of(struct renames *r, const char *name)
{
	struct renames_called *c = find_called(r, name);

	if (c != NULL)
		return c;
	c = mem_alloc(sizeof(*c));
	text_copy(c->name, sizeof(c->name), name);
	HASH_ADD_STR(r->called, name, c);
	return c;
}

static void
note(struct renames *r, const char *name, struct renames_item *i)
{
	struct renames_called *c = called_of(r, name);
	size_t at = c->count;

	while (at > 0 && c->by[at - 1]->nth > i->nth)
		at--;
	if (at > 0 && c->by[at - 1] == i)
		return;
	c->by = mem_grow(c->by, (c->count + 1) * sizeof(struct renames_item *));
	memmove(c->by + at + 1, c->by + at,
	    (c->count - at) * sizeof(struct renames_item *));
	c->by[at] = i;
	c->count++;
}

static bool
had(const struct renames_item *i, const char *name)
{
	for (size_t k = 0; k < i->count; k++)
		if (strcmp(i->steps[k].name, name) == 0)
			return true;
	return false;
}

/* It was noted, and is not of it any more. */
static void
forget(struct renames *r, const char *name, const struct renames_item *i)
{
	struct renames_called *c = find_called(r, name);
	size_t at = 0;

	while (c->by[at] != i)
		at++;
	c->count--;
	memmove(c->by + at, c->by + at + 1,
	    (c->count - at) * sizeof(struct renames_item *));
	if (c->count > 0)
		return;
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
	HASH_DEL(r->called, c);
	called_free(c);
}

/* The oldest step goes. */
static void
drop_step(struct renames *r, struct renames_item *i)
{
	struct step first = i->steps[0];

	i->count--;
	memmove(i->steps, i->steps + 1, i->count * sizeof(*i->steps));
	if (!had(i, first.name))
		forget(r, first.name, i);
}

static void
drop(struct renames *r, struct renames_item *i)
{
	while (i->count > 0) {
		const char *name = i->steps[--i->count].name;

		if (!had(i, name))
			forget(r, name, i);
	}
	HASH_DEL(r->items, i);
	item_free(i);
}

static void
add(struct renames *r, struct renames_item *i)
{
	i->nth = r->added++;
	HASH_ADD_STR(r->items, key, i);
	for (size_t k = 0; k < i->count; k++)
		note(r, i->steps[k].name, i);
}

/* ---- records ---- */

/* Of one client, and nothing that could be another field of a record. */
static bool
is_name(const char *name, const char *key)
{
	size_t client = strcspn(key, "/");

	if (name == NULL || strlen(name) >= RENAMES_NAME_ROOM ||
	    strncmp(name, key, client) != 0 || name[client] != '/' ||
	    name[client + 1] == '\0')
		return false;
	for (; *name != '\0'; name++)
		if (*name <= ' ' || *name > '~' || *name == '|')
			return false;
	return true;
}

static bool
read_step(const json_t *o, const char *key, int64_t after_ms, struct step *out)
{
	const char *name = record_string(o, "name");
	int64_t from_ms = record_int(o, "from", -1);

	if (!is_name(name, key) || from_ms < after_ms || from_ms > TIME_MAX)
		return false;
	out->from_ms = from_ms;
	text_copy(out->name, sizeof(out->name), name);
	return true;
}

static struct renames_item *
read_item(const char *key, const json_t *list)
{
	size_t count = json_array_size(list);
	struct renames_item *i;

	if (count == 0 || count > RENAMES_STEPS_MAX || !is_name(key, key))
		return NULL;
	i = mem_alloc(sizeof(*i));
	text_copy(i->key, sizeof(i->key), key);
	i->steps = mem_alloc(count * sizeof(*i->steps));
	for (; i->count < count; i->count++)
		if (!read_step(json_array_get(list, i->count), key,
			i->count == 0 ? 0 : i->steps[i->count - 1].from_ms,
			&i->steps[i->count])) {
			item_free(i);
			return NULL;
		}
	return i;
}

int
renames_load(struct renames *r, const char *key, const void *value,
    size_t length, char error[160])
{
	json_t *list = json_loadb(value, length, JSON_REJECT_DUPLICATES, NULL);
	struct renames_item *i = read_item(key, list), *before;

	json_decref(list);
	if (i == NULL) {
		text_copy(error, 160, "names: unreadable");
		return -1;
	}
	if ((before = find(r, key)) != NULL)
		drop(r, before);
	add(r, i);
	return 0;
}

char *
renames_encode(const struct renames *r, const char *key)
{
	const struct renames_item *i = find(r, key);
	json_t *list = json_array();
	char *text;

	for (size_t k = 0; i != NULL && k < i->count; k++)
		json_array_append_new(list,
		    json_pack("{s:I, s:s}", "from",
			(json_int_t)i->steps[k].from_ms, "name",
			i->steps[k].name));
	text = record_dump(list);
	json_decref(list);
	return text;
}

bool
renames_cut(struct renames *r, const char *key, int64_t now_ms)
{
	struct renames_item *i = find(r, key);
	bool cut = false;

	for (size_t k = 0; i != NULL && k < i->count; k++)
		if (i->steps[k].from_ms > now_ms) {
			i->steps[k].from_ms = now_ms;
			cut = true;
		}
	return cut;
}

static const char *
name_at(const struct renames_item *i, int64_t at_ms)
{
	const char *name = i->key;

	if (strchr(i->key, '#') != NULL) /* it is no name of anybody */
		name = i->steps[0].name;
	for (size_t k = 0; k < i->count && i->steps[k].from_ms <= at_ms; k++)
		name = i->steps[k].name;
	return name;
}

/* Of two that took it at one instant, since a clock was set back
   (renames_cut), it is whose name it was then. */
static bool
is_later(const struct step *s, int64_t taken_ms, const struct renames_item *i,
    int64_t at_ms)
{
	return s->from_ms > taken_ms ||
	    (s->from_ms == taken_ms && strcmp(name_at(i, at_ms), s->name) == 0);
}

/* Who took a name last by then, and when; NULL: nobody did. */
static const struct renames_item *
taker(const struct renames *r, const char *name, int64_t at_ms,
    int64_t *taken_ms)
{
	const struct renames_called *c = find_called(r, name);
	const struct renames_item *found = NULL;

	*taken_ms = -1;
	for (size_t n = 0; c != NULL && n < c->count; n++) {
		const struct renames_item *i = c->by[n];

		if (r->looks != NULL)
			++*r->looks;
		for (size_t k = 0; k < i->count; k++)
			if (i->steps[k].from_ms <= at_ms &&
			    strcmp(i->steps[k].name, name) == 0 &&
			    is_later(&i->steps[k], *taken_ms, i, at_ms)) {
				found = i;
				*taken_ms = i->steps[k].from_ms;
			}
	}
	return found;
}

static struct renames_item *
item_of(struct renames *r, const char *key)
{
	struct renames_item *i = find(r, key);

	if (i != NULL)
		return i;
	i = mem_alloc(sizeof(*i));
	text_copy(i->key, sizeof(i->key), key);
	add(r, i);
	return i;
}

void
renames_add(struct renames *r, const char *key, int64_t from_ms,
    const char *name)
{
	struct renames_item *i = item_of(r, key);
	int64_t taken_ms;

	taker(r, name, TIME_MAX, &taken_ms);
	if (from_ms <= taken_ms)
		from_ms = taken_ms + 1;
	if (i->count > 0 && from_ms <= i->steps[i->count - 1].from_ms)
		from_ms = i->steps[i->count - 1].from_ms + 1;
	if (from_ms > TIME_MAX) /* of a record that says so: to be read */
		from_ms = TIME_MAX;
	if (i->count == RENAMES_STEPS_MAX)
		drop_step(r, i);
	i->steps = mem_grow(i->steps, (i->count + 1) * sizeof(*i->steps));
	i->steps[i->count].from_ms = from_ms;
	text_copy(i->steps[i->count].name, RENAMES_NAME_ROOM, name);
	i->count++;
	note(r, i->steps[i->count - 1].name, i);
}

const char *
renames_name(const struct renames *r, const char *key, int64_t at_ms)
{
	const struct renames_item *i = find(r, key);

	return i != NULL ? name_at(i, at_ms) : key;
}

const char *
renames_now(const struct renames *r, const char *name, int64_t at_ms)
{
	return renames_name(r, renames_key(r, name, at_ms), TIME_MAX);
}

const char *
renames_present(const struct renames *r, const char *name)
{
	return renames_now(r, name, TIME_MAX);
}

int64_t
renames_since(const struct renames *r, const char *key)
{
	const struct renames_item *i = find(r, key);

	return i != NULL ? i->steps[i->count - 1].from_ms : 0;
}

const char *
renames_key(const struct renames *r, const char *name, int64_t at_ms)
{
	int64_t taken_ms;
	const struct renames_item *i = taker(r, name, at_ms, &taken_ms);

	return i != NULL ? i->key : name;
}

const char *
renames_key_next(const struct renames *r, const char *name, int64_t at_ms)
{
	const struct renames_called *c = find_called(r, name);
	int64_t first_ms = INT64_MAX;
	const char *key = NULL;

	for (size_t n = 0; c != NULL && n < c->count; n++)
		for (size_t k = 0; k < c->by[n]->count; k++) {
			const struct step *s = &c->by[n]->steps[k];

			if (s->from_ms > at_ms && s->from_ms < first_ms &&
			    strcmp(s->name, name) == 0) {
				first_ms = s->from_ms;
				key = c->by[n]->key;
			}
		}
	return key;
}

void
renames_spare(const struct renames *r, const char *name,
    char out[RENAMES_NAME_ROOM])
{
	int64_t taken_ms;
	unsigned n = 2;

	do
		text_format(out, RENAMES_NAME_ROOM, "%s#%u", name, n);
	while (n++ < 9999 &&
	    (find(r, out) != NULL ||
		taker(r, out, TIME_MAX, &taken_ms) != NULL));
}

const char *
renames_nth(const struct renames *r, const char *key, size_t n)
{
	const struct renames_item *i = find(r, key);

	return i != NULL && n < i->count ? i->steps[n].name : NULL;
}
