/*
 * The oracle on levels that call several (promises 2 and 3): who is called at
 * once with others is not called alone, whose take waits for others is left
 * alone and the others are not, "you have it" is said to the last one, and of
 * those who are called in turn it is not the same one twice.
 *
 * The group is p2 and p3 (simtree.c).  What was handed to one of them, or said
 * again, is no call of the level.
 */
#include "tests/sim/oracle_parts.h"

#define MINUTE INT64_C(60000)
#define AGAIN_MS (6 * MINUTE) /* silence_max, and a minute */
#define ALONE_MS (90 * INT64_C(1000))
/* The level's patience less what a take takes to be said and heard. */
#define LEVEL_MS (8 * MINUTE)

/* Then its patience is over, and whoever takes it has it alone; the first call
   may have begun so much later than the level. */
#define LEFT_MS (9 * MINUTE)

enum { ONE = 2, OTHER = 3, GROUP = 1U << ONE | 1U << OTHER };

void
several_left(struct incident_seen *i)
{
	for (int p = 0; p < SIM_PEOPLE; p++)
		i->rung_able_ms[p] = i->echoed_able_ms[p] = 0;
	i->level_ms = 0;
}

void
several_anew(struct incident_seen *i)
{
	several_left(i);
	i->answered = i->heard = 0;
	i->turn = 0;
	i->watched = i->failed = false;
}

/* Its clock was set: who was called or answered when is not known any more;
   only that whoever was called need not be so at once again. */
void
several_jumped(struct incident_seen *i)
{
	int64_t echoed[SIM_PEOPLE];
	unsigned heard = i->heard;

	for (int p = 0; p < SIM_PEOPLE; p++) {
		echoed[p] = i->rung_able_ms[p];
		if (echoed[p] < i->echoed_able_ms[p])
			echoed[p] = i->echoed_able_ms[p];
	}
	several_anew(i);
	i->heard = heard;
	memcpy(i->echoed_able_ms, echoed, sizeof(echoed));
}

/* A take is good for so long; less a minute, for the clocks. */
static int64_t
span_ms(int severity)
{
	return (severity == 1 ? 29 : 59) * MINUTE;
}

/* Promise 3: who has taken it need not do so again. */
static void
check_answered(struct world *w, struct incident_seen *i,
    const struct message *m, int p)
{
	char *record;

	if ((i->answered >> p & 1) == 0)
		return;
	record = incident_record(w, i->id);
	if (record_severity(w, record) != i->answered_severity ||
	    m->store_down ||
	    w->now_ms - i->answered_ms[p] >= span_ms(i->answered_severity))
		i->answered = i->heard = 0; /* but others were just called */
	else
		broken(w,
		    "promise 3: %s calls %s for %s, who has taken it and waits "
		    "for the others",
		    m->intent, m->person, i->id);
	free(record);
}

/* One after the other, each time round the ladder. */
static void
check_turn(struct world *w, struct incident_seen *i, const struct message *m,
    int p)
{
	if ((GROUP >> p & 1) == 0) {
		i->watched = true;
		return;
	}
	/* It became worse: its page is another one, from the beginning. */
	if (i->turn == p + 1 && i->watched && said_by(m) >= i->turn_severity)
		broken(w, "%s calls %s for %s, and it is another's turn",
		    m->intent, m->person, i->id);
	i->turn = p + 1;
	i->turn_severity = said_by(m);
	i->watched = false;
}

void
several_called(struct world *w, const struct message *m)
{
	struct incident_seen *i = incident_seen(w, m->incident);
	int p = person_number(m->person);

	if (m->possible_repeat)
		i->echoed_able_ms[p] = w->oracle->able_ms;
	if (m->possible_repeat || (i->handed_to & GROUP) != 0)
		return;
	check_answered(w, i, m, p);
	if (w->wish.ladder == LADDER_TURN)
		check_turn(w, i, m, p);
	/* The watch is called: the group's level is over. */
	if ((GROUP >> p & 1) == 0)
		several_left(i);
	else if (i->level_ms == 0)
		i->level_ms = w->now_ms;
	i->rung_able_ms[p] = w->oracle->able_ms;
}

void
several_answered(struct world *w, struct incident_seen *i, const char *person,
    const char *answer, const char *page)
{
	const char *answers = page == NULL ? NULL : strstr(page, "\"answers\"");
	int p = person_number(person);
	char *record = incident_record(w, i->id);

	i->heard |= 1U << p;
	i->answered_severity = record_severity(w, record);
	free(record);
	if (strstr(answer, "not yet recorded") != NULL)
		return;
	if (w->wish.ladder != LADDER_EACH || (GROUP >> p & 1) == 0)
		broken(w,
		    "%s is told to wait for others at %s, and is not one "
		    "of several",
		    person, i->id);
	if (answers == NULL || strstr(answers, person) == NULL)
		broken(w,
		    "promise 3: %s was told that %s is noted, and no record "
		    "says so",
		    person, i->id);
	i->answered |= 1U << p;
	i->answered_ms[p] = w->now_ms;
}

void
several_recall(struct incident_seen *i, const json_t *answers)
{
	const json_t *o;
	size_t n;

	json_array_foreach(answers, n, o)
	{
		const char *person =
		    json_string_value(json_object_get(o, "person"));

		if (person != NULL)
			i->heard |= 1U << person_number(person);
	}
}

/* Promise 3: what the others have to take, too, is nobody's before they did. */
void
several_took(struct world *w, const struct incident_seen *i, const char *person)
{
	int64_t able_ms = w->oracle->able_ms;
	int p = person_number(person), other = p == ONE ? OTHER : ONE;

	if (w->wish.ladder != LADDER_EACH || (GROUP >> p & 1) == 0 ||
	    i->held_until_ms != 0 || i->rung_able_ms[ONE] == 0 ||
	    i->rung_able_ms[OTHER] == 0 ||
	    i->failed || /* the level may have been left at once */
	    w->now_ms - i->level_ms > LEFT_MS ||
	    able_ms - i->rung_able_ms[p] > LEVEL_MS ||
	    able_ms - i->rung_able_ms[other] > LEVEL_MS)
		return;
	if ((i->heard >> other & 1) == 0)
		broken(w,
		    "promise 3: %s is told to have %s, and p%d, who has to "
		    "take "
		    "it, too, has not",
		    person, i->id, other);
}

/* How long before that; by a repeat, or before its clock was set, as well. */
static int64_t
called_before(const struct incident_seen *i, int p, int64_t able_ms)
{
	int64_t last_ms = i->rung_able_ms[p];

	if (last_ms < i->echoed_able_ms[p])
		last_ms = i->echoed_able_ms[p];
	return last_ms == 0 ? NEVER : able_ms - last_ms;
}

/* One was called just now: the other, too, unless that one has answered. */
static bool
is_alone(const struct world *w, const struct incident_seen *i, int p)
{
	int other = p == ONE ? OTHER : ONE;
	const struct oracle *o = w->oracle;
	int64_t rung_ms = i->rung_able_ms[p], able_ms = o->able_ms;

	return rung_ms != 0 && able_ms - rung_ms > ALONE_MS &&
	    able_ms - rung_ms < ALONE_MS + MINUTE && i->heard == 0 &&
	    called_before(i, other, rung_ms) > AGAIN_MS;
}

/* Handed to that one alone; whoever said so may never have been answered. */
static bool
is_handed_to(struct world *w, const struct incident_seen *i, int p)
{
	char *page = page_record(w, i->id), wanted[32];
	bool found;

	text_format(wanted, sizeof(wanted), "\"direct\":\"p%d\"", p);
	found = page != NULL && strstr(page, wanted) != NULL;
	free(page);
	return found;
}

/* Promise 2: all of a level are called. */
void
several_check(struct world *w)
{
	const struct oracle *o = w->oracle;

	if (w->wish.ladder != LADDER_GROUP && w->wish.ladder != LADDER_EACH)
		return;
	for (int n = 0; n < o->incident_count; n++)
		for (int p = ONE; p <= OTHER; p++) {
			const struct incident_seen *i = &o->incidents[n];

			if (is_alone(w, i, p) && hold_must_call(w, i) &&
			    !is_handed_to(w, i, p))
				broken(w,
				    "promise 2: p%d is called for %s, and p%d, "
				    "who is called at that level, too, is not",
				    p, i->id, p == ONE ? OTHER : ONE);
		}
}
