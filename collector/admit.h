#ifndef COLLECTOR_ADMIT_H
#define COLLECTOR_ADMIT_H

#include "lib/wire.h"

/*
 * admit: how an agent's times become ours, decided once, at ingest.
 */

/*
 * Fill the envelope for one decoded part but for its bytes.  The texts are
 * borrowed.  A clock never compared is unsure.
 */
void admit_part(const struct wire_part *, const char *agent, const char *region,
    int64_t received_at_ms, struct wire_envelope *out);

#endif
