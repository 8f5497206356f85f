#ifndef PAGER_POSTER_H
#define PAGER_POSTER_H

#include "pager/channel.h"

/*
 * poster: pages by HTTP, for the channels that POST them; what an answer means
 * is hook_outcome.h's.
 *
 * The URL is the operator's own word, so any address may be reached; nobody
 * else can say where a page goes, for redirects are not followed.
 */

struct poster; /* one channel's */

struct poster *poster_new(struct event_base *, const struct channel_settings *);
/* Cancels what is under way. */
void poster_free(struct poster *);

/* JSON, with these headers beside those of every request ("Name: value",
   NULL).  NULL: over already, with the answer. */
void *poster_send(struct poster *, const char *const *headers, const char *body,
    struct delivery *, struct channel_answer *);
void poster_cancel(void *under_way);

#endif
