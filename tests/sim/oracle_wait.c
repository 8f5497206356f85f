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

static struct lease_seen *
lease_of(struct oracle *o, const char *group)
{
	struct lease_seen *l = o->leases;

	while (l->group[0] != '\0' && strcmp(l->group, group) != 0)
		l++;
	text_copy(l->group, sizeof(l->group), group);
	return l;
}

void
oracle_leased(struct world *w, const char *group, const char *token,
    int64_t until_ms)
{
	struct lease_seen *l = lease_of(w->oracle, group);

	text_copy(l->token, sizeof(l->token), token);
	l->until_ms = until_ms;
}

/* Promise 8: who lost its lease cannot write. */
void
oracle_wrote(struct world *w, const char *group, const char *token)
{
	const struct lease_seen *l = lease_of(w->oracle, group);

	if (strcmp(l->token, token) != 0 || w->now_ms >= l->until_ms)
		broken(w, "promise 8: %s writes to %s without the lease", token,
		    group);
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

/* The last looks of a region, newest first: two good ones in a row? */
static bool
is_good_twice(const struct seen_list *l)
{
	size_t n = l->count;
	int in_a_row = 0;

	for (int i = 0; i < 4 && n > 0 && in_a_row < 2; i++) {
		enum outcome o = l->items[--n].outcome;

		in_a_row =
		    o == OUTCOME_OK || o == OUTCOME_SLOW ? in_a_row + 1 : 0;
	}
	return in_a_row == 2;
}

/* Promise 2: nothing is over at the first good look. */
void
oracle_check_cleared(struct world *w, int e)
{
	int kind = w->oracle->cleared[e] - 1, good = 0;
	const struct book *b = &w->oracle->books->endpoints[e];

	w->oracle->cleared[e] = 0;
	if (kind < 0 || b->term_count == 0 || b->ended[b->term_count - 1])
		return;
	for (int r = 0; r < TRUTH_REGIONS; r++)
		good += is_good_twice(&w->oracle->books->evaluated[e][r]);
	if (good < b->terms[b->term_count - 1].quorum &&
	    !(kind == ALARM_PROBABLE && good > 0))
		broken(w,
		    "promise 2: %s is called over, and only %d regions saw "
		    "it good twice",
		    truth_endpoints[e], good);
}

/* Promise 2: what is booked down is told with the same commit. */
void
oracle_check_alarmed(struct world *w, int e, const struct span *now)
{
	const struct book *b = &w->oracle->books->endpoints[e];
	const struct standing *is =
	    &w->oracle->books->inboxes[endpoint_shard(w, e)].is;
	const struct subject *s;

	if (b->count == 0 || b->items[b->count - 1].to_ms != NEVER)
		return; /* it is over since it was last judged */
	if (now->state != BOOK_DOWN || !is->calm ||
	    !oracle_must_tell(w, e, is, now))
		return;
	s = subject_find(w, truth_endpoints[e]);
	if (s == NULL || !s->active)
		broken(w, "promise 2: %s is booked down and nobody is told",
		    truth_endpoints[e]);
}
