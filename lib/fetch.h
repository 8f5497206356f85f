#ifndef LIB_FETCH_H
#define LIB_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * fetch: HTTP(S) requests and SMTP deliveries by libcurl on the event loop.
 *
 * Every fetch ends in exactly one of two ways: its done function is called
 * once, from the event loop and never from inside fetch_start(); or it is
 * cancelled and done is not called.  Either way the struct fetch is gone.
 * A done function may start and cancel fetches, but not free the fetcher.
 *
 * Names are resolved by resolve (c-ares) first; the trust store is parsed
 * once per fetcher, shared by all its connections, and read again when its
 * file changes.  HTTP/1.1 only, no proxy, no cookies, no compression.
 *
 * Redirects: 0 means that a redirecting answer is the result.  Otherwise at
 * most so many are followed, each with what is left of the deadline and only
 * to http and https; the method changes as browsers do it, and another
 * origin sees neither Authorization nor Cookie nor Host of the request.
 *
 * Time spent waiting for a turn is not the server's and not counted; who
 * waits longer than timeout_ms ends with FETCH_OURSELVES.
 *
 * Mail: TLS is taken if it is offered, unverified, as mail servers among
 * themselves do.  With a password, and to smtps, it is demanded and verified,
 * except on loopback; and everywhere with authorities that are given.  Several recipients: one accepted is enough.  Eight are
 * carried at a time, by threads; a further one's wait counts, and ends with
 * FETCH_OURSELVES at its deadline.
 */

struct event_base;
struct fetch;   /* one under way */
struct fetcher; /* all of them, with trust store and pool of handles */

struct fetcher_options {
	const char *ca_file; /* NULL: the system's bundle */
	const char *ca_pem;  /* NULL; otherwise instead of any file */
	const char *user_agent;
	int max_under_way;        /* further ones wait their turn; 0: 200 */
	const char *name_servers; /* "127.0.0.1:5300"; NULL: the system's */
};

#define FETCH_HEAD_MAX 65536           /* bytes of an answer's headers */
#define FETCH_BODY_SEEN_MAX (64 << 20) /* an answer that goes on is an error */
#define FETCH_ERROR_MAX 160

struct fetch_request {
	const char *url;
	const char *method;         /* NULL: GET, or POST with a body */
	const char *const *headers; /* "Name: value", NULL; may be NULL */
	const char *body;           /* NULL: none */
	size_t body_length;
	int64_t timeout_ms; /* one deadline for all, names too; 0: 30 s */
	int64_t connect_ms, tls_ms, first_byte_ms; /* 0: none of their own */
	size_t body_max;                           /* keep no more than this */
	int redirects;                             /* followed at most */
	bool fresh; /* new names, connection and TLS session */
	/*
	 * Connect, at every hop, only to public addresses, to the one that the
	 * URL itself names (or loopback for localhost), and to these networks
	 * ("10.0.0.0/8", NULL; may be NULL).  Always fresh.  Not for
	 * mail.
	 */
	bool guarded;
	char *const *allow_networks;
	/* SMTP, when url is smtp:// or smtps://: body is the message. */
	const char *mail_from;
	const char *const *mail_to; /* NULL-terminated */
	const char *user, *password;
};

enum fetch_failure {
	FETCH_OK,
	FETCH_DNS,
	FETCH_CONNECT,
	FETCH_TLS,
	FETCH_TIMEOUT,
	FETCH_PROTOCOL,
	FETCH_REDIRECT,  /* too many, to what is not http(s), or guarded */
	FETCH_TRUNCATED, /* less arrived than was announced */
	FETCH_REFUSED,   /* SMTP: the server said no for good (5xx) */
	FETCH_LATER,     /* SMTP: the server said not now (4xx) */
	FETCH_FORBIDDEN, /* guarded, and the URL leads to no such address */
	FETCH_OURSELVES, /* out of descriptors, memory: not their fault */
};

struct fetch_result {
	enum fetch_failure failure;
	/* Plain words, control characters escaped; "" when OK. */
	const char *error;
	int status; /* HTTP or SMTP, of the last hop; 0 when none arrived */
	/* How long each phase took, added up over the hops: first_byte_us is
	   the server's thinking, from the request sent. */
	int64_t total_us, dns_us, connect_us, tls_us, first_byte_us;
	/* Valid until done returns; 0-terminated.  Mail that was taken: what
	   the server said to it, foreign bytes. */
	const char *body;
	size_t body_length; /* kept; never above body_max */
	size_t body_seen;   /* arrived */
	int hops;           /* redirects that were followed */
	/* The value of a response header of the last hop, or NULL.  Foreign
	   bytes, as they came. */
	const char *(*header)(const struct fetch_result *, const char *name);
	const void *opaque;
};

typedef void fetch_done(void *arg, const struct fetch_result *);

/* NULL, and logged, when ca_file or ca_pem cannot be read. */
struct fetcher *
fetcher_new(struct event_base *base, const struct fetcher_options *options);
void fetcher_free(struct fetcher *); /* cancels whatever is under way */

/* The request is copied.  Never NULL. */
struct fetch *fetch_start(struct fetcher *, const struct fetch_request *,
    fetch_done *, void *arg);
void fetch_cancel(struct fetch *);
/* Under way and waiting; for tests and figures. */
int fetcher_busy(const struct fetcher *);

/* https, or http on loopback: fit to carry a secret. */
bool fetch_url_is_safe(const char *url);

const char *fetch_failure_text(enum fetch_failure); /* "dns" */

#endif
