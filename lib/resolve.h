#ifndef LIB_RESOLVE_H
#define LIB_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * resolve: names to addresses (A and AAAA) by c-ares on the event loop.
 *
 * Every lookup ends in exactly one of two ways: its done function is called
 * once, from the event loop and never from inside resolve_start(); or it is
 * cancelled and done is not called.  Either way the struct lookup is gone.
 * /etc/hosts, /etc/nsswitch.conf and search domains are honoured as usual; a
 * changed /etc/resolv.conf is noticed within a second.
 */

struct event_base;
struct lookup;   /* one name under way */
struct resolver; /* all of them, with a small cache */

#define RESOLVE_NAME_MAX 255
#define RESOLVE_ADDRESSES_MAX 16
#define RESOLVE_CACHE_MAX 1000 /* names; the oldest goes */
#define RESOLVE_TTL_MAX_S 300  /* nothing is remembered for longer */

enum resolve_failure {
	RESOLVE_OK,
	RESOLVE_NO_NAME,   /* there is no such name, or it has no address */
	RESOLVE_NO_ANSWER, /* no name server could say */
	RESOLVE_TIMEOUT,
	RESOLVE_OURSELVES, /* out of descriptors or memory */
};

struct resolve_result {
	enum resolve_failure failure;
	const char *error; /* plain words; "" when OK */
	/* "[2001:db8::1],192.0.2.1", as CURLOPT_RESOLVE takes it; "" */
	const char *addresses;
};

typedef void resolve_done(void *arg, const struct resolve_result *);

/* servers: "127.0.0.1:5300,..."; NULL: the system's. */
struct resolver *resolver_new(struct event_base *, const char *servers);
void resolver_free(struct resolver *); /* cancels whatever is under way */

/* fresh: nothing remembered is used.  Never NULL. */
struct lookup *resolve_start(struct resolver *, const char *name,
    int64_t timeout_ms, bool fresh, resolve_done *, void *arg);
void resolve_cancel(struct lookup *);

/* Numeric already: nothing to look up. */
bool resolve_is_address(const char *name);
/* Whether it is our own want of descriptors that made a socket fail. */
bool resolve_is_starved(void);

#endif
