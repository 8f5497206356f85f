/* api_kept: answers that are kept, by their number and by their bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/api_kept.h"
#include "lib/text.h"

static struct api_kept *kept;

static int
begin(void **state)
{
	(void)state;
	kept = api_kept_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	api_kept_free(kept);
	return 0;
}

static const struct api_answer *
add(int key, size_t bytes, int64_t now_ms)
{
	char *body = mem_alloc(bytes + 1), name[24];

	memset(body, 'x', bytes);
	text_format(name, sizeof(name), "%03d", key);
	return api_kept_add(kept, name, body, "\"tag\"", now_ms * 1000);
}

static bool
has(int key, int64_t now_ms)
{
	char name[24];

	text_format(name, sizeof(name), "%03d", key);
	return api_kept_find(kept, name, now_ms * 1000) != NULL;
}

static void
an_answer_is_kept_for_a_second(void **state)
{
	const struct api_answer *x = add(1, 10, 5000);

	(void)state;
	assert_int_equal(x->length, 10);
	assert_string_equal(x->etag, "\"tag\"");
	assert_true(has(1, 5999));
	assert_false(has(2, 5999));
	assert_false(has(1, 6000));
	assert_int_equal(api_kept_bytes(kept), 0);
}

static void
the_same_question_has_one_answer(void **state)
{
	(void)state;
	add(1, 10, 0);
	add(1, 20, 500);
	assert_int_equal(api_kept_bytes(kept), 23);
	assert_true(has(1, 1200));
	api_kept_clear(kept);
	assert_false(has(1, 1200));
}

static void
the_oldest_goes_first(void **state)
{
	(void)state;
	for (int i = 0; i <= API_KEPT_MAX; i++)
		add(i, 1, 0);
	assert_int_equal(api_kept_bytes(kept), API_KEPT_MAX * 4);
	assert_false(has(0, 1));
	assert_false(has(1, 1)); /* room for the next one */
	assert_true(has(2, 1));
	assert_true(has(API_KEPT_MAX, 1));
}

/* 256 answers of many megabytes each were kept, whatever that came to. */
static void
answers_are_bounded_by_their_bytes(void **state)
{
	const size_t part = API_KEPT_BYTES / 4;

	(void)state;
	for (int i = 0; i < 8; i++) {
		add(i, part - 3, 0);
		assert_true(api_kept_bytes(kept) <= API_KEPT_BYTES);
	}
	assert_false(has(3, 1));
	assert_true(has(4, 1));
	/* One that is larger than all may be is told, and nothing beside it. */
	assert_int_equal(add(9, API_KEPT_BYTES + 1, 0)->length,
	    API_KEPT_BYTES + 1);
	assert_false(has(9, 1));
	assert_int_equal(api_kept_bytes(kept), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(an_answer_is_kept_for_a_second),
		TEST(the_same_question_has_one_answer),
		TEST(the_oldest_goes_first),
		TEST(answers_are_bounded_by_their_bytes),
	};

	return cmocka_run_group_tests_name("api_kept", tests, NULL, NULL);
}
