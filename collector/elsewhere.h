#ifndef COLLECTOR_ELSEWHERE_H
#define COLLECTOR_ELSEWHERE_H

#include "collector/assent.h"
#include "collector/evaluate_parts.h"

/*
 * elsewhere: a shard that a command may concern, and that is not evaluated
 * here: what is stored of it says whether it does, and who evaluates it.
 */

/*
 * why: what a person is told who asked here; NULL: nothing of that name stands
 * in the shard, so that it is not concerned.  Never called from within
 * elsewhere_ask(); shorter lived than the store.
 */
typedef void elsewhere_done(void *arg, const char *why);

/* named.key NULL: the shard is concerned. */
void elsewhere_ask(struct worker *, const struct assent_named *named,
    elsewhere_done *, void *arg);

#endif
