/* test_heap: whatever is put, moved and removed, the first comes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/heap.h"
#include "lib/text.h"

struct thing {
	struct heap_node node;
	int64_t at_ms;
};

#define THINGS 500

/* Whatever is put, moved and removed: the first is always the earliest. */
static void
test_the_first_is_the_earliest(void **state)
{
	struct heap h = { 0 };
	struct thing *things = mem_alloc(THINGS * sizeof(*things));
	uint64_t random = 7;

	(void)state;
	assert_null(heap_first(&h));
	for (int step = 0; step < 20000; step++) {
		struct thing *t;

		random = random * UINT64_C(6364136223846793005) + 1;
		t = &things[(random >> 33) % THINGS];
		t->at_ms = (int64_t)(random >> 40) % 1000 + 1;
		if ((random >> 20) % 4 == 0) {
			heap_remove(&h, &t->node);
			heap_remove(&h, &t->node); /* twice is once */
			t->at_ms = 0;
		} else
			heap_set(&h, &t->node, t->at_ms);
		if (step % 50 == 0) {
			int64_t least = INT64_MAX;

			for (int i = 0; i < THINGS; i++)
				if (things[i].at_ms > 0 &&
				    things[i].at_ms < least)
					least = things[i].at_ms;
			if (heap_first(&h) == NULL)
				assert_int_equal(least, INT64_MAX);
			else
				assert_int_equal(heap_first(&h)->at_ms, least);
		}
	}
	while (heap_first(&h) != NULL) {
		int64_t at_ms = heap_first(&h)->at_ms;

		heap_remove(&h, heap_first(&h));
		if (heap_first(&h) != NULL)
			assert_true(heap_first(&h)->at_ms >= at_ms);
	}
	heap_clear(&h);
	free(things);
}

/* At one instant the lower rank goes first, however they came. */
static void
test_rank_decides_ties(void **state)
{
	static const uint64_t ranks[] = { 4, 2, 5, 1, 3, 0 };
	struct heap_node nodes[6] = { { 0 } };
	struct heap h = { 0 };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		nodes[i].rank = ranks[i];
		nodes[i].owner = &nodes[i];
		heap_set(&h, &nodes[i], 1000);
	}
	heap_set(&h, &nodes[2], 999); /* rank 5, but it is due before */
	assert_ptr_equal(heap_first(&h)->owner, &nodes[2]);
	heap_remove(&h, &nodes[2]);
	for (uint64_t rank = 0; rank < 5; rank++) {
		assert_true(heap_first(&h)->rank == rank);
		heap_remove(&h, heap_first(&h));
	}
	assert_null(heap_first(&h));
	heap_clear(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_is_the_earliest),
		cmocka_unit_test(test_rank_decides_ties),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
