/*
 * fetch: the life of a fetch; see fetch.h, and fetch_inside.h for its stages.
 *
 * One timer per fetch does all: the wait for a turn, the end that was known
 * too early, and the limits.  How far a transfer has come is asked of
 * libcurl only when a limit could have passed.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "lib/clock.h"
#include "lib/fetch_inside.h"
#include "lib/log.h"

#define MAX_UNDER_WAY 200
#define TIMEOUT_MS 30000
#define STALL_US 250000

static void give_turns(struct fetcher *);

static void
set_timer(struct fetch *f, int64_t us)
{
	struct timeval tv = { us / 1000000, us % 1000000 };

	if (us < 0)
		tv = (struct timeval){ 0, 0 };
	f->wake_us = clock_monotonic_us() + us;
	if (evtimer_add(f->timer, &tv) == -1)
		fatalx("fetch: the event loop takes no more");
}

/* An end that is known already, told from the event loop. */
void
fetch_ends_soon(struct fetch *f)
{
	f->stage = FETCH_ENDING;
	set_timer(f, 0);
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
	curl_url_cleanup(f->url);
	curl_slist_free_all(f->headers);
	curl_slist_free_all(f->mail_to);
	free(f->method);
	free(f->body);
	free(f->mail_from);
	free(f->user);
	mem_wipe(f->password);
	free(f->host);
	free(f->port);
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

void
fetch_wake(struct fetch *f, int64_t at_us)
{
	if (at_us > f->deadline_us)
		at_us = f->deadline_us;
	set_timer(f, at_us - clock_monotonic_us());
}

static const char *const waiting_for[] = {
	[PHASE_CONNECT] = "no connection",
	[PHASE_TLS] = "no end of the TLS handshake",
	[PHASE_FIRST_BYTE] = "no first byte of an answer",
	[PHASE_BODY] = "no end of the answer",
};

/* How far the transfer is, and when it came there (monotonic). */
static enum phase
phase_of(const struct fetch *f, int64_t *since_us)
{
	curl_off_t pre = 0;

	*since_us = f->hop_us;
	if (f->answering)
		return PHASE_BODY;
	curl_easy_getinfo(f->handle->easy, CURLINFO_PRETRANSFER_TIME_T, &pre);
	if (pre > 0) {
		*since_us += pre;
		return PHASE_FIRST_BYTE;
	}
	if (f->shaking_us == 0)
		return PHASE_CONNECT;
	*since_us = f->shaking_us;
	return PHASE_TLS;
}

/*
 * When to look again: at the deadline, or when the limit of this phase, or of
 * one that may follow at once, would have passed.
 */
static void
watch_limits(struct fetch *f, int64_t now_us)
{
	int64_t since_us, next_us = f->deadline_us;
	enum phase at = phase_of(f, &since_us), p;

	for (p = at; p < PHASE_BODY; p++) {
		int64_t from_us = p == at ? since_us : now_us;
		int64_t limit_us =
		    from_us + f->limit_ms[p] * 1000 + f->stalled_us;

		if (f->limit_ms[p] > 0 && limit_us < next_us)
			next_us = limit_us;
	}
	set_timer(f, next_us - now_us);
}

/* Whether a limit has passed; then failure and error are set. */
static bool
is_late(struct fetch *f, int64_t now_us)
{
	int64_t since_us, passed_ms = 0;
	enum phase at = phase_of(f, &since_us);

	if (now_us >= f->deadline_us)
		passed_ms = f->timeout_ms;
	else if (at < PHASE_BODY && f->limit_ms[at] > 0 &&
	    now_us >= since_us + f->limit_ms[at] * 1000 + f->stalled_us)
		passed_ms = f->limit_ms[at];
	if (passed_ms == 0)
		return false;
	why(f, FETCH_TIMEOUT, "%s within %lld ms", waiting_for[at],
	    (long long)passed_ms);
	return true;
}

/*
 * When the loop itself came late (the process was stopped, the host is out
 * of breath), what arrived meanwhile has not been looked at: give it that
 * much more, and a moment to look.
 */
static void
forgive_stall(struct fetch *f, int64_t now_us)
{
	int64_t late_us = now_us - f->wake_us;

	if (late_us < STALL_US)
		return;
	late_us += STALL_US;
	f->stalled_us += late_us;
	f->deadline_us += late_us;
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct fetch *f = arg;
	int64_t now_us = clock_monotonic_us();

	(void)fd, (void)what;
	forgive_stall(f, now_us);
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
		else if (is_late(f, now_us))
			finish(f);
		else
			watch_limits(f, now_us);
		return;
	}
}

/* Hand the hop to libcurl; addresses NULL: the host is one. */
static void
move(struct fetch *f, const char *addresses)
{
	struct fetcher *fr = f->fetcher;

	f->stage = FETCH_MOVING;
	if ((f->tls || f->password != NULL) && !trust_ready(fr->trust)) {
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
	watch_limits(f, f->hop_us);
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

static CURLU *
parse_url(const char *text)
{
	CURLU *url = curl_url();

	if (url == NULL)
		abort();
	if (curl_url_set(url, CURLUPART_URL, text, CURLU_URLENCODE) ==
	    CURLUE_OK)
		return url;
	curl_url_cleanup(url);
	return NULL;
}

static struct curl_slist *
copy_list(const char *const *from)
{
	struct curl_slist *list = NULL;

	for (; from != NULL && *from != NULL; from++) {
		list = curl_slist_append(list, *from);
		if (list == NULL)
			abort();
	}
	return list;
}

static char *
copy_or_null(const char *from)
{
	return from != NULL ? mem_text(from) : NULL;
}

static void
copy_body(struct fetch *f, const struct fetch_request *req)
{
	if (req->mail_from != NULL) {
		f->body = mail_body(req->body != NULL ? req->body : "",
		    req->body_length, &f->body_length);
	} else if (req->body != NULL) {
		f->body = mem_copy(req->body, req->body_length);
		f->body_length = req->body_length;
		f->headers = curl_slist_append(f->headers, "Expect:");
	}
}

static void
copy_request(struct fetch *f, const struct fetch_request *req)
{
	f->url = parse_url(req->url);
	f->headers = copy_list(req->headers);
	copy_body(f, req);
	f->method = mem_text(req->method != NULL ? req->method
		: req->body != NULL              ? "POST"
						 : "GET");
	f->timeout_ms = req->timeout_ms > 0 ? req->timeout_ms : TIMEOUT_MS;
	f->limit_ms[PHASE_CONNECT] = req->connect_ms;
	f->limit_ms[PHASE_TLS] = req->tls_ms;
	f->limit_ms[PHASE_FIRST_BYTE] = req->first_byte_ms;
	f->body_max = req->body_max;
	f->redirects = req->redirects;
	f->fresh = req->fresh;
	f->mail_from = copy_or_null(req->mail_from);
	f->mail_to = copy_list(req->mail_to);
	f->user = copy_or_null(req->user);
	f->password = copy_or_null(req->password);
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
	copy_request(f, req);
	if (fr->under_way < fr->max_under_way) {
		begin(f);
	} else {
		f->stage = FETCH_WAITING;
		TAILQ_INSERT_TAIL(&fr->waiting, f, entry);
		set_timer(f, f->timeout_ms * 1000);
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
