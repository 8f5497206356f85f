/* One heartbeat: when somebody is to be told, and of what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/heartbeat.h"

#define S INT64_C(1000)
#define M (60 * S)
#define H (60 * M)
#define T0 (INT64_C(1000000) * H)

static const struct heartbeat_settings hourly = { .every_ms = H,
	.grace_ms = 10 * M };
static const struct heartbeat_settings runs = { .every_ms = H,
	.grace_ms = 10 * M,
	.longest_ms = 20 * M };

static bool
call(struct heartbeat *h, const struct heartbeat_settings *s,
    enum heartbeat_word word, int64_t at_ms)
{
	const struct heartbeat_call c = { .word = word, .said = "" };

	return heartbeat_take(h, s, &c, false, at_ms);
}

static void
test_words(void **state)
{
	enum heartbeat_word word;

	(void)state;
	assert_true(heartbeat_word("start", &word));
	assert_int_equal(word, HEARTBEAT_START);
	assert_true(heartbeat_word("fail", &word));
	assert_int_equal(word, HEARTBEAT_FAIL);
	assert_false(heartbeat_word("", &word));
	assert_false(heartbeat_word("Start", &word));
}

/* What was said: its end, in lines, plain. */
static void
test_what_was_said(void **state)
{
	static const struct {
		const char *body, *said;
		size_t length; /* 0: strlen */
	} rows[] = {
		{ "", "", 0 },
		{ " \n\r\n", "", 0 },
		{ "disk full\n", "disk full", 0 },
		{ "a\r\nb\tc\x1b[1m\x7f", "a \nb c [1m", 0 },
		{ "a\0b", "a b", 3 },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f", 0 },
		{ "\xff\n\n\xc3\nok", "\\xff\n\\xc3\nok", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t length =
		    rows[i].length != 0 ? rows[i].length : strlen(rows[i].body);
		char *said = heartbeat_said(rows[i].body, length);

		assert_string_equal(said, rows[i].said);
		free(said);
	}
}

static void
test_of_much_that_was_said_the_end_counts(void **state)
{
	struct text t = { 0 };
	char *said;

	(void)state;
	for (int i = 0; i < 1000; i++)
		text_add(&t, "\xc3\xbc"); /* two bytes each */
	text_add(&t, "!");
	said = heartbeat_said(t.data, t.length);
	assert_int_equal(strlen(said), HEARTBEAT_SAID_MAX - 1);
	assert_memory_equal(said, "\xc3\xbc", 2);
	assert_string_equal(said + strlen(said) - 3, "\xc3\xbc!");
	free(said);
	text_clear(&t);
	for (int i = 0; i < 100; i++)
		text_addf(&t, "%d\n", i);
	said = heartbeat_said(t.data, t.length);
	assert_memory_equal(said, "80\n81\n", 6);
	assert_string_equal(said + strlen(said) - 6, "\n98\n99");
	free(said);
	text_clear(&t);
	/* Bytes that are none take more room; it stays within its own. */
	for (int i = 0; i < 2000; i++)
		text_add(&t, "\xff");
	said = heartbeat_said(t.data, t.length);
	assert_true(strlen(said) <= HEARTBEAT_SAID_MAX);
	free(said);
	text_clear(&t);
}

/* Since when it is waited for; what it says; when it is told. */
static void
test_when_somebody_is_told(void **state)
{
	struct heartbeat_fault f;
	struct heartbeat h = { 0 };

	(void)state;
	heartbeat_begin(&h, T0);
	assert_int_equal(heartbeat_due(&h, &hourly), T0 + H + 10 * M);
	assert_true(call(&h, &hourly, HEARTBEAT_FINISH, T0 + M));
	assert_int_equal(heartbeat_due(&h, &hourly), T0 + H + 11 * M);
	/* A start alone moves nothing, unless its run may take only so long. */
	assert_true(call(&h, &hourly, HEARTBEAT_START, T0 + H));
	assert_int_equal(heartbeat_due(&h, &hourly), T0 + H + 11 * M);
	assert_int_equal(heartbeat_due(&h, &runs), T0 + H + 20 * M);
	heartbeat_raise(&h, &runs, T0 + H + 20 * M, &f);
	assert_string_equal(f.text, "has been running for more than 20 min");
	assert_int_equal(f.since_ms, T0 + H + 20 * M);
	/* And then each further time. */
	assert_int_equal(heartbeat_due(&h, &runs), T0 + 2 * H + 20 * M);
	heartbeat_raise(&h, &runs, T0 + 4 * H, &f);
	assert_int_equal(heartbeat_due(&h, &runs), T0 + 4 * H + 20 * M);
	heartbeat_clear(&h);
}

/* Late, then failed, then well, then failed within the minute. */
static void
test_at_most_once_a_minute(void **state)
{
	struct heartbeat h = { 0 };
	struct heartbeat_fault f;
	int64_t at_ms = T0 + H + 10 * M;

	(void)state;
	heartbeat_begin(&h, T0);
	heartbeat_raise(&h, &hourly, at_ms, &f);
	assert_false(f.failed);
	assert_string_equal(f.text,
	    "is waited for and has not called in for 1 h 10 min");
	assert_int_equal(f.since_ms, T0 + H);
	call(&h, &hourly, HEARTBEAT_FAIL, at_ms + S);
	assert_int_equal(heartbeat_due(&h, &hourly), at_ms + M);
	call(&h, &hourly, HEARTBEAT_FINISH, at_ms + 2 * S);
	assert_int_equal(heartbeat_due(&h, &hourly),
	    at_ms + 2 * S + H + 10 * M);
	call(&h, &hourly, HEARTBEAT_FAIL, at_ms + 2 * M);
	assert_int_equal(heartbeat_due(&h, &hourly), at_ms + 2 * M);
	heartbeat_raise(&h, &hourly, at_ms + 2 * M, &f);
	assert_true(f.failed);
	assert_string_equal(f.text, "said that it failed");
	assert_int_equal(f.since_ms, at_ms + 2 * M);
	heartbeat_clear(&h);
}

/* Said again and again: each kind of call, with what was before it. */
static void
test_what_is_a_repeat(void **state)
{
	static const struct {
		enum heartbeat_word first, second;
		int64_t apart_ms;
		bool counts;
	} rows[] = {
		{ HEARTBEAT_FINISH, HEARTBEAT_FINISH, 9999, false },
		{ HEARTBEAT_FINISH, HEARTBEAT_FINISH, 10000, true },
		{ HEARTBEAT_FINISH, HEARTBEAT_FINISH, -1, true },
		{ HEARTBEAT_FAIL, HEARTBEAT_FAIL, 9999, false },
		{ HEARTBEAT_FAIL, HEARTBEAT_FAIL, 10000, true },
		{ HEARTBEAT_START, HEARTBEAT_START, 99999, false },
		{ HEARTBEAT_START, HEARTBEAT_FINISH, 0, true },
		{ HEARTBEAT_START, HEARTBEAT_FAIL, 0, true },
		{ HEARTBEAT_FINISH, HEARTBEAT_START, 0, true },
		{ HEARTBEAT_FINISH, HEARTBEAT_FAIL, 0, true },
		{ HEARTBEAT_FAIL, HEARTBEAT_FINISH, 0, true },
	};
	const struct heartbeat_settings often = { .every_ms = S,
		.grace_ms = S };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct heartbeat h = { 0 };

		heartbeat_begin(&h, T0);
		assert_true(call(&h, &hourly, rows[i].first, T0 + H));
		assert_int_equal(call(&h, &hourly, rows[i].second,
				     T0 + H + rows[i].apart_ms),
		    rows[i].counts);
		heartbeat_clear(&h);
	}
	/* What calls every second is not kept from it. */
	struct heartbeat h = { 0 };
	heartbeat_begin(&h, T0);
	assert_true(call(&h, &often, HEARTBEAT_FINISH, T0));
	assert_false(call(&h, &often, HEARTBEAT_FINISH, T0 + 99));
	assert_true(call(&h, &often, HEARTBEAT_FINISH, T0 + 100));
	heartbeat_clear(&h);
}

/* Another exit code is another failure. */
static void
test_another_code_is_no_repeat(void **state)
{
	const struct heartbeat_call one = { HEARTBEAT_FAIL, 1, "full" },
				    two = { HEARTBEAT_FAIL, 2, "" };
	struct heartbeat h = { 0 };
	struct heartbeat_fault f;

	(void)state;
	heartbeat_begin(&h, T0);
	assert_true(heartbeat_take(&h, &hourly, &one, false, T0));
	assert_string_equal(h.said, "full");
	assert_true(heartbeat_take(&h, &hourly, &two, false, T0 + 1));
	assert_null(h.said);
	heartbeat_raise(&h, &hourly, T0 + 1, &f);
	assert_string_equal(f.text, "failed with exit code 2");
	/* An incident is open, or a human closed it. */
	assert_false(heartbeat_take(&h, &hourly, &two, true, T0 + 2));
	assert_true(heartbeat_take(&h, &hourly, &two, false, T0 + 2));
	heartbeat_clear(&h);
}

/* Whoever calls in within its grace after we came back is not late; and that
   we were away is said of those only that may have called meanwhile. */
static void
test_when_it_was_our_fault(void **state)
{
	struct heartbeat h = { 0 };
	struct heartbeat_fault f;

	(void)state;
	heartbeat_begin(&h, T0);
	call(&h, &hourly, HEARTBEAT_FINISH, T0);
	heartbeat_listen(&h, &hourly, true, T0 + 20 * M);
	assert_int_equal(heartbeat_due(&h, &hourly), T0 + H + 10 * M);
	heartbeat_listen(&h, &hourly, true, T0 + H + 5 * M);
	assert_int_equal(heartbeat_due(&h, &hourly), T0 + H + 15 * M);
	heartbeat_raise(&h, &hourly, T0 + H + 15 * M, &f);
	assert_string_equal(f.text,
	    "has not called in for 1 h 15 min (this pager was away "
	    "meanwhile, and may have missed it)");
	call(&h, &hourly, HEARTBEAT_FINISH, T0 + 2 * H);
	heartbeat_listen(&h, &hourly, false, T0 + 3 * H);
	heartbeat_raise(&h, &hourly, T0 + 3 * H + 10 * M, &f);
	assert_null(strstr(f.text, "away"));
	heartbeat_clear(&h);
}

static void
test_clocks_that_are_set_back(void **state)
{
	struct heartbeat h = { .since_ms = T0,
		.last_ms = T0 + H,
		.started_ms = T0 + H,
		.failed_ms = T0 + H,
		.raised_ms = T0 + H };

	(void)state;
	assert_false(heartbeat_clamp(&h, T0 + H));
	assert_true(heartbeat_clamp(&h, T0 + M));
	assert_int_equal(h.since_ms, T0);
	assert_int_equal(h.last_ms, T0 + M);
	assert_int_equal(h.started_ms, T0 + M);
	assert_int_equal(h.failed_ms, T0 + M);
	assert_int_equal(h.raised_ms, T0 + M);
	assert_true(heartbeat_clamp(&h, T0 - M));
	assert_int_equal(h.since_ms, T0 - M);
}

static void
test_states(void **state)
{
	static const struct {
		struct heartbeat h;
		const struct heartbeat_settings *s;
		const char *state;
	} rows[] = {
		{ { .since_ms = T0 }, &hourly, "new" },
		{ { .since_ms = T0, .last_ms = T0 }, &hourly, "well" },
		{ { .since_ms = T0, .started_ms = T0 }, &hourly, "running" },
		{ { .since_ms = T0 - 2 * H }, &hourly, "late" },
		{ { .since_ms = T0, .started_ms = T0 - H }, &runs, "too long" },
		{ { .since_ms = T0, .failed_ms = T0 }, &hourly, "failed" },
		{ { .since_ms = T0, .failed_ms = T0, .started_ms = T0 },
		    &hourly, "failed" },
		{ { .failed_ms = T0, .paused = true }, &hourly, "paused" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(heartbeat_state(&rows[i].h, rows[i].s,
					T0 + M),
		    rows[i].state);
	assert_int_equal(heartbeat_due(&rows[7].h, &hourly), NEVER);
	assert_int_equal(heartbeat_expected(&rows[7].h, &hourly), NEVER);
}

static void
test_records(void **state)
{
	struct heartbeat h = { .since_ms = 1,
		.last_ms = 2,
		.started_ms = 3,
		.took_ms = 4,
		.failed_ms = 5,
		.raised_ms = 6,
		.code = 7,
		.untold = true,
		.paused = true,
		.said = mem_text("a\nb") };
	json_t *o = heartbeat_record(&h), *again;
	struct heartbeat back;

	(void)state;
	heartbeat_read(o, &back);
	again = heartbeat_record(&back);
	assert_true(json_equal(o, again));
	assert_int_equal(json_object_size(o), 10);
	heartbeat_clear(&back);
	json_decref(again);
	json_decref(o);
	heartbeat_clear(&h);
}

static void
test_paths(void **state)
{
	static const struct {
		const char *path, *token, *word;
		int code;
	} rows[] = {
		{ "/heartbeat/abc", "abc", "finish", 0 },
		{ "/heartbeat/abc/", "abc", "finish", 0 },
		{ "/heartbeat/abc/finish", "abc", "finish", 0 },
		{ "/heartbeat/abc/start/", "abc", "start", 0 },
		{ "/heartbeat/abc/fail", "abc", "fail", 0 },
		{ "/heartbeat/abc/0", "abc", "finish", 0 },
		{ "/heartbeat/abc/255", "abc", "fail", 255 },
		{ "/heartbeat/abc/256", "abc", NULL, 0 },
		{ "/heartbeat/abc/99999999999999", "abc", NULL, 0 },
		{ "/heartbeat/abc/-1", "abc", NULL, 0 },
		{ "/heartbeat/abc/3x", "abc", NULL, 0 },
		{ "/heartbeat/abc/fail/3", "abc", NULL, 0 },
		{ "/heartbeat/abc/failfailfailfailfail", "abc", NULL, 0 },
		{ "/heartbeat/", NULL, NULL, 0 },
		{ "/heartbeat//fail", NULL, NULL, 0 },
		{ "/heartbea/abc", NULL, NULL, 0 },
	};
	char token[HEARTBEAT_TOKEN + 1], path[400];
	struct heartbeat_call call;
	bool is_known;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		is_known = false;
		assert_int_equal(heartbeat_path(rows[i].path, token, &call,
				     &is_known),
		    rows[i].token != NULL);
		if (rows[i].token == NULL)
			continue;
		assert_string_equal(token, rows[i].token);
		assert_int_equal(is_known, rows[i].word != NULL);
		if (!is_known)
			continue;
		assert_string_equal(heartbeat_word_text(call.word),
		    rows[i].word);
		assert_int_equal(call.code, rows[i].code);
	}
	text_format(path, sizeof(path), "/heartbeat/%0256d", 7);
	assert_false(heartbeat_path(path, token, &call, &is_known));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_what_was_said),
		cmocka_unit_test(test_of_much_that_was_said_the_end_counts),
		cmocka_unit_test(test_when_somebody_is_told),
		cmocka_unit_test(test_at_most_once_a_minute),
		cmocka_unit_test(test_what_is_a_repeat),
		cmocka_unit_test(test_another_code_is_no_repeat),
		cmocka_unit_test(test_when_it_was_our_fault),
		cmocka_unit_test(test_clocks_that_are_set_back),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
