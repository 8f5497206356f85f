#ifndef LIB_BACKUP_H
#define LIB_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/text.h"

/*
 * backup: the whole store as lines of JSON (docs/protocol.md, "A backup").
 *
 * A key has one line or several, one behind the other: a string its value, a
 * hash some of its fields, a stream some of its entries and at last the last
 * id it has given.  Bytes that are no text stand as {"b": base64}.
 */

#define BACKUP_FORMAT 1
#define BACKUP_KEY_MAX 200     /* bytes */
#define BACKUP_ITEMS_MAX 30000 /* of one line */
#define BACKUP_LINE 1000000    /* bytes after which the next line begins */
#define BACKUP_GROUPS_MAX 100  /* 64 shards and three have something */
#define BACKUP_KEYS_MAX 500    /* of a group: about 20 have something */

struct backup_head {
	unsigned shards;
	int64_t at_ms; /* when it was begun */
};
void backup_write_head(const struct backup_head *, struct text *line);
int backup_read_head(const char *line, size_t length, struct backup_head *,
    char error[160]);

enum backup_kind {
	BACKUP_STRING, /* one item */
	BACKUP_HASH,   /* field, value, field, value, ... */
	BACKUP_STREAM, /* id, field, value, id, field, value, ... */
	BACKUP_LAST,   /* of a stream: the last id it has given */
};
struct backup_item {
	char *data; /* 0-terminated besides */
	size_t length;
};
struct backup_line {
	enum backup_kind kind;
	char *key;
	struct backup_item *items;
	size_t count;
};
void backup_clear(struct backup_line *);
/* -1: told in error; otherwise backup_clear() releases it. */
int backup_read(const char *line, size_t length, struct backup_line *,
    char error[160]);

/* Write one: begin, items, end; each without a newline. */
void backup_begin(struct text *line, enum backup_kind, const char *key);
void backup_add(struct text *line, const void *data, size_t length);
void backup_end(struct text *line);

/*
 * Lines in their order: those of a key together, ids rising, each key of one
 * kind and there once; nothing that a running house has to make anew; no more
 * keys than all groups may have.
 */
struct backup_check;
struct backup_check *backup_check_new(void);
void backup_check_free(struct backup_check *);
int backup_check(struct backup_check *, const struct backup_line *,
    char error[160]);
/* What there was; a group as "sw:{c0}:". */
size_t backup_keys(const struct backup_check *);
const char *backup_group(const struct backup_check *, size_t i); /* or NULL */

/*
 * "sw:{c0}:" of "sw:{c0}:runs"; false: no key of ours.  A key that says who is
 * alive is none to be kept: leases, and all of "sw:{a}:".
 */
#define BACKUP_GROUP_ROOM 32
bool backup_group_of(const char *key, char group[BACKUP_GROUP_ROOM]);
bool backup_is_kept(const char *key);

#endif
