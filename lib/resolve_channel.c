/*
 * resolve_channel: c-ares and its sockets on the event loop; see
 * resolve_inside.h.
 *
 * When /etc/resolv.conf changes a new channel takes over; the old one lives
 * until its last query has ended.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include <event2/event.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/resolve_inside.h"
#include "lib/text.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define TRY_MS 1500 /* before a name server is asked again */
#define TRIES 3

struct watched { /* one socket of c-ares */
	LIST_ENTRY(watched) entry;
	struct resolve_channel *channel;
	struct event *event;
	ares_socket_t fd;
};

static void
channel_free(struct resolve_channel *c)
{
	struct watched *w;

	ares_destroy(c->ares); /* tells the queries, and closes sockets */
	while ((w = LIST_FIRST(&c->sockets)) != NULL) {
		LIST_REMOVE(w, entry);
		event_free(w->event);
		free(w);
	}
	event_free(c->timer);
	LIST_REMOVE(c, entry);
	free(c);
}

/* When c-ares wants to be called next; an old channel may end here. */
void
resolve_channel_rest(struct resolve_channel *c)
{
	struct timeval tv;

	if (c->queries == 0 && c != c->resolver->current) {
		channel_free(c);
		return;
	}
	if (ares_timeout(c->ares, NULL, &tv) != NULL)
		event_add(c->timer, &tv);
	else
		event_del(c->timer);
}

static void
on_channel_timer(evutil_socket_t fd, short what, void *arg)
{
	struct resolve_channel *c = arg;

	(void)fd, (void)what;
	ares_process_fd(c->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	resolve_channel_rest(c);
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct watched *w = arg;
	struct resolve_channel *c = w->channel; /* w may go meanwhile */

	ares_process_fd(c->ares, what & EV_READ ? fd : ARES_SOCKET_BAD,
	    what & EV_WRITE ? fd : ARES_SOCKET_BAD);
	resolve_channel_rest(c);
}

/* c-ares wants to know when a socket is ready, or lets it go. */
static void
want_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct resolve_channel *c = arg;
	struct watched *w;
	int what = EV_PERSIST;

	w = LIST_FIRST(&c->sockets);
	while (w != NULL && w->fd != fd)
		w = LIST_NEXT(w, entry);
	if (w != NULL) {
		LIST_REMOVE(w, entry);
		event_free(w->event);
	}
	if (!readable && !writable) {
		free(w);
		return;
	}
	if (w == NULL)
		w = mem_alloc(sizeof(*w));
	what |= (readable ? EV_READ : 0) | (writable ? EV_WRITE : 0);
	w->channel = c;
	w->fd = fd;
	w->event = event_new(c->resolver->base, fd, (short)what, on_socket, w);
	if (w->event == NULL || event_add(w->event, NULL) == -1)
		fatalx("resolve: the event loop takes no more");
	LIST_INSERT_HEAD(&c->sockets, w, entry);
}

static struct resolve_channel *
channel_new(struct resolver *r)
{
	struct resolve_channel *c = mem_alloc(sizeof(*c));
	struct ares_options o = { .timeout = TRY_MS,
		.tries = TRIES,
		.sock_state_cb = want_socket,
		.sock_state_cb_data = c };
	int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
	int code = ares_init_options(&c->ares, &o, mask);

	if (code == ARES_SUCCESS && r->servers != NULL) {
		code = ares_set_servers_ports_csv(c->ares, r->servers);
		if (code != ARES_SUCCESS)
			ares_destroy(c->ares);
	}
	if (code != ARES_SUCCESS) {
		log_warnx("resolve: cannot begin: %s", ares_strerror(code));
		free(c);
		return NULL;
	}
	c->resolver = r;
	c->timer = evtimer_new(r->base, on_channel_timer, c);
	if (c->timer == NULL)
		fatalx("resolve: the event loop takes no more");
	LIST_INIT(&c->sockets);
	LIST_INSERT_HEAD(&r->channels, c, entry);
	return c;
}

/* The channel for new queries, by the present /etc/resolv.conf. */
struct resolve_channel *
resolve_channel_now(struct resolver *r)
{
	int64_t now_us = clock_monotonic_us();
	struct resolve_channel *old = r->current;
	struct stat st = { 0 };

	if (old != NULL && now_us - r->conf_looked_us < 1000000)
		return old;
	r->conf_looked_us = now_us;
	(void)stat(RESOLV_CONF, &st); /* none: c-ares has its own ideas */
	if (old != NULL && st.st_mtim.tv_sec == r->conf_changed.tv_sec &&
	    st.st_mtim.tv_nsec == r->conf_changed.tv_nsec)
		return old;
	r->conf_changed = st.st_mtim;
	r->current = channel_new(r);
	if (old != NULL)
		resolve_channel_rest(old);
	return r->current;
}

void
resolve_channels_free(struct resolver *r)
{
	struct resolve_channel *c, *next;

	for (c = LIST_FIRST(&r->channels); c != NULL; c = next) {
		next = LIST_NEXT(c, entry);
		channel_free(c);
	}
}
