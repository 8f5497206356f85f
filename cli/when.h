#ifndef CLI_WHEN_H
#define CLI_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/*
 * when: instants and stretches as people write them.
 *
 * Pure: the time is an argument.
 */

/*
 * "FROM..TO", each an RFC 3339 instant or a bare clock ("15:00") in the
 * zone: the next time that clock is shown after now, and for TO the next
 * after FROM.  Two clocks between which it is now are those around now.  Two
 * clocks are at most 18 hours apart.  False: what is wrong in why.
 */
bool when_range(const char *text, const char *zone, int64_t now_ms,
    int64_t *from_ms, int64_t *to_ms, char why[160]);

/* An RFC 3339 instant, or the first showing of a bare clock after "after". */
bool when_instant(const char *text, const char *zone, int64_t after_ms,
    int64_t *at_ms);

#endif
