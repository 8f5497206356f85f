/*
 * runs_fact: from runs to what is known at an instant: bridging, blips, the
 * live edge, voids.  Pure reading.
 */
#include <string.h>

#include "collector/runs.h"

static ptrdiff_t
run_at(const struct runs *runs, int64_t at_ms)
{
	size_t low = 0, high = runs->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (runs->items[middle].first_at_ms <= at_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return (ptrdiff_t)low - 1;
}

/* Run i's value leads over to the next run without a gap. */
static bool
is_bridged(const struct runs *runs, size_t i)
{
	const struct run *r = &runs->items[i];

	return i + 1 < runs->count &&
	    r[1].first_at_ms - r->last_at_ms <= RUNS_BRIDGE * r->interval_ms;
}

/* Right before run i a look saw nothing that could be known. */
static bool
is_after_unknown(const struct runs *runs, size_t i)
{
	const struct run *r = &runs->items[i];

	return i > 0 && r[-1].outcome == OUTCOME_UNKNOWN &&
	    r->first_at_ms - r[-1].last_at_ms <= RUNS_BRIDGE * r->interval_ms;
}

/*
 * A lone failure between a look that did not fail and one that was ok.  After
 * one that is not known it may be the last of many; and when the look-again
 * is missing (its agent died), a good look much later refutes nothing.
 */
static bool
is_blip(const struct runs *runs, size_t i)
{
	const struct run *r = &runs->items[i];

	if (!outcome_is_failing(r->outcome) || r->first_at_ms != r->last_at_ms)
		return false;
	if (!is_bridged(runs, i) || r[1].outcome != OUTCOME_OK ||
	    is_after_unknown(runs, i))
		return false;
	if (r[1].first_at_ms - r->last_at_ms > r->interval_ms + RUNS_AGAIN_MS)
		return false;
	return i == 0 || !outcome_is_failing(r[-1].outcome) ||
	    !is_bridged(runs, i - 1);
}

/* Where the value of run i ends. */
static int64_t
holds_until(const struct runs *runs, size_t i, int64_t now_ms)
{
	const struct run *r = &runs->items[i];

	if (is_bridged(runs, i))
		return r[1].first_at_ms;
	if (i + 1 == runs->count && now_ms < runs_stale_at(runs))
		return NEVER;
	return r->last_at_ms + r->interval_ms;
}

/*
 * Enough blips in the time of the last probes before an instant in run i?
 * If so, until_ms comes no later than when the first of them is too old.
 */
static bool
look_for_blips(const struct runs *runs, size_t i, int64_t at_ms,
    int64_t *until_ms)
{
	int64_t window_ms = BLIPS_PROBES * runs->items[i].interval_ms;
	int found = 0;

	for (size_t k = i + 1; k > 0; k--) {
		const struct run *r = &runs->items[k - 1];

		if (r->first_at_ms <= at_ms - window_ms)
			return false;
		if (!is_blip(runs, k - 1) || ++found < BLIPS_ENOUGH)
			continue;
		if (r->first_at_ms + window_ms < *until_ms)
			*until_ms = r->first_at_ms + window_ms;
		return true;
	}
	return false;
}

int64_t
runs_stale_at(const struct runs *runs)
{
	const struct run *r;

	if (runs->count == 0)
		return NEVER;
	r = &runs->items[runs->count - 1];
	return r->last_at_ms + RUNS_BRIDGE * r->interval_ms + runs->timeout_ms;
}

static void
none_after(const struct runs *runs, ptrdiff_t i, int64_t from_ms,
    struct fact *out)
{
	size_t next = (size_t)(i + 1);

	*out = (struct fact){ .is_none = true,
		.outcome = OUTCOME_UNKNOWN,
		.from_ms = from_ms,
		.before_ms = i < 0 ? from_ms : runs->items[i].last_at_ms,
		.until_ms = next < runs->count ? runs->items[next].first_at_ms
					       : NEVER };
}

void
runs_fact(const struct runs *runs, int64_t at_ms, int64_t now_ms,
    struct fact *out)
{
	ptrdiff_t found = run_at(runs, at_ms);
	const struct run *r;
	int64_t until_ms;
	size_t i;

	if (found < 0) {
		none_after(runs, -1, BEFORE_ALL, out);
		return;
	}
	i = (size_t)found;
	r = &runs->items[i];
	until_ms = holds_until(runs, i, now_ms);
	if (at_ms >= until_ms) {
		none_after(runs, found, until_ms, out);
		return;
	}
	*out = (struct fact){ .outcome = r->outcome,
		.reason = r->reason,
		.from_ms = r->first_at_ms,
		.before_ms = i > 0 ? r[-1].last_at_ms : BEFORE_ALL,
		.until_ms = until_ms,
		.last_ms = r->last_at_ms };
	if (is_blip(runs, i)) {
		out->outcome = OUTCOME_OK;
		out->reason = REASON_NONE;
	}
	out->is_blippy = look_for_blips(runs, i, at_ms, &out->until_ms);
}

/* The first void that ends after an instant, or NULL. */
static const struct interval *
void_after(const struct interval_set *voids, int64_t at_ms)
{
	size_t low = 0, high = voids->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (voids->items[middle].to <= at_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low < voids->count ? &voids->items[low] : NULL;
}

void
runs_fact_outside(const struct runs *runs, const struct interval_set *voids,
    int64_t at_ms, int64_t now_ms, struct fact *out)
{
	const struct interval *v = void_after(voids, at_ms);

	if (v != NULL && v->from <= at_ms) {
		*out = (struct fact){ .is_none = true,
			.outcome = OUTCOME_UNKNOWN,
			.from_ms = v->from,
			.before_ms = v->from,
			.until_ms = v->to };
		return;
	}
	runs_fact(runs, at_ms, now_ms, out);
	if (v != NULL && v->from < out->until_ms)
		out->until_ms = v->from;
	if (v == NULL ? voids->count == 0 : v == voids->items)
		return;
	v = v == NULL ? &voids->items[voids->count - 1] : v - 1;
	if (v->to <= out->from_ms)
		return;
	out->from_ms = out->before_ms = v->to;
	if (!out->is_none && out->last_ms < v->to) {
		out->is_none = true;
		out->outcome = OUTCOME_UNKNOWN;
		out->reason = REASON_NONE;
		out->is_blippy = false;
	}
}

static bool
is_good(const struct run *r)
{
	return r->outcome == OUTCOME_OK || r->outcome == OUTCOME_SLOW;
}

bool
runs_is_good_twice(const struct runs *runs, int64_t now_ms)
{
	const struct run *last;

	if (runs->count == 0 || now_ms >= runs_stale_at(runs))
		return false;
	last = &runs->items[runs->count - 1];
	if (!is_good(last) || last->first_at_ms < last->last_at_ms)
		return is_good(last);
	return runs->count > 1 && is_good(last - 1) &&
	    is_bridged(runs, runs->count - 2);
}
