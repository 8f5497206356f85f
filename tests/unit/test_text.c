#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/sign.h"
#include "lib/text.h"

static void
plain_is(const char *in, const char *want)
{
	struct text t = { 0 };

	text_add_plain(&t, in);
	assert_string_equal(t.data, want);
	text_clear(&t);
}

static void
test_plain(void **state)
{
	(void)state;
	plain_is("", "");
	plain_is("Universit\xc3\xa4t", "Universit\xc3\xa4t");
	plain_is("a\nb\x1b[31m", "a\\x0ab\\x1b[31m");
	plain_is("\xc0\xaf", "\\xc0\\xaf");          /* overlong */
	plain_is("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* surrogate */
	plain_is("\xc2\x85", "\\xc2\\x85");          /* a C1 control */
	plain_is("\xe2\x80\xae", "\\xe2\\x80\\xae"); /* right-to-left */
	plain_is("\xf0\x9f\x94", "\\xf0\\x9f\\x94"); /* cut short */
}

static void
test_html(void **state)
{
	struct text t = { 0 };

	(void)state;
	text_add_html(&t, "<a href='x'>\"&\"</a>");
	assert_string_equal(t.data,
	    "&lt;a href=&#39;x&#39;&gt;&quot;&amp;"
	    "&quot;&lt;/a&gt;");
	text_clear(&t);
}

static void
test_cut_on_a_characters_edge(void **state)
{
	char out[8];

	(void)state;
	text_copy(out, sizeof(out), "abcdef\xc3\xa4");
	assert_string_equal(out, "abcdef");
	text_copy(out, sizeof(out), "abcde\xc3\xa4");
	assert_string_equal(out, "abcde\xc3\xa4");
	text_copy(out, sizeof(out), "abcd\xf0\x9f\x94\xa5");
	assert_string_equal(out, "abcd");
	assert_true(text_format(out, sizeof(out), "%d", 1234567));
	assert_false(text_format(out, sizeof(out), "%d", 12345678));
}

static void
test_a_refusal_fits_its_error(void **state)
{
	char error[160], why[200];

	(void)state;
	assert_int_equal(text_refuse(error, "key: not in its place"), -1);
	assert_string_equal(error, "key: not in its place");
	memset(why, 'x', sizeof(why) - 1);
	why[sizeof(why) - 1] = '\0';
	assert_int_equal(text_refuse(error, why), -1);
	assert_int_equal(strlen(error), sizeof(error) - 1);
}

static void
test_duration(void **state)
{
	static const struct {
		int64_t ms;
		const char *want;
	} cases[] = {
		{ -5, "0 s" },
		{ 45999, "45 s" },
		{ 60000, "1 min" },
		{ 90000, "1 min 30 s" },
		{ 1234000, "20 min" },
		{ 12000000, "3 h 20 min" },
		{ INT64_C(187200000), "2 d 4 h" },
	};
	char out[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_duration(cases[i].ms, out, sizeof(out));
		assert_string_equal(out, cases[i].want);
	}
}

static void
test_sign(void **state)
{
	char hex[SIGN_HEX], other[SIGN_HEX];

	(void)state;
	sign_sha256("abc", 3, hex); /* FIPS 180-2, B.1 */
	assert_string_equal(hex,
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	/* RFC 4231, test case 2 */
	sign_hmac("Jefe", "what do ya want for nothing?", 28, hex);
	assert_string_equal(hex,
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	assert_true(sign_equal("abc", "abc"));
	assert_false(sign_equal("abc", "abd"));
	assert_false(sign_equal("abc", "ab"));
	sign_sha256("abc", 3, hex);
	sign_sha256("abd", 3, other);
	assert_true(sign_equal_hash(hex, hex));
	assert_false(sign_equal_hash(hex, other));
	assert_false(sign_equal_hash(hex, ""));
	assert_false(sign_equal_hash("abc", "abc")); /* no hashes */
	sign_random(hex, 33);
	sign_random(other, 33);
	assert_int_equal(strlen(hex), 33);
	assert_string_not_equal(hex, other);
}

/* A report's rows, one after the other: every one of them was moved for each
   that came, which took minutes for as many as there may be. */
static void
many_items_were_moved_each_time(void **state)
{
	size_t grown = 0;
	int *items = NULL;

	(void)state;
	for (size_t n = 0; n < 100000; n++) {
		int *before = items;

		items = mem_room(items, n, sizeof(*items));
		grown += items != before;
		items[n] = (int)n;
	}
	assert_in_range(grown, 1, 40);
	for (size_t n = 0; n < 100000; n++)
		assert_int_equal(items[n], n);
	free(items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_items_were_moved_each_time),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_cut_on_a_characters_edge),
		cmocka_unit_test(test_a_refusal_fits_its_error),
		cmocka_unit_test(test_duration),
		cmocka_unit_test(test_sign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
