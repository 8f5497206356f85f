/* shard_look: see shard_look.h. */
#include <string.h>

#include "collector/shard_internal.h"
#include "collector/shard_look.h"

static const char *
blind_at(const struct region *r, int64_t at_ms)
{
	for (size_t i = 0; i < r->count; i++)
		if (at_ms >= r->list[i].from_ms && at_ms < r->list[i].to_ms)
			return void_cause_text(r->list[i].cause);
	return NULL;
}

static const struct ledger_step *
step_at(const struct target *t, int64_t at_ms)
{
	const struct ledger_step *found = NULL;

	for (size_t i = 0; i < t->steps.count; i++)
		if (t->steps.items[i].from_ms <= at_ms)
			found = &t->steps.items[i];
	return found;
}

static const struct ledger_stretch *
booked_at(const struct target *t, int64_t at_ms)
{
	for (size_t i = 0; i < t->booked_count; i++)
		if (at_ms >= t->booked[i].from_ms && at_ms < t->booked[i].to_ms)
			return &t->booked[i];
	return NULL;
}

bool
shard_look(const struct shard *s, const char *endpoint, int64_t at_ms,
    struct shard_view *out)
{
	struct quorum_region regions[REGIONS_MAX];
	const struct target *t = shard_find(s, endpoint);
	struct quorum_input input;

	*out = (struct shard_view){ .judged_ms = s->judge_ms };
	if (t == NULL || t->steps.count == 0)
		return false;
	shard_input(s, t, false, regions, &input);
	quorum_look(&input, at_ms, &out->look);
	out->region_count = s->region_count;
	for (size_t i = 0; i < s->region_count; i++) {
		out->regions[i].name = s->regions[i].name;
		out->regions[i].blind = blind_at(&s->regions[i], at_ms);
		if (t->series[i] != NULL)
			out->regions[i].detail = t->series[i]->detail;
	}
	out->step = step_at(t, at_ms);
	out->booked = booked_at(t, at_ms);
	return true;
}
