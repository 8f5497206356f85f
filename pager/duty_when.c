/*
 * Which ladder depends on the hour: what an incident's client has chosen.
 *
 * The ladder in force is kept with the incident, since its page's level is one
 * of that ladder; when the hour or the tree says another one, the page is
 * switched.  An incident in a storm goes on to the storm of its new ladder; one
 * whose storm somebody has stays there, and looks again when it calls.
 */
#include <assert.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_foreign.h"

/* Whose hours are asked: of what names a ladder itself, nobody's. */
static const struct client *
client_of(const struct duty *d, const struct incident *inc)
{
	const struct endpoint *e =
	    settings_endpoint_once(d->settings, inc->subject);
	const struct client *client;

	if (inc->is_storm)
		return NULL;
	if (e != NULL)
		return e->has_ladder ? NULL : e->client;
	if (foreign_whose(d->settings, inc->subject, &client))
		return client;
	return settings_client(d->settings, inc->client);
}

struct ladder_plan
duty_plan(const struct duty *d, const struct incident *inc)
{
	const struct ladder *otherwise =
	    settings_ladder(d->settings, inc->ladder);

	if (otherwise == NULL)
		otherwise = d->settings->site.ladder;
	return ladder_plan_for(client_of(d, inc), otherwise);
}

/* Somebody has the storm that it is in. */
static bool
is_left_alone(const struct duty *d, const struct incident *inc)
{
	const struct incident *caller = duty_caller(d, inc);

	return caller != inc && caller->page.state != PAGE_CALLING;
}

int64_t
duty_hours_deadline(const struct duty *d, const struct incident *inc)
{
	return is_left_alone(d, inc) ? NEVER : inc->hours_until_ms;
}

/* By what the tree says now; true: it is another ladder. */
static bool
choose(const struct duty *d, struct incident *inc, int64_t now_ms,
    char why[160])
{
	struct ladder_plan plan = duty_plan(d, inc);
	struct ladder_chosen chosen;
	char was[64];

	ladder_when(&plan, now_ms, &chosen);
	inc->hours_until_ms = chosen.until_ms;
	text_copy(was, sizeof(was), incident_ladder(inc));
	text_copy(inc->by_hours, sizeof(inc->by_hours),
	    chosen.by != NULL ? chosen.ladder->name : "");
	if (strcmp(incident_ladder(inc), was) == 0)
		return false;
	text_format(why, 160, "ladder %.40s -> %.40s (%s%.40s%s)", was,
	    incident_ladder(inc), chosen.by != NULL ? "hours \"" : "no hours",
	    chosen.by != NULL ? chosen.by->hours_name : "",
	    chosen.by != NULL ? "\"" : " are open");
	return true;
}

void
duty_choose_ladder(const struct duty *d, struct incident *inc, int64_t now_ms)
{
	char why[160];

	(void)choose(d, inc, now_ms, why);
}

/* Those of the ladder before need not hear of it any more. */
static void
cancel_asks(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct intent *i, *next;

	for (i = TAILQ_FIRST(&inc->intents); i != NULL; i = next) {
		next = TAILQ_NEXT(i, of_incident);
		if (i->state != INTENT_SENDING && i->kind == MESSAGE_CALL)
			duty_give_up(d, i, "another ladder", now_ms);
	}
}

void
duty_follow_hours(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct page_policy policy;
	char why[160];

	if (duty_hours_deadline(d, inc) > now_ms ||
	    !choose(d, inc, now_ms, why))
		return;
	incident_note(inc, now_ms, "pager", why);
	duty_journal(d, inc, "pager", "ladder", why, now_ms);
	duty_dirty(d, inc);
	duty_policy(d, inc, &policy);
	if (policy.ladder == NULL)
		return;
	if (inc->storm[0] != '\0')
		duty_move_storm(d, inc, now_ms);
	else if (page_switch(&inc->page, &policy, now_ms))
		cancel_asks(d, inc, now_ms);
	duty_late_switch(d, inc, now_ms);
}
