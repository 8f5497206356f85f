#ifndef COLLECTOR_CHANGES_H
#define COLLECTOR_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/text.h"

/*
 * changes: what has changed, in the order in which role pages noticed it, for
 * those who listen (api_streams).
 *
 * A ring: the last CHANGES_MAX that fit into CHANGES_BYTES.  Each has a
 * number, from 1, that stays inside, and an id for readers that does not tell
 * how much happened to others in between.  Pure.
 */

#define CHANGES_MAX 2000
#define CHANGES_BYTES (8 << 20)
#define CHANGE_BYTES_MAX 32768 /* of one; what is larger is only named */
#define CHANGE_ID 17

enum change_kind {
	CHANGE_STATE,
	CHANGE_OUTAGE,
	CHANGE_INCIDENT,
	CHANGE_MAINTENANCE,
};

/* Who may be told. */
#define CHANGE_FOR_CLIENTS 1
#define CHANGE_FOR_OPERATORS 2

struct change {
	enum change_kind kind;
	unsigned whom;
	const char *clients; /* it is of: " acme beta " */
	/* " acme/learn beta/learn "; " * ": whatever those clients have. */
	const char *endpoints;
	const char *name; /* what to ask for when it is too large */
	char *json; /* one line, becomes the ring's; NULL: not to be told */
};

struct changes;
struct changes *changes_new(const char *secret); /* of the ids */
void changes_free(struct changes *);
void changes_add(struct changes *, const struct change *);
/* What is listed is no longer what it was: nobody goes on from before. */
void changes_forget(struct changes *);

uint64_t changes_last(const struct changes *); /* its number; 0: none yet */
/* The id of the last, or of the beginning. */
void changes_id(const struct changes *, char id[CHANGE_ID]);
/* The number of what has this id, if all since is there; else false. */
bool changes_find(const struct changes *, const char *id, uint64_t *number);
/* Whether all that came after a number is there. */
bool changes_reach(const struct changes *, uint64_t number);

/* Who listens, and to what of it. */
struct change_filter {
	const char *reader;            /* a client; NULL: operators */
	const char *client, *endpoint; /* "": any */
};
/*
 * What came first after a number and is for whom the filter says: its number,
 * with its text for an event stream; or 0.
 */
uint64_t changes_next(const struct changes *, uint64_t after,
    const struct change_filter *, struct text *out);

#endif
