/* clock: see clock.h. */
#include <stdlib.h>
#include <time.h>

#include "lib/clock.h"

#define STALL_US INT64_C(5000000)
#define JUMP_MS 2000

int64_t
clock_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_monotonic_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

bool
clock_guard_look(struct clock_guard *g)
{
	struct clock_guard now = { clock_now_ms(), clock_monotonic_us() };
	int64_t went_us = now.monotonic_us - g->monotonic_us;
	int64_t apart_ms = now.wall_ms - g->wall_ms - went_us / 1000;
	bool first = g->monotonic_us == 0;

	*g = now;
	return !first && (went_us > STALL_US || llabs(apart_ms) > JUMP_MS);
}
