/* window: announcements as records, and how they stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/renames.h"
#include "lib/text.h"
#include "lib/window.h"

static const struct renames nobody;

static struct window *
decode(const char *json)
{
	char error[160];
	struct window *w = window_decode("acme|m-1", json, strlen(json), error);

	if (w == NULL)
		fail_msg("%s", error);
	return w;
}

static void
what_is_written_is_read_again(void **state)
{
	static const char *const records[] = {
		"{\"at\":5,\"by\":\"root as aroha\",\"text\":\"Upgrade\","
		"\"times\":[{\"from\":10,\"to\":20}]}",
		"{\"at\":5,\"by\":\"aroha\",\"text\":\"Moodle \xe2\x86\x92 5\","
		"\"rule\":\"FREQ=DAILY;COUNT=2\",\"forced\":\"2026-11-02\","
		"\"endpoints\":[\"acme/learn\",\"acme/login\"],"
		"\"times\":[{\"from\":10,\"to\":20,\"changes\":["
		"{\"at\":12,\"by\":\"tom\",\"why\":\"slow\",\"from\":10,"
		"\"to\":30},"
		"{\"at\":13,\"by\":\"tom\",\"forced\":\"2026-11-02\","
		"\"cancelled\":true,\"from\":10,\"to\":30}]},"
		"{\"from\":40,\"to\":50}]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct window *w = decode(records[i]);
		char *again = window_encode(w);

		assert_string_equal(again, records[i]);
		assert_string_equal(w->client, "acme");
		assert_string_equal(w->id, "m-1");
		free(again);
		window_free(w);
	}
}

#define HEAD "{\"at\":5,\"by\":\"a\",\"text\":\"t\","

static void
a_record_that_is_not_whole_is_refused(void **state)
{
	static const struct {
		const char *field, *json, *error;
	} cases[] = {
		{ "acme|m-1", "{", "not JSON: " },
		{ "acme|m-1", "[]", "at: expected an instant" },
		{ "acme|m-1", "{\"by\":\"a\",\"text\":\"t\",\"times\":[]}",
		    "at: expected an instant" },
		{ "acme|m-1", "{\"at\":5,\"text\":\"t\",\"times\":[]}",
		    "by: expected a text" },
		{ "acme|m-1", "{\"at\":5,\"by\":\"a\",\"text\":3}",
		    "text: expected a text" },
		{ "acme|m-1", HEAD "\"rule\":3,\"times\":[]}",
		    "rule: expected a text" },
		{ "acme|m-1", HEAD "\"times\":[]}",
		    "times: expected 1 to 400 of them" },
		{ "acme|m-1", HEAD "\"times\":[{\"from\":5,\"to\":5}]}",
		    "to: not after from" },
		{ "acme|m-1", HEAD "\"times\":[{\"from\":-5,\"to\":5}]}",
		    "from: expected an instant" },
		{ "acme|m-1",
		    HEAD "\"times\":[{\"from\":5,\"to\":9},{\"from\":8,"
			 "\"to\":10}]}",
		    "times: not one after the other" },
		{ "acme|m-1",
		    HEAD "\"times\":[{\"from\":5,\"to\":9,\"changes\":[{}]}]}",
		    "at: expected an instant" },
		{ "acme|m-1",
		    HEAD "\"endpoints\":[],\"times\":[{\"from\":5,\"to\":9}]}",
		    "endpoints: expected 1 to 1000 of them" },
		{ "acme|m-1",
		    HEAD "\"endpoints\":[1],\"times\":[{\"from\":5,\"to\":9}]}",
		    "endpoints: expected names" },
		{ "acme", HEAD "\"times\":[{\"from\":5,\"to\":9}]}",
		    "the field is not client|window" },
		{ "|m-1", HEAD "\"times\":[{\"from\":5,\"to\":9}]}",
		    "the field is not client|window" },
		{ "acme|", HEAD "\"times\":[{\"from\":5,\"to\":9}]}",
		    "the field is not client|window" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char error[160];

		assert_null(window_decode(cases[i].field, cases[i].json,
		    strlen(cases[i].json), error));
		if (strncmp(error, cases[i].error, strlen(cases[i].error)) != 0)
			fail_msg("%s: %s", cases[i].json, error);
	}
}

static void
more_changes_than_there_may_be(void **state)
{
	struct text t = { 0 };
	char error[160];

	(void)state;
	text_add(&t, HEAD "\"times\":[{\"from\":5,\"to\":9,\"changes\":[");
	for (int i = 0; i <= WINDOW_CHANGES_MAX; i++)
		text_addf(&t, "%s{\"at\":6,\"by\":\"a\",\"from\":5,\"to\":%d}",
		    i > 0 ? "," : "", 10 + i);
	text_add(&t, "]}]}");
	assert_null(window_decode("acme|m-1", t.data, t.length, error));
	assert_string_equal(error, "changes: too many");
	text_clear(&t);
}

static void
more_times_than_there_may_be(void **state)
{
	struct text t = { 0 };
	char error[160];

	(void)state;
	text_add(&t, HEAD "\"times\":[");
	for (int i = 0; i <= WINDOW_TIMES_MAX; i++)
		text_addf(&t, "%s{\"from\":%d,\"to\":%d}", i > 0 ? "," : "",
		    2 * i, 2 * i + 1);
	text_add(&t, "]}");
	assert_null(window_decode("acme|m-1", t.data, t.length, error));
	assert_string_equal(error, "times: expected 1 to 400 of them");
	text_clear(&t);
}

static void
whom_it_covers(void **state)
{
	struct window *all =
	    decode(HEAD "\"times\":[{\"from\":10,\"to\":20}]}");
	struct window *one = decode(HEAD "\"endpoints\":[\"acme/learn\"],"
					 "\"times\":[{\"from\":1,\"to\":2}]}");

	(void)state;
	assert_true(window_covers(all, &nobody, "acme/learn"));
	assert_true(window_covers(all, &nobody, "acme/login"));
	assert_false(window_covers(all, &nobody, "acmeb/learn"));
	assert_false(window_covers(all, &nobody, "acm/learn"));
	assert_true(window_covers(one, &nobody, "acme/learn"));
	assert_false(window_covers(one, &nobody, "acme/learn2"));
	assert_false(window_covers(one, &nobody, "acme/login"));
	window_free(all);
	window_free(one);
}

/*
 * Who reloads asks of each endpoint and each window; each name was looked up
 * among all renames of the shard, and the reload took seconds.
 */
static void
whom_it_covers_when_many_were_renamed(void **state)
{
	struct text t = { 0 };
	struct renames names = { 0 };
	struct window *w;
	char key[32], name[32];
	clock_t begin;

	(void)state;
	text_add(&t,
	    HEAD "\"times\":[{\"from\":10,\"to\":20}],\"endpoints\":[");
	for (int i = 0; i < 1000; i++) {
		text_format(key, sizeof(key), "acme/e%03d", i);
		text_format(name, sizeof(name), "acme/n%03d", i);
		text_addf(&t, "%s\"%s\"", i > 0 ? "," : "",
		    i < 250 ? name : key);
		if (i < 500)
			renames_add(&names, key, i < 250 ? 4 : 6, name);
	}
	text_add(&t, "]}");
	w = decode(t.data);
	begin = clock();
	for (int i = 0; i < 20000; i++) {
		text_format(key, sizeof(key), "acme/e%03d", i % 1000);
		assert_true(window_covers(w, &names, key));
	}
	assert_true(clock() - begin < 5 * CLOCKS_PER_SEC);
	assert_false(window_covers(w, &names, "acme/n001"));
	window_free(w);
	renames_clear(&names);
	text_clear(&t);
}

static void
say(struct window_time *t, int64_t at_ms, int64_t to_ms, bool cancelled)
{
	char by[] = "aroha";
	struct window_change c = { .at_ms = at_ms,
		.by = by,
		.cancelled = cancelled,
		.from_ms = t->from_ms,
		.to_ms = to_ms };

	window_change(t, &c);
}

/* Accounts ask how it stands, paging when it held. */
static void
what_was_said_last_stands(void **state)
{
	struct window *w = decode(HEAD "\"times\":[{\"from\":10,\"to\":20},"
				       "{\"from\":40,\"to\":50}]}");
	struct window_time *t = w->times;
	int64_t from_ms, to_ms;

	(void)state;
	assert_true(window_stands(t, &from_ms, &to_ms));
	assert_int_equal(to_ms, 20);
	assert_ptr_equal(window_next(w, 0), t);
	assert_ptr_equal(window_next(w, 19), t);
	assert_ptr_equal(window_next(w, 20), t + 1);
	say(t, 12, 30, false);
	assert_true(window_stands(t, &from_ms, &to_ms));
	assert_int_equal(from_ms, 10);
	assert_int_equal(to_ms, 30);
	assert_ptr_equal(window_next(w, 29), t);
	/* Taken back while it ran: it stands no more, and held until then. */
	say(t, 17, 30, true);
	assert_false(window_stands(t, &from_ms, &to_ms));
	assert_true(window_held(t, &from_ms, &to_ms));
	assert_int_equal(from_ms, 10);
	assert_int_equal(to_ms, 17);
	assert_ptr_equal(window_next(w, 12), t + 1);
	/* And before it began: it never held. */
	say(t + 1, 40, 50, true);
	assert_false(window_held(t + 1, &from_ms, &to_ms));
	assert_null(window_next(w, 12));
	/* When it was over nothing is taken back. */
	say(t, 35, 30, true);
	assert_true(window_held(t, &from_ms, &to_ms));
	assert_int_equal(to_ms, 30);
	window_free(w);
	window_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(whom_it_covers_when_many_were_renamed),
		cmocka_unit_test(a_record_that_is_not_whole_is_refused),
		cmocka_unit_test(more_changes_than_there_may_be),
		cmocka_unit_test(more_times_than_there_may_be),
		cmocka_unit_test(whom_it_covers),
		cmocka_unit_test(what_was_said_last_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
