#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdint.h>

/*
 * clock: the only place that asks for the time.
 *
 * Wall-clock milliseconds UTC for events, Redis and wire; monotonic
 * microseconds inside one operation.  A struct clock_guard compares the two
 * each turn of the loop and tells a stall (a gap over 5 s) or a jump (the
 * two part by more than 2 s).
 *
 * In a test build $SUNWATCH_CLOCK may name a file of eight bytes, an int64_t
 * in this machine's order: milliseconds by which the wall clock is off.
 * Whoever writes it sets the clock of a running program.
 */

int64_t clock_now_ms(void);
int64_t clock_monotonic_us(void);

struct clock_guard {
	int64_t wall_ms, monotonic_us; /* at the last look; 0 at first */
};
/* What lies between this look and the last; a jump tells more than a stall. */
enum clock_break { CLOCK_STEADY = 0, CLOCK_STALLED, CLOCK_JUMPED };
enum clock_break clock_guard_look(struct clock_guard *);

#endif
