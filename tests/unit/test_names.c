#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/names.h"
#include "lib/text.h"

#define THINGS 400

struct thing {
	char name[16];
	bool in, seen;
};

static void
test_empty(void **state)
{
	struct names n = { 0 };
	size_t at = 0;

	(void)state;
	assert_null(names_find(&n, "a"));
	names_remove(&n, "a");
	assert_null(names_next(&n, &at));
	names_clear(&n);
}

/* Each is found while it is in, and walked over exactly once. */
static void
check(const struct names *n, struct thing *things, size_t count)
{
	struct thing *t;
	size_t at = 0, walked = 0;

	assert_int_equal(n->count, count);
	for (int i = 0; i < THINGS; i++) {
		things[i].seen = false;
		assert_ptr_equal(names_find(n, things[i].name),
		    things[i].in ? &things[i] : NULL);
	}
	for (; (t = names_next(n, &at)) != NULL; walked++) {
		assert_true(t->in && !t->seen);
		t->seen = true;
	}
	assert_int_equal(walked, count);
}

static void
test_in_and_out(void **state)
{
	static struct thing things[THINGS];
	struct names n = { 0 };
	uint64_t random = 3;
	size_t count = 0;

	(void)state;
	for (int i = 0; i < THINGS; i++)
		snprintf(things[i].name, sizeof(things[i].name), "t%d", i);
	for (int step = 0; step < 20000; step++) {
		struct thing *t;

		random = random * UINT64_C(6364136223846793005) + 1;
		t = &things[(random >> 33) % THINGS];
		if (t->in) {
			names_remove(&n, t->name);
			count--;
		} else {
			names_remove(&n, t->name); /* not in: no harm */
			names_add(&n, t->name, t);
			count++;
		}
		t->in = !t->in;
		if (step % 100 == 0)
			check(&n, things, count);
	}
	names_clear(&n);
}

/* Removed while walked over: none is left out, none that stays is lost. */
static void
test_remove_while_walking(void **state)
{
	static struct thing things[THINGS];

	(void)state;
	for (size_t count = 1; count < THINGS; count += 7) {
		struct names n = { 0 };
		struct thing *t;
		size_t at = 0, left = 0;

		for (size_t i = 0; i < count; i++) {
			snprintf(things[i].name, sizeof(things[i].name), "t%zu",
			    i);
			things[i].in = i % 3 == 0;
			left += things[i].in;
			names_add(&n, things[i].name, &things[i]);
		}
		while ((t = names_next(&n, &at)) != NULL)
			if (!t->in)
				names_remove_at(&n, &at);
		assert_int_equal(n.count, left);
		for (size_t i = 0; i < count; i++)
			assert_ptr_equal(names_find(&n, things[i].name),
			    things[i].in ? &things[i] : NULL);
		names_clear(&n);
	}
}

static void
test_hash(void **state)
{
	(void)state;
	assert_true(names_hash("a", 0) != names_hash("b", 0));
	/* As its authors publish it: where a client lives hangs on it. */
	assert_true(names_fnv("", 0) == UINT64_C(0xcbf29ce484222325));
	assert_true(names_fnv("a", 0) == UINT64_C(0xaf63dc4c8601ec8c));
	assert_true(names_fnv("foobar", 0) == UINT64_C(0x85944171f73967e8));
	assert_true(names_hash("a", 0) != names_hash("a", 1));
	assert_true(names_hash("a", 7) == names_hash("a", 7));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_in_and_out),
		cmocka_unit_test(test_remove_while_walking),
		cmocka_unit_test(test_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
