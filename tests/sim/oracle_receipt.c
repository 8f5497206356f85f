/*
 * oracle_receipt: what providers say of a message after they have it.
 *
 * When they say that a call was not delivered, and it was the first to this
 * person, who has further ways, and nobody was called since, then somebody is
 * called within seconds: patience is for those who may have heard of it.
 */
#include <string.h>

#include "tests/sim/oracle_parts.h"

#define FOLLOWS_MS 15000

/* Of p2 it is the only one. */
static bool
has_further_ways(int person)
{
	return person != 2;
}

void
receipt_attempt(struct incident_seen *i, const struct message *m)
{
	text_copy(i->last_call, sizeof(i->last_call), m->intent);
	i->attempts[person_number(m->person)]++;
	i->undelivered_able_ms = -1;
}

void
oracle_undelivered(struct world *w, const char *incident, const char *person,
    const char *intent)
{
	struct incident_seen *i = incident_seen(w, incident);
	int p = person_number(person);

	if (strcmp(i->last_call, intent) != 0 || i->attempts[p] != 1 ||
	    !has_further_ways(p))
		return;
	i->undelivered_able_ms = w->oracle->able_ms;
	text_copy(i->undelivered, sizeof(i->undelivered), person);
}

void
receipt_check(struct world *w)
{
	struct oracle *o = w->oracle;

	for (int n = 0; n < o->incident_count; n++) {
		struct incident_seen *i = &o->incidents[n];
		unsigned bit = 1U << person_number(i->undelivered);

		if (i->undelivered_able_ms < 0 ||
		    o->able_ms - i->undelivered_able_ms <= FOLLOWS_MS)
			continue;
		if (hold_must_call(w, i) && (i->answered & bit) == 0)
			broken(w,
			    "promise 4: %s was not delivered, which was said "
			    "%lld s ago, and nobody was called for %s since",
			    i->last_call,
			    (long long)(o->able_ms - i->undelivered_able_ms) /
				1000,
			    i->id);
		i->undelivered_able_ms = -1;
	}
}
