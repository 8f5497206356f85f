#ifndef LIB_ROTA_LINT_H
#define LIB_ROTA_LINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/rota.h"
#include "lib/settings.h"

/*
 * rota_lint: whether those who are called can be reached as it is meant.
 *
 * Nothing of this refuses a tree: somebody is called all the same.
 */

enum lint_kind {
	LINT_LATE,     /* a way that the next level's call forestalls */
	LINT_TWICE,    /* one person answers for two levels at once */
	LINT_UNTESTED, /* nothing was ever handed over for this person */
	LINT_FAILED,   /* what was sent last by this way failed */
	LINT_NOBODY,   /* a level that has nobody to call for some time */
};

struct lint {
	enum lint_kind kind;
	const struct person *person; /* NOBODY: NULL */
	const struct ladder *ladder; /* LATE, TWICE, NOBODY */
	char text[300];
};

/* What became of what was sent to somebody by one way. */
struct contact {
	char person[64];
	enum channel_kind channel;
	int64_t handed_ms; /* the last time it was handed over; 0: never */
	int64_t failed_ms; /* the last time it failed for good; 0: never */
	int64_t broken_ms; /* since when its owner has to see to it; 0: not */
	char broken[80];   /* why, in a few words */
	/* Not written: answers that could not be understood. */
	int64_t unclear_ms; /* the first of them; 0: none */
	int unclear;
};

struct lint_question {
	const struct settings *settings;
	const struct override *overrides;
	size_t override_count;
	const struct contact *contacts;
	size_t contact_count;
	bool contacts_known; /* a pager has said which there are */
	int64_t from_ms;
	int days;
	void (*found)(void *arg, const struct lint *);
	void *arg;
};

/* How many were found. */
size_t rota_lint(const struct lint_question *);

#endif
