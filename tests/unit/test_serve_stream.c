/* serve: answers that go on, and who asks too often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/serve_story.h"

#define ASK "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"

/* A story of other options, and (unless it is to be refused) a stream. */
static void
open_stream(struct story *s, const struct serve_options *o)
{
	if (o != NULL) {
		serve_free(s->serve);
		open_serve(s, o);
	}
	s->fd = dial(s);
	say(s, s->fd, ASK);
	hear(s, s->fd, "\r\n\r\n");
	assert_non_null(s->stream);
}

static bool
send_text(struct story *s, const char *text)
{
	return serve_stream_send(s->stream, text, strlen(text));
}

static void
what_is_added_is_heard_at_once(void **state)
{
	struct story *s = *state;

	open_stream(s, NULL);
	assert_true(begins(s->got.data, "HTTP/1.1 200 OK\r\n"));
	assert_non_null(
	    strstr(s->got.data, "Content-Type: text/event-stream\r\n"));
	assert_non_null(strstr(s->got.data, "Connection: close\r\n"));
	assert_null(strstr(s->got.data, "Content-Length"));
	assert_true(send_text(s, "one\n"));
	hear(s, s->fd, "one\n");
	assert_true(send_text(s, "two\n"));
	hear(s, s->fd, "two\n");
	turn_until(s, &s->drained, 3); /* the head, one, two */
	assert_int_equal(s->gone, 0);
}

static void
its_end_is_the_connection_s(void **state)
{
	struct story *s = *state;

	open_stream(s, NULL);
	assert_true(send_text(s, "last"));
	serve_stream_end(s->stream);
	assert_true(ends(hear(s, s->fd, NULL), "last"));
	close(s->fd);
	s->drained = 0;
	open_stream(s, NULL);
	turn_until(s, &s->drained, 1); /* with nothing that waits */
	serve_stream_end(s->stream);
	assert_string_equal(hear(s, s->fd, NULL), "");
	assert_int_equal(s->gone, 0);
}

static void
a_reader_that_left_is_told_of(void **state)
{
	struct story *s = *state;

	open_stream(s, NULL);
	close(s->fd);
	s->fd = -1;
	turn_until(s, &s->gone, 1);
	assert_int_equal(serve_connections(s->serve), 0);
}

static void
what_its_reader_says_is_thrown_away(void **state)
{
	struct text much = { 0 };
	struct story *s = *state;

	open_stream(s, NULL);
	for (int i = 0; i < 5000; i++)
		text_add(&much, ASK);
	say(s, s->fd, much.data);
	text_clear(&much);
	assert_true(send_text(s, "still here"));
	hear(s, s->fd, "still here");
	assert_int_equal(s->handled, 1);
}

/* Nothing is kept for whoever takes nothing, beyond what is said. */
static void
a_reader_that_takes_nothing_is_bounded(void **state)
{
	char chunk[1024];
	struct story *s = *state;
	size_t sent = 0;
	int turns = 0;

	memset(chunk, 'x', sizeof(chunk));
	open_stream(s, NULL);
	while (turns < 200) { /* so often in a row there was no room */
		if (serve_stream_send(s->stream, chunk, sizeof(chunk))) {
			sent += sizeof(chunk);
			turns = 0;
		} else
			turns++;
		turn(s);
	}
	/* Both kernels' buffers (loopback) and ours. */
	assert_in_range(sent, SERVE_STREAM_ROOM, 64 * SERVE_STREAM_ROOM);
	s->drained = 0;
	while (s->drained == 0)
		(void)!recv(s->fd, chunk, sizeof(chunk), 0), turn(s);
	assert_true(serve_stream_send(s->stream, chunk, sizeof(chunk)));
}

static void
a_stream_ends_in_time(void **state)
{
	int64_t began_us = clock_monotonic_us();
	struct story *s = *state;

	open_stream(s,
	    &(struct serve_options){ .stream_ms = 300, .timeout_ms = 100 });
	while (s->gone == 0 && clock_monotonic_us() - began_us < PATIENCE_US) {
		if (s->stream != NULL)
			send_text(s, "x");
		turn(s);
	}
	assert_int_equal(s->gone, 1);
	assert_true(clock_monotonic_us() - began_us >= 290000);
	assert_int_equal(serve_connections(s->serve), 0);
}

static const char *
another(struct story *s, int *fd)
{
	*fd = dial(s);
	say(s, *fd, ASK);
	return hear(s, *fd, "\r\n\r\n");
}

static void
there_are_so_many_streams(void **state)
{
	struct story *s = *state;
	int one, two;

	open_stream(s, &(struct serve_options){ .streams_max = 2 });
	assert_true(begins(another(s, &one), "HTTP/1.1 200 "));
	assert_true(begins(another(s, &two), "HTTP/1.1 503 "));
	close(one);
	turn_until(s, &s->gone, 1);
	assert_true(begins(another(s, &one), "HTTP/1.1 200 "));
	close(one);
	close(two);
}

static void
an_address_has_so_many_streams(void **state)
{
	struct story *s = *state;
	int one, two;

	open_stream(s,
	    &(struct serve_options){ .count_loopback = true,
		.per_address_max = 10,
		.streams_per_address_max = 2 });
	assert_true(begins(another(s, &one), "HTTP/1.1 200 "));
	assert_true(begins(another(s, &two), "HTTP/1.1 503 "));
	serve_stream_end(s->stream);
	assert_string_equal(hear(s, one, NULL), "");
	close(one);
	assert_true(begins(another(s, &one), "HTTP/1.1 200 "));
	close(one);
	close(two);
}

/* Clients' readers of many addresses left no stream for an operator. */
static void
some_streams_are_kept_for_the_favoured(void **state)
{
	struct story *s = *state;
	int fds[SERVE_STREAMS_KEPT + 1], n = 0;

	open_stream(s,
	    &(struct serve_options){ .streams_max = SERVE_STREAMS_KEPT });
	while (begins(another(s, &fds[n]), "HTTP/1.1 200 "))
		n++;
	assert_int_equal(n, SERVE_STREAMS_KEPT - 2);
	close(fds[n]);
	assert_int_equal(serve_refused(s->serve, SERVE_REFUSED_STREAMS), 1);
	s->is_favoured = true;
	assert_true(begins(another(s, &fds[n]), "HTTP/1.1 200 "));
	assert_true(begins(another(s, &fds[n + 1]), "HTTP/1.1 503 "));
	for (int i = 0; i <= n + 1; i++)
		close(fds[i]);
}

/* And whoever is favoured takes nobody's place at his address. */
static void
the_favoured_are_not_counted_with_their_address(void **state)
{
	struct story *s = *state;
	int one, two, three;

	s->is_favoured = true;
	open_stream(s,
	    &(struct serve_options){ .count_loopback = true,
		.per_address_max = 10,
		.streams_per_address_max = 1 });
	assert_true(begins(another(s, &one), "HTTP/1.1 200 "));
	s->is_favoured = false;
	assert_true(begins(another(s, &two), "HTTP/1.1 200 "));
	assert_true(begins(another(s, &three), "HTTP/1.1 503 "));
	close(one);
	close(two);
	close(three);
}

static int
streams_of_an_address(struct story *s, int connections)
{
	int fds[64], n = 0, gone;

	serve_limit(s->serve, connections, 1000);
	while (begins(another(s, &fds[n]), "HTTP/1.1 200 "))
		n++;
	gone = s->gone;
	for (int i = 0; i <= n; i++)
		close(fds[i]);
	turn_until(s, &s->gone, gone + n);
	return n;
}

/* Where many readers stand behind one address, 20 streams were too few. */
static void
streams_follow_the_connections_of_an_address(void **state)
{
	struct story *s = *state;

	serve_free(s->serve);
	open_serve(s, &(struct serve_options){ .count_loopback = true });
	assert_int_equal(streams_of_an_address(s, 150), 30);
	assert_int_equal(streams_of_an_address(s, 50), 20);
	assert_int_equal(streams_of_an_address(s, 0), 20);
}

static void
stopping_ends_streams(void **state)
{
	struct story *s = *state;

	open_stream(s, NULL);
	serve_stop(s->serve);
	assert_int_equal(s->gone, 1);
	assert_int_equal(serve_connections(s->serve), 0);
	assert_string_equal(hear(s, s->fd, NULL), "");
}

static void
freeing_ends_streams(void **state)
{
	struct story *s = *state;

	open_stream(s, NULL);
	serve_free(s->serve);
	s->serve = NULL;
	assert_int_equal(s->gone, 1);
}

/* ---- what was refused ---- */

/* What was logged since the file was opened. */
static void
read_log(FILE *log, char out[1000])
{
	fflush(stderr);
	rewind(log);
	out[fread(out, 1, 999, log)] = '\0';
}

static size_t
count_lines(const char *log, const char *what)
{
	size_t n = 0;

	while ((log = strstr(log, what)) != NULL) {
		log++;
		n++;
	}
	return n;
}

static void
refuse_some(struct story *s, int count)
{
	int fd;

	for (int i = 0; i < count; i++) {
		fd = dial(s);
		hear(s, fd, NULL);
		close(fd);
	}
}

/* Limits of an address cut people off, and nothing said so. */
static void
what_is_refused_is_said_once_in_a_while(void **state)
{
	struct story *s = *state;
	FILE *log = tmpfile();
	int was = dup(STDERR_FILENO), held;
	char said[1000];

	serve_free(s->serve);
	open_serve(s,
	    &(struct serve_options){ .count_loopback = true,
		.per_address_max = 1,
		.rate = 1000 });
	setenv("SERVE_TELL_MS", "300", 1);
	held = dial(s);
	turn(s);
	dup2(fileno(log), STDERR_FILENO);
	refuse_some(s, 7);
	read_log(log, said);
	assert_int_equal(count_lines(said,
			     "refused connections=1 "
			     "last=127.0.0.1"),
	    1);
	assert_int_equal(count_lines(said, "refused"), 1);
	do {
		turn(s);
		read_log(log, said);
	} while (count_lines(said, "refused") < 2);
	dup2(was, STDERR_FILENO);
	assert_int_equal(count_lines(said, "refused connections=6 last="), 1);
	assert_int_equal(serve_refused(s->serve, SERVE_REFUSED_CONNECTIONS), 7);
	assert_int_equal(serve_refused(s->serve, SERVE_REFUSED_FULL), 0);
	unsetenv("SERVE_TELL_MS");
	close(held);
	close(was);
	fclose(log);
}

static void
a_server_that_is_full_counts_whom_it_refuses(void **state)
{
	struct story *s = *state;
	int held;

	serve_free(s->serve);
	open_serve(s, &(struct serve_options){ .connections_max = 1 });
	held = dial(s);
	say(s, held, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_until(s, &s->handled, 1);
	refuse_some(s, 2);
	assert_int_equal(serve_refused(s->serve, SERVE_REFUSED_FULL), 2);
	serve_answerf(s->later, 200, "text/plain", "bye");
	hear(s, held, "bye");
	/* It waits for nothing any more and makes room: counted as well. */
	s->fd = dial(s);
	assert_string_equal(hear(s, held, NULL), "");
	assert_int_equal(serve_refused(s->serve, SERVE_REFUSED_FULL), 3);
	close(held);
}

/* ---- how often ---- */

#define HELLO "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

/* How many of so many requests on one connection were answered. */
static int
answered(struct story *s, int count)
{
	struct text all = { 0 };
	const char *at;
	int good = 0;

	s->fd = dial(s);
	for (int i = 0; i < count; i++)
		text_add(&all, HELLO);
	say(s, s->fd, all.data);
	text_clear(&all);
	at = hear(s, s->fd, "\r\n\r\n{\"error\"");
	while ((at = strstr(at, "200 OK")) != NULL) {
		at++;
		good++;
	}
	return good;
}

static void
an_address_asks_so_often(void **state)
{
	struct story *s = *state;
	int64_t began_us = clock_monotonic_us(), seconds;
	int good;

	serve_free(s->serve);
	open_serve(s,
	    &(struct serve_options){ .count_loopback = true,
		.per_address_max = 10,
		.rate = 5 });
	good = answered(s, 500);
	seconds = (clock_monotonic_us() - began_us) / 1000000 + 1;
	/* Its connection counts, too. */
	assert_in_range(good, 5 * SERVE_BURST - 1,
	    5 * SERVE_BURST - 1 + 5 * seconds);
	assert_non_null(strstr(s->got.data, "HTTP/1.1 429 Too Many"));
	assert_true(serve_refused(s->serve, SERVE_REFUSED_RATE) > 0);
	assert_non_null(strstr(s->got.data, "Retry-After: 1\r\n"));
	assert_non_null(strstr(s->got.data, "Connection: close\r\n"));
}

static void
coming_anew_is_no_way_round_it(void **state)
{
	struct story *s = *state;
	int64_t began_us = clock_monotonic_us(), seconds;
	int fd, good = 0;

	serve_free(s->serve);
	open_serve(s,
	    &(struct serve_options){ .count_loopback = true,
		.per_address_max = 10,
		.rate = 2 });
	for (int i = 0; i < 50; i++) {
		fd = dial(s);
		(void)!send(fd, HELLO, sizeof(HELLO) - 1, MSG_NOSIGNAL);
		turn(s);
		shutdown(fd, SHUT_WR);
		good += begins(hear(s, fd, NULL), "HTTP/1.1 200 ");
		close(fd);
		for (int k = 0; k < 5; k++)
			turn(s);
	}
	seconds = (clock_monotonic_us() - began_us) / 1000000 + 1;
	assert_in_range(good, 1, SERVE_BURST + 2 * seconds);
}

/* What is final for a sender is not said to one that has asked too often. */
static void
too_often_may_be_told_otherwise(void **state)
{
	struct story *s = *state;

	serve_free(s->serve);
	open_serve(s,
	    &(struct serve_options){ .count_loopback = true,
		.per_address_max = 10,
		.rate = 5 });
	serve_when_busy(s->serve, 503);
	answered(s, 500);
	assert_non_null(strstr(s->got.data, "HTTP/1.1 503 Service"));
	assert_null(strstr(s->got.data, "HTTP/1.1 429"));
}

/* Whoever is known may ask as often as it likes; what it gets back is no
   credit for later. */
static void
who_is_known_is_not_charged(void **state)
{
	struct story *s = *state;
	int64_t began_us, seconds;
	int fd, good;

	serve_free(s->serve);
	open_serve(s,
	    &(struct serve_options){ .count_loopback = true,
		.per_address_max = 10,
		.rate = 5 });
	s->forgives = true;
	fd = dial(s);
	for (int i = 0; i < 200; i++)
		say(s, fd, HELLO);
	say(s, fd, "GET /hello?name=last HTTP/1.1\r\nHost: a\r\n\r\n");
	hear(s, fd, "hello last");
	assert_int_equal(serve_refused(s->serve, SERVE_REFUSED_RATE), 0);
	close(fd);
	s->forgives = false;
	began_us = clock_monotonic_us();
	good = answered(s, 500);
	seconds = (clock_monotonic_us() - began_us) / 1000000 + 1;
	assert_in_range(good, 5 * SERVE_BURST - 1,
	    5 * SERVE_BURST - 1 + 5 * seconds);
}

static void
who_waits_may_ask_again(void **state)
{
	struct story *s = *state;
	int fd;

	serve_free(s->serve);
	open_serve(s,
	    &(struct serve_options){ .count_loopback = true,
		.per_address_max = 10,
		.rate = 2 });
	answered(s, 50);
	close(s->fd);
	usleep(1100000);
	fd = dial(s);
	say(s, fd, HELLO);
	hear(s, fd, "hello world");
	close(fd);
	s->fd = -1;
}

int
main(void)
{
#define STORY(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		STORY(what_is_added_is_heard_at_once),
		STORY(its_end_is_the_connection_s),
		STORY(a_reader_that_left_is_told_of),
		STORY(what_its_reader_says_is_thrown_away),
		STORY(a_reader_that_takes_nothing_is_bounded),
		STORY(a_stream_ends_in_time),
		STORY(there_are_so_many_streams),
		STORY(an_address_has_so_many_streams),
		STORY(some_streams_are_kept_for_the_favoured),
		STORY(the_favoured_are_not_counted_with_their_address),
		STORY(streams_follow_the_connections_of_an_address),
		STORY(what_is_refused_is_said_once_in_a_while),
		STORY(a_server_that_is_full_counts_whom_it_refuses),
		STORY(stopping_ends_streams),
		STORY(freeing_ends_streams),
		STORY(an_address_asks_so_often),
		STORY(coming_anew_is_no_way_round_it),
		STORY(who_waits_may_ask_again),
		STORY(too_often_may_be_told_otherwise),
		STORY(who_is_known_is_not_charged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
