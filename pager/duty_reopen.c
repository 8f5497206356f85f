/*
 * The command "reopen": it was said to be over, and is not.
 *
 * What failed on when somebody closed it, and does so still, is open as it was;
 * what no alarm says any more is open by this person's word, as if they had
 * opened it, until somebody resolves it, or it fails and is well again.  Its
 * page calls from the beginning, and what clients are told begins anew.
 *
 * A handler checks everything first; what is refused has changed nothing.
 */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_request.h"

/* Something of it has failed anew, and is followed there; or NULL. */
static const struct incident *
followed_by(const struct duty *d, const struct incident *inc)
{
	for (size_t i = 0; i < inc->member_count; i++) {
		const struct incident *other =
		    duty_of_subject(d, inc->members[i].subject);

		if (other != NULL)
			return other;
	}
	return NULL;
}

/* The closed one that may be opened again; NULL: it is answered. */
static struct incident *
closed_one(struct request *r)
{
	struct incident *inc = duty_named(r->duty, r->json);
	const struct incident *other;

	if (inc == NULL)
		request_refuse(r, "incident: there is no such incident");
	else if (inc->is_storm)
		request_refuse(r, "%s is a storm: reopen one of its incidents",
		    inc->id);
	else if (inc->closed_ms == 0)
		request_agree(r, inc, "%s is open; nothing is changed.",
		    inc->id);
	else if ((other = followed_by(r->duty, inc)) != NULL)
		request_refuse(r,
		    "incident: %s is open for what has failed of it since",
		    other->id);
	else
		return inc;
	return NULL;
}

/* Of what is open the incident hears itself: so this is rare, and each that is
   kept may be looked at. */
void
duty_well_since(struct duty *d, const struct alarm *a)
{
	for (struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		if (incident_well_since(inc, a))
			duty_dirty(d, inc);
}

/* When this was well again after somebody closed it, be it as a member of a
   later incident; 0: it fails on. */
static int64_t
well_since(const struct incident *inc, const char *subject)
{
	int64_t well_ms = 0;

	for (; inc != NULL; inc = inc->hh.next) {
		const struct member *m = incident_member(inc, subject);

		if (m != NULL)
			well_ms = m->until_ms != 0 ? m->until_ms : m->well_ms;
	}
	return well_ms;
}

/* Their ends were not its own: somebody had closed it before. */
static void
end_members(struct incident *inc)
{
	for (size_t i = 0; i < inc->member_count; i++) {
		struct member *m = &inc->members[i];

		if (m->until_ms == 0)
			m->until_ms = well_since(inc, m->subject);
		m->well_ms = 0;
	}
}

/* Nothing says that it fails but who reopens it. */
static void
fail_by_word(struct incident *inc, const char *why, int64_t now_ms)
{
	struct member *m = incident_member(inc, inc->subject);

	if (!incident_is_over(inc) || m == NULL)
		return;
	m->until_ms = m->until_before_ms = 0;
	m->since_ms = now_ms;
	if (m->kind < ALARM_OPERATIONS)
		m->kind = ALARM_DEGRADED; /* no probe says more */
	inc->kind = m->kind;
	m->severity = inc->severity;
	text_copy(m->text, sizeof(m->text), why);
	inc->evidence_count = 0; /* of what is over */
	inc->evidence_ms = 0;
	inc->by_hand = true;
}

/* Who was told nothing is told by their policy, as of a new one. */
static void
forget_untold(struct incident *inc)
{
	size_t kept = 0;

	for (size_t i = 0; i < inc->audience_count; i++) {
		inc->audiences[i].over = false;
		if (inc->audiences[i].state == AUDIENCE_SHOWN)
			inc->audiences[kept++] = inc->audiences[i];
	}
	inc->audience_count = kept;
}

static void
tell_clients(struct request *r, struct incident *inc)
{
	struct duty *d = r->duty;

	inc->state = PUBLIC_INVESTIGATING;
	inc->eta_from_ms = inc->eta_to_ms = inc->next_ms = 0;
	forget_untold(inc);
	incident_audiences(inc, d->settings, r->now_ms);
	for (size_t i = 0; i < inc->audience_count; i++)
		if (inc->audiences[i].state == AUDIENCE_SHOWN &&
		    incident_closed_for(inc, inc->audiences[i].client) == 0)
			duty_publish(d, inc, &inc->audiences[i], r->by,
			    r->now_ms);
}

static void
open_again(struct request *r, struct incident *inc, const char *why)
{
	const struct member *m;
	struct text t = { 0 };

	inc->closed_ms = inc->ended_before_ms = inc->digest_ms = 0;
	inc->ended[0] = inc->storm[0] = '\0';
	end_members(inc);
	fail_by_word(inc, why, r->now_ms);
	m = incident_headline(inc);
	text_copy(inc->text, sizeof(inc->text), m != NULL ? m->text : why);
	duty_index(r->duty, inc);
	duty_weigh(r->duty, inc, r->now_ms);
	text_add(&t, "reopens it: ");
	text_add_plain(&t, why);
	incident_note(inc, r->now_ms, r->by, t.data);
	duty_journal_more(r->duty, inc, r->by, "reopened", why,
	    json_pack("{s:i, s:i}", "severity", inc->severity, "calls_as",
		incident_urgency(inc)),
	    r->now_ms);
	text_clear(&t);
}

void
command_reopen(struct request *r)
{
	const char *person = record_string(r->json, "person");
	const char *why = request_text(r, "note", true);
	struct incident *inc = why == NULL ? NULL : closed_one(r);

	if (inc == NULL)
		return;
	open_again(r, inc, why);
	duty_begin_page(r->duty, inc, r->now_ms);
	tell_clients(r, inc);
	duty_tell_reached(r->duty, MESSAGE_REOPENED, inc,
	    person != NULL ? person : "", r->by, r->now_ms);
	request_agree(r, inc, "%s is open again, S%d%s", inc->id, inc->severity,
	    incident_urgency(inc) > 3 ? "; it calls nobody." : ", and calls.");
}
