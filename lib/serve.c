/*
 * Connections: accepted, limited, timed, closed.
 *
 * A connection lives from accept to serve_connection_free(); its state says
 * what it waits for, its deadline until when.  The timer is lazy: a deadline
 * moved later is noticed when it fires.
 */
#include <sys/socket.h>

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <event2/util.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/serve_parts.h"

#define WRITE_CHUNK (256 * 1024)
#define LINGER_BYTES (4 << 20)
#define BACKLOG 512
#define REST_MS 500 /* without accepting, when there are no descriptors */

static struct timeval
timeval_of(int64_t ms)
{
	return (struct timeval){ ms / 1000, ms % 1000 * 1000 };
}

/* Whatever it does next, it does within ms. */
void
serve_expect_within(struct serve_connection *c, int64_t ms)
{
	int64_t was_us = c->deadline_us;
	struct timeval tv = timeval_of(ms);

	c->deadline_us = clock_monotonic_us() + ms * 1000;
	if (was_us == 0 || c->deadline_us < was_us ||
	    !event_pending(c->timer, EV_TIMEOUT, NULL))
		event_add(c->timer, &tv);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct serve_connection *c = arg;
	int64_t left_us = c->deadline_us - clock_monotonic_us();
	struct timeval tv = timeval_of(left_us / 1000 + 1);

	(void)fd, (void)what;
	if (left_us > 0)
		event_add(c->timer, &tv);
	else if (c->state != SERVE_HANDLING) /* the delay is our own */
		serve_connection_free(c);
}

void
serve_connection_free(struct serve_connection *c)
{
	struct serve_request *r = &c->request;
	void (*gone)(void *) = r->deferred ? r->gone : NULL;
	void *gone_arg = r->gone_arg;

	serve_stream_forget(c);
	TAILQ_REMOVE(&c->serve->connections, c, entry);
	c->serve->count--;
	serve_count_leave(c);
	bufferevent_free(c->bev);
	event_free(c->timer);
	serve_request_clear(r);
	free(c);
	if (gone != NULL)
		gone(gone_arg);
}

/*
 * libevent calls the reader at once, and again, while a full buffer stays
 * full.  Behind an answer under way the rest may wait; who fills it behind
 * a request that waits itself (a long poll) goes, since with reading off
 * nobody would notice that he has gone.
 */
static void
rest_when_full(struct serve_connection *c)
{
	size_t there = evbuffer_get_length(bufferevent_get_input(c->bev));

	if (there < c->serve->options.header_max)
		return;
	if (c->state == SERVE_ANSWERING)
		bufferevent_disable(c->bev, EV_READ);
	else if (c->state == SERVE_HANDLING)
		serve_connection_free(c);
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct serve_connection *c = arg;
	struct evbuffer *in = bufferevent_get_input(bev);

	if (c->state == SERVE_LINGERING || c->state == SERVE_STREAMING)
		evbuffer_drain(in, evbuffer_get_length(in));
	else
		serve_process(c);
	rest_when_full(c);
}

/*
 * All of the answer has been handed over.  The last answer is followed by
 * throwing away what the client still sends, so that it gets to read it.
 */
void
serve_written(struct serve_connection *c)
{
	struct bufferevent *bev = c->bev;

	bufferevent_enable(bev, EV_READ);
	if (!c->close) {
		c->state = SERVE_READING;
		serve_expect_within(c, SERVE_IDLE_MS);
		serve_process(c);
		return;
	}
	if (c->ended) {
		serve_connection_free(c);
		return;
	}
	c->state = SERVE_LINGERING;
	shutdown(bufferevent_getfd(bev), SHUT_WR);
	bufferevent_setwatermark(bev, EV_READ, 0, LINGER_BYTES);
	evbuffer_drain(bufferevent_get_input(bev),
	    evbuffer_get_length(bufferevent_get_input(bev)));
	serve_expect_within(c, 2000);
}

static void
on_written(struct bufferevent *bev, void *arg)
{
	struct serve_connection *c = arg;

	(void)bev;
	if (c->state == SERVE_ANSWERING)
		serve_written(c);
	else if (c->state == SERVE_STREAMING)
		serve_stream_drained(c);
}

/* A client that only closed its sending side still gets its answer. */
static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct serve_connection *c = arg;

	(void)bev;
	if (what & BEV_EVENT_CONNECTED)
		return;
	if ((what & BEV_EVENT_EOF) && c->state == SERVE_ANSWERING) {
		c->close = c->ended = true;
		return;
	}
	serve_connection_free(c);
}

static struct bufferevent *
wrap(struct serve *s, int fd)
{
	struct bufferevent *bev;

	if (s->tls != NULL)
		bev = serve_tls_accept(s->base, fd, s->tls);
	else
		bev =
		    bufferevent_socket_new(s->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (bev == NULL)
		fatalx("serve %s: no memory for a connection", s->address);
	return bev;
}

static void
on_accept(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *from,
    int length, void *arg)
{
	struct serve *s = arg;
	struct serve_connection *c = mem_alloc(sizeof(*c));
	int on = 1;

	(void)l, (void)length;
	s->said_error = false;
	c->serve = s;
	if (!serve_count_admit(c, from)) {
		evutil_closesocket(fd);
		free(c);
		return;
	}
	/* Without this an answer waits for an acknowledgement: 40 ms. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c->counted = true;
	c->request.connection = c;
	c->bev = wrap(s, fd);
	c->timer = evtimer_new(s->base, on_timer, c);
	if (c->timer == NULL)
		fatalx("serve %s: no memory for a timer", s->address);
	TAILQ_INSERT_TAIL(&s->connections, c, entry);
	s->count++;
	bufferevent_set_max_single_write(c->bev, WRITE_CHUNK);
	bufferevent_setwatermark(c->bev, EV_READ, 0, s->options.header_max);
	bufferevent_setcb(c->bev, on_read, on_written, on_event, c);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
	serve_expect_within(c, s->options.timeout_ms);
}

/* Out of descriptors: trying again at once would only burn the processor. */
static void
on_accept_error(struct evconnlistener *l, void *arg)
{
	struct serve *s = arg;
	struct timeval tv = timeval_of(REST_MS);

	if (!s->said_error)
		log_warn("serve %s: accept", s->address);
	s->said_error = true;
	evconnlistener_disable(l);
	event_add(s->resume, &tv);
}

static void
on_resume(evutil_socket_t fd, short what, void *arg)
{
	struct serve *s = arg;

	(void)fd, (void)what;
	if (s->listener != NULL)
		evconnlistener_enable(s->listener);
}

static void
set_defaults(struct serve_options *o)
{
	if (o->header_max == 0)
		o->header_max = SERVE_HEADER_MAX;
	if (o->connections_max == 0)
		o->connections_max = SERVE_CONNECTIONS_MAX;
	if (o->timeout_ms == 0)
		o->timeout_ms = SERVE_TIMEOUT_MS;
	if (o->streams_max == 0)
		o->streams_max = SERVE_STREAMS_MAX;
	if (o->stream_ms == 0)
		o->stream_ms = SERVE_STREAM_MS;
}

void
serve_limit(struct serve *s, int per_address_max, int rate)
{
	s->options.per_address_max =
	    per_address_max > 0 ? per_address_max : SERVE_PER_ADDRESS_MAX;
	s->options.rate = rate > 0 ? rate : SERVE_RATE;
	if (!s->streams_follow)
		return;
	s->options.streams_per_address_max =
	    s->options.per_address_max / SERVE_STREAMS_SHARE;
	if (s->options.streams_per_address_max < SERVE_STREAMS_PER_ADDRESS_MAX)
		s->options.streams_per_address_max =
		    SERVE_STREAMS_PER_ADDRESS_MAX;
}

void
serve_when_busy(struct serve *s, int status)
{
	s->busy_status = status;
}

static int
listen_at(struct serve *s, char error[160])
{
	const char *address = s->address;
	struct sockaddr_storage where;
	int length = serve_address_parse(address, &where);

	if (length == 0) {
		text_format(error, 160, "%s: not an address and port", address);
		return -1;
	}
	s->listener = evconnlistener_new_bind(s->base, on_accept, s,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
	    BACKLOG, (struct sockaddr *)&where, length);
	if (s->listener == NULL) {
		text_format(error, 160, "%s: %s", address, strerror(errno));
		return -1;
	}
	evconnlistener_set_error_cb(s->listener, on_accept_error);
	return 0;
}

struct serve *
serve_new(struct event_base *base, const struct serve_options *options,
    const struct serve_route *routes, void *arg, char error[160])
{
	struct serve *s = mem_alloc(sizeof(*s));

	s->base = base;
	s->options = *options;
	s->address = mem_text(options->address);
	s->options.address = s->address;
	s->routes = routes;
	s->arg = arg;
	s->busy_status = 429;
	set_defaults(&s->options);
	s->streams_follow = options->streams_per_address_max == 0;
	serve_limit(s, options->per_address_max, options->rate);
	TAILQ_INIT(&s->connections);
	TAILQ_INIT(&s->rested);
	s->resume = evtimer_new(base, on_resume, s);
	if (s->resume == NULL)
		fatalx("serve %s: no memory", s->address);
	serve_refuse_begin(s);
	if ((options->certificate != NULL &&
		serve_certificate(s, options->certificate, options->key,
		    error) != 0) ||
	    listen_at(s, error) != 0) {
		serve_free(s);
		return NULL;
	}
	return s;
}

int
serve_certificate(struct serve *s, const char *certificate, const char *key,
    char error[160])
{
	struct ssl_ctx_st *tls = serve_tls_new(certificate, key, error);

	if (tls == NULL)
		return -1;
	serve_tls_free(s->tls);
	s->tls = tls;
	return 0;
}

void
serve_renew(struct serve *s, const char *certificate, const char *key)
{
	char error[160];

	if (certificate == NULL)
		return;
	if (serve_certificate(s, certificate, key, error) != 0)
		log_warnx("serve %s: the old certificate stays: %s", s->address,
		    error);
	else
		log_info("serve %s: certificate read certificate=%s",
		    s->address, certificate);
}

/* Those who have not begun to ask will not be heard any more. */
void
serve_stop(struct serve *s)
{
	struct serve_connection *c, *next;

	if (s->listener != NULL)
		evconnlistener_free(s->listener);
	s->listener = NULL;
	for (c = TAILQ_FIRST(&s->connections); c != NULL; c = next) {
		next = TAILQ_NEXT(c, entry);
		c->close = true;
		if ((c->state == SERVE_READING && c->request.text == NULL) ||
		    c->state == SERVE_STREAMING)
			serve_connection_free(c);
	}
}

void
serve_free(struct serve *s)
{
	if (s == NULL)
		return;
	if (s->listener != NULL)
		evconnlistener_free(s->listener);
	s->listener = NULL;
	while (!TAILQ_EMPTY(&s->connections))
		serve_connection_free(TAILQ_FIRST(&s->connections));
	serve_count_clear(s);
	event_free(s->resume);
	event_free(s->tell);
	serve_tls_free(s->tls);
	free(s->address);
	free(s);
}

int
serve_connections(const struct serve *s)
{
	return s->count;
}

int
serve_port(const struct serve *s)
{
	union {
		struct sockaddr_in6 six;
		struct sockaddr_in four;
		struct sockaddr any;
	} where = { .six = { 0 } };
	socklen_t length = sizeof(where);

	if (s->listener == NULL ||
	    getsockname(evconnlistener_get_fd(s->listener), &where.any,
		&length) != 0)
		return 0;
	return ntohs(where.any.sa_family == AF_INET6 ? where.six.sin6_port
						     : where.four.sin_port);
}
