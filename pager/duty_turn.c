/*
 * Turns: the incidents of a ladder are counted, so that a group that is called
 * in turn has another of its people for each.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/duty_parts.h"

static struct duty_turn *
turn_of(struct duty *d, const char *ladder)
{
	struct duty_turn *t;

	HASH_FIND_STR(d->turns, ladder, t);
	if (t != NULL)
		return t;
	t = mem_alloc(sizeof(*t));
	text_copy(t->ladder, sizeof(t->ladder), ladder);
	HASH_ADD_STR(d->turns, ladder, t);
	return t;
}

unsigned
duty_next_turn(struct duty *d, const char *ladder)
{
	struct duty_turn *t = turn_of(d, ladder);
	unsigned turn = t->next;

	t->next = (turn + 1) % INCIDENT_TURN_MAX;
	return turn;
}

/* After loading: of the latest one of each ladder that is known. */
void
duty_resume_turns(struct duty *d)
{
	for (const struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		turn_of(d, inc->ladder)->next =
		    (inc->turn + 1) % INCIDENT_TURN_MAX;
}

void
duty_clear_turns(struct duty *d)
{
	struct duty_turn *t, *next;

	HASH_ITER (hh, d->turns, t, next) {
		HASH_DEL(d->turns, t);
		free(t);
	}
}
