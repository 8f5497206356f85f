/*
 * test_pager_texts_corners: the rarer sentences of link pages, terminal and
 * mail, lists past their limit, fields that are not what they should be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/control_line.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/channel.h"
#include "pager/link_page.h"
#include "tests/unit/one_page.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define NOW_MS INT64_C(1795312800000) /* 2026-11-22T02:00:00Z */

static char zone[] = "Pacific/Auckland";
static char aroha_name[] = "aroha", tom_name[] = "tom";
static struct person people[] = { { .name = aroha_name, .zone = zone },
	{ .name = tom_name, .zone = zone } };
static const struct settings settings = { .people = { people, 2 } };

static void
has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static void
lacks(const char *text, const char *part)
{
	if (strstr(text, part) != NULL)
		fail_msg("\"%s\" is in:\n%s", part, text);
}

static size_t
times(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		n++;
	return n;
}

/* ---- the page behind a take link ---- */

static char *
page_of(const char *incident)
{
	const struct link_view view = { .settings = &settings,
		.person = &people[0],
		.incident = incident,
		.now_ms = NOW_MS };

	return link_page(&view);
}

static void
a_page_says_what_the_incident_says(void **state)
{
	static const struct {
		const char *incident, *has, *lacks;
	} cases[] = {
		{ "{\"state\":\"snoozed\"}", "<strong>It is snoozed.</strong>",
		    "Nobody has it yet" },
		{ "{\"state\":\"snoozed\",\"owner\":\"tom\"}", "tom has it",
		    "It is snoozed" },
		/* What is over calls nobody any more. */
		{ "{\"state\":\"closed\",\"closed_ms\":1795309320000,"
		  "\"expires_ms\":1795314600000}",
		    "It is over, since 14:02 NZDT", "It calls again" },
		{ "{\"state\":\"closed\",\"closed_ms\":1795309320000,"
		  "\"fails_on\":true}",
		    "It failed on when it was closed, at 14:02 NZDT",
		    "It is over" },
		{ "{\"state\":\"calling\",\"expires_ms\":1795314600000}",
		    "It calls again at 15:30 NZDT.", "It is over" },
		/* Only the worst is not put off for hours. */
		{ "{\"owner\":\"aroha\",\"severity\":2}",
		    "<option value=\"240\">240 min</option>", "value=\"480\"" },
		{ "{\"owner\":\"aroha\",\"severity\":1}",
		    "<option value=\"30\">30 min</option>", "value=\"60\"" },
		{ "{\"runbook\":\"https://wiki.example/a?b&c\"}",
		    "<a rel=\"noreferrer\" "
		    "href=\"https://wiki.example/a?b&amp;c\">",
		    "b&c" },
		{ "{\"runbook\":\"http://wiki.example/\"}",
		    "href=\"http://wiki.example/\">", "<p>Runbook: http" },
		{ "{\"runbook\":\"ftp://wiki.example/\"}",
		    "<p>Runbook: ftp://wiki.example/</p>", "href=\"ftp" },
		{ "{\"members\":[{\"subject\":\"acme/learn\"},\"acme/ping\"]}",
		    "<li>acme/learn</li>\n<li>acme/ping</li>", "Timeline" },
		/* One member is the incident itself. */
		{ "{\"members\":[\"acme/learn\"]}", "Nobody has it yet",
		    "All that is affected" },
		{ "{\"timeline\":[{\"at_ms\":1795309320000,\"text\":\"a\"}]}",
		    "<li>14:02 NZDT a</li>", "a (" },
		{ "{\"timeline\":[{\"at_ms\":1795309320000,\"text\":\"a\","
		  "\"by\":\"tom\"}]}",
		    "<li>14:02 NZDT a (tom)</li>", "a</li>" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *html = page_of(cases[i].incident);

		has(html, cases[i].has);
		lacks(html, cases[i].lacks);
		free(html);
	}
}

static void
a_refusal_does_not_look_like_a_success(void **state)
{
	struct link_view view = { .settings = &settings,
		.person = &people[0],
		.notice = "This link is too old.",
		.refused = true };
	char *html = link_page(&view);

	(void)state;
	has(html,
	    "<p class=\"notice refused\" role=\"alert\">This link is too "
	    "old.</p>");
	has(html, "<title>Sunwatch</title>");
	lacks(html, "<form");
	free(html);
	view.refused = false;
	html = link_page(&view);
	has(html, "<p class=\"notice\" role=\"status\">");
	free(html);
}

static void
whoever_is_alone_can_hand_on_to_nobody(void **state)
{
	const struct settings alone = { .shards = 1 };
	const struct link_view view = { .settings = &alone,
		.person = &people[0],
		.incident = "{\"owner\":\"aroha\"}",
		.now_ms = NOW_MS };
	char *html = link_page(&view);

	(void)state;
	has(html, "<select name=\"to\"></select>");
	has(html, "value=\"snooze\"");
	free(html);
}

/* {"key":[item 0, item 1, ...]}, the number of each in its %d. */
static char *
list_of(const char *key, const char *before, const char *after, int count)
{
	struct text t = { 0 };

	text_addf(&t, "{\"%s\":[", key);
	for (int i = 0; i < count; i++)
		text_addf(&t, "%s%sn%02d.%s", i > 0 ? "," : "", before, i,
		    after);
	text_add(&t, "]}");
	return text_take(&t);
}

static void
no_list_shows_more_than_fifty(void **state)
{
	static const struct {
		const char *key, *before, *after, *first, *last, *not ;
	} cases[] = {
		{ "evidence", "{\"region\":\"", "\"}", "n00.", "n49.", "n50." },
		{ "members", "\"", "\"", "n00.", "n49.", "n50." },
		/* Of a story, the end matters. */
		{ "called", "{\"person\":\"", "\"}", "n10.", "n59.", "n09." },
		{ "timeline", "{\"text\":\"", "\"}", "n10.", "n59.", "n09." },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *json =
		    list_of(cases[i].key, cases[i].before, cases[i].after, 60);
		char *html = page_of(json);

		has(html, cases[i].first);
		has(html, cases[i].last);
		lacks(html, cases[i].not );
		assert_int_equal(times(html, "<li>"), 51);
		has(html,
		    i < 2 ? "<li>and 10 more</li>\n</ul>"
			  : "<ul>\n<li>and 10 before these</li>");
		free(html);
		free(json);
	}
}

/* ---- terminal ---- */

static void
each_kind_has_its_title_and_colour(void **state)
{
	static const struct {
		enum message_kind kind;
		const char *title;
	} cases[] = {
		{ MESSAGE_CALL, "\033[1;31mPAGE for aroha: s\033[0m\n" },
		{ MESSAGE_EXPIRED, "\033[1;31mEXPIRED for aroha: s\033[0m\n" },
		{ MESSAGE_HANDOVER,
		    "\033[1;31mHAND-OVER for aroha: s\033[0m\n" },
		{ MESSAGE_LAST_RESORT,
		    "\033[1;31mLAST RESORT for aroha: s\033[0m\n" },
		{ MESSAGE_RESOLVED,
		    "\033[1;32mRESOLVED for aroha: s\033[0m\n" },
		{ MESSAGE_TAKEN, "\033[1mTAKEN for aroha: s\033[0m\n" },
		{ MESSAGE_MEMBER, "\033[1mUPDATE for aroha: s\033[0m\n" },
		{ MESSAGE_TEST, "\033[1mTEST for aroha: s\033[0m\n" },
		{ MESSAGE_UPDATE_DUE,
		    "\033[1mUPDATE DUE for aroha: s\033[0m\n" },
		{ (enum message_kind)99,
		    "\033[1mMESSAGE for aroha: s\033[0m\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct message m = { .kind = cases[i].kind,
			.person = "aroha",
			.subject = "s" };
		char *text = terminal_text(&m, true);

		has(text, cases[i].title);
		lacks(text, "Take it");
		free(text);
	}
}

static void
the_link_is_on_the_terminal_once(void **state)
{
	static char with[] = "Take it at https://p.example/l/x now\n",
		    without[] = "learn is down\n\nsince 14:02";
	static const struct {
		char *body;
		const char *want;
	} cases[] = {
		{ NULL, "s\n  Take it: https://p.example/l/x\n  [i-1]" },
		{ with, "  Take it at https://p.example/l/x now\n  [i-1]" },
		{ without,
		    "  learn is down\n  \n  since 14:02\n"
		    "  Take it: https://p.example/l/x\n  [i-1]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct message m = { .intent = "i-1",
			.link = "https://p.example/l/x",
			.subject = "s",
			.body = cases[i].body };
		char *text = terminal_text(&m, false);

		has(text, cases[i].want);
		assert_int_equal(times(text, "https://"), 1);
		lacks(text, "\033");
		free(text);
	}
}

/* ---- mail ---- */

static char *
mail_from(const struct message *m, const char *sender)
{
	const struct mail mail = { .message = m,
		.from = "s@kahu.example",
		.sender = sender,
		.to = "a@kahu.example",
		.date_ms = NOW_MS };

	return mail_made(&mail);
}

static void
a_test_mail_has_no_thread_and_no_link(void **state)
{
	static char body[] = "A test.\r\n";
	const struct message m = { .intent = "i-Z[{9",
		.subject = "test",
		.body = body };
	char *text = mail_from(&m, "");

	(void)state;
	has(text, "Message-ID: <i-Z_5b_7b9@kahu.example>\r\n");
	has(text, "X-Sunwatch-Intent: i-Z_5b_7b9\r\n");
	lacks(text, "In-Reply-To");
	lacks(text, "References");
	lacks(text, "X-Sunwatch-Incident");
	has(text, "From: <s@kahu.example>\r\nTo: <a@kahu.example>\r\n");
	has(text, "\r\n\r\nA test.\r\n");
	assert_string_equal(strstr(text, "\r\n\r\n"), "\r\n\r\nA test.\r\n");
	free(text);
}

#define X25 "xxxxxxxxxxxxxxxxxxxxxxxxx"

/* What begins a line after a soft break is guarded as any beginning. */
static void
soft_breaks_guard_what_follows(void **state)
{
	static const struct {
		const char *body, *want;
	} cases[] = {
		{ X25 X25 X25 ".y", "x=\r\n=2Ey\r\n" },
		{ X25 X25 X25 "From", "x=\r\n=46rom\r\n" },
		{ X25 X25 X25 "y", "x=\r\ny\r\n" },
		{ X25 X25 X25 "=", "x=\r\n=3D\r\n" },
		{ X25 X25 X25, "x\r\n" },
		{ "a.b\x7f", "\r\n\r\na.b\\x7f\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct message m = { .body = mem_text(cases[i].body) };
		char *text = mail_from(&m, "");
		size_t length = strlen(text), want = strlen(cases[i].want);

		assert_true(length > want);
		assert_string_equal(text + length - want, cases[i].want);
		free(text);
		free(m.body);
	}
}

static void
headers_fold_only_between_words(void **state)
{
	static const struct {
		const char *subject, *want;
	} cases[] = {
		/* One word is not cut, however long. */
		{ X25 X25 X25 "yy", "Subject: " X25 X25 X25 "yy\r\n" },
		{ X25 X25 " " X25 "y",
		    "Subject: " X25 X25 "\r\n " X25 "y\r\n" },
		/* No line of nothing but blanks: it would end the header. */
		{ X25 X25 "xxxxxxxxxxxxxxxx  ",
		    "Subject: " X25 X25 "xxxxxxxxxxxxxxxx  \r\n" },
	};
	static char body[] = "b";

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct message m = { .body = body };
		char *text;

		text_copy(m.subject, sizeof(m.subject), cases[i].subject);
		text = mail_from(&m, "");
		has(text, cases[i].want);
		free(text);
	}
}

static void
a_long_sender_is_folded_into_encoded_words(void **state)
{
	static char body[] = "b";
	const struct message m = { .body = body };
	char *text = mail_from(&m, X25 X25 "xxxxxxxxxx");

	(void)state;
	has(text, "From: =?UTF-8?B?eHh4");
	has(text, "?=\r\n =?UTF-8?B?");
	has(text, "?=\r\n <s@kahu.example>\r\n");
	free(text);
}

static void
a_bad_sender_is_named(void **state)
{
	static char body[] = "b";
	const struct message m = { .body = body };
	struct mail mail = { &m, "s@kahu@example", "", "a@kahu.example", 0 };
	char error[160] = "", address[MAIL_ADDRESS_MAX + 2];
	size_t length;

	(void)state;
	assert_null(mail_text(&mail, &length, error));
	assert_string_equal(error,
	    "not an address for mail: \"s@kahu@example\"");
	assert_false(mail_address_is_good("a\x7f@b"));
	memset(address, 'a', sizeof(address));
	memcpy(address, "a@", 2);
	address[MAIL_ADDRESS_MAX] = '\0';
	assert_true(mail_address_is_good(address));
	address[MAIL_ADDRESS_MAX] = 'a';
	address[MAIL_ADDRESS_MAX + 1] = '\0';
	assert_false(mail_address_is_good(address));
}

/* ---- fields of records, lines of the control socket ---- */

static void
a_choice_is_within_its_list(void **state)
{
	static const struct {
		const char *json;
		int want;
	} cases[] = {
		{ "{\"k\":0}", 0 },
		{ "{\"k\":2}", 2 },
		{ "{\"k\":3}", 1 },
		{ "{\"k\":-1}", 1 },
		{ "{\"k\":4294967296}", 1 },
		{ "{\"k\":\"2\"}", 1 },
		{ "{}", 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *o = json_loads(cases[i].json, 0, NULL);

		assert_int_equal(record_choice(o, "k", 3, 1), cases[i].want);
		json_decref(o);
	}
}

static void
only_true_is_true(void **state)
{
	static const struct {
		const char *json;
		bool want;
	} cases[] = { { "{\"k\":true}", true }, { "{\"k\":false}", false },
		{ "{\"k\":1}", false }, { "{\"k\":\"true\"}", false },
		{ "{}", false } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *o = json_loads(cases[i].json, 0, NULL);

		assert_int_equal(record_bool(o, "k"), cases[i].want);
		json_decref(o);
	}
}

static void
foreign_bytes_become_text(void **state)
{
	static const struct {
		const char *bytes, *want;
	} cases[] = { { "", "\"\"" }, { "M\xc4\x81ori", "\"M\xc4\x81ori\"" },
		{ "\xff", "\"\\\\xff\"" }, { "a\xc4", "\"a\\\\xc4\"" } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *value = record_foreign(cases[i].bytes);
		char *text = record_dump(value);

		assert_string_equal(text, cases[i].want);
		free(text);
		json_decref(value);
	}
}

static void
lines_and_names_have_limits(void **state)
{
	char line[CONTROL_LINE_MAX + 2], error[160] = "";
	struct control_line l;

	(void)state;
	memset(line, ' ', sizeof(line));
	memcpy(line, "{\"command\":\"status\"}", 20);
	assert_int_equal(control_line_read(line, CONTROL_LINE_MAX, "root", &l,
			     error),
	    0);
	control_line_clear(&l);
	assert_int_equal(control_line_read(line, CONTROL_LINE_MAX + 1, "root",
			     &l, error),
	    -1);
	assert_string_equal(error, "a line is longer than 524288 bytes");
	text_format(line, sizeof(line),
	    "{\"command\":\"status\",\"as\":\"%064d\"}", 7);
	assert_int_equal(control_line_read(line, strlen(line), "root", &l,
			     error),
	    -1);
	assert_string_equal(error, "as: not the name of a person");
	text_format(line, sizeof(line),
	    "{\"command\":\"status\",\"as\":\"%063d\"}", 7);
	assert_int_equal(control_line_read(line, strlen(line), "root", &l,
			     error),
	    0);
	control_line_clear(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_says_what_the_incident_says),
		cmocka_unit_test(a_refusal_does_not_look_like_a_success),
		cmocka_unit_test(whoever_is_alone_can_hand_on_to_nobody),
		cmocka_unit_test(no_list_shows_more_than_fifty),
		cmocka_unit_test(each_kind_has_its_title_and_colour),
		cmocka_unit_test(the_link_is_on_the_terminal_once),
		cmocka_unit_test(a_test_mail_has_no_thread_and_no_link),
		cmocka_unit_test(soft_breaks_guard_what_follows),
		cmocka_unit_test(headers_fold_only_between_words),
		cmocka_unit_test(a_long_sender_is_folded_into_encoded_words),
		cmocka_unit_test(a_bad_sender_is_named),
		cmocka_unit_test(a_choice_is_within_its_list),
		cmocka_unit_test(only_true_is_true),
		cmocka_unit_test(foreign_bytes_become_text),
		cmocka_unit_test(lines_and_names_have_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
