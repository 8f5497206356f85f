/*
 * The oracle on holds: who was told to have what, until when that is good,
 * and what must not, or must, happen meanwhile (promises 2, 3 and 4).
 */
#include <jansson.h>

#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"
#include "tests/sim/simpager.h"

#define MINUTE INT64_C(60000)
#define ANSWER_MS MINUTE /* a commit may be held up so long */
#define FAILED_MS 75000  /* a round in which everything failed: 60 s */
/* The only watch change of the night; a pager's clock may be 10 min off. */
#define CHANGE_MS (NIGHT_START_MS + 150 * MINUTE)
#define CHANGE_ERROR_MS (12 * MINUTE)
/* From the earliest it may be: twice that, the hand-over, and a call. */
#define HANDED_MS (2 * CHANGE_ERROR_MS + 15 * MINUTE + ANSWER_MS)

int
called_as(const struct world *w, int severity, bool of_client)
{
	return w->wish.calls && severity == 3 && of_client ? 2 : severity;
}

/* Storms are of what calls until somebody takes it. */
static bool
is_of_client(const char *record)
{
	return record != NULL &&
	    (strstr(record, "\"client\":") != NULL ||
		strstr(record, "\"is_storm\":true") != NULL);
}

/* As people read it. */
static int
read_severity(const char *record)
{
	const char *s = record != NULL ? strstr(record, "\"severity\":") : NULL;

	return s == NULL ? 1 : s[strcspn(s, "1234")] - '0';
}

int
record_severity(const struct world *w, const char *record)
{
	return called_as(w, read_severity(record), is_of_client(record));
}

int
said_by(const struct message *m)
{
	const char *s = strstr(m->subject, "] S");

	return s != NULL && s[3] >= '1' && s[3] <= '4' ? s[3] - '0' : 4;
}

/* How long a take is good for, by the incident's severity. */
static int64_t
take_span_ms(int severity)
{
	return severity == 1 ? 30 * MINUTE
	    : severity == 2  ? 60 * MINUTE
			     : 480 * MINUTE;
}

static bool
has(const char *record, const char *name, const char *value)
{
	char quoted[100];

	text_format(quoted, sizeof(quoted), "\"%s\":\"%s\"", name, value);
	return record != NULL && strstr(record, quoted) != NULL;
}

char *
page_record(struct world *w, const char *incident)
{
	size_t length;
	const char *found =
	    simstore_get(w->store, "sw:{p}:", "pages", incident, &length);
	char *copy;

	if (found == NULL)
		return NULL;
	copy = mem_alloc(length + 1);
	memcpy(copy, found, length);
	return copy;
}

static void
hold(struct world *w, struct incident_seen *i, int64_t for_ms, int severity)
{
	if (i->held_until_ms == 0)
		i->held_at_ms = w->now_ms;
	several_anew(i);
	i->held_until_ms = w->now_ms + for_ms;
	i->sure_until_ms = i->held_until_ms - ANSWER_MS;
	i->held_severity = severity;
	i->failed_able_ms = NEVER;
}

/* Attention ends: from here on it is due again. */
void
hold_release(struct world *w, struct incident_seen *i)
{
	struct oracle *o = w->oracle;
	char *record = incident_record(w, i->id);

	several_anew(i);
	i->held_until_ms = i->sure_until_ms = 0;
	i->snoozed = false;
	i->owner[0] = '\0';
	i->owed = 0;
	for (int n = 0; n < o->subject_count; n++)
		if (calls_for(w, i->id, record, &o->subjects[n]))
			o->subjects[n].due_able_ms = o->able_ms;
	free(record);
}

/* By its severity now; while the store is away the record is an old one. */
static void
hold_take(struct world *w, struct incident_seen *i, const char *record)
{
	const struct sim_pager *p = sim_pager_active(w);
	int severity = i->said_severity != 0 && p != NULL && p->away
	    ? i->said_severity
	    : read_severity(record);

	i->held_read = severity;
	severity = called_as(w, severity, is_of_client(record));
	hold(w, i, take_span_ms(severity), severity);
}

static void
took(struct world *w, struct incident_seen *i, const char *person,
    const char *answer, const char *record)
{
	char *page = page_record(w, i->id);

	if (strstr(answer, "\"waits_for\"") != NULL) {
		several_answered(w, i, person, answer, page);
		i->held_read = read_severity(record);
		free(page);
		return;
	}
	several_took(w, i, person);
	if (strstr(answer, "not yet recorded") == NULL &&
	    !has(page, "owner", person)) {
		i->doubt_ms = w->now_ms;
		text_copy(i->doubted, sizeof(i->doubted), person);
	}
	free(page);
	/* Said again by who has it: that is not a new take. */
	if (i->held_until_ms != 0 && !i->snoozed &&
	    strcmp(i->owner, person) == 0)
		return;
	text_copy(i->owner, sizeof(i->owner), person);
	news_owed(w, i, person);
	i->snoozed = false;
	i->held_until_ms = 0; /* it is another's hold now */
	hold_take(w, i, record);
}

static void
closed(struct world *w, struct incident_seen *i, const char *record)
{
	struct oracle *o = w->oracle;

	i->closed = true;
	i->reopened_alone = false;
	i->closed_at_ms = w->now_ms;
	i->owed = 0;
	for (int n = 0; n < o->subject_count; n++)
		if (covers(record, &o->subjects[n]))
			o->subjects[n].silenced = true;
}

/* Raised by another: whoever has it is called, and has to take it anew. */
static void
severity_set(struct world *w, struct incident_seen *i, const char *person,
    int read, const char *record)
{
	int severity = called_as(w, read, is_of_client(record));
	int64_t longest_ms = (severity == 1 ? 30 : 240) * MINUTE;
	int was = i->held_read;

	i->said_severity = i->held_read = read;
	if (i->heard == 0 || severity != i->answered_severity || read != was)
		several_anew(i); /* as it was: nothing is anew */
	if (i->held_until_ms == 0 || read == was)
		return;
	if (read < was && strcmp(person, i->owner) != 0) {
		who_handed(i, i->owner); /* whose watch may be over by now */
		hold_release(w, i);
	} else if (!i->snoozed)
		hold(w, i, take_span_ms(severity), severity);
	else {
		i->held_severity = severity;
		if (i->held_until_ms > w->now_ms + longest_ms)
			hold(w, i, longest_ms, severity);
	}
}

/* What fails of it has to call; the rest may, by this person's word. */
static void
reopened(struct world *w, struct incident_seen *i, const char *answer,
    const char *record)
{
	struct oracle *o = w->oracle;

	i->closed = false;
	i->reopened = true;
	i->reopened_alone = strstr(answer, "not yet recorded") != NULL;
	for (int n = 0; n < o->subject_count; n++) {
		struct subject *s = &o->subjects[n];

		if (!covers(record, s))
			continue;
		s->hushed = i->reopened_alone && s->silenced;
		s->silenced = false;
	}
	hold_release(w, i);
}

/* Whoever had it does no more; answers of those who all have to are kept. */
static void
escalated(struct world *w, struct incident_seen *i)
{
	if (i->held_until_ms != 0)
		hold_release(w, i);
	several_left(i);
	i->escalated_ms = w->now_ms;
}

/* Promise 9: said again it changes nothing, if it was said before. */
static void
again(struct world *w, const struct incident_seen *i)
{
	if (i->escalated_ms == 0 || w->now_ms - i->escalated_ms > 15 * MINUTE)
		broken(w, "promise 9: %s was not escalated, and it is said so",
		    i->id);
}

static void
obeyed(struct world *w, struct incident_seen *i, const char *person,
    json_t *command, const char *answer)
{
	const char *verb =
	    json_string_value(json_object_get(command, "command"));
	char *record = incident_record(w, i->id);

	if (strcmp(verb, "note") != 0)
		i->doubt_ms = 0; /* what came later in that commit undid it */
	if (strcmp(verb, "take") == 0)
		took(w, i, person, answer, record);
	else if (strcmp(verb, "hand-on") == 0) {
		hold_release(w, i);
		who_handed(i,
		    json_string_value(json_object_get(command, "to")));
	} else if (strcmp(verb, "escalate") == 0) {
		if (strstr(answer, "nothing is changed") != NULL)
			again(w, i);
		else
			escalated(w, i);
	} else if (strcmp(verb, "reopen") == 0) {
		if (strstr(answer, "nothing is changed") == NULL)
			reopened(w, i, answer, record);
	} else if (strcmp(verb, "resolve") == 0)
		closed(w, i, record);
	else if (strcmp(verb, "snooze") == 0) {
		hold_take(w, i, record);
		hold(w, i,
		    json_integer_value(json_object_get(command, "for_ms")),
		    i->held_severity);
		i->snoozed = true;
		text_copy(i->owner, sizeof(i->owner), person);
		news_owed(w, i, person);
	} else if (strcmp(verb, "severity") == 0)
		severity_set(w, i, person,
		    (int)json_integer_value(
			json_object_get(command, "severity")),
		    record);
	else if (strcmp(verb, "note") == 0 && i->held_until_ms != 0 &&
	    !i->snoozed)
		hold_take(w, i, record);
	free(record);
}

void
oracle_answered(struct world *w, const char *person, const char *incident,
    const char *json, bool ok, const char *answer)
{
	json_t *command = json_loads(json, 0, NULL);

	tell(w, "%s %s: %s", person, json, answer);
	if (ok && strcmp(incident, "INC-999999") == 0)
		broken(w, "promise 9: it is done: %s", json);
	if (!ok && strstr(answer, "\"error\": \"") == NULL &&
	    strstr(answer, "\"error\":\"") == NULL)
		broken(w, "promise 9: refused without a word: %s: %s", json,
		    answer);
	if (ok)
		obeyed(w, incident_seen(w, incident), person, command, answer);
	json_decref(command);
}

void
oracle_pager_jumped(struct world *w, int64_t back_ms)
{
	struct oracle *o = w->oracle;

	o->jumped_ms = w->now_ms;
	news_forget(w);
	for (int n = 0; n < o->subject_count; n++)
		o->subjects[n].due_able_ms = o->able_ms;
	for (int n = 0; n < o->incident_count; n++) {
		struct incident_seen *i = &o->incidents[n];

		i->failed_able_ms = NEVER;
		several_jumped(i);
		if (i->held_until_ms == 0)
			continue;
		if (back_ms > 0)
			i->held_until_ms += back_ms;
		else
			i->sure_until_ms += back_ms;
	}
}

/* The watch of whoever took it before the change may be over just now. */
static bool
is_handed_over(const struct world *w, const struct incident_seen *i)
{
	const struct oracle *o = w->oracle;

	return i->held_at_ms < CHANGE_MS + CHANGE_ERROR_MS &&
	    w->now_ms > CHANGE_MS - CHANGE_ERROR_MS &&
	    o->able_ms - o->changing_able_ms < HANDED_MS;
}

/*
 * What was read just before the store went away is in the journal alone: that
 * it became worse only the message says, and it must be so.
 */
static bool
became_worse(struct world *w, const struct message *m,
    const struct incident_seen *i, const char *record)
{
	const struct oracle *o = w->oracle;
	int severity = called_as(w, said_by(m), true);

	if (!m->store_down || severity >= i->held_severity)
		return false;
	for (int n = 0; n < o->subject_count; n++)
		if (o->subjects[n].active &&
		    o->subjects[n].severity <= severity &&
		    calls_for(w, i->id, record, &o->subjects[n]))
			return true;
	return false;
}

/* May it call again, though it was taken? */
static bool
may_call(struct world *w, const struct message *m,
    const struct incident_seen *i, const char *record)
{
	if (w->now_ms >= i->sure_until_ms)
		return true;
	return is_handed_over(w, i) || record == NULL ||
	    record_severity(w, record) < i->held_severity ||
	    read_severity(record) < i->held_read ||
	    became_worse(w, m, i, record);
}

/* Promise 3: what was taken stays taken, and nobody is called for it. */
void
hold_check_call(struct world *w, const struct message *m, const char *record)
{
	struct incident_seen *i = incident_seen(w, m->incident);

	if (i->held_until_ms == 0)
		return;
	if (may_call(w, m, i, record))
		hold_release(w, i);
	else
		broken(w, "promise 3: %s calls %s for %s, which %s has",
		    m->intent, m->person, i->id, i->owner);
}

/* Is this incident's own page one that must go on calling? */
bool
hold_must_call(struct world *w, const struct incident_seen *i)
{
	const struct oracle *o = w->oracle;
	char *record = incident_record(w, i->id);
	char *page = page_record(w, i->id);
	bool found = false;

	if (!i->closed && i->held_until_ms == 0 && record != NULL &&
	    record_severity(w, record) <= 2 && !record_is_closed(record) &&
	    strstr(record, "\"storm\":\"INC") == NULL &&
	    has(page, "state", "calling"))
		for (int n = 0; n < o->subject_count; n++) {
			const struct subject *s = &o->subjects[n];

			found |= s->active && !s->silenced &&
			    s->severity <= 2 && covers(record, s);
		}
	free(record);
	free(page);
	return found;
}

/* Able time before the watch can have changed does not count. */
void
hold_note_change(struct world *w)
{
	if (w->now_ms < CHANGE_MS - CHANGE_ERROR_MS)
		w->oracle->changing_able_ms = w->oracle->able_ms;
}

/*
 * Promise 3: what somebody is told to have a record says, unless a command of
 * the same commit, answered at the same instant, has undone that.
 */
void
hold_check_doubted(struct world *w)
{
	const struct oracle *o = w->oracle;

	for (int n = 0; n < o->incident_count; n++)
		if (o->incidents[n].doubt_ms != 0 &&
		    w->now_ms > o->incidents[n].doubt_ms)
			broken(w,
			    "promise 3: %s was told to have %s, and no record "
			    "says so",
			    o->incidents[n].doubted, o->incidents[n].id);
}

/* Promise 4: when a way fails for certain, the next follows. */
void
hold_check_failed(struct world *w)
{
	struct oracle *o = w->oracle;

	for (int n = 0; n < o->incident_count; n++) {
		struct incident_seen *i = &o->incidents[n];

		if (i->failed_able_ms == NEVER ||
		    o->able_ms - i->failed_able_ms <= FAILED_MS)
			continue;
		/* Of a level something got through: it has its patience. */
		if ((i->handed_able_ms < 0 ||
			o->able_ms - i->handed_able_ms > 15 * MINUTE) &&
		    hold_must_call(w, i))
			broken(w,
			    "promise 4: a call for %s failed, and nothing "
			    "followed for %lld s",
			    i->id,
			    (long long)(o->able_ms - i->failed_able_ms) / 1000);
		i->failed_able_ms = NEVER;
	}
}
