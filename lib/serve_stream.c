/*
 * Streams: answers that go on; see serve.h.
 *
 * A stream is its connection in the state SERVE_STREAMING.  The deadline is
 * the stream's end, or while something waits for the reader an earlier one.
 */
#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "lib/clock.h"
#include "lib/serve_parts.h"

static struct serve_connection *
connection_of(struct serve_stream *s)
{
	return (struct serve_connection *)(void *)((char *)s -
	    offsetof(struct serve_connection, stream));
}

/* Readers of many addresses cannot take what is kept for the favoured. */
static bool
has_room(const struct serve_connection *c, bool is_favoured)
{
	const struct serve_options *o = &c->serve->options;
	int kept = is_favoured ? 0 : o->streams_max / SERVE_STREAMS_KEPT;

	return c->serve->streams < o->streams_max - kept &&
	    (is_favoured || c->address == NULL ||
		c->address->streams < o->streams_per_address_max);
}

static bool
may_begin(const struct serve_connection *c, bool is_favoured)
{
	if (c->serve->listener == NULL)
		return false;
	if (has_room(c, is_favoured))
		return true;
	serve_refuse(c->serve, SERVE_REFUSED_STREAMS, c->peer);
	return false;
}

/*
 * What the kernel keeps for a reader is as bounded as what we keep, and who
 * acknowledges nothing of it is as good as gone.
 */
static void
bound_socket(const struct serve_connection *c)
{
	int fd = bufferevent_getfd(c->bev);
	int room = SERVE_STREAM_ROOM / 2; /* the kernel doubles it */
	unsigned silence_ms = SERVE_ANSWER_MS;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence_ms,
	    sizeof(silence_ms));
}

static void
expect_end(struct serve_connection *c)
{
	int64_t left_us = c->stream.end_us - clock_monotonic_us();
	int64_t ms = left_us > 0 ? left_us / 1000 : 0;

	if (c->stream.is_waiting && ms > SERVE_ANSWER_MS)
		ms = SERVE_ANSWER_MS;
	serve_expect_within(c, ms);
}

static void
note_waiting(struct serve_connection *c)
{
	if (c->stream.is_waiting)
		return;
	c->stream.is_waiting = true;
	expect_end(c);
}

struct serve_stream *
serve_stream_begin(struct serve_request *r, const char *type,
    const struct serve_stream_owner *owner)
{
	struct serve_connection *c = r->connection;

	if (!may_begin(c, owner->is_favoured))
		return NULL;
	c->serve->streams++;
	c->close = true;
	serve_add_head(r, 200, type, SERVE_NO_LENGTH);
	serve_request_clear(r);
	c->state = SERVE_STREAMING;
	c->stream = (struct serve_stream){ .owner = *owner,
		.end_us =
		    clock_monotonic_us() + c->serve->options.stream_ms * 1000,
		.is_counted = c->address != NULL && !owner->is_favoured };
	if (c->stream.is_counted)
		c->address->streams++;
	r->deferred = true;
	r->gone = owner->gone;
	r->gone_arg = owner->arg;
	bound_socket(c);
	bufferevent_setwatermark(c->bev, EV_READ, 0,
	    c->serve->options.header_max);
	note_waiting(c);
	return &c->stream;
}

bool
serve_stream_send(struct serve_stream *s, const void *data, size_t length)
{
	struct serve_connection *c = connection_of(s);
	struct evbuffer *out = bufferevent_get_output(c->bev);

	if (evbuffer_get_length(out) + length > SERVE_STREAM_ROOM)
		return false;
	evbuffer_add(out, data, length);
	note_waiting(c);
	return true;
}

void
serve_stream_drained(struct serve_connection *c)
{
	c->stream.is_waiting = false;
	expect_end(c);
	c->stream.owner.drained(c->stream.owner.arg);
}

void
serve_stream_forget(struct serve_connection *c)
{
	if (c->state != SERVE_STREAMING)
		return;
	c->serve->streams--;
	if (c->stream.is_counted)
		c->address->streams--;
}

void
serve_stream_end(struct serve_stream *s)
{
	struct serve_connection *c = connection_of(s);

	serve_stream_forget(c);
	serve_request_clear(&c->request);
	c->state = SERVE_ANSWERING;
	serve_expect_within(c, SERVE_ANSWER_MS);
	if (evbuffer_get_length(bufferevent_get_output(c->bev)) == 0)
		serve_written(c);
}
