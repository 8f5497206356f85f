/* Which ladder calls at an hour: see ladder_when.h. */
#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/ladder_when.h"
#include "lib/text.h"

#define DAY_MS INT64_C(86400000)
#define LOOK_MS DAY_MS        /* so far ahead hours are looked at at once */
#define SAY_MS (400 * DAY_MS) /* later changes are not told */

struct ladder_plan
ladder_plan_for(const struct client *c, const struct ladder *otherwise)
{
	struct ladder_plan plan = { .otherwise = otherwise };

	if (c != NULL) {
		plan.hours = c->hours;
		plan.count = c->hour_count;
	}
	return plan;
}

struct ladder_plan
ladder_plan_of(const struct endpoint *e)
{
	return ladder_plan_for(e->has_ladder ? NULL : e->client, e->ladder);
}

/* Are these hours open, and how long does that stay so, as far as to_ms? */
static bool
is_open(const struct ladder_hours *h, int64_t at_ms, int64_t *to_ms)
{
	struct interval_set open = { 0 };
	bool now = false;

	calendar_open(&h->calendar, at_ms, *to_ms, &open);
	if (open.count > 0) {
		now = open.items[0].from == at_ms;
		*to_ms = now ? open.items[0].to : open.items[0].from;
	}
	interval_set_clear(&open);
	return now;
}

void
ladder_when(const struct ladder_plan *plan, int64_t at_ms,
    struct ladder_chosen *out)
{
	*out = (struct ladder_chosen){ .ladder = plan->otherwise,
		.until_ms = plan->count > 0 ? at_ms + LOOK_MS : NEVER };
	for (size_t i = 0; i < plan->count; i++)
		if (is_open(&plan->hours[i], at_ms, &out->until_ms)) {
			out->by = plan->hours[i].choice;
			out->ladder = out->by->ladder;
			return;
		}
}

bool
ladder_changes(const struct ladder_plan *plan, const struct ladder *ladder,
    int64_t at_ms, int64_t to_ms, struct ladder_chosen *out, int64_t *when_ms)
{
	for (; plan->count > 0 && at_ms < to_ms; at_ms = out->until_ms) {
		ladder_when(plan, at_ms, out);
		if (out->ladder != ladder) {
			*when_ms = at_ms;
			return true;
		}
	}
	return false;
}

/* "local until Friday, 6 March 2026, 17:00 NZDT (hours office)". */
void
ladder_when_say(const struct ladder_plan *plan, const char *zone, int64_t at_ms,
    char out[LADDER_WHEN_MAX])
{
	struct ladder_chosen now, then;
	char until[48];
	int64_t ms;

	ladder_when(plan, at_ms, &now);
	text_format(out, LADDER_WHEN_MAX, "%.70s", now.ladder->name);
	if (plan->count == 0)
		return;
	if (!ladder_changes(plan, now.ladder, at_ms, at_ms + SAY_MS, &then,
		&ms))
		text_copy(until, sizeof(until), "further notice");
	else
		civil_full(zone, ms, until, sizeof(until));
	text_format(out, LADDER_WHEN_MAX, "%.70s until %s: %s%.70s%s",
	    now.ladder->name, until, now.by != NULL ? "hours \"" : "none of ",
	    now.by != NULL ? now.by->hours_name : "its hours",
	    now.by != NULL ? "\" are open" : " is open");
}
