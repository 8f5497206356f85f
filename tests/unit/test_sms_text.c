/* sms_text: what stands in a text message, and what it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/sms_text.h"

#define LINE "Acme University: learn is down since 11:02 NZDT INC-000042"
#define LINK "https://p.example/l/INC-000042~aroha~i-000000123~0123456789"

static struct sms
made(const char *line, const char *reply, const char *link)
{
	struct message m = { .kind = MESSAGE_CALL };
	struct sms s;

	text_copy(m.sms, sizeof(m.sms), line);
	text_copy(m.reply, sizeof(m.reply), reply);
	text_copy(m.link, sizeof(m.link), link);
	sms_text(&m, &s);
	return s;
}

static void
a_page(void **state)
{
	struct sms s = made(LINE, "042817", LINK);

	(void)state;
	assert_string_equal(s.text,
	    LINE "\nReply 042817 take, or 042817 no.\n" LINK);
	assert_false(s.is_ucs2);
	assert_int_equal(s.parts, 1);
}

static void
what_wants_no_answer(void **state)
{
	struct sms s = made("It is over", "", "");

	(void)state;
	assert_string_equal(s.text, "It is over");
	assert_int_equal(s.parts, 1);
}

static void
it_says_that_it_may_be_a_repeat(void **state)
{
	struct message m = { .possible_repeat = true, .store_down = true };
	struct sms s;

	(void)state;
	text_copy(m.sms, sizeof(m.sms), LINE);
	sms_text(&m, &s);
	assert_string_equal(s.text, "(repeat?) (store is down) " LINE);
}

static void
parts_are_counted(void **state)
{
	static const struct {
		const char *one;
		int count, parts;
		bool is_ucs2;
	} cases[] = {
		{ "a", 0, 1, false }, { "a", 160, 1, false },
		{ "a", 161, 2, false }, { "a", 304, 2, false },
		{ "a", 305, 3, false }, { "[", 80, 1, false },
		{ "[", 81, 2, false },
		{ "\xe2\x82\xac", 80, 1, false }, /* a euro is two */
		{ "\xe2\x82\xac", 81, 2, false },
		{ "\xc3\xa9", 160, 1, false }, /* GSM has e acute */
		{ "\xc4\x81", 70, 1, true },   /* and no a macron */
		{ "\xc4\x81", 71, 2, true }, { "\xc4\x81", 133, 3, true },
		{ "\xf0\x9f\x94\xa5", 35, 1, true }, /* a pair each */
		{ "\xf0\x9f\x94\xa5", 36, 2, true }, { "`", 1, 1, true },
		{ "\x01", 1, 1, true }, { "\xff", 70, 1, true },
		{ "\xe2\x82", 1, 1, true },
		{ "\xce\x94", 160, 1, false }, /* capital delta */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t = { 0 };
		bool is_ucs2 = !cases[i].is_ucs2;

		text_add(&t, "");
		for (int k = 0; k < cases[i].count; k++)
			text_add(&t, cases[i].one);
		assert_int_equal(sms_parts(t.data != NULL ? t.data : "",
				     &is_ucs2),
		    cases[i].parts);
		assert_int_equal(is_ucs2, cases[i].is_ucs2);
		text_clear(&t);
	}
}

/* One macron does not make it cost twice. */
static void
what_looks_alike_is_taken(void **state)
{
	struct sms s =
	    made("P\xc4\x81p\xc4\x81moa \xe2\x80\x9clearn\xe2\x80\x9d "
		 "\xe2\x80\x93 down\xe2\x80\xa6",
		"", "");

	(void)state;
	assert_string_equal(s.text, "Papamoa \"learn\" - down...");
	assert_false(s.is_ucs2);
}

static void
another_script_is_left_as_it_is(void **state)
{
	struct sms s =
	    made("\xe5\xa4\xa7\xe5\xad\xa6 P\xc4\x81 is down", "042817", LINK);

	(void)state;
	assert_true(s.is_ucs2);
	assert_memory_equal(s.text, "\xe5\xa4\xa7\xe5\xad\xa6 P\xc4\x81", 10);
	assert_non_null(strstr(s.text, "\nReply 042817 take"));
}

/* How to answer is never what is left out. */
static void
never_more_than_three_parts(void **state)
{
	char line[141], link[256] = "https://p.example/";
	struct sms s;

	(void)state;
	memset(line, 'x', 137);
	memcpy(line + 137, "\xe5\xa4\xa7", 4);
	memset(link + strlen(link), 'y', sizeof(link) - strlen(link) - 1);
	link[sizeof(link) - 1] = '\0';
	s = made(line, "042817", link);
	assert_true(s.is_ucs2);
	assert_true(s.parts <= SMS_PARTS_MAX);
	assert_null(strstr(s.text, "https"));
	assert_non_null(strstr(s.text, "\nReply 042817 take"));
	memset(line, 'x', 140);
	line[140] = '\0';
	s = made(line, "042817", link);
	assert_int_equal(s.parts, 3);
	assert_non_null(strstr(s.text, "https"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page),
		cmocka_unit_test(what_wants_no_answer),
		cmocka_unit_test(it_says_that_it_may_be_a_repeat),
		cmocka_unit_test(parts_are_counted),
		cmocka_unit_test(what_looks_alike_is_taken),
		cmocka_unit_test(another_script_is_left_as_it_is),
		cmocka_unit_test(never_more_than_three_parts),
	};

	return cmocka_run_group_tests_name("sms_text", tests, NULL, NULL);
}
