/*
 * resolve: see resolve.h.
 *
 * A lookup's owner may go (cancel, timeout) before c-ares is done with it:
 * what c-ares holds is a struct query, which outlives its lookup with
 * query->lookup NULL.  A lookup has query NULL once the answer is there (or
 * was remembered); then its event is active and done follows.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/resolve_inside.h"
#include "lib/text.h"

#define STALL_US 250000

struct query {
	struct resolve_channel *channel;
	struct lookup *lookup; /* NULL: nobody waits any more */
	char *name;
};

struct lookup {
	LIST_ENTRY(lookup) entry;
	struct resolver *resolver;
	struct query *query; /* NULL: answered */
	struct event *event; /* its timeout, then its answer */
	int64_t due_us;      /* of the timeout, monotonic */
	struct text addresses;
	enum resolve_failure failure;
	const char *error;
	resolve_done *done;
	void *arg;
};

static void
lookup_free(struct lookup *l)
{
	if (l->query != NULL)
		l->query->lookup = NULL; /* the answer will find nobody */
	LIST_REMOVE(l, entry);
	event_free(l->event);
	text_clear(&l->addresses);
	free(l);
}

static void
set_timeout(struct lookup *l, int64_t us)
{
	struct timeval tv = { us / 1000000, us % 1000000 };

	l->due_us = clock_monotonic_us() + us;
	if (evtimer_add(l->event, &tv) == -1)
		fatalx("resolve: the event loop takes no more");
}

/* The answer, or the timeout: one way out for both. */
static void
on_lookup(evutil_socket_t fd, short what, void *arg)
{
	struct lookup *l = arg;
	int64_t late_us = clock_monotonic_us() - l->due_us;
	struct text addresses = l->addresses;
	struct resolve_result result = { .failure = l->failure,
		.error = l->error };
	resolve_done *done = l->done;
	void *done_arg = l->arg;

	(void)fd, (void)what;
	if (l->query != NULL && late_us > STALL_US) {
		set_timeout(l, late_us); /* it is us who came late */
		return;
	}
	if (l->query != NULL) {
		result.failure = RESOLVE_TIMEOUT;
		result.error = "no answer from the name servers in time";
	}
	result.addresses = addresses.data != NULL ? addresses.data : "";
	l->addresses = (struct text){ 0 };
	lookup_free(l);
	done(done_arg, &result);
	text_clear(&addresses);
}

/* Tell the owner from the event loop, where it may do as it likes. */
static void
answer(struct lookup *l, enum resolve_failure failure, const char *error)
{
	l->query = NULL;
	l->failure = failure;
	l->error = error;
	event_del(l->event);
	event_active(l->event, EV_TIMEOUT, 0);
}

bool
resolve_is_starved(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd != -1) {
		close(fd);
		return false;
	}
	return errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
	    errno == ENOMEM;
}

static void
answer_failed(struct lookup *l, int code)
{
	switch (code) {
	case ARES_ENOTFOUND:
	case ARES_ENONAME:
		answer(l, RESOLVE_NO_NAME, "there is no such name");
		return;
	case ARES_ENODATA:
		answer(l, RESOLVE_NO_NAME, "the name has no address");
		return;
	case ARES_EBADNAME:
		answer(l, RESOLVE_NO_NAME, "this is not a name");
		return;
	case ARES_ENOMEM:
		answer(l, RESOLVE_OURSELVES, "out of memory");
		return;
	}
	if (resolve_is_starved())
		answer(l, RESOLVE_OURSELVES, "out of file descriptors");
	else if (code == ARES_ETIMEOUT)
		answer(l, RESOLVE_NO_ANSWER, "the name servers are silent");
	else /* c-ares takes refusal, failure and nonsense for one */
		answer(l, RESOLVE_NO_ANSWER, "no name server can say");
}

static int
add_addresses(struct text *t, const struct ares_addrinfo *ai, int family)
{
	char address[INET6_ADDRSTRLEN];
	const struct ares_addrinfo_node *n;
	int count = 0;

	for (n = ai->nodes; n != NULL; n = n->ai_next) {
		const void *in = family == AF_INET6
		    ? (const void *)&((struct sockaddr_in6 *)n->ai_addr)
			  ->sin6_addr
		    : (const void *)&((struct sockaddr_in *)n->ai_addr)
			  ->sin_addr;

		if (n->ai_family != family ||
		    ++count > RESOLVE_ADDRESSES_MAX / 2)
			continue;
		inet_ntop(family, in, address, sizeof(address));
		text_addf(t, family == AF_INET6 ? "%s[%s]" : "%s%s",
		    t->length > 0 ? "," : "", address);
	}
	return count;
}

static int
least_ttl_s(const struct ares_addrinfo *ai)
{
	const struct ares_addrinfo_node *n;
	const struct ares_addrinfo_cname *c;
	int ttl_s = RESOLVE_TTL_MAX_S;

	for (n = ai->nodes; n != NULL; n = n->ai_next) {
		if (n->ai_ttl < ttl_s)
			ttl_s = n->ai_ttl;
	}
	for (c = ai->cnames; c != NULL; c = c->next) {
		if (c->ttl < ttl_s)
			ttl_s = c->ttl;
	}
	return ttl_s;
}

/* c-ares has ended a query, possibly from inside ares_getaddrinfo(). */
static void
on_answer(void *arg, int code, int timeouts, struct ares_addrinfo *ai)
{
	struct query *q = arg;
	struct resolver *r = q->channel->resolver;
	struct text found = { 0 };

	(void)timeouts;
	q->channel->queries--;
	if (code == ARES_SUCCESS && ai != NULL) {
		add_addresses(&found, ai, AF_INET6);
		add_addresses(&found, ai, AF_INET);
	}
	if (found.length > 0)
		resolve_keep(r, q->name, found.data, least_ttl_s(ai));
	if (q->lookup != NULL && found.length > 0) {
		q->lookup->addresses = found;
		found = (struct text){ 0 };
		answer(q->lookup, RESOLVE_OK, "");
	} else if (q->lookup != NULL) {
		answer_failed(q->lookup,
		    code == ARES_SUCCESS ? ARES_ENODATA : code);
	}
	text_clear(&found);
	ares_freeaddrinfo(ai);
	free(q->name);
	free(q);
}

static void
ask(struct lookup *l, const char *name)
{
	static const struct ares_addrinfo_hints hints = {
		.ai_flags = ARES_AI_NOSORT,
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
	};
	struct resolve_channel *c = resolve_channel_now(l->resolver);
	struct query *q;

	if (c == NULL) {
		answer(l, RESOLVE_OURSELVES, "the resolver could not begin");
		return;
	}
	q = mem_alloc(sizeof(*q));
	*q = (struct query){ c, l, mem_text(name) };
	l->query = q;
	c->queries++;
	ares_getaddrinfo(c->ares, name, NULL, &hints, on_answer, q);
	resolve_channel_rest(c);
}

struct lookup *
resolve_start(struct resolver *r, const char *name, int64_t timeout_ms,
    bool fresh, resolve_done *done, void *arg)
{
	const char *known = fresh ? NULL : resolve_recall(r, name);
	struct lookup *l = mem_alloc(sizeof(*l));

	l->resolver = r;
	l->done = done;
	l->arg = arg;
	l->event = evtimer_new(r->base, on_lookup, l);
	if (l->event == NULL)
		fatalx("resolve: the event loop takes no more");
	set_timeout(l, timeout_ms * 1000);
	LIST_INSERT_HEAD(&r->lookups, l, entry);
	if (resolve_is_address(name)) {
		text_addf(&l->addresses, strchr(name, ':') ? "[%s]" : "%s",
		    name);
		answer(l, RESOLVE_OK, "");
	} else if (known != NULL) {
		text_add(&l->addresses, known);
		answer(l, RESOLVE_OK, "");
	} else if (name[0] == '\0' || strlen(name) > RESOLVE_NAME_MAX) {
		answer(l, RESOLVE_NO_NAME, "this is not a name");
	} else {
		ask(l, name);
	}
	return l;
}

void
resolve_cancel(struct lookup *l)
{
	lookup_free(l);
}

bool
resolve_is_address(const char *name)
{
	unsigned char in[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, name, in) == 1 ||
	    inet_pton(AF_INET6, name, in) == 1;
}

struct resolver *
resolver_new(struct event_base *base, const char *servers)
{
	struct resolver *r = mem_alloc(sizeof(*r));

	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		fatalx("resolve: c-ares cannot begin");
	r->base = base;
	r->servers = servers != NULL ? mem_text(servers) : NULL;
	LIST_INIT(&r->channels);
	LIST_INIT(&r->lookups);
	return r;
}

void
resolver_free(struct resolver *r)
{
	struct lookup *l, *next;

	if (r == NULL)
		return;
	for (l = LIST_FIRST(&r->lookups); l != NULL; l = next) {
		next = LIST_NEXT(l, entry);
		lookup_free(l);
	}
	resolve_channels_free(r);
	resolve_forget(r);
	free(r->servers);
	ares_library_cleanup();
	free(r);
}
