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
 * Names are resolved by resolve (c-ares) first; the trust store is parsed
 * once per fetcher and shared by all its connections.
 */

struct event_base;
struct fetch;   /* one under way */
struct fetcher; /* all of them, with trust store and pool of handles */

struct fetcher_options {
	const char *ca_file;   /* NULL: the system's bundle */
	const char *user_agent;
	int max_under_way;     /* further ones wait their turn; 0: 200 */
};

struct fetch_request {
	const char *url;
	const char *method;        /* NULL: GET, or POST with a body */
	const char *const *headers; /* "Name: value", NULL-terminated; may be NULL */
	const char *body;          /* copied; NULL: none */
	size_t body_length;
	int64_t timeout_ms;        /* one deadline for all, names included */
	int64_t connect_ms, tls_ms, first_byte_ms; /* 0: none of their own */
	size_t body_max;           /* keep no more than this */
	int redirects;             /* followed at most */
	bool fresh;                /* new names, connection and TLS session */
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
	FETCH_REDIRECT,  /* too many, or to what is not http(s) */
	FETCH_TRUNCATED, /* less arrived than was announced */
	FETCH_REFUSED,   /* SMTP: the server said no for good (5xx) */
	FETCH_LATER,     /* SMTP: the server said not now (4xx) */
	FETCH_OURSELVES, /* out of descriptors, memory: not their fault */
};

struct fetch_result {
	enum fetch_failure failure;
	const char *error; /* "" if a whole response arrived */
	int status;        /* 0 when none arrived */
	int64_t total_us, dns_us, connect_us, tls_us, first_byte_us;
	const char *body;  /* valid until done returns; 0-terminated */
	size_t body_length; /* kept; never above body_max */
	size_t body_seen;   /* arrived */
	/* The value of a response header of the last hop, or NULL. */
	const char *(*header)(const struct fetch_result *, const char *name);
	const void *opaque;
};

typedef void fetch_done(void *arg, const struct fetch_result *);

struct fetcher *fetcher_new(struct event_base *,
    const struct fetcher_options *);
void fetcher_free(struct fetcher *); /* cancels whatever is under way */

struct fetch *fetch_start(struct fetcher *, const struct fetch_request *,
    fetch_done *, void *arg);
void fetch_cancel(struct fetch *);

#endif
