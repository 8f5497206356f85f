/*
 * The oracle on pages: promises 2, 3, 4 and 8.
 *
 * What must be paged is read from the outbox, as alarms became durable; who
 * has it, from the answers people got; what was tried, from the attempts at
 * the channels.  The pager's own records only tell which incident an
 * endpoint belongs to, and whether what was answered is written down.
 */
#include <jansson.h>

#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"
#include "tests/sim/simpager.h"

#define MINUTE INT64_C(60000)
#define SLACK_MS 45000 /* reading, committing, a channel's timeout */

struct incident_seen *
incident_seen(struct world *w, const char *id)
{
	struct oracle *o = w->oracle;
	struct incident_seen *i;

	for (int n = 0; n < o->incident_count; n++)
		if (strcmp(o->incidents[n].id, id) == 0)
			return &o->incidents[n];
	if (o->incident_count == INCIDENTS_SEEN) {
		broken(w, "more incidents than a night can have");
		return &o->incidents[0];
	}
	i = &o->incidents[o->incident_count++];
	text_copy(i->id, sizeof(i->id), id);
	i->failed_able_ms = NEVER;
	i->handed_able_ms = -1;
	i->undelivered_able_ms = -1;
	return i;
}

char *
incident_record(struct world *w, const char *id)
{
	size_t length;
	const char *found =
	    simstore_get(w->store, "sw:{p}:", "incidents", id, &length);
	char *copy;

	if (found == NULL)
		return NULL;
	copy = mem_alloc(length + 1);
	memcpy(copy, found, length);
	return copy;
}

/* A part of it may be over before: that is not the incident's end. */
bool
record_is_closed(const char *record)
{
	json_t *o;
	bool yes;

	if (strstr(record, "\"closed_ms\":") == NULL)
		return false;
	o = json_loads(record, 0, NULL);
	yes = json_object_get(o, "closed_ms") != NULL;
	json_decref(o);
	return yes;
}

const struct subject *
subject_find(const struct world *w, const char *name)
{
	const struct oracle *o = w->oracle;

	for (int n = 0; n < o->subject_count; n++)
		if (strcmp(o->subjects[n].name, name) == 0)
			return &o->subjects[n];
	return NULL;
}

struct subject *
subject_seen(struct world *w, const char *name)
{
	struct oracle *o = w->oracle;

	for (int n = 0; n < o->subject_count; n++)
		if (strcmp(o->subjects[n].name, name) == 0)
			return &o->subjects[n];
	if (o->subject_count == SUBJECTS_SEEN) {
		broken(w, "more subjects than there are");
		return &o->subjects[0];
	}
	text_copy(o->subjects[o->subject_count].name,
	    sizeof(o->subjects[0].name), name);
	return &o->subjects[o->subject_count++];
}

/* It is an event: told again and again, and ended by humans only. */
static bool
is_poison(const char *subject)
{
	return strncmp(subject, "operations/poison", 17) == 0;
}

/* Promise 1: in effect once; each rise has one end. */
static void
check_turn(struct world *w, const struct subject *s, unsigned shard,
    const struct alarm *a)
{
	bool is_active = (s->shards >> shard & 1) != 0;

	if (is_poison(a->subject) && a->event == ALARM_RAISED)
		return;
	if (is_active == (a->event == ALARM_RAISED))
		broken(w, "promise 1: %s is %s and was so already", a->subject,
		    is_active ? "raised" : "changed or cleared");
}

/* Several shards may say the same of our own trouble: it is the worst. */
static void
note_shard(const struct world *w, struct subject *s, unsigned shard,
    const struct alarm *a)
{
	s->shards &= ~(1U << shard);
	if (a->event != ALARM_CLEARED)
		s->shards |= 1U << shard;
	s->severities[shard] = called_as(w, a->severity, a->client[0] != '\0');
	s->active = s->shards != 0;
	if (s->active)
		s->severity = 4;
	for (unsigned i = 0; i < SIM_SHARDS; i++)
		if ((s->shards >> i & 1) != 0 && s->severities[i] < s->severity)
			s->severity = s->severities[i];
}

void
oracle_note_end(struct world *w, struct subject *s)
{
	int e = field_endpoint(s->name);

	if (e >= 0)
		w->oracle->cleared[e] = (int)s->kind + 1;
	s->over_read_ms = w->oracle->read_ms;
	s->over_ms = w->now_ms;
}

void
oracle_alarm(struct world *w, unsigned shard, const void *data, size_t length)
{
	struct alarm a;
	char error[160];
	struct subject *s;
	bool was_paging;

	if (alarm_decode(data, length, &a, error) != 0) {
		broken(w, "an alarm cannot be read: %s", error);
		return;
	}
	tell(w, "alarm: %s %s S%d %s", a.subject, alarm_event_text(a.event),
	    a.severity, a.text);
	if (a.event == ALARM_RENAMED)
		return;
	if (field_endpoint(a.subject) >= 0) /* whatever it is called */
		text_copy(a.subject, sizeof(a.subject),
		    truth_endpoints[field_endpoint(a.subject)]);
	truth_check_called(w, &a);
	s = subject_seen(w, a.subject);
	check_turn(w, s, shard, &a);
	oracle_check_held(w, s, &a);
	was_paging = s->active && s->severity <= 2 && !s->forgotten &&
	    !(s->silenced && is_poison(s->name));
	s->forgotten = false;
	s->lingers &= ~(1U << shard);
	note_shard(w, s, shard, &a);
	s->kind = a.kind;
	if (s->active && s->severity <= 2 && !was_paging) {
		s->raised_at_ms = w->now_ms;
		s->due_able_ms = w->oracle->able_ms;
		s->silenced = s->hushed = false;
		s->unread = true;
		news_begin(w, s);
	}
	if (!s->active)
		oracle_note_end(w, s);
}

/* By any name that it may have had. */
static bool
covers_endpoint(const char *record, int e)
{
	const char *client = truth_clients[truth_client(e)];
	size_t length = strlen(client);

	for (const char *at = record; (at = strchr(at, '"')) != NULL; at++) {
		size_t n = strcspn(at + 1, "\" ");

		if (strncmp(at + 1, client, length) == 0 &&
		    at[1 + length] == '/' && at[1 + n] == '"' &&
		    at[n] == (char)('0' + e))
			return true;
	}
	return false;
}

/* Does this incident's record name the subject? */
bool
covers(const char *record, const struct subject *s)
{
	char quoted[200];
	int e = field_endpoint(s->name);

	text_format(quoted, sizeof(quoted), "\"%s\"", s->name);
	if (record != NULL && e >= 0)
		return covers_endpoint(record, e);
	return record != NULL && strstr(record, quoted) != NULL;
}

/* Looks through all incidents for one of a storm that names the subject. */
struct storm_search {
	const char *id;
	const struct subject *subject;
	const char *body; /* it must be listed in there; NULL: need not */
	bool unrecorded;  /* the storm is in a journal alone */
	bool found;
};

static void
search_storm(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct storm_search *x = arg;
	char quoted[48], *record;

	if (strcmp(key, "incidents") != 0 || x->found ||
	    (x->body != NULL && strstr(x->body, field) == NULL))
		return;
	record = mem_alloc(length + 1);
	memcpy(record, value, length);
	text_format(quoted, sizeof(quoted), "\"storm\":\"%s\"", x->id);
	x->found = (x->unrecorded || strstr(record, quoted) != NULL) &&
	    covers(record, x->subject);
	free(record);
}

static bool
search(struct world *w, struct storm_search *x, const char *record)
{
	if (covers(record, x->subject))
		return true;
	if (x->unrecorded ||
	    (record != NULL && strstr(record, "\"storm/") != NULL))
		simstore_fields(w->store, "sw:{p}:", search_storm, x);
	return x->found;
}

/* Does a call for this incident call for the subject, storms included? */
bool
calls_for(struct world *w, const char *id, const char *record,
    const struct subject *s)
{
	struct storm_search x = { .id = id, .subject = s };

	return search(w, &x, record);
}

static bool
message_calls_for(struct world *w, const struct message *m, const char *record,
    const struct subject *s)
{
	struct storm_search x = { .id = m->incident,
		.subject = s,
		.body = m->body,
		.unrecorded = m->store_down && record == NULL };

	return search(w, &x, record);
}

static struct intent_seen *
intent_seen(struct oracle *o, const char *id)
{
	for (size_t i = o->intent_count; i-- > 0;)
		if (strcmp(o->intents[i].id, id) == 0)
			return &o->intents[i];
	return NULL;
}

/* Promise 8: one intent is one message; again only when marked. */
static void
check_repeat(struct world *w, const struct message *m)
{
	struct oracle *o = w->oracle;

	struct intent_seen *i = intent_seen(o, m->intent);
	bool calm = w->hurt_until_ms[PART_PAGER] == 0 &&
	    w->hurt_until_ms[PART_STORE] == 0;

	if (i == NULL) {
		if (calm && m->possible_repeat)
			broken(w, "promise 8: %s was never sent before",
			    m->intent);
		if (o->intent_count == INTENTS_SEEN)
			return;
		i = &o->intents[o->intent_count++];
		text_copy(i->id, sizeof(i->id), m->intent);
		i->person = person_number(m->person);
		i->unrecorded = m->store_down;
		return;
	}
	if (!m->possible_repeat)
		broken(w, "promise 8: %s was sent before and does not say so",
		    m->intent);
	if (calm && !i->stumbled)
		broken(w, "promise 8: %s is sent again without a reason",
		    m->intent);
}

/* Promise 8: what is sent was written down before. */
static void
check_written(struct world *w, const struct message *m)
{
	size_t length;

	if (!m->store_down &&
	    simstore_get(w->store, "sw:{p}:", "intents", m->intent, &length) ==
		NULL)
		broken(w, "promise 8: %s is sent and not written down",
		    m->intent);
}

/* A call for what is over is an insult. */
static void
check_insult(struct world *w, const struct message *m, const char *record)
{
	struct oracle *o = w->oracle;
	bool found = false;

	if (record == NULL || m->store_down)
		return;
	for (int n = 0; n < o->subject_count; n++) {
		const struct subject *s = &o->subjects[n];

		if (!calls_for(w, m->incident, record, s))
			continue;
		found = true;
		if (s->active || s->forgotten || s->lingers != 0 ||
		    o->read_ms - s->over_read_ms < OVER_MS)
			return;
	}
	if (found &&
	    (!incident_seen(w, m->incident)->reopened ||
		record_is_closed(record)))
		broken(w, "%s calls %s for %s, which is over", m->intent,
		    m->person, m->incident);
}

void
oracle_attempt(struct world *w, const struct message *m, bool real)
{
	struct oracle *o = w->oracle;
	char *record;

	tell(w, "%s: message %d to %s by channel %d for %s%s: %s", m->intent,
	    (int)m->kind, m->person, (int)m->channel, m->incident,
	    m->possible_repeat ? " (possible repeat)" : "", m->subject);
	check_repeat(w, m);
	check_written(w, m);
	news_attempt(w, m);
	who_meant(w, m->intent, m->person);
	if (m->kind != MESSAGE_CALL)
		return;
	record = incident_record(w, m->incident);
	check_insult(w, m, record);
	hold_check_call(w, m, record);
	for (int n = 0; n < o->subject_count && real; n++)
		if (message_calls_for(w, m, record, &o->subjects[n])) {
			o->subjects[n].due_able_ms = o->able_ms;
			if (record == NULL)
				text_copy(o->subjects[n].caller,
				    sizeof(o->subjects[n].caller), m->incident);
			/* One that calls once has not read of more. */
			o->subjects[n].unread &= record_severity(w, record) > 2;
		}
	incident_seen(w, m->incident)->failed_able_ms = NEVER;
	receipt_attempt(incident_seen(w, m->incident), m);
	free(record);
}

void
oracle_outcome(struct world *w, const char *incident, const char *intent,
    bool is_call, enum sent outcome)
{
	struct intent_seen *seen = intent_seen(w->oracle, intent);
	struct incident_seen *i;

	if (outcome == SENT_FAILED_NOW && seen != NULL)
		seen->stumbled = true;
	if (!is_call)
		return;
	i = incident_seen(w, incident);
	if (outcome == SENT_HANDED_OVER && seen != NULL)
		i->reached |= 1U << seen->person;
	if (outcome != SENT_FAILED)
		i->handed_able_ms = w->oracle->able_ms;
	else if (i->failed_able_ms == NEVER)
		i->failed_able_ms = w->oracle->able_ms;
	i->failed |= outcome != SENT_HANDED_OVER;
}

static bool
can_read(struct world *w)
{
	const struct sim_pager *p = sim_pager_active(w);

	return p != NULL && w->now_ms >= p->able_from_ms && !p->away &&
	    w->store_proc.up && p->proc.store_cut_until_ms <= w->now_ms;
}

static bool
is_able(struct world *w)
{
	const struct sim_pager *p = sim_pager_active(w);

	return can_read(w) ||
	    (p != NULL && w->now_ms >= p->able_from_ms && p->away);
}

static bool
is_away(struct world *w)
{
	const struct sim_pager *p = sim_pager_active(w);

	return p != NULL && p->away;
}

/* By a person; the answer, which says so, follows the commit. */
static bool
is_resolved(const struct incident_seen *i, const char *record)
{
	return !i->closed &&
	    strstr(record, "\"ended\":\"resolved by p") != NULL;
}

/* Is it for this one?  Its journal alone may have it, or have it open; or
   whoever has it closed it, and is about to hear so. */
static bool
attends(struct world *w, const struct incident_seen *i, const char *record,
    const struct subject *s)
{
	if (record == NULL)
		return strcmp(s->caller, i->id) == 0;
	return calls_for(w, i->id, record, s) &&
	    (!record_is_closed(record) || (i->reopened_alone && is_away(w)) ||
		is_resolved(i, record));
}

/* Is somebody attending to this subject? */
static bool
is_held(struct world *w, const struct subject *s)
{
	struct oracle *o = w->oracle;

	for (int n = 0; n < o->incident_count; n++) {
		struct incident_seen *i = &o->incidents[n];
		char *record;
		bool yes;

		if (i->held_until_ms == 0)
			continue;
		record = incident_record(w, i->id);
		yes = attends(w, i, record, s);
		free(record);
		if (yes)
			return true;
	}
	return false;
}

static void
check_subject(struct world *w, struct subject *s)
{
	struct oracle *o = w->oracle;
	int64_t limit_ms = w->settings->site.silence_max_ms + SLACK_MS;

	if (!s->active || s->silenced || s->forgotten || s->severity > 2)
		return;
	/* What it accepts meanwhile, and who takes that, its journal alone
	   tells. */
	if (s->kind == ALARM_FOREIGN && is_away(w))
		s->due_able_ms = o->able_ms;
	/* What the pager cannot read it cannot page. */
	if (s->unread && !can_read(w))
		s->due_able_ms = o->able_ms;
	if (o->able_ms - s->due_able_ms <= limit_ms)
		return;
	if (is_held(w, s)) {
		s->due_able_ms = o->able_ms - limit_ms + MINUTE;
		return;
	}
	broken(w, "promise 2: %s burns, and for %lld s nobody was tried",
	    s->name, (long long)(o->able_ms - s->due_able_ms) / 1000);
}

/* Is all that an incident is about over, as far as shards told of it? */
static void
check_ended(void *arg, const char *key, const char *id, const void *value,
    size_t length)
{
	struct world *w = arg;
	struct oracle *o = w->oracle;
	bool found = false, burns = false;
	char *record;

	if (strcmp(key, "incidents") != 0)
		return;
	record = mem_alloc(length + 1);
	memcpy(record, value, length);
	for (int n = 0; n < o->subject_count; n++)
		if (calls_for(w, id, record, &o->subjects[n])) {
			found = true;
			burns |= o->subjects[n].active;
		}
	if (!record_is_closed(record) && found && !burns)
		broken(w, "%s is open, and nothing of it burns", id);
	free(record);
}

/* Promise 8: humans are told of what was set aside. */
static void
check_aside(struct world *w)
{
	char name[48];

	for (int i = 0; i <= AGENTS; i++) {
		text_format(name, sizeof(name), "operations/poison/a%d", i);
		if (i == AGENTS)
			text_copy(name, sizeof(name), "operations/poison");
		if ((w->oracle->set_aside >> i & 1) != 0 &&
		    subject_find(w, name) == NULL)
			broken(w, "promise 8: %s was not told", name);
	}
}

/* After a quiet hour nothing is called for that is over. */
void
oracle_end_pages(struct world *w)
{
	check_aside(w);
	simstore_fields(w->store, "sw:{p}:", check_ended, w);
}

void
oracle_check_pages(struct world *w)
{
	struct oracle *o = w->oracle;

	if (o->was_able)
		o->able_ms += w->now_ms - o->looked_at_ms;
	if (o->was_reading)
		o->read_ms += w->now_ms - o->looked_at_ms;
	o->looked_at_ms = w->now_ms;
	o->was_able = is_able(w);
	o->was_reading = can_read(w);
	for (int n = 0; n < o->incident_count; n++)
		if (o->incidents[n].held_until_ms != 0 &&
		    o->incidents[n].held_until_ms <= w->now_ms)
			hold_release(w, &o->incidents[n]);
	for (int n = 0; n < o->subject_count; n++)
		check_subject(w, &o->subjects[n]);
	hold_note_change(w);
	hold_check_doubted(w);
	hold_check_failed(w);
	receipt_check(w);
	several_check(w);
	news_check(w);
	pagers_check(w);
}
