#ifndef COLLECTOR_PAGES_INBOX_H
#define COLLECTOR_PAGES_INBOX_H

/*
 * pages_inbox: follows the inboxes of all shards, about once a second, and
 * feeds the last probes.  It begins two minutes before their ends, only
 * reads, and rests while it is not wanted.
 *
 * What cannot be read is counted, said and passed over, and so is an entry at
 * which this program has ended three times.  A stream that cannot be read
 * holds up no other.
 */

#include <stdbool.h>

#include "lib/settings.h"

struct event_base;
struct pages_inbox;
struct probes;
struct store;

struct pages_inbox *pages_inbox_new(struct event_base *, struct store *,
    struct probes *, const struct settings *);
void pages_inbox_free(struct pages_inbox *);
/* Whether anybody may ask for metrics. */
void pages_inbox_want(struct pages_inbox *, bool wanted);

#endif
