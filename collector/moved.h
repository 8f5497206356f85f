#ifndef COLLECTOR_MOVED_H
#define COLLECTOR_MOVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/settings.h"
#include "lib/text.h"

/*
 * moved: a client's history on its way from one store to another, record by
 * record, as lines of JSON (docs/protocol.md, "A client's history").
 *
 * A record comes back from its line byte for byte.  One that is JSON as we
 * write it stands in the line as it is ("value"), runs as lists of numbers
 * and words ("runs"), and anything else as base64 ("bytes").
 */

/* The keys, in the order in which they stand in the file. */
enum moved_key {
	MOVED_NAMES, /* before all that bears keys */
	MOVED_TERMS,
	MOVED_WINDOWS,
	MOVED_EXCLUSIONS,
	MOVED_ANNOTATIONS,
	MOVED_STATES,
	MOVED_OUTAGES,
	MOVED_RUNS,
	MOVED_HISTORY,
	MOVED_VOIDS,
	MOVED_OLDVOIDS,
	MOVED_INCIDENTS, /* what the client could read of them */
	MOVED_JOURNAL,   /* a stream: without fields */
	MOVED_REPORTS,   /* from here on of the group of reports */
	MOVED_SIGNATURES,
	MOVED_PUBLIC_KEYS,
	MOVED_BODIES,
	MOVED_KEYS
};
const char *moved_key_text(enum moved_key); /* "terms" */

/* A name as settings have it: what is none could be of two clients. */
bool moved_is_client(const char *);

#define MOVED_FIELD_MAX 400     /* bytes */
#define MOVED_VALUE_MAX 4200000 /* bytes: the longest incident */

struct moved {
	enum moved_key key;
	char *field; /* NULL in a stream */
	char *value;
	size_t length;
};
void moved_clear(struct moved *);

/* The record is this client's, or (a void) everybody's. */
bool moved_is_of(enum moved_key, const char *field, const char *client);
/* The same of an entry of the journal, by whom it is about. */
bool moved_is_about(const char *json, size_t length, const char *client);

/* Without a newline. */
void moved_write(const struct moved *, struct text *line);
/* -1: told in error; otherwise moved_clear() releases it. */
int
moved_read(const char *line, size_t length, struct moved *, char error[160]);

/* The first line: whose it is, and as of when. */
#define MOVED_FORMAT 1
struct moved_head {
	char client[64];
	unsigned shards;    /* of the store it was in */
	int64_t at_ms;      /* when it was written */
	int64_t judged_ms;  /* up to when the shard had judged; 0: not known */
	int64_t settled_ms; /* before that nothing changed any more */
};
void moved_write_head(const struct moved_head *, struct text *line);
int moved_read_head(const char *line, size_t length, struct moved_head *,
    char error[160]);

/*
 * What is to become a client's history, looked at record by record before any
 * of it is written: each is one that evaluate, pages and accounts can read, of
 * this client, in the order of the file and there once.
 */
#define MOVED_SAID_MAX 20000 /* of each of what people said */
struct moved_check;
struct moved_reports; /* collector/moved_reports.h */
/* The settings live as long as the check. */
struct moved_check *
moved_check_new(const struct settings *, const char *client);
void moved_check_free(struct moved_check *);
int moved_check(struct moved_check *, const struct moved *, char error[160]);
/* After the last one; -1: something is missing, told in error. */
int moved_check_end(const struct moved_check *, char error[160]);
/* The reports among them, as long as the check. */
const struct moved_reports *moved_check_reports(const struct moved_check *);
/* Since when it was seen from a region; NEVER: it was not. */
int64_t moved_check_begin(const struct moved_check *, const char *region);

/* "acme/learn|auckland|81234": from where, and when the bucket begins. */
int moved_runs_field(const char *field, char region[64], int64_t *begin_ms,
    char error[160]);

/*
 * Voids are of a region, whoever is looked at from there.  Those of the file
 * may come into a store as long as nothing of anybody becomes another fact:
 * a new one bears on nobody who was seen from there before, and one that is
 * there and not in the file not on this client.
 *
 * First all voids of the file, then what the store has: its voids, and since
 * when others were seen from each region.
 */
struct moved_voids;
struct moved_voids *moved_voids_new(const struct moved_check *);
void moved_voids_free(struct moved_voids *);
void moved_voids_file(struct moved_voids *, const struct moved *);
/* A region's earliest bucket of somebody else, in any order. */
void
moved_voids_other(struct moved_voids *, const char *region, int64_t begin_ms);
/* A void that is there; -1: it would be a fact of this client's, or its end
   is another one: told in error. */
int moved_voids_there(struct moved_voids *, const char *field,
    const char *value, size_t length, char error[160]);
/* -1: one that is not there would be a fact of somebody else's. */
int moved_voids_bear(const struct moved_voids *, char error[160]);

#endif
