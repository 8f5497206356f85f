#ifndef TESTS_UNIT_TWO_CLIENTS_H
#define TESTS_UNIT_TWO_CLIENTS_H

#include <stdlib.h>
#include <string.h>

#include "pager/incident.h"

/*
 * An incident of two clients, shown to acme and held back from beta: after
 * each step a note, words for the one, words for the other.
 */
static inline struct incident *
two_clients(uint64_t number, int64_t since_ms, int64_t step_ms)
{
	struct incident *i = incident_new(number, since_ms);

	strcpy(i->subject, "acme/learn");
	i->since_ms = since_ms;
	incident_add_member(i, "acme/learn", "acme");
	incident_add_member(i, "beta/learn", "beta");
	i->audiences = calloc(2, sizeof(*i->audiences));
	i->audience_count = 2;
	strcpy(i->audiences[0].client, "acme");
	i->audiences[0].state = AUDIENCE_SHOWN;
	strcpy(i->audiences[1].client, "beta");
	i->audiences[1].state = AUDIENCE_HELD;
	incident_note(i, since_ms + step_ms, "aroha", "the secret cause");
	incident_public(i, since_ms + 2 * step_ms, "aroha",
	    PUBLIC_INVESTIGATING, "acme", "words for acme");
	incident_public(i, since_ms + 3 * step_ms, "aroha", PUBLIC_IDENTIFIED,
	    "beta", "words for beta");
	return i;
}

#endif
