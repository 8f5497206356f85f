/* backup_group: see backup_group.h. */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/backup_group.h"
#include "cli/backup_lines.h"
#include "cli/records.h"
#include "cli/records_stream.h"
#include "lib/text.h"

#define TRIES 10 /* a key may come or go meanwhile, a journal be trimmed */
#define SMALL 3  /* after so many a journal is read in the moment, whole */

/* Of a stream, as XINFO has it at the moment. */
struct stream_info {
	char last[SEAL_ID];  /* the last id it has given */
	char first[SEAL_ID]; /* its oldest entry; "": it has none */
	size_t length;
};

/* ---- what there is ---- */

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct backup_key *)a)->name,
	    ((const struct backup_key *)b)->name);
}

static bool
type_of(struct backup_take *t, struct backup_key *k, const char *group)
{
	const char *name = k->name + strlen(group);
	redisReply *reply = records_ask(t->redis, "TYPE %s", k->name);
	bool is = reply != NULL && reply->type == REDIS_REPLY_STATUS;

	if (is && strcmp(reply->str, "hash") == 0)
		k->type = strcmp(name, "history") == 0 ||
			strcmp(name, "oldvoids") == 0 ||
			strcmp(name, "bodies") == 0 /* of reports */
		    ? BACKUP_KEY_SCAN
		    : BACKUP_KEY_HASH;
	else if (is && strcmp(reply->str, "stream") == 0)
		k->type = strcmp(name, "journal") == 0 ? BACKUP_KEY_JOURNAL
						       : BACKUP_KEY_STREAM;
	else if (is && strcmp(reply->str, "string") == 0)
		k->type = BACKUP_KEY_STRING;
	else
		is = false;
	if (!is)
		cli_fail(t->cli, "%s: a type that is none of ours", k->name);
	freeReplyObject(reply);
	return is;
}

void
backup_group_clear(struct backup_group *g)
{
	for (size_t i = 0; i < g->count; i++)
		journal_copy_clear(&g->keys[i].copy);
	free(g->keys);
	g->keys = NULL;
	g->count = 0;
}

/* The keys of a reply to KEYS that are kept, sorted; NULL: one of them has a
   name that a backup has no room for, or there are too many. */
static struct backup_key *
kept_keys(const redisReply *reply, size_t *count)
{
	struct backup_key *keys =
	    mem_alloc((reply->elements + 1) * sizeof(*keys));

	*count = 0;
	for (size_t i = 0; i < reply->elements; i++) {
		const redisReply *name = reply->element[i];

		if (!backup_is_kept(name->str))
			continue;
		if (name->len > BACKUP_KEY_MAX || *count == BACKUP_KEYS_MAX) {
			free(keys);
			*count = 0;
			return NULL;
		}
		text_copy(keys[(*count)++].name, sizeof(keys->name), name->str);
	}
	qsort(keys, *count, sizeof(*keys), compare_keys);
	return keys;
}

static bool
plan(struct backup_take *t, struct backup_group *g)
{
	redisReply *reply = records_ask(t->redis, "KEYS %s*", g->name);
	bool is = reply != NULL && records_is_texts(reply);

	backup_group_clear(g);
	if (is)
		g->keys = kept_keys(reply, &g->count);
	freeReplyObject(reply);
	if (!is)
		cli_fail(t->cli, "Redis cannot be read");
	else if (g->keys == NULL)
		cli_fail(t->cli,
		    "%s has more than %d keys, or one whose name is longer "
		    "than %d bytes: none of ours",
		    g->name, BACKUP_KEYS_MAX, BACKUP_KEY_MAX);
	is = g->keys != NULL;
	for (size_t i = 0; is && i < g->count; i++)
		is = type_of(t, &g->keys[i], g->name);
	return is;
}

/* ---- one moment ---- */

static bool
on_entry(void *arg, const redisReply *entry)
{
	struct backup_key *k = arg;
	struct journal_entry e;

	if (!backup_lines_read(entry, &e))
		return false;
	text_copy(k->read_to, sizeof(k->read_to), e.id);
	journal_copy_add(&k->copy, &e);
	return true;
}

static bool
read_journals(struct backup_take *t, struct backup_group *g, bool is_small)
{
	bool read = true;

	for (size_t i = 0; read && i < g->count; i++) {
		struct backup_key *k = &g->keys[i];

		text_copy(k->read_to, sizeof(k->read_to), "0-0");
		if (is_small && k->type == BACKUP_KEY_JOURNAL)
			read = records_stream(t->redis, k->name, "0-0", NULL,
			    RECORDS_ALL, on_entry, k);
		if (!read)
			cli_fail(t->cli, "%s cannot be read, or is not ours",
			    k->name);
	}
	return read;
}

static bool
is_stream(const struct backup_key *k)
{
	return k->type == BACKUP_KEY_STREAM || k->type == BACKUP_KEY_JOURNAL;
}

static bool
queue(struct backup_take *t, const char *fmt, const char *key, const char *id)
{
	redisReply *reply = records_ask(t->redis, fmt, key, id);
	bool queued = reply != NULL;

	freeReplyObject(reply);
	return queued;
}

/* *at: how many answers there will be. */
static bool
queue_key(struct backup_take *t, struct backup_key *k, size_t *at)
{
	k->at = *at;
	if (k->type != BACKUP_KEY_SCAN)
		*at += is_stream(k) ? 2 : 1;
	switch (k->type) {
	case BACKUP_KEY_STRING:
		return queue(t, "GET %s", k->name, "");
	case BACKUP_KEY_HASH:
		return queue(t, "HGETALL %s", k->name, "");
	case BACKUP_KEY_STREAM:
	case BACKUP_KEY_JOURNAL:
		return queue(t, "XINFO STREAM %s", k->name, "") &&
		    queue(t, "XRANGE %s (%s +", k->name, k->read_to);
	case BACKUP_KEY_SCAN:
		break;
	}
	return true;
}

static redisReply *
read_moment(struct backup_take *t, struct backup_group *g)
{
	size_t at = 1;
	bool is =
	    queue(t, "MULTI", "", "") && queue(t, "KEYS %s*", g->name, "");
	redisReply *reply;

	for (size_t i = 0; is && i < g->count; i++)
		is = queue_key(t, &g->keys[i], &at);
	reply = records_ask(t->redis, is ? "EXEC" : "DISCARD");
	if (is && reply != NULL && reply->type == REDIS_REPLY_ARRAY &&
	    reply->elements == at && records_is_texts(reply->element[0]))
		return reply;
	freeReplyObject(reply);
	return NULL;
}

/* What was planned is what there was. */
static bool
is_as_planned(const struct backup_group *g, const redisReply *keys)
{
	size_t count = 0;
	struct backup_key *now = kept_keys(keys, &count);
	bool is = now != NULL && count == g->count;

	for (size_t i = 0; is && i < count; i++)
		is = strcmp(now[i].name, g->keys[i].name) == 0;
	free(now);
	return is;
}

static bool
read_info(const redisReply *info, struct stream_info *into)
{
	*into = (struct stream_info){ .first = "" };
	for (size_t i = 0;
	     info->type == REDIS_REPLY_ARRAY && i + 1 < info->elements;
	     i += 2) {
		const redisReply *value = info->element[i + 1];
		const char *name = info->element[i]->type == REDIS_REPLY_STRING
		    ? info->element[i]->str
		    : "";

		if (strcmp(name, "last-generated-id") == 0 &&
		    value->type == REDIS_REPLY_STRING)
			text_copy(into->last, SEAL_ID, value->str);
		if (strcmp(name, "first-entry") == 0 && records_is_entry(value))
			text_copy(into->first, SEAL_ID, value->element[0]->str);
		if (strcmp(name, "length") == 0 &&
		    value->type == REDIS_REPLY_INTEGER)
			into->length = (size_t)value->integer;
	}
	return into->last[0] != '\0';
}

/* The last id it has given; false: it is no stream. */
static bool
take_last(struct backup_key *k, const redisReply *moment)
{
	struct stream_info info;
	bool is = read_info(moment->element[k->at], &info);

	text_copy(k->last, sizeof(k->last), info.last);
	return is;
}

/* What it has grown by since it was read, and what went meanwhile; false: that
   is not all, or somebody has written lines that are not true. */
static bool
settle_journal(struct backup_key *k, const redisReply *moment)
{
	const redisReply *grown = moment->element[k->at + 1];
	struct stream_info info;
	char read_to[SEAL_ID];
	bool is = read_info(moment->element[k->at], &info) &&
	    grown->type == REDIS_REPLY_ARRAY;

	text_copy(read_to, sizeof(read_to), k->read_to);
	for (size_t i = 0; is && i < grown->elements; i++)
		is = on_entry(k, grown->element[i]);
	if (strcmp(read_to, "0-0") != 0)
		journal_copy_settle(&k->copy,
		    info.first[0] != '\0' ? info.first : NULL);
	return is && k->copy.count == info.length;
}

static bool
settle_streams(struct backup_group *g, const redisReply *moment)
{
	bool is = true;

	for (size_t i = 0; is && i < g->count; i++) {
		struct backup_key *k = &g->keys[i];

		if (k->type == BACKUP_KEY_JOURNAL)
			is = settle_journal(k, moment);
		if (is && is_stream(k))
			is = take_last(k, moment);
	}
	return is;
}

redisReply *
backup_group_read(struct backup_take *t, struct backup_group *g)
{
	redisReply *moment = NULL;
	bool is = false;

	for (int i = 0; i < TRIES && !is; i++) {
		freeReplyObject(moment);
		if (!plan(t, g) || !read_journals(t, g, i < SMALL))
			return NULL;
		if ((moment = read_moment(t, g)) == NULL)
			break;
		is = is_as_planned(g, moment->element[0]) &&
		    settle_streams(g, moment);
	}
	if (is)
		return moment;
	cli_fail(t->cli, "%s cannot be read as of one moment", g->name);
	freeReplyObject(moment);
	return NULL;
}
