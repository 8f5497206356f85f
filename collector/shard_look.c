/* shard_look: see shard_look.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "collector/shard_look.h"
#include "lib/text.h"

/* So far back it is looked when the state began: more than any wait. */
#define BACK_MS INT64_C(1800000)

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

/* Whom maintenance was announced for, by what had been said by then. */
struct announced {
	const struct agreed *agreed; /* NULL: nothing was */
	const struct renames *names;
	const struct target *target;
	int64_t at_ms;
};

static const struct window *
said(const struct announced *x, size_t i)
{
	const struct window *w = x->agreed->windows[i];

	return w->at_ms <= x->at_ms &&
		window_covers(w, x->names, x->target->key)
	    ? w
	    : NULL;
}

/* Of what goes on at an instant the one that ends last; NULL: nothing does. */
static const struct window *
longest(const struct announced *x, int64_t at_ms, struct interval *out)
{
	const struct window *w, *found = NULL;
	struct interval is;

	for (size_t i = 0; x->agreed != NULL && i < x->agreed->window_count;
	     i++) {
		if ((w = said(x, i)) == NULL)
			continue;
		for (size_t k = 0; k < w->count; k++) {
			if (!window_held(&w->times[k], &is.from, &is.to) ||
			    at_ms < is.from || at_ms >= is.to ||
			    (found != NULL && is.to <= out->to))
				continue;
			found = w;
			*out = is;
		}
	}
	return found;
}

/* Until when nothing is told: one may end in another, or where one begins. */
static int64_t
held_until(const struct announced *x)
{
	struct interval is = { .to = x->at_ms };
	bool is_held = false;

	while (longest(x, is.to, &is) != NULL)
		is_held = true;
	return is_held ? is.to : 0;
}

/* When the last one before was over. */
static int64_t
held_before(const struct announced *x)
{
	const struct window *w;
	int64_t over_ms = 0;
	struct interval is;

	for (size_t i = 0; x->agreed != NULL && i < x->agreed->window_count;
	     i++) {
		if ((w = said(x, i)) == NULL)
			continue;
		for (size_t k = 0; k < w->count; k++)
			if (window_held(&w->times[k], &is.from, &is.to) &&
			    is.to <= x->at_ms && is.to > over_ms)
				over_ms = is.to;
	}
	return over_ms;
}

static void
look_at_window(const struct announced *x, struct shard_view *out)
{
	struct interval is;

	if ((out->window = longest(x, x->at_ms, &is)) == NULL)
		return;
	out->window_from_ms = is.from;
	out->window_to_ms = is.to;
}

/* Since when it is in the state it is in then; not longer than matters. */
static int64_t
state_since(const struct quorum_input *in, int64_t at_ms)
{
	struct state_line line = { 0 };
	int64_t since_ms;

	quorum_line(in, at_ms - BACK_MS, at_ms + 1, &line);
	since_ms = line.items[line.count - 1].from_ms;
	state_line_clear(&line);
	return since_ms;
}

static void
look_for_alarm(const struct shard *s, const struct target *t,
    const struct quorum_input *in, const struct announced *announced,
    struct shard_view *view)
{
	const struct quorum_look *look = &view->look;
	struct watcher_look seen = { .state = look->state,
		.since_ms = state_since(in, announced->at_ms),
		.fresh = look->fresh,
		.failing = look->failing,
		.maintenance = look->maintenance,
		.quorum = look->quorum,
		.all_fail_since_ms = shard_all_fail_since(s, look),
		.interval_ms = shard_interval(t),
		.held_until_ms = held_until(announced),
		.held_before_ms = held_before(announced) };

	view->quiet = watcher_quiet(&seen, announced->at_ms, &view->loud_ms);
}

bool
shard_look(const struct shard *s, const char *endpoint, int64_t at_ms,
    struct shard_view *out)
{
	struct quorum_region regions[REGIONS_MAX];
	const struct target *t = shard_find(s, endpoint);
	struct announced announced = { NULL, &s->renames, t, at_ms };
	struct quorum_input input;
	struct agreed *agreed;

	*out = (struct shard_view){ .judged_ms = s->judge_ms };
	if (t == NULL || t->steps.count == 0)
		return false;
	out->endpoint = t->id;
	out->was = renames_name(&s->renames, t->key, at_ms);
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
	announced.agreed = agreed;
	look_at_window(&announced, out);
	look_for_alarm(s, t, &input, &announced, out);
	return true;
}

static void
read_look(const struct quorum_look *look, struct shard_stretch *out)
{
	out->state = look->state;
	out->quorum = look->quorum;
	out->regions = look->regions;
	for (size_t i = 0; i < REGIONS_MAX; i++) {
		const struct fact *f = &look->facts[i];

		if ((look->regions >> i & 1) == 0 || !quorum_is_fresh(f))
			continue;
		out->fresh |= UINT64_C(1) << i;
		if (outcome_is_failing(f->outcome))
			out->failing |= UINT64_C(1) << i;
	}
}

static bool
is_alike(const struct shard_stretch *a, const struct shard_stretch *b)
{
	return a->state == b->state && a->quorum == b->quorum &&
	    a->regions == b->regions && a->fresh == b->fresh &&
	    a->failing == b->failing;
}

struct shard_stretch *
shard_stretches(const struct shard *s, const char *endpoint, int64_t from_ms,
    int64_t to_ms, size_t *count)
{
	struct quorum_region regions[REGIONS_MAX];
	const struct target *t = shard_find(s, endpoint);
	struct quorum_input input;
	struct quorum_look look;
	struct shard_stretch *list;

	*count = 0;
	if (t == NULL)
		return NULL;
	list = mem_alloc(SHARD_STRETCHES_MAX * sizeof(*list));
	shard_input(s, t, false, regions, &input);
	for (int64_t at_ms = from_ms; at_ms < to_ms; at_ms = look.until_ms) {
		struct shard_stretch next = { .from_ms = at_ms };

		quorum_look(&input, at_ms, &look);
		read_look(&look, &next);
		next.to_ms = look.until_ms < to_ms ? look.until_ms : to_ms;
		if (*count > 0 && is_alike(&list[*count - 1], &next))
			list[*count - 1].to_ms = next.to_ms;
		else if (*count < SHARD_STRETCHES_MAX)
			list[(*count)++] = next;
		else
			break;
	}
	return list;
}
