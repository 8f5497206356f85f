/*
 * The connection: hiredis's formatter and reader on a bufferevent of ours.
 *
 * A store is in one of three states.  Away: bev and reader are NULL, the
 * retry timer runs.  Joining: both are set, up is false; the greeting (AUTH,
 * scripts, durability settings) is under way.  Up: commands are accepted.
 * Commands given while not up wait in "lost" until the event loop tells
 * their owners.
 */
#include <sys/queue.h>

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/util.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/resolve.h"
#include "lib/sign.h"
#include "lib/store_parts.h"
#include "lib/text.h"

#define TIMEOUT_MS 5000
#define RETRY_MIN_MS 100
#define RETRY_MAX_MS 10000
#define CHUNK (256 * 1024)
#define GATHER_MS 2

static void join(evutil_socket_t, short, void *);
static void on_silence(evutil_socket_t, short, void *);
static void on_gathered(evutil_socket_t, short, void *);

struct store *
store_new(struct event_base *base, const struct store_options *options,
    store_changed *changed, void *arg)
{
	struct store *s = mem_alloc(sizeof(*s));

	if (store_dial_parse(s, options->address) != 0) {
		log_warnx("redis %s: not an address (unix:/path, "
			  "tcp:host:6379 or rediss:host:6379)",
		    options->address);
		free(s);
		return NULL;
	}
	s->base = base;
	s->changed = changed;
	s->arg = arg;
	s->address = mem_text(options->address);
	if (options->password != NULL)
		s->password = mem_text(options->password);
	if (options->ca_file != NULL)
		s->ca_file = mem_text(options->ca_file);
	s->timeout_ms =
	    options->timeout_ms != 0 ? options->timeout_ms : TIMEOUT_MS;
	s->wait_replicas = options->wait_replicas;
	s->retry_ms = RETRY_MIN_MS;
	TAILQ_INIT(&s->under_way);
	TAILQ_INIT(&s->lost);
	s->retry = evtimer_new(base, join, s);
	s->silence = evtimer_new(base, on_silence, s);
	s->gather = evtimer_new(base, on_gathered, s);
	s->tell = event_new(base, -1, 0, store_on_tell, s);
	if (s->retry == NULL || s->silence == NULL || s->gather == NULL ||
	    s->tell == NULL)
		fatalx("redis %s: no memory for timers", s->address);
	event_active(s->retry, EV_TIMEOUT, 0);
	return s;
}

static void
disconnect(struct store *s)
{
	store_undial(s);
	if (s->bev != NULL)
		bufferevent_free(s->bev);
	if (s->reader != NULL)
		redisReaderFree(s->reader);
	s->bev = NULL;
	s->reader = NULL;
	s->fault = NULL;
	event_del(s->silence);
	event_del(s->gather);
}

void
store_free(struct store *s)
{
	if (s == NULL)
		return;
	s->closing = true;
	s->up = false;
	disconnect(s);
	store_finish_all(&s->under_way);
	store_finish_all(&s->lost);
	event_free(s->retry);
	event_free(s->silence);
	event_free(s->gather);
	event_free(s->tell);
	text_clear(&s->advisory);
	resolver_free(s->resolver);
	mem_wipe(s->password);
	free(s->ca_file);
	free(s->address);
	free(s);
}

bool
store_is_up(const struct store *s)
{
	return s->up;
}

static void
start_timer(struct event *timer, int64_t ms)
{
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	event_add(timer, &tv);
}

/* An outage is told once, and its end once. */
static void
say_away(struct store *s, const char *why)
{
	if (s->said_away)
		return;
	s->said_away = true;
	s->away_since_ms = clock_now_ms();
	log_warnx("redis %s: away: %s", s->address, why);
}

/* The greeting is over: commands are welcome. */
void
store_opened(struct store *s)
{
	char took[32];

	s->up = true;
	s->retry_ms = RETRY_MIN_MS;
	s->refused[0] = '\0';
	if (s->said_away) {
		text_duration(clock_now_ms() - s->away_since_ms, took,
		    sizeof(took));
		log_info("redis %s: back after=\"%s\"", s->address, took);
	} else
		log_info("redis %s: connected", s->address);
	s->said_away = false;
	if (s->advisory.length > 0)
		log_warnx("redis %s: promises 1 and 8 not kept: %s", s->address,
		    s->advisory.data);
	s->changed(s->arg, true, s->advisory.data);
}

/* The connection is no good: everything under way is lost; try again. */
static void
fail(struct store *s, const char *why)
{
	bool was_up = s->up;
	struct commands gone;

	say_away(s, why);
	s->up = false;
	disconnect(s);
	start_timer(s->retry,
	    s->retry_ms +
		(int64_t)(sign_random_number() %
		    ((uint64_t)s->retry_ms / 2 + 1)));
	s->retry_ms *= 2;
	if (s->retry_ms > RETRY_MAX_MS)
		s->retry_ms = RETRY_MAX_MS;
	TAILQ_INIT(&gone);
	TAILQ_CONCAT(&gone, &s->under_way, entry);
	store_finish_all(&gone);
	if (was_up)
		s->changed(s->arg, false, NULL);
}

/* Nothing was heard for too long while something was under way. */
static void
on_silence(evutil_socket_t fd, short what, void *arg)
{
	struct store *s = arg;
	int64_t quiet_ms = (clock_monotonic_us() - s->heard_us) / 1000;
	char why[64];

	(void)fd, (void)what;
	if (TAILQ_EMPTY(&s->under_way) && s->up)
		return;
	if (quiet_ms < s->timeout_ms) {
		start_timer(s->silence, s->timeout_ms - quiet_ms);
		return;
	}
	text_format(why, sizeof(why), "no answer for %" PRId64 " ms", quiet_ms);
	fail(s, why);
}

void
store_listen(struct store *s)
{
	if (event_pending(s->silence, EV_TIMEOUT, NULL))
		return;
	s->heard_us = clock_monotonic_us();
	start_timer(s->silence, s->timeout_ms);
}

/*
 * Redis writes to its disk once for all it has read at a time, and that costs
 * it more than the rest of a small command.
 */
void
store_gather(struct store *s)
{
	if (!s->up || event_pending(s->gather, EV_TIMEOUT, NULL))
		return;
	bufferevent_disable(s->bev, EV_WRITE);
	start_timer(s->gather, GATHER_MS);
}

static void
on_gathered(evutil_socket_t fd, short what, void *arg)
{
	struct store *s = arg;

	(void)fd, (void)what;
	bufferevent_enable(s->bev, EV_WRITE);
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct store *s = arg;
	struct evbuffer *in = bufferevent_get_input(bev);
	struct evbuffer_iovec v;
	char why[80];

	s->heard_us = clock_monotonic_us();
	while (evbuffer_peek(in, -1, NULL, &v, 1) > 0 && v.iov_len > 0) {
		redisReaderFeed(s->reader, v.iov_base, v.iov_len);
		evbuffer_drain(in, v.iov_len);
	}
	store_take_replies(s);
	if (s->fault != NULL) {
		text_copy(why, sizeof(why), s->fault);
		fail(s, why);
	}
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct store *s = arg;
	char why[STORE_WHY];

	(void)bev;
	if (what & BEV_EVENT_CONNECTED) {
		store_dial_tune(s);
		store_greet(s);
		return;
	}
	store_dial_why(s, what, why);
	fail(s, why);
}

void
store_dialled(struct store *s)
{
	bufferevent_set_max_single_read(s->bev, CHUNK);
	bufferevent_set_max_single_write(s->bev, CHUNK);
	bufferevent_setcb(s->bev, on_read, NULL, on_event, s);
	bufferevent_enable(s->bev, EV_READ | EV_WRITE);
}

void
store_dial_failed(struct store *s, const char *why)
{
	fail(s, why);
}

/*
 * Try to connect; the silence timer bounds looking up the name, connecting,
 * the handshake and the greeting together.
 */
static void
join(evutil_socket_t fd, short what, void *arg)
{
	struct store *s = arg;

	(void)fd, (void)what;
	s->reader = redisReaderCreate();
	if (s->reader == NULL) {
		fail(s, strerror(errno));
		return;
	}
	store_listen(s);
	store_dial(s);
}
