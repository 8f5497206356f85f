#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/outcome.h"
#include "lib/text.h"

static char *contains[] = { (char[]){ "Log in" }, (char[]){ "Acme" }, NULL };
static char *lacks[] = { (char[]){ "Error" }, NULL };

static const struct plan_endpoint bare = { .url = (char[]){ "http://a/" } };
static const struct plan_endpoint tls = { .url = (char[]){ "HTTPS://a/" } };

static struct seen
good(void)
{
	static const char body[] = "<p>Acme: Log in";

	return (struct seen){ .failed = REASON_NONE,
		.status = 200,
		.total_us = 81000,
		.dns_us = 1,
		.connect_us = 2,
		.tls_us = 3,
		.first_byte_us = 4,
		.body = body,
		.body_length = sizeof(body) - 1,
		.body_seen = sizeof(body) - 1 };
}

static void
judged(const struct plan_endpoint *e, const struct seen *s,
    enum outcome outcome, enum reason reason, const char *detail)
{
	struct observation o = { .detail = "left over" };

	outcome_judge(e, s, &o);
	assert_string_equal(o.detail, detail);
	assert_string_equal(outcome_text(o.outcome), outcome_text(outcome));
	assert_string_equal(reason_text(o.reason), reason_text(reason));
	assert_int_equal(o.status, s->status);
	assert_int_equal(o.total_us, s->total_us);
}

static void
test_times_are_copied(void **state)
{
	struct observation o = { .count = 7 };
	struct seen s = good();

	(void)state;
	outcome_judge(&bare, &s, &o);
	assert_int_equal(o.dns_us, 1);
	assert_int_equal(o.connect_us, 2);
	assert_int_equal(o.tls_us, 3);
	assert_int_equal(o.first_byte_us, 4);
	assert_int_equal(o.count, 7);
}

static void
test_status(void **state)
{
	static const struct {
		int status;
		bool named, ok; /* by the default, by 200 and 401-403 */
		enum reason reason;
		const char *detail;
	} cases[] = {
		{ 200, false, true, REASON_NONE, "" },
		{ 299, false, true, REASON_NONE, "" },
		{ 199, false, false, REASON_HTTP_STATUS, "answers 199" },
		{ 404, false, false, REASON_HTTP_STATUS, "answers 404" },
		{ 503, false, false, REASON_HTTP_STATUS, "answers 503" },
		{ 302, false, false, REASON_REDIRECT, "answers 302" },
		{ 200, true, true, REASON_NONE, "" },
		{ 204, true, false, REASON_HTTP_STATUS, "answers 204" },
		{ 400, true, false, REASON_HTTP_STATUS, "answers 400" },
		{ 401, true, true, REASON_NONE, "" },
		{ 403, true, true, REASON_NONE, "" },
		{ 404, true, false, REASON_HTTP_STATUS, "answers 404" },
	};
	struct plan_endpoint e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen s = good();

		e = bare;
		e.status = mem_alloc(2 * sizeof(*e.status));
		e.status[0].low = e.status[0].high = 200;
		e.status[1].low = 401;
		e.status[1].high = 403;
		e.status_count = cases[i].named ? 2 : 0;
		s.status = cases[i].status;
		judged(&e, &s, cases[i].ok ? OUTCOME_OK : OUTCOME_FAILED,
		    cases[i].reason, cases[i].detail);
		free(e.status);
	}
}

static void
test_redirect_says_where_to(void **state)
{
	struct seen s = good();

	(void)state;
	s.status = 301;
	s.location = "https://elsewhere.example/";
	judged(&bare, &s, OUTCOME_FAILED, REASON_REDIRECT,
	    "answers 301, to https://elsewhere.example/");
}

static void
test_body(void **state)
{
	struct plan_endpoint e = bare;
	struct seen s = good();

	(void)state;
	e.contains = contains;
	e.lacks = lacks;
	judged(&e, &s, OUTCOME_OK, REASON_NONE, "");
	s.body = "Log in";
	s.body_length = s.body_seen = 6;
	judged(&e, &s, OUTCOME_FAILED, REASON_CONTENT,
	    "the page lacks \"Acme\"");
	s.body_seen = 100000;
	judged(&e, &s, OUTCOME_FAILED, REASON_CONTENT,
	    "the page lacks \"Acme\" in what was kept of it");
	s.body = "Acme: Log in. Error 17";
	s.body_length = strlen(s.body);
	judged(&e, &s, OUTCOME_FAILED, REASON_CONTENT,
	    "the page says \"Error\"");
	s.body = NULL;
	s.body_length = s.body_seen = 0;
	judged(&e, &s, OUTCOME_FAILED, REASON_CONTENT,
	    "the page lacks \"Log in\"");
	e.head = true; /* a HEAD has no body to look at */
	judged(&e, &s, OUTCOME_OK, REASON_NONE, "");
}

/* What stands behind a zero byte is seen, too. */
static void
test_body_with_zeros(void **state)
{
	struct plan_endpoint e = bare;
	struct seen s = good();

	(void)state;
	e.lacks = lacks;
	s.body = "ok\0Error";
	s.body_length = s.body_seen = 8;
	judged(&e, &s, OUTCOME_FAILED, REASON_CONTENT,
	    "the page says \"Error\"");
}

static void
test_slow(void **state)
{
	struct plan_endpoint e = bare;
	struct seen s = good();

	(void)state;
	e.slow_ms = 80;
	judged(&e, &s, OUTCOME_SLOW, REASON_NONE, "took 81 ms, over 80 ms");
	e.slow_ms = 81;
	judged(&e, &s, OUTCOME_OK, REASON_NONE, "");
	e.slow_ms = 80; /* wrong weighs more than late */
	s.status = 500;
	judged(&e, &s, OUTCOME_FAILED, REASON_HTTP_STATUS, "answers 500");
}

static void
test_timeout_names_the_phase(void **state)
{
	static const struct {
		const struct plan_endpoint *e;
		int64_t dns_us, connect_us, tls_us, first_byte_us;
		const char *detail;
	} cases[] = {
		{ &bare, 0, 0, 0, 0,
		    "gave up after 10000 ms, resolving the name" },
		{ &bare, 1, 0, 0, 0, "gave up after 10000 ms, connecting" },
		{ &bare, 1, 1, 0, 0,
		    "gave up after 10000 ms, waiting for the first byte" },
		{ &tls, 1, 1, 0, 0,
		    "gave up after 10000 ms, in the TLS handshake" },
		{ &tls, 1, 1, 1, 0,
		    "gave up after 10000 ms, waiting for the first byte" },
		{ &tls, 1, 1, 1, 1,
		    "gave up after 10000 ms, reading the body" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen s = { .failed = REASON_TIMEOUT,
			.error = "Timeout was reached",
			.total_us = 10000000,
			.dns_us = cases[i].dns_us,
			.connect_us = cases[i].connect_us,
			.tls_us = cases[i].tls_us,
			.first_byte_us = cases[i].first_byte_us };

		judged(cases[i].e, &s, OUTCOME_FAILED, REASON_TIMEOUT,
		    cases[i].detail);
	}
}

static void
test_failures(void **state)
{
	struct seen s = { .failed = REASON_DNS, .error = "no such name" };

	(void)state;
	judged(&bare, &s, OUTCOME_FAILED, REASON_DNS, "no such name");
	s.failed = REASON_TLS;
	s.error = "certificate has expired";
	judged(&bare, &s, OUTCOME_FAILED, REASON_TLS,
	    "certificate has expired");
	s.failed = REASON_CONNECT;
	s.error = NULL;
	judged(&bare, &s, OUTCOME_FAILED, REASON_CONNECT, "connect");
	s.failed = REASON_TRUNCATED;
	s.error = "the answer broke off after 1000 bytes";
	s.body_seen = 1000;
	judged(&bare, &s, OUTCOME_FAILED, REASON_TRUNCATED,
	    "the answer broke off after 1000 bytes");
	s.failed = REASON_AGENT;
	s.error = "no descriptors";
	judged(&bare, &s, OUTCOME_UNKNOWN, REASON_AGENT,
	    "our own fault: no descriptors");
	s.failed = REASON_PROBE_SAFETY;
	s.error = "x.example is at 10.0.0.1: not a public address";
	judged(&bare, &s, OUTCOME_UNKNOWN, REASON_PROBE_SAFETY,
	    "x.example is at 10.0.0.1: not a public address");
}

static void
test_canary(void **state)
{
	static const struct {
		enum reason failed;
		int status;
		enum outcome outcome;
	} cases[] = {
		{ REASON_NONE, 200, OUTCOME_OK },
		{ REASON_NONE, 302, OUTCOME_OK },
		{ REASON_NONE, 403, OUTCOME_OK },
		{ REASON_NONE, 502, OUTCOME_FAILED },
		{ REASON_NONE, 0, OUTCOME_FAILED },
		{ REASON_DNS, 0, OUTCOME_FAILED },
		{ REASON_TRUNCATED, 200, OUTCOME_FAILED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen s = { .failed = cases[i].failed,
			.status = cases[i].status };
		struct observation o = { .count = 1 };

		outcome_judge_canary(&s, &o);
		assert_int_equal(o.outcome, cases[i].outcome);
		assert_int_equal(o.status, cases[i].status);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times_are_copied),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_redirect_says_where_to),
		cmocka_unit_test(test_body),
		cmocka_unit_test(test_body_with_zeros),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_timeout_names_the_phase),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_canary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
