#ifndef LIB_ROTA_DIFF_H
#define LIB_ROTA_DIFF_H

#include <stddef.h>
#include <stdint.h>

#include "lib/rota.h"
#include "lib/text.h"

/*
 * rota_diff: whose hours an edit changes; a rota as a text of its own.
 */

struct rota_side {
	const struct rota *rota; /* NULL: there is none */
	const struct override *overrides;
	size_t count;
};

/* Between two instants another person is on watch, or second; "": nobody. */
struct rota_difference {
	int64_t from_ms, to_ms;
	bool second;
	char was[64], is[64];
};

/* Every stretch of [from, to) that has another person in one of the places,
   of each place in order; those that touch and have the same two are one. */
void rota_diff(const struct rota_side *was, const struct rota_side *is,
    int64_t from_ms, int64_t to_ms,
    void (*found)(void *arg, const struct rota_difference *), void *arg);

/*
 * Everything that bears on who is on watch when, as a tree of one rota that
 * settings_glance_text() reads; people are names.  Two rotas whose hours are
 * written alike have the same text.
 */
void rota_write(const struct rota *, struct text *out);

/* The name of a whole watch in calendars, the same whoever has it. */
#define ROTA_UID 240
void rota_uid(const struct stretch *, char out[ROTA_UID]);

#endif
