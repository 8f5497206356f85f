/*
 * Guarded fetches: names and redirects of others lead nowhere but where
 * everybody may go, and where the operator said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <event2/dns.h>
#include <event2/dns_struct.h>

#include "lib/fetch.h"
#include "lib/text.h"
#include "tests/unit/odd.h"

#define TO(where)                                                              \
	"HTTP/1.1 302 Found\r\nLocation: " where "\r\nContent-Length: "        \
	"0\r\n\r\n"

static const struct odd_row rows[] = {
	{ "/ok", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" },
	{ "/to-ok", TO("/ok") },
	{ "/to-port", TO("http://127.0.0.1:%u/ok") },
	{ "/to-name", TO("http://inside.test:%u/ok") },
	{ "/to-other", TO("http://127.0.0.2:%u/ok") },
	{ "/to-hex", TO("http://0x7f.2:%u/ok") },
	{ "/to-number", TO("http://2130706434:%u/ok") },
	{ "/to-mapped", TO("http://[::ffff:127.0.0.2]:%u/ok") },
	{ "/to-six", TO("http://[::1]:%u/ok") },
	{ "/to-any", TO("http://0.0.0.0:%u/ok") },
	{ "/to-metadata", TO("http://169.254.169.254/latest/meta-data/") },
	{ "/to-private", TO("http://10.0.0.1/") },
	{ "/to-local", TO("http://[fe80::1]/") },
	{ "/to-unique", TO("http://[fd00:ec2::254]/") },
	{ "/to-nat64", TO("http://[64:ff9b::a9fe:a9fe]/") },
	{ "/to-metadata-name", TO("http://metadata.test/") },
	{ NULL },
};

/*
 * A name server on the same loop:
 *	inside.test   127.0.0.1		metadata.test  169.254.169.254
 *	both.test     127.0.0.2 and 127.0.0.1
 */
struct world {
	struct event_base *base;
	struct odd odd, other;
	struct evdns_server_port *names;
	struct fetcher *fetcher;
	bool ended;
	enum fetch_failure failure;
	char error[FETCH_ERROR_MAX], body[64];
};

static void
on_question(struct evdns_server_request *req, void *arg)
{
	static const unsigned char inside[] = { 127, 0, 0, 1 };
	static const unsigned char both[] = { 127, 0, 0, 2, 127, 0, 0, 1 };
	static const unsigned char metadata[] = { 169, 254, 169, 254 };
	const struct evdns_server_question *q = req->questions[0];
	const unsigned char *addresses = NULL;

	(void)arg;
	if (strcmp(q->name, "inside.test") == 0)
		addresses = inside;
	else if (strcmp(q->name, "both.test") == 0)
		addresses = both;
	else if (strcmp(q->name, "metadata.test") == 0)
		addresses = metadata;
	for (int i = 0; addresses != NULL && i < (addresses == both ? 2 : 1);
	     i++)
		if (q->type == EVDNS_TYPE_A)
			evdns_server_request_add_a_reply(req, q->name, 1,
			    addresses + (ptrdiff_t)4 * i, 60);
	evdns_server_request_respond(req, addresses != NULL ? 0 : 3);
}

static int
begin(void **state)
{
	struct world *w = mem_alloc(sizeof(*w));
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t length = sizeof(in);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char servers[32];
	struct fetcher_options o = { .name_servers = servers };

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	getsockname(fd, (struct sockaddr *)&in, &length);
	evutil_make_socket_nonblocking(fd);
	snprintf(servers, sizeof(servers), "127.0.0.1:%u", ntohs(in.sin_port));
	w->base = event_base_new();
	w->names =
	    evdns_add_server_port_with_base(w->base, fd, 0, on_question, w);
	odd_init(&w->odd, w->base, rows);
	odd_init(&w->other, w->base, rows);
	w->odd.other_port = w->other.port;
	w->fetcher = fetcher_new(w->base, &o);
	*state = w;
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;

	fetcher_free(w->fetcher);
	evdns_close_server_port(w->names);
	odd_clear(&w->odd);
	odd_clear(&w->other);
	event_base_free(w->base);
	free(w);
	return 0;
}

static void
on_done(void *arg, const struct fetch_result *r)
{
	struct world *w = arg;

	w->ended = true;
	w->failure = r->failure;
	snprintf(w->error, sizeof(w->error), "%s", r->error);
	snprintf(w->body, sizeof(w->body), "%s", r->body);
	event_base_loopbreak(w->base);
}

/* allowed: a network, or NULL. */
static void
run(struct world *w, const char *host, const char *path, const char *allowed)
{
	char url[256], network[64] = "";
	char *networks[] = { network, NULL };
	struct fetch_request req = { .url = url,
		.redirects = 3,
		.body_max = 60,
		.timeout_ms = 20000,
		.guarded = true,
		.allow_networks = allowed != NULL ? networks : NULL };

	if (allowed != NULL)
		snprintf(network, sizeof(network), "%s", allowed);
	snprintf(url, sizeof(url), "http://%s:%u%s", host, w->odd.port, path);
	w->ended = false;
	fetch_start(w->fetcher, &req, on_done, w);
	network[0] = '\0'; /* it was copied */
	while (!w->ended)
		event_base_loop(w->base, EVLOOP_ONCE);
}

#define NOT "not a public address, and not in allow_networks"

static void
test_redirects_led_into_private_networks(void **state)
{
	static const struct {
		const char *path, *error;
	} cases[] = {
		{ "/to-other", "redirected to 127.0.0.2, at 127.0.0.2: " NOT },
		{ "/to-hex", "redirected to 127.0.0.2, at 127.0.0.2: " NOT },
		{ "/to-number", "redirected to 127.0.0.2, at 127.0.0.2: " NOT },
		{ "/to-mapped",
		    "redirected to ::ffff:127.0.0.2, at 127.0.0.2: " NOT },
		{ "/to-six", "redirected to ::1, at ::1: " NOT },
		{ "/to-any", "redirected to 0.0.0.0, at 0.0.0.0: " NOT },
		{ "/to-metadata",
		    "redirected to 169.254.169.254, at 169.254.169.254: " NOT },
		{ "/to-private", "redirected to 10.0.0.1, at 10.0.0.1: " NOT },
		{ "/to-local", "redirected to fe80::1, at fe80::1: " NOT },
		{ "/to-unique",
		    "redirected to fd00:ec2::254, at fd00:ec2::254: " NOT },
		{ "/to-nat64",
		    "redirected to 64:ff9b::a9fe:a9fe, at "
		    "169.254.169.254: " NOT },
		{ "/to-metadata-name",
		    "redirected to metadata.test, at 169.254.169.254: " NOT },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run(w, "127.0.0.1", cases[i].path, NULL);
		assert_string_equal(w->error, cases[i].error);
		assert_int_equal(w->failure, FETCH_REDIRECT);
	}
	assert_int_equal(w->other.opened, 0);
}

static void
test_names_led_into_private_networks(void **state)
{
	struct world *w = *state;

	run(w, "inside.test", "/ok", NULL);
	assert_string_equal(w->error, "inside.test is at 127.0.0.1: " NOT);
	assert_int_equal(w->failure, FETCH_FORBIDDEN);
	run(w, "metadata.test", "/ok", NULL);
	assert_int_equal(w->failure, FETCH_FORBIDDEN);
	run(w, "inside.test", "/ok", "10.0.0.0/8");
	assert_int_equal(w->failure, FETCH_FORBIDDEN);
	assert_int_equal(w->odd.opened, 0);
}

static void
test_what_may_be_reached(void **state)
{
	static const struct {
		const char *host, *path, *allowed;
	} cases[] = {
		{ "127.0.0.1", "/ok", NULL },
		{ "127.0.0.1", "/to-ok", NULL },
		{ "127.0.0.1", "/to-port", NULL },
		{ "127.0.0.1", "/to-name", NULL }, /* the same address */
		{ "localhost", "/ok", NULL },
		{ "inside.test", "/ok", "127.0.0.0/8" },
		{ "inside.test", "/to-port", "127.0.0.1" },
		/* One address of the name is refused, the next one taken. */
		{ "both.test", "/ok", "127.0.0.1/32" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run(w, cases[i].host, cases[i].path, cases[i].allowed);
		assert_string_equal(w->error, "");
		assert_int_equal(w->failure, FETCH_OK);
		assert_string_equal(w->body, "ok");
	}
}

/* What was tried and did not answer is theirs, whatever else was refused. */
static void
test_a_refused_connection_is_no_refusal_of_ours(void **state)
{
	struct world *w = *state;

	run(w, "both.test", "/ok", "127.0.0.2");
	assert_string_equal(w->error, "connection refused");
	assert_int_equal(w->failure, FETCH_CONNECT);
}

#define T(test) cmocka_unit_test_setup_teardown(test, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_redirects_led_into_private_networks),
		T(test_names_led_into_private_networks),
		T(test_what_may_be_reached),
		T(test_a_refused_connection_is_no_refusal_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
