#ifndef COLLECTOR_ERASE_ROUND_H
#define COLLECTOR_ERASE_ROUND_H

#include "collector/shard_erase.h"

/*
 * erase_round: how much of a shard's journal is read for names that are to go.
 *
 * What was asked for goes before what is old enough, and all is read for it.
 * What is old enough goes on where it was the last time: what it has passed has
 * no names any more.  It ends where entries are too young by their ids.  But
 * what came later than it says (it was imported, or stands where it does since
 * another name went from it) is due before those around it: so the first round
 * of a life, and the first after what was asked for, reads all, and once a day
 * another one does when such an entry is due.  Nothing is imported while
 * somebody has the shard.
 */
struct erase_round {
	struct shard_erasing what; /* round 0: nothing is under way */
	bool is_ordered;
	bool is_whole;            /* as far as the end, whatever is how old */
	bool is_past;             /* what follows is too young */
	uint64_t ordered, by_age; /* rounds that are done */
	char cursor[SEAL_ID];     /* read so far */
	char passed[SEAL_ID];     /* the last that is old enough by its id */
	char old[SEAL_ID];        /* so far none are left; "": not known */
	bool was_whole;           /* by age, in this life and since any order */
	int64_t whole_ms;         /* and before when names went by that */
	int64_t left_ms; /* the earliest of a name that came late; NEVER */
};

/* The next one that is not done, from its beginning; false: there is none. */
bool erase_round_begin(struct erase_round *,
    const struct shard_erasing *ordered, const struct shard_erasing *by_age);
/* The next entry; false: it is not to be looked at, nor is what follows. */
bool erase_round_take(struct erase_round *, const char *id);
/* The earliest instant of a name that stays in it; NEVER: none does. */
void erase_round_left(struct erase_round *, const char *id, int64_t left_ms);
/* All that was to be read is read. */
void erase_round_end(struct erase_round *);

#endif
