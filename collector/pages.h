#ifndef COLLECTOR_PAGES_H
#define COLLECTOR_PAGES_H

#include <stdbool.h>

#include "lib/settings.h"

/*
 * pages: role pages of the collector: status pages of the clients and
 * /healthz; and /metrics, at an address of its own so that no proxy before
 * the pages passes it on.
 *
 * Answers come from memory: what the writers have stored is read about once
 * a second, pages are rendered when it has changed, and a request gets bytes
 * with an ETag.  A flood of requests costs this process alone.  While the
 * store is away the last pages stay, and say how old they are.
 */

struct event_base;
struct liveness;
struct pages;
struct store;

#define PAGES_REFRESH_MS 1000
/*
 * A page says that it is old when its records were not read for so long, or
 * whoever evaluates its client's shard was not well for so long.
 */
#define PAGES_STALE_MS 15000

/*
 * Listens at settings->listen_pages, and at listen_metrics if that has an
 * address.  Store, liveness and settings outlive the pages.  NULL with what
 * is wrong in error.
 */
struct pages *pages_new(struct event_base *, struct store *,
    const struct liveness *, const struct settings *, char error[160]);
void pages_free(struct pages *);
/* Other settings and certificates from now on; the addresses stay. */
void pages_configure(struct pages *, const struct settings *);

#endif
