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

/* What was announced for it then, by what had been said by then. */
static void
window_at(const struct agreed *a, const struct renames *names,
    const struct target *t, int64_t at_ms, struct shard_view *out)
{
	int64_t from_ms, to_ms;

	for (size_t i = 0; a != NULL && i < a->window_count; i++) {
		const struct window *w = a->windows[i];

		for (size_t k = 0; k < w->count; k++) {
			if (w->at_ms > at_ms ||
			    !window_covers(w, names, t->key) ||
			    !window_held(&w->times[k], &from_ms, &to_ms) ||
			    at_ms < from_ms || at_ms >= to_ms)
				continue;
			out->window = w;
			out->window_from_ms = from_ms;
			out->window_to_ms = to_ms;
			return;
		}
	}
}

bool
shard_look(const struct shard *s, const char *endpoint, int64_t at_ms,
    struct shard_view *out)
{
	struct quorum_region regions[REGIONS_MAX];
	const struct target *t = shard_find(s, endpoint);
	struct quorum_input input;
	struct agreed *agreed;

	*out = (struct shard_view){ .judged_ms = s->judge_ms };
	if (t == NULL || t->steps.count == 0)
		return false;
	out->endpoint = t->id;
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
	HASH_FIND_STR(s->agreed, t->client, agreed);
	window_at(agreed, &s->renames, t, at_ms, out);
	return true;
}
