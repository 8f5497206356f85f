/* journal_copy: see journal_copy.h. */
#include <stdlib.h>

#include "lib/journal_copy.h"
#include "lib/text.h"

static void
drop(struct journal_entry *e)
{
	free(e->field);
	free(e->value);
}

void
journal_copy_clear(struct journal_copy *c)
{
	for (size_t i = 0; i < c->count; i++)
		drop(&c->items[i]);
	free(c->items);
	seal_changes_clear(&c->changes);
	*c = (struct journal_copy){ 0 };
}

void
journal_copy_pass(struct journal_copy *c, const char *value, size_t length)
{
	seal_changes_read(&c->changes, "", value, length); /* whichever line */
}

void
journal_copy_add(struct journal_copy *c, const struct journal_entry *e)
{
	struct journal_entry *into;

	if (c->count == c->room) {
		c->room = c->room * 2 + 64;
		c->items = mem_grow(c->items, c->room * sizeof(*c->items));
	}
	into = &c->items[c->count++];
	*into = *e;
	into->field = mem_copy(e->field, e->field_length);
	into->value = mem_copy(e->value, e->value_length);
	journal_copy_pass(c, e->value, e->value_length);
}

bool
journal_copy_went(const struct journal_copy *c, size_t i)
{
	return names_find(&c->changes.by_id, c->items[i].id) != NULL;
}

void
journal_copy_settle(struct journal_copy *c, const char *oldest)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->count; i++) {
		struct journal_entry *e = &c->items[i];
		bool is_trimmed =
		    oldest != NULL && seal_compare_ids(e->id, oldest) < 0;

		if (is_trimmed || journal_copy_went(c, i))
			drop(e);
		else
			c->items[kept++] = *e;
	}
	c->count = kept;
}
