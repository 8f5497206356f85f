/* fetch_loop: libcurl's multi handle on the event loop; see fetch_inside.h. */
#include <event2/event.h>

#include "lib/fetch_inside.h"
#include "lib/log.h"

/*
 * A done function may start or cancel other fetches, but only libcurl is
 * between us and it here: the message list is read afresh each time.
 */
static void
finish_all(struct fetcher *fr)
{
	struct fetch *f;
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(fr->multi, &left)) != NULL) {
		CURLcode code = msg->data.result;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &f);
		fetch_transferred(f, code);
	}
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct fetcher *fr = arg;
	int running,
	    mask = (what & EV_READ ? CURL_CSELECT_IN : 0) |
	    (what & EV_WRITE ? CURL_CSELECT_OUT : 0);

	curl_multi_socket_action(fr->multi, fd, mask, &running);
	finish_all(fr);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct fetcher *fr = arg;
	int running;

	(void)fd, (void)what;
	curl_multi_socket_action(fr->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	finish_all(fr);
}

/* libcurl wants to be woken in ms milliseconds, or not at all if -1. */
static int
want_timer(CURLM *multi, long ms, void *arg)
{
	struct fetcher *fr = arg;
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	(void)multi;
	return ms == -1 ? event_del(fr->timer) : event_add(fr->timer, &tv);
}

/* libcurl wants to know when fd becomes readable or writable. */
static int
want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *sockp)
{
	struct fetcher *fr = arg;
	struct event *ev = sockp;
	int mask = EV_PERSIST;

	(void)easy;
	if (ev != NULL)
		event_free(ev);
	curl_multi_assign(fr->multi, fd, NULL);
	if (what == CURL_POLL_REMOVE)
		return 0;
	mask |= what & CURL_POLL_IN ? EV_READ : 0;
	mask |= what & CURL_POLL_OUT ? EV_WRITE : 0;
	ev = event_new(fr->base, fd, (short)mask, on_socket, fr);
	if (ev == NULL || event_add(ev, NULL) == -1)
		fatalx("fetch: the event loop takes no more");
	curl_multi_assign(fr->multi, fd, ev);
	return 0;
}

int
fetch_loop_init(struct fetcher *fr)
{
	fr->timer = evtimer_new(fr->base, on_timer, fr);
	fr->multi = curl_multi_init();
	if (fr->timer == NULL || fr->multi == NULL)
		return -1;
	curl_multi_setopt(fr->multi, CURLMOPT_TIMERFUNCTION, want_timer);
	curl_multi_setopt(fr->multi, CURLMOPT_TIMERDATA, fr);
	curl_multi_setopt(fr->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(fr->multi, CURLMOPT_SOCKETDATA, fr);
	curl_multi_setopt(fr->multi, CURLMOPT_MAXCONNECTS, 16L);
	return 0;
}
