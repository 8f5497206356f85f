/* api_lists_feeds: see the header. */
#include <stdlib.h>
#include <string.h>

#include "collector/api_lists_feeds.h"
#include "lib/text.h"

void
api_feeds_add(struct api_feeds *f, const char *name, const struct ledger *l,
    size_t place)
{
	if (f->count == f->room) {
		f->room = 2 * f->room + 64;
		f->items = mem_grow(f->items, f->room * sizeof(*f->items));
	}
	f->items[f->count++] =
	    (struct api_feed){ .name = name, .ledger = l, .place = place };
}

static int
by_name(const void *a, const void *b)
{
	const struct api_feed *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void
api_feeds_sort(struct api_feeds *f)
{
	if (f->count > 0)
		qsort(f->items, f->count, sizeof(*f->items), by_name);
	for (size_t i = 0; i < f->count; i++) {
		f->items[i].node.rank = i;
		f->items[i].node.owner = &f->items[i];
	}
}

/* A heap has the earliest first: the later the less. */
void
api_feeds_set(struct api_feeds *f, struct api_feed *feed, int64_t at_ms)
{
	heap_set(&f->heap, &feed->node, -at_ms);
}

void
api_feeds_end(struct api_feeds *f, struct api_feed *feed)
{
	heap_remove(&f->heap, &feed->node);
}

struct api_feed *
api_feeds_first(const struct api_feeds *f)
{
	struct heap_node *first = heap_first(&f->heap);

	return first != NULL ? first->owner : NULL;
}

void
api_feeds_clear(struct api_feeds *f)
{
	heap_clear(&f->heap);
	free(f->items);
	*f = (struct api_feeds){ 0 };
}
