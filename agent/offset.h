#ifndef AGENT_OFFSET_H
#define AGENT_OFFSET_H

#include <stddef.h>
#include <stdint.h>

/*
 * offset: how far the collector's clock is from ours, by four timestamps of
 * each exchange; the one of least round trip of the last eight counts.
 */

#define OFFSET_SAMPLES 8

struct offset {
	struct {
		int64_t offset_ms, trip_ms;
	} samples[OFFSET_SAMPLES];
	size_t count, next;
};

void offset_clear(struct offset *); /* our clock jumped: begin anew */
/* Sent and received by ours, theirs between; impossible ones are ignored. */
void offset_sample(struct offset *, int64_t sent_ms, int64_t their_received_ms,
    int64_t their_sent_ms, int64_t received_ms);
/* To be added to our times; *error_ms is NEVER until one is known. */
int64_t offset_best(const struct offset *, int64_t *error_ms);

#endif
