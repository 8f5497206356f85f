/* test_mail_text: a page as a mail, byte for byte, and hostile names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"
#include "tests/unit/one_page.h"

#define NOON_MS INT64_C(1795305727000) /* 2026-11-22T00:02:07Z */

static char body[] = "learn is down since 13:02 NZDT.\n\n.first\nFrom here\n"
		     "100 % = all \nMāori\n";

static struct message
page(void)
{
	return one_page(CHANNEL_MAIL, body);
}

static char *
mail_of(const struct message *m)
{
	struct mail mail = { .message = m,
		.from = "sunwatch@kahu.example",
		.sender = "Kahu LMS Hosting",
		.to = "aroha@kahu.example",
		.date_ms = NOON_MS };

	return mail_made(&mail);
}

static void
expect_mail(const struct message *m, const char *want)
{
	char *text = mail_of(m);

	assert_string_equal(text, want);
	free(text);
}

static void
a_page_is_this_mail(void **state)
{
	struct message m = page();

	(void)state;
	expect_mail(&m,
	    "Date: Sun, 22 Nov 2026 00:02:07 +0000\r\n"
	    "From: \"Kahu LMS Hosting\"\r\n"
	    " <sunwatch@kahu.example>\r\n"
	    "To: \"aroha\"\r\n"
	    " <aroha@kahu.example>\r\n"
	    "Subject: S1 Acme University: learn is down\r\n"
	    "Message-ID: <i-000000123.INC-000042@kahu.example>\r\n"
	    "In-Reply-To: <INC-000042@kahu.example>\r\n"
	    "References: <INC-000042@kahu.example>\r\n"
	    "X-Sunwatch-Intent: i-000000123\r\n"
	    "X-Sunwatch-Incident: INC-000042\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "X-Auto-Response-Suppress: All\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "learn is down since 13:02 NZDT.\r\n"
	    "\r\n"
	    "=2Efirst\r\n"
	    "=46rom here\r\n"
	    "100 % =3D all=20\r\n"
	    "M=C4=81ori\r\n"
	    "\r\n"
	    "https://pager.example/l/abc\r\n");
}

static void
a_repeat_says_so_and_keeps_its_id(void **state)
{
	struct message m = page();
	char *text;

	(void)state;
	m.possible_repeat = m.store_down = true;
	text = mail_of(&m);
	assert_non_null(strstr(text,
	    "\r\nSubject: [possible repeat] [store is down] S1 Acme "
	    "University: learn is down\r\n"));
	assert_non_null(strstr(text,
	    "\r\nMessage-ID: <i-000000123.INC-000042@kahu.example>\r\n"));
	assert_non_null(strstr(text, "You may have had this message before."));
	assert_non_null(strstr(text, "recorded only later."));
	free(text);
}

static void
a_link_in_the_body_is_not_said_twice(void **state)
{
	struct message m = page();
	char *text;

	(void)state;
	m.body = mem_text("Take it: https://pager.example/l/abc\n");
	text = mail_of(&m);
	assert_non_null(strstr(text, "Take it: https://pager.example/l/abc"));
	assert_null(strstr(text, "\r\nhttps://"));
	free(text);
	free(m.body);
}

/* Names of the header's fields, so that one more shows. */
static char *
fields_of(const char *mail)
{
	struct text t = { 0 };
	const char *end = strstr(mail, "\r\n\r\n");

	assert_non_null(end);
	for (const char *p = mail; p < end + 2; p = strstr(p, "\r\n") + 2)
		if (*p != ' ') {
			text_add_bytes(&t, p, strcspn(p, ":"));
			text_add(&t, " ");
		}
	return text_take(&t);
}

static void
hostile_texts_add_no_header(void **state)
{
	static const char *const hostile[] = { "a\r\nBcc: evil@example",
		"a\nX-Evil: 1", "a\r\n\r\nbody",
		"=?UTF-8?Q?=0D=0AX:_1?=", "\x80\xff\xfe", "tab\there",
		"\"quote\\", "<evil@example>", "Ünïcödé \xe2\x80\xae turned",
		"" };
	char *want;

	(void)state;
	want = mem_text("Date From To Subject Message-ID In-Reply-To "
			"References X-Sunwatch-Intent X-Sunwatch-Incident "
			"Auto-Submitted X-Auto-Response-Suppress MIME-Version "
			"Content-Type Content-Transfer-Encoding ");
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct message m = page();
		struct mail mail = { .message = &m,
			.from = "s@kahu.example",
			.sender = hostile[i],
			.to = "a@kahu.example",
			.date_ms = NOON_MS };
		char *text, *fields, error[160];
		size_t length;

		text_copy(m.subject, sizeof(m.subject), hostile[i]);
		text_copy(m.person, sizeof(m.person), hostile[i]);
		if (*hostile[i] != '\0') {
			text_copy(m.intent, sizeof(m.intent), hostile[i]);
			text_copy(m.incident, sizeof(m.incident), hostile[i]);
			text_copy(m.thread, sizeof(m.thread), hostile[i]);
		}
		text = mail_text(&mail, &length, error);
		assert_non_null(text);
		fields = fields_of(text);
		assert_string_equal(fields, want);
		for (const char *p = text; *p != '\0'; p++) {
			assert_true((unsigned char)*p < 0x7f);
			assert_true(*p >= ' ' || *p == '\r' || *p == '\n');
		}
		free(fields);
		free(text);
	}
	free(want);
}

static void
lines_stay_within_the_margin(void **state)
{
	struct message m = page();
	char *text;

	(void)state;
	m.body = mem_alloc(4001);
	for (size_t i = 0; i < 4000; i++)
		m.body[i] = "ab c=\xc4\x81"[i % 7];
	memset(m.subject, 'w', sizeof(m.subject) - 1);
	for (size_t i = 20; i < sizeof(m.subject) - 1; i += 9)
		m.subject[i] = ' ';
	text = mail_of(&m);
	for (const char *p = text; *p != '\0';) {
		const char *end = strstr(p, "\r\n");

		assert_non_null(end);
		assert_true(end - p <= 76);
		p = end + 2;
	}
	free(text);
	free(m.body);
}

static void
characters_are_not_cut_between_words(void **state)
{
	struct message m = page();
	char *text;

	(void)state;
	text_copy(m.subject, sizeof(m.subject),
	    "ääääääääääääääääääääääääääääää"); /* 60 bytes: two words */
	text = mail_of(&m);
	assert_non_null(strstr(text,
	    "Subject: =?UTF-8?B?w6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TD"
	    "pMOkw6TDpMOkw6Q=?=\r\n"
	    " =?UTF-8?B?w6TDpMOkw6TDpMOkw6TDpA==?=\r\n"));
	free(text);
}

static void
a_body_without_end_is_cut(void **state)
{
	struct message m = page();
	char *text;

	(void)state;
	m.body = mem_alloc(MAIL_BODY_MAX + 100);
	memset(m.body, 'x', MAIL_BODY_MAX + 99);
	text = mail_of(&m);
	assert_non_null(strstr(text, "too long and is left out"));
	assert_true(strlen(text) < 2 * MAIL_BODY_MAX);
	free(text);
	free(m.body);
}

/* A storm's list may fill the body: the link behind it is not lost. */
static void
a_link_in_what_was_cut_is_said(void **state)
{
	struct message m = page();
	struct text list = { 0 };
	char *text;

	(void)state;
	while (list.length < MAIL_BODY_MAX)
		text_add(&list, "  INC-000007 S1 Acme University: learn\n");
	text_addf(&list, "\nSee and take it: %s\n", m.link);
	m.body = list.data;
	text = mail_of(&m);
	assert_non_null(strstr(text, m.link));
	free(text);
	text_clear(&list);
}

static void
addresses(void **state)
{
	static const struct {
		const char *address;
		bool good;
	} cases[] = {
		{ "a@b.example", true },
		{ "first.last+tag@b.example", true },
		{ "", false },
		{ "a", false },
		{ "@b", false },
		{ "a@", false },
		{ "a@b@c", false },
		{ "a b@c", false },
		{ "a@b\r\nRCPT TO:<x@y>", false },
		{ "<a@b>", false },
		{ "a@b,c@d", false },
		{ "\xc3\xa4@b.example", false },
		{ "-a@b.example", false },
		{ "a@.b", false },
	};
	struct message m = page();
	struct mail mail = { &m, "s@kahu.example", "", "a@b, c@d", 0 };
	char error[160] = "";
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(mail_address_is_good(cases[i].address),
		    cases[i].good);
	assert_null(mail_text(&mail, &length, error));
	assert_string_equal(error, "not an address for mail: \"a@b, c@d\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_this_mail),
		cmocka_unit_test(a_repeat_says_so_and_keeps_its_id),
		cmocka_unit_test(a_link_in_the_body_is_not_said_twice),
		cmocka_unit_test(hostile_texts_add_no_header),
		cmocka_unit_test(lines_stay_within_the_margin),
		cmocka_unit_test(characters_are_not_cut_between_words),
		cmocka_unit_test(a_body_without_end_is_cut),
		cmocka_unit_test(a_link_in_what_was_cut_is_said),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
