#ifndef LIB_COMMIT_H
#define LIB_COMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * commit: a list of writes for one key group, applied whole or not at all.
 *
 * A core fills one; the store's commit script applies it in Redis after
 * checking lease and expectations, and the simulated store does the same in
 * memory.  Keys are relative to the group: "state" here is "sw:{c0}:state"
 * there.  Keys, fields and values are copied.
 */

enum commit_kind {
	COMMIT_EXPECT, /* hash field must hold value ("" = absent), or nothing
			  of the commit is applied */
	COMMIT_SET,    /* hash field := value */
	COMMIT_UNSET,  /* hash field removed */
	COMMIT_APPEND, /* stream entry with the one field "d" = value */
	COMMIT_TRIM,   /* stream entries older than the id in value go */
	COMMIT_REMOVE, /* the one stream entry with the id in value goes */
};

struct commit_op {
	enum commit_kind kind;
	const char *key;   /* these three point into the commit's own memory */
	const char *field; /* "" for streams */
	const void *value;
	size_t length;
};

struct commit {
	struct commit_op *ops;
	size_t count, room;
	size_t bytes; /* of all values */
};

#define COMMIT_OPS_MAX 4000 /* a writer flushes before it has more */
#define COMMIT_BYTES_MAX 4000000

void commit_init(struct commit *);
void commit_clear(struct commit *);          /* and ready for use again */
bool commit_is_empty(const struct commit *); /* nothing but expectations */
bool commit_is_full(const struct commit *);

void commit_expect(struct commit *, const char *key, const char *field,
    const char *value);
void commit_set(struct commit *, const char *key, const char *field,
    const void *value, size_t length);
void commit_set_text(struct commit *, const char *key, const char *field,
    const char *value);
void commit_unset(struct commit *, const char *key, const char *field);
void commit_append(struct commit *, const char *stream, const void *value,
    size_t length);
void commit_trim(struct commit *, const char *stream, const char *before_id);
void commit_remove(struct commit *, const char *stream, const char *id);

/* "1800000000000-7": the id of an entry, of two numbers of 64 bits. */
bool commit_is_id(const char *);

#endif
