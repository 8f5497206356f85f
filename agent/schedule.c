/* schedule: see schedule.h. */
#include <assert.h>

#include "agent/schedule.h"
#include "lib/names.h"

int64_t
schedule_phase(const char *id, const char *region, int64_t interval_ms)
{
	uint64_t hash = names_hash(region, names_hash(id, 0));
	int64_t grains = interval_ms / SCHEDULE_GRAIN_MS;

	assert(interval_ms > 0);
	if (grains == 0)
		return 0;
	return (int64_t)(hash % (uint64_t)grains) * SCHEDULE_GRAIN_MS;
}

int64_t
schedule_slot(int64_t phase_ms, int64_t interval_ms, int64_t after_ms)
{
	int64_t since = (after_ms - phase_ms) % interval_ms;

	if (since < 0)
		since += interval_ms;
	return after_ms - since + interval_ms;
}
