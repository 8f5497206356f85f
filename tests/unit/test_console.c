/* test_console: who is in, who guesses, who may, and what was pressed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/guard.h"
#include "console/press.h"
#include "console/repeats.h"
#include "console/role.h"
#include "console/session.h"
#include "lib/record.h"
#include "lib/text.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define SECRET "0123456789abcdef"
#define HASH "scrypt:15:8:1:aa:bb"
#define NOW_MS INT64_C(1795312800000) /* 2026-11-22T02:00:00Z */
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct session_limits limits = { 3600000, 86400000 };

static struct session
session_of(const char *person)
{
	struct session s = { .way = SESSION_BY_PASSWORD,
		.begun_ms = NOW_MS,
		.seen_ms = NOW_MS };

	text_copy(s.person, sizeof(s.person), person);
	text_copy(s.id, sizeof(s.id), ID);
	return s;
}

static void
what_was_written_is_read(void **state)
{
	struct session s = session_of("aroha.k"), out;
	char text[SESSION_TEXT];

	(void)state;
	session_write(SECRET, HASH, &s, text);
	assert_true(session_read(text, &out));
	assert_string_equal(out.person, "aroha.k");
	assert_string_equal(out.id, ID);
	assert_int_equal(out.begun_ms, NOW_MS);
	assert_int_equal(out.seen_ms, NOW_MS);
	assert_true(session_is_ours(SECRET, HASH, text));
	/* Another secret, another password, or none: it is worth nothing. */
	assert_false(session_is_ours("other", HASH, text));
	assert_false(session_is_ours(SECRET, "another", text));
	assert_false(session_is_ours(SECRET, NULL, text));
	assert_false(session_is_ours(SECRET, HASH, "nothing"));
	assert_true(strlen(text) + 1 < SESSION_TEXT);
}

static void
the_longest_name_fits(void **state)
{
	char name[64], text[SESSION_TEXT];
	struct session s, out;

	(void)state;
	memset(name, 'n', 63);
	name[63] = '\0';
	s = session_of(name);
	s.begun_ms = s.seen_ms = INT64_C(999999999999999);
	session_write(SECRET, HASH, &s, text);
	assert_true(session_read(text, &out));
	assert_true(session_is_ours(SECRET, HASH, text));
}

/* Every change of any one character makes it worthless. */
static void
no_character_can_be_changed(void **state)
{
	struct session s = session_of("aroha"), out;
	char text[SESSION_TEXT];

	(void)state;
	session_write(SECRET, HASH, &s, text);
	for (size_t i = 0; text[i] != '\0'; i++) {
		char was = text[i];

		for (int c = 0; c < 256; c++) {
			if ((char)c == was)
				continue;
			text[i] = (char)c;
			assert_false(session_read(text, &out) &&
			    session_is_ours(SECRET, HASH, text));
		}
		text[i] = was;
	}
}

static void
what_is_no_session_is_not_read(void **state)
{
	static const char *const texts[] = { "", "1", "1~", "2~w~a~1~1~" ID "~",
		"1~w~a~1~1~" ID "~", "1~x~a~1~1~" ID "~" ID,
		"1~ww~a~1~1~" ID "~" ID, "1~w~~1~1~" ID "~" ID,
		"1~w~a~~1~" ID "~" ID, "1~w~a~-1~1~" ID "~" ID,
		"1~w~a~1~1234567890123456~" ID "~" ID,
		"1~w~a~1~12345678901234567890~" ID "~" ID, "1~w~a~1~1~0~" ID,
		"1~w~a~1~1", "1~w~a~1~1~" ID, "1~w~a~1~1~" ID "0~" ID, "1~w" };
	struct session out;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_false(session_read(texts[i], &out));
	assert_true(session_read("1~p~a~1~1~" ID "~" ID, &out));
}

static void
a_session_ends(void **state)
{
	struct session s = session_of("aroha");

	(void)state;
	assert_false(session_is_over(&s, &limits, NOW_MS + 3600000));
	assert_true(session_is_over(&s, &limits, NOW_MS + 3600001));
	s.seen_ms = NOW_MS + 86400000;
	assert_false(session_is_over(&s, &limits, NOW_MS + 86400000));
	assert_true(session_is_over(&s, &limits, NOW_MS + 86400001));
	/* The clock went back, a little or a lot. */
	s = session_of("aroha");
	assert_false(session_is_over(&s, &limits, NOW_MS - SESSION_AHEAD_MS));
	assert_true(
	    session_is_over(&s, &limits, NOW_MS - SESSION_AHEAD_MS - 1));
	assert_false(session_is_stale(&s, &limits, NOW_MS + 180000));
	assert_true(session_is_stale(&s, &limits, NOW_MS + 180001));
}

static void
a_form_is_of_its_session(void **state)
{
	struct session s = session_of("aroha"), other = session_of("tom");
	char code[SESSION_CODE + 1], of_other[SESSION_CODE + 1];

	(void)state;
	session_csrf(SECRET, &s, code);
	session_csrf(SECRET, &other, of_other);
	assert_true(session_csrf_fits(SECRET, &s, code));
	assert_false(session_csrf_fits(SECRET, &s, of_other));
	assert_false(session_csrf_fits(SECRET, &s, ""));
	assert_false(session_csrf_fits("other", &s, code));
	code[5] = code[5] == '0' ? '1' : '0';
	assert_false(session_csrf_fits(SECRET, &s, code));
}

static void
it_is_pressed_on_our_page_or_not(void **state)
{
	static const struct {
		const char *origin, *url, *host;
		bool tls, fits;
	} cases[] = {
		{ NULL, NULL, "a", false, false },
		{ "http://a:1", NULL, "a:1", false, true },
		{ "http://A:1", NULL, "a:1", false, true },
		{ "https://a:1", NULL, "a:1", false, false },
		{ "https://a:1", NULL, "a:1", true, true },
		{ "http://a:1", NULL, "a:1", true, false },
		{ "http://a:1", NULL, NULL, false, false },
		{ "http://a:2", NULL, "a:1", false, false },
		{ "null", NULL, "a:1", false, false },
		{ "https://c.example", "https://c.example", "b", false, true },
		{ "https://c.example.evil", "https://c.example", "b", false,
		    false },
		{ "http://b", "https://c.example", "b", false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(session_origin_fits(cases[i].origin,
				     cases[i].url, cases[i].host, cases[i].tls),
		    cases[i].fits);
}

static void
who_guesses_waits_longer_and_longer(void **state)
{
	static const int64_t waits[] = { 0, 0, 0, 1000, 2000, 4000, 8000, 16000,
		30000, 30000 };
	struct guard *g = guard_new();

	(void)state;
	for (size_t i = 0; i < COUNT(waits); i++) {
		assert_int_equal(guard_wait_ms(g, "aroha", "192.0.2.7", NOW_MS),
		    waits[i]);
		guard_wrong(g, "aroha", "192.0.2.7", NOW_MS);
	}
	/* From elsewhere Aroha waits a little, and Tom not at all. */
	assert_int_equal(guard_wait_ms(g, "aroha", "192.0.2.8", NOW_MS), 5000);
	assert_int_equal(guard_wait_ms(g, "tom", "192.0.2.8", NOW_MS), 0);
	assert_int_equal(guard_count(g, "aroha", NOW_MS), 10);
	/* The right one clears hers, and not what guesses from there cost. */
	guard_right(g, "aroha");
	guard_right(g, "nobody");
	assert_int_equal(guard_wait_ms(g, "aroha", "192.0.2.8", NOW_MS), 0);
	assert_int_equal(guard_wait_ms(g, "aroha", "192.0.2.7", NOW_MS), 30000);
	/* It is forgotten, also when the clock goes back. */
	assert_int_equal(guard_wait_ms(g, "aroha", "192.0.2.7",
			     NOW_MS + GUARD_FORGET_MS + 1),
	    0);
	assert_int_equal(guard_wait_ms(g, "aroha", "192.0.2.7", NOW_MS - 1), 0);
	guard_free(g);
	guard_free(NULL);
}

/* However many guess, little is remembered, and the latest of it. */
static void
many_guessers_take_no_room(void **state)
{
	struct guard *g = guard_new();
	char address[32];

	(void)state;
	for (int i = 0; i < 3 * GUARD_ENTRIES; i++) {
		text_format(address, sizeof(address), "10.0.%d.%d", i / 250,
		    i % 250);
		guard_wrong(g, "aroha", address, NOW_MS + i);
	}
	assert_int_equal(guard_count(g, "aroha",
			     NOW_MS + 3 * GUARD_ENTRIES - 1),
	    3 * GUARD_ENTRIES);
	guard_free(g);
}

static void
each_role_may_what_it_may(void **state)
{
	static const struct {
		enum console_role role;
		const char *command;
		bool may;
	} cases[] = {
		{ CONSOLE_VIEWER, "{'command':'take'}", false },
		{ CONSOLE_RESPONDER, "{'command':'take'}", true },
		{ CONSOLE_LEAD, "{'command':'take'}", true },
		{ CONSOLE_RESPONDER, "{'command':'escalate'}", true },
		{ CONSOLE_RESPONDER, "{'command':'severity'}", false },
		{ CONSOLE_LEAD, "{'command':'severity'}", true },
		{ CONSOLE_RESPONDER, "{'command':'update'}", false },
		{ CONSOLE_RESPONDER, "{'command':'preview'}", false },
		{ CONSOLE_LEAD, "{'command':'update'}", true },
		{ CONSOLE_VIEWER, "{'command':'page-test','for':'aroha'}",
		    true },
		{ CONSOLE_RESPONDER, "{'command':'page-test','for':'tom'}",
		    false },
		{ CONSOLE_RESPONDER, "{'command':'page-test'}", false },
		{ CONSOLE_LEAD, "{'command':'page-test','for':'tom'}", true },
		{ CONSOLE_VIEWER, "{'command':'override-add','for':'aroha'}",
		    false },
		{ CONSOLE_RESPONDER, "{'command':'override-add','for':'aroha'}",
		    true },
		{ CONSOLE_RESPONDER, "{'command':'override-add','for':'tom'}",
		    false },
		/* What is for programs, or for nobody, is nobody's here. */
		{ CONSOLE_LEAD, "{'command':'alerts'}", false },
		{ CONSOLE_LEAD, "{'command':'open'}", false },
		{ CONSOLE_LEAD, "{'command':7}", false },
		{ CONSOLE_LEAD, "{}", false },
	};
	char name[] = "aroha", why[160];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct person p = { .name = name, .role = (int)cases[i].role };
		char text[160];
		json_t *o;

		text_copy(text, sizeof(text), cases[i].command);
		for (char *c = text; *c != '\0'; c++)
			if (*c == '\'')
				*c = '"';
		o = json_loads(text, 0, NULL);
		why[0] = '\0';
		assert_non_null(o);
		assert_int_equal(role_may(&p, o, why), cases[i].may);
		assert_int_equal(why[0] == '\0', cases[i].may);
		json_decref(o);
	}
}

static void
only_what_may_be_pressed_is_shown(void **state)
{
	char name[] = "aroha";
	struct person p = { .name = name, .role = CONSOLE_RESPONDER };

	(void)state;
	assert_true(role_allows(&p, "take"));
	assert_true(role_allows(&p, "override-add"));
	assert_false(role_allows(&p, "severity"));
	assert_false(role_allows(&p, "alerts"));
	assert_string_equal(role_text(CONSOLE_VIEWER), "viewer");
	assert_string_equal(role_text(CONSOLE_LEAD), "lead");
}

static void
what_is_pressed_twice_is_known(void **state)
{
	struct repeats *r = repeats_new();
	const struct repeat *seen;
	char key[32];

	(void)state;
	assert_null(repeats_seen(r, "a", NOW_MS));
	seen = repeats_seen(r, "a", NOW_MS);
	assert_non_null(seen);
	assert_false(seen->answered);
	repeats_answer(r, "a", 409, "refused");
	repeats_answer(r, "a", 200, "done");
	repeats_answer(r, "nobody", 200, "done");
	seen = repeats_seen(r, "a", NOW_MS + REPEATS_MS);
	assert_true(seen->answered);
	assert_int_equal(seen->status, 200);
	assert_string_equal(seen->notice, "done");
	repeats_forget(r, "a");
	repeats_forget(r, "a");
	assert_null(repeats_seen(r, "a", NOW_MS));
	/* It is forgotten in time, and when there are too many. */
	assert_null(repeats_seen(r, "a", NOW_MS + REPEATS_MS + 1));
	for (int i = 0; i < REPEATS_MAX; i++) {
		text_format(key, sizeof(key), "%d", i);
		assert_null(repeats_seen(r, key, NOW_MS + REPEATS_MS + 1));
	}
	assert_null(repeats_seen(r, "a", NOW_MS + REPEATS_MS + 1));
	repeats_free(r);
	repeats_free(NULL);
}

static const struct press_button buttons[] = {
	{ "note", "note", { press_text } },
	{ "severity", "severity", { press_severity } },
	{ "all", "update",
	    { press_state, press_said, press_next, press_digest } },
	{ "next", "preview", { press_state, press_said, press_next } },
	{ NULL },
};

static void
what_was_pressed_is_a_command_or_refused(void **state)
{
	static const struct {
		const char *body, *said;
	} cases[] = {
		{ "do=note&text=a%26b",
		    "{\"command\":\"note\",\"text\":\"a&b\"}" },
		{ "do=note", "text: say something. Nothing was changed." },
		{ "do=note&text=",
		    "text: say something. Nothing was changed." },
		{ "do=note&text=%ff", "text: not UTF-8. Nothing was changed." },
		{ "do=note&text=%zz",
		    "text: longer than 4000 bytes, or malformed. Nothing was "
		    "changed." },
		{ "do=severity&severity=2",
		    "{\"command\":\"severity\",\"severity\":2}" },
		{ "do=severity&severity=5",
		    "severity: a number from 1 to 4. Nothing was changed." },
		{ "do=severity&severity=0",
		    "severity: a number from 1 to 4. Nothing was changed." },
		{ "do=severity&severity=S2",
		    "severity: a number from 1 to 4. Nothing was changed." },
		{ "do=severity",
		    "severity: a number from 1 to 4. Nothing was changed." },
		{ "do=severity&severity=",
		    "severity: a number from 1 to 4. Nothing was changed." },
		{ "do=severity&severity=99999999999999999999",
		    "severity: a number from 1 to 4. Nothing was changed." },
		{ "do=next", "{\"command\":\"preview\"}" },
		{ "do=next&state=monitoring&text=x&next=60",
		    "{\"command\":\"preview\",\"state\":\"monitoring\","
		    "\"text\":\"x\",\"next_ms\":1795316400000}" },
		{ "do=next&state=a+b",
		    "state: there is no such state. Nothing was changed." },
		{ "do=next&state=abcdefghijklmnopqrstuvwxyz",
		    "state: there is no such state. Nothing was changed." },
		{ "do=next&text=%zz",
		    "text: longer than 4000 bytes, or malformed. Nothing was "
		    "changed." },
		{ "do=next&next=10081",
		    "next: not within 7 days. Nothing was changed." },
		{ "do=next&next_ms=x",
		    "next_ms: not an instant. Nothing was changed." },
		{ "do=all&next_ms=7&digest=" ID,
		    "{\"command\":\"update\",\"next_ms\":7,\"digest\":\"" ID
		    "\"}" },
		{ "do=all&digest=" ID "0",
		    "digest: look at the preview first. Nothing was "
		    "changed." },
		{ "do=all&digest=0",
		    "digest: look at the preview first. Nothing was "
		    "changed." },
		{ "do=all&digest=x123456789abcdef0123456789abcdef0123456789abcd"
		  "ef0123456789abcdef",
		    "digest: look at the preview first. Nothing was "
		    "changed." },
		{ "do=all",
		    "digest: look at the preview first. Nothing was "
		    "changed." },
		{ "", "do: there is no such button. Nothing was changed." },
		{ "do=take",
		    "do: there is no such button. Nothing was changed." },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char error[160] = "", *text = NULL;
		struct pressed p = { .body = cases[i].body,
			.length = strlen(cases[i].body),
			.now_ms = NOW_MS,
			.command = json_object(),
			.error = error };

		if (press_read(&p, buttons))
			text = record_dump(p.command);
		assert_string_equal(text != NULL ? text : error, cases[i].said);
		free(text);
		json_decref(p.command);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(the_longest_name_fits),
		cmocka_unit_test(no_character_can_be_changed),
		cmocka_unit_test(what_is_no_session_is_not_read),
		cmocka_unit_test(a_session_ends),
		cmocka_unit_test(a_form_is_of_its_session),
		cmocka_unit_test(it_is_pressed_on_our_page_or_not),
		cmocka_unit_test(who_guesses_waits_longer_and_longer),
		cmocka_unit_test(many_guessers_take_no_room),
		cmocka_unit_test(each_role_may_what_it_may),
		cmocka_unit_test(only_what_may_be_pressed_is_shown),
		cmocka_unit_test(what_is_pressed_twice_is_known),
		cmocka_unit_test(what_was_pressed_is_a_command_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
