#ifndef COLLECTOR_ORDERS_H
#define COLLECTOR_ORDERS_H

#include <stdint.h>

#include "lib/settings.h"

/*
 * orders: "look at this endpoint now", from a shard to an agent of a region.
 *
 * An order goes to one agent of its region, the one whose long poll waits
 * longest; without one it is kept for a few seconds.  Orders may be lost:
 * they live in this process, which therefore has to be the one to which the
 * agents of a site speak.
 */

#define ORDERS_KEPT_MS 10000
#define ORDERS_MAX 1000 /* kept; the oldest go first */

struct event_base;
struct orders;
struct serve_request;

struct orders *orders_new(struct event_base *);
void orders_free(struct orders *); /* after the server, or after orders_end() */

void orders_give(struct orders *, const char *endpoint, const char *region,
    int64_t at_ms);
/* An agent asks; it is answered at once if there is something. */
void orders_wait(struct orders *, struct serve_request *,
    const struct agent_settings *, int64_t wait_ms, int64_t now_ms);
/* Answer everybody who waits: there will be nothing more. */
void orders_end(struct orders *);

#endif
