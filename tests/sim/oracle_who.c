/*
 * The oracle on who is called: first whoever is on watch, and otherwise nobody
 * but who is on the ladder or was handed it (brief, section 10).
 *
 * The night's rota by hand: Auckland's watch, which p0 has, took over at 08:00
 * on the 29th there, four hours before the night begins.  London's takes over
 * at 02:30, which after the change of the clocks is 01:30Z: two hours and a
 * half into the night.  It is p1's turn on that day.  New York's comes later.
 * The ladder's second level is p3.
 */
#include "tests/sim/oracle_parts.h"

#define MINUTE INT64_C(60000)
#define CHANGE_MS (NIGHT_START_MS + 150 * MINUTE)
/* Its clock may be 10 min off, and a new watch has 15 to take what is open. */
#define BEFORE_MS (12 * MINUTE)
#define AFTER_MS (32 * MINUTE)

enum { AUCKLAND = 0, LONDON = 1, SECOND = 3 };

static const char *const names[SIM_PEOPLE] = { "p0", "p1", "p2", "p3" };

void
who_handed(struct incident_seen *i, const char *to)
{
	i->handed_to |= 1U << person_number(to);
}

void
who_check(struct world *w, const struct message *m)
{
	struct incident_seen *i = incident_seen(w, m->incident);
	int p = person_number(m->person);
	int on_watch = w->now_ms < CHANGE_MS ? AUCKLAND : LONDON;

	if (w->now_ms > CHANGE_MS - BEFORE_MS &&
	    w->now_ms < CHANGE_MS + AFTER_MS)
		return;
	if (i->first_call_ms == 0 && p != on_watch)
		broken(w, "%s first calls %s for %s, and %s is on watch",
		    m->intent, m->person, m->incident, names[on_watch]);
	/* Whoever has it hears first that it grew worse. */
	if (i->held_until_ms != 0 && strcmp(i->owner, m->person) == 0)
		who_handed(i, m->person);
	/* What may not have been heard is said again to whom it was for. */
	if (p != on_watch && p != SECOND && !m->possible_repeat &&
	    (i->handed_to >> p & 1) == 0)
		broken(w,
		    "%s calls %s for %s, who is neither on watch nor on "
		    "its ladder",
		    m->intent, m->person, m->incident);
}
