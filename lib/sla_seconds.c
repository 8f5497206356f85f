/*
 * sla_seconds: sets of whole seconds, sliced, weighed, and put apart by
 * length.
 */
#include <assert.h>

#include "lib/sla_inside.h"
#include "lib/text.h"

/* A second that is cut belongs to the later stretch. */
void
sla_edges(const struct interval_set *ms, struct interval_set *s)
{
	for (size_t i = 0; i < ms->count; i++)
		interval_set_add(s, account_floor_s(ms->items[i].from),
		    account_floor_s(ms->items[i].to));
}

/* Every slice that is touched, as far as it is agreed. */
static void
touched(const struct interval_set *what, const struct interval_set *agreed,
    int64_t slice_s, int64_t origin_s, struct interval_set *out)
{
	struct interval_set inside = { 0 };

	interval_set_copy(&inside, what);
	interval_set_intersect(&inside, agreed);
	for (size_t i = 0; i < inside.count; i++) {
		int64_t from = inside.items[i].from - origin_s;
		int64_t to = inside.items[i].to - origin_s;

		from -= (from % slice_s + slice_s) % slice_s;
		to += (slice_s - to % slice_s) % slice_s;
		interval_set_add(out, from + origin_s, to + origin_s);
	}
	interval_set_intersect(out, agreed);
	interval_set_clear(&inside);
}

/* Every slice of which all that is agreed is in the set. */
static void
filled(const struct interval_set *what, const struct interval_set *agreed,
    int64_t slice_s, int64_t origin_s, struct interval_set *out)
{
	struct interval_set good = { 0 }, spoilt = { 0 };

	interval_set_copy(&good, agreed);
	interval_set_subtract(&good, what);
	touched(&good, agreed, slice_s, origin_s, &spoilt);
	interval_set_copy(out, agreed);
	interval_set_subtract(out, &spoilt);
	interval_set_clear(&good);
	interval_set_clear(&spoilt);
}

void
sla_slice_levels(const struct sla_levels *down,
    const struct interval_set *agreed, const struct sla_version *v,
    int64_t origin_s, struct sla_levels *out)
{
	out->count = down->count;
	for (size_t i = 0; i < down->count; i++) {
		struct interval_set *set = &out->items[i].at_least;

		out->items[i].weight = down->items[i].weight;
		*set = (struct interval_set){ 0 };
		if (v->slice == SLA_SLICE_ANY)
			touched(&down->items[i].at_least, agreed, v->slice_s,
			    origin_s, set);
		else
			filled(&down->items[i].at_least, agreed, v->slice_s,
			    origin_s, set);
	}
}

/*
 * Outages less than gap_s apart are one, from the first begin to the last
 * end; when that is shorter than min_s, none of them counts.
 */
void
sla_shorts(const struct interval_set *all, int64_t min_s, int64_t gap_s,
    struct interval_set *shorts)
{
	struct interval_set joined = { 0 };

	interval_set_copy(&joined, all);
	interval_set_bridge(&joined, gap_s);
	interval_set_drop(&joined, min_s);
	interval_set_copy(shorts, all);
	interval_set_subtract(shorts, &joined);
	interval_set_clear(&joined);
}

int64_t
sla_down_within(const struct sla_levels *levels, int64_t from_s, int64_t to_s)
{
	int64_t below = 0, sum = 0;

	for (size_t i = 0; i < levels->count; i++) {
		sum += (levels->items[i].weight - below) *
		    interval_set_within(&levels->items[i].at_least, from_s,
			to_s);
		below = levels->items[i].weight;
	}
	return sum;
}

void
sla_levels_clear(struct sla_levels *levels)
{
	for (size_t i = 0; i < levels->count; i++)
		interval_set_clear(&levels->items[i].at_least);
	*levels = (struct sla_levels){ 0 };
}

void
sla_levels_add(struct sla_levels *levels, int64_t weight,
    const struct interval_set *seconds)
{
	size_t at = 0;

	while (at < levels->count && levels->items[at].weight < weight)
		at++;
	if (at == levels->count || levels->items[at].weight != weight) {
		assert(levels->count < SLA_WEIGHTS_MAX);
		for (size_t i = levels->count++; i > at; i--)
			levels->items[i] = levels->items[i - 1];
		levels->items[at] = (struct sla_level){ .weight = weight };
	}
	interval_set_union(&levels->items[at].at_least, seconds);
}

void
sla_levels_nest(struct sla_levels *levels)
{
	for (size_t i = levels->count; i > 1; i--)
		interval_set_union(&levels->items[i - 2].at_least,
		    &levels->items[i - 1].at_least);
}
