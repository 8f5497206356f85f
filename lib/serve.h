#ifndef LIB_SERVE_H
#define LIB_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * serve: an HTTP(S) server on the event loop, on libevent's bufferevents.
 *
 * Each route has a method and a limit on its body; what fits no route is
 * answered here (404, 405 with Allow, 413, 400, 429 ...).  A request is answered
 * exactly once, now or later (long poll); one whose client has gone is
 * taken back by calling its gone function, and must not be answered.
 *
 * Time is limited for each thing a client does, absolutely and not per
 * byte: a whole request (TLS included) within timeout_ms, an answer taken
 * within ANSWER_MS, a kept connection idle for IDLE_MS.  One request at a
 * time is under way on a connection; what is pipelined waits its turn, but
 * who sends more than header_max behind a request that waits is cut off.
 *
 * When there are connections_max, a new one takes the place of the one whose
 * time ends first; of those whose request waits, and of streams, none goes.
 */

#define SERVE_HEADER_MAX 8192 /* bytes of request line and fields */
#define SERVE_CONNECTIONS_MAX 1000
#define SERVE_PER_ADDRESS_MAX 100 /* loopback is not counted by default */
#define SERVE_RATE 100       /* a second, of an address that is counted ... */
#define SERVE_BURST 4        /* ... and so many seconds' at once */
#define SERVE_ADDRESSES 4096 /* remembered that have no connection */
#define SERVE_TIMEOUT_MS 10000
#define SERVE_ANSWER_MS 60000
#define SERVE_IDLE_MS 75000
#define SERVE_STREAMS_MAX 200
/* Of an address, loopback as above; more where it may have more connections:
   one in SERVE_STREAMS_SHARE. */
#define SERVE_STREAMS_PER_ADDRESS_MAX 20
#define SERVE_STREAMS_SHARE 5
#define SERVE_STREAMS_KEPT 10   /* one in so many is kept for the favoured */
#define SERVE_STREAM_ROOM 65536 /* bytes that wait for its reader */
#define SERVE_STREAM_MS 3600000
#define SERVE_TELL_MS 60000 /* at most one line of what was refused */

struct event_base;
struct serve;
struct serve_request;
struct serve_stream;

/* What was refused for want of room, since the server began. */
enum serve_refusal {
	SERVE_REFUSED_FULL,        /* connections: there are too many in all */
	SERVE_REFUSED_CONNECTIONS, /* of an address */
	SERVE_REFUSED_RATE,        /* connections and requests, too often */
	SERVE_REFUSED_STREAMS,     /* of an address, or in all */
};
#define SERVE_REFUSALS (SERVE_REFUSED_STREAMS + 1)

struct serve_options {
	const char *address;     /* "127.0.0.1:8443"; port 0: any free one */
	const char *certificate; /* PEM; NULL: plain HTTP */
	const char *key;
	size_t header_max;   /* 0: SERVE_HEADER_MAX, and so on */
	int connections_max; /* see above */
	int per_address_max; /* IPv6: per /64 */
	int rate;            /* requests and connections a second of those */
	bool count_loopback; /* or a proxy there has no limit */
	int64_t timeout_ms;  /* for a whole request to arrive */
	int streams_max;     /* of the connections, and of an address */
	int streams_per_address_max;
	int64_t stream_ms; /* a stream lasts so long at most */
};

typedef void serve_handler(void *arg, struct serve_request *);

struct serve_route {
	/* "GET" also answers HEAD; "*": any that no route before it has, to be
	   refused with 405 and Allow in the program's own words. */
	const char *method;
	const char *path; /* exact, or a prefix when it ends in a star */
	size_t body_max;
	serve_handler *handler;
	/*
	 * Asked before the body is read, so that strangers cannot make us
	 * keep it; may be NULL.  False: it has answered by itself.
	 */
	bool (*admit)(void *arg, struct serve_request *);
};

/*
 * routes end with a NULL method and outlive the server.  SIGPIPE must be
 * ignored by the program.  Freeing calls gone for what is deferred.
 */
struct serve *serve_new(struct event_base *, const struct serve_options *,
    const struct serve_route *routes, void *arg, char error[160]);
void serve_free(struct serve *);
/* No new connections and requests; those under way are still answered. */
void serve_stop(struct serve *);
int serve_connections(const struct serve *);
uint64_t serve_refused(const struct serve *, enum serve_refusal);
const char *serve_refusal_text(enum serve_refusal); /* "connections" */
/* What is said to who asks too often, instead of 429: a sender for which that
   is final must hear 503. */
void serve_when_busy(struct serve *, int status);
/*
 * Whoever asks is known by a secret: what it was charged so far, for this
 * connection and its requests, is given back.  So only strangers, and those
 * who guess, ever ask too often.
 */
void serve_forgive(struct serve_request *);
/* Other limits of an address from now on; 0: as by default.  Its streams
   follow, unless the options had a number of them. */
void serve_limit(struct serve *, int per_address_max, int rate);
/* Other certificates from now on.  -1 with error: the old ones stay. */
int serve_certificate(struct serve *, const char *certificate, const char *key,
    char error[160]);
/*
 * At a reload: the files may have been replaced under the same names.  New
 * connections get what is there now; if that is no good, the old ones stay
 * and the log says why.  certificate NULL: nothing is done.
 */
void serve_renew(struct serve *, const char *certificate, const char *key);
int serve_port(const struct serve *);

bool serve_is_head(const struct serve_request *);
const char *serve_path(const struct serve_request *); /* decoded */
const char *serve_query(const struct serve_request *, const char *key,
    char *out, size_t room); /* decoded; NULL when absent or too long */
/* All of it as it came, without its question mark; "": there is none. */
const char *serve_query_text(const struct serve_request *);
const char *serve_header(const struct serve_request *, const char *name);
/* Is it there more than once?  serve_header() has the first. */
bool serve_header_repeats(const struct serve_request *, const char *name);
/* What follows "Bearer " in Authorization; NULL when that is not there. */
const char *serve_bearer(const struct serve_request *);
const char *serve_peer(const struct serve_request *); /* "192.0.2.7" */
const char *serve_body(const struct serve_request *, size_t *length);
/* Form fields (application/x-www-form-urlencoded) of the body. */
const char *serve_form(const struct serve_request *, const char *key, char *out,
    size_t room);

/* A cookie's value; NULL when absent or too long. */
const char *serve_cookie(const struct serve_request *, const char *name,
    char *out, size_t room);
/* The same, of a header's value: "a=1; b=2". */
bool
serve_cookie_find(const char *header, const char *name, char *out, size_t room);

void
serve_set_header(struct serve_request *, const char *name, const char *value);
void serve_answer(struct serve_request *, int status, const char *type,
    const void *body, size_t length);
void serve_answerf(struct serve_request *, int status, const char *type,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/*
 * The same in three pieces.  The middle one is not copied: release(arg) is
 * called when it is sent, or will not be; both ends may be "".
 */
struct serve_pieces {
	const char *before, *after;
	const char *body;
	size_t length;
	void (*release)(void *arg);
	void *arg;
};
void serve_answer_pieces(struct serve_request *, int status, const char *type,
    const struct serve_pieces *);
/* {"error": "..."} with the status. */
void serve_fail(struct serve_request *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * For rehearsals: announce so many bytes more than will come, and close
 * after the answer that follows.
 */
void serve_cut_short(struct serve_request *, size_t missing);

/* To answer later: gone(arg) is called if the client goes away first. */
void serve_defer(struct serve_request *, void (*gone)(void *arg), void *arg);

/*
 * Streams: an answer that goes on.  The head goes out at once and says no
 * length: the stream ends with its connection.  At most SERVE_STREAM_ROOM
 * bytes wait for the reader, and as many in the kernel; whoever has not taken
 * what waits for him within ANSWER_MS is cut off, and everybody after
 * stream_ms.  What the reader sends meanwhile is thrown away.
 */
struct serve_stream_owner {
	void (*drained)(void *arg); /* nothing waits any more */
	void (*gone)(void *arg);    /* it has ended, and by now is no more */
	void *arg;
	/* Known to be ours: it may have what is kept back, and is not counted
	   against its address. */
	bool is_favoured;
};
/* NULL: no further one may be; the request still wants its answer. */
struct serve_stream *serve_stream_begin(struct serve_request *,
    const char *type, const struct serve_stream_owner *);
/* All of it, or (false) nothing, since there is no room for it now. */
bool serve_stream_send(struct serve_stream *, const void *, size_t length);
/* After what waits; gone is not called. */
void serve_stream_end(struct serve_stream *);

#endif
