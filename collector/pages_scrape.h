#ifndef COLLECTOR_PAGES_SCRAPE_H
#define COLLECTOR_PAGES_SCRAPE_H

#include <stdint.h>

#include "lib/settings.h"
#include "lib/text.h"

/*
 * pages_scrape: where Prometheus reads /metrics.
 *
 * Metrics name every client, so they have a listener of their own, which a
 * proxy before the status pages does not reach: settings->listen_metrics.
 * Without an address nothing listens.  With a token, who shows it is
 * answered; without one, who is on loopback (settings_check() sees to that)
 * and was not passed on by a proxy.  At most one rendering a second.
 */

struct event_base;
struct scrape;
struct serve;

/* Write the metrics of this instant. */
typedef void scrape_render(void *arg, int64_t now_ms, struct text *out);

struct scrape *scrape_new(struct event_base *, const struct settings *,
    scrape_render *, void *arg, char error[160]);
void scrape_free(struct scrape *);
/* Its listener; NULL: there is none. */
const struct serve *scrape_serve(const struct scrape *);
/* Another address is listened at from now on; certificates are read again. */
void scrape_configure(struct scrape *, const struct settings *);

#endif
