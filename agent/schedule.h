#ifndef AGENT_SCHEDULE_H
#define AGENT_SCHEDULE_H

#include <stdint.h>

/*
 * schedule: the even phases of the probes.
 *
 * A slot is an instant that is equal to the phase modulo the interval.  The
 * phase is a hash of the endpoint and the region, so that an endpoint's
 * regions take turns, and a multiple of 20 ms, so that a loop wakes at most
 * fifty times a second.
 */

#define SCHEDULE_GRAIN_MS 20
#define SCHEDULE_LATE_MS 1000 /* a slot missed by more is not made up for */

int64_t schedule_phase(const char *id, const char *region, int64_t interval_ms);
/* The first slot after an instant. */
int64_t schedule_slot(int64_t phase_ms, int64_t interval_ms, int64_t after_ms);

#endif
