/*
 * The oracle on news: who has it is told to the others (promise 3), a page
 * opens at once (promise 2), and many at once are one.
 */
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

#define OWED_MS 120000
#define AT_ONCE_MS 5000 /* an answer and its messages, in any order */
#define LATE_MS 30000   /* an alarm is read and its first call begins */
#define NAMED_MS (LATE_MS + 60000) /* who joins a storm is named within 60 s */
#define STORM_MS 55000
#define STORM_PAGES 5

int
person_number(const char *name)
{
	return name[0] == 'p' && name[1] >= '0' && name[1] < '0' + SIM_PEOPLE
	    ? name[1] - '0'
	    : 0;
}

/* From now on the others wait to hear who has it. */
void
news_owed(struct world *w, struct incident_seen *i, const char *person)
{
	i->owed = i->reached & ~(1U << person_number(person));
	i->owed_able_ms = w->oracle->able_ms;
	for (int p = 0; p < SIM_PEOPLE; p++)
		if (i->told_ms[p] != 0 &&
		    w->now_ms - i->told_ms[p] <= AT_ONCE_MS)
			i->owed &= ~(1U << p);
}

/* It is neither a storm nor one that calls but once; *ladder: 1 where clients
   have another one by the hour, and this is a client's. */
static bool
pages_alone(struct world *w, const char *incident, int *ladder)
{
	char *record = incident_record(w, incident);
	bool yes = record != NULL && strstr(record, "\"storm/") == NULL &&
	    record_severity(w, record) <= 2;

	*ladder = yes && w->wish.hours && strstr(record, "\"client\":") != NULL;
	free(record);
	return yes;
}

/* From the sixth page within a minute, by its clock, one calls for all. */
static void
check_storm(struct world *w)
{
	struct oracle *o = w->oracle;
	int counts[2] = { 0 }, count, ladder;

	for (int n = 0; n < o->incident_count; n++)
		if (o->incidents[n].first_call_ms > o->jumped_ms &&
		    w->now_ms - o->incidents[n].first_call_ms < STORM_MS &&
		    pages_alone(w, o->incidents[n].id, &ladder))
			counts[ladder]++;
	count = counts[0] > counts[1] ? counts[0] : counts[1];
	if (count > STORM_PAGES)
		broken(w, "%d pages open within a minute, and no storm is one",
		    count);
}

/* Which incidents does this call name: its own, and those of a storm? */
static void
note_named(struct world *w, const struct message *m)
{
	const char *at = m->body;
	char id[24];

	incident_seen(w, m->incident)->named = true;
	while (at != NULL && (at = strstr(at, "INC-")) != NULL) {
		text_format(id, sizeof(id), "INC-%.*s",
		    (int)strspn(at + 4, "0123456789"), at + 4);
		incident_seen(w, id)->named = true;
		at += 4;
	}
}

void
news_attempt(struct world *w, const struct message *m)
{
	struct incident_seen *i;
	int p = person_number(m->person);

	if (m->incident[0] == '\0')
		return;
	i = incident_seen(w, m->incident);
	if (m->kind == MESSAGE_TAKEN || m->kind == MESSAGE_RESOLVED) {
		i->owed &= ~(1U << p);
		i->told_ms[p] = w->now_ms;
	}
	if (m->kind != MESSAGE_CALL)
		return;
	who_check(w, m);
	several_called(w, m);
	note_named(w, m);
	if (i->first_call_ms != 0)
		return;
	i->first_call_ms = w->now_ms;
	check_storm(w);
}

/* Promise 3: those who were called need not wonder. */
static void
check_owed(struct world *w)
{
	struct oracle *o = w->oracle;

	for (int n = 0; n < o->incident_count; n++) {
		struct incident_seen *i = &o->incidents[n];

		if (i->owed == 0 || o->able_ms - i->owed_able_ms <= OWED_MS)
			continue;
		broken(w,
		    "promise 3: %s has %s, and others who were called (%x) "
		    "are not told",
		    i->owner, i->id, i->owed);
	}
}

/* Is there an incident of the subject that calls, and of which too little was
   seen?  Of a storm its page must have called. */
struct late_search {
	struct world *w;
	struct subject *subject;
	bool is_known; /* an open incident is about it */
	char id[24];
};

/* The incident that calls for this one, as the store has it. */
static void
find_caller(const char *id, const char *record, char caller[24])
{
	const char *storm = strstr(record, "\"storm\":\"INC");

	text_copy(caller, 24, id);
	if (storm != NULL) {
		storm += strlen("\"storm\":\"");
		text_format(caller, 24, "%.*s", (int)strcspn(storm, "\""),
		    storm);
	}
}

static bool
is_seen(struct world *w, enum news news, const char *id, const char *caller)
{
	size_t n;
	const char *page =
	    simstore_get(w->store, "sw:{p}:", "pages", caller, &n);

	if (page == NULL || strstr(page, "\"state\":\"calling\"") == NULL)
		return true;
	return news == NEWS_TO_CALL
	    ? incident_seen(w, caller)->first_call_ms != 0
	    : incident_seen(w, id)->named;
}

/*
 * Somebody closed it since it was raised, and it was in no store then: what it
 * was about is known only now.
 */
static void
note_closed(const struct late_search *x, const char *id)
{
	const struct incident_seen *i = incident_seen(x->w, id);

	if (i->closed && i->closed_at_ms >= x->subject->raised_at_ms)
		x->subject->silenced = true;
}

static void
search_late(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct late_search *x = arg;
	char *record, caller[24];

	if (strcmp(key, "incidents") != 0)
		return;
	record = mem_alloc(length + 1);
	memcpy(record, value, length);
	find_caller(field, record, caller);
	if (!covers(record, x->subject) || record_is_closed(record)) {
		if (covers(record, x->subject))
			note_closed(x, field);
		free(record);
		return;
	}
	x->is_known = true;
	if (record_severity(x->w, record) <= 2 &&
	    !is_seen(x->w, x->subject->news, field, caller))
		text_copy(x->id, sizeof(x->id), field);
	free(record);
}

void
news_begin(struct world *w, struct subject *s)
{
	w->oracle->new_count += s->news == NEWS_SEEN;
	s->news = NEWS_TO_CALL;
	s->raised_read_ms = w->oracle->read_ms;
}

/* The pager's clock was set: what is due within a minute may be later. */
void
news_forget(struct world *w)
{
	for (int n = 0; n < w->oracle->subject_count; n++)
		w->oracle->subjects[n].news = NEWS_SEEN;
	w->oracle->new_count = 0;
}

/* Promise 2: a page opens at once, and a storm's names those that join. */
static void
check_late(struct world *w, struct subject *s)
{
	struct late_search x = { .w = w, .subject = s };
	int64_t limit_ms = s->news == NEWS_TO_CALL ? LATE_MS : NAMED_MS;

	if (s->news == NEWS_SEEN ||
	    w->oracle->read_ms - s->raised_read_ms < limit_ms)
		return;
	if (s->active)
		simstore_fields(w->store, "sw:{p}:", search_late, &x);
	if (s->active && !s->silenced && !x.is_known)
		broken(w,
		    "promise 2: %s is raised for %lld s, and no open incident "
		    "is about it",
		    s->name, (long long)limit_ms / 1000);
	if (x.id[0] != '\0')
		broken(w, "promise 2: %s is raised for %lld s, and %s %s",
		    s->name, (long long)limit_ms / 1000, x.id,
		    s->news == NEWS_TO_CALL ? "has not called yet"
					    : "was not named to anybody");
	s->news =
	    s->news == NEWS_TO_CALL && s->active ? NEWS_TO_NAME : NEWS_SEEN;
	w->oracle->new_count -= s->news == NEWS_SEEN;
}

void
news_check(struct world *w)
{
	check_owed(w);
	if (w->oracle->new_count == 0)
		return;
	for (int n = 0; n < w->oracle->subject_count; n++)
		check_late(w, &w->oracle->subjects[n]);
}
