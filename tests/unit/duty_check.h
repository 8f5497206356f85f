#ifndef TESTS_UNIT_DUTY_CHECK_H
#define TESTS_UNIT_DUTY_CHECK_H

/*
 * What the pager's core keeps in order (what is due, what is to be written,
 * what is found by a name), beside what a walk through everything finds.
 */
#include <string.h>

#include "lib/interval.h"
#include "pager/duty_parts.h"

/* Touched since time last passed: it is looked at when it does. */
static inline bool
is_touched(const struct incident *inc)
{
	return inc->due.place != 0 && inc->due.at_ms == 0;
}

static inline bool
waits_until(const struct heap_node *node, int64_t at_ms)
{
	return at_ms == NEVER ? node->place == 0
			      : node->place != 0 && node->at_ms == at_ms;
}

/* What is due and stays so is not looked at again at once. */
static inline bool
is_due_in_time(const struct duty *d, const struct incident *inc, int64_t now_ms)
{
	int64_t at_ms =
	    inc->closed_ms != 0 ? NEVER : duty_incident_deadline(d, inc);

	return waits_until(&inc->due, at_ms) ||
	    (at_ms <= now_ms && inc->due.place != 0 &&
		inc->due.at_ms <= now_ms + 1);
}

static inline bool
is_in_its_places(const struct incident *inc)
{
	return waits_until(&inc->past,
		   inc->closed_ms != 0 ? inc->closed_ms : NEVER) &&
	    waits_until(&inc->telling,
		duty_is_for_digest(inc) ? inc->opened_ms : NEVER);
}

static inline const struct incident *
first_of_subject(const struct duty *d, const char *subject)
{
	for (const struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		if (inc->closed_ms == 0 &&
		    incident_member(inc, subject) != NULL)
			return inc;
	return NULL;
}

static inline bool
is_found_by_name(const struct duty *d, const struct incident *inc)
{
	for (size_t i = 0; i < inc->member_count; i++) {
		const char *subject = inc->members[i].subject;

		if (duty_of_subject(d, subject) != first_of_subject(d, subject))
			return false;
	}
	return true;
}

static inline bool
has_those_that_joined(const struct duty *d, const struct incident *storm)
{
	const struct incident *inc;
	size_t walked = 0, listed = 0;

	for (inc = d->incidents; inc != NULL; inc = inc->hh.next)
		walked +=
		    inc->closed_ms == 0 && strcmp(inc->storm, storm->id) == 0;
	LIST_FOREACH (inc, &storm->joined, of_storm)
		listed++;
	return walked == listed;
}

static inline bool
has_its_intents(const struct duty *d, const char *id,
    const struct intent_list *list)
{
	const struct intent *i;
	size_t walked = 0, listed = 0;

	for (i = d->intents; i != NULL; i = i->hh.next)
		walked += strcmp(i->incident, id) == 0;
	TAILQ_FOREACH (i, list, of_incident)
		listed++;
	return walked == listed;
}

static inline const char *
check_incident(const struct duty *d, const struct incident *inc, int64_t now_ms)
{
	if (!is_touched(inc) && !is_due_in_time(d, inc, now_ms))
		return "an incident is not due when it should be";
	if (!is_touched(inc) && !is_in_its_places(inc))
		return "an incident is not among those closed, or to be told";
	if (inc->closed_ms == 0 && !is_found_by_name(d, inc))
		return "a member's name leads elsewhere";
	if (!has_those_that_joined(d, inc))
		return "a storm does not know who joined it";
	if (!has_its_intents(d, inc->id, &inc->intents))
		return "an incident does not know its intents";
	return NULL;
}

/* Named groups hold open incidents, each for each of its members. */
static inline const char *
check_groups(const struct duty *d)
{
	size_t members = 0, grouped = 0;

	for (const struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		members += inc->closed_ms == 0 ? inc->member_count : 0;
	for (const struct duty_group *g = d->subjects; g != NULL;
	     g = g->hh.next)
		grouped += g->count;
	for (const struct duty_group *g = d->platforms; g != NULL;
	     g = g->hh.next)
		for (size_t i = 0; i < g->count; i++)
			if (g->items[i]->closed_ms != 0 ||
			    strcmp(g->items[i]->platform, g->name) != 0)
				return "a platform has a foreign incident";
	return members == grouped ? NULL : "names lead to closed incidents";
}

static inline const char *
check_written(const struct duty *d)
{
	const struct incident *inc;
	const struct intent *i;
	size_t walked = 0, listed = 0;

	for (inc = d->incidents; inc != NULL; inc = inc->hh.next)
		walked += inc->dirty;
	for (i = d->intents; i != NULL; i = i->hh.next) {
		walked += i->dirty;
		if ((i->state == INTENT_READY) != (i->due.place != 0))
			return "an intent does not wait as it should";
	}
	TAILQ_FOREACH (inc, &d->unwritten, unwritten)
		listed++;
	TAILQ_FOREACH (i, &d->unwritten_intents, unwritten)
		listed++;
	return walked == listed ? NULL : "what is to be written is not listed";
}

/* NULL, or what is wrong. */
static inline const char *
duty_check(const struct duty *d, int64_t now_ms)
{
	const char *wrong = check_written(d);

	if (wrong == NULL)
		wrong = check_groups(d);
	if (wrong == NULL && !has_its_intents(d, "", &d->loose))
		wrong = "intents of nothing are not where they should be";
	for (const struct incident *inc = d->incidents;
	     inc != NULL && wrong == NULL; inc = inc->hh.next)
		wrong = check_incident(d, inc, now_ms);
	return wrong;
}

#endif
