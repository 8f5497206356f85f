/* erase_round: see erase_round.h. */
#include <stdlib.h>

#include "collector/erase_round.h"
#include "lib/interval.h"
#include "lib/text.h"

#define DAY_MS INT64_C(86400000)

bool
erase_round_begin(struct erase_round *e, const struct shard_erasing *ordered,
    const struct shard_erasing *by_age)
{
	bool is_due = e->left_ms < by_age->before_ms &&
	    by_age->before_ms - e->whole_ms >= DAY_MS;

	e->is_ordered = ordered->round > e->ordered;
	if (!e->is_ordered && by_age->round <= e->by_age)
		return false;
	e->what = e->is_ordered ? *ordered : *by_age;
	e->is_past = false;
	text_copy(e->cursor, sizeof(e->cursor),
	    e->is_ordered || e->old[0] == '\0' ? "0-0" : e->old);
	text_copy(e->passed, sizeof(e->passed), e->cursor);
	e->is_whole = e->is_ordered || !e->was_whole || is_due;
	if (e->is_whole)
		e->left_ms = NEVER;
	return true;
}

bool
erase_round_take(struct erase_round *e, const char *id)
{
	bool is_old = strtoll(id, NULL, 10) < e->what.before_ms;

	if (e->is_past || !seal_is_id(id) || (!e->is_whole && !is_old)) {
		e->is_past = true;
		return false;
	}
	text_copy(e->cursor, sizeof(e->cursor), id);
	if (is_old)
		text_copy(e->passed, sizeof(e->passed), id);
	return true;
}

void
erase_round_left(struct erase_round *e, const char *id, int64_t left_ms)
{
	if (left_ms < strtoll(id, NULL, 10) - DAY_MS && left_ms < e->left_ms)
		e->left_ms = left_ms;
}

void
erase_round_end(struct erase_round *e)
{
	if (e->is_ordered) {
		e->ordered = e->what.round;
		e->was_whole = false;
	} else {
		e->by_age = e->what.round;
		text_copy(e->old, sizeof(e->old), e->passed);
	}
	if (!e->is_ordered && e->is_whole) {
		e->was_whole = true;
		e->whole_ms = e->what.before_ms;
	}
	e->what.round = 0;
}
