#ifndef LIB_LISTENER_H
#define LIB_LISTENER_H

/*
 * listener: a server at an address of the tree, with the certificates and
 * limits that the tree gives it.
 */

struct event_base;
struct listen;
struct serve;
struct serve_route;

/* As serve_new(). */
struct serve *listener_new(struct event_base *, const struct listen *,
    const struct serve_route *, void *arg, char error[160]);
/* Certificates and limits as they are now; the address stays. */
void listener_configure(struct serve *, const struct listen *);

#endif
