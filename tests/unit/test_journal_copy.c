/* journal_copy: a journal while names are erased from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/journal_copy.h"
#include "lib/text.h"

#define HASH "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define WENT(id)                                                               \
	"{\"at\":9,\"what\":\"resealed\",\"by\":\"evaluate\",\"reason\":"      \
	"\"e\","                                                               \
	"\"entries\":[[\"" id "\",\"" HASH "\",\"" HASH "\"]]}"

static void
add(struct journal_copy *c, const char *id, const char *value)
{
	char field[] = "d", bytes[400];
	struct journal_entry e = { .field = field,
		.field_length = 1,
		.value = bytes,
		.value_length = strlen(value) };

	text_copy(bytes, sizeof(bytes), value);
	text_copy(e.id, sizeof(e.id), id);
	journal_copy_add(c, &e);
}

static void
expect(const struct journal_copy *c, const char *want)
{
	struct text got = { 0 };

	text_add(&got, "");
	for (size_t i = 0; i < c->count; i++)
		text_addf(&got, "%s %.1s\n", c->items[i].id, c->items[i].value);
	assert_string_equal(got.data, want);
	text_clear(&got);
}

/*
 * Two pieces of two entries; between them the first of the first piece is
 * erased, and the last one, which nobody has read yet.
 */
static void
an_entry_was_read_before_it_was_erased(void **state)
{
	struct journal_copy c = { 0 };

	(void)state;
	add(&c, "1-0", "a");
	add(&c, "2-0", "b");
	/* here 1-0 becomes 5-0, and 4-0 becomes 6-0 */
	add(&c, "3-0", "c");
	add(&c, "5-0", "A");
	add(&c, "5-1", WENT("1-0"));
	add(&c, "6-0", "D");
	add(&c, "6-1", WENT("4-0"));
	journal_copy_settle(&c, "2-0");
	expect(&c,
	    "2-0 b\n"
	    "3-0 c\n"
	    "5-0 A\n"
	    "5-1 {\n"
	    "6-0 D\n"
	    "6-1 {\n");
	journal_copy_clear(&c);
}

static void
the_beginning_was_trimmed_meanwhile(void **state)
{
	struct journal_copy c = { 0 };

	(void)state;
	add(&c, "9-0", "a");
	add(&c, "10-0", "b");
	add(&c, "10-1", "c");
	journal_copy_settle(&c, "10-1");
	expect(&c, "10-1 c\n");
	journal_copy_clear(&c);
}

/* A line that is not kept says all the same what went. */
static void
what_is_passed_over_is_read(void **state)
{
	struct journal_copy c = { 0 };

	(void)state;
	add(&c, "1-0", "a");
	add(&c, "2-0", "b");
	journal_copy_pass(&c, WENT("2-0"), strlen(WENT("2-0")));
	journal_copy_settle(&c, NULL);
	expect(&c, "1-0 a\n");
	journal_copy_clear(&c);
	assert_int_equal(c.count, 0);
	journal_copy_settle(&c, NULL);
	expect(&c, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_was_read_before_it_was_erased),
		cmocka_unit_test(the_beginning_was_trimmed_meanwhile),
		cmocka_unit_test(what_is_passed_over_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
