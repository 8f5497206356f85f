/* serve with raw clients that ask well and badly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "tests/unit/serve_story.h"

static void
a_request_is_answered(void **state)
{
	struct story *s = *state;
	const char *a = ask(s, "GET /hello?name=J%C3%BCrgen HTTP/1.1\r\n" END);

	assert_true(begins(a, "HTTP/1.1 200 OK\r\nDate: "));
	assert_non_null(strstr(a, "\r\nContent-Length: 13\r\n"));
	assert_non_null(strstr(a, "\r\nX-Said: a  b\r\n"));
	assert_non_null(strstr(a, "\r\nConnection: close\r\n"));
	assert_true(ends(a, "\r\n\r\nhello J\xc3\xbcrgen"));
}

static void
head_has_no_body(void **state)
{
	struct story *s = *state;
	const char *a = ask(s, "HEAD /hello HTTP/1.1\r\n" END);

	assert_true(begins(a, "HTTP/1.1 200 OK\r\n"));
	assert_non_null(strstr(a, "\r\nContent-Length: 11\r\n"));
	assert_true(ends(a, "\r\n\r\n"));
}

static void
what_does_not_fit_is_refused(void **state)
{
	static const struct {
		const char *text, *status, *also;
	} cases[] = {
		{ "GET /none HTTP/1.1\r\n" END, "404 ", "nothing at" },
		{ "GET /hello/ HTTP/1.1\r\n" END, "404 ", "" },
		{ "PUT /hello HTTP/1.1\r\n" END, "405 ",
		    "\r\nAllow: GET, HEAD\r\n" },
		{ "PUT /later HTTP/1.1\r\n" END, "405 ",
		    "\r\nAllow: GET, HEAD, POST\r\n" },
		{ "POST /echo HTTP/1.1\r\nContent-Length: 1001\r\n" END, "413 ",
		    "may have 1000 bytes, not 1001" },
		{ "GET /hello HTTP/1.1\r\nContent-Length: 1\r\n" END, "413 ",
		    "may have 0 bytes" },
		{ "rubbish\r\n\r\n", "400 ", "request line" },
		{ "GET /hello HTTP/3\r\n\r\n", "505 ", "" },
		{ "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END,
		    "411 ", "Content-Length" },
	};
	struct story *s = *state;
	const char *a;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		a = ask(s, cases[i].text);
		assert_true(begins(a, "HTTP/1.1 "));
		assert_true(begins(a + 9, cases[i].status));
		assert_non_null(strstr(a, cases[i].also));
		assert_non_null(strstr(a, "{\"error\": \""));
	}
	assert_int_equal(s->handled, 0);
}

static void
too_large_a_head(void **state)
{
	struct story *s = *state;
	struct text t = { 0 };
	int i;

	text_add(&t, "GET /hello HTTP/1.1\r\nHost: a\r\n");
	for (i = 0; i < 1000; i++)
		text_add(&t, "X-Filler: filler\r\n");
	text_add(&t, "\r\n");
	assert_true(begins(ask(s, t.data), "HTTP/1.1 431 "));
	text_clear(&t);
}

static void
a_body_comes_back(void **state)
{
	struct story *s = *state;
	struct text t = { 0 };

	assert_true(ends(ask(s,
			     "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n" END
			     "a\r\nbc"),
	    "\r\n\r\na\r\nbc"));
	assert_true(
	    ends(ask(s, "POST /echo HTTP/1.1\r\nContent-Length: 0\r\n" END),
		"\r\n\r\n"));
	assert_true(ends(ask(s,
			     "POST /echo HTTP/1.1\r\nContent-Length: 9\r\n"
			     "Content-Type: application/x-www-form-urlencoded"
			     "\r\n" END "field=a+b"),
	    "\r\n\r\nfield a b"));
	assert_true(ends(ask(s,
			     "POST /echo HTTP/1.1\r\nContent-Length: 9\r\n"
			     "Content-Type: text/plain\r\n" END "field=a+b"),
	    "\r\n\r\nfield=a+b"));
	text_clear(&t);
}

/* The answer comes before the body, which is never waited for. */
static void
strangers_are_refused_before_their_body(void **state)
{
	struct story *s = *state;

	assert_true(begins(ask(s,
			       "POST /polite HTTP/1.1\r\nHost: a\r\n"
			       "Content-Length: 1000\r\n\r\n"),
	    "HTTP/1.1 401 "));
	assert_non_null(strstr(s->got.data, "Connection: close"));
	assert_int_equal(s->handled, 0);
	assert_true(ends(ask(s,
			     "POST /polite HTTP/1.1\r\nPlease: yes\r\n"
			     "Content-Length: 2\r\n" END "ok"),
	    "\r\n\r\nok"));
	assert_int_equal(s->handled, 1);
}

static void
paths_and_peers(void **state)
{
	struct story *s = *state;

	assert_true(ends(ask(s, "GET /under/a%2Fb?c HTTP/1.1\r\n" END),
	    "\r\n\r\n/under/a/b 127.0.0.1 a"));
}

static void
a_forgotten_answer_is_a_500(void **state)
{
	struct story *s = *state;

	assert_true(
	    begins(ask(s, "GET /nothing HTTP/1.1\r\n" END), "HTTP/1.1 500 "));
}

static void
one_connection_many_requests(void **state)
{
	struct story *s = *state;
	int i;

	s->fd = dial(s);
	for (i = 0; i < 5; i++) {
		say(s, s->fd, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
		hear(s, s->fd, "hello world");
	}
	say(s, s->fd, "GET /none HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, s->fd, "404 Not Found");
	say(s, s->fd, "\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, s->fd, "hello world");
	assert_int_equal(serve_connections(s->serve), 1);
}

static void
pipelined_requests_are_answered_in_order(void **state)
{
	struct story *s = *state;
	const char *a;

	a = ask(s,
	    "GET /hello?name=one HTTP/1.1\r\nHost: a\r\n\r\n"
	    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntwo"
	    "GET /hello?name=three HTTP/1.1\r\n" END);
	assert_non_null(strstr(a, "hello one"));
	assert_true(strstr(a, "two") > strstr(a, "hello one"));
	assert_true(strstr(a, "hello three") > strstr(a, "two"));
	assert_int_equal(s->handled, 3);
}

static void
byte_by_byte(void **state)
{
	static const char text[] = "POST /echo HTTP/1.1\r\nContent-Length: "
				   "5\r\n" END "12345";
	struct story *s = *state;
	char one[2] = "";
	size_t i;

	s->fd = dial(s);
	for (i = 0; i < sizeof(text) - 1; i++) {
		one[0] = text[i];
		say(s, s->fd, one);
	}
	assert_true(ends(hear(s, s->fd, NULL), "\r\n\r\n12345"));
}

static void
no_such_address(void **state)
{
	struct story *s = *state;
	static const char *const bad[] = { "nowhere", "", ":",
		"1.2.3.4:", "1.2.3.4:x", "1.2.3.4:65536", "1.2.3.4:123456",
		"[::1:0", "[]:0", "localhost:0" };
	char error[160], taken[32];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_null(serve_new(s->base,
		    &(struct serve_options){ .address = bad[i] }, routes, s,
		    error));
		assert_non_null(strstr(error, ": not an address and port"));
	}
	snprintf(taken, sizeof(taken), "127.0.0.1:%d", serve_port(s->serve));
	assert_null(serve_new(s->base,
	    &(struct serve_options){ .address = taken }, routes, s, error));
	assert_non_null(strstr(error, "already in use"));
	assert_null(serve_new(s->base,
	    &(struct serve_options){ .address = "127.0.0.1:0",
		.certificate = "/nonexistent" },
	    routes, s, error));
	assert_non_null(strstr(error, "/nonexistent: "));
}

int
main(void)
{
#define STORY(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		STORY(a_request_is_answered),
		STORY(head_has_no_body),
		STORY(what_does_not_fit_is_refused),
		STORY(too_large_a_head),
		STORY(a_body_comes_back),
		STORY(strangers_are_refused_before_their_body),
		STORY(paths_and_peers),
		STORY(a_forgotten_answer_is_a_500),
		STORY(one_connection_many_requests),
		STORY(pipelined_requests_are_answered_in_order),
		STORY(byte_by_byte),
		STORY(no_such_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
