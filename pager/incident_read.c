/*
 * Incidents, read again from their JSON records.
 *
 * What is missing in a record has its usual value; what makes it no incident
 * at all (no number, no subject) makes the record unreadable.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/incident.h"

#define SAID_MAX ((INCIDENT_AUDIENCES_MAX + 1) * INCIDENT_UPDATES_MAX)

static void
get_head(const json_t *o, struct incident *inc)
{
	record_text(o, "subject", inc->subject, sizeof(inc->subject));
	record_text(o, "client", inc->client, sizeof(inc->client));
	record_text(o, "platform", inc->platform, sizeof(inc->platform));
	record_text(o, "ladder", inc->ladder, sizeof(inc->ladder));
	record_text(o, "by_hours", inc->by_hours, sizeof(inc->by_hours));
	inc->turn = (unsigned)record_choice(o, "turn", INCIDENT_TURN_MAX, 0);
	inc->kind = (enum alarm_kind)record_choice(o, "kind", ALARM_FOREIGN + 1,
	    ALARM_DOWN);
	inc->severity = record_choice(o, "severity", 5, 2);
	inc->auto_severity = record_choice(o, "auto_severity", 5, 4);
	inc->calls_as = record_choice(o, "calls_as", 5, 0);
	if (inc->severity == 0)
		inc->severity = 2;
	inc->since_ms = record_int(o, "since_ms", 0);
	inc->opened_ms = record_int(o, "opened_ms", 0);
	inc->closed_ms = record_int(o, "closed_ms", 0);
	inc->last_good_ms = record_int(o, "last_good_ms", 0);
	inc->first_failed_ms = record_int(o, "first_failed_ms", 0);
	inc->ended_before_ms = record_int(o, "ended_before_ms", 0);
	inc->evidence_ms = record_int(o, "evidence_ms", 0);
	inc->fresh = record_choice(o, "fresh", 1001, 0); /* as in an alarm */
	inc->quorum = record_choice(o, "quorum", 1001, 0);
	inc->flapping = record_bool(o, "flapping");
	inc->by_hand = record_bool(o, "by_hand");
	record_text(o, "text", inc->text, sizeof(inc->text));
	record_text(o, "ended", inc->ended, sizeof(inc->ended));
	if (record_string(o, "details") != NULL)
		inc->details = mem_text(record_string(o, "details"));
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
		    ALARM_FOREIGN + 1, ALARM_DOWN);
		m->severity = record_choice(o, "severity", 5, 2);
		m->since_ms = record_int(o, "since_ms", inc->since_ms);
		m->shards = (uint64_t)json_integer_value(
		    json_object_get(o, "shards")); /* 64 bits, all of them */
		m->until_ms = record_int(o, "until_ms", 0);
		m->until_before_ms = record_int(o, "until_before_ms", 0);
		m->well_ms = record_int(o, "well_ms", 0);
		m->flapping = record_bool(o, "flapping");
		record_text(o, "text", m->text, sizeof(m->text));
	}
}

/* What was said to nobody is left out. */
static void
get_update(const json_t *o, struct incident *inc, const char *by,
    const char *text)
{
	const char *state = record_string(o, "state");
	int parsed = state == NULL ? 0 : public_state_parse(state);
	char client[64];

	record_text(o, "client", client, sizeof(client));
	if (inc->update_count >= SAID_MAX ||
	    (client[0] != '\0' && incident_audience(inc, client) == NULL))
		return;
	incident_said(inc, record_int(o, "at_ms", 0), by,
	    parsed < 0 ? PUBLIC_INVESTIGATING : (enum public_state)parsed,
	    client, text);
}

static void
get_lines(const json_t *list, struct incident *inc)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		const char *text = record_string(o, "text");
		char by[64];

		record_text(o, "by", by, sizeof(by));
		if (text == NULL)
			continue;
		if (record_bool(o, "public"))
			get_update(o, inc, by, text);
		else
			incident_note(inc, record_int(o, "at_ms", 0), by, text);
	}
	incident_limit_said(inc);
}

/* Which way of the page it was; older records do not say. */
static void
get_way(const json_t *o, struct called *c)
{
	c->call = (unsigned)record_int(o, "call", 0);
	c->step = (size_t)record_choice(o, "step", PAGE_STEPS_MAX, 0);
	c->late = record_bool(o, "late");
	c->receipt = (enum called_receipt)record_choice(o, "receipt",
	    RECEIPT_FAILED + 1, RECEIPT_NONE);
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
		c->outcome = called_outcome_parse(record_string(o, "outcome"));
		get_way(o, c);
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

/* For what stands in a list, as far as it counts. */
static void *
room_for(const json_t *list, size_t most, size_t size)
{
	size_t count = json_array_size(list);

	return mem_alloc((count < most ? count : most) * size);
}

static void
get_evidence(const json_t *list, struct incident *inc)
{
	const json_t *o;
	size_t i;

	inc->evidence =
	    room_for(list, ALARM_EVIDENCE_MAX, sizeof(*inc->evidence));
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

static size_t
get_count(const json_t *o, const char *key)
{
	return (size_t)record_choice(o, key, INT_MAX, 0);
}

static void
get_audiences(const json_t *list, struct incident *inc)
{
	const json_t *o;
	size_t i;

	inc->audiences =
	    room_for(list, INCIDENT_AUDIENCES_MAX, sizeof(*inc->audiences));
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
		a->said = (size_t)record_choice(o, "said",
		    INCIDENT_MEMBERS_MAX + 1, 0);
		a->said_ms = record_int(o, "said_ms", 0);
		a->over = record_bool(o, "over");
		a->gone = get_count(o, "gone");
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
		get_called(json_object_get(o, "called"), inc);
		get_holds(json_object_get(o, "holds"), inc);
		get_evidence(json_object_get(o, "evidence"), inc);
		get_audiences(json_object_get(o, "audiences"), inc);
		inc->notes_gone = get_count(o, "notes_gone");
		get_lines(json_object_get(o, "timeline"), inc);
		get_public(o, inc);
	}
	json_decref(o);
	return inc;
}
