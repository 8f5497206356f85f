/* account: see the header. */

#include "lib/account.h"
#include "lib/text.h"

#define SECOND_MS 1000
#define WHOLE_MILLI 100000 /* 100 % */

static int64_t
floor_s(int64_t ms)
{
	int64_t s = ms / SECOND_MS;

	return ms % SECOND_MS < 0 ? s - 1 : s;
}

static int64_t
ceiling_s(int64_t ms)
{
	int64_t s = ms / SECOND_MS;

	return ms % SECOND_MS > 0 ? s + 1 : s;
}

void
account_outward(const struct interval_set *ms, struct interval_set *s)
{
	for (size_t i = 0; i < ms->count; i++)
		interval_set_add(s, floor_s(ms->items[i].from),
		    ceiling_s(ms->items[i].to));
}

void
account_inward(const struct interval_set *ms, struct interval_set *s)
{
	for (size_t i = 0; i < ms->count; i++)
		interval_set_add(s, ceiling_s(ms->items[i].from),
		    floor_s(ms->items[i].to));
}

/* The seconds of a piece: one cut in the middle belongs to the later piece. */
static struct interval
seconds_of(const struct account_piece *p)
{
	return (struct interval){ floor_s(p->from_ms), floor_s(p->to_ms) };
}

static void
clip(const struct interval_set *ms, const struct account_piece *p,
    struct interval_set *out)
{
	struct interval s = seconds_of(p);

	interval_set_add(out, s.from * SECOND_MS, s.to * SECOND_MS);
	interval_set_intersect(out, ms);
}

static void
measure(const struct account_piece *p, struct account *out)
{
	struct interval_set down_ms = { 0 }, unknown_ms = { 0 };
	struct interval_set down = { 0 }, unknown = { 0 };

	clip(p->down_ms, p, &down_ms);
	clip(p->unknown_ms, p, &unknown_ms);
	account_outward(&down_ms, &down);
	account_inward(&unknown_ms, &unknown);
	interval_set_subtract(&unknown, &down);
	out->down_s = interval_set_length(&down);
	out->unknown_s = interval_set_length(&unknown);
	interval_set_clear(&down_ms);
	interval_set_clear(&unknown_ms);
	interval_set_clear(&down);
	interval_set_clear(&unknown);
}

/* Whether part is at least so many thousandths of a percent of whole. */
static bool
reaches(int64_t part, int64_t whole, int64_t milli)
{
	return part * WHOLE_MILLI >= milli * whole;
}

static enum verdict
judge(const struct account *a, const struct account_piece *p)
{
	if (a->total_s == 0)
		return VERDICT_NOT_APPLICABLE;
	/* Missed even if all that was not seen had been up. */
	if (!reaches(a->period_s - a->down_s, a->period_s, p->guarantee_milli))
		return VERDICT_MISSED;
	if (!reaches(a->period_s - a->unknown_s, a->period_s,
		p->coverage_floor_milli))
		return VERDICT_INDETERMINATE;
	return reaches(a->total_s - a->down_s, a->total_s, p->guarantee_milli)
	    ? VERDICT_MET
	    : VERDICT_MISSED;
}

void
account_sum(struct account *a)
{
	a->total_s = a->period_s - a->unknown_s;
	a->uptime_milli = a->total_s == 0
	    ? 0
	    : (a->total_s - a->down_s) * WHOLE_MILLI / a->total_s;
	a->coverage_milli = a->period_s == 0
	    ? 0
	    : (a->period_s - a->unknown_s) * WHOLE_MILLI / a->period_s;
	a->left_s = a->allowed_s - a->down_s;
}

void
account_of(const struct account_piece *p, struct account *out)
{
	struct interval s = seconds_of(p);

	*out =
	    (struct account){ .period_s = s.to > s.from ? s.to - s.from : 0 };
	measure(p, out);
	out->allowed_s = (WHOLE_MILLI - p->guarantee_milli) *
	    (out->period_s - out->unknown_s) / WHOLE_MILLI;
	account_sum(out);
	out->verdict = judge(out, p);
}

void
account_percent(int64_t milli, char *out, size_t room)
{
	text_format(out, room, "%lld.%03lld %%", (long long)(milli / 1000),
	    (long long)(milli % 1000));
}

const char *
verdict_text(enum verdict verdict)
{
	static const char *const texts[] = {
		[VERDICT_MET] = "met",
		[VERDICT_MISSED] = "missed",
		[VERDICT_INDETERMINATE] = "indeterminate",
		[VERDICT_NOT_APPLICABLE] = "not applicable",
	};

	return texts[verdict];
}

/*
 * How the guarantee stands.  Two things are told apart: how the seconds so
 * far compare with it, and whether the whole month can still keep it.
 */
const char *
verdict_so_far(const struct account *so_far, const struct account *best)
{
	if (best->verdict == VERDICT_NOT_APPLICABLE)
		return "nothing was agreed";
	if (best->verdict == VERDICT_MISSED)
		return "missed: more than the whole month's allowance is used";
	if (best->verdict == VERDICT_INDETERMINATE)
		return "cannot be said of this month: too much of it was not "
		       "seen by us";
	switch (so_far->verdict) {
	case VERDICT_MET:
		return "kept so far";
	case VERDICT_MISSED:
		return "below it so far; of the whole month it can still be "
		       "kept";
	case VERDICT_INDETERMINATE:
		return "cannot be said so far: too little was seen by us";
	case VERDICT_NOT_APPLICABLE:
		break;
	}
	return "nothing was seen by us so far";
}

const char *
verdict_under_way(const struct account *best)
{
	return best->verdict == VERDICT_MET ? "can still be met"
					    : verdict_text(best->verdict);
}
