/* account: see the header. */

#include "lib/account.h"
#include "lib/text.h"

#define SECOND_MS 1000

int64_t
account_floor_s(int64_t ms)
{
	return ms / SECOND_MS - (ms % SECOND_MS < 0);
}

int64_t
account_ceiling_s(int64_t ms)
{
	return ms / SECOND_MS + (ms % SECOND_MS > 0);
}

void
account_outward(const struct interval_set *ms, struct interval_set *s)
{
	for (size_t i = 0; i < ms->count; i++)
		interval_set_add(s, account_floor_s(ms->items[i].from),
		    account_ceiling_s(ms->items[i].to));
}

void
account_inward(const struct interval_set *ms, struct interval_set *s)
{
	for (size_t i = 0; i < ms->count; i++)
		interval_set_add(s, account_ceiling_s(ms->items[i].from),
		    account_floor_s(ms->items[i].to));
}

void
account_percent(int64_t millionths, char *out, size_t room)
{
	text_format(out, room, "%lld.%04lld %%",
	    (long long)(millionths / 10000), (long long)(millionths % 10000));
}

const char *
verdict_text(enum verdict verdict)
{
	static const char *const texts[] = {
		[VERDICT_MET] = "met",
		[VERDICT_MISSED] = "missed",
		[VERDICT_INDETERMINATE] = "indeterminate",
		[VERDICT_NOT_APPLICABLE] = "not applicable",
		[VERDICT_UNDER_WAY] = "under way",
	};

	return texts[verdict];
}

/*
 * How the guarantee stands.  Two things are told apart: how the seconds so
 * far compare with it, and whether the whole month can still keep it.
 */
const char *
verdict_so_far(enum verdict so_far, enum verdict best)
{
	if (best == VERDICT_NOT_APPLICABLE)
		return "nothing was agreed";
	if (best == VERDICT_MISSED)
		return "missed: it can no longer be kept";
	if (best == VERDICT_INDETERMINATE)
		return "cannot be said of this period: too much of it is not "
		       "known";
	switch (so_far) {
	case VERDICT_MET:
		return "kept so far";
	case VERDICT_MISSED:
		return "below it so far; of the whole period it can still be "
		       "kept";
	case VERDICT_INDETERMINATE:
		return "cannot be said so far: too little is known";
	case VERDICT_NOT_APPLICABLE:
	case VERDICT_UNDER_WAY:
		break;
	}
	return "nothing was seen by us so far";
}
