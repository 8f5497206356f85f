#ifndef PAGER_CONTROL_H
#define PAGER_CONTROL_H

#include "pager/desk.h"

/*
 * control: the pager's unix stream socket for the command line.
 *
 * One JSON object per line in, one per line out (docs/protocol.md, "Control
 * socket").  The user is whom the kernel proves by SO_PEERCRED.  A client
 * that has gone is forgotten; what it asked for happens all the same.
 */

#define CONTROL_CONNECTIONS_MAX 32
#define CONTROL_WAITING_MAX 16 /* requests of one connection */
#define CONTROL_LINE_S 30      /* for a started line to be ended */

struct event_base;
struct control;

/* A socket file that nobody listens on is replaced; NULL with errno, when
   somebody does: EADDRINUSE. */
struct control *
control_new(struct event_base *, struct desk *, const char *path);
void control_free(struct control *); /* removes the socket file */

#endif
