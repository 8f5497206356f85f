#ifndef LIB_CONTROL_H
#define LIB_CONTROL_H

#include "lib/desk.h"

/*
 * control: a daemon's unix stream socket for the command line: the pager's,
 * and that of the collector that evaluates.
 *
 * One JSON object per line in, one per line out (docs/protocol.md, "Control
 * sockets").  The user is whom the kernel proves by SO_PEERCRED.  A client
 * that has gone is forgotten; what it asked for happens all the same.
 */

#define CONTROL_CONNECTIONS_MAX 32 /* beyond it, who waits for nothing goes */
#define CONTROL_ALL_MAX 160        /* further ones are turned away */
#define CONTROL_WAITING_MAX 16     /* requests of one connection */
#define CONTROL_LINE_S 30          /* for a started line to be ended */

struct event_base;
struct control;

/* A socket file that nobody listens on is replaced; NULL with errno, when
   somebody does: EADDRINUSE. */
struct control *
control_new(struct event_base *, struct desk *, const char *path);
/* The same in the place of whoever listens there, who hears nothing more. */
struct control *
control_take(struct event_base *, struct desk *, const char *path);
/* Whether the socket file is still this one's. */
bool control_is_current(const struct control *);
void control_free(struct control *); /* removes its socket file */

#endif
