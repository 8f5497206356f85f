/* test_ntfy_text: a page as ntfy takes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "lib/text.h"
#include "pager/ntfy_text.h"

static char body[] = "learn is down.\n\"quoted\" \xff\n";

static struct message
page(enum message_kind kind, int severity)
{
	struct message m = { .intent = "i-1",
		.kind = kind,
		.person = "aroha",
		.severity = severity,
		.link = "https://p.example/l/x",
		.subject = "S1 learn is down",
		.body = body };

	return m;
}

static void
a_call_has_buttons_that_post(void **state)
{
	struct message m = page(MESSAGE_CALL, 1);
	char *text = ntfy_text(&m, "aroha-7");

	(void)state;
	assert_string_equal(text,
	    "{\"topic\":\"aroha-7\",\"title\":\"S1 learn is down\","
	    "\"message\":\"learn is down.\\\\x0a\\\"quoted\\\" "
	    "\\\\xff\\\\x0a\",\"priority\":5,\"tags\":[\"rotating_light\"],"
	    "\"click\":\"https://p.example/l/x\",\"actions\":["
	    "{\"action\":\"http\",\"label\":\"Take it\","
	    "\"url\":\"https://p.example/l/x\",\"method\":\"POST\","
	    "\"headers\":{\"Content-Type\":"
	    "\"application/x-www-form-urlencoded\"},"
	    "\"body\":\"do=take\",\"clear\":true},"
	    "{\"action\":\"http\",\"label\":\"I cannot\","
	    "\"url\":\"https://p.example/l/x\",\"method\":\"POST\","
	    "\"headers\":{\"Content-Type\":"
	    "\"application/x-www-form-urlencoded\"},"
	    "\"body\":\"do=decline\",\"clear\":true}]}");
	free(text);
}

static void
priority_and_buttons_go_by_what_it_is(void **state)
{
	static const struct {
		enum message_kind kind;
		int severity, priority;
		size_t buttons;
		const char *tag;
	} table[] = {
		{ MESSAGE_CALL, 1, 5, 2, "rotating_light" },
		{ MESSAGE_CALL, 2, 4, 2, "warning" },
		{ MESSAGE_CALL, 3, 3, 2, "warning" },
		{ MESSAGE_LAST_RESORT, 1, 5, 1, "rotating_light" },
		{ MESSAGE_UPDATE_DUE, 2, 4, 1, "warning" },
		{ MESSAGE_HANDOVER, 2, 4, 1, "warning" },
		{ MESSAGE_TAKEN, 1, 2, 0, "information_source" },
		{ MESSAGE_RESOLVED, 1, 2, 0, "white_check_mark" },
		{ MESSAGE_TEST, 0, 3, 0, "information_source" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct message m = page(table[i].kind, table[i].severity);
		char *text = ntfy_text(&m, "t");
		json_t *o = json_loads(text, 0, NULL);

		assert_int_equal(json_integer_value(
				     json_object_get(o, "priority")),
		    table[i].priority);
		assert_int_equal(json_array_size(json_object_get(o, "actions")),
		    table[i].buttons);
		assert_string_equal(json_string_value(
					json_array_get(json_object_get(o,
							   "tags"),
					    0)),
		    table[i].tag);
		json_decref(o);
		free(text);
	}
}

static void
a_long_one_is_cut_and_a_repeat_says_so(void **state)
{
	struct message m = page(MESSAGE_CALL, 1);
	char long_body[NTFY_BODY_MAX + 100];
	char *text;
	json_t *o;

	(void)state;
	memset(long_body, 'x', sizeof(long_body) - 1);
	long_body[sizeof(long_body) - 1] = '\0';
	m.body = long_body;
	m.link[0] = '\0';
	m.possible_repeat = m.store_down = true;
	text = ntfy_text(&m, "t");
	o = json_loads(text, 0, NULL);
	assert_int_equal(json_string_length(json_object_get(o, "message")),
	    NTFY_BODY_MAX);
	assert_string_equal(json_string_value(json_object_get(o, "title")),
	    "[possible repeat] [store is down] S1 learn is down");
	assert_null(json_object_get(o, "click"));
	assert_null(json_object_get(o, "actions"));
	json_decref(o);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_has_buttons_that_post),
		cmocka_unit_test(priority_and_buttons_go_by_what_it_is),
		cmocka_unit_test(a_long_one_is_cut_and_a_repeat_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
