#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/fetch.h"
#include "lib/text.h"
#include "tests/unit/odd.h"

#define HEAD(status) "HTTP/1.1 " status "\r\n"
#define TO(status, where)                                                      \
	HEAD(status) "Location: " where "\r\nContent-Length: 0\r\n\r\n"

static const struct odd_row rows[] = {
	{ "/ok",
	    HEAD("200 OK") "X-Odd:  one two \r\nx-odd: three\r\n"
			   "Content-Length: 11\r\n\r\nhello world",
	    ODD_KEEP },
	{ "/500", HEAD("500 No") "Content-Length: 2\r\n\r\nno" },
	{ "/until-close", HEAD("200 OK") "\r\nall of it" },
	{ "/interim",
	    HEAD("100 Continue") "X-Odd: first\r\n\r\n" HEAD(
		"200 OK") "Content-Length: 2\r\n\r\nok" },
	{ "/echo", "", ODD_ECHO },
	{ "/hang", "", ODD_KEEP },
	{ "/hang-head", HEAD("200 OK"), ODD_KEEP },
	{ "/hang-body", HEAD("200 OK") "Content-Length: 100\r\n\r\nhello",
	    ODD_KEEP },
	{ "/short", HEAD("200 OK") "Content-Length: 100\r\n\r\nhello" },
	{ "/short-chunk",
	    HEAD("200 OK") "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n" },
	{ "/short-head", HEAD("200 OK") "Content-Le" },
	{ "/noise", "\x1b[31mwhat is this\r\n\r\n" },
	{ "/endless", HEAD("200 OK") "\r\n", ODD_ENDLESS },
	{ "/heads", HEAD("200 OK") "X-Long: ", ODD_ENDLESS },
	{ "/to-ok", TO("302 Found", "/ok") },
	{ "/to-to-ok", TO("301 Moved", "to-ok") },
	{ "/loop", TO("302 Found", "/loop") },
	{ "/nowhere", HEAD("302 Found") "Content-Length: 0\r\n\r\n" },
	{ "/to-file", TO("302 Found", "file:///etc/passwd") },
	{ "/to-mail", TO("302 Found", "smtp://127.0.0.1/") },
	{ "/to-umlaut", TO("302 Found", "http://\xc3\xbc.example/") },
	{ "/to-noise", TO("302 Found", "http://\x1b[31m/") },
	{ "/to-hang", TO("302 Found", "/hang") },
	{ "/to-other", TO("302 Found", "http://localhost:%u/echo") },
	{ "/see-other", TO("303 See", "/echo") },
	{ "/moved-post", TO("301 Moved", "/echo") },
	{ "/again", TO("307 Again", "/echo") },
	{ NULL },
};

struct world {
	struct event_base *base;
	struct odd odd, other;
	struct fetcher *fetcher;
	int ended;
	struct fetch_result last;
	char error[FETCH_ERROR_MAX], body[4096], header[256];
};

static int
begin(void **state)
{
	struct world *w = mem_alloc(sizeof(*w));
	struct fetcher_options o = { .user_agent = "Test/1",
		.max_under_way = 4,
		.name_servers = "127.0.0.1:1" };

	w->base = event_base_new();
	odd_init(&w->odd, w->base, rows);
	odd_init(&w->other, w->base, rows);
	w->odd.other_port = w->other.port;
	w->fetcher = fetcher_new(w->base, &o);
	assert_non_null(w->fetcher);
	*state = w;
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;

	fetcher_free(w->fetcher);
	odd_clear(&w->odd);
	odd_clear(&w->other);
	event_base_free(w->base);
	free(w);
	return 0;
}

static void
on_done(void *arg, const struct fetch_result *r)
{
	const char *odd = r->header(r, "X-Odd");
	struct world *w = arg;

	w->ended++;
	w->last = *r;
	snprintf(w->error, sizeof(w->error), "%s", r->error);
	snprintf(w->body, sizeof(w->body), "%s", r->body);
	snprintf(w->header, sizeof(w->header), "%s", odd ? odd : "none");
	event_base_loopbreak(w->base);
}

static const char *
url_of(struct world *w, const char *path)
{
	static char url[256];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", w->odd.port, path);
	return url;
}

static void
wait_for(struct world *w, int ended)
{
	while (w->ended < ended)
		event_base_loop(w->base, EVLOOP_ONCE);
}

/* One fetch from beginning to end. */
static void
run(struct world *w, struct fetch_request req, const char *path)
{
	int before = w->ended;

	req.url = req.url != NULL ? req.url : url_of(w, path);
	req.timeout_ms = req.timeout_ms > 0 ? req.timeout_ms : 20000;
	req.body_max = req.body_max > 0 ? req.body_max : 2000;
	fetch_start(w->fetcher, &req, on_done, w);
	assert_int_equal(w->ended, before); /* never from inside */
	wait_for(w, before + 1);
}

static void
ends(struct world *w, enum fetch_failure failure, int status, const char *error)
{
	assert_string_equal(w->error, error);
	assert_int_equal(w->last.failure, failure);
	assert_int_equal(w->last.status, status);
}

static void
test_a_healthy_answer(void **state)
{
	struct world *w = *state;

	run(w, (struct fetch_request){ 0 }, "/ok");
	ends(w, FETCH_OK, 200, "");
	assert_string_equal(w->body, "hello world");
	assert_string_equal(w->header, "one two");
	assert_non_null(strstr(w->odd.last, "User-Agent: Test/1\r\n"));
	assert_true(w->last.connect_us > 0);
	assert_true(w->last.first_byte_us > 0);
	assert_true(w->last.total_us >= w->last.connect_us);

	run(w, (struct fetch_request){ .body_max = 5 }, "/ok");
	assert_string_equal(w->body, "hello");
	assert_int_equal(w->last.body_seen, 11);
	run(w, (struct fetch_request){ .method = "HEAD" }, "/ok");
	ends(w, FETCH_OK, 200, "");
	assert_string_equal(w->body, "");
	run(w, (struct fetch_request){ 0 }, "/interim");
	ends(w, FETCH_OK, 200, "");
	assert_string_equal(w->header, "none"); /* the interim's is over */
	run(w, (struct fetch_request){ 0 }, "/until-close");
	ends(w, FETCH_OK, 200, "");
	run(w, (struct fetch_request){ 0 }, "/500");
	ends(w, FETCH_OK, 500, "");
}

static void
test_what_is_sent(void **state)
{
	const char *headers[] = { "X-Mine: yes", NULL };
	struct fetch_request req = { .headers = headers,
		.body = "a=1\0b",
		.body_length = 5 };
	struct world *w = *state;

	run(w, req, "/echo");
	assert_non_null(strstr(w->body, "POST /echo HTTP/1.1\r\n"));
	assert_non_null(strstr(w->body, "X-Mine: yes\r\n"));
	assert_non_null(strstr(w->body, "Content-Length: 5\r\n"));
	assert_null(strstr(w->body, "Expect"));
	req.method = "PUT";
	run(w, req, "/echo");
	assert_non_null(strstr(w->body, "PUT /echo HTTP/1.1\r\n"));
}

static void
test_fresh_is_a_new_connection(void **state)
{
	struct world *w = *state;

	run(w, (struct fetch_request){ 0 }, "/ok");
	run(w, (struct fetch_request){ 0 }, "/ok");
	assert_int_equal(w->odd.opened, 1); /* kept */
	run(w, (struct fetch_request){ .fresh = true }, "/ok");
	run(w, (struct fetch_request){ .fresh = true }, "/ok");
	assert_int_equal(w->odd.opened, 3);
}

static void
test_a_hang_ends_with_the_phase(void **state)
{
	static const struct {
		const char *path;
		struct fetch_request req;
		int status;
		const char *error;
	} cases[] = {
		{ "/hang", { .timeout_ms = 100 }, 0,
		    "no first byte of an answer within 100 ms" },
		{ "/hang", { .first_byte_ms = 90, .connect_ms = 5000 }, 0,
		    "no first byte of an answer within 90 ms" },
		{ "/hang-head", { .timeout_ms = 110 }, 0,
		    "no end of the answer within 110 ms" },
		{ "/hang-body", { .timeout_ms = 120, .first_byte_ms = 50 }, 0,
		    "no end of the answer within 120 ms" },
		{ "/to-hang", { .timeout_ms = 130, .redirects = 3 }, 302,
		    "no first byte of an answer within 130 ms" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run(w, cases[i].req, cases[i].path);
		ends(w, FETCH_TIMEOUT, cases[i].status, cases[i].error);
	}
}

/* A listener whose queue is full leaves the next one unanswered. */
static void
test_no_connection(void **state)
{
	struct world *w = *state;
	struct sockaddr_in in = { .sin_family = AF_INET };
	uint16_t port;
	char url[64];
	int listener = lab_listen(&port, 0), fillers[4];

	in.sin_port = htons(port);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int i = 0; i < 4; i++) {
		fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(fillers[i], (struct sockaddr *)&in, sizeof(in));
	}
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
	run(w, (struct fetch_request){ .url = url, .connect_ms = 100 }, "");
	ends(w, FETCH_TIMEOUT, 0, "no connection within 100 ms");
	for (int i = 0; i < 4; i++)
		close(fillers[i]);
	close(listener);
	run(w, (struct fetch_request){ .url = url }, "");
	ends(w, FETCH_CONNECT, 0, "connection refused");
}

static void
test_no_handshake(void **state)
{
	struct world *w = *state;
	char url[64];

	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", w->odd.port);
	run(w, (struct fetch_request){ .url = url, .tls_ms = 100 }, "");
	ends(w, FETCH_TIMEOUT, 0, "no end of the TLS handshake within 100 ms");
}

static void
test_names(void **state)
{
	struct world *w = *state;
	char url[64];

	run(w,
	    (struct fetch_request){ .url = "http://nowhere.invalid/",
		.timeout_ms = 100 },
	    "");
	ends(w, FETCH_DNS, 0,
	    "nowhere.invalid: no answer from the name servers in time");
	snprintf(url, sizeof(url), "http://LOCALHOST.:%u/ok", w->odd.port);
	run(w, (struct fetch_request){ .url = url }, "");
	ends(w, FETCH_OK, 200, "");
	assert_true(w->last.dns_us > 0);
}

static void
test_what_is_no_url(void **state)
{
	static const char *const urls[] = { "", "http://", "file:///etc/passwd",
		"smtp://127.0.0.1/", "gopher://127.0.0.1/", "http:///x",
		"ftp://127.0.0.1/", "//x", "http://a b/" };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		run(w, (struct fetch_request){ .url = urls[i] }, "");
		assert_int_not_equal(w->last.failure, FETCH_OK);
		assert_int_equal(w->last.status, 0);
	}
	ends(w, FETCH_OURSELVES, 0, "this is not a URL to fetch");
}

static void
test_broken_answers(void **state)
{
	static const struct {
		const char *path;
		enum fetch_failure failure;
		const char *error;
	} cases[] = {
		{ "/short", FETCH_TRUNCATED,
		    "the answer broke off after 5 bytes" },
		{ "/short-chunk", FETCH_TRUNCATED,
		    "the answer broke off after 5 bytes" },
		{ "/short-head", FETCH_TRUNCATED,
		    "the answer broke off in its headers" },
		{ "/noise", FETCH_PROTOCOL, "what came is no HTTP" },
		{ "/endless", FETCH_PROTOCOL,
		    "the answer is larger than 64 MiB" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run(w, (struct fetch_request){ 0 }, cases[i].path);
		assert_string_equal(w->error, cases[i].error);
		assert_int_equal(w->last.failure, cases[i].failure);
		assert_true(w->last.body_length <= 2000);
	}
	run(w, (struct fetch_request){ 0 }, "/heads");
	assert_int_equal(w->last.failure, FETCH_PROTOCOL);
}

static void
test_redirects(void **state)
{
	static const struct {
		const char *path;
		int redirects;
		enum fetch_failure failure;
		int status, hops;
		const char *error;
	} cases[] = {
		{ "/to-ok", 0, FETCH_OK, 302, 0, "" },
		{ "/to-ok", 1, FETCH_OK, 200, 1, "" },
		{ "/to-to-ok", 1, FETCH_REDIRECT, 302, 1,
		    "redirected more than 1 times" },
		{ "/to-to-ok", 2, FETCH_OK, 200, 2, "" },
		{ "/nowhere", 5, FETCH_OK, 302, 0, "" },
		{ "/loop", 5, FETCH_REDIRECT, 302, 5,
		    "redirected more than 5 times" },
		{ "/to-file", 5, FETCH_REDIRECT, 302, 1,
		    "redirected to what is not fetched: file:///etc/passwd" },
		{ "/to-mail", 5, FETCH_REDIRECT, 302, 1,
		    "redirected to what is not fetched: smtp://127.0.0.1/" },
		{ "/to-noise", 5, FETCH_REDIRECT, 302, 1,
		    "redirected to what is no URL: http://\\x1b[31m/" },
		/* libcurl, asked for its punycode, lost memory each time. */
		{ "/to-umlaut", 5, FETCH_REDIRECT, 302, 1,
		    "redirected to what is not fetched: "
		    "http://\xc3\xbc.example/" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run(w,
		    (struct fetch_request){ .redirects = cases[i].redirects },
		    cases[i].path);
		ends(w, cases[i].failure, cases[i].status, cases[i].error);
		assert_int_equal(w->last.hops, cases[i].hops);
	}
}

static void
test_methods_at_redirects(void **state)
{
	struct fetch_request req = { .body = "a=1",
		.body_length = 3,
		.redirects = 2 };
	struct world *w = *state;

	run(w, req, "/see-other");
	assert_non_null(strstr(w->body, "GET /echo HTTP/1.1\r\n"));
	assert_null(strstr(w->body, "Content-"));
	run(w, req, "/moved-post");
	assert_non_null(strstr(w->body, "GET /echo HTTP/1.1\r\n"));
	run(w, req, "/again");
	assert_non_null(strstr(w->body, "POST /echo HTTP/1.1\r\n"));
	assert_non_null(strstr(w->body, "Content-Length: 3\r\n"));
}

static void
test_secrets_stay_with_their_origin(void **state)
{
	const char *headers[] = { "Authorization: Bearer secret", "Cookie: a=b",
		"X-Mine: yes", NULL };
	struct fetch_request req = { .headers = headers, .redirects = 2 };
	struct world *w = *state;

	run(w, req, "/again"); /* the same origin */
	assert_non_null(strstr(w->body, "Bearer secret"));
	run(w, req, "/to-other");
	ends(w, FETCH_OK, 200, "");
	assert_int_equal(w->other.requests, 1);
	assert_null(strstr(w->body, "secret"));
	assert_null(strstr(w->body, "Cookie"));
	assert_non_null(strstr(w->body, "X-Mine: yes"));
	assert_non_null(strstr(w->body, "Host: localhost:"));
}

static void
test_cancel_means_silence(void **state)
{
	static const char *const paths[] = { "/ok", "/hang", "/loop" };
	struct fetch_request req = { .timeout_ms = 20000, .redirects = 9 };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct fetch *f;

		req.url = url_of(w, paths[i]);
		f = fetch_start(w->fetcher, &req, on_done, w);
		for (size_t turns = 0; turns < i * 3; turns++)
			event_base_loop(w->base, EVLOOP_ONCE);
		fetch_cancel(f);
	}
	req.url = "http://";
	fetch_cancel(fetch_start(w->fetcher, &req, on_done, w));
	req.url = "http://localhost:1/";
	fetch_cancel(fetch_start(w->fetcher, &req, on_done, w));
	assert_int_equal(fetcher_busy(w->fetcher), 0);
	run(w, (struct fetch_request){ 0 }, "/ok");
	assert_int_equal(w->ended, 1);
	for (int i = 0; i < 10; i++) { /* end() frees them: nobody is told */
		req.url = url_of(w, "/hang");
		fetch_start(w->fetcher, &req, on_done, w);
	}
}

static void
test_turns(void **state)
{
	struct fetch_request req = { .timeout_ms = 20000, .body_max = 9 };
	struct world *w = *state;
	struct fetch *hanging[4];

	for (int i = 0; i < 4; i++) {
		req.url = url_of(w, "/hang");
		hanging[i] = fetch_start(w->fetcher, &req, on_done, w);
	}
	req.url = url_of(w, "/ok");
	for (int i = 0; i < 10; i++)
		fetch_start(w->fetcher, &req, on_done, w);
	assert_int_equal(fetcher_busy(w->fetcher), 14);
	req.timeout_ms = 100; /* no turn comes before that */
	fetch_start(w->fetcher, &req, on_done, w);
	wait_for(w, 1);
	ends(w, FETCH_OURSELVES, 0, "waited 100 ms for a turn");
	assert_int_equal(w->last.total_us, 0);
	assert_int_equal(w->odd.opened, 4);
	fetch_cancel(hanging[2]); /* one turn is enough for all */
	wait_for(w, 11);
	ends(w, FETCH_OK, 200, "");
	assert_int_equal(fetcher_busy(w->fetcher), 3);
}

/* The process was stopped: what came meanwhile is looked at first. */
static void
test_a_stall_of_ours(void **state)
{
	struct fetch_request req = { .timeout_ms = 300, .body_max = 9 };
	struct world *w = *state;

	req.url = url_of(w, "/ok");
	fetch_start(w->fetcher, &req, on_done, w);
	for (int i = 0; i < 2; i++)
		event_base_loop(w->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	lab_sleep(700);
	wait_for(w, 1);
	ends(w, FETCH_OK, 200, "");
	req.url = url_of(w, "/hang");
	fetch_start(w->fetcher, &req, on_done, w);
	lab_sleep(700);
	wait_for(w, 2);
	assert_int_equal(w->last.failure, FETCH_TIMEOUT); /* but it ends */
}

static void
test_urls_fit_for_secrets(void **state)
{
	(void)state;
	assert_true(fetch_url_is_safe("https://collector.test:8443"));
	assert_true(fetch_url_is_safe("http://127.0.0.1:8443"));
	assert_true(fetch_url_is_safe("http://[::1]:8443"));
	assert_true(fetch_url_is_safe("http://localhost"));
	assert_false(fetch_url_is_safe("http://collector.test"));
	assert_false(fetch_url_is_safe("http://127.0.0.1.test/"));
	assert_false(fetch_url_is_safe("http://localhost@collector.test"));
	assert_false(fetch_url_is_safe("ftp://127.0.0.1"));
	assert_false(fetch_url_is_safe("collector.test"));
}

/* Out of descriptors is our own trouble, never the server's. */
static void
test_no_descriptors(void **state)
{
	struct world *w = *state;
	struct rlimit full, none;
	int next = dup(0);

	run(w, (struct fetch_request){ .fresh = true }, "/ok"); /* warm */
	close(next);
	getrlimit(RLIMIT_NOFILE, &full);
	none = full;
	none.rlim_cur = (rlim_t)next;
	setrlimit(RLIMIT_NOFILE, &none);
	run(w, (struct fetch_request){ .fresh = true }, "/ok");
	setrlimit(RLIMIT_NOFILE, &full);
	ends(w, FETCH_OURSELVES, 0, "out of file descriptors");
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_healthy_answer),
		T(test_what_is_sent),
		T(test_fresh_is_a_new_connection),
		T(test_a_hang_ends_with_the_phase),
		T(test_no_connection),
		T(test_no_handshake),
		T(test_names),
		T(test_what_is_no_url),
		T(test_broken_answers),
		T(test_redirects),
		T(test_methods_at_redirects),
		T(test_secrets_stay_with_their_origin),
		T(test_cancel_means_silence),
		T(test_turns),
		T(test_a_stall_of_ours),
		cmocka_unit_test(test_urls_fit_for_secrets),
		T(test_no_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
