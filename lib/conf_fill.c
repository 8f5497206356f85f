/*
 * Filling structs from nodes, as tables of fields say.
 *
 * Nothing stops at the first mistake: a field that is wrong is complained
 * about and left empty (texts are kept, since others may refer to them), and
 * the next one is read.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/conf.h"
#include "lib/conf_reader.h"
#include "lib/text.h"

#define INLINE_MAX 3  /* inline structs in one table */
#define WORDS_MAX 128 /* settings in one table, its inline ones included */

/* A struct being filled; seen has a bit for every field that was written. */
struct target {
	const struct conf_table *table;
	char *into;
	uint64_t seen;
};

/* The struct of a mapping, and those whose keys stand among its own. */
struct frame {
	struct target targets[1 + INLINE_MAX];
	size_t count;
};

/* Say what is wrong with the value of a field that is one text. */
static void
complain_value(struct conf_reader *r, const struct conf_field *f,
    const struct conf_node *node, const char *why)
{
	struct text line = { 0 };
	char limits[80];

	text_addf(&line, "%s: ", f->key);
	if (f->type == CONF_CHOICE) {
		text_add(&line, "expected ");
		for (const struct conf_choice *c = f->choices; c->name; c++)
			text_addf(&line, "%s%s", c->name,
			    c[1].name == NULL       ? ""
				: c[2].name == NULL ? " or "
						    : ", ");
	} else if (strcmp(why, "out of limits") == 0) {
		conf_limits(f, limits, sizeof(limits));
		text_addf(&line, "expected %s", limits);
	} else {
		text_add(&line, why);
	}
	if (f->type == CONF_CHOICE || strcmp(why, "out of limits") == 0 ||
	    strncmp(why, "expected", 8) == 0)
		text_addf(&line, ", not \"%.80s\"", node->text);
	conf_complain(r->errors, &node->place, "%s", line.data);
	text_clear(&line);
}

static bool
is_text(struct conf_reader *r, const struct conf_field *f,
    const struct conf_node *node)
{
	if (node->kind != CONF_SCALAR)
		conf_complain(r->errors, &node->place,
		    "%s: expected one value, not a %s", f->key,
		    node->kind == CONF_MAPPING ? "mapping" : "list");
	else if (node->plain && node->text[0] == '\0')
		conf_complain(r->errors, &node->place, "%s: nothing is given",
		    f->key);
	else
		return true;
	return false;
}

/* Never show what might be the secret itself. */
static void
fill_secret(struct conf_reader *r, const struct conf_field *f,
    const struct conf_node *node, char **member)
{
	const char *value, *why;

	if (r->secrets == NULL ||
	    (r->for_whom != 0 && f->for_whom != 0 &&
		(r->for_whom & f->for_whom) == 0))
		return;
	value = conf_secret(r->secrets, node->place.file, node->text, f->lines,
	    &why);
	if (value != NULL)
		*member = mem_text(value);
	else if (conf_is_reference(node->text))
		conf_complain(r->errors, &node->place, "%s: \"%.80s\": %s",
		    f->key, node->text, why);
	else
		conf_complain(r->errors, &node->place, "%s: %s", f->key, why);
}

static bool
count_fits(struct conf_reader *r, const struct conf_field *f,
    const struct conf_node *node, size_t count)
{
	int64_t n = (int64_t)count;

	if ((f->min == 0 && f->max == 0) || (n >= f->min && n <= f->max))
		return true;
	if (n < f->min)
		conf_complain(r->errors, &node->place,
		    "%s: expected at least %lld", f->key, (long long)f->min);
	else
		conf_complain(r->errors, &node->place,
		    "%s: expected at most %lld, not %zu", f->key,
		    (long long)f->max, count);
	return false;
}

static size_t
count_children(const struct conf_node *node)
{
	size_t count = 0;

	for (const struct conf_node *n = node->first; n != NULL; n = n->next)
		count++;
	return count;
}

static void
fill_strings(struct conf_reader *r, const struct conf_field *f,
    const struct conf_node *node, struct conf_list *list)
{
	struct conf_field item = *f;
	const struct conf_node *n = node;
	size_t count = 1;
	const char *why;
	char **slot;

	if (node->kind == CONF_SEQUENCE) {
		n = node->first;
		count = count_children(node);
	}
	if (!count_fits(r, f, node, count) || count == 0)
		return;
	item.type = CONF_STRING;
	list->items = mem_alloc(count * sizeof(char *));
	for (; count > 0; count--, n = n->next) {
		if (!is_text(r, &item, n))
			continue;
		slot = (char **)list->items + list->count++;
		conf_remember(r, slot, &n->place);
		if (!conf_value(r, &item, n->text, slot, &why))
			complain_value(r, &item, n, why);
	}
	if (list->count == 0) { /* nothing of use: empty lists own nothing */
		free(list->items);
		list->items = NULL;
	}
}

/* A lone value is a list of one, where values stand for whole structs. */
static void
fill_list(struct conf_reader *r, const struct conf_field *f,
    const struct conf_node *node, struct conf_list *list)
{
	const struct conf_node *n = node;
	size_t count = 1;

	if (node->kind == CONF_SEQUENCE) {
		n = node->first;
		count = count_children(node);
	} else if (node->kind == CONF_MAPPING || f->item->parse == NULL) {
		conf_complain(r->errors, &node->place, "%s: expected a list",
		    f->key);
		return;
	}
	if (!count_fits(r, f, node, count) || count == 0)
		return;
	list->items = mem_alloc(count * f->item->size);
	for (; list->count < count; n = n->next)
		conf_fill(r, f->item, n,
		    (char *)list->items + list->count++ * f->item->size);
}

static void
fill_field(struct conf_reader *r, const struct conf_field *f,
    const struct conf_node *node, void *member)
{
	const char *why;

	if (f->type == CONF_STRUCT) {
		conf_fill(r, f->item, node, member);
		return;
	}
	if (f->type == CONF_RESERVED) {
		conf_complain(r->errors, &node->place,
		    "%s is reserved for a later release", f->key);
		return;
	}
	conf_remember(r, member, &node->place);
	if (f->type == CONF_LIST)
		fill_list(r, f, node, member);
	else if (f->type == CONF_STRINGS)
		fill_strings(r, f, node, member);
	else if (!is_text(r, f, node))
		return;
	else if (f->type == CONF_SECRET)
		fill_secret(r, f, node, member);
	else if (!conf_value(r, f, node->text, member, &why))
		complain_value(r, f, node, why);
}

static void
fallback_strings(struct conf_reader *r, const struct conf_field *f,
    struct conf_list *list)
{
	struct conf_field item = *f;
	char *copy = mem_text(f->fallback), *rest = copy, *word;
	const char *why;
	bool ok;

	item.type = CONF_STRING;
	while ((word = strsep(&rest, ",")) != NULL) {
		list->items =
		    mem_grow(list->items, (list->count + 1) * sizeof(char *));
		ok = conf_value(r, &item, word,
		    (char **)list->items + list->count++, &why);
		assert(ok);
		(void)ok;
	}
	free(copy);
}

/* What was not written gets its fallback; those are right by our tests. */
static void
fall_back(struct conf_reader *r, const struct conf_field *f, void *member)
{
	const char *why;
	bool ok = true;

	if (f->type == CONF_STRUCT)
		conf_fill(r, f->item, NULL, member);
	else if (f->fallback != NULL && f->type == CONF_STRINGS)
		fallback_strings(r, f, member);
	else if (f->fallback != NULL)
		ok = conf_value(r, f, f->fallback, member, &why);
	assert(ok);
	(void)ok;
}

/* A place that is NULL: nothing was written.  Not is_read: not what it should
   be, which was said. */
static void
finish(struct conf_reader *r, const struct target *t,
    const struct conf_place *place, bool is_read, bool outer)
{
	const struct conf_table *table = t->table;
	const struct conf_field *f;

	for (f = table->fields; f->key != NULL; f++) {
		if (t->seen & UINT64_C(1) << (f - table->fields))
			continue;
		if (f->required && is_read)
			conf_complain(r->errors, place, "%s lacks \"%s\"",
			    table->what, f->key);
		if (f->type != CONF_INLINE)
			fall_back(r, f, t->into + f->offset);
	}
	if (table->given_offset != CONF_NONE)
		memcpy(t->into + table->given_offset, &t->seen,
		    sizeof(t->seen));
	if (table->place_offset != CONF_NONE && place != NULL && outer)
		memcpy(t->into + table->place_offset, place, sizeof(*place));
}

static void
open_frame(struct frame *frame, const struct conf_table *table, void *into)
{
	const struct conf_field *f;

	*frame = (struct frame){ .targets = { { table, into, 0 } } };
	frame->count = 1;
	for (f = table->fields; f->key != NULL; f++) {
		if (f->type != CONF_INLINE)
			continue;
		assert(frame->count <= INLINE_MAX);
		frame->targets[frame->count++] =
		    (struct target){ f->item, (char *)into + f->offset, 0 };
	}
}

static const struct conf_field *
find_field(struct frame *frame, const char *key, struct target **target)
{
	const struct conf_field *f;

	for (size_t i = 0; i < frame->count; i++) {
		*target = &frame->targets[i];
		for (f = (*target)->table->fields; f->key != NULL; f++)
			if (f->type != CONF_INLINE && strcmp(f->key, key) == 0)
				return f;
	}
	return NULL;
}

static void
complain_unknown(struct conf_reader *r, const struct frame *frame,
    const struct conf_node *key)
{
	const char *words[WORDS_MAX];
	const struct conf_field *f;
	size_t count = 0;
	char meant[100];

	if (key->kind != CONF_SCALAR) {
		conf_complain(r->errors, &key->place,
		    "a setting's name must be a word");
		return;
	}
	for (size_t i = 0; i < frame->count; i++)
		for (f = frame->targets[i].table->fields; f->key; f++)
			if (f->type != CONF_INLINE && count < WORDS_MAX)
				words[count++] = f->key;
	meant[0] = '\0';
	if (!conf_errors_full(r->errors))
		conf_meant(key->text, words, count, meant, sizeof(meant));
	conf_complain(r->errors, &key->place, "%s has no setting \"%.80s\"%s",
	    frame->targets[0].table->what, key->text, meant);
}

static void
complain_twice(struct conf_reader *r, const struct conf_node *mapping,
    const struct conf_node *key)
{
	const struct conf_node *k = mapping->first;

	while (k->kind != CONF_SCALAR || strcmp(k->text, key->text) != 0)
		k = k->next->next;
	conf_complain(r->errors, &key->place,
	    "%s is given twice, first in line %u", key->text, k->place.line);
}

static void
fill_mapping(struct conf_reader *r, struct frame *frame,
    const struct conf_node *mapping)
{
	const struct conf_node *key;
	const struct conf_field *f = NULL;
	struct target *t;
	uint64_t bit;

	for (key = mapping->first; key != NULL; key = key->next->next) {
		if (key->kind == CONF_SCALAR)
			f = find_field(frame, key->text, &t);
		if (key->kind != CONF_SCALAR || f == NULL) {
			complain_unknown(r, frame, key);
			continue;
		}
		bit = UINT64_C(1) << (f - t->table->fields);
		if (t->seen & bit) {
			complain_twice(r, mapping, key);
			continue;
		}
		t->seen |= bit;
		fill_field(r, f, key->next, t->into + f->offset);
	}
}

/* A bare value where a struct is expected. */
static void
fill_short(struct conf_reader *r, struct frame *frame,
    const struct conf_node *node)
{
	struct target *t = &frame->targets[0];
	struct conf_field whole = { t->table->what, CONF_CUSTOM };
	const struct conf_field *f;
	const char *why;

	if (t->table->shorthand != NULL) {
		f = find_field(frame, t->table->shorthand, &t);
		assert(f != NULL);
		t->seen |= UINT64_C(1) << (f - t->table->fields);
		fill_field(r, f, node, t->into + f->offset);
	} else {
		for (f = t->table->fields; f->key != NULL; f++)
			t->seen |= UINT64_C(1) << (f - t->table->fields);
		if (!t->table->parse(node->text, t->into, &why))
			complain_value(r, &whole, node, why);
	}
}

/* A NULL node: nothing was written, everything falls back. */
void
conf_fill(struct conf_reader *r, const struct conf_table *table,
    const struct conf_node *node, void *into)
{
	const struct conf_place *place = node != NULL ? &node->place : NULL;
	bool is_read = node != NULL;
	struct frame frame;

	open_frame(&frame, table, into);
	if (node != NULL && node->kind == CONF_MAPPING)
		fill_mapping(r, &frame, node);
	else if (node != NULL && node->kind == CONF_SCALAR && node->text[0] &&
	    (table->shorthand != NULL || table->parse != NULL))
		fill_short(r, &frame, node);
	else if (node != NULL) {
		conf_complain(r->errors, place, "expected %s as key: value",
		    table->what);
		is_read = false;
	}
	for (size_t i = 0; i < frame.count; i++)
		finish(r, &frame.targets[i], place, is_read, i == 0);
}
