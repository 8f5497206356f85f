#ifndef COLLECTOR_ROUNDS_H
#define COLLECTOR_ROUNDS_H

#include <stdbool.h>

/*
 * rounds: the life of what reads the store every so often.
 *
 * A tick begins a round, unless the one before has not ended or the store is
 * away; a round goes on until rounds_end().  Whoever is freed while the store
 * still has a question of his is only gone: he is released when the last of
 * his questions was answered.
 */

struct event;
struct event_base;
struct store;

struct rounds {
	struct store *store;
	struct event *tick; /* NULL: gone */
	void (*begin)(void *arg);
	void (*release)(void *arg); /* it is no more after that */
	void *arg;
	bool is_busy; /* a round is under way */
	int held;     /* by it, and by other questions */
};

/* begin and arg are filled in, and release; the first round comes at once. */
void rounds_start(struct rounds *, struct event_base *, int every_ms);
bool rounds_are_over(const struct rounds *); /* whose they are is gone */
/* The round has ended.  Nothing of its owner may be touched afterwards. */
void rounds_end(struct rounds *);
/* Another question to the store, and its answer; the same holds of that. */
void rounds_hold(struct rounds *);
void rounds_let_go(struct rounds *);
/* No further round; released now, or when nothing holds it. */
void rounds_free(struct rounds *);

#endif
