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
		cmocka_unit_test(more_names_than_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
