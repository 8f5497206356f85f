/*
 * serve with raw clients, on the same loop, that behave well and badly; and
 * with libcurl, in a process of its own, for what a real client does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>
#include <event2/event.h>

#include "lib/clock.h"
#include "lib/serve.h"
#include "lib/text.h"

#define PATIENCE_US 20000000 /* wall clock, far above what is needed */
#define BIG (3 << 20)

struct story {
	struct event_base *base;
	struct serve *serve;
	struct serve_request *later; /* deferred */
	int gone, handled;
	struct text got; /* what the client heard */
	int fd;
};

static void
on_hello(void *arg, struct serve_request *r)
{
	struct story *s = arg;
	char name[16];

	s->handled++;
	if (serve_query(r, "name", name, sizeof(name)) == NULL)
		text_copy(name, sizeof(name), "world");
	serve_set_header(r, "X-Said", "a\r\nb");
	serve_answerf(r, 200, "text/plain", "hello %s", name);
}

static void
on_echo(void *arg, struct serve_request *r)
{
	struct story *s = arg;
	const char *body;
	char field[16];
	size_t length;

	s->handled++;
	body = serve_body(r, &length);
	if (serve_form(r, "field", field, sizeof(field)) != NULL)
		serve_answerf(r, 200, "text/plain", "field %s", field);
	else
		serve_answer(r, 200, "application/octet-stream", body, length);
}

static void
on_gone(void *arg)
{
	struct story *s = arg;

	s->gone++;
	s->later = NULL;
}

static void
on_later(void *arg, struct serve_request *r)
{
	struct story *s = arg;

	s->handled++;
	s->later = r;
	serve_defer(r, on_gone, s);
}

static void
on_big(void *arg, struct serve_request *r)
{
	char *body = mem_alloc(BIG);

	(void)arg;
	memset(body, 'x', BIG);
	serve_answer(r, 200, "text/plain", body, BIG);
	free(body);
}

static void
on_nothing(void *arg, struct serve_request *r)
{
	(void)arg, (void)r;
}

static void
on_path(void *arg, struct serve_request *r)
{
	(void)arg;
	serve_answerf(r, 200, "text/plain", "%s %s %s", serve_path(r),
	    serve_peer(r), serve_header(r, "host"));
}

/* Only those who say please. */
static bool
admit(void *arg, struct serve_request *r)
{
	(void)arg;
	if (serve_header(r, "Please") != NULL)
		return true;
	serve_fail(r, 401, "say please");
	return false;
}

static const struct serve_route routes[] = {
	{ "GET", "/hello", 0, on_hello },
	{ "POST", "/echo", 1000, on_echo },
	{ "POST", "/upload", 4 << 20, on_echo },
	{ "GET", "/later", 0, on_later },
	{ "POST", "/later", 10, on_later },
	{ "GET", "/big", 0, on_big },
	{ "GET", "/nothing", 0, on_nothing },
	{ "GET", "/under/*", 0, on_path },
	{ "POST", "/polite", 1000, on_echo, admit },
	{ NULL },
};

static void
open_serve(struct story *s, const struct serve_options *options)
{
	struct serve_options o = *options;
	char error[160] = "";

	if (o.address == NULL)
		o.address = "127.0.0.1:0";
	s->serve = serve_new(s->base, &o, routes, s, error);
	assert_string_equal(error, "");
	assert_non_null(s->serve);
}

static int
begin(void **state)
{
	struct story *s = mem_alloc(sizeof(*s));

	signal(SIGPIPE, SIG_IGN);
	s->base = event_base_new();
	s->fd = -1;
	open_serve(s, &(struct serve_options){ 0 });
	*state = s;
	return 0;
}

static int
end(void **state)
{
	struct story *s = *state;

	serve_free(s->serve);
	event_base_free(s->base);
	if (s->fd >= 0)
		close(s->fd);
	text_clear(&s->got);
	free(s);
	return 0;
}

static int
dial(struct story *s)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)serve_port(s->serve)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		assert_int_equal(errno, EINPROGRESS);
	return fd;
}

static void
turn(struct story *s)
{
	event_base_loop(s->base, EVLOOP_NONBLOCK);
	usleep(200);
}

static void
say(struct story *s, int fd, const char *text)
{
	int64_t until_us = clock_monotonic_us() + PATIENCE_US;
	size_t left = strlen(text);
	ssize_t n;

	while (left > 0 && clock_monotonic_us() < until_us) {
		if ((n = send(fd, text, left, MSG_NOSIGNAL)) > 0) {
			text += n;
			left -= (size_t)n;
		}
		turn(s);
	}
	assert_int_equal(left, 0);
}

/* Listen until "until" was heard, or (NULL) the end.  What was heard. */
static const char *
hear(struct story *s, int fd, const char *until)
{
	int64_t until_us = clock_monotonic_us() + PATIENCE_US;
	char chunk[65536];
	ssize_t n;

	text_clear(&s->got);
	text_add(&s->got, "");
	while (clock_monotonic_us() < until_us) {
		turn(s);
		n = recv(fd, chunk, sizeof(chunk), 0);
		if (n > 0)
			text_add_bytes(&s->got, chunk, (size_t)n);
		else if (n == 0 || errno != EAGAIN)
			break;
		if (until != NULL && s->got.length > 0 &&
		    strstr(s->got.data, until) != NULL)
			return s->got.data;
	}
	if (until != NULL)
		fail_msg("never heard \"%s\", only \"%s\"", until, s->got.data);
	return s->got.length > 0 ? s->got.data : "";
}

/* One request on a connection of its own, and all of its answer. */
static const char *
ask(struct story *s, const char *text)
{
	const char *heard;
	int fd = dial(s);

	say(s, fd, text);
	heard = hear(s, fd, NULL);
	close(fd);
	return heard;
}

static void
turn_until(struct story *s, const int *counter, int wanted)
{
	int64_t until_us = clock_monotonic_us() + PATIENCE_US;

	while (*counter < wanted && clock_monotonic_us() < until_us)
		turn(s);
	assert_int_equal(*counter, wanted);
}

#define END "Host: a\r\nConnection: close\r\n\r\n"

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool
ends(const char *text, const char *with)
{
	size_t a = strlen(text), b = strlen(with);

	return a >= b && strcmp(text + a - b, with) == 0;
}

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
an_answer_may_come_later(void **state)
{
	struct story *s = *state;

	s->fd = dial(s);
	say(s, s->fd,
	    "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"
	    "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_until(s, &s->handled, 1);
	turn(s);
	assert_int_equal(s->handled, 1); /* the second waits its turn */
	serve_answerf(s->later, 200, "text/plain", "at last");
	hear(s, s->fd, "hello world");
	assert_non_null(strstr(s->got.data, "at last"));
	assert_int_equal(s->gone, 0);
}

static void
a_client_that_left_is_told_of(void **state)
{
	struct story *s = *state;
	int fd = dial(s);

	say(s, fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_until(s, &s->handled, 1);
	close(fd);
	turn_until(s, &s->gone, 1);
	assert_int_equal(serve_connections(s->serve), 0);
}

static void
on_spun(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	fail_msg("the loop turns and turns");
}

/* libevent calls at once, and again, who leaves a full buffer full. */
static void
a_full_buffer_behind_a_waiting_request_spun(void **state)
{
	static const char next[] = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
	const int count = 2 * SERVE_HEADER_MAX / (int)sizeof(next);
	struct timeval soon = { 5, 0 };
	struct story *s = *state;
	struct event *spun = evtimer_new(s->base, on_spun, s);
	int i;

	event_add(spun, &soon);
	s->fd = dial(s);
	say(s, s->fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_until(s, &s->handled, 1);
	for (i = 0; i < count; i++)
		say(s, s->fd, next);
	turn(s);
	assert_int_equal(s->handled, 1);
	serve_answerf(s->later, 200, "text/plain", "late");
	turn_until(s, &s->handled, 1 + count);
	hear(s, s->fd, "hello world");
	event_free(spun);
}

static void
freeing_takes_back_what_is_deferred(void **state)
{
	struct story *s = *state;

	s->fd = dial(s);
	say(s, s->fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_until(s, &s->handled, 1);
	serve_free(s->serve);
	s->serve = NULL;
	assert_int_equal(s->gone, 1);
}

static void
half_closed_still_gets_its_answer(void **state)
{
	struct story *s = *state;

	s->fd = dial(s);
	say(s, s->fd, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
	shutdown(s->fd, SHUT_WR);
	hear(s, s->fd, NULL);
	assert_true(s->got.length > BIG);
}

/* A byte now and then keeps a connection busy, but not for ever. */
static void
slow_loris(void **state)
{
	struct story *s = *state;
	int64_t began_us = clock_monotonic_us();
	char c;

	serve_free(s->serve);
	open_serve(s, &(struct serve_options){ .timeout_ms = 300 });
	s->fd = dial(s);
	say(s, s->fd, "GET /hello HTTP/1.1\r\n");
	while (recv(s->fd, &c, 1, 0) != 0 &&
	    clock_monotonic_us() - began_us < PATIENCE_US) {
		send(s->fd, "X", 1, MSG_NOSIGNAL);
		usleep(10000);
		turn(s);
	}
	assert_int_equal(serve_connections(s->serve), 0);
	assert_true(clock_monotonic_us() - began_us >= 290000);
}

static void
a_kept_connection_has_the_deadline_again(void **state)
{
	struct story *s = *state;

	serve_free(s->serve);
	open_serve(s, &(struct serve_options){ .timeout_ms = 300 });
	s->fd = dial(s);
	say(s, s->fd, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, s->fd, "hello world");
	usleep(400000);
	turn(s);
	assert_int_equal(serve_connections(s->serve), 1); /* idle is fine */
	say(s, s->fd, "GET");
	assert_string_equal(hear(s, s->fd, NULL), "");
}

static void
an_address_may_have_so_many(void **state)
{
	struct story *s = *state;
	int fds[3], i;

	serve_free(s->serve);
	open_serve(s, &(struct serve_options){ .per_address_max = 2 });
	for (i = 0; i < 3; i++)
		fds[i] = dial(s);
	assert_string_equal(hear(s, fds[2], NULL), "");
	say(s, fds[1], "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, fds[1], "hello world");
	assert_int_equal(serve_connections(s->serve), 2);
	close(fds[0]);
	close(fds[1]);
	close(fds[2]);
	s->fd = dial(s);
	say(s, s->fd, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, s->fd, "hello world");
}

static void
all_together_may_be_so_many(void **state)
{
	struct story *s = *state;
	int fd;

	serve_free(s->serve);
	open_serve(s, &(struct serve_options){ .connections_max = 1 });
	s->fd = dial(s);
	say(s, s->fd, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, s->fd, "hello world");
	fd = dial(s);
	assert_string_equal(hear(s, fd, NULL), "");
	close(fd);
}

static void
after_stop_only_what_is_under_way(void **state)
{
	struct story *s = *state;
	int idle = dial(s);

	say(s, idle, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, idle, "hello world");
	s->fd = dial(s);
	say(s, s->fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_until(s, &s->handled, 2);
	serve_stop(s->serve);
	assert_int_equal(serve_connections(s->serve), 1);
	serve_answerf(s->later, 200, "text/plain", "bye");
	assert_true(ends(hear(s, s->fd, NULL), "bye"));
	assert_non_null(strstr(s->got.data, "Connection: close"));
	close(idle);
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

/*
 * Acknowledgements held back must not hold back answers: sixteen kept
 * connections, each asking again when answered.
 */
static void
sixteen_kept_connections_do_not_stall(void **state)
{
	static const char text[] = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
	enum { CLIENTS = 16, WANTED = 20000 };
	struct story *s = *state;
	int fds[CLIENTS], i, answers = 0;
	int64_t took_us, began_us;
	char chunk[4096];

	for (i = 0; i < CLIENTS; i++) {
		fds[i] = dial(s);
		say(s, fds[i], text);
	}
	began_us = clock_monotonic_us();
	while (answers < WANTED) {
		event_base_loop(s->base, EVLOOP_NONBLOCK);
		for (i = 0; i < CLIENTS; i++)
			if (recv(fds[i], chunk, sizeof(chunk), 0) > 0) {
				answers++;
				send(fds[i], text, sizeof(text) - 1,
				    MSG_NOSIGNAL);
			}
		if (clock_monotonic_us() - began_us > 4 * PATIENCE_US)
			break;
	}
	took_us = clock_monotonic_us() - began_us;
	for (i = 0; i < CLIENTS; i++)
		close(fds[i]);
	/* 40 ms for each turn of all would be 400 a second. */
	assert_true(answers * INT64_C(1000000) / took_us > 1000);
}

/* libcurl in a process of its own; 0 when it got what it wanted. */
static int
with_curl(const char *url, const char *ca, const char *body, size_t length)
{
	CURL *curl = curl_easy_init();
	long status = 0;
	FILE *sink = fopen("/dev/null", "w");
	int rc;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, sink);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	if (ca != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
	if (body != NULL) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)length);
	}
	rc = (int)curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	return rc != 0 ? rc : status == 200 ? 0 : 1;
}

static int
curl_says(struct story *s, const char *scheme, const char *path, const char *ca,
    const char *body, size_t length)
{
	char url[128];
	int status;
	pid_t pid;

	snprintf(url, sizeof(url), "%s://127.0.0.1:%d%s", scheme,
	    serve_port(s->serve), path);
	if ((pid = fork()) == 0)
		_exit(with_curl(url, ca, body, length));
	while (waitpid(pid, &status, WNOHANG) == 0)
		turn(s);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Large enough that libcurl asks first whether it may (100-continue). */
static void
curl_uploads(void **state)
{
	struct story *s = *state;
	char *body = mem_alloc(BIG);

	memset(body, 'x', BIG);
	assert_int_equal(curl_says(s, "http", "/hello", NULL, NULL, 0), 0);
	assert_int_equal(curl_says(s, "http", "/upload", NULL, body, BIG), 0);
	assert_int_equal(curl_says(s, "http", "/echo", NULL, body, BIG), 1);
	assert_int_equal(s->handled, 2);
	free(body);
}

/* A certificate of our own making in dir. */
static void
make_certificate(const char *dir, const char *name)
{
	char command[512];

	snprintf(command, sizeof(command),
	    "openssl req -x509 -newkey ec -pkeyopt "
	    "ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=%s "
	    "-addext subjectAltName=IP:127.0.0.1 -keyout %s/%s.key "
	    "-out %s/%s.pem >/dev/null 2>&1",
	    name, dir, name, dir, name);
	assert_int_equal(system(command), 0);
}

static void
tls(void **state)
{
	struct story *s = *state;
	char dir[] = "/tmp/sunwatch-test-XXXXXX", command[96], error[160];
	char one[64], one_key[64], two[64], two_key[64];
	char *body = mem_alloc(BIG);

	assert_non_null(mkdtemp(dir));
	make_certificate(dir, "one");
	make_certificate(dir, "two");
	snprintf(one, sizeof(one), "%s/one.pem", dir);
	snprintf(one_key, sizeof(one_key), "%s/one.key", dir);
	snprintf(two, sizeof(two), "%s/two.pem", dir);
	snprintf(two_key, sizeof(two_key), "%s/two.key", dir);
	serve_free(s->serve);
	open_serve(s,
	    &(struct serve_options){ .certificate = one, .key = one_key });

	assert_int_equal(curl_says(s, "https", "/hello", one, NULL, 0), 0);
	assert_int_equal(curl_says(s, "https", "/upload", one, body, BIG), 0);
	assert_int_equal(curl_says(s, "https", "/big", one, NULL, 0), 0);
	assert_int_equal(curl_says(s, "https", "/hello", two, NULL, 0),
	    CURLE_PEER_FAILED_VERIFICATION);
	assert_int_not_equal(curl_says(s, "http", "/hello", NULL, NULL, 0), 0);

	assert_int_equal(serve_certificate(s->serve, one, two_key, error),
	    -1); /* they do not belong together */
	assert_int_equal(curl_says(s, "https", "/hello", one, NULL, 0), 0);
	assert_int_equal(serve_certificate(s->serve, two, two_key, error), 0);
	assert_int_equal(curl_says(s, "https", "/hello", two, NULL, 0), 0);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
	free(body);
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
		STORY(an_answer_may_come_later),
		STORY(a_client_that_left_is_told_of),
		STORY(a_full_buffer_behind_a_waiting_request_spun),
		STORY(freeing_takes_back_what_is_deferred),
		STORY(half_closed_still_gets_its_answer),
		STORY(slow_loris),
		STORY(a_kept_connection_has_the_deadline_again),
		STORY(an_address_may_have_so_many),
		STORY(all_together_may_be_so_many),
		STORY(after_stop_only_what_is_under_way),
		STORY(no_such_address),
		STORY(sixteen_kept_connections_do_not_stall),
		STORY(curl_uploads),
		STORY(tls),
	};
	curl_global_init(CURL_GLOBAL_ALL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
