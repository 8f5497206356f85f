/*
 * shard_book: states made anew from an instant, and what that changes in the
 * books.  Everything booked is a pure function of facts, voids and terms.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

void
shard_input(const struct shard *s, const struct target *t, bool proven,
    struct quorum_region regions[REGIONS_MAX], struct quorum_input *in)
{
	for (size_t i = 0; i < s->region_count; i++) {
		const struct region *r = &s->regions[i];

		regions[i].runs =
		    t->series[i] != NULL ? &t->series[i]->runs : NULL;
		regions[i].voids = proven ? &r->proven : &r->voids;
	}
	*in = (struct quorum_input){ .regions = regions,
		.region_count = s->region_count,
		.terms = t->terms,
		.terms_count = t->steps.count,
		.now_ms = s->judge_ms };
}

static bool
is_booked(enum state state)
{
	return state == STATE_DOWN || state == STATE_UNKNOWN;
}

static enum ledger_kind
kind_of(enum state state)
{
	return state == STATE_DOWN ? LEDGER_DOWN : LEDGER_UNKNOWN;
}

struct stretches {
	struct ledger_stretch *items;
	size_t count, room;
};

static void
add_stretch(struct stretches *list, const struct ledger_stretch *stretch)
{
	if (list->count == list->room) {
		list->room = list->room * 2 + 4;
		list->items =
		    mem_grow(list->items, list->room * sizeof(*list->items));
	}
	list->items[list->count++] = *stretch;
}

/* One span as it is booked; the last one of the line goes on. */
static struct ledger_stretch
stretch_of(const struct state_line *line, size_t i)
{
	const struct state_span *span = &line->items[i];
	bool is_last = i + 1 == line->count;

	return (struct ledger_stretch){ .kind = kind_of(span->state),
		.reason =
		    span->state == STATE_DOWN ? span->reason : REASON_NONE,
		.from_ms = span->from_ms,
		.from_before_ms = span->from_before_ms,
		.to_ms = is_last ? NEVER : span->to_ms,
		.to_before_ms = is_last ? NEVER : span[1].from_before_ms,
		.removed = !is_last && span[1].state == STATE_ABSENT };
}

/* The booked stretch that reaches from_ms from before, or NULL. */
static struct ledger_stretch *
reaching(const struct target *t, size_t keep, int64_t from_ms)
{
	struct ledger_stretch *last = keep > 0 ? &t->booked[keep - 1] : NULL;

	return last != NULL && last->to_ms >= from_ms ? last : NULL;
}

/*
 * What is to be booked from from_ms on.  A stretch that reaches from before
 * into the first span goes on, or ends there; *keep says how many booked ones
 * stay as they are.
 */
static void
make_stretches(const struct target *t, const struct state_line *line,
    size_t *keep, struct stretches *out)
{
	const struct state_span *first = &line->items[0];
	struct ledger_stretch *before = reaching(t, *keep, first->from_ms);
	size_t i = 0;

	if (before != NULL && is_booked(first->state) &&
	    before->kind == kind_of(first->state)) {
		struct ledger_stretch on = stretch_of(line, i++);

		on.from_ms = before->from_ms;
		on.from_before_ms = before->from_before_ms;
		on.reason = before->reason;
		add_stretch(out, &on);
		(*keep)--;
	} else if (before != NULL) {
		struct ledger_stretch cut = *before;

		cut.to_ms = first->from_ms;
		cut.to_before_ms = first->from_before_ms;
		cut.removed = first->state == STATE_ABSENT;
		add_stretch(out, &cut);
		(*keep)--;
	}
	for (; i < line->count; i++) {
		struct ledger_stretch next = stretch_of(line, i);

		if (is_booked(line->items[i].state))
			add_stretch(out, &next);
	}
}

static bool
is_same(const struct ledger_stretch *a, const struct ledger_stretch *b)
{
	return a->kind == b->kind && a->from_ms == b->from_ms &&
	    a->to_ms == b->to_ms && a->from_before_ms == b->from_before_ms &&
	    a->to_before_ms == b->to_before_ms && a->reason == b->reason &&
	    a->removed == b->removed;
}

/* What is booked from an instant on: what was, and what is; NULL if nothing. */
static void
write_stretch(struct shard *s, const struct target *t, int64_t from_ms,
    const struct ledger_stretch *was, const struct ledger_stretch *is)
{
	char field[TARGET_ROOM + 24];

	text_format(field, sizeof(field), "%s|%lld", t->key,
	    (long long)from_ms);
	shard_journal_outage(s, t, was, is);
	if (is == NULL)
		shard_put(s, COMMIT_UNSET, "outages", field, NULL, 0);
	else
		shard_put_text(s, COMMIT_SET, "outages", field,
		    ledger_encode_stretch(is));
	shard_put_end(s);
	s->is_urgent = true;
}

/* Write what differs from what is booked from i on; both by rising from_ms. */
static void
write_differences(struct shard *s, const struct target *t, size_t i,
    const struct stretches *is)
{
	size_t k = 0;

	for (;;) {
		const struct ledger_stretch *a =
		    i < t->booked_count ? &t->booked[i] : NULL;
		const struct ledger_stretch *b =
		    k < is->count ? &is->items[k] : NULL;

		if (a == NULL && b == NULL)
			return;
		if (a != NULL && (b == NULL || a->from_ms < b->from_ms)) {
			write_stretch(s, t, a->from_ms, a, NULL);
			i++;
		} else if (a == NULL || b->from_ms < a->from_ms) {
			write_stretch(s, t, b->from_ms, NULL, b);
			k++;
		} else {
			if (!is_same(a, b))
				write_stretch(s, t, b->from_ms, a, b);
			i++;
			k++;
		}
	}
}

static void
replace_booked(struct target *t, size_t keep, const struct stretches *is)
{
	size_t count = keep + is->count;

	if (count > t->booked_room) {
		t->booked_room = count + 4;
		t->booked =
		    mem_grow(t->booked, t->booked_room * sizeof(*t->booked));
	}
	if (is->count > 0)
		memcpy(t->booked + keep, is->items,
		    is->count * sizeof(*is->items));
	t->booked_count = count;
}

static void
book(struct shard *s, struct target *t, const struct state_line *line)
{
	struct stretches is = { 0 };
	size_t keep = t->booked_count;

	while (
	    keep > 0 && t->booked[keep - 1].from_ms >= line->items[0].from_ms)
		keep--;
	make_stretches(t, line, &keep, &is);
	write_differences(s, t, keep, &is);
	replace_booked(t, keep, &is);
	free(is.items);
}

/* The state now, and since when: from the line, or from before it. */
static void
take_state(struct target *t, const struct state_line *line)
{
	const struct state_span *last = &line->items[line->count - 1];
	const struct ledger_stretch *open =
	    t->booked_count > 0 ? &t->booked[t->booked_count - 1] : NULL;
	bool goes_on = line->count == 1 && t->state == last->state &&
	    t->since_ms < last->from_ms;

	t->state = last->state;
	if (is_booked(last->state) && open != NULL && open->to_ms == NEVER) {
		t->since_ms = open->from_ms;
		t->since_before_ms = open->from_before_ms;
	} else if (!goes_on) {
		t->since_ms = last->from_ms;
		t->since_before_ms = last->from_before_ms;
	}
}

/*
 * When silence in any region is to be judged next: also of one that looks at
 * it no more, which says how far back its last word held.
 */
static int64_t
next_stale(const struct shard *s, const struct target *t)
{
	int64_t next_ms = NEVER;

	for (size_t i = 0; i < s->region_count; i++) {
		int64_t at_ms;

		if (t->series[i] == NULL)
			continue;
		at_ms = runs_stale_at(&t->series[i]->runs);
		if (at_ms > s->judge_ms && at_ms < next_ms)
			next_ms = at_ms;
	}
	return next_ms;
}

/*
 * The earliest instant to go back to: not beyond what is kept, nor before
 * anything was agreed.  That is further than what may still be told of: a look
 * bridges what lies before it, and time goes on until it is booked.  Books from
 * before the terms are of some which are known no more, as when their record
 * was damaged: they stay.
 */
static int64_t
begin_of(const struct shard *s, const struct target *t)
{
	int64_t from_ms = t->dirty_ms;
	int64_t kept_ms = shard_horizon(s) - MARGIN_MS;

	if (from_ms < kept_ms)
		from_ms = kept_ms;
	if (t->steps.count > 0 && from_ms < t->steps.items[0].from_ms)
		from_ms = t->steps.items[0].from_ms;
	return from_ms < s->now_ms ? from_ms : s->now_ms;
}

void
shard_rebook(struct shard *s, struct target *t)
{
	struct quorum_region regions[REGIONS_MAX];
	struct quorum_input in;
	struct quorum_look look;
	int64_t due_ms;

	shard_input(s, t, false, regions, &in);
	quorum_line(&in, begin_of(s, t), s->now_ms + 1, &s->line);
	t->dirty_ms = NEVER;
	t->judged_ms = s->judge_ms;
	book(s, t, &s->line);
	take_state(t, &s->line);
	quorum_look(&in, s->now_ms, &look);
	t->edge_ms = look.until_ms;
	due_ms = next_stale(s, t);
	if (look.until_ms < due_ms)
		due_ms = look.until_ms;
	shard_schedule(s, t, due_ms);
	shard_watch(s, t, &look);
	shard_write_state(s, t, &look);
}
