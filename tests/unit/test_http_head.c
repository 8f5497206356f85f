/*
 * http_head: what is a request and what is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/http_head.h"
#include "lib/text.h"

#define HOST "Host: a\r\n"

static const struct {
	const char *text;
	int status;
} heads[] = {
	{ "GET / HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "GET / HTTP/1.0\r\n\r\n", 0 },
	{ "GET http://a/b?c HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "GET https://a/b HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\n", 0 },
	{ "GET / HTTP/1.1\r\n" HOST "X:\r\n\r\n", 0 },
	{ "GET / HTTP/1.1\r\n" HOST "X:\t a\tb \r\n\r\n", 0 },
	{ "POST / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\n\r\n", 0 },
	/* not a request line */
	{ "\r\n\r\n", 400 },
	{ "GET\r\n\r\n", 400 },
	{ "GET /\r\n\r\n", 400 },
	{ "GET  / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "G(T / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ " / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET / FTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET / HTTP/2.0\r\n" HOST "\r\n", 505 },
	{ "GET / HTTP/1.1 \r\n" HOST "\r\n", 505 },
	/* not a path */
	{ "GET * HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET http://a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /%zz HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /%4 HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /%4g HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /%00 HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /%0a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /\x7f HTTP/1.1\r\n" HOST "\r\n", 400 },
	/* not header fields */
	{ "GET / HTTP/1.1\nHost: a\n\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "X: a\nY: b\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "X: a\x7f\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "X a\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "X : a\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST ": a\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST " folded: a\r\n\r\n", 400 },
	/* not one host */
	{ "GET / HTTP/1.1\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400 },
	/* not one length */
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 1x\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: \r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST
	  "Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
	    400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 9999999999999999\r\n\r\n",
	    400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
	    411 },
	{ "POST / HTTP/1.1\r\n" HOST "Expect: money\r\n\r\n", 417 },
	/* not the end */
	{ "GET / HTTP/1.1\r\n" HOST, 400 },
	{ "", 400 },
};

static void
what_is_a_request(void **state)
{
	struct http_head h;
	const char *error;
	size_t i;
	char *text;

	(void)state;
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		text = mem_text(heads[i].text);
		if (http_head_parse(text, strlen(heads[i].text), &h, &error) !=
		    heads[i].status)
			fail_msg("%s", heads[i].text);
		free(text);
	}
}

static void
zero_bytes_are_refused(void **state)
{
	char text[] = "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n";
	struct http_head h;
	const char *error;

	(void)state;
	assert_int_equal(http_head_parse(text, sizeof(text) - 1, &h, &error),
	    400);
}

static void
everything_is_taken_apart(void **state)
{
	char text[] = "POST /a%20b/%63?d=%65&f HTTP/1.1\r\n"
		      "Host: acme.example\r\n"
		      "content-LENGTH: 12\r\n"
		      "X-Thing:  some thing \t\r\n"
		      "Expect: 100-continue\r\n\r\n";
	struct http_head h;
	const char *error;

	(void)state;
	assert_int_equal(http_head_parse(text, sizeof(text) - 1, &h, &error),
	    0);
	assert_string_equal(h.method, "POST");
	assert_string_equal(h.path, "/a b/c");
	assert_string_equal(h.query, "d=%65&f");
	assert_int_equal(h.length, 12);
	assert_true(h.keep_alive);
	assert_true(h.wants_continue);
	assert_string_equal(http_head_field(&h, "x-thing"), "some thing");
	assert_null(http_head_field(&h, "x-thin"));
}

static void
who_may_ask_again(void **state)
{
	static const struct {
		const char *text;
		bool keep_alive;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n" HOST "\r\n", true },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: Close\r\n\r\n",
		    false },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: keep-alive\r\n\r\n",
		    true },
		{ "GET / HTTP/1.0\r\n\r\n", false },
	};
	struct http_head h;
	const char *error;
	size_t i;
	char *text;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text = mem_text(cases[i].text);
		assert_int_equal(http_head_parse(text, strlen(text), &h,
				     &error),
		    0);
		assert_int_equal(h.keep_alive, cases[i].keep_alive);
		free(text);
	}
}

static void
fields_are_counted(void **state)
{
	struct text t = { 0 };
	struct http_head h;
	const char *error;
	int i;

	(void)state;
	text_add(&t, "GET / HTTP/1.1\r\n" HOST);
	for (i = 0; i < HTTP_FIELDS_MAX; i++)
		text_addf(&t, "X-%d: a\r\n", i);
	text_add(&t, "\r\n");
	assert_int_equal(http_head_parse(t.data, t.length, &h, &error), 431);
	text_clear(&t);
}

static void
where_a_head_ends(void **state)
{
	(void)state;
	assert_int_equal(http_head_size("", 0), 0);
	assert_int_equal(http_head_size("GET / HTTP/1.1\r\n\r", 17), 0);
	assert_int_equal(http_head_size("GET / HTTP/1.1\r\n\r\nbody", 22), 18);
}

static void
parameters(void **state)
{
	static const struct {
		const char *text, *key, *value;
	} cases[] = {
		{ "a=1&b=2", "a", "1" },
		{ "a=1&b=2", "b", "2" },
		{ "a=1&b=2", "c", NULL },
		{ "aa=1&a=2", "a", "2" },
		{ "a", "a", NULL },
		{ "a=", "a", "" },
		{ "a=x+y%20z%26", "a", "x y z&" },
		{ "a=%C3%a9", "a", "\xc3\xa9" },
		{ "a=%", "a", NULL },
		{ "a=%1", "a", NULL },
		{ "a=%00", "a", NULL },
		{ "a=1234567", "a", "1234567" },
		{ "a=12345678", "a", NULL },
		{ "&&a=1&", "a", "1" },
		{ "", "a", NULL },
	};
	char out[8];
	const char *got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		got = http_param(cases[i].text, strlen(cases[i].text),
		    cases[i].key, out, sizeof(out));
		if (cases[i].value == NULL)
			assert_null(got);
		else
			assert_string_equal(got, cases[i].value);
	}
	assert_null(http_param("a=1\0b", 5, "a", out, sizeof(out)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_a_request),
		cmocka_unit_test(zero_bytes_are_refused),
		cmocka_unit_test(everything_is_taken_apart),
		cmocka_unit_test(who_may_ask_again),
		cmocka_unit_test(fields_are_counted),
		cmocka_unit_test(where_a_head_ends),
		cmocka_unit_test(parameters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
