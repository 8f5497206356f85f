/*
 * shard_suspect: a failure in one region is either the endpoint's or the
 * region's.  Others are asked to look now; and a region in which at least
 * half and at least three platforms fail that two others see up is suspect:
 * what it says is none from its first such failure.
 */
#include <assert.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

static bool
is_failing(const struct fact *f)
{
	return !f->is_none && outcome_is_failing(f->outcome);
}

static bool
is_good(const struct fact *f)
{
	return !f->is_none &&
	    (f->outcome == OUTCOME_OK || f->outcome == OUTCOME_SLOW);
}

#define BACK_MAX 64 /* facts looked back at; what lies before is believed */

struct count {
	int platforms, failing;
	int64_t since_ms; /* of the first failure that others do not see */
};

/* Most do not, and need no closer look. */
static bool
ends_in_failure(const struct series *series)
{
	return series != NULL && series->runs.count > 0 &&
	    outcome_is_failing(
		series->runs.items[series->runs.count - 1].outcome);
}

/*
 * Until when a region failed, too, not going back beyond since_ms; what it sees
 * now began at from_ms.
 */
static int64_t
failed_until(const struct shard *s, const struct quorum_region *r,
    int64_t from_ms, int64_t since_ms)
{
	struct fact f;

	for (int i = 0; i < BACK_MAX && from_ms > since_ms; i++) {
		runs_fact_outside(r->runs, r->voids, from_ms - 1, s->now_ms,
		    &f);
		if (is_failing(&f))
			return from_ms;
		from_ms = f.from_ms;
	}
	return from_ms > since_ms ? from_ms : since_ms;
}

/* The two earliest of what comes. */
static void
keep_two(int64_t at_ms, int64_t *first_ms, int64_t *second_ms)
{
	if (at_ms < *first_ms) {
		*second_ms = *first_ms;
		*first_ms = at_ms;
	} else if (at_ms < *second_ms)
		*second_ms = at_ms;
}

/*
 * Whether this region alone sees a target fail, and since when: while others
 * saw it fail, too, it told the truth.
 */
static bool
fails_alone(const struct shard *s, const struct target *t, unsigned region,
    int64_t *since_ms)
{
	int64_t first_ms = NEVER, second_ms = NEVER;
	struct quorum_region regions[REGIONS_MAX];
	struct quorum_input in;
	struct quorum_look look;

	shard_input(s, t, true, regions, &in);
	quorum_look(&in, s->now_ms, &look);
	if ((look.regions >> region & 1) == 0 ||
	    !is_failing(&look.facts[region]))
		return false;
	*since_ms = look.facts[region].from_ms;
	for (size_t i = 0; i < s->region_count; i++)
		if (i != region && (look.regions >> i & 1) != 0 &&
		    is_good(&look.facts[i]))
			keep_two(failed_until(s, &regions[i],
				     look.facts[i].from_ms, *since_ms),
			    &first_ms, &second_ms);
	*since_ms = second_ms;
	return second_ms != NEVER;
}

static void
count_target(struct shard *s, struct target *t, unsigned region,
    struct count *c)
{
	int64_t since_ms;

	if (t->endpoint == NULL ||
	    (t->terms[t->steps.count - 1].regions >> region & 1) == 0)
		return;
	if (t->slot->seen_epoch != s->epoch) {
		t->slot->seen_epoch = s->epoch;
		c->platforms++;
	}
	if (!ends_in_failure(t->series[region]) ||
	    !fails_alone(s, t, region, &since_ms))
		return;
	if (t->slot->failing_epoch != s->epoch) {
		t->slot->failing_epoch = s->epoch;
		c->failing++;
	}
	if (since_ms < c->since_ms)
		c->since_ms = since_ms;
}

static const struct void_stretch *
open_suspicion(const struct region *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].cause == VOID_SUSPECT &&
		    r->list[i].to_ms == NEVER)
			return &r->list[i];
	return NULL;
}

static void
check_region(struct shard *s, unsigned region)
{
	struct region *r = &s->regions[region];
	const struct void_stretch *open = open_suspicion(r);
	struct count c = { .since_ms = NEVER };
	struct target *t;
	bool is_suspect;

	s->epoch++;
	for (t = s->targets; t != NULL; t = t->hh.next)
		count_target(s, t, region, &c);
	is_suspect =
	    c.failing >= SUSPECT_PLATFORMS && 2 * c.failing >= c.platforms;
	if (is_suspect == (open != NULL))
		return;
	if (is_suspect) {
		shard_void(s, region, VOID_SUSPECT, "", c.since_ms, NEVER);
		shard_journal_note(s, "suspect", r->name, c.since_ms, NEVER,
		    "fails alone on most of its platforms");
	} else {
		int64_t from_ms = open->from_ms;

		shard_void(s, region, VOID_SUSPECT, "", from_ms, s->now_ms);
		shard_journal_note(s, "suspect", r->name, from_ms, s->now_ms,
		    "agrees with the others again");
	}
}

static int64_t
check_at(const struct shard *s, const struct region *r)
{
	int64_t at_ms = r->checked_ms + SUSPECT_EVERY_MS;

	if (r->checked_ms > s->now_ms)
		return s->now_ms; /* a clock was set back */
	return at_ms > s->now_ms ? at_ms : s->now_ms;
}

void
shard_check_regions(struct shard *s)
{
	for (size_t i = 0; i < s->region_count; i++) {
		struct region *r = &s->regions[i];

		if (!r->to_check || check_at(s, r) > s->now_ms)
			continue;
		r->to_check = false;
		r->checked_ms = s->now_ms;
		check_region(s, (unsigned)i);
	}
}

int64_t
shard_check_deadline(const struct shard *s)
{
	int64_t deadline_ms = NEVER;

	for (size_t i = 0; i < s->region_count; i++) {
		const struct region *r = &s->regions[i];

		if (r->to_check && check_at(s, r) < deadline_ms)
			deadline_ms = check_at(s, r);
	}
	return deadline_ms;
}

/* Room for one more endpoint of this platform in the last ten seconds? */
static bool
may_order(struct shard *s, struct target *t)
{
	struct slot *slot = t->slot;
	int64_t since_ms = s->now_ms - ORDER_WINDOW_MS;
	int64_t *oldest_ms;

	assert(slot != NULL); /* who has an endpoint has a platform */
	if (t->ordered_ms > since_ms && t->ordered_ms <= s->now_ms)
		return false;
	oldest_ms = &slot->ordered_ms[ORDERS_PER_PLATFORM - 1];
	if (*oldest_ms > since_ms && *oldest_ms <= s->now_ms)
		return false;
	memmove(slot->ordered_ms + 1, slot->ordered_ms,
	    (ORDERS_PER_PLATFORM - 1) * sizeof(slot->ordered_ms[0]));
	slot->ordered_ms[0] = t->ordered_ms = s->now_ms;
	return true;
}

static void
push_order(struct shard *s, const struct target *t, size_t region)
{
	struct shard_order *order;

	if (s->order_count == ORDERS_MAX)
		return; /* they may be lost */
	order = &s->orders[(s->order_begin + s->order_count) % ORDERS_MAX];
	s->order_count++;
	text_copy(order->endpoint, sizeof(order->endpoint), t->id);
	text_copy(order->region, sizeof(order->region),
	    s->regions[region].name);
	order->at_ms = s->now_ms;
}

/* A first failure, just now: have the other regions look at once. */
void
shard_ask_others(struct shard *s, struct target *t, unsigned region)
{
	const struct runs *runs = &t->series[region]->runs;
	int64_t at_ms = runs->items[runs->count - 1].last_at_ms;
	uint64_t bits;

	if (t->endpoint == NULL || s->now_ms - at_ms > 60000 ||
	    !may_order(s, t))
		return;
	bits = t->terms[t->steps.count - 1].regions;
	for (size_t i = 0; i < s->region_count; i++)
		if (i != region && (bits >> i & 1) != 0)
			push_order(s, t, i);
}
