/* shard_heap: whose time comes first, as a binary heap by due_ms. */
#include "collector/shard_internal.h"
#include "lib/text.h"

static void
put(struct shard *s, size_t i, struct target *t)
{
	s->heap[i] = t;
	t->heap_index = i;
}

static void
sift_up(struct shard *s, size_t i)
{
	struct target *t = s->heap[i];

	while (i > 0 && s->heap[(i - 1) / 2]->due_ms > t->due_ms) {
		put(s, i, s->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	put(s, i, t);
}

static void
sift_down(struct shard *s, size_t i)
{
	struct target *t = s->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= s->heap_count)
			break;
		if (child + 1 < s->heap_count &&
		    s->heap[child + 1]->due_ms < s->heap[child]->due_ms)
			child++;
		if (s->heap[child]->due_ms >= t->due_ms)
			break;
		put(s, i, s->heap[child]);
		i = child;
	}
	put(s, i, t);
}

static void
insert(struct shard *s, struct target *t)
{
	if (s->heap_count == s->heap_room) {
		s->heap_room = s->heap_room * 2 + 16;
		s->heap = mem_grow(s->heap, s->heap_room * sizeof(*s->heap));
	}
	put(s, s->heap_count++, t);
	sift_up(s, t->heap_index);
}

static void
take_out(struct shard *s, size_t i)
{
	struct target *last = s->heap[--s->heap_count];

	s->heap[i]->heap_index = NO_INDEX;
	if (i == s->heap_count)
		return;
	put(s, i, last);
	sift_down(s, i);
	sift_up(s, last->heap_index);
}

/* NEVER: it is not waited for. */
void
shard_schedule(struct shard *s, struct target *t, int64_t due_ms)
{
	if (t->heap_index != NO_INDEX && due_ms == t->due_ms)
		return;
	if (t->heap_index != NO_INDEX)
		take_out(s, t->heap_index);
	t->due_ms = due_ms;
	if (due_ms != NEVER)
		insert(s, t);
}
