/* admit: see admit.h. */
#include "collector/admit.h"
#include "lib/interval.h"

static int64_t
magnitude(int64_t n)
{
	return n < 0 ? -n : n;
}

void
admit_part(const struct wire_part *part, const char *agent, const char *region,
    int64_t received_at_ms, struct wire_envelope *out)
{
	int64_t error_ms = part->offset_error_ms;
	int64_t least_ms =
	    error_ms > ADMIT_SHIFT_MS ? error_ms : ADMIT_SHIFT_MS;

	*out = (struct wire_envelope){
		.agent = agent,
		.region = region,
		.received_at_ms = received_at_ms,
		.clock_unsure = error_ms > ADMIT_UNSURE_MS,
	};
	if (!out->clock_unsure && magnitude(part->offset_ms) > least_ms)
		out->shift_ms = part->offset_ms;
}
