#ifndef COLLECTOR_PAGES_INBOX_H
#define COLLECTOR_PAGES_INBOX_H

/*
 * pages_inbox: follows the inboxes of all shards, about once a second, and
 * feeds the last probes.  It begins two minutes before their ends, only
 * reads, and rests while it is not wanted.
 */

#include <stdbool.h>

struct event_base;
struct pages_inbox;
struct probes;
struct store;

struct pages_inbox *pages_inbox_new(struct event_base *, struct store *,
    struct probes *, unsigned shards, bool wanted);
void pages_inbox_free(struct pages_inbox *);
/* Whether anybody may ask for metrics. */
void pages_inbox_want(struct pages_inbox *, bool wanted);

#endif
