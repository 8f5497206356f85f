/*
 * The oracle on waiting: what a shard must not judge while it catches up
 * (promise 5), and what it must have told when it books it (promise 2).
 */
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

#define THAW_MS 15000 /* at least so long after a break */

void
oracle_handed_out(struct world *w, unsigned shard, const struct standing *s)
{
	w->oracle->books->inboxes[shard].handed = *s;
}

void
oracle_spoke(struct world *w, unsigned shard, const struct entry_seen *e)
{
	(void)w, (void)shard, (void)e;
}

/* Promise 5: shortly after a break silence says nothing about it. */
void
oracle_check_judged(struct world *w, unsigned shard)
{
	const struct inbox *in = &w->oracle->books->inboxes[shard];

	if (in->judged_ms > in->is.broke_ms &&
	    in->judged_ms < in->is.broke_ms + THAW_MS)
		broken(w,
		    "promise 5: shard %u judges silence %lld ms after a "
		    "break, without having caught up",
		    shard, (long long)(in->judged_ms - in->is.broke_ms));
}

/* Promise 2: what is booked down is told with the same commit. */
void
oracle_check_alarmed(struct world *w, int e, const struct span *now)
{
	const struct book *b = &w->oracle->books->endpoints[e];
	const struct subject *s;

	if (b->count == 0 || b->items[b->count - 1].to_ms != NEVER)
		return; /* it is over since it was last judged */
	if (now->state != BOOK_DOWN || now->only_maintenance ||
	    !w->oracle->books->inboxes[endpoint_shard(w, e)].is.calm)
		return;
	s = subject_find(w, truth_endpoints[e]);
	if (s == NULL || !s->active)
		broken(w, "promise 2: %s is booked down and nobody is told",
		    truth_endpoints[e]);
}
