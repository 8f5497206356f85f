/*
 * spool_part: closing what waits into numbered parts, what the collector has
 * of them, and holes for what is gone.
 *
 * The parts of a shard are sorted by number.  A part that covers others'
 * numbers takes their place: that is how a hole swallows what it stands for.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agent/spool_inside.h"
#include "lib/interval.h"

void
spool_drop_part(struct spool *sp, struct spool_shard *sh,
    struct spool_part *part)
{
	TAILQ_REMOVE(&sh->parts, part, entry);
	sh->bytes -= part->bytes.length;
	sp->bytes -= part->bytes.length;
	if (part->last_ms > sh->gone_ms)
		sh->gone_ms = part->last_ms;
	wire_bytes_clear(&part->bytes);
	free(part);
}

void
spool_insert(struct spool *sp, struct spool_shard *sh, struct spool_part *new)
{
	struct spool_part *before = TAILQ_LAST(&sh->parts, spool_parts);
	struct spool_part *older;

	while (before != NULL && before->seq >= new->from_seq) {
		older = TAILQ_PREV(before, spool_parts, entry);
		if (before->from_seq > new->seq) {
			before = older;
			continue;
		}
		if (before->from_seq < new->from_seq || before->seq > new->seq)
			break;
		spool_drop_part(sp, sh, before);
		before = older;
	}
	if (before != NULL)
		TAILQ_INSERT_AFTER(&sh->parts, before, new, entry);
	else
		TAILQ_INSERT_HEAD(&sh->parts, new, entry);
	sh->bytes += new->bytes.length;
	sp->bytes += new->bytes.length;
	if (new->seq > sh->last_seq)
		sh->last_seq = new->seq;
}

/*
 * The mark that is missed least: it leaves the smallest gap for its age.
 * So marks lie densely in the near past, and still reach back to the first.
 */
static size_t
least_mark(const struct spool_shard *sh)
{
	int64_t newest = sh->marks[SPOOL_MARKS - 1].seq;
	double least = 0;
	size_t found = 0;

	for (size_t i = 1; i < SPOOL_MARKS - 1; i++) {
		const struct spool_mark *m = &sh->marks[i];
		double gap = (double)(m[1].seq - m[-1].seq);
		double worth = gap / (double)(newest - m[1].seq + 1);

		if (found == 0 || worth < least) {
			least = worth;
			found = i;
		}
	}
	return found;
}

/*
 * A slow look begins before others of the part before its own; so each mark
 * is as early as all that follow it, for a hole may stand for them, too.
 */
void
spool_mark(struct spool_shard *sh, int64_t seq, int64_t begin_ms)
{
	size_t n;

	if (sh->mark_count > 0 && sh->marks[sh->mark_count - 1].seq >= seq)
		return;
	for (n = sh->mark_count; n > 0; n--) {
		if (sh->marks[n - 1].begin_ms <= begin_ms)
			break;
		sh->marks[n - 1].begin_ms = begin_ms;
	}
	if (sh->marks == NULL)
		sh->marks = mem_alloc(SPOOL_MARKS * sizeof(*sh->marks));
	if (sh->mark_count == SPOOL_MARKS) {
		n = least_mark(sh);
		memmove(&sh->marks[n], &sh->marks[n + 1],
		    (SPOOL_MARKS - 1 - n) * sizeof(*sh->marks));
		sh->mark_count--;
	}
	sh->marks[sh->mark_count++] = (struct spool_mark){ seq, begin_ms };
}

/* No later than what seq or a later part tells; fallback: nothing known. */
static int64_t
begin_of(const struct spool_shard *sh, int64_t seq, int64_t fallback_ms)
{
	int64_t begin_ms = fallback_ms;

	for (size_t i = 0; i < sh->mark_count && sh->marks[i].seq <= seq; i++)
		begin_ms = sh->marks[i].begin_ms;
	return begin_ms < fallback_ms ? begin_ms : fallback_ms;
}

/* The clock of what has waited longest; ours now when nothing waits. */
static const struct spool_clock *
oldest_clock(const struct spool *sp, const struct spool_shard *sh)
{
	uint64_t number = UINT64_MAX;

	if (!STAILQ_EMPTY(&sh->items))
		number = STAILQ_FIRST(&sh->items)->number;
	for (size_t i = 0; spool_has_blinds(sp, sh) && i < sp->blind_count; i++)
		if (sp->blinds[i].number > sh->blind_number &&
		    sp->blinds[i].number < number)
			number = sp->blinds[i].number;
	return spool_clock_of(sp, number);
}

/* The blinds that this shard has not told of, up to a number. */
static size_t
take_blinds(const struct spool *sp, struct spool_shard *sh, uint64_t until,
    struct blind out[SPOOL_BLINDS])
{
	size_t count = 0;

	for (size_t i = 0; i < sp->blind_count; i++) {
		const struct spool_blind *b = &sp->blinds[i];

		if (b->number <= sh->blind_number || b->number > until)
			continue;
		out[count++] = (struct blind){ b->from_ms, b->to_ms };
		sh->blind_number = b->number;
	}
	return count;
}

/* Encode the part and put it among its shard's. */
static struct spool_part *
add_part(struct spool *sp, struct spool_shard *sh, struct wire_part *from)
{
	struct spool_part *part = mem_alloc(sizeof(*part));

	text_copy(from->spool, sizeof(from->spool), sp->id);
	from->shard = sh->index;
	part->from_seq = from->from_seq;
	part->seq = from->seq;
	part->hole = from->hole != NULL;
	part->number = sh->closed_number;
	if (part->hole) {
		part->first_ms = from->hole_from_ms;
		part->last_ms = from->hole_to_ms;
	}
	wire_encode_part(from, &part->bytes);
	spool_insert(sp, sh, part);
	return part;
}

/* One hole with one that is not yet accepted right before it. */
static void
swallow_before(const struct spool_shard *sh, struct wire_part *hole)
{
	const struct spool_part *before;

	TAILQ_FOREACH_REVERSE (before, &sh->parts, spool_parts, entry)
		if (before->seq < hole->from_seq)
			break;
	if (before != NULL && before->hole &&
	    before->seq == hole->from_seq - 1 && before->seq > sh->have) {
		hole->from_seq = before->from_seq;
		if (before->first_ms < hole->hole_from_ms)
			hole->hole_from_ms = before->first_ms;
	}
}

/*
 * A hole.  Its times are the collector's, since it may stand for what several
 * clocks dated.  One made while parts are collected swallows none: the one
 * before it may be among them.
 */
static void
add_hole(struct spool *sp, struct spool_shard *sh, int64_t from_seq,
    int64_t seq, int64_t from_ms, int64_t to_ms, const char *reason, bool merge,
    int64_t now_ms)
{
	const struct spool_clock *now = spool_clock_now(sp);
	struct wire_part hole = { .from_seq = from_seq,
		.seq = seq,
		.closed_at_ms = now->error_ms > WIRE_UNSURE_MS
		    ? spool_bounded(to_ms)
		    : spool_theirs(now, now_ms),
		.hole = reason,
		.hole_from_ms = spool_bounded(from_ms),
		.hole_to_ms =
		    spool_bounded(to_ms > from_ms ? to_ms : from_ms) };

	if (merge)
		swallow_before(sh, &hole);
	spool_record_part(sp, add_part(sp, sh, &hole));
	sh->blind_number = 0; /* what it swallowed of them is told again */
}

/* Take items off the queue into scratch; what span of time they cover. */
static size_t
take_items(struct spool *sp, struct spool_shard *sh, size_t count,
    uint64_t until, int64_t *first_ms, int64_t *last_ms)
{
	struct spool_item *item;
	size_t n = 0;

	STAILQ_FOREACH (item, &sh->items, entry) {
		if (n == count || item->number > until)
			break;
		spool_item_observation(item, &sp->scratch[n++]);
		if (item->started_ms < *first_ms)
			*first_ms = item->started_ms;
		if (item->until_ms > *last_ms)
			*last_ms = item->until_ms;
		sh->closed_number = item->number;
	}
	return n;
}

static void
drop_items(struct spool *sp, struct spool_shard *sh, size_t count)
{
	while (count-- > 0)
		spool_drop_item(sp, sh);
	if (sh->count == 0)
		sh->urgent = false;
}

/*
 * What was made with a clock of which nothing was ever known lies somewhere
 * between what is known before and the beginning of the next known clock:
 * there nothing is known, and no date is invented.
 */
static void
close_undated(struct spool *sp, struct spool_shard *sh,
    const struct spool_clock *clock, const struct spool_clock *next,
    int64_t now_ms)
{
	int64_t from_ms = spool_clock_known_until(sp, clock);
	int64_t to_ms = spool_theirs(next, next->begin_ms);
	int64_t first_ms = INT64_MAX, last_ms = 0;
	size_t n;

	while ((n = take_items(sp, sh, SPOOL_CLOSE_COUNT, next->after,
		    &first_ms, &last_ms)) > 0)
		drop_items(sp, sh, n);
	if (from_ms < sh->last_ms)
		from_ms = sh->last_ms;
	if (from_ms++ == 0 || from_ms >= to_ms)
		from_ms = to_ms - 1 - (last_ms - first_ms);
	sh->last_ms = to_ms - 1;
	spool_mark(sh, sh->last_seq + 1, spool_bounded(from_ms));
	add_hole(sp, sh, sh->last_seq + 1, sh->last_seq + 1, from_ms, to_ms,
	    "made with a clock of which nothing was known", false, now_ms);
}

/* Close so many of the oldest of one clock into a part, or into a hole. */
static void
close_dated(struct spool *sp, struct spool_shard *sh,
    const struct spool_clock *clock, size_t count, const char *hole,
    int64_t now_ms)
{
	uint64_t until = spool_clock_until(sp, clock);
	int64_t closed_ms =
	    until == UINT64_MAX ? now_ms : spool_bounded(clock->last_ms);
	int64_t first_ms = closed_ms, last_ms = 0;
	struct blind blinds[SPOOL_BLINDS];
	struct wire_part from = { .closed_at_ms = closed_ms,
		.offset_ms = clock->offset_ms,
		.offset_error_ms = clock->error_ms };
	struct spool_part *part;
	bool merge = hole != NULL;

	if (count > 0 && !STAILQ_EMPTY(&sh->items) &&
	    spool_is_lost(STAILQ_FIRST(&sh->items))) {
		count = 1;
		hole = SPOOL_TOO_MUCH;
	}
	from.from_seq = from.seq = sh->last_seq + 1;
	from.observations = sp->scratch;
	from.count = take_items(sp, sh, count, until, &first_ms, &last_ms);
	first_ms = spool_theirs(clock, first_ms);
	last_ms = spool_theirs(clock, last_ms > 0 ? last_ms : closed_ms);
	spool_mark(sh, from.seq, first_ms);
	if (hole != NULL)
		add_hole(sp, sh, from.seq, from.seq, first_ms, last_ms + 1,
		    hole, merge, now_ms);
	else {
		from.blinds = blinds;
		from.blind_count =
		    sh->unsure ? 0 : take_blinds(sp, sh, until, blinds);
		part = add_part(sp, sh, &from);
		part->first_ms = first_ms;
		part->last_ms = last_ms;
		if (from.count > 0 && last_ms > sh->last_ms)
			sh->last_ms = last_ms;
		spool_record_part(sp, part);
	}
	drop_items(sp, sh, from.count); /* names were borrowed */
}

/*
 * Close so many of the oldest into the next part, or into a hole: all of one
 * clock, and fewer where another clock's begin.
 */
void
spool_close(struct spool *sp, struct spool_shard *sh, size_t count,
    const char *hole, int64_t now_ms)
{
	const struct spool_clock *clock =
	    count > 0 ? oldest_clock(sp, sh) : spool_clock_now(sp);
	const struct spool_clock *next = spool_clock_known_after(sp, clock);

	if (count > 0 && next != NULL)
		close_undated(sp, sh, clock, next, now_ms);
	else
		close_dated(sp, sh, clock, count, hole, now_ms);
}

/* The oldest that the collector does not have, or NULL. */
struct spool_part *
spool_first_wanted(const struct spool_shard *sh)
{
	struct spool_part *part, *wanted = NULL;

	TAILQ_FOREACH_REVERSE (part, &sh->parts, spool_parts, entry) {
		if (part->seq <= sh->have)
			break;
		wanted = part;
	}
	return wanted;
}

void
spool_accept(struct spool_shard *sh, int64_t have, int64_t now_ms)
{
	struct spool_part *part;

	TAILQ_FOREACH_REVERSE (part, &sh->parts, spool_parts, entry) {
		if (part->seq > have)
			part->accepted_ms = 0; /* it was forgotten */
		else if (part->accepted_ms == 0)
			part->accepted_ms = now_ms;
		else
			break;
	}
	sh->have = have;
}

/* What is asked for and gone becomes one hole, up to the oldest we have. */
void
spool_fill_gap(struct spool *sp, struct spool_shard *sh, int64_t now_ms)
{
	const struct spool_part *wanted = spool_first_wanted(sh);
	int64_t seq = wanted != NULL ? wanted->from_seq - 1 : sh->last_seq;
	int64_t end_ms = wanted != NULL
	    ? wanted->first_ms
	    : spool_theirs(spool_clock_now(sp), now_ms);

	if (wanted == NULL && sh->last_ms > 0)
		end_ms = sh->last_ms + 1;
	if (end_ms <= sh->gone_ms) /* a slow look in the next began before */
		end_ms = sh->gone_ms + 1;
	if (seq <= sh->have)
		return;
	add_hole(sp, sh, sh->have + 1, seq, begin_of(sh, sh->have + 1, end_ms),
	    end_ms, "kept no longer", true, now_ms);
}

/* The part that could not be read.  A hole that cannot be is not ours. */
bool
spool_set_aside(struct spool *sp, struct spool_shard *sh, int64_t now_ms)
{
	const struct spool_part *part = spool_first_wanted(sh);

	if (part == NULL || part->hole)
		return false;
	add_hole(sp, sh, part->from_seq, part->seq, part->first_ms,
	    part->last_ms + 1, "unreadable for the collector", true, now_ms);
	return true;
}

static struct spool_shard *
heaviest(struct spool *sp)
{
	struct spool_shard *most = &sp->shards[0];

	for (unsigned i = 1; i < sp->shard_used; i++)
		if (sp->shards[i].bytes > most->bytes)
			most = &sp->shards[i];
	return most;
}

/* Give up the oldest part of a shard; false when nothing is to be gained. */
static bool
give_up_oldest(struct spool *sp, struct spool_shard *sh, int64_t now_ms)
{
	struct spool_part *part;

	TAILQ_FOREACH (part, &sh->parts, entry) {
		if (part->seq <= sh->have) {
			spool_drop_part(sp, sh, part);
			return true;
		}
		if (part->hole)
			continue;
		add_hole(sp, sh, part->from_seq, part->seq, part->first_ms,
		    part->last_ms + 1, SPOOL_TOO_MUCH, true, now_ms);
		return true;
	}
	return false;
}

static bool
is_kept_enough(const struct spool_shard *sh, const struct spool_part *part,
    int64_t now_ms)
{
	return part->seq <= sh->have && part->accepted_ms != 0 &&
	    now_ms - part->accepted_ms >= SPOOL_KEEP_MS;
}

void
spool_trim(struct spool *sp, int64_t now_ms)
{
	for (unsigned i = 0; i < sp->shard_used; i++) {
		struct spool_shard *sh = &sp->shards[i];
		struct spool_part *part = TAILQ_FIRST(&sh->parts), *following;

		for (; part != NULL && is_kept_enough(sh, part, now_ms);
		     part = following) {
			following = TAILQ_NEXT(part, entry);
			spool_drop_part(sp, sh, part);
		}
	}
	while (sp->bytes > SPOOL_KEEP_BYTES &&
	    give_up_oldest(sp, heaviest(sp), now_ms))
		;
}
