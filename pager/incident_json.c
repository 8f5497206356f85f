/* Incidents as JSON: as records, and parts of them for who asks. */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/incident.h"

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

static const char *const outcomes[] = { "waiting", "handed over", "failed",
	"not sent" };

const char *
called_outcome_text(enum called_outcome outcome)
{
	return outcomes[outcome];
}

enum called_outcome
called_outcome_parse(const char *text)
{
	for (int i = 0; text != NULL && i <= CALLED_NOT_SENT; i++)
		if (strcmp(outcomes[i], text) == 0)
			return (enum called_outcome)i;
	return CALLED_WAITING;
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
		record_set_int(o, "well_ms", m->well_ms);
		record_set_bool(o, "flapping", m->flapping);
		record_set_int(o, "shards", (int64_t)m->shards);
		record_set_text(o, "text", m->text);
		json_array_append_new(list, o);
	}
	return list;
}

json_t *
incident_timeline_json(const struct incident *inc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inc->line_count; i++) {
		const struct line *l = &inc->lines[i];
		json_t *o = json_object();

		record_set_int(o, "at_ms", l->at_ms);
		record_set_text(o, "by", l->by);
		json_object_set_new(o, "text", record_foreign(l->text));
		json_object_set_new(o, "public", json_boolean(l->public));
		if (l->public)
			record_set_text(o, "state",
			    public_state_text(l->state));
		record_set_text(o, "client", l->client);
		json_array_append_new(list, o);
	}
	return list;
}

json_t *
incident_called_json(const struct incident *inc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inc->called_count; i++) {
		const struct called *c = &inc->called[i];
		json_t *o = json_object();

		record_set_text(o, "person", c->person);
		record_set_text(o, "channel", channel_text(c->channel));
		record_set_int(o, "at_ms", c->at_ms);
		record_set_text(o, "outcome", called_outcome_text(c->outcome));
		record_set_text(o, "intent", c->intent);
		record_set_int(o, "call", c->call);
		record_set_int(o, "step", (int64_t)c->step);
		record_set_bool(o, "late", c->late);
		record_set_int(o, "receipt", (int)c->receipt);
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
		record_set_bool(o, "over", a->over);
		/* For its page, which asks nobody else. */
		record_set_int(o, "since_ms",
		    incident_since_for(inc, a->client));
		record_set_int(o, "closed_ms",
		    incident_closed_for(inc, a->client));
		record_set_int(o, "gone", (int64_t)a->gone);
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
	record_set_text(o, "by_hours", inc->by_hours);
	record_set_int(o, "turn", inc->turn);
	record_set_int(o, "kind", (int)inc->kind);
	record_set_int(o, "severity", inc->severity);
	record_set_int(o, "auto_severity", inc->auto_severity);
	record_set_int(o, "calls_as", inc->calls_as);
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
	if (inc->details != NULL)
		record_set_text(o, "details", inc->details);
}

char *
incident_encode(const struct incident *inc)
{
	json_t *o = json_object();
	char *text;

	set_head(o, inc);
	json_object_set_new(o, "evidence", incident_evidence_json(inc));
	record_set_int(o, "evidence_ms", inc->evidence_ms);
	json_object_set_new(o, "members", members_json(inc));
	json_object_set_new(o, "timeline", incident_timeline_json(inc));
	record_set_int(o, "notes_gone", (int64_t)inc->notes_gone);
	json_object_set_new(o, "called", incident_called_json(inc));
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
