#include <limits.h>
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

#include "lib/certificates.h"
#include "lib/clock.h"
#include "lib/fetch.h"
#include "lib/text.h"
#include "tests/unit/lab.h"

struct world {
	char dir[64], script[PATH_MAX];
	pid_t server;
	struct event_base *base;
	struct fetcher *fetcher;
	struct evdns_server_port *dns;
	char name_server[32];
	int ended;
	struct fetch_result last;
	char error[FETCH_ERROR_MAX], url[64];
};

static const char message[] = "Subject: a page\n\nfirst\r\n.\nlast\n";
static const char *const to_one[] = { "aroha@kahu.test", NULL };

/* A name server for which every name is here. */
static void
on_question(struct evdns_server_request *req, void *arg)
{
	const struct evdns_server_question *q = req->questions[0];
	const uint8_t here[4] = { 127, 0, 0, 1 };

	(void)arg;
	if (q->type == EVDNS_TYPE_A)
		evdns_server_request_add_a_reply(req, q->name, 1, here, 60);
	evdns_server_request_respond(req, 0);
}

static void
serve_names(struct world *w)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t length = sizeof(in);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	getsockname(fd, (struct sockaddr *)&in, &length);
	snprintf(w->name_server, sizeof(w->name_server), "127.0.0.1:%u",
	    ntohs(in.sin_port));
	w->dns =
	    evdns_add_server_port_with_base(w->base, fd, 0, on_question, w);
}

static int
begin(void **state)
{
	struct world *w = mem_alloc(sizeof(*w));
	struct fetcher_options o = { 0 };
	char here[PATH_MAX];

	assert_non_null(getcwd(here, sizeof(here)));
	text_format(w->script, sizeof(w->script),
	    "%s/tests/unit/smtp_server.py", here);
	lab_open(w->dir);
	w->base = event_base_new();
	serve_names(w);
	w->fetcher = fetcher_new(w->base, &o);
	assert_non_null(w->fetcher);
	*state = w;
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;

	lab_stop(w->server);
	fetcher_free(w->fetcher);
	evdns_close_server_port(w->dns);
	event_base_free(w->base);
	lab_close(w->dir);
	free(w);
	return 0;
}

/* What the server has printed so far. */
static void
read_log(struct world *w, char *out, size_t room)
{
	char path[128];
	FILE *in;
	size_t n;

	snprintf(path, sizeof(path), "%s/smtp.log", w->dir);
	in = fopen(path, "r");
	n = in != NULL ? fread(out, 1, room - 1, in) : 0;
	out[n] = '\0';
	if (in != NULL)
		fclose(in);
}

static void
serve(struct world *w, const char *mode)
{
	char command[PATH_MAX + 128], log[64] = "";
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };

	snprintf(command, sizeof(command),
	    "cd %s && exec /usr/bin/python3 -W ignore %s %s", w->dir, w->script,
	    mode);
	w->server = lab_start(w->dir, "smtp", argv);
	for (int ms = 0; ms < LAB_PATIENCE_MS; ms += 10) {
		read_log(w, log, sizeof(log));
		if (strchr(log, '\n') != NULL)
			break;
		lab_sleep(10);
	}
	assert_true(atoi(log) > 0);
	snprintf(w->url, sizeof(w->url), "smtp://127.0.0.1:%d", atoi(log));
}

static void
on_done(void *arg, const struct fetch_result *r)
{
	struct world *w = arg;

	w->ended++;
	w->last = *r;
	snprintf(w->error, sizeof(w->error), "%s", r->error);
}

static void
send_mail(struct world *w, struct fetch_request req)
{
	int before = w->ended;

	req.url = req.url != NULL ? req.url : w->url;
	req.mail_from = "sunwatch@kahu.test";
	req.mail_to = req.mail_to != NULL ? req.mail_to : to_one;
	req.body = message;
	req.body_length = sizeof(message) - 1;
	req.timeout_ms = req.timeout_ms > 0 ? req.timeout_ms : 20000;
	fetch_start(w->fetcher, &req, on_done, w);
	assert_int_equal(w->ended, before);
	while (w->ended == before)
		event_base_loop(w->base, EVLOOP_ONCE);
}

static void
test_accepted(void **state)
{
	struct world *w = *state;
	char log[1024];

	serve(w, "accept");
	send_mail(w, (struct fetch_request){ 0 });
	assert_string_equal(w->error, "");
	assert_int_equal(w->last.failure, FETCH_OK);
	assert_int_equal(w->last.status, 250);
	read_log(w, log, sizeof(log));
	assert_non_null(strstr(log,
	    "sunwatch@kahu.test aroha@kahu.test\n"
	    "Subject: a page\r\n\r\nfirst\r\n.\r\nlast\r\n\n--\n"));
}

/* What is said of a server of this mode. */
struct said {
	const char *mode;
	enum fetch_failure failure;
	const char *error;
};

static void
check_said(struct world *w, const struct said *want)
{
	lab_run(w->dir, "rm -f smtp.log");
	serve(w, want->mode);
	send_mail(w, (struct fetch_request){ 0 });
	assert_string_equal(w->error, want->error);
	assert_int_equal(w->last.failure, want->failure);
	lab_stop(w->server);
	w->server = 0;
}

static void
test_what_the_server_says(void **state)
{
	static const struct said cases[] = {
		{ "later", FETCH_LATER,
		    "the mail server says: 450 4.2.1 not \\x1b[31mnow" },
		{ "refuse", FETCH_REFUSED,
		    "the mail server says: 550 5.1.1 nobody of that name" },
		{ "refuse-data", FETCH_REFUSED,
		    "the mail server says: 554 5.7.1 not such a message" },
		{ "busy", FETCH_LATER,
		    "the mail server says: 421 4.3.2 too busy" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_said(w, &cases[i]);
	send_mail(w, (struct fetch_request){ 0 });
	assert_int_equal(w->last.failure, FETCH_CONNECT); /* nobody there */
}

static void
test_silence(void **state)
{
	struct world *w = *state;

	serve(w, "silent");
	send_mail(w, (struct fetch_request){ .timeout_ms = 300 });
	assert_string_equal(w->error, "no greeting within 300 ms");
	assert_int_equal(w->last.failure, FETCH_TIMEOUT);
}

/* It was delivered: nobody waits for the answer to QUIT. */
static void
test_silence_at_the_end(void **state)
{
	struct world *w = *state;
	int64_t begun_us;

	serve(w, "silent-quit");
	begun_us = clock_monotonic_us();
	send_mail(w, (struct fetch_request){ 0 });
	assert_int_equal(w->last.failure, FETCH_OK);
	assert_true(clock_monotonic_us() - begun_us < 10000000);
}

static void
test_password(void **state)
{
	struct world *w = *state;
	char url[128];

	serve(w, "login");
	send_mail(w,
	    (struct fetch_request){ .user = "user", .password = "right" });
	assert_string_equal(w->error, "");
	send_mail(w,
	    (struct fetch_request){ .user = "user", .password = "wrong" });
	assert_int_equal(w->last.failure, FETCH_REFUSED);
	assert_null(strstr(w->error, "wrong"));
	snprintf(url, sizeof(url), "smtp://user:right@%s",
	    w->url + strlen("smtp://"));
	send_mail(w, (struct fetch_request){ .url = url });
	assert_int_equal(w->last.failure, FETCH_REFUSED);
	assert_int_equal(w->last.status, 530); /* as without any */
}

static void
make_certificate(struct world *w)
{
	lab_run(w->dir,
	    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
	    "-nodes -keyout self.key -out self.pem -subj /CN=mail.test "
	    "-addext subjectAltName=DNS:mail.test");
}

/* A password goes to nobody but whom we have verified, nor does a page where
   it was said who they are. */
static void
test_away_from_home(void **state)
{
	static const struct {
		const char *mode, *host, *bundle;
		enum fetch_failure failure;
		const char *error;
	} cases[] = {
		{ "login", "mail.test", "self.pem", FETCH_TLS,
		    "the mail server offers no TLS" },
		{ "tls-login", "mail.test", "other.pem", FETCH_TLS,
		    "the certificate is signed by itself" },
		{ "tls-login", "post.test", "self.pem", FETCH_TLS,
		    "the certificate is not for this host" },
		{ "tls-login", "mail.test", "self.pem", FETCH_OK, "" },
		{ "ok", "mail.test", "self.pem", FETCH_TLS,
		    "the mail server offers no TLS" },
		{ "tls", "mail.test", "other.pem", FETCH_TLS,
		    "the certificate is signed by itself" },
		{ "tls", "127.0.0.1", "other.pem", FETCH_TLS,
		    "the certificate is signed by itself" },
		{ "tls", "mail.test", "self.pem", FETCH_OK, "" },
	};
	struct world *w = *state;
	char url[64], bundle[128];

	make_certificate(w);
	lab_run(w->dir, "cp /etc/ssl/certs/ca-certificates.crt other.pem");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fetcher_options o = { .ca_file = bundle,
			.name_servers = w->name_server };
		bool login = strstr(cases[i].mode, "login") != NULL;

		snprintf(bundle, sizeof(bundle), "%s/%s", w->dir,
		    cases[i].bundle);
		fetcher_free(w->fetcher);
		w->fetcher = fetcher_new(w->base, &o);
		lab_run(w->dir, "rm -f smtp.log");
		serve(w, cases[i].mode);
		snprintf(url, sizeof(url), "smtp://%s:%s", cases[i].host,
		    strrchr(w->url, ':') + 1);
		send_mail(w,
		    (struct fetch_request){ .url = url,
			.user = login ? "user" : NULL,
			.password = login ? "right" : NULL });
		assert_string_equal(w->error, cases[i].error);
		assert_int_equal(w->last.failure, cases[i].failure);
		lab_stop(w->server);
		w->server = 0;
	}
}

/* Of a private authority nothing may be on the host but its text. */
static void
test_authorities_of_a_text(void **state)
{
	struct world *w = *state;
	char url[64], path[128], why[CERTIFICATES_WHY];
	struct fetcher_options o = { .name_servers = w->name_server };
	char *pem;

	make_certificate(w);
	lab_run(w->dir, "(echo mine; cat self.pem self.key) > both.pem");
	snprintf(path, sizeof(path), "%s/both.pem", w->dir);
	pem = certificates_read(path, 4096, why);
	assert_non_null(pem);
	assert_int_equal(strncmp(pem, "-----BEGIN CERTIFICATE-----\n", 28), 0);
	assert_null(strstr(pem, "KEY")); /* a key there stays there */
	assert_null(certificates_read(path, strlen(pem) - 1, why));
	assert_non_null(strstr(why, "more than"));
	snprintf(path, sizeof(path), "%s/self.key", w->dir);
	assert_null(certificates_read(path, 4096, why));
	assert_string_equal(why, "there is no certificate");
	o.ca_pem = "-----BEGIN CERTIFICATE-----\nMIIB\n"
		   "-----END CERTIFICATE-----\n";
	assert_null(fetcher_new(w->base, &o));
	fetcher_free(w->fetcher);
	o.ca_pem = pem;
	w->fetcher = fetcher_new(w->base, &o);
	free(pem);
	serve(w, "tls-login");
	snprintf(url, sizeof(url), "smtp://mail.test:%s",
	    strrchr(w->url, ':') + 1);
	send_mail(w,
	    (struct fetch_request){ .url = url,
		.user = "user",
		.password = "right" });
	assert_string_equal(w->error, "");
	assert_int_equal(w->last.failure, FETCH_OK);
}

/* Addresses come from configuration and forms: nothing else is said. */
static void
test_addresses_say_nothing_else(void **state)
{
	static const char *const bad[] = { "", "a>\r\nRCPT TO:<b", "a b",
		"a\nb", "<a>" };
	struct world *w = *state;

	serve(w, "accept");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *to[] = { bad[i], NULL };

		send_mail(w, (struct fetch_request){ .mail_to = to });
		assert_int_equal(w->last.failure, FETCH_REFUSED);
		assert_string_equal(w->error, "these are not mail addresses");
	}
}

static void
test_hostile_servers(void **state)
{
	static const struct said cases[] = {
		{ "inject", FETCH_PROTOCOL,
		    "the mail server talks on before TLS begins" },
		{ "web", FETCH_PROTOCOL, "what came is no SMTP" },
		{ "endless", FETCH_PROTOCOL, "the mail server talks too much" },
		{ "endless-lines", FETCH_PROTOCOL,
		    "the mail server talks too much" },
		{ "hang-up", FETCH_PROTOCOL,
		    "the connection was closed after: 220 hello" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_said(w, &cases[i]);
}

static void
test_tls_is_taken_when_offered(void **state)
{
	struct world *w = *state;

	make_certificate(w);
	serve(w, "tls");
	send_mail(w, (struct fetch_request){ 0 });
	assert_string_equal(w->error, "");
	assert_int_equal(w->last.failure, FETCH_OK);
}

/* Who is accepted gets it, though another is not. */
static void
test_several_recipients(void **state)
{
	const char *to[] = { "nobody@kahu.test", "tom@kahu.test", NULL };
	struct world *w = *state;
	char log[1024];

	serve(w, "picky");
	send_mail(w, (struct fetch_request){ .mail_to = to });
	assert_int_equal(w->last.failure, FETCH_OK);
	read_log(w, log, sizeof(log));
	assert_non_null(strstr(log, "sunwatch@kahu.test tom@kahu.test\n"));
	to[1] = NULL;
	send_mail(w, (struct fetch_request){ .mail_to = to });
	assert_int_equal(w->last.failure, FETCH_REFUSED);
}

static void
test_cancel(void **state)
{
	struct fetch_request req = { .mail_from = "sunwatch@kahu.test",
		.mail_to = to_one,
		.body = message,
		.body_length = sizeof(message) - 1 };
	struct world *w = *state;
	struct fetch *f;

	serve(w, "accept");
	req.url = w->url;
	for (int turns = 0; turns < 8; turns++) {
		f = fetch_start(w->fetcher, &req, on_done, w);
		for (int i = 0; i < turns && w->ended == 0; i++)
			event_base_loop(w->base, EVLOOP_ONCE);
		if (w->ended > 0)
			break;
		fetch_cancel(f);
	}
	assert_int_equal(fetcher_busy(w->fetcher), 0);
}

static struct fetch *
start_mail(struct world *w, int64_t timeout_ms)
{
	struct fetch_request req = { .url = w->url,
		.mail_from = "sunwatch@kahu.test",
		.mail_to = to_one,
		.body = message,
		.body_length = sizeof(message) - 1,
		.timeout_ms = timeout_ms };

	return fetch_start(w->fetcher, &req, on_done, w);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	int *ticks = arg;

	(void)fd, (void)what;
	(*ticks)++;
}

/* The loop goes on while libcurl waits for the answer to the message. */
static void
test_the_loop_never_waits(void **state)
{
	struct timeval often = { 0, 10000 };
	struct world *w = *state;
	struct event *timer;
	int ticks = 0;

	serve(w, "silent-data");
	timer = event_new(w->base, -1, EV_PERSIST, on_tick, &ticks);
	event_add(timer, &often);
	send_mail(w, (struct fetch_request){ .timeout_ms = 1500 });
	assert_string_equal(w->error,
	    "no answer to the message within 1500 ms");
	assert_int_equal(w->last.failure, FETCH_TIMEOUT);
	assert_true(ticks > 15); /* 150, a machine out of breath aside */
	event_free(timer);
}

/* More than there are threads: who gets none in time is not theirs to mend. */
static void
test_more_than_threads(void **state)
{
	struct world *w = *state;
	int64_t begun_us;

	serve(w, "silent");
	for (int i = 0; i < 8; i++)
		start_mail(w, 60000);
	for (int i = 0; i < 12; i++)
		start_mail(w, 500);
	while (w->ended < 12) {
		event_base_loop(w->base, EVLOOP_ONCE);
		if (w->ended == 0)
			continue;
		assert_int_equal(w->last.failure, FETCH_OURSELVES);
		assert_string_equal(w->error, "waited 500 ms for a turn");
	}
	start_mail(w, 60000);
	begun_us = clock_monotonic_us();
	fetcher_free(w->fetcher); /* cancels them all, and waits for none */
	assert_true(clock_monotonic_us() - begun_us < 10000000);
	assert_int_equal(w->ended, 12);
	w->fetcher = NULL;
}

/* Cancelled at the worst moment: silence, and room for the next. */
static void
test_cancel_at_the_end(void **state)
{
	struct world *w = *state;
	struct fetch *all[16];

	serve(w, "silent-data");
	for (int i = 0; i < 16; i++)
		all[i] = start_mail(w, 60000);
	for (int i = 0; i < 30; i++) {
		event_base_loop(w->base, EVLOOP_NONBLOCK);
		lab_sleep(10);
	}
	for (int i = 0; i < 16; i++)
		fetch_cancel(all[i]);
	assert_int_equal(fetcher_busy(w->fetcher), 0);
	send_mail(w, (struct fetch_request){ .timeout_ms = 3000 });
	assert_string_equal(w->error,
	    "no answer to the message within 3000 ms");
	assert_int_equal(w->ended, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_accepted),
		T(test_what_the_server_says),
		T(test_silence),
		T(test_silence_at_the_end),
		T(test_password),
		T(test_away_from_home),
		T(test_authorities_of_a_text),
		T(test_addresses_say_nothing_else),
		T(test_hostile_servers),
		T(test_tls_is_taken_when_offered),
		T(test_several_recipients),
		T(test_cancel),
		T(test_the_loop_never_waits),
		T(test_more_than_threads),
		T(test_cancel_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
