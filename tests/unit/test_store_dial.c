/*
 * store over TCP and TLS, by name and by address, against a real
 * redis-server; and what it says when the other side is not who it should be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <event2/event.h>
#include <hiredis/hiredis.h>

#include "lib/store.h"
#include "lib/text.h"
#include "tests/unit/lab.h"

#define PATIENCE_S 20 /* a wall-clock bound, far above what is needed */
#define BIG 1000000

static struct {
	char dir[64], certificate[100], key[100], ca[100];
	uint16_t plain, tls;
	pid_t redis;
	struct event_base *base;
	struct store *store;
	int ups, downs, saved_stderr;
	size_t answered;
} lab;

static void
run_redis(void)
{
	char plain[8], tls[8];
	const char *const argv[] = { "redis-server", "--dir", lab.dir, "--bind",
		"127.0.0.1", "127.0.0.2", "--port", plain, "--tls-port", tls,
		"--tls-cert-file", lab.certificate, "--tls-key-file", lab.key,
		"--tls-auth-clients", "no", "--tls-ca-cert-file", lab.ca,
		"--save", "", "--appendonly", "yes", "--appendfsync", "always",
		NULL };

	snprintf(plain, sizeof(plain), "%u", lab.plain);
	snprintf(tls, sizeof(tls), "%u", lab.tls);
	lab.redis = lab_start(lab.dir, "redis", argv);
}

static int
begin_all(void **state)
{
	char script[1200], root[1024];

	(void)state;
	assert_non_null(getcwd(root, sizeof(root)));
	lab_open(lab.dir);
	snprintf(script, sizeof(script), "%s/tests/make-certificates", root);
	lab_run(lab.dir, script);
	snprintf(lab.certificate, sizeof(lab.certificate), "%s/good-chain.pem",
	    lab.dir);
	snprintf(lab.key, sizeof(lab.key), "%s/good.key", lab.dir);
	snprintf(lab.ca, sizeof(lab.ca), "%s/ca.pem", lab.dir);
	lab.plain = lab_port();
	lab.tls = lab_port();
	run_redis();
	return 0;
}

static int
end_all(void **state)
{
	(void)state;
	lab_stop(lab.redis);
	lab_close(lab.dir);
	return 0;
}

static void
on_changed(void *arg, bool up, const char *advisory)
{
	(void)arg, (void)advisory;
	if (up)
		lab.ups++;
	else
		lab.downs++;
}

/* What is logged goes to a file that can be looked at. */
static int
begin(void **state)
{
	char path[100];
	int fd;

	(void)state;
	lab.base = event_base_new();
	lab.store = NULL;
	lab.ups = lab.downs = 0;
	snprintf(path, sizeof(path), "%s/log", lab.dir);
	fd = open(path, O_CREAT | O_TRUNC | O_RDWR | O_APPEND, 0600);
	lab.saved_stderr = dup(2);
	dup2(fd, 2);
	close(fd);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	store_free(lab.store);
	event_base_free(lab.base);
	dup2(lab.saved_stderr, 2);
	close(lab.saved_stderr);
	return 0;
}

static void
open_store(const char *scheme, const char *host, unsigned port,
    const char *ca_file, int64_t timeout_ms)
{
	char address[300], ca[200] = "";
	const struct store_options o = { .address = address,
		.ca_file = ca_file != NULL ? ca : NULL,
		.timeout_ms = timeout_ms };

	snprintf(address, sizeof(address), "%s:%s:%u", scheme, host, port);
	if (ca_file != NULL)
		snprintf(ca, sizeof(ca), "%s/%s", lab.dir, ca_file);
	lab.store = store_new(lab.base, &o, on_changed, NULL);
	assert_non_null(lab.store);
}

static void
on_too_long(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	fail_msg("nothing happened for %d s", PATIENCE_S);
}

static void
turn(void)
{
	struct timeval tv = { PATIENCE_S, 0 };
	struct event *bound = evtimer_new(lab.base, on_too_long, NULL);

	event_add(bound, &tv);
	event_base_loop(lab.base, EVLOOP_ONCE);
	event_free(bound);
}

static void
turn_until_up(int times)
{
	while (lab.ups < times)
		turn();
	assert_true(store_is_up(lab.store));
}

static bool
is_logged(const char *text)
{
	static char all[65536];
	char path[100];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/log", lab.dir);
	fd = open(path, O_RDONLY);
	n = read(fd, all, sizeof(all) - 1);
	close(fd);
	all[n > 0 ? n : 0] = '\0';
	return strstr(all, text) != NULL;
}

/* It is said, and the store is not up. */
static void
fails_with(const char *text)
{
	for (int i = 0; !is_logged(text); i++) {
		assert_true(i < 1000);
		turn();
	}
	assert_int_equal(lab.ups, 0);
	assert_false(store_is_up(lab.store));
}

static void
on_big(void *arg, const struct redisReply *r)
{
	(void)arg;
	assert_non_null(r);
	lab.answered = r->type == REDIS_REPLY_STRING ? r->len : 1;
}

/* More than one record of TLS, there and back. */
static void
says_much(void)
{
	char *big = mem_alloc(BIG);
	const char *set[] = { "SET", "big", big }, *get[] = { "GET", "big" };
	const size_t set_lengths[] = { 3, 3, BIG }, get_lengths[] = { 3, 3 };

	memset(big, 'x', BIG);
	lab.answered = 0;
	store_command(lab.store, on_big, NULL, 3, set, set_lengths);
	while (lab.answered == 0)
		turn();
	lab.answered = 0;
	store_command(lab.store, on_big, NULL, 2, get, get_lengths);
	while (lab.answered == 0)
		turn();
	assert_int_equal(lab.answered, BIG);
	free(big);
}

static void
by_address(void **state)
{
	(void)state;
	open_store("tcp", "127.0.0.1", lab.plain, NULL, 0);
	turn_until_up(1);
	says_much();
}

/* ::1 may come first; each address has its turn. */
static void
by_name(void **state)
{
	(void)state;
	open_store("tcp", "localhost", lab.plain, NULL, 0);
	turn_until_up(1);
	says_much();
}

static void
by_name_with_tls(void **state)
{
	(void)state;
	open_store("rediss", "localhost", lab.tls, "ca.pem", 0);
	turn_until_up(1);
	says_much();
}

static void
by_address_with_tls(void **state)
{
	(void)state;
	open_store("rediss", "127.0.0.1", lab.tls, "ca.pem", 0);
	turn_until_up(1);
}

static void
killed_and_back_with_tls(void **state)
{
	(void)state;
	open_store("rediss", "127.0.0.1", lab.tls, "ca.pem", 0);
	turn_until_up(1);
	lab_stop(lab.redis);
	while (lab.downs < 1)
		turn();
	run_redis();
	turn_until_up(2);
	says_much();
}

static void
of_another_authority(void **state)
{
	(void)state;
	open_store("rediss", "127.0.0.1", lab.tls, "other.pem", 0);
	fails_with("away: its certificate: ");
}

/* Its certificate is good, and somebody else's. */
static void
of_another_name(void **state)
{
	(void)state;
	open_store("rediss", "127.0.0.2", lab.tls, "ca.pem", 0);
	fails_with("away: its certificate: IP address mismatch");
}

static void
authorities_that_are_not_there(void **state)
{
	(void)state;
	open_store("rediss", "127.0.0.1", lab.tls, "nowhere.pem", 0);
	fails_with("/nowhere.pem: ");
}

/* Somebody listens, and says nothing: our own patience ends. */
static void
a_handshake_that_stalls(void **state)
{
	uint16_t port;
	int fd = lab_listen(&port, 16);

	(void)state;
	open_store("rediss", "127.0.0.1", port, "ca.pem", 200);
	fails_with("away: no answer for ");
	close(fd);
}

/* TLS is spoken to a port that does not. */
static void
where_no_tls_is_spoken(void **state)
{
	(void)state;
	open_store("rediss", "127.0.0.1", lab.plain, "ca.pem", 500);
	fails_with("away: ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(by_address, begin, end),
		cmocka_unit_test_setup_teardown(by_name, begin, end),
		cmocka_unit_test_setup_teardown(by_name_with_tls, begin, end),
		cmocka_unit_test_setup_teardown(by_address_with_tls, begin,
		    end),
		cmocka_unit_test_setup_teardown(killed_and_back_with_tls, begin,
		    end),
		cmocka_unit_test_setup_teardown(of_another_authority, begin,
		    end),
		cmocka_unit_test_setup_teardown(of_another_name, begin, end),
		cmocka_unit_test_setup_teardown(authorities_that_are_not_there,
		    begin, end),
		cmocka_unit_test_setup_teardown(a_handshake_that_stalls, begin,
		    end),
		cmocka_unit_test_setup_teardown(where_no_tls_is_spoken, begin,
		    end),
	};

	return cmocka_run_group_tests(tests, begin_all, end_all);
}
