/* admit: see admit.h. */
#include "collector/admit.h"

void
admit_part(const struct wire_part *part, const char *agent, const char *region,
    int64_t received_at_ms, struct wire_envelope *out)
{
	*out = (struct wire_envelope){
		.agent = agent,
		.region = region,
		.received_at_ms = received_at_ms,
		.shift_ms = wire_shift(part->offset_ms, part->offset_error_ms),
		.clock_unsure = part->offset_error_ms > WIRE_UNSURE_MS,
	};
}
