/*
 * test_erase: names go out of records, the same word for the same name; what
 * is too young, somebody else's or no name stays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/erase.h"
#include "lib/interval.h"
#include "lib/text.h"

static void
records(void **state)
{
	static const struct {
		const char *json, *person, *becomes; /* NULL: as it was */
	} cases[] = {
		{ "{\"at\":1,\"by\":\"isla\"}", NULL,
		    "{\"at\":1,\"by\":\"erased-1\"}" },
		{ "{\"at\":9,\"by\":\"isla\"}", NULL,
		    "{\"at\":9,\"by\":\"erased-1\"}" },
		{ "{\"at\":10,\"by\":\"isla\"}", NULL, NULL },
		{ "{\"by\":\"isla\"}", NULL, NULL }, /* nobody knows when */
		{ "{\"at\":\"1\",\"by\":\"isla\"}", NULL, NULL },
		{ "{\"at\":1,\"by\":\"\"}", NULL, NULL },
		{ "{\"at\":1,\"by\":7}", NULL, NULL },
		{ "{\"at\":1,\"text\":\"isla was here\"}", NULL, NULL },
		{ "[{\"at\":1,\"by\":\"isla\"},{\"at\":2,\"by\":\"tom\"},"
		  "{\"at\":3,\"by\":\"isla\"},{\"at\":11,\"by\":\"maya\"}]",
		    NULL,
		    "[{\"at\":1,\"by\":\"erased-1\"},{\"at\":2,\"by\":"
		    "\"erased-2\"},{\"at\":3,\"by\":\"erased-1\"},{\"at\":11,"
		    "\"by\":\"maya\"}]" },
		/* An answer has its own instant; what has none, that around. */
		{ "{\"at\":1,\"by\":\"isla\",\"answers\":[{\"at\":11,\"by\":"
		  "\"isla\",\"who\":\"Dean\"},{\"by\":\"tom\",\"who\":"
		  "\"Dean\"}]}",
		    NULL,
		    "{\"at\":1,\"by\":\"erased-1\",\"answers\":[{\"at\":11,"
		    "\"by\":\"isla\",\"who\":\"Dean\"},{\"by\":\"erased-2\","
		    "\"who\":\"erased-3\"}]}" },
		/* What was erased before keeps its word. */
		{ "[{\"at\":1,\"by\":\"tom\"},{\"at\":1,\"by\":\"erased-4\"},"
		  "{\"at\":1,\"by\":\"erased-x\"},{\"at\":1,\"by\":"
		  "\"erased-1001\"}]",
		    NULL,
		    "[{\"at\":1,\"by\":\"erased-5\"},{\"at\":1,\"by\":"
		    "\"erased-4\"},{\"at\":1,\"by\":\"erased-x\"},{\"at\":1,"
		    "\"by\":\"erased-1001\"}]" },
		{ "{\"at\":1,\"by\":\"erased-1\"}", NULL, NULL },
		/* Only one person's. */
		{ "{\"at\":1,\"by\":\"isla\",\"who\":\"tom\"}", "tom",
		    "{\"at\":1,\"by\":\"isla\",\"who\":\"erased-1\"}" },
		{ "{\"at\":1,\"by\":\"root as tom\"}", "tom",
		    "{\"at\":1,\"by\":\"erased-1\"}" },
		{ "{\"at\":1,\"by\":\"root as tom\"}", "root",
		    "{\"at\":1,\"by\":\"erased-1\"}" },
		{ "{\"at\":1,\"by\":\"root as tom\"}", "roo", NULL },
		{ "{\"at\":1,\"by\":\"root as tom\"}", "toor", NULL },
		{ "{\"at\":1,\"by\":\"tomas\"}", "tom", NULL },
		/* What says what was replaced is never another one. */
		{ "{\"at\":1,\"what\":\"resealed\",\"by\":\"isla\"}", NULL,
		    NULL },
		{ "{\"at\":1,\"what\":\"corrected\",\"by\":\"isla\"}", NULL,
		    "{\"at\":1,\"what\":\"corrected\",\"by\":\"erased-1\"}" },
		{ "no json", NULL, NULL },
		{ "[]", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = erase_names(cases[i].json, strlen(cases[i].json),
		    10, cases[i].person);

		if (text_differs(text, cases[i].becomes))
			fail_msg("case %zu: %s", i, text);
		free(text);
	}
}

static void
entries(void **state)
{
	static const struct {
		const char *json, *becomes;
		int64_t left_ms;
	} cases[] = {
		{ "{\"at\":1,\"by\":\"isla\"}",
		    "{\"at\":1,\"by\":\"erased-1\",\"stood\":\"7-1\"}", NEVER },
		/* Where it stood first is remembered. */
		{ "{\"at\":1,\"by\":\"isla\",\"who\":\"erased-1\",\"stood\":"
		  "\"3-0\"}",
		    "{\"at\":1,\"by\":\"erased-2\",\"who\":\"erased-1\","
		    "\"stood\":\"3-0\"}",
		    NEVER },
		/* What is too young is due by its own instant. */
		{ "{\"at\":10,\"by\":\"isla\"}", NULL, 10 },
		{ "{\"at\":30,\"by\":\"isla\",\"answers\":[{\"at\":20,\"by\":"
		  "\"tom\"}]}",
		    NULL, 20 },
		{ "{\"at\":1,\"by\":\"isla\",\"answers\":[{\"at\":20,\"by\":"
		  "\"tom\"}]}",
		    "{\"at\":1,\"by\":\"erased-1\",\"answers\":[{\"at\":20,"
		    "\"by\":\"tom\"}],\"stood\":\"7-1\"}",
		    20 },
		{ "{\"at\":1,\"what\":\"opened\"}", NULL, NEVER },
		{ "{\"at\":1,\"what\":\"resealed\",\"by\":\"isla\"}", NULL,
		    NEVER },
		{ "[{\"at\":1,\"by\":\"isla\"}]", NULL, NEVER },
		{ "no json", NULL, NEVER },
	};
	int64_t left_ms;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = erase_entry(cases[i].json, strlen(cases[i].json),
		    10, NULL, "7-1", &left_ms);

		if (text_differs(text, cases[i].becomes) ||
		    left_ms != cases[i].left_ms)
			fail_msg("case %zu: %s", i, text);
		free(text);
	}
}

/* Whatever names go, what stays is the same. */
static void
what_stays_is_the_same(void **state)
{
	static const char line[] =
	    "{\"at\":1, \"what\":\"excluded\",\"by\":\"root as tom\",\"x\":"
	    "0.1,\"answers\":[{\"at\":2,\"by\":\"isla\",\"who\":\"Dean\"}]}";
	static const char *const persons[] = { "isla", "Dean", "tom" };
	char *text = mem_text(line), *bare, *first;
	char *was = erase_bare(line, sizeof(line) - 1, false);
	char id[42];
	int64_t left_ms;

	(void)state;
	assert_null(strstr(was, "isla"));
	assert_null(strstr(was, "erased"));
	assert_false(erase_stood(line, sizeof(line) - 1, id, sizeof(id)));
	for (size_t i = 0; i < 3; i++) {
		char *next = erase_entry(text, strlen(text), 10, persons[i],
		    i == 0 ? "7-1" : "8-1", &left_ms);

		assert_non_null(next);
		free(text);
		text = next;
		first = erase_bare(text, strlen(text), true);
		assert_string_equal(first, was);
		bare = erase_bare(text, strlen(text), false);
		assert_non_null(strstr(bare, "\"stood\":\"7-1\""));
		assert_true(erase_stood(text, strlen(text), id, sizeof(id)));
		assert_string_equal(id, "7-1");
		free(first);
		free(bare);
	}
	free(text);
	free(was);
	assert_null(erase_bare("{\"at\":1}", 8, true));
	assert_null(erase_bare("[{\"by\":\"isla\"}]", 15, true));
	assert_null(erase_bare("x", 1, true));
	assert_true(erase_stood("{\"stood\":7}", 11, id, sizeof(id)));
	assert_string_equal(id, "");
	assert_false(erase_stood("[\"stood\"]", 9, id, sizeof(id)));
}

/* Beyond as many as a record has there is one word for all. */
static void
more_names_than_there_are(void **state)
{
	struct text t = { 0 };
	char *text;

	(void)state;
	for (int i = 0; i < ERASE_NAMES_MAX + 2; i++)
		text_addf(&t, "%s{\"at\":1,\"by\":\"n%d\"}", i == 0 ? "[" : ",",
		    i);
	text_add(&t, "]");
	text = erase_names(t.data, t.length, 10, NULL);
	assert_non_null(strstr(text,
	    "\"erased-1000\"},{\"at\":1,\"by\":"
	    "\"erased-1001\"},{\"at\":1,\"by\":"
	    "\"erased-1001\"}]"));
	free(text);
	text_clear(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(entries),
		cmocka_unit_test(what_stays_is_the_same),
		cmocka_unit_test(more_names_than_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
