#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * clock: the only place that asks for the time.
 *
 * Wall-clock milliseconds UTC for events, Redis and wire; monotonic
 * microseconds inside one operation.  A struct clock_guard compares the two
 * each turn of the loop and tells a stall (a gap over 5 s) or a jump (the
 * two part by more than 2 s).
 */

int64_t clock_now_ms(void);
int64_t clock_monotonic_us(void);

struct clock_guard {
	int64_t wall_ms, monotonic_us; /* at the last look; 0 at first */
};
/* True when a stall or jump lies between this look and the last. */
bool clock_guard_look(struct clock_guard *);

#endif
