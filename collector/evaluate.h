#ifndef COLLECTOR_EVALUATE_H
#define COLLECTOR_EVALUATE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/settings.h"

/*
 * evaluate: the shell around the shards.
 *
 * For each shard: take its lease, load it, read its inbox from behind its
 * position on, and write what it decides, one commit at a time.  Whenever
 * it is not certain that what a shard knows is what the store has (lease
 * lost, commit refused or without an answer), the shard is dropped and
 * loaded anew.
 *
 * Whoever has no lease asks for it once a second.  So when the one that has
 * it dies, hangs or is cut off, another evaluates within 10 s: the lease's
 * life, that second, and loading.  Who finds that its clock was set gives
 * its leases back and stands aside for a moment, once a minute at most: if
 * there is another whose clock was not, it goes on; if not, we do.
 */

#define EVALUATE_LEASE_MS 6000 /* over the store's own patience of 5 s */
#define EVALUATE_RENEW_MS 1500
#define EVALUATE_ASIDE_MS 3000
#define EVALUATE_ASIDE_EVERY_MS 60000
#define EVALUATE_PACE_MS 1000 /* between commits, unless one is urgent */

struct event_base;
struct evaluate;
struct liveness;
struct orders;
struct store;

struct evaluate *evaluate_new(struct event_base *, const struct settings *,
    struct store *, struct orders *, struct liveness *);
void evaluate_free(struct evaluate *); /* after the store was freed */

/* Other settings from now on, with the same number of shards. */
void evaluate_configure(struct evaluate *, const struct settings *);
/* The store went away or came back. */
void evaluate_store(struct evaluate *, bool up);
/* Some shard is evaluated here, and its lease not given back. */
bool evaluate_is_running(const struct evaluate *);
/* There is something new in a shard's inbox. */
void evaluate_wake(struct evaluate *, unsigned shard);

/* Write what there is, and begin nothing more. */
void evaluate_stop(struct evaluate *);
bool evaluate_is_idle(const struct evaluate *); /* all of it is written */
/* Give the leases back, so that the next one need not wait. */
void evaluate_unlease(struct evaluate *);

#endif
