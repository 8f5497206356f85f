/*
 * Gathering what the files of a tree say under the root of one.
 */
#include <string.h>

#include "lib/settings_inside.h"

/* What a file that is included may say; "client" is one of "clients". */
static const char *const parts[] = { "agents", "alerts", "calendars",
	"canaries", "channels", "client", "clients", "groups", "heartbeats",
	"include", "ladders", "people", "platforms", "readers", "rotas",
	"slas" };
#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))

static bool
is_part(const char *key)
{
	for (size_t i = 0; i < PART_COUNT; i++)
		if (strcmp(parts[i], key) == 0)
			return true;
	return false;
}

/* Lists of texts: a lone one may stand without a list around it. */
static bool
is_of_texts(const char *key)
{
	return strcmp(key, "canaries") == 0 || strcmp(key, "include") == 0;
}

/* A lone value becomes a list that others can be added to. */
static void
make_list(struct conf_pool *pool, struct conf_node *value)
{
	struct conf_node *item;

	item = conf_node_new(pool, value->kind, &value->place);
	item->text = value->text;
	item->plain = value->plain;
	value->kind = CONF_SEQUENCE;
	conf_node_append(value, item);
}

/* The root's value of this key, made as an empty list if there is none. */
static struct conf_node *
root_list(struct conf_pool *pool, struct conf_node *root, const char *key,
    const struct conf_place *place)
{
	struct conf_node *value = conf_node_get(root, key), *word;

	if (value != NULL) {
		if (value->kind == CONF_SCALAR && is_of_texts(key))
			make_list(pool, value);
		return value;
	}
	word = conf_node_new(pool, CONF_SCALAR, place);
	word->text = key;
	value = conf_node_new(pool, CONF_SEQUENCE, place);
	conf_node_append(root, word);
	conf_node_append(root, value);
	return value;
}

/* What the root has there may be no list; filling it will say so. */
static void
add(struct conf_node *list, struct conf_node *item)
{
	if (list->kind == CONF_SEQUENCE)
		conf_node_append(list, item);
}

static void
give(struct settings_load *l, struct conf_node *root,
    const struct conf_node *key, struct conf_node *value)
{
	bool alone = strcmp(key->text, "client") == 0;
	struct conf_node *list, *next;

	list = root_list(&l->pool, root, alone ? "clients" : key->text,
	    &key->place);
	if (alone || (value->kind == CONF_SCALAR && is_of_texts(key->text))) {
		add(list, value);
		return;
	}
	if (value->kind != CONF_SEQUENCE)
		conf_complain(l->reader.errors, &value->place,
		    "%s: expected a list", key->text);
	for (struct conf_node *n = value->first; n != NULL; n = next) {
		next = n->next;
		n->next = NULL;
		if (value->kind == CONF_SEQUENCE)
			add(list, n);
	}
}

static void
refuse_key(struct settings_load *l, const struct conf_node *key)
{
	const struct conf_field *f = settings_table.fields;
	const char *text = key->kind == CONF_SCALAR ? key->text : "";
	char meant[100];

	while (f->key != NULL && strcmp(f->key, text) != 0)
		f++;
	conf_meant(text, parts, PART_COUNT, meant, sizeof(meant));
	if (f->key != NULL)
		conf_complain(l->reader.errors, &key->place,
		    "%s belongs in the root file, not in one it includes",
		    text);
	else
		conf_complain(l->reader.errors, &key->place,
		    "an included file has no setting \"%.80s\"%s", text, meant);
}

static bool
stands_before(const struct conf_node *file, const struct conf_node *key)
{
	for (struct conf_node *k = file->first; k != key; k = k->next->next)
		if (k->kind == CONF_SCALAR && strcmp(k->text, key->text) == 0)
			return true;
	return false;
}

static void
look_over(struct settings_load *l, const struct conf_node *file)
{
	const struct conf_node *key;

	for (key = file->first; key != NULL; key = key->next->next)
		if (key->kind != CONF_SCALAR || !is_part(key->text))
			refuse_key(l, key);
		else if (stands_before(file, key))
			conf_complain(l->reader.errors, &key->place,
			    "%s is given twice", key->text);
}

static void
gather_included(struct settings_load *l, struct conf_node *root,
    struct conf_node *file)
{
	struct conf_node *key, *value, *next;

	look_over(l, file);
	for (key = file->first; key != NULL; key = next) {
		value = key->next;
		next = value->next;
		value->next = NULL;
		if (key->kind == CONF_SCALAR && is_part(key->text))
			give(l, root, key, value);
	}
}

/* The root may hold a "client:" like any other file; it is taken out. */
static void
gather_own(struct settings_load *l, struct conf_node *root)
{
	struct conf_node *key, *value, *before = NULL;

	for (key = root->first; key != NULL; key = value->next) {
		value = key->next;
		if (key->kind == CONF_SCALAR &&
		    strcmp(key->text, "client") == 0)
			break;
		before = value;
	}
	if (key == NULL)
		return;
	if (before != NULL)
		before->next = value->next;
	else
		root->first = value->next;
	if (value->next == NULL)
		root->last = before;
	value->next = NULL;
	give(l, root, key, value);
}

void
settings_gather(struct settings_load *l, struct conf_node *root,
    struct conf_node *file)
{
	if (file == root)
		gather_own(l, root);
	else
		gather_included(l, root, file);
}
