#ifndef TESTS_SERVE_STORY_H
#define TESTS_SERVE_STORY_H

/*
 * A server and raw clients on one loop, for the tests of serve; cmocka.h is
 * included before it.
 */
#include <sys/socket.h>

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	struct serve_stream *stream; /* NULL: none, or it has gone */
	bool is_favoured;            /* whoever asks for one */
	bool forgives;               /* whoever says hello */
	int gone, handled, drained;
	struct text got; /* what the client heard */
	int fd;
};

static inline void
on_hello(void *arg, struct serve_request *r)
{
	struct story *s = arg;
	char name[16];

	s->handled++;
	if (s->forgives)
		serve_forgive(r);
	if (serve_query(r, "name", name, sizeof(name)) == NULL)
		text_copy(name, sizeof(name), "world");
	serve_set_header(r, "X-Said", "a\r\nb");
	serve_answerf(r, 200, "text/plain", "hello %s", name);
}

static inline void
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

static inline void
on_gone(void *arg)
{
	struct story *s = arg;

	s->gone++;
	s->later = NULL;
}

static inline void
on_later(void *arg, struct serve_request *r)
{
	struct story *s = arg;

	s->handled++;
	s->later = r;
	serve_defer(r, on_gone, s);
}

static inline void
on_big(void *arg, struct serve_request *r)
{
	char *body = mem_alloc(BIG);

	(void)arg;
	memset(body, 'x', BIG);
	serve_answer(r, 200, "text/plain", body, BIG);
	free(body);
}

static inline void
on_stream_drained(void *arg)
{
	struct story *s = arg;

	s->drained++;
}

static inline void
on_stream_gone(void *arg)
{
	struct story *s = arg;

	s->gone++;
	s->stream = NULL;
}

/* One at a time is looked at: the last. */
static inline void
on_stream(void *arg, struct serve_request *r)
{
	struct story *s = arg;
	const struct serve_stream_owner owner = { on_stream_drained,
		on_stream_gone, arg, s->is_favoured };
	struct serve_stream *stream;

	s->handled++;
	stream = serve_stream_begin(r, "text/event-stream", &owner);
	if (stream == NULL)
		serve_fail(r, 503, "no more streams");
	else
		s->stream = stream;
}

static inline void
on_nothing(void *arg, struct serve_request *r)
{
	(void)arg, (void)r;
}

static inline void
on_path(void *arg, struct serve_request *r)
{
	(void)arg;
	serve_answerf(r, 200, "text/plain", "%s %s %s", serve_path(r),
	    serve_peer(r), serve_header(r, "host"));
}

/* Only those who say please. */
static inline bool
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
	{ "GET", "/stream", 0, on_stream },
	{ "GET", "/under/*", 0, on_path },
	{ "POST", "/polite", 1000, on_echo, admit },
	{ NULL },
};

static inline void
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

static inline int
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

static inline int
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

static inline int
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

static inline void
turn(struct story *s)
{
	event_base_loop(s->base, EVLOOP_NONBLOCK);
	usleep(200);
}

static inline void
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
static inline const char *
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
static inline const char *
ask(struct story *s, const char *text)
{
	const char *heard;
	int fd = dial(s);

	say(s, fd, text);
	heard = hear(s, fd, NULL);
	close(fd);
	return heard;
}

static inline void
turn_until(struct story *s, const int *counter, int wanted)
{
	int64_t until_us = clock_monotonic_us() + PATIENCE_US;

	while (*counter < wanted && clock_monotonic_us() < until_us)
		turn(s);
	assert_int_equal(*counter, wanted);
}

#define END "Host: a\r\nConnection: close\r\n\r\n"

static inline bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static inline bool
ends(const char *text, const char *with)
{
	size_t a = strlen(text), b = strlen(with);

	return a >= b && strcmp(text + a - b, with) == 0;
}

#endif
