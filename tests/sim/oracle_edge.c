/*
 * The oracle on what is booked against what truly happened (promise 5): down
 * only where a quorum of regions had a failure, each edge between the looks
 * around the instant at which it truly happened, nothing unknown while all is
 * well.
 */
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

#define MINUTE INT64_C(60000)
#define ERROR_MS 2500 /* an error over 2 s is too much to be used */

static void
widen(struct interval_set *out, const struct interval_set *s, int64_t after_ms)
{
	for (size_t i = 0; i < s->count; i++)
		interval_set_add(out, s->items[i].from - ERROR_MS,
		    s->items[i].to + after_ms);
}

/* Cut off for so short a time that no canary need have noticed. */
static void
widen_short(struct interval_set *out, const struct interval_set *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].to - s->items[i].from < MINUTE)
			interval_set_add(out, s->items[i].from - ERROR_MS,
			    s->items[i].to + 4 * MINUTE);
}

/*
 * Where at least two regions truly failed, or one where that was once agreed
 * to be enough; a few probes after included.
 */
static void
find_truly(struct world *w, int e, struct interval_set *out)
{
	struct interval_set wide[TRUTH_REGIONS] = { { 0 } };
	const struct book *b = &w->oracle->books->endpoints[e];
	bool one_is_enough = false;

	for (size_t i = 0; i < b->term_count; i++)
		one_is_enough |= b->terms[i].quorum == 1;
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		widen(&wide[r], &w->truth.maintenance[e], 4 * MINUTE);
		widen(&wide[r], &w->truth.fails[e][r], 4 * MINUTE);
		widen(&wide[r], &w->truth.sick[r], 4 * MINUTE);
		widen_short(&wide[r], &w->truth.cut[r]);
	}
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		struct interval_set both = { 0 };

		interval_set_union(&both, &wide[r]);
		if (!one_is_enough)
			interval_set_intersect(&both,
			    &wide[(r + 1) % TRUTH_REGIONS]);
		interval_set_union(out, &both);
		interval_set_clear(&both);
	}
	for (int r = 0; r < TRUTH_REGIONS; r++)
		interval_set_clear(&wide[r]);
}

void
truth_check_down(struct world *w, int e, const struct span *s)
{
	struct book *b = &w->oracle->books->endpoints[e];

	if (!b->is_known)
		find_truly(w, e, &b->truly);
	b->is_known = true;
	if (interval_set_within(&b->truly, s->from_ms, s->to_ms) ==
	    s->to_ms - s->from_ms)
		return;
	broken(w,
	    "promise 5: %s is booked down from %lld to %lld, where no "
	    "quorum failed",
	    truth_endpoints[e], (long long)(s->from_ms - w->zero_ms),
	    (long long)(s->to_ms - w->zero_ms));
}

static bool
turns_within(const struct interval_set *s, bool to_bad, int64_t from_ms,
    int64_t to_ms)
{
	for (size_t i = 0; i < s->count; i++) {
		int64_t at_ms = to_bad ? s->items[i].from : s->items[i].to;

		if (at_ms >= from_ms && at_ms <= to_ms)
			return true;
	}
	return false;
}

/* Did what this region sees truly turn within an edge? */
static bool
turned(struct world *w, int e, int r, bool to_bad, int64_t from_ms,
    int64_t to_ms)
{
	return turns_within(&w->truth.fails[e][r], to_bad, from_ms, to_ms) ||
	    turns_within(&w->truth.maintenance[e], to_bad, from_ms, to_ms) ||
	    turns_within(&w->truth.sick[r], to_bad, from_ms, to_ms) ||
	    turns_within(&w->truth.cut[r], to_bad, from_ms, to_ms);
}

/*
 * An edge that two looks of a region make, a good and a failed one: the first
 * of its sides is the earlier look, and between them it truly happened.
 */
void
truth_check_edge(struct world *w, int e, const struct span *was,
    const struct span *is)
{
	bool to_bad = is->state == BOOK_DOWN;

	if (!to_bad && was->state != BOOK_DOWN)
		return;
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		const struct seen_list *l = &w->oracle->books->evaluated[e][r];
		size_t i = seen_find(l, is->from_ms);

		if (i == 0 || i == l->count ||
		    l->items[i].at_ms != is->from_ms ||
		    l->items[i - 1].at_ms != is->from_before_ms ||
		    seen_is_failing(l->items[i].outcome) != to_bad ||
		    l->items[i - 1].outcome !=
			(to_bad ? OUTCOME_OK : OUTCOME_FAILED))
			continue;
		if (!turned(w, e, r, to_bad, is->from_before_ms - ERROR_MS,
			is->from_ms + ERROR_MS))
			broken(w,
			    "promise 6: %s is booked %s between %lld and "
			    "%lld, and nothing turned there for r%d",
			    truth_endpoints[e], to_bad ? "down" : "up again",
			    (long long)(is->from_before_ms - w->zero_ms),
			    (long long)(is->from_ms - w->zero_ms), r);
	}
}

/* With everything well for so long, nothing is unknown. */
void
truth_check_calm(struct world *w, int e)
{
	const struct book *b = &w->oracle->books->endpoints[e];
	int64_t from_ms = w->now_ms - 30 * MINUTE;

	for (int p = 0; p < PARTS; p++)
		if (w->hurt_until_ms[p] > from_ms - 10 * MINUTE)
			return;
	for (size_t i = 0; i < b->count; i++)
		if (!b->items[i].is_down && b->items[i].to_ms > from_ms)
			broken(w, "promise 5: all is well, and %s is unknown",
			    truth_endpoints[e]);
}
