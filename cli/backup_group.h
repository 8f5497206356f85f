#ifndef CLI_BACKUP_GROUP_H
#define CLI_BACKUP_GROUP_H

#include "cli/backup_take.h"
#include "lib/backup.h"
#include "lib/journal_copy.h"

struct redisReply;

/* backup_group: the keys of a group, as of one moment. */

enum backup_type {
	BACKUP_KEY_STRING,
	BACKUP_KEY_HASH,
	BACKUP_KEY_STREAM,
	BACKUP_KEY_SCAN,    /* a hash that is not of the moment */
	BACKUP_KEY_JOURNAL, /* a stream that was read before it */
};
struct backup_key {
	char name[BACKUP_KEY_MAX + 1];
	enum backup_type type;
	size_t at;                /* its first answer of the moment */
	char last[SEAL_ID];       /* of a stream: the last id it has given */
	struct journal_copy copy; /* of a journal, as it was at the moment */
	char read_to[SEAL_ID];    /* the same: before the moment */
};
struct backup_group {
	char name[BACKUP_GROUP_ROOM];
	struct backup_key *keys;
	size_t count;
};

/*
 * The group's keys, and the moment's answers, to be freed: of a string GET, of
 * a hash HGETALL, of a stream two, the second of which has its entries.  NULL:
 * complained about.
 */
struct redisReply *
backup_group_read(struct backup_take *, struct backup_group *);
void backup_group_clear(struct backup_group *);

#endif
