/*
 * Incidents as JSON records, and back.
 *
 * What is missing in a record has its usual value; what makes it no incident
 * at all (no number, no subject) makes the record unreadable.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/incident.h"
#include "pager/record.h"

static const char *const channels[] = { "terminal", "mail", "sms", "voice",
	"ntfy", "slack", "webhook", "command" };
#define CHANNELS ((int)(sizeof(channels) / sizeof(channels[0])))

const char *
channel_text(enum channel_kind kind)
{
	return channels[kind];
}

int
channel_parse(const char *text)
{
	for (int i = 0; i < CHANNELS; i++)
		if (strcmp(channels[i], text) == 0)
			return i;
	return -1;
}

const char *
called_outcome_text(enum called_outcome outcome)
{
	static const char *const texts[] = { "waiting", "handed over", "failed",
		"not sent" };

	return texts[outcome];
}

static json_t *
members_json(const struct incident *inc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inc->member_count; i++) {
		const struct member *m = &inc->members[i];
		json_t *o = json_object();

		record_set_text(o, "subject", m->subject);
		record_set_text(o, "client", m->client);
		record_set_int(o, "kind", (int)m->kind);
		record_set_int(o, "severity", m->severity);
		record_set_int(o, "since_ms", m->since_ms);
		record_set_int(o, "until_ms", m->until_ms);
		record_set_int(o, "until_before_ms", m->until_before_ms);
		record_set_bool(o, "flapping", m->flapping);
		record_set_int(o, "shards", (int64_t)m->shards);
		record_set_text(o, "text", m->text);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
lines_json(const struct incident *inc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inc->line_count; i++) {
		const struct line *l = &inc->lines[i];
		json_t *o = json_object();

		record_set_int(o, "at_ms", l->at_ms);
		record_set_text(o, "by", l->by);
		json_object_set_new(o, "text", record_foreign(l->text));
		record_set_bool(o, "public", l->public);
		if (l->public)
			record_set_text(o, "state",
			    public_state_text(l->state));
		record_set_text(o, "client", l->client);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
called_json(const struct incident *inc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inc->called_count; i++) {
		const struct called *c = &inc->called[i];
		json_t *o = json_object();

		record_set_text(o, "person", c->person);
		record_set_text(o, "channel", channel_text(c->channel));
		record_set_int(o, "at_ms", c->at_ms);
		record_set_int(o, "outcome", (int)c->outcome);
		record_set_text(o, "intent", c->intent);
		json_array_append_new(list, o);
	}
	return list;
}

json_t *
incident_evidence_json(const struct incident *inc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inc->evidence_count; i++) {
		const struct alarm_evidence *e = &inc->evidence[i];
		json_t *o = json_object();

		record_set_text(o, "region", e->region);
		record_set_text(o, "outcome", outcome_text(e->outcome));
		record_set_text(o, "reason", reason_text(e->reason));
		record_set_bool(o, "fresh", e->fresh);
		record_set_int(o, "since_ms", e->since_at_ms);
		record_set_text(o, "detail", e->detail);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
holds_json(const struct incident *inc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inc->hold_count; i++) {
		const struct hold *h = &inc->holds[i];
		json_t *o = json_object();

		record_set_text(o, "person", h->person);
		record_set_int(o, "from_ms", h->from_ms);
		record_set_int(o, "to_ms", h->to_ms);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
audiences_json(const struct incident *inc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inc->audience_count; i++) {
		const struct audience *a = &inc->audiences[i];
		json_t *o = json_object();

		record_set_text(o, "client", a->client);
		record_set_int(o, "state", (int)a->state);
		if (a->publish_ms != NEVER)
			record_set_int(o, "publish_ms", a->publish_ms);
		record_set_int(o, "said", (int64_t)a->said);
		record_set_int(o, "said_ms", a->said_ms);
		json_array_append_new(list, o);
	}
	return list;
}

static void
set_head(json_t *o, const struct incident *inc)
{
	record_set_int(o, "number", (int64_t)inc->number);
	record_set_text(o, "subject", inc->subject);
	record_set_text(o, "client", inc->client);
	record_set_text(o, "platform", inc->platform);
	record_set_text(o, "ladder", inc->ladder);
	record_set_int(o, "kind", (int)inc->kind);
	record_set_int(o, "severity", inc->severity);
	record_set_int(o, "auto_severity", inc->auto_severity);
	record_set_int(o, "since_ms", inc->since_ms);
	record_set_int(o, "opened_ms", inc->opened_ms);
	record_set_int(o, "closed_ms", inc->closed_ms);
	record_set_int(o, "last_good_ms", inc->last_good_ms);
	record_set_int(o, "first_failed_ms", inc->first_failed_ms);
	record_set_int(o, "ended_before_ms", inc->ended_before_ms);
	record_set_int(o, "fresh", inc->fresh);
	record_set_int(o, "quorum", inc->quorum);
	record_set_bool(o, "flapping", inc->flapping);
	record_set_bool(o, "by_hand", inc->by_hand);
	record_set_text(o, "text", inc->text);
	record_set_text(o, "ended", inc->ended);
}

char *
incident_encode(const struct incident *inc)
{
	json_t *o = json_object();
	char *text;

	set_head(o, inc);
	json_object_set_new(o, "evidence", incident_evidence_json(inc));
	json_object_set_new(o, "members", members_json(inc));
	json_object_set_new(o, "timeline", lines_json(inc));
	json_object_set_new(o, "called", called_json(inc));
	json_object_set_new(o, "holds", holds_json(inc));
	json_object_set_new(o, "audiences", audiences_json(inc));
	record_set_text(o, "state", public_state_text(inc->state));
	record_set_int(o, "eta_from_ms", inc->eta_from_ms);
	record_set_int(o, "eta_to_ms", inc->eta_to_ms);
	record_set_int(o, "next_ms", inc->next_ms);
	record_set_int(o, "late_after_ms", inc->late_after_ms);
	if (inc->late.state == PAGE_CALLING)
		json_object_set_new(o, "late", page_json(&inc->late));
	record_set_int(o, "member_told_ms", inc->member_told_ms);
	record_set_bool(o, "members_untold", inc->members_untold);
	record_set_text(o, "storm", inc->storm);
	record_set_bool(o, "is_storm", inc->is_storm);
	record_set_int(o, "digest_ms", inc->digest_ms);
	record_set_int(o, "attempt_ms", inc->attempt_ms);
	record_set_int(o, "unheld_ms", inc->unheld_ms);
	text = record_dump(o);
	json_decref(o);
	return text;
}

static void
get_head(const json_t *o, struct incident *inc)
{
	record_text(o, "subject", inc->subject, sizeof(inc->subject));
	record_text(o, "client", inc->client, sizeof(inc->client));
	record_text(o, "platform", inc->platform, sizeof(inc->platform));
	record_text(o, "ladder", inc->ladder, sizeof(inc->ladder));
	inc->kind = (enum alarm_kind)record_choice(o, "kind",
	    ALARM_OPERATIONS + 1, ALARM_DOWN);
	inc->severity = record_choice(o, "severity", 5, 2);
	inc->auto_severity = record_choice(o, "auto_severity", 5, 4);
	if (inc->severity == 0)
		inc->severity = 2;
	inc->since_ms = record_int(o, "since_ms", 0);
	inc->opened_ms = record_int(o, "opened_ms", 0);
	inc->closed_ms = record_int(o, "closed_ms", 0);
	inc->last_good_ms = record_int(o, "last_good_ms", 0);
	inc->first_failed_ms = record_int(o, "first_failed_ms", 0);
	inc->ended_before_ms = record_int(o, "ended_before_ms", 0);
	inc->fresh = (int)record_int(o, "fresh", 0);
	inc->quorum = (int)record_int(o, "quorum", 0);
	inc->flapping = record_bool(o, "flapping");
	inc->by_hand = record_bool(o, "by_hand");
	record_text(o, "text", inc->text, sizeof(inc->text));
	record_text(o, "ended", inc->ended, sizeof(inc->ended));
}

static void
get_members(const json_t *list, struct incident *inc)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		const char *subject = record_string(o, "subject");
		const char *client = record_string(o, "client");
		struct member *m;

		if (subject == NULL)
			continue;
		m = incident_add_member(inc, subject,
		    client == NULL ? "" : client);
		if (m == NULL)
			return;
		m->kind = (enum alarm_kind)record_choice(o, "kind",
		    ALARM_OPERATIONS + 1, ALARM_DOWN);
		m->severity = record_choice(o, "severity", 5, 2);
		m->since_ms = record_int(o, "since_ms", inc->since_ms);
		m->shards = (uint64_t)record_int(o, "shards", 0);
		m->until_ms = record_int(o, "until_ms", 0);
		m->until_before_ms = record_int(o, "until_before_ms", 0);
		m->flapping = record_bool(o, "flapping");
		record_text(o, "text", m->text, sizeof(m->text));
	}
}

static void
get_lines(const json_t *list, struct incident *inc)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		const char *text = record_string(o, "text");
		const char *state = record_string(o, "state");
		int parsed = state == NULL ? 0 : public_state_parse(state);
		char by[64], client[64];

		record_text(o, "by", by, sizeof(by));
		record_text(o, "client", client, sizeof(client));
		if (text == NULL)
			continue;
		if (record_bool(o, "public"))
			incident_public(inc, record_int(o, "at_ms", 0), by,
			    parsed < 0 ? PUBLIC_INVESTIGATING
				       : (enum public_state)parsed,
			    client, text);
		else
			incident_note(inc, record_int(o, "at_ms", 0), by, text);
	}
}

static void
get_called(const json_t *list, struct incident *inc)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		const char *channel = record_string(o, "channel");
		const char *person = record_string(o, "person");
		const char *intent = record_string(o, "intent");
		int kind = channel == NULL ? -1 : channel_parse(channel);
		struct called *c;

		if (kind < 0 || person == NULL || intent == NULL)
			continue;
		c = incident_called(inc, person, (enum channel_kind)kind,
		    intent, record_int(o, "at_ms", 0));
		c->outcome = (enum called_outcome)record_choice(o, "outcome",
		    CALLED_NOT_SENT + 1, CALLED_WAITING);
	}
}

static void
get_holds(const json_t *list, struct incident *inc)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		struct hold *h = &inc->holds[inc->hold_count];

		if (inc->hold_count == INCIDENT_HOLDS_MAX)
			return;
		if (!record_text(o, "person", h->person, sizeof(h->person)))
			continue;
		h->from_ms = record_int(o, "from_ms", 0);
		h->to_ms = record_int(o, "to_ms", 0);
		inc->hold_count++;
	}
}

static void
get_evidence(const json_t *list, struct incident *inc)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		const char *outcome = record_string(o, "outcome");
		const char *reason = record_string(o, "reason");
		struct alarm_evidence *e;
		int a, b;

		a = outcome == NULL ? -1 : outcome_parse(outcome);
		b = reason == NULL ? -1 : reason_parse(reason);
		if (a < 0 || b < 0 || inc->evidence_count >= ALARM_EVIDENCE_MAX)
			continue;
		e = &inc->evidence[inc->evidence_count++];
		e->outcome = (enum outcome)a;
		e->reason = (enum reason)b;
		record_text(o, "region", e->region, sizeof(e->region));
		record_text(o, "detail", e->detail, sizeof(e->detail));
		e->fresh = record_bool(o, "fresh");
		e->since_at_ms = record_int(o, "since_ms", 0);
	}
}

static void
get_audiences(const json_t *list, struct incident *inc)
{
	const json_t *o;
	size_t i;

	inc->audiences =
	    mem_alloc(INCIDENT_AUDIENCES_MAX * sizeof(*inc->audiences));
	json_array_foreach(list, i, o)
	{
		struct audience *a = &inc->audiences[inc->audience_count];

		if (inc->audience_count >= INCIDENT_AUDIENCES_MAX)
			return;
		if (!record_text(o, "client", a->client, sizeof(a->client)))
			continue;
		a->state = (enum audience_state)record_choice(o, "state",
		    AUDIENCE_VETOED + 1, AUDIENCE_HELD);
		a->publish_ms = record_int(o, "publish_ms", NEVER);
		a->said = (size_t)record_int(o, "said", 0);
		a->said_ms = record_int(o, "said_ms", 0);
		inc->audience_count++;
	}
}

static void
get_public(const json_t *o, struct incident *inc)
{
	const char *state = record_string(o, "state");
	int parsed = state == NULL ? -1 : public_state_parse(state);

	inc->state =
	    parsed < 0 ? PUBLIC_INVESTIGATING : (enum public_state)parsed;
	inc->eta_from_ms = record_int(o, "eta_from_ms", 0);
	inc->eta_to_ms = record_int(o, "eta_to_ms", 0);
	inc->next_ms = record_int(o, "next_ms", 0);
	inc->late_after_ms = record_int(o, "late_after_ms", 0);
	if (json_object_get(o, "late") != NULL)
		(void)page_parse(json_object_get(o, "late"), &inc->late);
	inc->member_told_ms = record_int(o, "member_told_ms", 0);
	inc->members_untold = record_bool(o, "members_untold");
	record_text(o, "storm", inc->storm, sizeof(inc->storm));
	inc->is_storm = record_bool(o, "is_storm");
	inc->digest_ms = record_int(o, "digest_ms", 0);
	inc->attempt_ms = record_int(o, "attempt_ms", 0);
	inc->unheld_ms = record_int(o, "unheld_ms", 0);
}

struct incident *
incident_decode(const char *json, size_t length, char error[160])
{
	struct incident *inc = NULL;
	json_error_t why;
	json_t *o = json_loadb(json, length, 0, &why);
	int64_t number = record_int(o, "number", 0);

	if (o == NULL)
		text_format(error, 160, "not JSON: %.100s", why.text);
	else if (number < 1 || record_string(o, "subject") == NULL)
		text_format(error, 160, "an incident has number and subject");
	else {
		inc = incident_new((uint64_t)number, 0);
		get_head(o, inc);
		get_members(json_object_get(o, "members"), inc);
		get_lines(json_object_get(o, "timeline"), inc);
		get_called(json_object_get(o, "called"), inc);
		get_holds(json_object_get(o, "holds"), inc);
		get_evidence(json_object_get(o, "evidence"), inc);
		get_audiences(json_object_get(o, "audiences"), inc);
		get_public(o, inc);
	}
	json_decref(o);
	return inc;
}
