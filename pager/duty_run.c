/*
 * What is due for one incident: calls of its page, quiet updates to its
 * owner, drafts to publish.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_parts.h"

/* What comes and goes says so in public no oftener than this. */
#define TURN_MS INT64_C(300000)

static void
call(struct duty *d, struct incident *inc, const struct page_action *did,
    int64_t now_ms)
{
	if (!duty_call(d, MESSAGE_CALL, inc, did, now_ms))
		return;
	inc->members_untold = false;
	inc->member_told_ms = now_ms;
}

static void
perform(struct duty *d, struct incident *inc, const struct page_action *did,
    int64_t now_ms)
{
	static const char *const whats[] = { "calls", "take expired",
		"watch over", "snooze over", "watch changed", "last resort" };
	char text[128];

	switch (did->what) {
	case PAGE_CALL:
		call(d, inc, did, now_ms);
		return;
	case PAGE_EXPIRED:
	case PAGE_WATCH_OVER:
	case PAGE_AWAKE:
		inc->unheld_ms = now_ms;
		duty_tell(d, MESSAGE_EXPIRED, inc, did->person,
		    whats[did->what], now_ms);
		break;
	case PAGE_HANDOVER:
		duty_tell(d, MESSAGE_HANDOVER, inc, did->person, "", now_ms);
		break;
	case PAGE_LAST_RESORT:
		duty_tell_last_resort(d, MESSAGE_LAST_RESORT, inc, now_ms);
		break;
	}
	text_format(text, sizeof(text), "%s%s%s", whats[did->what],
	    did->person[0] != '\0' ? ": " : "", did->person);
	incident_note(inc, now_ms, "pager", text);
	duty_journal(d, inc, "pager", whats[did->what], did->person, now_ms);
}

static void
run_page(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct page_policy policy;
	struct page_action did;

	duty_policy(d, inc, &policy);
	if (policy.ladder == NULL || inc->storm[0] != '\0' ||
	    page_deadline(&inc->page, &policy) > now_ms)
		return;
	while (page_next(&inc->page, &policy, now_ms, &did))
		perform(d, inc, &did, now_ms);
	duty_dirty(d, inc);
}

/* When the owner may hear of new members, or NEVER. */
static int64_t
member_deadline(const struct incident *inc)
{
	if (!inc->members_untold || inc->page.owner[0] == '\0')
		return NEVER;
	if (inc->member_told_ms == 0)
		return 0;
	return inc->member_told_ms + DUTY_MEMBER_MS;
}

static void
tell_members(struct duty *d, struct incident *inc, int64_t now_ms)
{
	if (member_deadline(inc) > now_ms)
		return;
	duty_tell(d, MESSAGE_MEMBER, inc, inc->page.owner, "", now_ms);
	inc->members_untold = false;
	inc->member_told_ms = now_ms;
	duty_dirty(d, inc);
}

/* What clients read stands in the journal, too, and there for good. */
void
duty_tell_client(struct duty *d, struct incident *inc, const char *by,
    enum public_state state, const char *client, const char *text,
    int64_t now_ms)
{
	struct text said = { 0 };

	incident_public(inc, now_ms, by, state, client, text);
	text_addf(&said, "to %s, %s: ", client, public_state_text(state));
	text_add(&said, text);
	duty_journal(d, inc, by, "published", said.data, now_ms);
	text_clear(&said);
	duty_public_dirty(d, inc);
}

void
duty_publish(struct duty *d, struct incident *inc, struct audience *a,
    const char *by, int64_t now_ms)
{
	bool over = incident_closed_for(inc, a->client) != 0;
	char *text;

	if (inc->next_ms == 0 && !over) {
		inc->next_ms = now_ms + incident_update_span(inc);
		duty_late_over(inc);
	}
	text = incident_draft(inc, d->settings, a->client, now_ms);
	a->state = AUDIENCE_SHOWN;
	a->said = incident_members_of(inc, a->client);
	a->said_ms = now_ms;
	a->over = over;
	duty_tell_client(d, inc, by, incident_state_for(inc, a->client),
	    a->client, text, now_ms);
	free(text);
}

/* When a client reads that its part is over, or that it is not, or NEVER. */
static int64_t
turn_deadline(const struct incident *inc, const struct audience *a)
{
	if (inc->closed_ms != 0 || a->state != AUDIENCE_SHOWN ||
	    a->over == (incident_closed_for(inc, a->client) != 0))
		return NEVER;
	return a->said_ms + TURN_MS;
}

/* When it is said in public that more of a client's members fail, or NEVER. */
static int64_t
more_deadline(const struct incident *inc, const struct audience *a)
{
	if (inc->closed_ms != 0 || a->state != AUDIENCE_SHOWN ||
	    a->said >= incident_members_of(inc, a->client))
		return NEVER;
	return a->said_ms + DUTY_MORE_MS;
}

static void
publish_more(struct duty *d, struct incident *inc, struct audience *a,
    int64_t now_ms)
{
	char *text = incident_more(inc, d->settings, a, now_ms);

	a->said = incident_members_of(inc, a->client);
	a->said_ms = now_ms;
	duty_public_dirty(d, inc);
	if (text == NULL)
		return;
	duty_tell_client(d, inc, "pager", inc->state, a->client, text, now_ms);
	free(text);
}

static void
publish_drafts(struct duty *d, struct incident *inc, int64_t now_ms)
{
	for (size_t i = 0; i < inc->audience_count; i++) {
		struct audience *a = &inc->audiences[i];

		if ((a->state == AUDIENCE_HELD && a->publish_ms <= now_ms &&
			incident_closed_for(inc, a->client) == 0) ||
		    turn_deadline(inc, a) <= now_ms)
			duty_publish(d, inc, a, "pager", now_ms);
		else if (more_deadline(inc, a) <= now_ms)
			publish_more(d, inc, a, now_ms);
	}
}

static int64_t
publish_deadline(const struct incident *inc)
{
	int64_t due_ms = incident_publish_deadline(inc);

	for (size_t i = 0; i < inc->audience_count; i++) {
		const struct audience *a = &inc->audiences[i];

		int64_t more_ms = more_deadline(inc, a);
		int64_t turn_ms = turn_deadline(inc, a);

		due_ms = more_ms < due_ms ? more_ms : due_ms;
		due_ms = turn_ms < due_ms ? turn_ms : due_ms;
	}
	return due_ms;
}

/* Who has it may have changed since it was looked at last. */
static void
note_hold(struct duty *d, struct incident *inc, int64_t now_ms)
{
	if (incident_holds(inc, duty_caller(d, inc)->page.owner, now_ms))
		duty_dirty(d, inc);
}

void
duty_run(struct duty *d, struct incident *inc, int64_t now_ms)
{
	publish_drafts(d, inc, now_ms);
	duty_follow_hours(d, inc, now_ms);
	run_page(d, inc, now_ms);
	note_hold(d, inc, now_ms);
	tell_members(d, inc, now_ms);
	duty_run_late(d, inc, now_ms);
}

int64_t
duty_incident_deadline(const struct duty *d, const struct incident *inc)
{
	int64_t due_ms = publish_deadline(inc), at_ms;
	struct page_policy policy;

	duty_policy(d, inc, &policy);
	if (policy.ladder != NULL && inc->storm[0] == '\0') {
		at_ms = page_deadline(&inc->page, &policy);
		due_ms = at_ms < due_ms ? at_ms : due_ms;
	}
	at_ms = duty_hours_deadline(d, inc);
	due_ms = at_ms < due_ms ? at_ms : due_ms;
	at_ms = member_deadline(inc);
	due_ms = at_ms < due_ms ? at_ms : due_ms;
	at_ms = duty_late_deadline(d, inc);
	return at_ms < due_ms ? at_ms : due_ms;
}
