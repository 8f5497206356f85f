#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <event2/event.h>

#include "lib/fetch.h"
#include "lib/text.h"
#include "tests/unit/lab.h"

/* A real nginx, one port per certificate and one without TLS. */
enum site { PLAIN, GOOD, NO_MIDDLE, EXPIRED, ELSEWHERE, SELF, SITES };

static const char *const certificates[SITES] = { NULL, "good-chain.pem good",
	"good.pem good", "expired.pem expired", "elsewhere.pem elsewhere",
	"self.pem self" };

struct world {
	char dir[64], bundle[128];
	uint16_t ports[SITES];
	pid_t nginx;
	struct event_base *base;
	struct fetcher *fetcher;
	int ended;
	struct fetch_result last;
	char error[FETCH_ERROR_MAX], body[64];
};

static void
write_site(struct text *conf, struct world *w, int i)
{
	char pem[32], key[32];

	w->ports[i] = lab_port();
	text_addf(conf, "server { listen %u%s; listen 127.0.0.2:%u%s; ",
	    w->ports[i], i == PLAIN ? "" : " ssl", w->ports[i],
	    i == PLAIN ? "" : " ssl");
	if (i != PLAIN) {
		sscanf(certificates[i], "%31s %31s", pem, key);
		text_addf(conf,
		    "ssl_certificate %s; ssl_certificate_key %s.key; ", pem,
		    key);
	}
	text_addf(conf,
	    "location = / { return 200 \"protocol $ssl_protocol cipher "
	    "$ssl_cipher reused $ssl_session_reused\"; } "
	    "location = /to-plain { return 302 http://localhost:%u/; } }\n",
	    w->ports[PLAIN]);
}

static void
start_nginx(struct world *w)
{
	const char *const argv[] = { "nginx", "-p", w->dir, "-c", "nginx.conf",
		"-e", "error.log", NULL };
	struct text sites = { 0 };

	for (int i = 0; i < SITES; i++)
		write_site(&sites, w, i);
	lab_write(w->dir, "nginx.conf",
	    "daemon off; master_process off; pid nginx.pid;\n"
	    "events {}\nhttp { access_log off; client_body_temp_path t1;\n"
	    "ssl_protocols TLSv1.2 TLSv1.3; proxy_temp_path t2; "
	    "fastcgi_temp_path t3; uwsgi_temp_path t4;\n"
	    "scgi_temp_path t5; default_type text/plain;\n%s}\n",
	    sites.data);
	text_clear(&sites);
	w->nginx = lab_start(w->dir, "nginx", argv);
	lab_wait(w->ports[PLAIN]);
}

static int
begin_all(void **state)
{
	struct world *w = mem_alloc(sizeof(*w));
	char here[PATH_MAX], script[PATH_MAX + 64];

	assert_non_null(getcwd(here, sizeof(here)));
	lab_open(w->dir);
	snprintf(script, sizeof(script), "%s/tests/make-certificates", here);
	lab_run(w->dir, script);
	snprintf(w->bundle, sizeof(w->bundle), "%s/bundle.pem", w->dir);
	start_nginx(w);
	*state = w;
	return 0;
}

static int
end_all(void **state)
{
	struct world *w = *state;

	lab_stop(w->nginx);
	lab_close(w->dir);
	free(w);
	return 0;
}

static int
begin(void **state)
{
	struct world *w = *state;
	struct fetcher_options o = { .ca_file = w->bundle };

	lab_run(w->dir, "cat ca.pem other.pem >bundle.pem");
	w->base = event_base_new();
	w->fetcher = fetcher_new(w->base, &o);
	assert_non_null(w->fetcher);
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;

	fetcher_free(w->fetcher);
	event_base_free(w->base);
	return 0;
}

static void
on_done(void *arg, const struct fetch_result *r)
{
	struct world *w = arg;

	w->ended++;
	w->last = *r;
	snprintf(w->error, sizeof(w->error), "%s", r->error);
	snprintf(w->body, sizeof(w->body), "%s", r->body);
}

static void
run(struct world *w, const char *host, enum site site, const char *path,
    struct fetch_request req)
{
	int before = w->ended;
	char url[128];

	snprintf(url, sizeof(url), "https://%s:%u%s", host, w->ports[site],
	    path);
	req.url = url;
	req.timeout_ms = 20000;
	req.body_max = 1000;
	fetch_start(w->fetcher, &req, on_done, w);
	while (w->ended == before)
		event_base_loop(w->base, EVLOOP_ONCE);
}

static const struct fetch_request fresh = { .fresh = true };

static void
test_verdicts(void **state)
{
	static const struct {
		enum site site;
		const char *host, *error;
	} cases[] = {
		{ GOOD, "localhost", "" },
		{ GOOD, "127.0.0.1", "" },
		{ NO_MIDDLE, "localhost",
		    "the certificate's issuer is unknown, or an "
		    "intermediate certificate is not sent" },
		{ EXPIRED, "localhost", "the certificate has expired" },
		{ ELSEWHERE, "localhost",
		    "the certificate is not for this host" },
		{ SELF, "localhost", "the certificate is signed by itself" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		/* Twice: what was remembered changes no verdict. */
		size_t n = i % (sizeof(cases) / sizeof(cases[0]));

		run(w, cases[n].host, cases[n].site, "/", fresh);
		assert_string_equal(w->error, cases[n].error);
		assert_int_equal(w->last.failure,
		    cases[n].error[0] != '\0' ? FETCH_TLS : FETCH_OK);
	}
}

static void
test_a_good_answer(void **state)
{
	struct world *w = *state;

	run(w, "localhost", GOOD, "/", fresh);
	assert_int_equal(w->last.status, 200);
	assert_string_equal(w->body,
	    "protocol TLSv1.3 cipher TLS_AES_128_GCM_SHA256 reused .");
	assert_true(w->last.connect_us > 0);
	assert_true(w->last.tls_us > 0);
	assert_true(w->last.first_byte_us > 0);
	assert_true(w->last.total_us >= w->last.connect_us + w->last.tls_us);
	run(w, "localhost", GOOD, "/", fresh);
	assert_string_equal(w->body, /* no session is taken up again */
	    "protocol TLSv1.3 cipher TLS_AES_128_GCM_SHA256 reused .");
}

/* The chain is remembered, the host name is looked at every time. */
static void
test_a_remembered_chain_at_another_name(void **state)
{
	struct world *w = *state;

	run(w, "localhost", GOOD, "/", fresh);
	assert_int_equal(w->last.failure, FETCH_OK);
	run(w, "127.0.0.2", GOOD, "/", fresh);
	assert_string_equal(w->error, "the certificate is not for this host");
}

static void
test_the_bundle_changes(void **state)
{
	struct world *w = *state;

	run(w, "localhost", GOOD, "/", fresh);
	assert_int_equal(w->last.failure, FETCH_OK);
	lab_run(w->dir, "cat other.pem >bundle.new; mv bundle.new bundle.pem");
	lab_sleep(1100); /* it is looked at once a second */
	run(w, "localhost", GOOD, "/", fresh);
	assert_int_equal(w->last.failure, FETCH_TLS); /* nothing remembered */
	lab_run(w->dir, "echo nonsense >bundle.pem");
	lab_sleep(1100);
	run(w, "localhost", GOOD, "/", fresh);
	assert_int_equal(w->last.failure, FETCH_TLS); /* the old one stays */
	lab_run(w->dir, "cat ca.pem >bundle.pem");
	lab_sleep(1100);
	run(w, "localhost", GOOD, "/", fresh);
	assert_int_equal(w->last.failure, FETCH_OK);
}

static void
test_no_bundle(void **state)
{
	struct world *w = *state;
	struct fetcher_options o = { .ca_file = "/nonexistent/bundle.pem" };

	assert_null(fetcher_new(w->base, &o));
	fetcher_free(w->fetcher);
	lab_run(w->dir, "echo nonsense >bundle.pem");
	o.ca_file = w->bundle;
	w->fetcher = fetcher_new(w->base, &o);
	run(w, "localhost", GOOD, "/", fresh);
	assert_int_equal(w->last.failure, FETCH_OURSELVES);
	assert_string_equal(w->error, "there are no trusted certificates");
}

static void
test_plain_where_tls_was_expected(void **state)
{
	struct world *w = *state;

	run(w, "localhost", PLAIN, "/", fresh);
	assert_int_equal(w->last.failure, FETCH_TLS);
	assert_non_null(strstr(w->error, "no TLS: "));
}

static void
test_from_tls_to_plain(void **state)
{
	struct world *w = *state;

	run(w, "localhost", GOOD, "/to-plain",
	    (struct fetch_request){ .redirects = 3, .fresh = true });
	assert_int_equal(w->last.failure, FETCH_OK);
	assert_string_equal(w->body, "protocol  cipher  reused ");
	assert_int_equal(w->last.hops, 1);
	assert_true(w->last.tls_us > 0); /* of the first hop */
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_verdicts),
		T(test_a_good_answer),
		T(test_a_remembered_chain_at_another_name),
		T(test_the_bundle_changes),
		T(test_no_bundle),
		T(test_plain_where_tls_was_expected),
		T(test_from_tls_to_plain),
	};

	return cmocka_run_group_tests(tests, begin_all, end_all);
}
