/*
 * The life of incidents: how alarms open, join, raise and resolve them.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_foreign.h"
#include "pager/duty_heartbeats.h"

/* The ladder by its name; of another hour's, that of its own; or operations' if
   there is none of that name now. */
void
duty_policy(const struct duty *d, const struct incident *inc,
    struct page_policy *out)
{
	const struct ladder *ladder =
	    settings_ladder(d->settings, incident_ladder(inc));

	if (ladder == NULL)
		ladder = settings_ladder(d->settings, inc->ladder);
	if (ladder == NULL)
		ladder = d->settings->site.ladder;
	*out = (struct page_policy){ .settings = d->settings,
		.ladder = ladder,
		.overrides = d->overrides,
		.override_count = d->override_count,
		.severity = incident_urgency(inc),
		.turn = inc->turn };
}

const struct ladder *
duty_first_ladder(const struct duty *d)
{
	return d->settings->site.ladder;
}

struct incident *
duty_find(const struct duty *d, const char *id)
{
	struct incident *inc;

	HASH_FIND_STR(d->incidents, id, inc);
	return inc;
}

const struct incident *
duty_caller(const struct duty *d, const struct incident *inc)
{
	const struct incident *storm = duty_find(d, inc->storm);

	return storm != NULL ? storm : inc;
}

struct incident *
duty_of_subject(const struct duty *d, const char *subject)
{
	const struct duty_group *g = duty_group(d->subjects, subject);

	return g == NULL ? NULL : g->items[0];
}

/*
 * The open incident of this platform that calls people and has room, or NULL.
 * One whose severity a person has lowered calls nobody, so what joined it
 * would burn unheard.
 */
static struct incident *
of_platform(const struct duty *d, const struct alarm *a)
{
	const struct duty_group *g = duty_group(d->platforms, a->platform);

	for (size_t i = 0; g != NULL && i < g->count; i++)
		if ((page_insists(incident_urgency(g->items[i])) ||
			foreign_joins(g->items[i], a)) &&
		    g->items[i]->member_count < INCIDENT_MEMBERS_MAX)
			return g->items[i];
	return NULL;
}

static const char *
ladder_for(const struct duty *d, const char *subject)
{
	const struct endpoint *e = settings_endpoint_once(d->settings, subject);
	const struct ladder *ladder = foreign_ladder(d->settings, subject);

	if (e != NULL)
		ladder = e->ladder;
	else if (ladder == NULL)
		ladder = d->settings->site.ladder;
	return ladder == NULL ? "" : ladder->name;
}

struct incident *
duty_create(struct duty *d, const char *subject, const char *client,
    const char *ladder, int64_t now_ms)
{
	struct incident *inc = incident_new(++d->last_incident, now_ms);

	text_copy(inc->subject, sizeof(inc->subject), subject);
	text_copy(inc->client, sizeof(inc->client), client);
	text_copy(inc->ladder, sizeof(inc->ladder), ladder);
	inc->turn = duty_next_turn(d, ladder);
	HASH_ADD_STR(d->incidents, id, inc);
	d->meta_dirty = true;
	duty_dirty(d, inc);
	return inc;
}

void
duty_begin_page(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct page_policy policy;

	duty_choose_ladder(d, inc, now_ms);
	duty_policy(d, inc, &policy);
	if (policy.ladder != NULL)
		page_open(&inc->page, &policy, now_ms);
	inc->unheld_ms = now_ms;
	duty_dirty(d, inc);
}

static void
start_paging(struct duty *d, struct incident *inc, int64_t now_ms)
{
	duty_begin_page(d, inc, now_ms);
	if (page_insists(incident_urgency(inc)))
		duty_join_storm(d, inc, now_ms);
}

struct incident *
duty_open(struct duty *d, const struct alarm *a, const char *by, int64_t now_ms)
{
	struct incident *inc = duty_create(d, a->subject, a->client,
	    ladder_for(d, a->subject), now_ms);

	text_copy(inc->platform, sizeof(inc->platform), a->platform);
	(void)incident_alarm(inc, a);
	(void)incident_raise(inc);
	duty_weigh(d, inc, now_ms);
	duty_index(d, inc);
	incident_note(inc, now_ms, by, a->text[0] != '\0' ? a->text : "opened");
	incident_audiences(inc, d->settings, now_ms);
	duty_journal_more(d, inc, by, "opened", a->subject,
	    json_pack("{s:i, s:i, s:I}", "severity", inc->severity, "calls_as",
		incident_urgency(inc), "since_ms", (json_int_t)inc->since_ms),
	    now_ms);
	start_paging(d, inc, now_ms);
	return inc;
}

void
duty_severity_changed(struct duty *d, struct incident *inc, int was,
    const char *by, int64_t now_ms)
{
	int urgency = incident_urgency(inc);
	struct page_policy policy;
	char text[80];
	bool raised;

	duty_weigh(d, inc, now_ms);
	raised = (inc->severity < was || incident_urgency(inc) < urgency) &&
	    strcmp(inc->page.owner, by) != 0;
	text_format(text, sizeof(text), "severity S%d -> S%d", was,
	    inc->severity);
	incident_note(inc, now_ms, by, text);
	duty_journal_more(d, inc, by, "severity", text,
	    json_pack("{s:i, s:i, s:b}", "severity", inc->severity, "calls_as",
		incident_urgency(inc), "again",
		(int)(raised && inc->storm[0] == '\0')),
	    now_ms);
	duty_policy(d, inc, &policy);
	if (policy.ladder != NULL && inc->storm[0] == '\0') {
		duty_cancel_calls(d, inc, "severity changed", now_ms);
		page_severity(&inc->page, &policy, raised, now_ms);
		if (inc->page.owner[0] == '\0')
			inc->unheld_ms = now_ms;
	}
	incident_audiences(inc, d->settings, now_ms);
	duty_dirty(d, inc);
}

static void
raise_by_alarm(struct duty *d, struct incident *inc, int64_t now_ms)
{
	int was = inc->severity;

	if (!incident_raise(inc)) {
		duty_reweigh(d, inc, now_ms);
		return;
	}
	duty_severity_changed(d, inc, was, "pager", now_ms);
	if (inc->storm[0] != '\0')
		duty_raise_with_storm(d, inc, now_ms);
}

static void
note_alarm(struct duty *d, struct incident *inc, const struct alarm *a,
    const char *what, const char *by, int64_t now_ms)
{
	char text[512];

	text_format(text, sizeof(text), "%s %s: %s%s", a->subject, what,
	    a->text, a->flapping ? " (flapping)" : "");
	incident_note(inc, now_ms, by, text);
	duty_journal(d, inc, by, what, text, now_ms);
	duty_dirty(d, inc);
}

static void
note_echo(struct duty *d, struct incident *inc, const struct alarm *a,
    const char *by, int64_t now_ms)
{
	char what[48];

	text_format(what, sizeof(what),
	    a->event == ALARM_CLEARED ? "is over in shard %u"
				      : "is seen by shard %u, too",
	    a->shard);
	note_alarm(d, inc, a, what, by, now_ms);
}

/* When the last of its members was seen to be well again. */
static void
set_end(struct incident *inc, int64_t now_ms)
{
	inc->closed_ms = now_ms;
	if (!incident_is_over(inc))
		return;
	inc->closed_ms = inc->since_ms;
	for (size_t i = 0; i < inc->member_count; i++)
		if (inc->members[i].until_ms > inc->closed_ms) {
			inc->closed_ms = inc->members[i].until_ms;
			inc->ended_before_ms = inc->members[i].until_before_ms;
		}
	if (inc->closed_ms > now_ms || inc->closed_ms == 0)
		inc->closed_ms = now_ms;
}

/* What was said while it was open is not so any more. */
static void
say_past(struct incident *inc)
{
	char length[32];

	text_duration(inc->closed_ms - inc->since_ms, length, sizeof(length));
	text_format(inc->text, sizeof(inc->text), "%s for %s",
	    incident_matter(inc), length);
}

static const char *
end_of(const struct alarm *a, const char *by)
{
	if (a->kind != ALARM_FOREIGN)
		return INCIDENT_ENDED_ITSELF;
	if (heartbeats_name(a->subject) == NULL)
		return INCIDENT_ENDED_THERE;
	return strcmp(by, "reload") == 0 ? "nobody waits for it any more"
					 : INCIDENT_ENDED_CALLED;
}

static void
cleared(struct duty *d, const struct alarm *a, const char *by, int64_t now_ms)
{
	struct incident *inc = duty_of_subject(d, a->subject);

	if (inc == NULL) {
		duty_well_since(d, a);
		duty_journal(d, NULL, by, "cleared, not open", a->subject,
		    now_ms);
		return;
	}
	if (incident_alarm(inc, a)) {
		note_alarm(d, inc, a, "cleared", by, now_ms);
		if (incident_closed_for(inc, a->client) != 0)
			duty_public_dirty(d, inc);
	}
	if (incident_is_over(inc))
		duty_resolve(d, inc, by, end_of(a, by), now_ms);
}

/* There was no room for another client: people have to tell this one. */
static void
note_untold(struct duty *d, struct incident *inc, const char *client,
    int64_t now_ms)
{
	char text[160];

	if (settings_client(d->settings, client) == NULL ||
	    incident_audience(inc, client) != NULL)
		return;
	text_format(text, sizeof(text),
	    "%s's status page says nothing of it: there is room for %d clients",
	    client, INCIDENT_AUDIENCES_MAX);
	incident_note(inc, now_ms, "pager", text);
	duty_journal(d, inc, "pager", "not told publicly", text, now_ms);
}

static void
joined(struct duty *d, struct incident *inc, const struct alarm *a,
    const char *by, int64_t now_ms)
{
	struct incident *storm = duty_find(d, inc->storm);

	duty_index(d, inc);
	note_alarm(d, inc, a, "joined", by, now_ms);
	inc->members_untold = true;
	if (storm != NULL) { /* whoever has it has this, too */
		storm->members_untold = true;
		duty_dirty(d, storm);
	}
	incident_audiences(inc, d->settings, now_ms);
	note_untold(d, inc, a->client, now_ms);
	if (inc->audience_count > 0)
		duty_public_dirty(d, inc);
}

void
duty_heard(struct duty *d, const struct alarm *a, const char *by,
    int64_t now_ms)
{
	struct incident *inc = duty_of_subject(d, a->subject);
	bool is_member = inc != NULL, was_over;

	if (is_member && incident_echo(inc, a)) {
		note_echo(d, inc, a, by, now_ms);
		return;
	}
	if (a->event == ALARM_CLEARED) {
		cleared(d, a, by, now_ms);
		return;
	}
	if (inc == NULL && a->event == ALARM_CHANGED && a->well) {
		/* A human closed it: only what fails anew calls again. */
		duty_journal(d, NULL, by, "well, not open", a->subject, now_ms);
		return;
	}
	if (inc == NULL)
		inc = of_platform(d, a);
	if (inc == NULL) {
		(void)duty_open(d, a, by, now_ms);
		return;
	}
	was_over = incident_closed_for(inc, a->client) != 0;
	if (incident_alarm(inc, a)) {
		if (is_member) {
			note_alarm(d, inc, a, "changed", by, now_ms);
			if (was_over)
				duty_public_dirty(d, inc);
		} else
			joined(d, inc, a, by, now_ms);
	}
	raise_by_alarm(d, inc, now_ms);
}

/* What each client is told of the end; who never heard of it is not. */
static void
publish_end(struct duty *d, struct incident *inc, const char *by,
    int64_t now_ms)
{
	bool over = incident_is_over(inc);
	/* The states above it on the page say otherwise. */
	const char *words = duty_fails_on(inc)
	    ? "The incident was closed; what still does not work is shown on "
	      "this page."
	    : "The incident is resolved.";

	for (size_t i = 0; i < inc->audience_count; i++) {
		struct audience *a = &inc->audiences[i];
		char *text;

		if (a->state != AUDIENCE_SHOWN) {
			a->state = AUDIENCE_VETOED;
			continue;
		}
		if (over && a->over &&
		    incident_closed_for(inc, a->client) <= a->said_ms)
			continue; /* it read of its own end */
		text = over
		    ? incident_draft(inc, d->settings, a->client, now_ms)
		    : mem_text(words);
		duty_tell_client(d, inc, by, PUBLIC_RESOLVED, a->client, text,
		    now_ms);
		free(text);
	}
	inc->state = PUBLIC_RESOLVED;
	inc->next_ms = 0;
	duty_late_over(inc);
	duty_public_dirty(d, inc);
}

void
duty_resolve(struct duty *d, struct incident *inc, const char *by,
    const char *ended, int64_t now_ms)
{
	set_end(inc, now_ms);
	say_past(inc);
	text_copy(inc->ended, sizeof(inc->ended), ended);
	incident_note(inc, now_ms, by, ended);
	duty_journal(d, inc, by, "resolved", ended, now_ms);
	duty_cancel_calls(d, inc, "closed", now_ms);
	if (inc->page.owner[0] != '\0' && strcmp(inc->page.owner, by) != 0 &&
	    incident_last_called(inc, inc->page.owner) == NULL)
		duty_tell(d, MESSAGE_RESOLVED, inc, inc->page.owner, "",
		    now_ms);
	page_close(&inc->page);
	(void)incident_holds(inc, "", now_ms);
	publish_end(d, inc, by, now_ms);
	duty_tell_reached(d, MESSAGE_RESOLVED, inc, "", "", now_ms);
	duty_unindex(d, inc);
	duty_end_storm(d, inc, now_ms);
	duty_left_storm(d, inc, now_ms);
}
