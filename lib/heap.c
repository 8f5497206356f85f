/* heap: see heap.h.  nodes[i] has place i + 1, its parent place / 2. */
#include <stdbool.h>
#include <stdlib.h>

#include "lib/heap.h"
#include "lib/text.h"

void
heap_clear(struct heap *h)
{
	free(h->nodes);
	*h = (struct heap){ NULL, 0, 0 };
}

static bool
is_before(const struct heap_node *a, const struct heap_node *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->rank < b->rank;
}

static void
set_place(struct heap *h, struct heap_node *n, size_t place)
{
	h->nodes[place - 1] = n;
	n->place = place;
}

static void
rise(struct heap *h, struct heap_node *n)
{
	size_t place = n->place;

	while (place > 1 && is_before(n, h->nodes[place / 2 - 1])) {
		set_place(h, h->nodes[place / 2 - 1], place);
		place /= 2;
	}
	set_place(h, n, place);
}

static void
sink(struct heap *h, struct heap_node *n)
{
	size_t place = n->place, child;

	while ((child = 2 * place) <= h->count) {
		if (child < h->count &&
		    is_before(h->nodes[child], h->nodes[child - 1]))
			child++;
		if (!is_before(h->nodes[child - 1], n))
			break;
		set_place(h, h->nodes[child - 1], place);
		place = child;
	}
	set_place(h, n, place);
}

void
heap_set(struct heap *h, struct heap_node *n, int64_t at_ms)
{
	if (n->place == 0) {
		if (h->count == h->room) {
			h->room = 2 * h->room + 16;
			h->nodes = mem_grow(h->nodes, h->room * sizeof(void *));
		}
		n->place = ++h->count;
	}
	n->at_ms = at_ms;
	rise(h, n);
	sink(h, n);
}

void
heap_remove(struct heap *h, struct heap_node *n)
{
	struct heap_node *last;

	if (n->place == 0)
		return;
	last = h->nodes[--h->count];
	if (last != n) {
		set_place(h, last, n->place);
		rise(h, last);
		sink(h, last);
	}
	n->place = 0;
}

struct heap_node *
heap_first(const struct heap *h)
{
	return h->count > 0 ? h->nodes[0] : NULL;
}
