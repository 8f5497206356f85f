#ifndef COLLECTOR_ADMIT_H
#define COLLECTOR_ADMIT_H

#include "lib/wire.h"

/*
 * admit: how an agent's times become ours, decided once, at ingest.
 */

#define ADMIT_SHIFT_MS 500   /* a smaller offset is left alone */
#define ADMIT_UNSURE_MS 2000 /* a larger error makes the part's facts none */

/*
 * Fill the envelope for one decoded part but for its bytes.  The texts are
 * borrowed.  An offset counts when larger than both ADMIT_SHIFT_MS and its
 * own error; a clock never compared is unsure.
 */
void admit_part(const struct wire_part *, const char *agent, const char *region,
    int64_t received_at_ms, struct wire_envelope *out);

#endif
