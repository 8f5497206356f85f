#ifndef LIB_ROTA_WHY_H
#define LIB_ROTA_WHY_H

#include <stddef.h>
#include <stdint.h>

#include "lib/rota.h"

/*
 * rota_why: why somebody is not on watch at an instant, in a few words; when
 * they are next.
 */

/* "not until 2026-07-02 08:00:00 NZST: the hours are tom's". */
void rota_why_not(const struct rota *, const struct override *, size_t count,
    const struct person *, int64_t at_ms, char *out, size_t room);

/* The next stretch from an instant on that is theirs, or is theirs as the
   second; false: none within 400 days. */
bool rota_next_of(const struct rota *, const struct override *, size_t count,
    const struct person *, int64_t at_ms, bool second, struct stretch *out);

#endif
