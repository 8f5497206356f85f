/* The training LMS's sessions: single-use tokens, cookies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "cli/lms_session.h"
#include "lib/serve.h"

static void
a_token_is_good_once(void **state)
{
	static struct lms_sessions all;
	struct lms_session *s = lms_session_start(&all);
	char token[LMS_ID_LENGTH + 1];

	(void)state;
	strcpy(token, lms_session_offer(s));
	assert_int_equal(strlen(token), LMS_ID_LENGTH);
	assert_true(lms_session_spend(s, token));
	assert_false(lms_session_spend(s, token));
	assert_false(lms_session_spend(s, ""));
	assert_false(lms_session_spend(s, NULL));
}

static void
a_wrong_attempt_uses_the_token_up(void **state)
{
	static struct lms_sessions all;
	struct lms_session *s = lms_session_start(&all);
	char token[LMS_ID_LENGTH + 1];

	(void)state;
	strcpy(token, lms_session_offer(s));
	assert_false(lms_session_spend(s, "0123"));
	assert_false(lms_session_spend(s, token));
}

static void
a_token_belongs_to_its_session(void **state)
{
	static struct lms_sessions all;
	struct lms_session *a = lms_session_start(&all),
			   *b = lms_session_start(&all);
	char token[LMS_ID_LENGTH + 1];

	(void)state;
	strcpy(token, lms_session_offer(a));
	lms_session_offer(b);
	assert_false(lms_session_spend(b, token));
	assert_true(lms_session_spend(a, token));
}

static void
logging_in_changes_the_cookie(void **state)
{
	static struct lms_sessions all;
	struct lms_session *s = lms_session_start(&all);
	char before[LMS_ID_LENGTH + 1];

	(void)state;
	strcpy(before, s->id);
	assert_ptr_equal(lms_session_find(&all, before), s);
	lms_session_enter(s);
	assert_true(s->logged_in);
	assert_null(lms_session_find(&all, before));
	assert_ptr_equal(lms_session_find(&all, s->id), s);
	lms_session_end(s);
	assert_null(lms_session_find(&all, ""));
	assert_null(lms_session_find(&all, NULL));
}

static void
the_oldest_makes_room(void **state)
{
	static struct lms_sessions all;
	char first[LMS_ID_LENGTH + 1], second[LMS_ID_LENGTH + 1];

	(void)state;
	strcpy(first, lms_session_start(&all)->id);
	strcpy(second, lms_session_start(&all)->id);
	for (int i = 2; i < LMS_SESSIONS_MAX + 1; i++)
		lms_session_start(&all);
	assert_null(lms_session_find(&all, first));
	assert_non_null(lms_session_find(&all, second));
}

static void
cookies_are_found_by_their_whole_name(void **state)
{
	static const struct {
		const char *header, *want;
	} cases[] = {
		{ "MoodleSession=abc", "abc" },
		{ "a=1; MoodleSession=abc; b=2", "abc" },
		{ "xMoodleSession=no; MoodleSession=abc", "abc" },
		{ "MoodleSessionX=no", NULL },
		{ "MoodleSession", NULL },
		{ "MoodleSession=", "" },
		{ "MoodleSession=0123456789abcdef", NULL },
		{ ";;; ;", NULL },
		{ "", NULL },
		{ NULL, NULL },
	};
	char out[8];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(serve_cookie_find(cases[i].header,
				     "MoodleSession", out, sizeof(out)),
		    cases[i].want != NULL);
		if (cases[i].want != NULL)
			assert_string_equal(out, cases[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_good_once),
		cmocka_unit_test(a_wrong_attempt_uses_the_token_up),
		cmocka_unit_test(a_token_belongs_to_its_session),
		cmocka_unit_test(logging_in_changes_the_cookie),
		cmocka_unit_test(the_oldest_makes_room),
		cmocka_unit_test(cookies_are_found_by_their_whole_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
