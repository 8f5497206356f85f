/*
 * hello: what an agent may say of itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "collector/hello.h"

static const struct {
	const char *body;
	int status;
	const char *says; /* the spool, or what is wrong */
} cases[] = {
	{ "{\"version\": 1}", 0, "" },
	{ "{\"version\": 1, \"agent\": \"akl-1\"}", 0, "" },
	{ "{\"version\": 2, \"more\": [], \"spool\": \"0123456789abcdef\"}", 0,
	    "0123456789abcdef" },
	{ "", 400, "the body" },
	{ "[1]", 400, "the body" },
	{ "{\"version\": 1", 400, "the body" },
	{ "{\"version\": 1, \"version\": 1}", 400, "the body" },
	{ "{}", 400, "version: " },
	{ "{\"version\": 0}", 400, "version: " },
	{ "{\"version\": \"1\"}", 400, "version: " },
	{ "{\"version\": 1, \"agent\": 7}", 400, "agent: " },
	{ "{\"version\": 1, \"agent\": \"lon-1\"}", 403, "agent: " },
	{ "{\"version\": 1, \"spool\": 7}", 400, "spool: " },
	{ "{\"version\": 1, \"spool\": \"0123\"}", 400, "spool: " },
	{ "{\"version\": 1, \"spool\": \"0123456789ABCDEF\"}", 400, "spool: " },
};

static void
what_may_be_said(void **state)
{
	struct hello hello;
	const char *error;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		error = "";
		assert_int_equal(hello_read(cases[i].body,
				     strlen(cases[i].body), "akl-1", &hello,
				     &error),
		    cases[i].status);
		if (cases[i].status == 0)
			assert_string_equal(hello.spool, cases[i].says);
		else
			assert_int_equal(strncmp(error, cases[i].says,
					     strlen(cases[i].says)),
			    0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_be_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
