#ifndef TESTS_SCENARIO_SCENARIO_H
#define TESTS_SCENARIO_SCENARIO_H

#include "tests/scenario/stage.h"
#include "tests/scenario/words.h"

/*
 * scenario: a file of sentences, each with its time: what happens, and what
 * must follow from it.  tests/scenario/README.md has the words.
 */

enum tense {
	TENSE_DO,     /* it happens */
	TENSE_NOW,    /* it is so at this instant */
	TENSE_WITHIN, /* it becomes so by until_ms */
	TENSE_UNTIL,  /* it is so all the time until then */
};

struct sentence;
typedef void act(struct stage *, const struct sentence *);
/* True: it is so; why says what is instead. */
typedef bool claim(struct stage *, const struct sentence *, char why[240]);

struct sentence {
	int line;
	int64_t at_ms, until_ms;
	enum tense tense;
	act *act;
	claim *claim;
	bool decided;    /* of claims */
	int64_t next_ms; /* UNTIL: when to look again */

	/* What it speaks of; which of these depends on the verb. */
	char who[64], about[192], what[64], said[WORD_MAX];
	bool not ;
	int number;    /* agent, status, severity, count; -1: not said */
	int channel;   /* -1: any */
	int kind;      /* of message; -1: any */
	unsigned from; /* agents, as bits */
	struct view view;
	struct proc *proc;
	int64_t span_ms;
	int64_t from_low_ms, from_high_ms, to_low_ms, to_high_ms;
};

/* Read what follows the time; errors are left in the words. */
void act_read(struct words *, struct stage *, struct sentence *);
void expect_read(struct words *, struct stage *, struct sentence *);

#endif
