#ifndef COLLECTOR_PAGES_PROBES_H
#define COLLECTOR_PAGES_PROBES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/settings.h"
#include "lib/text.h"

/*
 * pages_probes: what each region saw last of each endpoint, for /metrics,
 * under the names that blackbox_exporter gives to such things.
 *
 * Fed with entries of the inboxes.  Only endpoints and regions of the tree
 * are kept, one record for each pair; what is older than three intervals and
 * a minute says nothing about now and is not told.  No I/O and no clock.
 */

#define PROBES_OLD_MS 60000    /* and three intervals */
#define PROBES_AHEAD_MS 300000 /* of its arrival: it is not believed */

struct probes;

struct probes *probes_new(const struct settings *);
void probes_free(struct probes *);
/* What is not in the new tree is forgotten. */
void probes_configure(struct probes *, const struct settings *);

/* One entry of an inbox.  False, with the reason: it cannot be read, and is
   passed over and counted. */
bool probes_entry(struct probes *, const char *envelope, size_t length,
    char error[160]);
/* One that nobody is to read any more. */
void probes_pass_over(struct probes *);
void probes_metrics(const struct probes *, int64_t now_ms, struct text *out);

#endif
