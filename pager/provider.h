#ifndef PAGER_PROVIDER_H
#define PAGER_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pager/duty.h"

/*
 * provider: which of a channel's providers has a message next.
 *
 * Each message begins a round of its own: the providers in written order,
 * those that failed within the last PROVIDER_BEHIND_MS behind the others.
 * When one fails, for now or for good, the next has the message at once.  Who
 * asked not to be called for a while ("Retry-After") is left out until then,
 * but no longer than PROVIDER_WAIT_MAX_MS: a page has to go.
 *
 * When none is left the round is over: handed over if one took it, failed for
 * good if every provider said so (broken if one of them did), and failed for
 * now otherwise.
 *
 * Times are of a clock that never goes back.
 */

#define PROVIDERS_MAX SETTINGS_PROVIDERS_MAX
#define PROVIDER_BEHIND_MS (5 * INT64_C(60000))
#define PROVIDER_WAIT_MAX_MS INT64_C(20000)

/* What is remembered of one; all zero: nothing. */
struct provider {
	int64_t behind_until_ms; /* failed lately */
	int64_t wait_until_ms;   /* asked to be left alone */
};

/* One message's way through them; all zero: it has not begun. */
struct provider_round {
	unsigned tried; /* a bit for each */
	bool handed;    /* one has it */
	bool later;     /* one failed for now, and may have it after all */
	bool broken;    /* one says that it is the person's address */
};

/* Whose turn it is, or -1: the round is over. */
int provider_next(const struct provider *, size_t count,
    const struct provider_round *, int64_t now_ms);

/* What became of the message there; wait_ms: what it asked for, or 0. */
void provider_ended(struct provider *, size_t which, struct provider_round *,
    enum sent, int64_t wait_ms, int64_t now_ms);

/* The outcome of a round that is over. */
enum sent provider_outcome(const struct provider_round *, size_t count);

/* Until when all that are left want to be left alone; 0: none does. */
int64_t provider_wait(const struct provider *, size_t count,
    const struct provider_round *, int64_t now_ms);

#endif
