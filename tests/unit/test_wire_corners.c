/*
 * test_wire_corners: the last character that is UTF-8 and the first that is
 * not, names at the edge of what is printable, values of the wrong kind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/pack.h"
#include "lib/reading.h"
#include "lib/text.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* A text of at most 31 bytes as MessagePack has it. */
static size_t
packed(const char *text, char out[32])
{
	size_t length = strlen(text);

	assert_true(length < 32);
	out[0] = (char)(0xa0 | length);
	memcpy(out + 1, text, length);
	return length + 1;
}

static void
words_are_utf8_to_the_last_character(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "\xe0\xa0\x80", "\xe0\xa0\x80" }, /* U+0800 */
		{ "\xe0\x9f\xbf", "???" },
		{ "\xed\x9f\xbf", "\xed\x9f\xbf" }, /* U+D7FF */
		{ "\xed\xa0\x80", "???" },
		{ "\xf0\x90\x80\x80", "\xf0\x90\x80\x80" }, /* U+10000 */
		{ "\xf0\x8f\xbf\xbf", "????" },
		{ "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" }, /* U+10FFFF */
		{ "\xf4\x90\x80\x80", "????" },
		{ "\xf5\x80\x80\x80", "????" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char bytes[32], words[32], why[READING_ERROR];
		struct reading in;

		reading_begin(&in, why, bytes, packed(cases[i].in, bytes));
		reading_words(&in, "detail", sizeof(words), words);
		assert_true(reading_end(&in));
		assert_string_equal(words, cases[i].out);
	}
}

static void
names_are_printable(void **state)
{
	static const struct {
		const char *in, *why;
	} cases[] = {
		{ "acme/learn", "" },
		{ "!~", "" },
		{ "", "id: empty" },
		{ "a b", "id: a character is not allowed" },
		{ "a\x7f", "id: a character is not allowed" },
		/* A run of region "|ondon" was kept and not read again. */
		{ "|ondon", "id: a character is not allowed" },
		{ "\xc3\xa4", "id: a character is not allowed" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char bytes[32], name[32], why[READING_ERROR];
		struct reading in;

		reading_begin(&in, why, bytes, packed(cases[i].in, bytes));
		reading_name(&in, "id", 31, name);
		assert_int_equal(reading_end(&in), *cases[i].why == '\0');
		assert_string_equal(why, cases[i].why);
		assert_string_equal(name,
		    *cases[i].why == '\0' ? cases[i].in : "");
	}
}

/* What a newer writer added is passed over, but it must be there. */
static void
the_rest_may_not_be_cut_short(void **state)
{
	static const struct {
		size_t length;
		bool well;
	} cases[] = { { 3, true }, { 2, false }, { 1, false }, { 0, false } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char why[READING_ERROR];
		struct reading in;

		reading_begin(&in, why, "\x01\x02\x03", cases[i].length);
		reading_rest(&in, 4, 1);
		assert_int_equal(reading_end(&in), cases[i].well);
		assert_string_equal(why, cases[i].well ? "" : "cut short");
	}
}

static void
bytes_are_nothing_else(void **state)
{
	static const struct {
		const char *in;
		size_t length, want;
		bool good;
	} cases[] = {
		{ "\xc4\2ab", 4, 2, true },
		{ "\xc5\0\2ab", 5, 2, true },
		{ "\xc4\0", 2, 0, true },
		{ "\xc4\3ab", 4, 0, false },
		{ "\xa2z!", 3, 0, false },   /* a short text */
		{ "\xd9\1z", 3, 0, false },  /* a text */
		{ "\xc7\1tz", 4, 0, false }, /* an extension */
		{ "\xc0", 1, 0, false },
		{ "", 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pack_text t;
		struct pack p;

		pack_begin(&p, cases[i].in, cases[i].length);
		t = pack_bytes(&p);
		assert_int_equal(t.length, cases[i].want);
		assert_int_equal(p.bad, !cases[i].good);
		assert_int_equal(pack_is_over(&p), cases[i].good);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_utf8_to_the_last_character),
		cmocka_unit_test(names_are_printable),
		cmocka_unit_test(the_rest_may_not_be_cut_short),
		cmocka_unit_test(bytes_are_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
