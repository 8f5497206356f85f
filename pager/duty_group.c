/* Open incidents by a name that they share: a member's, or a platform's. */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/duty_parts.h"

const struct duty_group *
duty_group(const struct duty_group *groups, const char *name)
{
	struct duty_group *g;

	HASH_FIND_STR(groups, name, g);
	return g;
}

static struct duty_group *
group_of(struct duty_group **groups, const char *name)
{
	size_t length = strlen(name);
	struct duty_group *g;

	HASH_FIND(hh, *groups, name, length, g);
	if (g != NULL)
		return g;
	g = mem_alloc(sizeof(*g) + length + 1);
	memcpy(g->name, name, length);
	HASH_ADD(hh, *groups, name[0], length, g);
	return g;
}

void
duty_group_add(struct duty_group **groups, const char *name,
    struct incident *inc)
{
	struct duty_group *g = group_of(groups, name);
	size_t i = g->count;

	while (i > 0 && g->items[i - 1]->number > inc->number)
		i--;
	if (i > 0 && g->items[i - 1] == inc)
		return; /* known */
	g->items = mem_grow(g->items, (g->count + 1) * sizeof(*g->items));
	memmove(&g->items[i + 1], &g->items[i],
	    (g->count - i) * sizeof(*g->items));
	g->items[i] = inc;
	g->count++;
}

static void
group_free(struct duty_group **groups, struct duty_group *g)
{
	HASH_DEL(*groups, g);
	free(g->items);
	free(g);
}

void
duty_group_remove(struct duty_group **groups, const char *name,
    const struct incident *inc)
{
	struct duty_group *g;
	size_t i = 0;

	HASH_FIND_STR(*groups, name, g);
	if (g == NULL)
		return;
	while (i < g->count && g->items[i] != inc)
		i++;
	if (i == g->count)
		return;
	g->count--;
	memmove(&g->items[i], &g->items[i + 1],
	    (g->count - i) * sizeof(*g->items));
	if (g->count == 0)
		group_free(groups, g);
}

void
duty_group_clear(struct duty_group **groups)
{
	struct duty_group *g, *next;

	HASH_ITER (hh, *groups, g, next)
		group_free(groups, g);
}
