#ifndef COLLECTOR_POLLS_H
#define COLLECTOR_POLLS_H

#include <sys/queue.h>

#include <stddef.h>
#include <stdint.h>

#include "lib/settings.h"

/*
 * polls: requests that wait for news (long polls).
 *
 * Each ends once: taken by whoever has news, or over (its time is up, too
 * many of one agent, or all are ended), or its client went away.
 */

#define POLLS_WAIT_MAX_MS 55000
#define POLLS_OF_AGENT 2

struct event_base;
struct serve_request;
struct poll;

/* Answer it without news.  The texts are valid until it returns. */
typedef void poll_over(void *arg, struct serve_request *, const char *agent,
    const char *region);

struct polls {
	struct event_base *base;
	poll_over *over;
	void *arg;
	TAILQ_HEAD(poll_list, poll) waiting; /* oldest first */
};

void polls_init(struct polls *, struct event_base *, poll_over *, void *arg);
/* The request's "wait" in milliseconds; 0 when it has none. */
int64_t polls_asked_ms(const struct serve_request *);
/* Wait for wait_ms; 0: over at once. */
void polls_wait(struct polls *, struct serve_request *,
    const struct agent_settings *, int64_t wait_ms);
/* The one in this region that waits longest, or NULL. */
struct serve_request *polls_take(struct polls *, const char *region);
/* How many wait in this region; the one that waits longest is over. */
size_t polls_waiting(const struct polls *, const char *region);
void polls_end_one(struct polls *, const char *region);
/* Those whose agent is not in that region in these settings are over. */
void polls_end_unless(struct polls *, const struct settings *);
/* All those waiting now are over. */
void polls_end(struct polls *);

#endif
