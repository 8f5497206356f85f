#ifndef CONSOLE_DOOR_H
#define CONSOLE_DOOR_H

#include "lib/desk.h"
#include "lib/settings.h"

/*
 * door: the console's listener: who is in, and what they see and press.
 *
 * GET (and HEAD) shows; only POST acts, by a command to the desk, and says so
 * only after its commit.  Whoever is not in sees the form to log in; a wrong
 * password, a forged or stale form and a header that only a proxy may send
 * change nothing.
 */

struct event_base;
struct door;

/* The settings outlive the door or are replaced by door_configure(). */
struct door *door_new(struct event_base *, struct desk *,
    const struct settings *, char error[160]);
void door_free(struct door *);
void door_configure(struct door *, const struct settings *);
int door_port(const struct door *);

/* Until there is a secret nobody is in.  The one that signs links. */
void door_set_secret(struct door *, const char *secret);

#endif
