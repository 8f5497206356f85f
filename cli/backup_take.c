/*
 * backup_take: see backup_take.h.
 *
 * Of each group what changes is read in one transaction that only reads; so it
 * is as of one moment between two commits.  What may be very large is read in
 * small steps: journals before that moment, in which only what they have grown
 * by since is read, and what is only ever appended to (history, oldvoids,
 * bodies of reports) after it: a record more of these is one that the
 * transaction has, too, under the key it was moved from, or a report that
 * nothing names yet.
 *
 * Shards come first and the pager last, so that a position of the pager is
 * never before what its shard remembers to have told.  Before all of them come
 * the seals, so that none is of entries that the backup has not got.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/backup_group.h"
#include "cli/backup_lines.h"
#include "cli/backup_take.h"
#include "cli/records.h"
#include "lib/clock.h"
#include "lib/published.h"
#include "lib/store.h"
#include "lib/text.h"

/* ---- a group ---- */

static bool
write_journal(struct backup_lines *l, const struct backup_key *k)
{
	for (size_t i = 0; i < k->copy.count; i++)
		backup_lines_entry(l, &k->copy.items[i]);
	backup_lines_last(l, k->last);
	return true;
}

static bool
write_key(struct backup_take *t, struct backup_lines *l,
    const struct backup_key *k, const redisReply *moment)
{
	bool read;

	switch (k->type) {
	case BACKUP_KEY_STRING:
		backup_lines_key(l, BACKUP_STRING, k->name);
		return backup_lines_string(l, moment->element[k->at]);
	case BACKUP_KEY_HASH:
		backup_lines_key(l, BACKUP_HASH, k->name);
		return backup_lines_hash(l, moment->element[k->at]);
	case BACKUP_KEY_SCAN:
		backup_lines_key(l, BACKUP_HASH, k->name);
		read = records_scan(t->redis, "", k->name, "*",
		    backup_lines_field, l);
		backup_lines_end(l);
		return read;
	case BACKUP_KEY_STREAM:
		backup_lines_key(l, BACKUP_STREAM, k->name);
		return backup_lines_stream(l, moment->element[k->at + 1],
		    k->last);
	case BACKUP_KEY_JOURNAL:
		break;
	}
	backup_lines_key(l, BACKUP_STREAM, k->name);
	return write_journal(l, k);
}

static bool
write_group(struct backup_take *t, struct backup_group *g,
    const redisReply *moment)
{
	struct backup_lines l = { .out = t->out };
	bool written = true;

	for (size_t i = 0; written && i < g->count; i++) {
		written = write_key(t, &l, &g->keys[i], moment);
		if (!written)
			cli_fail(t->cli, "%s cannot be read, or is not ours",
			    g->keys[i].name);
	}
	t->keys += g->count;
	t->texts += l.texts;
	backup_lines_clear(&l);
	return written;
}

static bool
take_group(struct backup_take *t, struct backup_group *g)
{
	redisReply *moment = backup_group_read(t, g);
	bool taken = moment != NULL && write_group(t, g, moment);

	freeReplyObject(moment);
	return taken;
}

/* ---- all of them ---- */

/* Seals, then shards, then others, then the pager. */
static int
rank(const char *group)
{
	if (strcmp(group, STORE_PAGER_GROUP) == 0)
		return 3;
	if (strcmp(group, PUBLISHED_GROUP) == 0)
		return 0;
	return strncmp(group, "sw:{c", 5) == 0 ? 1 : 2;
}

static int
compare_groups(const void *a, const void *b)
{
	const char *x = a, *y = b;

	return rank(x) != rank(y) ? rank(x) - rank(y) : strcmp(x, y);
}

/* False: there are more than a backup may have. */
static bool
groups_of(const redisReply *keys, char groups[][BACKUP_GROUP_ROOM],
    size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < keys->elements; i++) {
		char group[BACKUP_GROUP_ROOM];
		size_t k = 0;

		if (!backup_is_kept(keys->element[i]->str) ||
		    !backup_group_of(keys->element[i]->str, group))
			continue;
		while (k < *count && strcmp(groups[k], group) != 0)
			k++;
		if (k == BACKUP_GROUPS_MAX)
			return false;
		if (k == *count)
			text_copy(groups[(*count)++], BACKUP_GROUP_ROOM, group);
	}
	qsort(groups, *count, BACKUP_GROUP_ROOM, compare_groups);
	return true;
}

static bool
is_half_restored(const redisReply *keys)
{
	for (size_t i = 0; i < keys->elements; i++)
		if (strcmp(keys->element[i]->str, BACKUP_MARK) == 0)
			return true;
	return false;
}

/* Which groups there are; false: complained about. */
static bool
find_groups(struct backup_take *t, char groups[][BACKUP_GROUP_ROOM],
    size_t *count)
{
	redisReply *keys = records_ask(t->redis, "KEYS sw:*");
	bool found = false;

	if (keys == NULL || !records_is_texts(keys))
		cli_fail(t->cli, "Redis cannot be read");
	else if (is_half_restored(keys))
		cli_fail(t->cli,
		    "a restore is under way here, or was "
		    "broken off");
	else if (!(found = groups_of(keys, groups, count)))
		cli_fail(t->cli,
		    "there are more than %d groups of keys: not all of them "
		    "are ours",
		    BACKUP_GROUPS_MAX);
	freeReplyObject(keys);
	return found;
}

bool
backup_take(struct backup_take *t, const struct settings *s)
{
	const struct backup_head head = { (unsigned)s->shards, clock_now_ms() };
	char groups[BACKUP_GROUPS_MAX][BACKUP_GROUP_ROOM];
	struct backup_group g = { .count = 0 };
	struct text line = { 0 };
	size_t count = 0;
	bool taken = find_groups(t, groups, &count);

	backup_write_head(&head, &line);
	linefile_put(t->out, line.data, line.length);
	for (size_t i = 0; taken && i < count; i++) {
		text_copy(g.name, sizeof(g.name), groups[i]);
		taken = take_group(t, &g);
	}
	text_clear(&line);
	backup_group_clear(&g);
	return taken;
}
