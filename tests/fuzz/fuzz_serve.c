/*
 * fuzz_serve: whatever a client sends, in two pieces, each request gets at
 * most one answer, and nothing of the connection is left when it has gone.
 */
#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "lib/serve.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct event_base *base;
static struct serve *server;
static struct serve_request *later;
static int streams;

static void
on_gone(void *arg)
{
	(void)arg;
	later = NULL;
}

static void
on_echo(void *arg, struct serve_request *r)
{
	size_t length;
	const char *body = serve_body(r, &length);
	char value[8];

	(void)arg;
	if (serve_form(r, "a", value, sizeof(value)) != NULL)
		serve_set_header(r, "X-A", value);
	serve_answer(r, 200, "text/plain", body, length);
}

static void
on_later(void *arg, struct serve_request *r)
{
	(void)arg;
	assert(later == NULL);
	later = r;
	serve_defer(r, on_gone, NULL);
}

static void
on_drained(void *arg)
{
	(void)arg;
	assert(streams > 0);
}

static void
on_stream_gone(void *arg)
{
	(void)arg;
	assert(streams-- > 0);
}

/* Something at once, and what does not fit is not taken. */
static void
on_stream(void *arg, struct serve_request *r)
{
	const struct serve_stream_owner owner = { on_drained, on_stream_gone,
		NULL };
	struct serve_stream *s = serve_stream_begin(r, "text/plain", &owner);
	static char much[SERVE_STREAM_ROOM];

	(void)arg;
	assert(s != NULL);
	streams++;
	assert(serve_stream_send(s, "hello", 5));
	assert(!serve_stream_send(s, much, sizeof(much)));
}

static bool
admit(void *arg, struct serve_request *r)
{
	(void)arg;
	if (serve_header(r, "A") != NULL)
		return true;
	serve_fail(r, 401, "%s", serve_path(r));
	return false;
}

static const struct serve_route routes[] = {
	{ "GET", "/e*", 0, on_echo },
	{ "POST", "/e", 64, on_echo },
	{ "PUT", "/a", 64, on_echo, admit },
	{ "GET", "/l", 8, on_later },
	{ "GET", "/s", 0, on_stream },
	{ NULL },
};

static void
begin(void)
{
	char error[160];

	if (server != NULL)
		return;
	signal(SIGPIPE, SIG_IGN);
	base = event_base_new();
	server = serve_new(base,
	    &(struct serve_options){ .address = "127.0.0.1:0",
		.header_max = 256 },
	    routes, NULL, error);
	assert(server != NULL);
}

static int
dial(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)serve_port(server)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct linger hard = { 1, 0 };
	int tries = 100, fd = socket(AF_INET, SOCK_STREAM, 0);

	assert(fd != -1);
	/* Closed with a reset, so that no port waits. */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	/* Others on the machine may have all ports just now. */
	while (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		assert(errno == EADDRNOTAVAIL && tries-- > 0);
		usleep(100000);
	}
	return fd;
}

static void
turn(int times)
{
	while (times-- > 0)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

static void
say(int fd, const uint8_t *data, size_t length)
{
	if (length > 0)
		(void)!send(fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	turn(3);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	size_t half;
	int fd, i;

	begin();
	half = length > 0 ? data[0] * length / 256 : 0;
	fd = dial();
	turn(1);
	say(fd, data, half);
	say(fd, data + half, length - half);
	if (later != NULL && length % 2 == 0) {
		struct serve_request *r = later;

		later = NULL;
		serve_answerf(r, 200, "text/plain", "late");
		turn(3);
	}
	close(fd);
	for (i = 0; i < 1000 && serve_connections(server) > 0; i++)
		turn(1);
	assert(serve_connections(server) == 0);
	assert(later == NULL);
	assert(streams == 0);
	return 0;
}
