/* test_control_line: lines of the control socket, without the socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/control_line.h"

static void
lines_become_commands(void **state)
{
	static const struct {
		const char *user, *line, *id, *json, *by;
	} cases[] = {
		{ "aroha", "{\"command\":\"take\",\"incident\":\"42\"}", "",
		    "{\"command\":\"take\",\"incident\":\"42\",\"person\":"
		    "\"aroha\"}",
		    "aroha" },
		{ "root", "{\"id\":7,\"command\":\"take\",\"as\":\"aroha\"}",
		    "7", "{\"command\":\"take\",\"person\":\"aroha\"}",
		    "root as aroha" },
		{ "aroha",
		    "{\"id\":\"x\",\"command\":\"status\",\"as\":\"aroha\"}",
		    "\"x\"", "{\"command\":\"status\",\"person\":\"aroha\"}",
		    "aroha" },
		/* What it says of itself is thrown away. */
		{ "tom", "{\"command\":\"take\",\"person\":\"aroha\",\"by\":1}",
		    "", "{\"command\":\"take\",\"person\":\"tom\",\"by\":1}",
		    "tom" },
		/* Hosts call their users as they like. */
		{ "Aroha.K$", "{\"command\":\"status\"}", "",
		    "{\"command\":\"status\",\"person\":\"Aroha.K$\"}",
		    "Aroha.K$" },
		{ "EXAMPLE\\tom", "{\"as\":\"tom\",\"command\":\"take\"}", "",
		    "{\"command\":\"take\",\"person\":\"tom\"}",
		    "EXAMPLE\\tom as tom" },
		{ "t\xff\n", "{\"command\":\"take\",\"person\":\"aroha\"}", "",
		    "{\"command\":\"take\",\"person\":\"t\\\\xff\\\\x0a\"}",
		    "t\\xff\\x0a" },
		{ "uid-1001", " {\"command\":\"status\"}\r", "",
		    "{\"command\":\"status\",\"person\":\"uid-1001\"}",
		    "uid-1001" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct control_line l;
		char error[160] = "";

		assert_int_equal(control_line_read(cases[i].line,
				     strlen(cases[i].line), cases[i].user, &l,
				     error),
		    0);
		assert_string_equal(l.id, cases[i].id);
		assert_string_equal(l.json, cases[i].json);
		assert_string_equal(l.by, cases[i].by);
		control_line_clear(&l);
	}
}

static void
bad_lines_are_told_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *id, *error;
	} cases[] = {
		{ "[]", "", "an object is expected" },
		{ "{}", "", "command: is missing, or no string" },
		{ "{\"id\":1,\"command\":2}", "1",
		    "command: is missing, or no string" },
		{ "{\"id\":[],\"command\":\"a\"}", "",
		    "id: a number or a string is expected" },
		{ "{\"id\":\"0123456789012345678901234567890123456789"
		  "012345678901234567890123456789\",\"command\":\"a\"}",
		    "", "id: longer than 64 bytes" },
		{ "{\"command\":\"a\",\"as\":7}", "",
		    "as: the name of a person is expected" },
		{ "{\"command\":\"a\",\"as\":\"a b\"}", "",
		    "as: not the name of a person" },
		{ "{\"command\":\"a\",\"as\":\"\"}", "",
		    "as: not the name of a person" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct control_line l;
		char error[160] = "";

		assert_int_equal(control_line_read(cases[i].line,
				     strlen(cases[i].line), "root", &l, error),
		    -1);
		assert_string_equal(error, cases[i].error);
		assert_string_equal(l.id, cases[i].id);
		assert_null(l.json);
	}
}

static void
what_is_not_json_is_refused(void **state)
{
	static const char *const lines[] = { "", "{", "take 42",
		"{\"command\":\"a\",\"command\":\"b\"}",
		"{\"command\":\"\xff\"}", "{\"command\":\"a\"} {}" };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct control_line l;
		char error[160] = "";

		assert_int_equal(control_line_read(lines[i], strlen(lines[i]),
				     "root", &l, error),
		    -1);
		assert_ptr_equal(strstr(error, "not JSON: column "), error);
	}
}

static void
answers_carry_id_and_ok(void **state)
{
	static const struct {
		const char *id, *json, *line;
		bool ok;
	} cases[] = {
		{ "7", "{\"text\":\"Done.\"}",
		    "{\"id\":7,\"ok\":true,\"text\":\"Done.\"}\n", true },
		{ "", "{\"error\":\"no\"}", "{\"ok\":false,\"error\":\"no\"}\n",
		    false },
		/* The core cannot say ok for us. */
		{ "\"a\"", "{\"ok\":true}", "{\"id\":\"a\",\"ok\":false}\n",
		    false },
		{ "", "nonsense", "{\"ok\":true}\n", true },
	};
	char *line;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		line = control_line_answer(cases[i].id, cases[i].ok,
		    cases[i].json);
		assert_string_equal(line, cases[i].line);
		free(line);
	}
	line = control_line_refuse("", "a\n\"b\"");
	assert_string_equal(line,
	    "{\"ok\":false,\"error\":\"a\\n\\\"b\\\"\"}\n");
	free(line);
	line = control_line_refuse("1", "\xff");
	assert_string_equal(line,
	    "{\"id\":1,\"ok\":false,\"error\":\"not readable\"}\n");
	free(line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_become_commands),
		cmocka_unit_test(bad_lines_are_told_what_is_wrong),
		cmocka_unit_test(what_is_not_json_is_refused),
		cmocka_unit_test(answers_carry_id_and_ok),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
