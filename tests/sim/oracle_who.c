/*
 * The oracle on who is called: first whoever is on watch, and otherwise nobody
 * but who is on the ladder or was handed it (brief, section 10).
 *
 * The night's rota by hand: Auckland's watch, which p0 has, took over at 08:00
 * on the 29th there, four hours before the night begins.  London's takes over
 * at 02:30, which after the change of the clocks is 01:30Z: two hours and a
 * half into the night.  It is p1's turn on that day.  New York's comes later.
 * The ladder's second level is p3, or what the night's ladder says (simtree.c).
 *
 * In some nights clients have another ladder, p2 and then p3, in the first half
 * of each hour from 00:00Z to 05:00Z, as London's clocks say it.
 */
#include <jansson.h>

#include "tests/sim/oracle_parts.h"
#include "tests/sim/simpager.h"

#define MINUTE INT64_C(60000)
#define CHANGE_MS (NIGHT_START_MS + 150 * MINUTE)
/* Its clock may be 10 min off, and a new watch has 15 to take what is open. */
#define BEFORE_MS (12 * MINUTE)
#define AFTER_MS (32 * MINUTE)
#define HALVES_MS (NIGHT_START_MS + 60 * MINUTE)
#define HALF_MS (30 * MINUTE)
#define HALVES 10
#define ON_ITS_WAY_MS (2 * MINUTE)

enum { AUCKLAND = 0, LONDON = 1, NEW_YORK = 2, SECOND = 3 };

static const char *const names[SIM_PEOPLE] = { "p0", "p1", "p2", "p3" };

void
who_handed(struct incident_seen *i, const char *to)
{
	i->handed_to |= 1U << person_number(to);
}

static struct meant_seen *
meant_find(struct oracle *o, const char *intent)
{
	for (size_t n = o->meant_count; n-- > 0;)
		if (strcmp(o->meant[n].intent, intent) == 0)
			return &o->meant[n];
	return NULL;
}

void
who_meant(struct world *w, const char *intent, const char *person)
{
	struct oracle *o = w->oracle;
	struct meant_seen *m;

	if (meant_find(o, intent) != NULL || o->meant_count == INTENTS_SEEN)
		return;
	m = &o->meant[o->meant_count++];
	text_copy(m->intent, sizeof(m->intent), intent);
	m->person = person_number(person);
	m->at_ms = w->now_ms;
}

void
who_written(struct world *w, const char *intent, const void *record,
    size_t length)
{
	json_t *o = json_loadb(record, length, 0, NULL);
	const char *person = json_string_value(json_object_get(o, "person"));

	if (person != NULL)
		who_meant(w, intent, person);
	json_decref(o);
}

static bool
is_changing(int64_t at_ms)
{
	return at_ms > CHANGE_MS - BEFORE_MS && at_ms < CHANGE_MS + AFTER_MS;
}

enum where { ELSEWHERE, LOCAL, UNSURE };

/* Which half of an hour it is; -1: before the first. */
static int64_t
half_of(int64_t at_ms)
{
	return at_ms < HALVES_MS ? -1 : (at_ms - HALVES_MS) / HALF_MS;
}

/* Hours are those of the clocks that pagers have; what was just decided may
   still be on its way. */
static enum where
hours_at(const struct world *w, int64_t at_ms)
{
	int64_t early_ms = at_ms - ON_ITS_WAY_MS, late_ms = at_ms, half;

	for (int i = 0; i < w->pager_count; i++) {
		int64_t skew_ms = w->pagers[i]->proc.skew_ms;

		if (at_ms + skew_ms - ON_ITS_WAY_MS < early_ms)
			early_ms = at_ms + skew_ms - ON_ITS_WAY_MS;
		if (at_ms + skew_ms > late_ms)
			late_ms = at_ms + skew_ms;
	}
	half = half_of(late_ms);
	if (half_of(early_ms) != half)
		return UNSURE;
	return half >= 0 && half < HALVES && half % 2 == 0 ? LOCAL : ELSEWHERE;
}

/* Is it on the ladder of the hours?  A client's, while they are open; a storm
   says by its name of which ladder it is. */
static enum where
where_is(struct world *w, const char *incident, int64_t at_ms)
{
	char *record = incident_record(w, incident);
	json_t *o = record == NULL ? NULL : json_loads(record, 0, NULL);
	const char *client = json_string_value(json_object_get(o, "client")),
		   *subject = json_string_value(json_object_get(o, "subject"));
	enum where where = ELSEWHERE;

	if (w->wish.hours && subject == NULL)
		where = UNSURE; /* it is not durable yet */
	else if (w->wish.hours && strcmp(subject, "storm/local") == 0)
		where = LOCAL;
	else if (w->wish.hours && client != NULL)
		where = hours_at(w, at_ms);
	json_decref(o);
	free(record);
	return where;
}

static int
watch_at(int64_t at_ms)
{
	return at_ms < CHANGE_MS ? AUCKLAND : LONDON;
}

/* Who answers for the first level then, and for the other one, as bits.  The
   next zone's is London's, then New York's. */
static unsigned
first_level(struct world *w, const char *incident, int64_t at_ms)
{
	unsigned both = at_ms < CHANGE_MS ? 0 : 1U << SECOND;

	if (where_is(w, incident, at_ms) == LOCAL)
		return 1U << NEW_YORK;
	return 1U << watch_at(at_ms) |
	    (w->wish.ladder == LADDER_WATCH ? both : 0);
}

static unsigned
on_ladder(struct world *w, const char *incident, int64_t at_ms)
{
	unsigned first = first_level(w, incident, at_ms);

	switch (w->wish.ladder) {
	case LADDER_PLAIN:
	case LADDER_WATCH:
		return first | 1U << SECOND;
	case LADDER_GROUP:
	case LADDER_EACH:
	case LADDER_TURN:
		return first | 1U << NEW_YORK | 1U << SECOND;
	case LADDER_ZONE:
		break;
	}
	return first | 1U << (at_ms < CHANGE_MS ? LONDON : NEW_YORK);
}

/* Whose turn it is then is not for an oracle to say. */
static bool
is_open(struct world *w, const char *incident, int64_t at_ms)
{
	enum where where = where_is(w, incident, at_ms);

	return where == UNSURE || (where == ELSEWHERE && is_changing(at_ms));
}

/* What may not have been heard is said again to whom it was for, when that
   person was on watch, or on the ladder. */
static bool
is_said_again(struct world *w, const struct message *m, int p)
{
	const struct meant_seen *first = meant_find(w->oracle, m->intent);

	return m->possible_repeat && first != NULL && first->person == p &&
	    ((on_ladder(w, m->incident, first->at_ms) >> p & 1) != 0 ||
		is_open(w, m->incident, first->at_ms));
}

void
who_check(struct world *w, const struct message *m)
{
	struct incident_seen *i = incident_seen(w, m->incident);
	int p = person_number(m->person);
	int on_watch = watch_at(w->now_ms);

	/* Whoever has it hears first that it grew worse. */
	if (i->held_until_ms != 0 && strcmp(i->owner, m->person) == 0)
		who_handed(i, m->person);
	if (is_open(w, m->incident, w->now_ms))
		return;
	if (i->first_call_ms == 0 &&
	    (first_level(w, m->incident, w->now_ms) >> p & 1) == 0)
		broken(w, "%s first calls %s for %s, and %s is on watch",
		    m->intent, m->person, m->incident, names[on_watch]);
	if ((on_ladder(w, m->incident, w->now_ms) >> p & 1) == 0 &&
	    (i->handed_to >> p & 1) == 0 && !is_said_again(w, m, p))
		broken(w,
		    "%s calls %s for %s, who is neither on watch nor on "
		    "its ladder",
		    m->intent, m->person, m->incident);
}
