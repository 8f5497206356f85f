#ifndef COLLECTOR_PAGES_H
#define COLLECTOR_PAGES_H

#include <stdbool.h>

#include "lib/settings.h"

/*
 * pages: role pages of the collector: status pages of the clients, /metrics
 * and /healthz.
 *
 * Answers come from memory: what the writers have stored is read about once
 * a second, pages are rendered when it has changed, and a request gets bytes
 * with an ETag.  A flood of requests costs this process alone.  While the
 * store is away the last pages stay, and say how old they are.
 */

struct event_base;
struct pages;
struct store;

#define PAGES_REFRESH_MS 1000
#define PAGES_STALE_MS 15000 /* then a page says that it is old */

/*
 * Listens at settings->listen_pages.  Store and settings outlive the pages.
 * NULL with what is wrong in error.
 */
struct pages *pages_new(struct event_base *, struct store *,
    const struct settings *, char error[160]);
void pages_free(struct pages *);
/* Other settings from now on; the listening address stays. */
void pages_configure(struct pages *, const struct settings *);
int pages_port(const struct pages *);

#endif
