/*
 * seal_changes: what of a journal was replaced by us, as it says itself, and
 * whether that excuses what is not there.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/commit.h"
#include "lib/record.h"
#include "lib/seal_inside.h"

static void
append(struct commit *out, const char *key, int64_t at_ms, const char *by,
    const char *reason, json_t *entries)
{
	json_t *line = json_pack("{s:I, s:s, s:s, s:s, s:o}", "at",
	    (json_int_t)at_ms, "what", "resealed", "by", by, "reason", reason,
	    "entries", entries);
	char *text = record_dump(line);

	commit_append(out, key, text, strlen(text));
	json_decref(line);
	free(text);
}

void
seal_reseal(struct commit *out, const char *journal_key, int64_t at_ms,
    const char *by, const char *reason, const struct seal_replaced *items,
    size_t count)
{
	json_t *entries = NULL;

	for (size_t i = 0; i < count; i++) {
		if (i % SEAL_REPLACED_MAX == 0)
			entries = json_array();
		json_array_append_new(entries,
		    json_pack("[s, s, s]", items[i].id, items[i].bare,
			items[i].now));
		if (i + 1 == count || (i + 1) % SEAL_REPLACED_MAX == 0)
			append(out, journal_key, at_ms, by, reason, entries);
	}
}

static bool
read_change(const json_t *item, struct seal_replaced *out)
{
	const char *id = json_string_value(json_array_get(item, 0));
	const char *bare = json_string_value(json_array_get(item, 1));
	const char *now = json_string_value(json_array_get(item, 2));
	char packed[32];

	if (id == NULL || bare == NULL || now == NULL || !seal_is_id(id) ||
	    !seal_pack_hash(bare, packed) || !seal_pack_hash(now, packed))
		return false;
	text_copy(out->id, sizeof(out->id), id);
	text_copy(out->bare, sizeof(out->bare), bare);
	text_copy(out->now, sizeof(out->now), now);
	return true;
}

/* What is said later of the same replaces what was said before. */
static void
name(struct names *names, const char *text, void *what)
{
	if (names_find(names, text) != NULL)
		names_remove(names, text);
	names_add(names, text, what);
}

/* As much of it as there is room for. */
static void
read_words(const json_t *line, const char *key, char *out, size_t room)
{
	const char *words = record_string(line, key);

	text_copy(out, room, words != NULL ? words : "");
}

static void
keep(struct seal_changes *all, const struct seal_replaced *what, const char *id,
    const json_t *line)
{
	struct seal_change *c = mem_alloc(sizeof(*c));

	c->what = *what;
	text_copy(c->line, sizeof(c->line), id);
	c->at_ms = record_int(line, "at", 0);
	read_words(line, "by", c->by, sizeof(c->by));
	read_words(line, "reason", c->reason, sizeof(c->reason));
	*(all->first == NULL ? &all->first : &all->last->next) = c;
	all->last = c;
	name(&all->by_id, c->what.id, c);
	name(&all->by_now, c->what.now, c);
}

void
seal_changes_read(struct seal_changes *all, const char *id, const char *line,
    size_t length)
{
	struct seal_replaced what;
	json_t *o, *list;

	if (memmem(line, length, "\"resealed\"", 10) == NULL)
		return;
	o = json_loadb(line, length, 0, NULL);
	list = json_object_get(o, "entries");
	if (text_differs(record_string(o, "what"), "resealed")) {
		json_decref(o);
		return;
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		if (read_change(json_array_get(list, i), &what))
			keep(all, &what, id, o);
		else
			all->unsound++;
	json_decref(o);
}

/* An entry that took the place of another one. */
struct seal_stand {
	char stood[SEAL_ID];
	char hash[SEAL_HEX], bare[SEAL_HEX], first[SEAL_HEX];
	struct seal_stand *next;
};

void
seal_changes_stands(struct seal_changes *all, const char *stood,
    const char hash[SEAL_HEX], const char bare[SEAL_HEX],
    const char first[SEAL_HEX])
{
	struct seal_stand *s = mem_alloc(sizeof(*s));

	text_copy(s->stood, sizeof(s->stood), stood);
	text_copy(s->hash, sizeof(s->hash), hash);
	text_copy(s->bare, sizeof(s->bare), bare);
	text_copy(s->first, sizeof(s->first), first);
	s->next = all->stands;
	all->stands = s;
	name(&all->firsts, s->stood, s);
	name(&all->by_bare, s->bare, s);
}

/*
 * An entry that was replaced once stands elsewhere and says where it stood.
 * One that had taken another's place before it was replaced again says the
 * same as what stands now.  Either way nothing but names may differ, and a
 * line must say that what is there took the place of something.
 */
bool
seal_changes_excuse(struct seal_changes *all, const char *id,
    const char bare[SEAL_HEX])
{
	struct seal_change *c = names_find(&all->by_id, id);
	const struct seal_stand *s = names_find(&all->firsts, id);

	if (c == NULL || strcmp(c->what.bare, bare) != 0)
		return false;
	if (s == NULL || strcmp(s->first, bare) != 0)
		s = names_find(&all->by_bare, bare);
	if (s == NULL || names_find(&all->by_now, s->hash) == NULL)
		return false;
	c->is_sealed = true;
	return true;
}

void
seal_changes_clear(struct seal_changes *all)
{
	struct seal_change *c;
	struct seal_stand *s;

	while ((c = all->first) != NULL) {
		all->first = c->next;
		free(c);
	}
	while ((s = all->stands) != NULL) {
		all->stands = s->next;
		free(s);
	}
	names_clear(&all->by_id);
	names_clear(&all->by_now);
	names_clear(&all->firsts);
	names_clear(&all->by_bare);
	*all = (struct seal_changes){ 0 };
}
