#ifndef TESTS_SIM_SIMSTORE_INSIDE_H
#define TESTS_SIM_SIMSTORE_INSIDE_H

#include <uthash.h>

#include "tests/sim/simstore.h"

/* What the files of simstore share: cells, streams, and the way back. */

#define NAME_ROOM 512

/* One field of one hash; name is group, key and field, a \1 between. */
struct cell {
	char *name;
	void *value; /* NULL: not there (any more) */
	size_t length;
	UT_hash_handle hh;
};

struct entry {
	int64_t ms, seq;
	char *data;
	size_t length;
};

struct stream {
	char *name; /* group and key, a \1 between */
	struct entry *entries;
	size_t first, count, room; /* those before first are trimmed */
	int64_t last_ms, last_seq;
	UT_hash_handle hh;
};

/* How to take one step back. */
struct undo {
	struct cell *cell; /* its value was this */
	void *value;
	size_t length;
	struct stream *appended; /* drop its last entry */
	struct stream *trimmed;  /* its first was this */
	size_t first;
	int64_t ms, seq; /* of the entry appended, or trimmed before */
};

struct simstore {
	struct cell *cells;
	struct stream *streams;
	struct undo *undos;
	size_t undo_count, undo_room;
	size_t told; /* those before are durable; only kept while keeping */
	bool keeping;
};

/* Made if they are not there. */
struct cell *simstore_cell_of(struct simstore *, const char *group,
    const char *key, const char *field);
struct stream *
simstore_stream_of(struct simstore *, const char *group, const char *key);
/* value NULL: the field is removed. */
void simstore_put(struct simstore *, struct cell *, const void *value,
    size_t length);
void simstore_append(struct simstore *, struct stream *, int64_t now_ms,
    const void *data, size_t length);
void simstore_trim(struct simstore *, struct stream *, const char *before);

/* A number as text, after what is there; return its end. */
char *simstore_number(char *at, int64_t);
void simstore_id(char id[48], int64_t ms, int64_t seq);

#endif
