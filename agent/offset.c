/*
 * offset: the true offset lies within half a round trip of the estimate,
 * however unevenly the way there and the way back shared it.
 */
#include "agent/offset.h"
#include "lib/interval.h"

void
offset_clear(struct offset *o)
{
	*o = (struct offset){ .count = 0 };
}

void
offset_sample(struct offset *o, int64_t sent_ms, int64_t their_received_ms,
    int64_t their_sent_ms, int64_t received_ms)
{
	int64_t trip_ms =
	    (received_ms - sent_ms) - (their_sent_ms - their_received_ms);

	if (sent_ms <= 0 || their_received_ms <= 0 || received_ms < sent_ms ||
	    their_sent_ms < their_received_ms || trip_ms < 0)
		return;
	o->samples[o->next].trip_ms = trip_ms;
	o->samples[o->next].offset_ms =
	    ((their_received_ms - sent_ms) + (their_sent_ms - received_ms)) / 2;
	o->next = (o->next + 1) % OFFSET_SAMPLES;
	if (o->count < OFFSET_SAMPLES)
		o->count++;
}

int64_t
offset_best(const struct offset *o, int64_t *error_ms)
{
	size_t best = 0;

	*error_ms = NEVER;
	if (o->count == 0)
		return 0;
	for (size_t i = 1; i < o->count; i++)
		if (o->samples[i].trip_ms < o->samples[best].trip_ms)
			best = i;
	*error_ms = (o->samples[best].trip_ms + 1) / 2;
	return o->samples[best].offset_ms;
}
