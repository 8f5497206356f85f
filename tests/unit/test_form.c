/* form: fields of a form, all of them or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "lib/form.h"
#include "lib/text.h"

/* "a=1;b=2;", or "none". */
static char *
written(const char *body, size_t length)
{
	struct text t = { 0 };
	struct form f;

	text_add(&t, "");
	if (!form_read(body, length, &f)) {
		assert_null(f.text);
		text_add(&t, "none");
		return text_take(&t);
	}
	for (size_t i = 0; i < f.count; i++)
		text_addf(&t, "%s=%s;", f.fields[i].name, f.fields[i].value);
	form_clear(&f);
	return text_take(&t);
}

static void
fields_are_decoded(void **state)
{
	static const struct {
		const char *body, *fields;
	} cases[] = {
		{ "", "" },
		{ "a=1", "a=1;" },
		{ "a=1&b=2", "a=1;b=2;" },
		{ "a=1&a=2&a=1", "a=1;a=2;a=1;" },
		{ "To=%2B6421&Body=a+b%20c%0A%26%3d%25",
		    "To=+6421;Body=a b c\n&=%;" },
		{ "a=b=c", "a=b=c;" },
		{ "a%3db=c", "a=b=c;" },
		{ "a", "a=;" },
		{ "a=", "a=;" },
		{ "=b", "=b;" },
		{ "&&a=1&", "a=1;" },
		{ "k=%C4%81", "k=\xc4\x81;" },
		{ "a=%", "none" },
		{ "a=%4", "none" },
		{ "a=%4g", "none" },
		{ "a=%g4", "none" },
		{ "a=%00", "none" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *said = written(cases[i].body, strlen(cases[i].body));

		assert_string_equal(said, cases[i].fields);
		free(said);
	}
}

static void
a_zero_byte_is_no_text(void **state)
{
	char *said = written("a=1\0b", 5);

	(void)state;
	assert_string_equal(said, "none");
	free(said);
}

static void
the_first_of_a_name_is_its_value(void **state)
{
	struct form f;

	(void)state;
	assert_true(form_read("a=1&b=2&a=3", 11, &f));
	assert_string_equal(form_value(&f, "a"), "1");
	assert_string_equal(form_value(&f, "b"), "2");
	assert_string_equal(form_value(&f, "c"), "");
	form_clear(&f);
}

static void
too_many_fields_are_none(void **state)
{
	struct text t = { 0 };
	struct form f;

	(void)state;
	for (int i = 0; i < FORM_FIELDS_MAX; i++)
		text_addf(&t, "%sa=%d", i > 0 ? "&" : "", i);
	assert_true(form_read(t.data, t.length, &f));
	assert_int_equal(f.count, FORM_FIELDS_MAX);
	form_clear(&f);
	text_add(&t, "&b=1");
	assert_false(form_read(t.data, t.length, &f));
	text_clear(&t);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_decoded),
		cmocka_unit_test(a_zero_byte_is_no_text),
		cmocka_unit_test(the_first_of_a_name_is_its_value),
		cmocka_unit_test(too_many_fields_are_none),
	};

	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
