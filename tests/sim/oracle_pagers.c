/*
 * The oracle on pagers: of two that are well one is active, and when it dies,
 * hangs or is cut off, the other one is within 10 s (promises 2 and 8); what
 * only a journal knew that was put aside is not so any more (decision "The
 * pager's journal holds commits").
 */
#include <jansson.h>

#include "tests/sim/oracle_parts.h"
#include "tests/sim/simpager.h"

#define TAKEN_OVER_MS INT64_C(10000)

static bool
reaches_store(const struct world *w, const struct sim_pager *p)
{
	return proc_runs(w, &p->proc) && w->store_proc.up &&
	    p->proc.store_cut_until_ms <= w->now_ms;
}

/* It can act now, for the others as well as for itself. */
static bool
is_active(const struct world *w, const struct sim_pager *p)
{
	return reaches_store(w, p) && p->state == PAGER_RUNNING &&
	    p->fence == w->pager_fence && p->tenure.until_ms > w->now_ms;
}

/* Nobody was active for so long, although this one could have been. */
static void
check_one(struct world *w, int number)
{
	struct oracle *o = w->oracle;

	if (!reaches_store(w, w->pagers[number])) {
		o->fit_since_ms[number] = 0;
		return;
	}
	if (o->fit_since_ms[number] == 0)
		o->fit_since_ms[number] = w->now_ms;
	if (w->now_ms - o->fit_since_ms[number] > TAKEN_OVER_MS &&
	    w->now_ms - o->active_ms > TAKEN_OVER_MS)
		broken(w,
		    "promise 2: nobody pages for %lld s, and pager-%d could",
		    (long long)(w->now_ms - o->active_ms) / 1000, number);
}

/* What stood in a journal alone is in the store now. */
static void
recorded(struct oracle *o)
{
	for (int n = 0; n < o->incident_count; n++)
		o->incidents[n].reopened_alone = false;
	for (size_t i = 0; i < o->intent_count; i++)
		o->intents[i].unrecorded = false;
	for (int n = 0; n < o->subject_count; n++)
		o->subjects[n].hushed = false;
}

static void
check_away(struct world *w)
{
	struct oracle *o = w->oracle;
	const struct sim_pager *p = sim_pager_active(w);

	if (p == NULL)
		return;
	if (o->was_away && !p->away)
		recorded(o);
	o->was_away = p->away;
}

void
pagers_check(struct world *w)
{
	check_away(w);
	for (int i = 0; i < w->pager_count; i++)
		if (is_active(w, w->pagers[i]))
			w->oracle->active_ms = w->now_ms;
	for (int i = 0; i < w->pager_count; i++)
		check_one(w, i);
}

/* What was sent unrecorded is another message's number from now on. */
static void
forget_intents(struct oracle *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->intent_count; i++)
		if (!o->intents[i].unrecorded)
			o->intents[kept++] = o->intents[i];
	o->intent_count = kept;
}

static bool
has_number(struct oracle *o, const char *intent)
{
	for (size_t i = o->intent_count; i-- > 0;)
		if (strcmp(o->intents[i].id, intent) == 0)
			return true;
	return false;
}

static void
forget_meant(struct oracle *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->meant_count; i++)
		if (has_number(o, o->meant[i].intent))
			o->meant[kept++] = o->meant[i];
	o->meant_count = kept;
}

/* Who has it is who the store says has it. */
static void
take_owner(struct world *w, struct incident_seen *i)
{
	size_t length;
	const char *page =
	    simstore_get(w->store, "sw:{p}:", "pages", i->id, &length);
	json_t *o = page == NULL ? NULL : json_loadb(page, length, 0, NULL);
	const char *owner = json_string_value(json_object_get(o, "owner"));
	const char *state = json_string_value(json_object_get(o, "state"));

	hold_release(w, i);
	several_recall(i, json_object_get(o, "answers"));
	if (owner != NULL && state != NULL && strcmp(state, "calling") != 0) {
		text_copy(i->owner, sizeof(i->owner), owner);
		i->snoozed = strcmp(state, "snoozed") == 0;
		i->held_at_ms = w->now_ms;
		i->held_until_ms =
		    json_integer_value(json_object_get(o, "until_ms"));
		i->sure_until_ms = 0;
	}
	json_decref(o);
}

/* Who was called by the journal alone was called by nobody who goes on. */
static void
keep_reached(struct incident_seen *i, const char *record)
{
	json_t *o = json_loads(record, 0, NULL);
	const json_t *one, *called = json_object_get(o, "called");
	unsigned known = 0;
	size_t n;

	json_array_foreach(called, n, one)
	{
		const char *person =
		    json_string_value(json_object_get(one, "person"));

		known |= person == NULL ? 0 : 1U << person_number(person);
	}
	i->reached &= known;
	json_decref(o);
}

static void
open_again(struct world *w, struct incident_seen *i, const char *record)
{
	struct oracle *o = w->oracle;

	i->closed = false;
	for (int n = 0; n < o->subject_count; n++)
		if (covers(record, &o->subjects[n]))
			o->subjects[n].silenced = false;
}

/* It is as closed as it was. */
static void
close_again(struct world *w, struct incident_seen *i, const char *record)
{
	struct oracle *o = w->oracle;

	i->closed = true;
	i->reopened = false;
	for (int n = 0; n < o->subject_count; n++)
		if (o->subjects[n].hushed && covers(record, &o->subjects[n]))
			o->subjects[n].silenced = true;
}

static void
forget_incident(struct world *w, struct incident_seen *i)
{
	char *record = incident_record(w, i->id);
	char id[24];

	i->said_severity = 0;
	i->doubt_ms = 0;
	i->failed_able_ms = NEVER;
	i->undelivered_able_ms = -1;
	if (record == NULL) {
		text_copy(id, sizeof(id), i->id);
		*i = (struct incident_seen){ .failed_able_ms = NEVER,
			.handed_able_ms = -1,
			.undelivered_able_ms = -1 };
		text_copy(i->id, sizeof(i->id), id);
	} else {
		take_owner(w, i);
		keep_reached(i, record);
	}
	if (record != NULL && i->closed && !record_is_closed(record))
		open_again(w, i, record);
	if (record != NULL && i->reopened_alone && record_is_closed(record))
		close_again(w, i, record);
	i->reopened_alone = false;
	free(record);
}

void
oracle_set_aside(struct world *w)
{
	struct oracle *o = w->oracle;

	tell(w, "what stood in a journal alone is not so any more");
	forget_intents(o);
	forget_meant(o);
	news_forget(w);
	for (int n = 0; n < o->incident_count; n++)
		forget_incident(w, &o->incidents[n]);
	for (int n = 0; n < o->subject_count; n++)
		o->subjects[n].due_able_ms = o->able_ms;
}
