/* twilio_sign: the interface's documented cases, counted again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pager/twilio_sign.h"
#include "pager/twiml.h"

#define TOKEN "12345"
#define TAIL "/myapp.php?foo=1&bar=2"
#define CALL                                                                   \
	"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&"         \
	"From=%2B14158675309&To=%2B18005551212"
#define TWICE "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234"
#define HASH "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
#define JSON "{\"property\": \"value\", \"boolean\": true}"

static const struct {
	const char *url, *form, *signature;
} vectors[] = {
	{ "https://mycompany.com" TAIL, CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=" },
	{ "https://mycompany.com:443" TAIL, CALL,
	    "kvajT1Ptam85bY51eRf/AJRuM3w=" },
	{ "http://mycompany.com:80" TAIL, CALL,
	    "0ZXoZLH/DfblKGATFgpif+LLRf4=" },
	{ "http://mycompany.com:1234" TAIL, CALL,
	    "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=" },
	{ "https://mycompany.com" TAIL, TWICE, "IK+Dwps556ElfBT0I3Rgjkr1wJU=" },
	{ "https://mycompany.com" TAIL "&bodySHA256=" HASH, NULL,
	    "a9nBmqA0ju/hNViExpshrM61xv4=" },
};

/* form NULL: none. */
static bool
is_good(const char *token, const char *url, const char *body,
    const char *signature)
{
	struct form f;
	bool good;

	if (body == NULL)
		return twilio_is_signed(token, url, NULL, signature);
	assert_true(form_read(body, strlen(body), &f));
	good = twilio_is_signed(token, url, &f, signature);
	form_clear(&f);
	return good;
}

static void
the_documented_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		char made[TWILIO_SIGNATURE];
		struct form f = { .text = NULL };

		if (vectors[i].form != NULL)
			assert_true(form_read(vectors[i].form,
			    strlen(vectors[i].form), &f));
		twilio_sign(TOKEN, vectors[i].url,
		    vectors[i].form != NULL ? &f : NULL, made);
		assert_string_equal(made, vectors[i].signature);
		form_clear(&f);
		assert_true(is_good(TOKEN, vectors[i].url, vectors[i].form,
		    vectors[i].signature));
		assert_false(is_good("12346", vectors[i].url, vectors[i].form,
		    vectors[i].signature));
	}
}

/* Whatever a proxy makes of a default port; another port is another URL. */
static void
default_ports_may_be_said_or_not(void **state)
{
	static const struct {
		const char *url;
		size_t vector;
		bool good;
	} cases[] = {
		{ "https://mycompany.com:443" TAIL, 0, true },
		{ "https://mycompany.com" TAIL, 1, true },
		{ "http://mycompany.com" TAIL, 2, true },
		{ "http://mycompany.com" TAIL, 3, false },
		{ "https://mycompany.com:80" TAIL, 0, false },
		{ "https://mycompany.com:1234" TAIL, 0, false },
		{ "http://mycompany.com" TAIL, 0, false },
		{ "https://mycompany.com/other", 0, false },
		{ "mycompany.com" TAIL, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(is_good(TOKEN, cases[i].url,
				     vectors[cases[i].vector].form,
				     vectors[cases[i].vector].signature),
		    cases[i].good);
}

static void
ports_behind_addresses_in_brackets(void **state)
{
	static const char *const pairs[][2] = {
		{ "https://[2001:db8::1]/x", "https://[2001:db8::1]:443/x" },
		{ "http://[::1]", "http://[::1]:80" },
		{ "https://a?b", "https://a:443?b" },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < 2; k++) {
			char made[TWILIO_SIGNATURE];

			twilio_sign(TOKEN, pairs[i][k], NULL, made);
			assert_true(
			    is_good(TOKEN, pairs[i][1 - k], NULL, made));
		}
}

static void
the_order_of_fields_means_nothing(void **state)
{
	(void)state;
	assert_true(is_good(TOKEN, vectors[4].url,
	    "Digits=1234&SidAccount=AC123&Digits=5678&Sid=CA123",
	    vectors[4].signature));
	assert_false(is_good(TOKEN, vectors[4].url,
	    "Digits=1234&SidAccount=AC123&Sid=CA123", vectors[4].signature));
	assert_false(is_good(TOKEN, vectors[4].url, TWICE "&More=1",
	    vectors[4].signature));
}

static void
what_is_no_signature(void **state)
{
	static const char *const bad[] = { NULL, "",
		"RSOYDt4T1cUTdK1PDd93/VVr8B8", "rsOYDt4T1cUTdK1PDd93/VVr8B8=",
		"RSOYDt4T1cUTdK1PDd93/VVr8B8==", "=" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(
		    is_good(TOKEN, vectors[0].url, vectors[0].form, bad[i]));
}

static void
a_body_is_signed_by_its_hash(void **state)
{
	static const char *const wrong[] = {
		"https://mycompany.com" TAIL,
		"https://mycompany.com" TAIL "&bodySHA256=",
		"https://mycompany.com" TAIL "&bodySHA256=0a1f",
		"https://mycompany.com/?bodySHA25=" HASH,
		"https://mycompany.com/bodySHA256=" HASH,
	};
	char made[TWILIO_SIGNATURE];

	(void)state;
	assert_true(twilio_body_is_signed(TOKEN, vectors[5].url, JSON,
	    strlen(JSON), vectors[5].signature));
	assert_false(twilio_body_is_signed(TOKEN, vectors[5].url, JSON " ",
	    strlen(JSON) + 1, vectors[5].signature));
	assert_false(twilio_body_is_signed(TOKEN, vectors[5].url, JSON,
	    strlen(JSON), vectors[0].signature));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		twilio_sign(TOKEN, wrong[i], NULL, made);
		assert_false(twilio_body_is_signed(TOKEN, wrong[i], JSON,
		    strlen(JSON), made));
	}
	twilio_sign(TOKEN, "https://h/?bodySHA256=" HASH "&a=1", NULL, made);
	assert_true(twilio_body_is_signed(TOKEN,
	    "https://h/?bodySHA256=" HASH "&a=1", JSON, strlen(JSON), made));
}

/* For tests/npm/twilio_agrees.js: one line is answered with one. */
static void
answer_line(const char *mode, const char *token, char *line)
{
	char *parts[3] = { line, NULL, NULL }, made[TWILIO_SIGNATURE], *xml;
	bool checks = strcmp(mode, "check") == 0;
	const char *url, *body;
	struct form f = { .text = NULL };

	if (strcmp(mode, "twiml") == 0) {
		xml = twiml_message(line);
		for (char *p = xml; *p != '\0'; p++)
			if (*p != '\n')
				putchar(*p);
		putchar('\n');
		free(xml);
		return;
	}
	for (size_t i = 1; i < 3; i++)
		if (parts[i - 1] != NULL &&
		    (parts[i] = strchr(parts[i - 1], '\t')) != NULL)
			*parts[i]++ = '\0';
	url = parts[checks ? 1 : 0];
	body = parts[checks ? 2 : 1];
	assert_non_null(url);
	assert_non_null(body);
	if (strcmp(body, "-") != 0)
		assert_true(form_read(body, strlen(body), &f));
	twilio_sign(token, url, f.text != NULL ? &f : NULL, made);
	puts(!checks ? made : is_good(token, url, body, line) ? "good" : "bad");
	form_clear(&f);
}

static int
answer_lines(const char *mode, const char *token)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	while ((length = getline(&line, &room, stdin)) > 0) {
		line[length - 1] = '\0';
		answer_line(mode, token, line);
	}
	free(line);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_documented_cases),
		cmocka_unit_test(default_ports_may_be_said_or_not),
		cmocka_unit_test(ports_behind_addresses_in_brackets),
		cmocka_unit_test(the_order_of_fields_means_nothing),
		cmocka_unit_test(what_is_no_signature),
		cmocka_unit_test(a_body_is_signed_by_its_hash),
	};

	if (argc == 3)
		return answer_lines(argv[1], argv[2]);
	return cmocka_run_group_tests_name("twilio_sign", tests, NULL, NULL);
}
