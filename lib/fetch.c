/*
 * fetch: the life of a fetch; see fetch.h, and fetch_inside.h for its stages.
 *
 * One timer per fetch does all: the wait for a turn, the end that was known
 * too early, and the limits.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "lib/clock.h"
#include "lib/fetch_inside.h"
#include "lib/log.h"

#define MAX_UNDER_WAY 200

static void give_turns(struct fetcher *);

/* An end that is known already, told from the event loop. */
void
fetch_ends_soon(struct fetch *f)
{
	f->stage = FETCH_ENDING;
	limits_wait(f, 0);
}

static struct handle *
handle_take(struct fetcher *fr)
{
	struct handle *h = SLIST_FIRST(&fr->handles);

	if (h != NULL) {
		SLIST_REMOVE_HEAD(&fr->handles, entry);
		return h;
	}
	h = mem_alloc(sizeof(*h));
	h->easy = curl_easy_init();
	if (h->easy == NULL)
		abort();
	return h;
}

static void
handle_free(struct handle *h)
{
	curl_easy_cleanup(h->easy);
	free(h->left);
	free(h);
}

/* What libcurl measured of this hop, added to the earlier ones. */
static void
add_timings(struct fetch *f)
{
	curl_off_t connect = 0, app = 0, pre = 0, start = 0;
	CURL *easy = f->handle->easy;
	struct fetch_result *r = &f->result;

	curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connect);
	curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &app);
	curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &pre);
	curl_easy_getinfo(easy, CURLINFO_STARTTRANSFER_TIME_T, &start);
	r->connect_us += connect;
	if (app > connect)
		r->tls_us += app - connect;
	if (start > pre && pre > 0)
		r->first_byte_us += start - pre;
}

/* Whatever the hop holds goes back to where it came from. */
static void
end_hop(struct fetch *f)
{
	if (f->lookup != NULL)
		resolve_cancel(f->lookup);
	f->lookup = NULL;
	mail_drop(f);
	if (f->handle == NULL)
		return;
	add_timings(f);
	curl_multi_remove_handle(f->fetcher->multi, f->handle->easy);
	curl_slist_free_all(f->resolve);
	f->resolve = NULL;
	/* The handle must not remember what is about to be freed. */
	curl_easy_reset(f->handle->easy);
	SLIST_INSERT_HEAD(&f->fetcher->handles, f->handle, entry);
	f->handle = NULL;
}

static void
fetch_free(struct fetch *f)
{
	end_hop(f);
	event_free(f->timer);
	head_clear(f);
	request_clear(f);
	free(f->host);
	free(f->port);
	guard_clear(&f->guard);
	free(f);
}

/* Off the books: its turn is another's. */
static void
leave(struct fetch *f)
{
	struct fetcher *fr = f->fetcher;

	if (f->stage == FETCH_WAITING) {
		TAILQ_REMOVE(&fr->waiting, f, entry);
		return;
	}
	TAILQ_REMOVE(&fr->busy, f, entry);
	fr->under_way--;
}

/* The one end: off the books, then tell the owner. */
static void
finish(struct fetch *f)
{
	struct fetcher *fr = f->fetcher;
	struct fetch_result *r = &f->result;

	end_hop(f);
	leave(f);
	if (f->begun_us != 0)
		r->total_us = clock_monotonic_us() - f->begun_us;
	r->failure = f->failure;
	r->error = f->error;
	r->body = f->content.data != NULL ? f->content.data : "";
	r->body_length = f->content.length;
	f->done(f->arg, r);
	fetch_free(f);
	give_turns(fr);
}

void
fetch_ended(struct fetch *f)
{
	finish(f);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct fetch *f = arg;
	int64_t now_us = clock_monotonic_us();

	(void)fd, (void)what;
	limits_forgive(f, now_us);
	switch (f->stage) {
	case FETCH_WAITING:
		why(f, FETCH_OURSELVES, "waited %lld ms for a turn",
		    (long long)f->timeout_ms);
		finish(f);
		return;
	case FETCH_RESOLVING: /* resolve has the same limit */
		return;
	case FETCH_ENDING:
		finish(f);
		return;
	case FETCH_MOVING:
		if (f->letter != NULL)
			mail_timer(f, now_us);
		else if (limits_are_passed(f, now_us))
			finish(f);
		else
			limits_watch(f, now_us);
		return;
	}
}

/* Is somebody's certificate to be verified? */
static bool
verifies(const struct fetch *f)
{
	return f->tls || f->password != NULL ||
	    (f->mail && trust_given(f->fetcher->trust));
}

/* Hand the hop to libcurl; addresses NULL: the host is one. */
static void
move(struct fetch *f, const char *addresses)
{
	struct fetcher *fr = f->fetcher;

	f->stage = FETCH_MOVING;
	if (verifies(f) && !trust_ready(fr->trust)) {
		why(f, FETCH_OURSELVES, "there are no trusted certificates");
		fetch_ends_soon(f);
		return;
	}
	if (f->mail) {
		mail_start(f, addresses);
		return;
	}
	head_clear(f);
	f->handle = handle_take(fr);
	hop_prepare(f, addresses);
	f->shaking_us = 0;
	f->hop_us = clock_monotonic_us();
	if (curl_multi_add_handle(fr->multi, f->handle->easy) != CURLM_OK)
		fatalx("fetch: libcurl takes no more");
	limits_watch(f, f->hop_us);
}

static void
on_resolved(void *arg, const struct resolve_result *r)
{
	struct fetch *f = arg;

	f->lookup = NULL;
	f->result.dns_us += clock_monotonic_us() - f->hop_us;
	if (r->failure == RESOLVE_OK) {
		move(f, r->addresses);
		return;
	}
	why(f, r->failure == RESOLVE_OURSELVES ? FETCH_OURSELVES : FETCH_DNS,
	    "%s: %s", f->host, r->error);
	finish(f);
}

/* Where the URL leads next, within what is left of the deadline. */
static void
hop(struct fetch *f)
{
	int64_t now_us = clock_monotonic_us();

	if (resolve_is_address(f->host)) {
		move(f, NULL);
		return;
	}
	f->stage = FETCH_RESOLVING;
	f->hop_us = now_us;
	f->lookup = resolve_start(f->fetcher->resolver, f->host,
	    (f->deadline_us - now_us + 999) / 1000, f->fresh, on_resolved, f);
}

/* libcurl is done with a hop. */
void
fetch_transferred(struct fetch *f, CURLcode code)
{
	long status = 0;

	curl_easy_getinfo(f->handle->easy, CURLINFO_RESPONSE_CODE, &status);
	f->result.status = (int)status;
	why_curl(f, code);
	if (f->failure != FETCH_OK || hop_follow(f) != 0) {
		finish(f);
		return;
	}
	end_hop(f);
	evtimer_del(f->timer);
	if (clock_monotonic_us() >= f->deadline_us) {
		why(f, FETCH_TIMEOUT, "no end of redirects within %lld ms",
		    (long long)f->timeout_ms);
		finish(f);
		return;
	}
	hop(f);
}

static void
begin(struct fetch *f)
{
	f->fetcher->under_way++;
	TAILQ_INSERT_TAIL(&f->fetcher->busy, f, entry);
	evtimer_del(f->timer);
	f->begun_us = clock_monotonic_us();
	f->deadline_us = f->begun_us + f->timeout_ms * 1000;
	if (f->url == NULL || hop_aim(f) == -1) {
		why(f, FETCH_OURSELVES, "this is not a URL to fetch");
		fetch_ends_soon(f);
		return;
	}
	guard_own(f);
	hop(f);
}

static void
give_turns(struct fetcher *fr)
{
	struct fetch *f;

	while (fr->under_way < fr->max_under_way &&
	    (f = TAILQ_FIRST(&fr->waiting)) != NULL) {
		TAILQ_REMOVE(&fr->waiting, f, entry);
		begin(f);
	}
}

struct fetch *
fetch_start(struct fetcher *fr, const struct fetch_request *req,
    fetch_done *done, void *arg)
{
	struct fetch *f = mem_alloc(sizeof(*f));

	f->fetcher = fr;
	f->done = done;
	f->arg = arg;
	f->result.opaque = f;
	f->result.header = head_value;
	f->timer = evtimer_new(fr->base, on_timer, f);
	if (f->timer == NULL)
		abort();
	request_copy(f, req);
	if (fr->under_way < fr->max_under_way) {
		begin(f);
	} else {
		f->stage = FETCH_WAITING;
		TAILQ_INSERT_TAIL(&fr->waiting, f, entry);
		limits_wait(f, f->timeout_ms * 1000);
	}
	return f;
}

void
fetch_cancel(struct fetch *f)
{
	struct fetcher *fr = f->fetcher;

	end_hop(f);
	leave(f);
	fetch_free(f);
	give_turns(fr);
}

int
fetcher_busy(const struct fetcher *fr)
{
	const struct fetch *f;
	int count = fr->under_way;

	TAILQ_FOREACH (f, &fr->waiting, entry)
		count++;
	return count;
}

struct fetcher *
fetcher_new(struct event_base *base, const struct fetcher_options *o)
{
	struct fetcher *fr = mem_alloc(sizeof(*fr));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		fatalx("fetch: libcurl cannot begin");
	signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to what has gone */
	fr->base = base;
	fr->max_under_way =
	    o->max_under_way > 0 ? o->max_under_way : MAX_UNDER_WAY;
	fr->user_agent =
	    mem_text(o->user_agent != NULL ? o->user_agent : "Sunwatch");
	TAILQ_INIT(&fr->waiting);
	TAILQ_INIT(&fr->busy);
	SLIST_INIT(&fr->handles);
	fr->resolver = resolver_new(base, o->name_servers);
	fr->trust = trust_new(o->ca_file, o->ca_pem);
	if (fetch_loop_init(fr) == -1 || mail_init(fr) == -1)
		fatalx("fetch: libcurl cannot begin");
	if (fr->trust != NULL)
		return fr;
	fetcher_free(fr);
	return NULL;
}

static void
cancel_all(struct fetch_list *list)
{
	struct fetch *f, *next;

	for (f = TAILQ_FIRST(list); f != NULL; f = next) {
		next = TAILQ_NEXT(f, entry);
		fetch_cancel(f);
	}
}

void
fetcher_free(struct fetcher *fr)
{
	struct handle *h, *next;

	if (fr == NULL)
		return;
	fr->max_under_way = 0; /* no new turns */
	cancel_all(&fr->waiting);
	cancel_all(&fr->busy);
	for (h = SLIST_FIRST(&fr->handles); h != NULL; h = next) {
		next = SLIST_NEXT(h, entry);
		handle_free(h);
	}
	mail_clear(fr);
	curl_multi_cleanup(fr->multi);
	event_free(fr->timer);
	resolver_free(fr->resolver);
	trust_free(fr->trust);
	free(fr->user_agent);
	free(fr);
}
