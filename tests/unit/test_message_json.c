/* test_message_json: a page as programs read it, and hostile texts in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "lib/template.h"
#include "lib/text.h"
#include "pager/message_json.h"
#include "tests/unit/one_page.h"

#define NOON_MS INT64_C(1795305727000)

static char name[] = "aroha", zone[] = "Pacific/Auckland",
	    email[] = "aroha@kahu.example", phone[] = "+64211234567";
static char body[] = "learn is down.\nM\xc4\x81ori \"quoted\"\n";
static const struct person aroha = { .name = name,
	.zone = zone,
	.email = email,
	.phone = phone };

static struct message
page(void)
{
	struct message m = one_page(CHANNEL_COMMAND, body);

	m.severity = 1;
	text_copy(m.sms, sizeof(m.sms),
	    "Acme University: learn is down since 13:02");
	text_copy(m.merge_key, sizeof(m.merge_key), "acme/learn down");
	return m;
}

static json_t *
read_back(const struct message *m, const struct person *p)
{
	char *text = message_json(m, p, NOON_MS);
	json_t *o = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(o);
	assert_null(strchr(text, '\n'));
	free(text);
	return o;
}

static const char *
field(const json_t *o, const char *key)
{
	const char *value = json_string_value(json_object_get(o, key));

	return value != NULL ? value : "(none)";
}

static void
a_page_has_all_that_is_known(void **state)
{
	struct message m = page();
	char *text;

	(void)state;
	m.possible_repeat = m.store_down = true;
	m.attempt = 2;
	text = message_json(&m, &aroha, NOON_MS);
	assert_string_equal(text,
	    "{\"version\":1,\"intent\":\"i-000000123\",\"kind\":\"call\","
	    "\"person\":{\"name\":\"aroha\",\"zone\":\"Pacific/Auckland\","
	    "\"email\":\"aroha@kahu.example\",\"phone\":\"+64211234567\"},"
	    "\"incident\":\"INC-000042\",\"severity\":1,"
	    "\"subject\":\"S1 Acme University: learn is down\","
	    "\"sms\":\"Acme University: learn is down since 13:02\","
	    "\"body\":\"learn is down.\\nM\xc4\x81ori \\\"quoted\\\"\\n\","
	    "\"link\":\"https://pager.example/l/abc\","
	    "\"thread\":\"INC-000042\",\"merge_key\":\"acme/learn down\","
	    "\"sent_ms\":1795305727000,\"attempt\":2,"
	    "\"possible_repeat\":true,\"store_down\":true}");
	free(text);
}

static void
what_does_not_apply_is_absent(void **state)
{
	struct message m = { .intent = "i-7",
		.kind = MESSAGE_TEST,
		.person = "tom",
		.subject = "a test" };
	static char tom[] = "tom", london[] = "Europe/London";
	const struct person p = { .name = tom, .zone = london };
	char *text = message_json(&m, &p, 1);

	(void)state;
	assert_string_equal(text,
	    "{\"version\":1,\"intent\":\"i-7\",\"kind\":\"test\","
	    "\"person\":{\"name\":\"tom\",\"zone\":\"Europe/London\"},"
	    "\"subject\":\"a test\",\"sent_ms\":1}");
	free(text);
}

static void
every_field_of_a_template_is_filled(void **state)
{
	static const char *const want[] = { "i-000000123", "call", "aroha",
		"Pacific/Auckland", "aroha@kahu.example", "+64211234567",
		"INC-000042", "S1 Acme University: learn is down",
		"Acme University: learn is down since 13:02",
		"learn is down.\\nM\xc4\x81ori \\\"quoted\\\"\\n",
		"https://pager.example/l/abc", "INC-000042", "acme/learn down",
		"1", "3", "1795305727000", "true", "true" };
	struct message m = page();
	size_t i;

	(void)state;
	m.possible_repeat = m.store_down = true;
	m.attempt = 3;
	for (i = 0; template_fields[i] != NULL; i++) {
		char template[40], got[200];
		char *text;

		text_format(template, sizeof(template), "-{{%s}}-",
		    template_fields[i]);
		text = message_filled(template, &m, &aroha, NOON_MS);
		text_format(got, sizeof(got), "-%s-", want[i]);
		assert_string_equal(text, got);
		free(text);
	}
	assert_int_equal(i, sizeof(want) / sizeof(want[0]));
}

static void
what_does_not_apply_leaves_its_place_empty(void **state)
{
	struct message m = { .intent = "i-7", .person = "tom" };
	static char tom[] = "tom", london[] = "Europe/London";
	const struct person p = { .name = tom, .zone = london };
	char *text = message_filled("[\"{{incident}}{{phone}}{{body}}\", "
				    "{{severity}}, {{store_down}}]",
	    &m, &p, NOON_MS);

	(void)state;
	assert_string_equal(text, "[\"\", 0, false]");
	free(text);
}

static void
hostile_texts_stay_texts(void **state)
{
	static char odd[] = "\",\"kind\":\"resolved\"\033[31m\r\n";
	static char broken[] = "half \xc4";
	struct message m = page();
	json_t *o;

	(void)state;
	m.body = odd;
	text_copy(m.merge_key, sizeof(m.merge_key), broken);
	o = read_back(&m, &aroha);
	assert_string_equal(field(o, "kind"), "call");
	assert_string_equal(field(o, "body"), odd);
	assert_string_equal(field(o, "merge_key"), "half \\xc4");
	json_decref(o);
}

static void
a_body_that_is_too_long_is_cut_and_says_so(void **state)
{
	struct message m = page();
	char *longer = mem_alloc(MESSAGE_JSON_BODY_MAX + 3);
	json_t *o;

	(void)state;
	memset(longer, 'x', MESSAGE_JSON_BODY_MAX);
	m.body = longer;
	o = read_back(&m, &aroha);
	assert_int_equal(strlen(field(o, "body")), MESSAGE_JSON_BODY_MAX);
	assert_null(json_object_get(o, "cut"));
	json_decref(o);
	/* On a character's edge. */
	memcpy(longer + MESSAGE_JSON_BODY_MAX - 1, "\xc4\x81", 2);
	o = read_back(&m, &aroha);
	assert_int_equal(strlen(field(o, "body")), MESSAGE_JSON_BODY_MAX - 1);
	assert_true(json_is_true(json_object_get(o, "cut")));
	json_decref(o);
	free(longer);
}

static void
every_kind_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < MESSAGE_KINDS; i++) {
		const char *word = message_kind_text((enum message_kind)i);

		assert_non_null(word);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(word,
			    message_kind_text((enum message_kind)j));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_has_all_that_is_known),
		cmocka_unit_test(what_does_not_apply_is_absent),
		cmocka_unit_test(every_field_of_a_template_is_filled),
		cmocka_unit_test(what_does_not_apply_leaves_its_place_empty),
		cmocka_unit_test(hostile_texts_stay_texts),
		cmocka_unit_test(a_body_that_is_too_long_is_cut_and_says_so),
		cmocka_unit_test(every_kind_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
