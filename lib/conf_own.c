/*
 * What a filled struct owns: releasing it, and copying it by inheritance.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/conf.h"
#include "lib/text.h"

static void
clear_text(char **text)
{
	free(*text);
	*text = NULL;
}

static void
clear_secret(char **text)
{
	if (*text != NULL)
		explicit_bzero(*text, strlen(*text));
	clear_text(text);
}

static void
clear_strings(struct conf_list *list)
{
	CONF_EACH (char *, text, list)
		free(*text);
	free(list->items);
	*list = (struct conf_list){ 0 };
}

static void
clear_list(const struct conf_table *table, struct conf_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		conf_clear(table, (char *)list->items + i * table->size);
	free(list->items);
	*list = (struct conf_list){ 0 };
}

static void
clear_field(const struct conf_field *f, void *member)
{
	switch (f->type) {
	case CONF_STRING:
	case CONF_NAME:
	case CONF_ZONE:
		clear_text(member);
		break;
	case CONF_SECRET:
		clear_secret(member);
		break;
	case CONF_STRINGS:
		clear_strings(member);
		break;
	case CONF_STRUCT:
	case CONF_INLINE:
		conf_clear(f->item, member);
		break;
	case CONF_LIST:
		clear_list(f->item, member);
		break;
	default:
		break;
	}
}

void
conf_clear(const struct conf_table *table, void *from)
{
	const struct conf_field *f;

	for (f = table->fields; f->key != NULL; f++)
		clear_field(f, (char *)from + f->offset);
}

static void
copy_strings(struct conf_list *into, const struct conf_list *from)
{
	clear_strings(into);
	if (from->count == 0)
		return;
	into->items = mem_alloc(from->count * sizeof(char *));
	CONF_EACH (char *const, text, from)
		((char **)into->items)[into->count++] = mem_text(*text);
}

/* How much of a field is its plain value; texts and lists are not. */
static size_t
size_of(enum conf_type type)
{
	if (type == CONF_BOOL)
		return sizeof(bool);
	return type == CONF_CHOICE ? sizeof(int) : sizeof(int64_t);
}

static void copy_list(const struct conf_table *, struct conf_list *into,
    const struct conf_list *from);

static void
copy_field(const struct conf_field *f, void *into, const void *from)
{
	const char *const *text = from;

	switch (f->type) {
	case CONF_STRING:
	case CONF_NAME:
	case CONF_ZONE:
	case CONF_SECRET:
		clear_text(into);
		*(char **)into = *text == NULL ? NULL : mem_text(*text);
		break;
	case CONF_STRINGS:
		copy_strings(into, from);
		break;
	case CONF_LIST:
		copy_list(f->item, into, from);
		break;
	case CONF_STRUCT:
	case CONF_INLINE:
	case CONF_RESERVED:
		break; /* a struct is inherited by its fields, or not at all */
	default:
		memcpy(into, from, size_of(f->type));
		break;
	}
}

/* Of structs that hold nothing but values and texts. */
static void
copy_list(const struct conf_table *table, struct conf_list *into,
    const struct conf_list *from)
{
	const struct conf_field *f;

	clear_list(table, into);
	if (from->count == 0)
		return;
	into->items = mem_alloc(from->count * table->size);
	into->count = from->count;
	for (size_t i = 0; i < from->count * table->size; i += table->size)
		for (f = table->fields; f->key != NULL; f++)
			copy_field(f, (char *)into->items + i + f->offset,
			    (const char *)from->items + i + f->offset);
}

void
conf_inherit(const struct conf_table *table, void *into, const void *from)
{
	const struct conf_field *f;
	uint64_t have, theirs, bit;

	memcpy(&have, (char *)into + table->given_offset, sizeof(have));
	memcpy(&theirs, (const char *)from + table->given_offset,
	    sizeof(theirs));
	for (f = table->fields; f->key != NULL; f++) {
		bit = UINT64_C(1) << (f - table->fields);
		if (f->type == CONF_STRUCT &&
		    f->item->given_offset != CONF_NONE)
			conf_inherit(f->item, (char *)into + f->offset,
			    (const char *)from + f->offset);
		if ((have & bit) || !(theirs & bit))
			continue;
		copy_field(f, (char *)into + f->offset,
		    (const char *)from + f->offset);
		have |= bit;
	}
	memcpy((char *)into + table->given_offset, &have, sizeof(have));
}
