#ifndef CLI_BACKUP_LINES_H
#define CLI_BACKUP_LINES_H

#include "lib/backup.h"
#include "lib/journal_copy.h"
#include "lib/linefile.h"

struct redisReply;

/* backup_lines: keys and what is in them, as lines of a backup. */
struct backup_lines {
	struct linefile *out;
	const char *key;
	enum backup_kind kind;
	struct text line; /* under way, while items is not 0 */
	size_t items;
	size_t texts; /* of all lines */
};

/* The next key: then its fields or entries, then its end. */
void backup_lines_key(struct backup_lines *, enum backup_kind, const char *);
void backup_lines_field(void *lines, const char *field, const char *value,
    size_t length);
void backup_lines_entry(struct backup_lines *, const struct journal_entry *);
void backup_lines_end(struct backup_lines *);
/* Of a stream, behind its entries: the last id it has given. */
void backup_lines_last(struct backup_lines *, const char *id);
void backup_lines_clear(struct backup_lines *);

/* A whole key as Redis answers it; false: not of that kind. */
bool backup_lines_string(struct backup_lines *, const struct redisReply *);
bool backup_lines_hash(struct backup_lines *, const struct redisReply *);
bool backup_lines_stream(struct backup_lines *, const struct redisReply *,
    const char *last);

/* [id, [field, value]], borrowed; false: none of ours. */
bool backup_lines_read(const struct redisReply *entry, struct journal_entry *);

#endif
