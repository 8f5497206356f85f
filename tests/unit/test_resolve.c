#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <event2/dns.h>
#include <event2/dns_struct.h>
#include <event2/event.h>
#include <event2/util.h>

#include "lib/resolve.h"
#include "lib/text.h"
#include "tests/unit/lab.h"

/*
 * A name server on the same loop:
 *	four.test   A, 60 s		six.test    AAAA and A
 *	brief.test  A, 0 s		none.test   exists, no address
 *	silent.test no answer		broken.test server failure
 * and no other name.  Which address is given changes with each question.
 */
struct world {
	struct event_base *base;
	struct evdns_server_port *server;
	struct resolver *resolver;
	int questions, answers;
	enum resolve_failure failure;
	char error[128], addresses[256];
};

static void
answer_question(struct evdns_server_request *req,
    const struct evdns_server_question *q, struct world *w)
{
	uint8_t four[4] = { 192, 0, 2, (uint8_t)w->questions };
	uint8_t six[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };
	bool is_six = strcmp(q->name, "six.test") == 0;
	int ttl_s = strcmp(q->name, "brief.test") == 0 ? 0 : 60;

	if (q->type == EVDNS_TYPE_AAAA && is_six)
		evdns_server_request_add_aaaa_reply(req, q->name, 1, six, 60);
	if (q->type == EVDNS_TYPE_A && strcmp(q->name, "none.test") != 0)
		evdns_server_request_add_a_reply(req, q->name, 1, four, ttl_s);
}

static void
on_question(struct evdns_server_request *req, void *arg)
{
	static const char *const known[] = { "four.test", "six.test",
		"brief.test", "none.test" };
	const struct evdns_server_question *q = req->questions[0];
	struct world *w = arg;
	int error = 3; /* no such name */

	w->questions++;
	if (strcmp(q->name, "silent.test") == 0) {
		evdns_server_request_drop(req);
		return;
	}
	if (strcmp(q->name, "broken.test") == 0)
		error = 2;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(q->name, known[i]) == 0)
			error = 0;
	}
	if (error == 0)
		answer_question(req, q, w);
	evdns_server_request_respond(req, error);
}

static int
begin(void **state)
{
	struct world *w = mem_alloc(sizeof(*w));
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t length = sizeof(in);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char servers[32];

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	getsockname(fd, (struct sockaddr *)&in, &length);
	evutil_make_socket_nonblocking(fd);
	w->base = event_base_new();
	w->server =
	    evdns_add_server_port_with_base(w->base, fd, 0, on_question, w);
	snprintf(servers, sizeof(servers), "127.0.0.1:%u", ntohs(in.sin_port));
	w->resolver = resolver_new(w->base, servers);
	*state = w;
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;

	resolver_free(w->resolver);
	evdns_close_server_port(w->server);
	event_base_free(w->base);
	free(w);
	return 0;
}

static void
on_resolved(void *arg, const struct resolve_result *r)
{
	struct world *w = arg;

	w->answers++;
	w->failure = r->failure;
	snprintf(w->error, sizeof(w->error), "%s", r->error);
	snprintf(w->addresses, sizeof(w->addresses), "%s", r->addresses);
	event_base_loopbreak(w->base);
}

static void
look_up(struct world *w, const char *name, int64_t timeout_ms, bool fresh)
{
	int before = w->answers;

	resolve_start(w->resolver, name, timeout_ms, fresh, on_resolved, w);
	assert_int_equal(w->answers, before); /* never from inside */
	while (w->answers == before)
		event_base_loop(w->base, EVLOOP_ONCE);
	assert_int_equal(w->answers, before + 1);
}

static void
test_answers(void **state)
{
	static const struct {
		const char *name;
		enum resolve_failure failure;
		const char *error;
	} cases[] = {
		{ "four.test", RESOLVE_OK, "" },
		{ "six.test", RESOLVE_OK, "" },
		{ "192.0.2.77", RESOLVE_OK, "" },
		{ "::1", RESOLVE_OK, "" },
		{ "localhost", RESOLVE_OK, "" },
		{ "none.test", RESOLVE_NO_NAME, "the name has no address" },
		{ "no.such.test", RESOLVE_NO_NAME, "there is no such name" },
		{ "", RESOLVE_NO_NAME, "this is not a name" },
		{ "broken.test", RESOLVE_NO_ANSWER, "no name server can say" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		look_up(w, cases[i].name, 20000, true);
		assert_int_equal(w->failure, cases[i].failure);
		assert_string_equal(w->error, cases[i].error);
		assert_int_equal(w->addresses[0] != '\0',
		    cases[i].failure == RESOLVE_OK);
	}
}

static void
test_forms_of_addresses(void **state)
{
	struct world *w = *state;

	look_up(w, "::1", 1000, false);
	assert_string_equal(w->addresses, "[::1]");
	look_up(w, "192.0.2.77", 1000, false);
	assert_string_equal(w->addresses, "192.0.2.77");
	assert_int_equal(w->questions, 0);
	look_up(w, "six.test", 20000, true);
	assert_non_null(strstr(w->addresses, "[2001:db8::1],192.0.2."));
}

static void
test_remembers_as_long_as_told(void **state)
{
	struct world *w = *state;
	char first[256];
	int asked;

	look_up(w, "four.test", 20000, true);
	snprintf(first, sizeof(first), "%s", w->addresses);
	asked = w->questions;
	look_up(w, "four.test", 20000, false);
	assert_int_equal(w->questions, asked);
	assert_string_equal(w->addresses, first);
	look_up(w, "four.test", 20000, true);
	assert_true(w->questions > asked);
	assert_string_not_equal(w->addresses, first);
	/* What the fresh lookup found is what is remembered now. */
	snprintf(first, sizeof(first), "%s", w->addresses);
	look_up(w, "four.test", 20000, false);
	assert_string_equal(w->addresses, first);

	look_up(w, "brief.test", 20000, false);
	asked = w->questions;
	look_up(w, "brief.test", 20000, false);
	assert_true(w->questions > asked);
}

static void
test_silence_has_an_end(void **state)
{
	struct world *w = *state;

	look_up(w, "silent.test", 100, true);
	assert_int_equal(w->failure, RESOLVE_TIMEOUT);
	assert_string_equal(w->error,
	    "no answer from the name servers in time");
	look_up(w, "four.test", 20000, true); /* and others go on */
	assert_int_equal(w->failure, RESOLVE_OK);
}

static void
test_cancel_means_silence(void **state)
{
	struct world *w = *state;
	struct lookup *l;

	l = resolve_start(w->resolver, "four.test", 20000, true, on_resolved,
	    w);
	resolve_cancel(l);
	look_up(w, "six.test", 20000, true); /* asserts one answer: its own */
	l = resolve_start(w->resolver, "::1", 20000, true, on_resolved, w);
	resolve_cancel(l); /* though the answer was known */
	look_up(w, "six.test", 20000, true);
	resolve_start(w->resolver, "silent.test", 20000, true, on_resolved, w);
	resolve_start(w->resolver, "::1", 20000, true, on_resolved, w);
	/* end() frees the resolver: neither is told */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_answers, begin, end),
		cmocka_unit_test_setup_teardown(test_forms_of_addresses, begin,
		    end),
		cmocka_unit_test_setup_teardown(test_remembers_as_long_as_told,
		    begin, end),
		cmocka_unit_test_setup_teardown(test_silence_has_an_end, begin,
		    end),
		cmocka_unit_test_setup_teardown(test_cancel_means_silence,
		    begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
