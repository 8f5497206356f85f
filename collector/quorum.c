/* quorum: see the header. */
#include <stdlib.h>
#include <string.h>

#include "collector/quorum.h"
#include "lib/ledger.h"
#include "lib/text.h"

static const char *const state_texts[] = {
	[STATE_ABSENT] = "absent",
	[STATE_UP] = "up",
	[STATE_DEGRADED] = "degraded",
	[STATE_DOWN] = "down",
	[STATE_UNKNOWN] = "unknown",
};
#define STATES (sizeof(state_texts) / sizeof(state_texts[0]))

const char *
state_text(enum state state)
{
	return state_texts[state];
}

int
state_parse(const char *text)
{
	for (size_t i = 0; i < STATES; i++)
		if (strcmp(text, state_texts[i]) == 0)
			return (int)i;
	return -1;
}

void
state_line_clear(struct state_line *line)
{
	free(line->items);
	*line = (struct state_line){ 0 };
}

/* The terms in force at an instant, or NULL; and when the next come. */
static const struct quorum_terms *
terms_at(const struct quorum_input *in, int64_t at_ms, int64_t *until_ms)
{
	const struct quorum_terms *found = NULL;

	*until_ms = NEVER;
	for (size_t i = 0; i < in->terms_count; i++) {
		if (in->terms[i].from_ms > at_ms) {
			*until_ms = in->terms[i].from_ms;
			break;
		}
		found = &in->terms[i];
	}
	return found;
}

static void
region_fact(const struct quorum_input *in, size_t region, int64_t at_ms,
    struct fact *out)
{
	static const struct runs no_runs;
	static const struct interval_set no_voids;
	const struct quorum_region *r = &in->regions[region];

	runs_fact_outside(r->runs != NULL ? r->runs : &no_runs,
	    r->voids != NULL ? r->voids : &no_voids, at_ms, in->now_ms, out);
}

bool
quorum_is_fresh(const struct fact *f)
{
	return !f->is_none && f->outcome != OUTCOME_UNKNOWN;
}

static void
count_region(struct quorum_look *look, const struct fact *f)
{
	if (f->until_ms < look->until_ms)
		look->until_ms = f->until_ms;
	if (!quorum_is_fresh(f))
		return;
	look->fresh++;
	if (outcome_is_failing(f->outcome)) {
		if (look->failing++ == 0)
			look->reason = f->reason;
		look->maintenance += f->outcome == OUTCOME_MAINTENANCE;
	}
	look->impaired += outcome_is_failing(f->outcome) ||
	    f->outcome == OUTCOME_SLOW || f->is_blippy;
}

static enum state
judge(const struct quorum_look *look)
{
	if (look->fresh < look->quorum)
		return STATE_UNKNOWN;
	if (look->failing >= look->quorum && 2 * look->failing > look->fresh)
		return STATE_DOWN;
	return look->impaired >= look->quorum ? STATE_DEGRADED : STATE_UP;
}

void
quorum_look(const struct quorum_input *in, int64_t at_ms,
    struct quorum_look *out)
{
	const struct quorum_terms *terms;

	out->state = STATE_ABSENT;
	out->fresh = out->failing = out->maintenance = out->impaired = 0;
	out->quorum = 0;
	out->reason = REASON_NONE;
	out->regions = 0;
	terms = terms_at(in, at_ms, &out->until_ms);
	if (terms == NULL || (terms->regions == 0 && !terms->others))
		return;
	out->quorum = (int)terms->quorum;
	out->regions = terms->regions;
	for (size_t i = 0; i < in->region_count; i++) {
		if ((terms->regions >> i & 1) == 0)
			continue;
		region_fact(in, i, at_ms, &out->facts[i]);
		count_region(out, &out->facts[i]);
	}
	out->state = judge(out);
}

/* Good, failing, or not fresh: what matters for an edge. */
static int
class_of(const struct fact *f)
{
	return !quorum_is_fresh(f) ? 0 : outcome_is_failing(f->outcome) ? 1 : 2;
}

/*
 * How early an edge at this instant can have been: the last look before it of
 * a region that changed there, the latest if several did.  When those that
 * changed had never looked before, nobody knows.  When none did, the edge is
 * ours (terms, voids), and exact.
 */
static int64_t
edge_before(const struct quorum_input *in, const struct quorum_look *look,
    int64_t at_ms)
{
	int64_t before_ms = BEFORE_ALL;
	bool has_changed = false;

	for (size_t i = 0; i < in->region_count; i++) {
		const struct fact *f = &look->facts[i];
		struct fact was;

		if ((look->regions >> i & 1) == 0 || f->from_ms != at_ms)
			continue;
		region_fact(in, i, at_ms - 1, &was);
		if (class_of(&was) == class_of(f))
			continue;
		has_changed = true;
		if (f->before_ms > before_ms)
			before_ms = f->before_ms;
	}
	if (!has_changed)
		return at_ms;
	return before_ms == BEFORE_ALL ? LEDGER_UNSEEN : before_ms;
}

static void
line_add(struct state_line *line, const struct state_span *span)
{
	if (line->count == line->room) {
		line->room = line->room * 2 + 4;
		line->items =
		    mem_grow(line->items, line->room * sizeof(*line->items));
	}
	line->items[line->count++] = *span;
}

void
quorum_line(const struct quorum_input *in, int64_t from_ms, int64_t to_ms,
    struct state_line *out)
{
	struct quorum_look look;

	out->count = 0;
	for (int64_t at_ms = from_ms; at_ms < to_ms; at_ms = look.until_ms) {
		int64_t end_ms;

		quorum_look(in, at_ms, &look);
		end_ms = look.until_ms < to_ms ? look.until_ms : to_ms;
		if (out->count > 0 &&
		    out->items[out->count - 1].state == look.state) {
			out->items[out->count - 1].to_ms = end_ms;
			continue;
		}
		line_add(out,
		    &(struct state_span){ .state = look.state,
			.reason = look.reason,
			.from_ms = at_ms,
			.to_ms = end_ms,
			.from_before_ms = edge_before(in, &look, at_ms) });
	}
}
