/* What endpoints did, in words for people: one table for all who say it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "lib/observation.h"

static const struct {
	enum outcome outcome;
	enum reason reason;
	const char *detail, *said;
	bool more;
} cases[] = {
	{ OUTCOME_OK, REASON_NONE, "", "well", false },
	{ OUTCOME_SLOW, REASON_NONE, "took 9000 ms, over 2000 ms", "slow",
	    true },
	{ OUTCOME_MAINTENANCE, REASON_NONE, "", "showed a maintenance page",
	    false },
	{ OUTCOME_UNKNOWN, REASON_NONE, "", "not known", false },
	{ OUTCOME_UNKNOWN, REASON_AGENT, "our own fault: x",
	    "could not be looked at, by our own fault", true },
	{ OUTCOME_FAILED, REASON_HTTP_STATUS, "answers 503", "answered 503",
	    false },
	{ OUTCOME_FAILED, REASON_HTTP_STATUS, "503", "answered 503", false },
	{ OUTCOME_FAILED, REASON_HTTP_STATUS, "", "answered with an error",
	    false },
	{ OUTCOME_FAILED, REASON_HTTP_STATUS, "answers 5031",
	    "answered with an error", true },
	{ OUTCOME_FAILED, REASON_HTTP_STATUS, "answers 903",
	    "answered with an error", true },
	{ OUTCOME_FAILED, REASON_REDIRECT, "answers 302, to /login",
	    "answered 302", true },
	{ OUTCOME_FAILED, REASON_CONNECT, "connection refused",
	    "refused the connection", false },
	{ OUTCOME_FAILED, REASON_CONNECT, "no connection: No route to host",
	    "could not be connected to", true },
	{ OUTCOME_FAILED, REASON_TIMEOUT, "gave up after 1000 ms, connecting",
	    "did not answer in time", true },
	{ OUTCOME_FAILED, REASON_DNS, "dns", "could not be found by its name",
	    false },
};

static void
test_words(void **state)
{
	char said[80];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool more = outcome_say(cases[i].outcome, cases[i].reason,
		    cases[i].detail, said, sizeof(said));

		assert_string_equal(said, cases[i].said);
		assert_int_equal(more, cases[i].more);
	}
}

/* No code is ever shown to people, and every reason has words. */
static void
test_every_reason_has_words(void **state)
{
	char said[80];

	(void)state;
	assert_string_equal(reason_words(REASON_NONE), "");
	for (int r = REASON_NONE + 1; r < REASONS; r++) {
		const char *code = reason_text((enum reason)r);

		assert_true(strlen(reason_words((enum reason)r)) > 5);
		assert_null(strchr(reason_words((enum reason)r), '_'));
		assert_string_equal(reason_code_words(code),
		    reason_words((enum reason)r));
		(void)outcome_code_say("failed", code, "", said, sizeof(said));
		assert_string_equal(said, reason_words((enum reason)r));
	}
}

/* Another release may know more: what it says is shown as it is. */
static void
test_codes_not_known(void **state)
{
	char said[80];

	(void)state;
	assert_string_equal(reason_code_words("quantum"), "quantum");
	assert_true(
	    outcome_code_say("failed", "quantum", "x", said, sizeof(said)));
	assert_string_equal(said, "failed quantum");
	assert_false(outcome_code_say("ok", "", "", said, sizeof(said)));
	assert_string_equal(said, "well");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_every_reason_has_words),
		cmocka_unit_test(test_codes_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
