/* test_template: JSON with places for fields of a page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "lib/template.h"
#include "lib/text.h"

/* "subject", "email", "attempt" and "store_down" are so; others are not. */
static const char *
value(void *arg, const char *field)
{
	(void)arg;
	if (strcmp(field, "subject") == 0)
		return "say \"learn\"\n\033[31m{{intent}}\\";
	if (strcmp(field, "attempt") == 0)
		return "12";
	if (strcmp(field, "store_down") == 0)
		return "true";
	return strcmp(field, "email") == 0 ? "\xff is no UTF-8" : NULL;
}

static void
fields_are_filled_in_and_texts_escaped(void **state)
{
	static const struct {
		const char *text, *filled;
	} table[] = {
		{ "{}", "{}" },
		{ "[\"{{subject}}\"]",
		    "[\"say \\\"learn\\\"\\n\\u001B[31m{{intent}}\\\\\"]" },
		{ "{\"n\": {{attempt}}, \"t\": {{store_down}}}",
		    "{\"n\": 12, \"t\": true}" },
		{ "[\"{{incident}}.{{sms}}\", {{severity}}, "
		  "{{possible_repeat}}, {{sent_ms}}]",
		    "[\".\", 0, false, 0]" },
		{ "[\"{{email}}\"]", "[\"\"]" },
		{ "[\"no {field} and }} none\"]",
		    "[\"no {field} and }} none\"]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char why[TEMPLATE_WHY] = "";
		char *filled;
		json_t *o;

		assert_true(template_check(table[i].text, why));
		assert_string_equal(why, "");
		filled = template_fill(table[i].text, value, NULL);
		assert_string_equal(filled, table[i].filled);
		o = json_loads(filled, 0, NULL);
		assert_non_null(o);
		json_decref(o);
		free(filled);
	}
}

static void
what_could_be_no_json_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} table[] = {
		{ "",
		    "no JSON once the fields are in (texts stand within "
		    "quotation marks): '[' or '{' expected near end of file" },
		{ "[{{subject}}]",
		    "no JSON once the fields are in (texts stand within "
		    "quotation marks): invalid token near 'a'" },
		{ "[\"{{pigeon}}\"]", "there is no field \"{{pigeon}}\"" },
		{ "[\"{{ subject }}\"]",
		    "there is no field \"{{ subject }}\"" },
		{ "[\"{{}}\"]", "there is no field \"{{}}\"" },
		{ "[\"{{subject", "there is no field \"{{subject}}\"" },
		{ "[\"{{subject}\"]", "there is no field \"{{subject}}\"" },
		{ "[\"{{0123456789012345678901234567890123456789-}}\"]",
		    "there is no field "
		    "\"{{0123456789012345678901234567890123456789}}\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char why[TEMPLATE_WHY] = "";

		assert_false(template_check(table[i].text, why));
		assert_string_equal(why, table[i].why);
	}
}

static void
every_field_may_stand_there_and_no_template_is_endless(void **state)
{
	struct text t = { 0 };
	char why[TEMPLATE_WHY] = "";

	(void)state;
	for (size_t i = 0; template_fields[i] != NULL; i++) {
		text_addf(&t, "[\"{{%s}}\"]", template_fields[i]);
		assert_true(template_check(t.data, why));
		text_clear(&t);
	}
	text_add(&t, "[\"");
	while (t.length < TEMPLATE_MAX - 2)
		text_add(&t, "x");
	text_add(&t, "\"]");
	assert_int_equal(t.length, TEMPLATE_MAX);
	assert_true(template_check(t.data, why));
	text_add(&t, " ");
	assert_false(template_check(t.data, why));
	assert_string_equal(why, "longer than 16384 bytes");
	text_clear(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_filled_in_and_texts_escaped),
		cmocka_unit_test(what_could_be_no_json_is_refused),
		cmocka_unit_test(
		    every_field_may_stand_there_and_no_template_is_endless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
