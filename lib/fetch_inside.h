#ifndef LIB_FETCH_INSIDE_H
#define LIB_FETCH_INSIDE_H

#include <stdbool.h>
#include <sys/queue.h>

#include <curl/curl.h>

#include "lib/fetch.h"
#include "lib/network.h"
#include "lib/resolve.h"
#include "lib/text.h"

/*
 * What the files of fetch share, and nobody else includes.
 *
 * fetch.c          the life of a fetch: turns, hops, its one end
 * fetch_request.c  a copy of what is to be fetched
 * fetch_limits.c   the timer of a fetch, and which limit has passed
 * fetch_loop.c     libcurl's sockets and timer on the event loop
 * fetch_hop.c      where a hop goes: URLs, redirects, what libcurl is told
 * fetch_guard.c    which addresses a guarded fetch may connect to
 * fetch_mail.c     mail, carried by threads; see fetch_mail.h
 * fetch_head.c     what arrives: headers, body, replies
 * fetch_tls.c      the shared trust store and the memo of verified chains
 * fetch_why.c      failures in plain words
 */

struct event;
struct letter;
struct post;
struct trust;

/*
 * WAITING    for a turn: nothing but the timer is set
 * RESOLVING  lookup is set
 * MOVING     handle (or letter) is set, its transfer is under way
 * ENDING     failure and error are set, the timer is about to say so
 */
enum fetch_stage {
	FETCH_WAITING,
	FETCH_RESOLVING,
	FETCH_MOVING,
	FETCH_ENDING,
};

/* What keep_*() refused to take. */
enum fetch_excess { EXCESS_NONE, EXCESS_HEAD, EXCESS_BODY };

/* An easy handle and the name it left in libcurl's cache. */
struct handle {
	SLIST_ENTRY(handle) entry;
	CURL *easy;
	char *left; /* "-host:port", to be taken back; NULL: none */
	char curl_error[CURL_ERROR_SIZE];
};

/* Where connections may go; judged as each is made. */
struct guard {
	bool on;
	bool own_known, own_loopback; /* the URL itself names it */
	unsigned char own[16];
	struct network *networks;
	size_t network_count;
	/* Of this hop. */
	bool tried;                     /* an address that may be reached */
	char refused[NETWORK_TEXT_MAX]; /* one that may not; "": none */
};

struct fetch {
	TAILQ_ENTRY(fetch) entry;
	struct fetcher *fetcher;
	enum fetch_stage stage;
	struct event *timer;
	fetch_done *done;
	void *arg;

	/* The request; a redirect may change it. */
	CURLU *url; /* NULL: it was none */
	char *method, *body, *user, *password, *mail_from;
	size_t body_length, body_max;
	struct curl_slist *headers, *mail_to;
	int64_t timeout_ms, limit_ms[3]; /* by enum phase */
	int redirects;
	bool fresh;
	struct guard guard;

	/* The hop under way. */
	bool tls, mail;
	char *host, *port; /* as libcurl will look them up */
	struct lookup *lookup;
	struct handle *handle;
	struct letter *letter;
	bool overdue; /* mail: the deadline has passed once */
	struct curl_slist *resolve;
	int64_t begun_us, deadline_us, hop_us;
	int64_t wake_us;    /* when the timer should fire */
	int64_t stalled_us; /* we came late by so much: not their fault */
	int64_t shaking_us; /* when the TLS handshake began; 0: not yet */

	/* What came. */
	struct text head, content; /* head: name, 0, value, 0, ... */
	size_t head_seen;
	bool answering, head_whole;
	enum fetch_excess excess;
	enum fetch_failure failure;
	char error[FETCH_ERROR_MAX];
	struct fetch_result result;
};

TAILQ_HEAD(fetch_list, fetch);

struct fetcher {
	struct event_base *base;
	struct event *timer; /* libcurl's */
	CURLM *multi;
	struct resolver *resolver;
	struct trust *trust;
	struct post *post;    /* mail's threads */
	struct event *posted; /* they are done with something */
	char *user_agent;
	int max_under_way, under_way;
	struct fetch_list waiting, busy;
	SLIST_HEAD(handles, handle) handles; /* idle */
};

enum phase { PHASE_CONNECT, PHASE_TLS, PHASE_FIRST_BYTE, PHASE_BODY };

/* fetch.c */
void fetch_transferred(struct fetch *, CURLcode);
void fetch_ended(struct fetch *);     /* failure and error are set; f is gone */
void fetch_ends_soon(struct fetch *); /* the same, from the event loop */

/* fetch_request.c */
void request_copy(struct fetch *, const struct fetch_request *);
void request_clear(struct fetch *);

/* fetch_limits.c: the timer, and what may be late when it fires. */
void limits_wait(struct fetch *, int64_t us);
void limits_wake(struct fetch *, int64_t at_us); /* or at the deadline */
void limits_watch(struct fetch *, int64_t now_us);
/* Whether a limit has passed; then failure and error are set. */
bool limits_are_passed(struct fetch *, int64_t now_us);
void limits_forgive(struct fetch *, int64_t now_us); /* a loop that stood */

/* fetch_loop.c */
int fetch_loop_init(struct fetcher *);

/* fetch_hop.c: 0, or -1 with failure and error set. */
int hop_aim(struct fetch *); /* host, port, tls, mail from url */
void hop_prepare(struct fetch *, const char *addresses);
bool host_is_loopback(const char *);
/* Whether the answer sends us on (0, and url is the next), or not (1). */
int hop_follow(struct fetch *);

/* fetch_guard.c */
void guard_init(struct guard *, const struct fetch_request *);
void guard_clear(struct guard *);
void guard_own(struct fetch *);     /* the host is the operator's word */
void guard_prepare(struct fetch *); /* before each hop */
/* True, failure and error set: nothing was tried for the guard's sake. */
bool guard_refused(struct fetch *);

/* fetch_mail.c */
char *mail_body(const char *, size_t length, size_t *out_length);
int mail_init(struct fetcher *);
void mail_clear(struct fetcher *);
void mail_start(struct fetch *, const char *addresses);
void mail_timer(struct fetch *, int64_t now_us);
void mail_drop(struct fetch *);

/* fetch_head.c: libcurl's callbacks and what reads their result. */
size_t keep_header(char *, size_t, size_t, void *);
size_t keep_body(char *, size_t, size_t, void *);
void head_clear(struct fetch *);
const char *head_value(const struct fetch_result *, const char *name);

/* fetch_tls.c */
/* pem NULL: of the file.  NULL, logged: not readable. */
struct trust *trust_new(const char *file, const char *pem);
void trust_free(struct trust *);
bool trust_given(const struct trust *); /* no: they are the system's */
bool trust_ready(struct trust *);       /* false: nothing to verify with */
/* A reference, to be freed; NULL: it was not read. */
struct x509_store_st *trust_store(struct trust *);
CURLcode trust_install(CURL *, void *ssl_ctx, void *fetch);

/* fetch_why.c */
void why(struct fetch *, enum fetch_failure, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void why_curl(struct fetch *, CURLcode); /* sets failure and error */
void why_connect(struct fetch *, int error);
void why_certificate(struct fetch *, long verdict);

#endif
