#ifndef PAGER_POSTER_H
#define PAGER_POSTER_H

#include "pager/channel.h"

/*
 * poster: pages by HTTP, for the channels that POST them; what an answer means
 * is hook_outcome.h's, unless a letter says otherwise.
 *
 * The URL is the operator's own word, so any address may be reached; nobody
 * else can say where a page goes, for redirects are not followed.
 */

struct poster; /* one channel's */

/* To the channel's URL, with its token as a bearer's. */
struct poster *poster_new(struct event_base *, const struct channel_settings *);
/* To this one, with a user's name and password. */
struct poster *
poster_new_basic(struct event_base *, const struct channel_settings *,
    const char *url, const char *user, const char *password);
/* Cancels what is under way. */
void poster_free(struct poster *);

struct hook_answer;
struct poster_letter {
	const char *type; /* NULL: JSON */
	/* Beside those of every request: "Name: value", NULL; or NULL. */
	const char *const *headers;
	const char *body;
	size_t answer_max; /* bytes of it that are kept; 0: HOOK_BODY_MAX */
	/* What its answer means; NULL: hook_outcome(). */
	void (*outcome)(const struct hook_answer *, struct channel_answer *);
};

/* It is copied.  NULL: over already, with the answer. */
void *poster_send(struct poster *, const struct poster_letter *,
    struct delivery *, struct channel_answer *);
void poster_cancel(void *under_way);

#endif
