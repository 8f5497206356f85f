/*
 * The oracle on providers: who fails is followed by the next, at once and in
 * order; who asks to be left alone is, for 20 s at most (promises 2 and
 * 4).  A provider is known by its channel and its place in the tree.
 */
#include "tests/sim/oracle_parts.h"

#define BEHIND_MS (5 * INT64_C(60000))
#define REST_MS INT64_C(20000)

static bool
is_in(unsigned set, size_t i)
{
	return (set >> i & 1) != 0;
}

static bool
rests(const struct world *w, const struct way_seen *s)
{
	return s->rests_until_ms > w->now_ms;
}

static bool
failed_lately(const struct world *w, const struct way_seen *s)
{
	return s->failed && w->now_ms - s->failed_ms < BEHIND_MS;
}

/* Somebody else should have had it first. */
static void
check_order(struct world *w, const struct way_seen *all, size_t way, size_t i,
    unsigned tried)
{
	for (size_t k = 0; k < w->wish.providers[way]; k++) {
		if (k == i || is_in(tried, k) || rests(w, &all[k]) ||
		    failed_lately(w, &all[k]))
			continue;
		if (failed_lately(w, &all[i]))
			broken(w,
			    "promise 4: provider %zu.%zu failed %lld s ago, "
			    "and is tried before %zu.%zu",
			    way, i,
			    (long long)(w->now_ms - all[i].failed_ms) / 1000,
			    way, k);
		else if (k < i)
			broken(w,
			    "promise 4: provider %zu.%zu is passed over, "
			    "and did not fail lately",
			    way, k);
	}
}

void
oracle_way_begins(struct world *w, int pager, size_t way, size_t i,
    unsigned tried)
{
	const struct way_seen *all = w->oracle->ways[pager][way];

	tell(w, "  provider %zu.%zu is tried", way, i);
	if (is_in(tried, i))
		broken(w,
		    "promise 4: provider %zu.%zu has failed, and is "
		    "tried again at once",
		    way, i);
	if (rests(w, &all[i]))
		broken(w, "promise 4: provider %zu.%zu asked to be left alone",
		    way, i);
	check_order(w, all, way, i, tried);
}

void
oracle_way_ended(struct world *w, int pager, size_t way, size_t i,
    enum sent sent, int64_t wait_ms)
{
	struct way_seen *s = &w->oracle->ways[pager][way][i];

	tell(w, "  provider %zu.%zu says %d", way, i, (int)sent);
	s->failed = sent != SENT_HANDED_OVER;
	s->failed_ms = w->now_ms;
	s->rests_until_ms = wait_ms == 0
	    ? 0
	    : w->now_ms + (wait_ms < REST_MS ? wait_ms : REST_MS);
}

void
oracle_way_over(struct world *w, int pager, size_t way, unsigned tried,
    bool later, enum sent outcome)
{
	const struct way_seen *all = w->oracle->ways[pager][way];

	if (later && outcome == SENT_FAILED)
		broken(w,
		    "promise 2: given up for good, and one of channel "
		    "%zu said \"not now\"",
		    way);
	for (size_t i = 0; i < w->wish.providers[way]; i++) {
		if (outcome != SENT_HANDED_OVER && !is_in(tried, i) &&
		    !rests(w, &all[i]) && all[i].rests_until_ms < w->now_ms - 1)
			broken(w,
			    "promise 4: all is said to have failed, and "
			    "provider %zu.%zu was not tried",
			    way, i);
		if (outcome == SENT_FAILED && !is_in(tried, i))
			broken(w,
			    "promise 2: given up for good, and provider "
			    "%zu.%zu was not tried",
			    way, i);
	}
}

void
oracle_ways_forget(struct world *w, int pager, bool all)
{
	for (size_t c = 0; c < SIM_WAYS; c++)
		for (size_t i = 0; i < SETTINGS_PROVIDERS_MAX; i++) {
			struct way_seen *s = &w->oracle->ways[pager][c][i];

			s->failed = false;
			if (all)
				s->rests_until_ms = 0;
		}
}
