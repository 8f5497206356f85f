/* serve when something lasts: answers to come, limits, clients that stall. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/resource.h>

#include "lib/descriptors.h"
#include "tests/unit/serve_story.h"

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

/*
 * As many small requests as make a buffer full, and full again; all at once,
 * since the other side may have closed before the last.
 */
static int
fill(struct story *s)
{
	static const char next[] = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
	const int count = 2 * SERVE_HEADER_MAX / (int)sizeof(next);
	struct text all = { 0 };

	for (int i = 0; i < count; i++)
		text_add(&all, next);
	assert_int_equal(send(s->fd, all.data, all.length, MSG_NOSIGNAL),
	    all.length);
	text_clear(&all);
	return count;
}

/* libevent calls at once, and again, who leaves a full buffer full. */
static void
a_full_buffer_behind_a_waiting_request_spun(void **state)
{
	struct timeval soon = { 5, 0 };
	struct story *s = *state;
	struct event *spun = evtimer_new(s->base, on_spun, s);

	event_add(spun, &soon);
	s->fd = dial(s);
	say(s, s->fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_until(s, &s->handled, 1);
	fill(s);
	turn_until(s, &s->gone, 1);
	assert_int_equal(serve_connections(s->serve), 0);
	event_free(spun);
}

static void
a_full_buffer_behind_an_answer_waits(void **state)
{
	struct timeval soon = { 5, 0 };
	struct story *s = *state;
	struct event *spun = evtimer_new(s->base, on_spun, s);
	int count;

	event_add(spun, &soon);
	s->fd = dial(s);
	say(s, s->fd, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
	count = fill(s);
	turn(s);
	assert_int_equal(s->handled, 0);
	hear(s, s->fd, "hello world");
	turn_until(s, &s->handled, count);
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
	open_serve(s,
	    &(struct serve_options){ .count_loopback = true,
		.per_address_max = 2 });
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

/* What is being done for somebody is done. */
static void
all_together_may_be_so_many(void **state)
{
	struct story *s = *state;
	int fd;

	serve_free(s->serve);
	open_serve(s, &(struct serve_options){ .connections_max = 1 });
	s->fd = dial(s);
	say(s, s->fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_until(s, &s->handled, 1);
	fd = dial(s);
	assert_string_equal(hear(s, fd, NULL), "");
	close(fd);
	serve_answerf(s->later, 200, "text/plain", "bye");
	assert_true(ends(hear(s, s->fd, "bye"), "bye"));
}

/* Found by a flood: who asks for nothing kept everybody else out. */
static void
a_thousand_silent_ones_keep_nobody_out(void **state)
{
	struct story *s = *state;
	int kept, slow[3];

	serve_free(s->serve);
	open_serve(s, &(struct serve_options){ .connections_max = 3 });
	kept = dial(s);
	say(s, kept, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, kept, "hello world");
	slow[0] = dial(s);
	slow[1] = dial(s);
	say(s, slow[0], "GET /hel");
	slow[2] = dial(s);
	/* The first of the slow ones went, and not who had asked before. */
	assert_string_equal(hear(s, slow[0], NULL), "");
	say(s, kept, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, kept, "hello world");
	s->fd = dial(s);
	say(s, s->fd, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, s->fd, "hello world");
	assert_string_equal(hear(s, slow[1], NULL), "");
	assert_int_equal(serve_connections(s->serve), 3);
	close(kept);
	for (int i = 0; i < 3; i++)
		close(slow[i]);
}

/* Started by hand there are 1,024 at first: two listeners want more. */
static void
connections_do_not_want_for_descriptors(void **state)
{
	struct rlimit was, few, limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	few = was;
	few.rlim_cur = 256;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	descriptors_raise();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(limit.rlim_cur, was.rlim_max);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
}

/* One address that is over its own limit drives nobody else away. */
static void
who_is_refused_makes_nobody_go(void **state)
{
	struct story *s = *state;
	int fd;

	serve_free(s->serve);
	open_serve(s,
	    &(struct serve_options){ .count_loopback = true,
		.per_address_max = 1,
		.connections_max = 1 });
	s->fd = dial(s);
	say(s, s->fd, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, s->fd, "hello world");
	fd = dial(s);
	assert_string_equal(hear(s, fd, NULL), "");
	close(fd);
	say(s, s->fd, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, s->fd, "hello world");
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

int
main(void)
{
#define STORY(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		STORY(an_answer_may_come_later),
		STORY(a_client_that_left_is_told_of),
		STORY(a_full_buffer_behind_a_waiting_request_spun),
		STORY(a_full_buffer_behind_an_answer_waits),
		STORY(freeing_takes_back_what_is_deferred),
		STORY(half_closed_still_gets_its_answer),
		STORY(slow_loris),
		STORY(a_kept_connection_has_the_deadline_again),
		STORY(an_address_may_have_so_many),
		STORY(all_together_may_be_so_many),
		STORY(a_thousand_silent_ones_keep_nobody_out),
		STORY(who_is_refused_makes_nobody_go),
		STORY(connections_do_not_want_for_descriptors),
		STORY(after_stop_only_what_is_under_way),
		STORY(sixteen_kept_connections_do_not_stall),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
