#ifndef LIB_HEAP_H
#define LIB_HEAP_H

#include <stddef.h>
#include <stdint.h>

/*
 * heap: what is due next, of any number of things.
 *
 * A node lives in the thing that waits by it, and owner says which one that
 * is; it is in at most one heap.  Of those due at one instant the one of the
 * lower rank comes first.  Zeroed memory is an empty heap, or a node that is
 * in none.  Putting in, moving and removing cost the logarithm of the count.
 */
struct heap_node {
	int64_t at_ms;
	uint64_t rank;
	void *owner;
	size_t place; /* in the heap, from 1; 0: in none */
};

struct heap {
	struct heap_node **nodes; /* NULL while nothing was ever in it */
	size_t count, room;
};

void heap_clear(struct heap *);
/* Put a node in, or move it. */
void heap_set(struct heap *, struct heap_node *, int64_t at_ms);
/* Harmless for one that is in no heap. */
void heap_remove(struct heap *, struct heap_node *);
struct heap_node *heap_first(const struct heap *); /* or NULL */

#endif
