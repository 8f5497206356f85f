#ifndef LIB_SERVE_PARTS_H
#define LIB_SERVE_PARTS_H

#include <sys/queue.h>

#include <netinet/in.h>

#include <uthash.h>

#include "lib/http_head.h"
#include "lib/serve.h"
#include "lib/text.h"

/*
 * serve_parts: what the files of serve share and nobody else includes.
 */

struct bufferevent;
struct event;
struct evconnlistener;
struct ssl_ctx_st;

/*
 * How many connections an address has, and what it may still ask.  Without
 * one it is kept until it may ask as much as any stranger.
 */
struct serve_address {
	unsigned char key[16];
	int count, streams;
	int64_t left_milli, at_us; /* requests, as of then */
	int64_t rests_us;
	TAILQ_ENTRY(serve_address) rested; /* while count is 0 */
	UT_hash_handle hh;
};

enum serve_state {
	SERVE_READING,   /* a request, or nothing yet */
	SERVE_HANDLING,  /* its handler, or whoever deferred it */
	SERVE_ANSWERING, /* the answer is on its way */
	SERVE_STREAMING, /* the answer goes on; input is thrown away */
	SERVE_LINGERING, /* answered for the last time; input is thrown away */
};

/*
 * The request of a connection.  text is NULL while no head has been read;
 * route is NULL until one fits.
 */
struct serve_request {
	struct serve_connection *connection;
	const struct serve_route *route;
	char *text;
	struct http_head head;
	char *body;         /* NULL until it has arrived whole */
	struct text fields; /* of the answer */
	size_t missing;     /* announced and not sent: serve_cut_short() */
	void (*gone)(void *arg);
	void *gone_arg;
	bool deferred;
};

/* Of a connection; in use while that is SERVE_STREAMING. */
struct serve_stream {
	struct serve_stream_owner owner;
	int64_t end_us;  /* monotonic */
	bool is_counted; /* with its address */
	bool is_waiting; /* something waits for the reader */
};

struct serve_connection {
	TAILQ_ENTRY(serve_connection) entry;
	struct serve *serve;
	struct bufferevent *bev;
	struct event *timer;
	struct serve_address *address;
	int64_t charged_milli; /* and not forgiven */
	char peer[46];
	enum serve_state state;
	int64_t deadline_us;
	bool close;   /* after this answer */
	bool ended;   /* the client will not send any more */
	bool counted; /* the clock of the request now arriving runs */
	struct serve_request request;
	struct serve_stream stream;
};

struct serve {
	struct event_base *base;
	char *address;
	struct serve_options options;
	const struct serve_route *routes;
	void *arg;
	struct evconnlistener *listener; /* NULL: stopped */
	struct event *resume;            /* of listening, after no more fds */
	struct ssl_ctx_st *tls;          /* NULL: plain */
	TAILQ_HEAD(, serve_connection) connections;
	int count, streams;
	struct serve_address *addresses;
	TAILQ_HEAD(, serve_address) rested; /* the first longest */
	int rested_count;
	int busy_status;
	bool said_error;
	bool streams_follow; /* their number of an address is a share */
	uint64_t refused[SERVE_REFUSALS], told[SERVE_REFUSALS];
	char refused_peer[46]; /* the last one */
	struct event *tell;
};

/* "127.0.0.1:8443", "[::1]:0"; its length, or 0 when it is none. */
int serve_address_parse(const char *address, struct sockaddr_storage *);

/* The address as a key: IPv6 by /64.  False: never limited. */
bool serve_address_key(const struct sockaddr *, bool loopback_too,
    unsigned char key[16], char peer[46]);

/*
 * Counted under its address, which is then charged for the connection; false:
 * there are too many, or too often.
 */
bool serve_count_admit(struct serve_connection *, const struct sockaddr *);
void serve_count_leave(struct serve_connection *);
/* One request more; false: too many. */
bool serve_count_request(struct serve_connection *);
void serve_count_clear(struct serve *);

/* Count it, and say it now or together with others. */
void serve_refuse(struct serve *, enum serve_refusal, const char *peer);
/* Before anything is refused. */
void serve_refuse_begin(struct serve *);

/* Certificates: a new context, or NULL with error. */
struct ssl_ctx_st *
serve_tls_new(const char *certificate, const char *key, char error[160]);
void serve_tls_free(struct ssl_ctx_st *);
struct bufferevent *
serve_tls_accept(struct event_base *, int fd, struct ssl_ctx_st *);

/* The head of an answer; true when its body is to follow. */
#define SERVE_NO_LENGTH SIZE_MAX
bool serve_add_head(struct serve_request *, int status, const char *type,
    size_t length);
/* All that waited for the reader of a stream has gone. */
void serve_stream_drained(struct serve_connection *);
/* Taken off the books, before its connection is freed. */
void serve_stream_forget(struct serve_connection *);
/* All of an answer has been handed over. */
void serve_written(struct serve_connection *);

/* Take what has arrived as far as it goes. */
void serve_process(struct serve_connection *);
void serve_connection_free(struct serve_connection *);
void serve_expect_within(struct serve_connection *, int64_t ms);
void serve_request_clear(struct serve_request *);

#endif
