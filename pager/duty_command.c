/*
 * What people ask for: one handler for each command, in a table.
 *
 * A handler checks everything first; what is refused has changed nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_parts.h"
#include "pager/duty_request.h"

/* It is somebody's own act now: out of a storm, nobody else is called. */
static void
act_on(struct request *r, struct incident *inc, const char *what,
    const char *text)
{
	duty_leave_storm(r->duty, inc, r->now_ms);
	duty_cancel_calls(r->duty, inc, what, r->now_ms);
	duty_late_answered(r->duty, inc, r->now_ms);
	incident_note(inc, r->now_ms, r->by, text);
	duty_journal(r->duty, inc, r->by, what, text, r->now_ms);
	duty_dirty(r->duty, inc);
}

/* The others hear who has it, whoever had it before too. */
static void
tell_owner_changed(struct request *r, struct incident *inc, const char *was,
    const char *note)
{
	const char *now = inc->page.owner;

	duty_tell_reached(r->duty, MESSAGE_TAKEN, inc, now, note, r->now_ms);
	if (was[0] != '\0' && strcmp(was, now) != 0 &&
	    incident_last_called(inc, was) == NULL)
		duty_tell(r->duty, MESSAGE_TAKEN, inc, was, note, r->now_ms);
}

static void
say_owned(struct request *r, const struct incident *inc, const struct person *p,
    const char *verb)
{
	char since[48], until[48];

	civil_clock(p->zone, inc->page.owned_at_ms, since, sizeof(since));
	civil_clock(p->zone, inc->page.until_ms, until, sizeof(until));
	request_agree(r, inc,
	    "You %s, since %s. %s %s unless there is a note, an update or an "
	    "action.",
	    verb, since,
	    inc->severity > 3 ? "It is yours until" : "It calls again at",
	    until);
}

static void
command_take(struct request *r)
{
	struct incident *inc = request_open_incident(r);
	const struct person *p =
	    inc == NULL ? NULL : request_person(r, "person");
	struct page_policy policy;
	char was[64];

	if (p == NULL)
		return;
	if (inc->storm[0] == '\0' && inc->page.state == PAGE_TAKEN &&
	    inc->page.handover_at_ms == 0 &&
	    strcmp(inc->page.owner, p->name) == 0) {
		duty_late_answered(r->duty, inc, r->now_ms);
		say_owned(r, inc, p, "have it");
		return; /* said before: a repeat */
	}
	text_copy(was, sizeof(was), inc->page.owner);
	act_on(r, inc, "taken", "takes it");
	duty_policy(r->duty, inc, &policy);
	(void)page_take(&inc->page, &policy, p->name, r->now_ms);
	tell_owner_changed(r, inc, was, p->name);
	say_owned(r, inc, p, "have it");
}

static void
command_snooze(struct request *r)
{
	struct incident *inc = request_open_incident(r);
	const struct person *p =
	    inc == NULL ? NULL : request_person(r, "person");
	int64_t for_ms = record_int(r->json, "for_ms", 0);
	struct page_policy policy;
	char longest[32], until[48], note[128], was[64];

	if (p == NULL)
		return;
	if (for_ms < 1 || for_ms > page_snooze_max(inc->severity)) {
		text_duration(page_snooze_max(inc->severity), longest,
		    sizeof(longest));
		request_refuse(r, "for_ms: at most %s for severity S%d",
		    longest, inc->severity);
		return;
	}
	text_copy(was, sizeof(was), inc->page.owner);
	civil_clock(p->zone, r->now_ms + for_ms, until, sizeof(until));
	text_format(note, sizeof(note), "snoozes it until %s", until);
	act_on(r, inc, "snoozed", note);
	duty_policy(r->duty, inc, &policy);
	(void)page_snooze(&inc->page, &policy, p->name, for_ms, r->now_ms);
	tell_owner_changed(r, inc, was, p->name);
	request_agree(r, inc, "Quiet until %s; then it calls again.", until);
}

/* Whoever had it and did not do this hears that it is theirs no more. */
static void
tell_former(struct request *r, struct incident *inc, const char *was,
    const struct person *to)
{
	const char *person = record_string(r->json, "person");
	char told[128];

	if (was[0] == '\0' || strcmp(was, to->name) == 0 ||
	    (person != NULL && strcmp(was, person) == 0))
		return;
	text_format(told, sizeof(told), "handed on to %s", to->name);
	duty_tell(r->duty, MESSAGE_EXPIRED, inc, was, told, r->now_ms);
}

static void
hand_on(struct request *r, struct incident *inc, const struct person *to,
    const char *note)
{
	struct page_policy policy;
	struct text t = { 0 };
	char was[64];

	text_copy(was, sizeof(was), inc->page.owner);
	text_addf(&t, "hands it to %s%s", to->name,
	    note[0] != '\0' ? ": " : "");
	text_add_plain(&t, note);
	act_on(r, inc, "handed on", t.data);
	text_clear(&t);
	duty_policy(r->duty, inc, &policy);
	(void)page_hand_on(&inc->page, &policy, to->name, r->now_ms);
	inc->unheld_ms = r->now_ms;
	tell_former(r, inc, was, to);
}

static void
command_hand_on(struct request *r)
{
	struct incident *inc = request_open_incident(r);
	const struct person *to =
	    inc == NULL ? NULL : request_callable(r, "to");
	const char *note = to == NULL ? NULL : request_text(r, "note", false);

	if (note == NULL)
		return;
	if (inc->severity > 3) {
		request_refuse(r,
		    "severity: S4 calls nobody; say S1, S2 or S3 first");
		return;
	}
	hand_on(r, inc, to, note);
	request_agree(r, inc, "%s is called now, and has to take it.",
	    to->name);
}

/* Severity 3, and nobody's office is open: who hears of it, and when. */
static bool
say_later(struct request *r, const struct incident *inc, const struct person *p)
{
	const struct person *next;
	int64_t at_ms;
	char at[48];

	if (page_insists(inc->severity) ||
	    !duty_upcoming(r->duty, inc, r->now_ms, &next, &at_ms) ||
	    at_ms <= r->now_ms)
		return false;
	civil_near(p->zone, at_ms, r->now_ms, at, sizeof(at));
	request_agree(r, inc,
	    "Nobody else is called at this hour; %s hears of it at %s.",
	    next->name, at);
	return true;
}

/* Who is left at once is followed; alone on a ladder one is called again. */
static void
say_declined(struct request *r, const struct incident *inc,
    const struct person *p)
{
	if (say_later(r, inc, p))
		return;
	if (inc->page.level_until_ms <= r->now_ms)
		request_agree(r, inc, "The next one is called now.");
	else if (strcmp(inc->page.called, p->name) != 0)
		request_agree(r, inc, "%s is called now.", inc->page.called);
	else
		request_agree(r, inc,
		    "There is nobody else on its ladder: you are called again "
		    "unless somebody takes it.");
}

static void
command_decline(struct request *r)
{
	struct incident *inc = request_open_incident(r);
	const struct person *p =
	    inc == NULL ? NULL : request_person(r, "person");
	struct page_policy policy;

	if (p == NULL)
		return;
	if (inc->storm[0] != '\0') {
		request_refuse(r,
		    "the page of %s calls for %s: decline that one", inc->storm,
		    inc->id);
		return;
	}
	duty_policy(r->duty, inc, &policy);
	if (!page_decline(&inc->page, &policy, p->name, r->now_ms)) {
		request_refuse(r, "%s is neither called for %s now nor has it",
		    p->name, inc->id);
		return;
	}
	inc->unheld_ms = r->now_ms;
	incident_note(inc, r->now_ms, r->by, "declines");
	duty_journal(r->duty, inc, r->by, "declined", "", r->now_ms);
	duty_dirty(r->duty, inc);
	say_declined(r, inc, p);
}

static void
command_resolve(struct request *r)
{
	struct incident *inc = request_open_incident(r);
	const char *note = inc == NULL ? NULL : request_text(r, "note", false);
	char ended[160];
	struct text t = { 0 };

	if (note == NULL)
		return;
	if (inc->is_storm) {
		request_refuse(r, "%s is a storm: it ends with its incidents",
		    inc->id);
		return;
	}
	text_addf(&t, "resolved by %s%s", r->by, note[0] != '\0' ? ": " : "");
	text_add_plain(&t, note);
	text_copy(ended, sizeof(ended), t.data);
	text_clear(&t);
	if (note[0] != '\0')
		incident_note(inc, r->now_ms, r->by, note);
	duty_resolve(r->duty, inc, r->by, ended, r->now_ms);
	request_agree(r, inc, "%s is closed; everyone who was reached is told.",
	    inc->id);
}

static void
command_note(struct request *r)
{
	struct incident *inc = duty_named(r->duty, r->json);
	const char *text = request_text(r, "text", true);
	struct page_policy policy;

	if (text == NULL)
		return;
	if (inc == NULL) {
		request_refuse(r, "incident: there is no such incident");
		return;
	}
	incident_note(inc, r->now_ms, r->by, text);
	duty_journal(r->duty, inc, r->by, "note", text, r->now_ms);
	duty_late_answered(r->duty, inc, r->now_ms);
	duty_policy(r->duty, inc, &policy);
	page_touch(&inc->page, &policy, r->now_ms);
	duty_dirty(r->duty, inc);
	request_agree(r, inc, "Noted.");
}

static void
command_severity(struct request *r)
{
	struct incident *inc = request_open_incident(r);
	const char *person = record_string(r->json, "person");
	int severity = record_choice(r->json, "severity", 5, 0), was;

	if (inc == NULL)
		return;
	if (severity == 0) {
		request_refuse(r, "severity: 1 to 4");
		return;
	}
	if (inc->is_storm) { /* or its incidents would go silent with it */
		request_refuse(r, "%s is a storm: as severe as its incidents",
		    inc->id);
		return;
	}
	was = inc->severity;
	if (severity != was) {
		duty_leave_storm(r->duty, inc, r->now_ms);
		inc->severity = severity;
		duty_severity_changed(r->duty, inc, was,
		    person != NULL ? person : r->by, r->now_ms);
	}
	request_agree(r, inc, "%s is S%d now.", inc->id, severity);
}

/* What a person opens, as if an alarm had said so; false: refused. */
static bool
opened_alarm(struct request *r, const char *text, struct alarm *a)
{
	const char *subject = record_string(r->json, "subject");
	const char *client = record_string(r->json, "client");
	const struct endpoint *e = NULL;

	*a = (struct alarm){ .event = ALARM_RAISED,
		.at_ms = r->now_ms,
		.since_ms = r->now_ms };
	a->severity = record_choice(r->json, "severity", 5, 0);
	a->kind = a->severity == 1 ? ALARM_DOWN : ALARM_DEGRADED;
	if (a->severity == 0) {
		request_refuse(r, "severity: 1 to 4");
		return false;
	}
	if (subject != NULL && subject[0] != '\0') {
		e = settings_endpoint(r->duty->settings, subject);
		if (e == NULL && strncmp(subject, "operations/", 11) != 0) {
			request_refuse(r, "subject: there is no endpoint %s",
			    subject);
			return false;
		}
	}
	if (e != NULL)
		client = e->client->name;
	if (client != NULL && client[0] != '\0' &&
	    settings_client(r->duty->settings, client) == NULL) {
		request_refuse(r, "client: there is no client %s", client);
		return false;
	}
	if (client == NULL || client[0] == '\0') {
		client = "";
		a->kind = ALARM_OPERATIONS;
	}
	text_copy(a->client, sizeof(a->client), client);
	if (e != NULL && e->platform != NULL)
		text_copy(a->platform, sizeof(a->platform), e->platform->name);
	if (subject != NULL && subject[0] != '\0')
		text_copy(a->subject, sizeof(a->subject), subject);
	else
		text_format(a->subject, sizeof(a->subject), "%s/report-%llu",
		    client[0] != '\0' ? client : "operations",
		    (unsigned long long)r->duty->last_incident + 1);
	text_copy(a->text, sizeof(a->text), text);
	return true;
}

static void
command_open(struct request *r)
{
	const char *text = request_text(r, "text", true);
	struct incident *inc;
	struct alarm a;

	if (text == NULL || !opened_alarm(r, text, &a))
		return;
	inc = duty_of_subject(r->duty, a.subject);
	if (inc != NULL) {
		request_agree(r, inc, "%s is open already.", inc->id);
		return;
	}
	inc = duty_open(r->duty, &a, r->by, r->now_ms);
	inc->by_hand = true;
	request_agree(r, inc, "%s is open, S%d.", inc->id, inc->severity);
}

static bool
wants_channel(const char *channel, const struct reach *reach)
{
	return channel == NULL ||
	    strcmp(channel, channel_text(reach->channel)) == 0;
}

static void
command_page_test(struct request *r)
{
	const struct person *p = request_person(r, "for");
	const char *channel = record_string(r->json, "channel");
	size_t count = 0;

	if (p == NULL)
		return;
	for (size_t i = 0; i < p->reach.count; i++)
		if (wants_channel(channel,
			(const struct reach *)p->reach.items + i)) {
			(void)duty_intent(r->duty, MESSAGE_TEST, NULL, p, i, "",
			    r->now_ms);
			count++;
		}
	if (count == 0) {
		request_refuse(r, "%s: %s is not reached that way",
		    channel == NULL ? "for" : "channel", p->name);
		return;
	}
	duty_journal(r->duty, NULL, r->by, "page-test", p->name, r->now_ms);
	request_agree(r, NULL, "%zu test message%s on the way to %s.", count,
	    count == 1 ? " is" : "s are", p->name);
}

static const struct {
	const char *name;
	void (*run)(struct request *);
} commands[] = {
	{ "take", command_take },
	{ "snooze", command_snooze },
	{ "hand-on", command_hand_on },
	{ "decline", command_decline },
	{ "resolve", command_resolve },
	{ "note", command_note },
	{ "update", command_update },
	{ "severity", command_severity },
	{ "open", command_open },
	{ "override-add", command_override_add },
	{ "override-remove", command_override_remove },
	{ "page-test", command_page_test },
};

static void
run_command(struct request *r)
{
	const char *name = record_string(r->json, "command");

	for (size_t i = 0;
	     name != NULL && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(name, commands[i].name) == 0) {
			commands[i].run(r);
			return;
		}
	request_refuse(r,
	    name == NULL ? "command: is missing"
			 : "command: there is no such command");
}

void
duty_command(struct duty *d, uint64_t command, const char *json, size_t length,
    const char *by, int64_t now_ms)
{
	struct request r = { .duty = d,
		.id = command,
		.by = by,
		.now_ms = now_ms };
	json_error_t why;

	r.json = json_loadb(json, length, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_object(r.json))
		request_refuse(&r, "not a JSON object: %.100s",
		    r.json == NULL ? why.text : "something else");
	else
		run_command(&r);
	json_decref(r.json);
	duty_time(d, now_ms);
}
