/*
 * What people write of an incident: a note, its end, how severe it is.
 *
 * A handler checks everything first; what is refused has changed nothing.
 */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_request.h"

/* It calls nobody any more, however much of it still fails. */
static void
say_closed(struct request *r, const struct incident *inc)
{
	if (!duty_fails_on(inc))
		request_agree(r, inc,
		    "%s is closed; everyone who was reached is told.", inc->id);
	else
		request_agree(r, inc,
		    "%s is closed, though %zu of %zu still fail and call "
		    "nobody now; everyone who was reached is told.",
		    inc->id, incident_count(inc), inc->member_count);
}

void
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
	say_closed(r, inc);
}

void
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

void
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
