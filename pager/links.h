#ifndef PAGER_LINKS_H
#define PAGER_LINKS_H

#include "lib/desk.h"
#include "lib/settings.h"

/*
 * links: the pager's HTTP listener for take links.
 *
 * GET (and HEAD) shows; only POST acts, and says so only after the commit.
 * A forged link, one whose person is no longer configured, and one of a
 * closed incident change nothing.  A repeated POST is harmless.
 */

struct event_base;
struct links;

/* The settings, and what is borrowed from them, outlive the links or are
   replaced by links_configure(). */
struct links *links_new(struct event_base *, struct desk *,
    const struct settings *, char error[160]);
void links_free(struct links *);
void links_configure(struct links *, const struct settings *);
int links_port(const struct links *);

/* Until there is a secret no link is good. */
void links_set_secret(struct links *, const char *secret);

#endif
