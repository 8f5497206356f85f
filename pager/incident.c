/* incident: see incident.h.  Lists grow by doubling and are never NULL-holed. */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/incident.h"

struct incident *
incident_new(uint64_t number, int64_t now_ms)
{
	struct incident *inc = mem_alloc(sizeof(*inc));

	inc->number = number;
	text_format(inc->id, sizeof(inc->id), "INC-%06llu",
	    (unsigned long long)number);
	inc->opened_ms = inc->since_ms = now_ms;
	inc->severity = inc->auto_severity = 4;
	inc->late.state = PAGE_CLOSED;
	TAILQ_INIT(&inc->intents);
	LIST_INIT(&inc->joined);
	inc->due.owner = inc->past.owner = inc->telling.owner = inc;
	inc->due.rank = inc->past.rank = inc->telling.rank = number;
	return inc;
}

void
incident_free(struct incident *inc)
{
	if (inc == NULL)
		return;
	for (size_t i = 0; i < inc->line_count; i++)
		free(inc->lines[i].text);
	free(inc->lines);
	free(inc->members);
	free(inc->called);
	free(inc->audiences);
	free(inc->evidence);
	free(inc->details);
	free(inc);
}

int
incident_urgency(const struct incident *inc)
{
	if (inc->is_storm)
		return inc->severity < 2 ? inc->severity : 2;
	return inc->calls_as != 0 ? inc->calls_as : inc->severity;
}

const char *
incident_ladder(const struct incident *inc)
{
	return inc->by_hours[0] != '\0' ? inc->by_hours : inc->ladder;
}

/* Room for one more item in a list whose room doubles with its count. */
static void *
room_for_one(void *items, size_t count, size_t size)
{
	if ((count & (count - 1)) != 0) /* room up to the next power of two */
		return items;
	return mem_grow(items, (count == 0 ? 1 : 2 * count) * size);
}

struct member *
incident_member(const struct incident *inc, const char *subject)
{
	for (size_t i = 0; i < inc->member_count; i++)
		if (strcmp(inc->members[i].subject, subject) == 0)
			return &inc->members[i];
	return NULL;
}

struct member *
incident_add_member(struct incident *inc, const char *subject,
    const char *client)
{
	struct member *m;

	if (inc->member_count >= INCIDENT_MEMBERS_MAX)
		return NULL;
	inc->members = room_for_one(inc->members, inc->member_count,
	    sizeof(*inc->members));
	m = &inc->members[inc->member_count++];
	*m = (struct member){ .severity = 4 };
	text_copy(m->subject, sizeof(m->subject), subject);
	text_copy(m->client, sizeof(m->client), client);
	return m;
}

size_t
incident_count(const struct incident *inc)
{
	size_t count = 0;

	for (size_t i = 0; i < inc->member_count; i++)
		count += inc->members[i].until_ms == 0;
	return count;
}

bool
incident_is_over(const struct incident *inc)
{
	return incident_count(inc) == 0;
}

int
incident_worst(const struct incident *inc)
{
	int worst = 4;

	for (size_t i = 0; i < inc->member_count; i++)
		if (inc->members[i].until_ms == 0 &&
		    inc->members[i].severity < worst)
			worst = inc->members[i].severity;
	return worst;
}

const struct member *
incident_headline(const struct incident *inc)
{
	const struct member *own = incident_member(inc, inc->subject);

	if (own == NULL || own->until_ms == 0 || incident_is_over(inc))
		return own;
	/* It is not over: one of them still fails. */
	for (own = inc->members; own->until_ms != 0; own++)
		;
	return own;
}

const char *
incident_matter(const struct incident *inc)
{
	static const char *const now[] = { "down", "probably down",
		"in maintenance", "degraded", "trouble", "alert" };
	static const char *const then[] = { "was down", "was probably down",
		"was in maintenance", "was degraded", "had trouble",
		"had an alert" };
	const struct member *m = incident_headline(inc);
	enum alarm_kind kind =
	    inc->closed_ms == 0 && m != NULL ? m->kind : inc->kind;

	if (inc->is_storm)
		return inc->closed_ms != 0 ? "had many failures"
					   : "many failures";
	return inc->closed_ms != 0 ? then[kind] : now[kind];
}

static void
take_evidence(struct incident *inc, const struct alarm *a)
{
	inc->evidence_count = a->evidence_count;
	inc->evidence_ms = a->at_ms;
	free(inc->evidence);
	inc->evidence =
	    mem_copy(a->evidence, a->evidence_count * sizeof(*inc->evidence));
	inc->fresh = a->fresh;
	inc->quorum = a->quorum;
	inc->last_good_ms = a->last_good_ms;
	inc->first_failed_ms = a->first_failed_ms;
	inc->kind = a->kind;
	text_copy(inc->text, sizeof(inc->text), a->text);
	if (a->since_ms != 0 && a->since_ms < inc->since_ms)
		inc->since_ms = a->since_ms;
}

static int
known_severity(int severity)
{
	return severity >= 1 && severity <= 4 ? severity : 2;
}

static bool
same_member(const struct member *a, const struct member *b)
{
	return a->kind == b->kind && a->severity == b->severity &&
	    a->since_ms == b->since_ms && a->until_ms == b->until_ms &&
	    a->flapping == b->flapping && strcmp(a->text, b->text) == 0;
}

/* The pager's own trouble is of no shard. */
static uint64_t
bit_of(const struct alarm *a)
{
	return a->shard == ALARM_OF_PAGER ? 0 : UINT64_C(1) << (a->shard & 63);
}

bool
incident_echo(struct incident *inc, const struct alarm *a)
{
	struct member *m = incident_member(inc, a->subject);
	uint64_t others;

	if (m == NULL || a->kind != ALARM_OPERATIONS || m->until_ms != 0)
		return false;
	m->missed = m->missed_twice = 0;
	others = m->shards & ~bit_of(a);
	if (others == 0)
		return false;
	if (a->event == ALARM_CLEARED) {
		m->shards = others;
		return true;
	}
	if (known_severity(a->severity) < m->severity)
		return false;
	m->shards |= bit_of(a);
	return true;
}

static void
note_shard(struct member *m, const struct alarm *a)
{
	if (a->kind != ALARM_OPERATIONS || a->event == ALARM_CLEARED)
		m->shards = 0;
	else
		m->shards |= bit_of(a);
}

bool
incident_alarm(struct incident *inc, const struct alarm *a)
{
	struct member *m = incident_member(inc, a->subject);
	struct member was;

	if (m == NULL)
		m = incident_add_member(inc, a->subject,
		    a->kind == ALARM_FOREIGN ? "" : a->client);
	if (m == NULL)
		return false;
	was = *m;
	m->missed = m->missed_twice = 0;
	note_shard(m, a);
	m->kind = a->kind;
	m->severity = known_severity(a->severity);
	if (a->since_ms != 0)
		m->since_ms = a->since_ms;
	m->flapping = a->flapping;
	m->until_ms = m->until_before_ms = 0;
	if (a->event == ALARM_CLEARED) {
		m->until_ms = a->until_ms != 0 ? a->until_ms : a->at_ms;
		m->until_before_ms = a->until_before_ms;
	}
	text_copy(m->text, sizeof(m->text), a->text);
	inc->flapping |= a->flapping;
	if (a->event != ALARM_CLEARED && strcmp(inc->subject, a->subject) == 0)
		take_evidence(inc, a);
	return !same_member(&was, m);
}

bool
incident_well_since(struct incident *inc, const struct alarm *a)
{
	struct member *m = incident_member(inc, a->subject);

	if (m == NULL || m->until_ms != 0 || m->well_ms != 0)
		return false;
	m->shards &= ~bit_of(a);
	if (m->shards == 0) /* or another shard says that it fails */
		m->well_ms = a->until_ms != 0 ? a->until_ms : a->at_ms;
	return true;
}

bool
incident_raise(struct incident *inc)
{
	int worst = incident_worst(inc), was = inc->severity;

	/* Only what is worse than all that was said before raises: so what a
	   person has set is not undone by the next alarm like the last. */
	if (worst >= inc->auto_severity)
		return false;
	inc->auto_severity = worst;
	if (worst < inc->severity)
		inc->severity = worst;
	return inc->severity < was;
}

bool
incident_holds(struct incident *inc, const char *person, int64_t now_ms)
{
	struct hold *last =
	    inc->hold_count > 0 ? &inc->holds[inc->hold_count - 1] : NULL;

	if (last != NULL && last->to_ms == 0) {
		if (strcmp(last->person, person) == 0)
			return false;
		last->to_ms = now_ms;
		if (person[0] == '\0')
			return true;
	}
	if (person[0] == '\0')
		return false;
	if (inc->hold_count == INCIDENT_HOLDS_MAX)
		memmove(inc->holds, inc->holds + 1,
		    --inc->hold_count * sizeof(*inc->holds));
	last = &inc->holds[inc->hold_count++];
	*last = (struct hold){ .from_ms = now_ms };
	text_copy(last->person, sizeof(last->person), person);
	return true;
}

/* The oldest attempt that is not the last one of its person, or the oldest. */
static void
drop_called(struct incident *inc)
{
	size_t i;

	for (i = 0; i < inc->called_count; i++)
		if (incident_last_called(inc, inc->called[i].person) !=
		    &inc->called[i])
			break;
	if (i == inc->called_count)
		i = 0;
	memmove(&inc->called[i], &inc->called[i + 1],
	    (inc->called_count - i - 1) * sizeof(*inc->called));
	inc->called_count--;
}

struct called *
incident_called(struct incident *inc, const char *person,
    enum channel_kind channel, const char *intent, int64_t at_ms)
{
	struct called *c = incident_find_called(inc, intent);

	if (c == NULL) {
		if (inc->called_count >= INCIDENT_CALLS_MAX)
			drop_called(inc);
		inc->called = mem_grow(inc->called,
		    (inc->called_count + 1) * sizeof(*inc->called));
		c = &inc->called[inc->called_count++];
		*c = (struct called){ .channel = channel };
		text_copy(c->person, sizeof(c->person), person);
		text_copy(c->intent, sizeof(c->intent), intent);
	}
	c->at_ms = at_ms;
	c->outcome = CALLED_WAITING;
	return c;
}

struct called *
incident_find_called(struct incident *inc, const char *intent)
{
	for (size_t i = inc->called_count; i-- > 0;)
		if (strcmp(inc->called[i].intent, intent) == 0)
			return &inc->called[i];
	return NULL;
}

const struct called *
incident_last_called(const struct incident *inc, const char *person)
{
	for (size_t i = inc->called_count; i-- > 0;)
		if (strcmp(inc->called[i].person, person) == 0)
			return &inc->called[i];
	return NULL;
}
