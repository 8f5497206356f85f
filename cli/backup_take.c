/*
 * backup_take: see backup_take.h.
 *
 * Of each group what changes is read in one transaction that only reads; so it
 * is as of one moment between two commits.  What is only ever appended to
 * (history, oldvoids, bodies of reports, journals) may be very large and
 * follows in small steps, journals up to that moment: a record more of the
 * others is one that the transaction has, too, under the key it was moved from,
 * or a report that nothing names yet.
 *
 * Shards come first and the pager last, so that a position of the pager is
 * never before what its shard remembers to have told.  Before all of them come
 * the seals, so that none is of entries that the backup has not got.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/backup_take.h"
#include "cli/records.h"
#include "lib/backup.h"
#include "lib/clock.h"
#include "lib/published.h"
#include "lib/store.h"
#include "lib/text.h"

#define TRIES 10     /* a key may come or go meanwhile */
#define PIECE 500    /* entries of a journal at once */
#define KEYS_MAX 500 /* of one group */

enum type { TYPE_STRING, TYPE_HASH, TYPE_STREAM, TYPE_SCAN, TYPE_JOURNAL };

struct key {
	char name[BACKUP_KEY_MAX + 1];
	enum type type;
	char last[48]; /* of a stream, at the moment */
};

struct group {
	char name[BACKUP_GROUP_ROOM];
	struct key *keys;
	size_t count;
};

struct writing {
	struct backup_take *take;
	struct text line;
	const struct key *key;
	enum backup_kind kind;
	size_t items;
};

/* ---- lines ---- */

static void
flush(struct writing *w)
{
	if (w->items == 0)
		return;
	backup_end(&w->line);
	linefile_put(w->take->out, w->line.data, w->line.length);
	w->line.length = 0;
	w->items = 0;
}

/* An item of a unit that must not be torn apart begins with "is_first". */
static void
add(struct writing *w, const void *data, size_t length, bool is_first)
{
	if (is_first &&
	    (w->line.length > BACKUP_LINE || w->items + 3 > BACKUP_ITEMS_MAX))
		flush(w);
	if (w->items == 0)
		backup_begin(&w->line, w->kind, w->key->name);
	backup_add(&w->line, data, length);
	w->items++;
	w->take->texts++;
}

static void
on_field(void *arg, const char *field, const char *value, size_t length)
{
	struct writing *w = arg;

	add(w, field, strlen(field), true);
	add(w, value, length, false);
}

/* [id, [field, value]]; false: not one of ours. */
static bool
add_entry(struct writing *w, const redisReply *entry)
{
	const redisReply *fields;

	if (!records_is_entry(entry) || entry->element[1]->elements != 2)
		return false;
	fields = entry->element[1];
	add(w, entry->element[0]->str, entry->element[0]->len, true);
	for (size_t i = 0; i < 2; i++)
		add(w, fields->element[i]->str, fields->element[i]->len, false);
	return true;
}

static void
add_last(struct writing *w)
{
	flush(w);
	w->kind = BACKUP_LAST;
	add(w, w->key->last, strlen(w->key->last), true);
	flush(w);
}

/* ---- what there is ---- */

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct key *)a)->name,
	    ((const struct key *)b)->name);
}

static bool
type_of(struct backup_take *t, struct key *k, const char *group)
{
	const char *name = k->name + strlen(group);
	redisReply *reply = records_ask(t->redis, "TYPE %s", k->name);
	bool is = reply != NULL && reply->type == REDIS_REPLY_STATUS;

	if (is && strcmp(reply->str, "hash") == 0)
		k->type = strcmp(name, "history") == 0 ||
			strcmp(name, "oldvoids") == 0 ||
			strcmp(name, "bodies") == 0 /* of reports */
		    ? TYPE_SCAN
		    : TYPE_HASH;
	else if (is && strcmp(reply->str, "stream") == 0)
		k->type =
		    strcmp(name, "journal") == 0 ? TYPE_JOURNAL : TYPE_STREAM;
	else if (is && strcmp(reply->str, "string") == 0)
		k->type = TYPE_STRING;
	else
		is = false;
	if (!is)
		cli_fail(t->cli, "%s: a type that is none of ours", k->name);
	freeReplyObject(reply);
	return is;
}

/* The keys of a reply to KEYS that are kept, sorted. */
static size_t
kept_keys(const redisReply *reply, struct key *out)
{
	size_t count = 0;

	for (size_t i = 0; i < reply->elements && count < KEYS_MAX; i++) {
		const redisReply *name = reply->element[i];

		if (name->len > BACKUP_KEY_MAX || !backup_is_kept(name->str))
			continue;
		text_copy(out[count++].name, sizeof(out->name), name->str);
	}
	qsort(out, count, sizeof(*out), compare_keys);
	return count;
}

static bool
plan(struct backup_take *t, struct group *g)
{
	redisReply *reply = records_ask(t->redis, "KEYS %s*", g->name);
	bool is = reply != NULL && records_is_texts(reply);

	memset(g->keys, 0, KEYS_MAX * sizeof(*g->keys));
	g->count = is ? kept_keys(reply, g->keys) : 0;
	freeReplyObject(reply);
	if (!is)
		cli_fail(t->cli, "Redis cannot be read");
	for (size_t i = 0; is && i < g->count; i++)
		is = type_of(t, &g->keys[i], g->name);
	return is;
}

/* ---- one moment ---- */

static bool
queue(struct backup_take *t, const char *fmt, const char *key)
{
	redisReply *reply = records_ask(t->redis, fmt, key);
	bool queued = reply != NULL;

	freeReplyObject(reply);
	return queued;
}

static bool
queue_key(struct backup_take *t, const struct key *k)
{
	switch (k->type) {
	case TYPE_STRING:
		return queue(t, "GET %s", k->name);
	case TYPE_HASH:
		return queue(t, "HGETALL %s", k->name);
	case TYPE_STREAM:
		return queue(t, "XINFO STREAM %s", k->name) &&
		    queue(t, "XRANGE %s - +", k->name);
	case TYPE_JOURNAL:
		return queue(t, "XINFO STREAM %s", k->name);
	case TYPE_SCAN:
		break;
	}
	return true;
}

static redisReply *
read_moment(struct backup_take *t, const struct group *g)
{
	bool is = queue(t, "MULTI%s", "") && queue(t, "KEYS %s*", g->name);
	redisReply *reply;

	for (size_t i = 0; is && i < g->count; i++)
		is = queue_key(t, &g->keys[i]);
	reply = records_ask(t->redis, is ? "EXEC" : "DISCARD");
	if (is && reply != NULL && reply->type == REDIS_REPLY_ARRAY &&
	    reply->elements > 0 && records_is_texts(reply->element[0]))
		return reply;
	freeReplyObject(reply);
	return NULL;
}

/* What was planned is what there was. */
static bool
is_as_planned(const struct group *g, const redisReply *keys)
{
	struct key *now = mem_alloc(KEYS_MAX * sizeof(*now));
	size_t count = kept_keys(keys, now);
	bool is = count == g->count;

	for (size_t i = 0; is && i < count; i++)
		is = strcmp(now[i].name, g->keys[i].name) == 0;
	free(now);
	return is;
}

static bool
take_last(struct key *k, const redisReply *info)
{
	for (size_t i = 0;
	     info->type == REDIS_REPLY_ARRAY && i + 1 < info->elements; i += 2)
		if (info->element[i]->type == REDIS_REPLY_STRING &&
		    info->element[i + 1]->type == REDIS_REPLY_STRING &&
		    strcmp(info->element[i]->str, "last-generated-id") == 0) {
			text_copy(k->last, sizeof(k->last),
			    info->element[i + 1]->str);
			return true;
		}
	return false;
}

static bool
write_string(struct writing *w, const redisReply *value)
{
	w->kind = BACKUP_STRING;
	if (value->type != REDIS_REPLY_STRING)
		return false;
	add(w, value->str, value->len, true);
	flush(w);
	return true;
}

static bool
write_hash(struct writing *w, const redisReply *list)
{
	w->kind = BACKUP_HASH;
	if (!records_is_texts(list))
		return false;
	for (size_t i = 0; i + 1 < list->elements; i += 2) {
		add(w, list->element[i]->str, list->element[i]->len, true);
		add(w, list->element[i + 1]->str, list->element[i + 1]->len,
		    false);
	}
	flush(w);
	return true;
}

static bool
write_stream(struct writing *w, const redisReply *list)
{
	bool is = list->type == REDIS_REPLY_ARRAY;

	w->kind = BACKUP_STREAM;
	for (size_t i = 0; is && i < list->elements; i++)
		is = add_entry(w, list->element[i]);
	if (is)
		add_last(w);
	return is;
}

/* ---- what is only appended to ---- */

static bool
write_scan(struct writing *w)
{
	bool read;

	w->kind = BACKUP_HASH;
	read = records_scan(w->take->redis, "", w->key->name, "*", on_field, w);
	flush(w);
	return read;
}

static bool
write_journal(struct writing *w)
{
	char from[48] = "0-0";
	size_t count = PIECE;
	bool is = true;

	w->kind = BACKUP_STREAM;
	while (is && count == PIECE) {
		redisReply *reply =
		    records_ask(w->take->redis, "XRANGE %s (%s %s COUNT %d",
			w->key->name, from, w->key->last, PIECE);

		is = reply != NULL && reply->type == REDIS_REPLY_ARRAY;
		count = is ? reply->elements : 0;
		for (size_t i = 0; is && i < count; i++)
			if ((is = add_entry(w, reply->element[i])))
				text_copy(from, sizeof(from),
				    reply->element[i]->element[0]->str);
		freeReplyObject(reply);
	}
	if (is)
		add_last(w);
	return is;
}

/* ---- a group ---- */

/* One key of it; *at is the next answer of the moment. */
static bool
write_key(struct writing *w, struct key *k, const redisReply *moment,
    size_t *at)
{
	const redisReply *first =
	    *at < moment->elements ? moment->element[*at] : NULL;

	w->key = k;
	if (k->type == TYPE_SCAN)
		return write_scan(w);
	(*at)++;
	if (first == NULL)
		return false;
	if (k->type == TYPE_STRING)
		return write_string(w, first);
	if (k->type == TYPE_HASH)
		return write_hash(w, first);
	if (!take_last(k, first))
		return false;
	if (k->type == TYPE_JOURNAL)
		return write_journal(w);
	first = *at < moment->elements ? moment->element[*at] : NULL;
	(*at)++;
	return first != NULL && write_stream(w, first);
}

static bool
write_group(struct backup_take *t, struct group *g, const redisReply *moment)
{
	struct writing w = { .take = t };
	size_t at = 1;
	bool written = true;

	for (size_t i = 0; written && i < g->count; i++) {
		written = write_key(&w, &g->keys[i], moment, &at);
		if (!written)
			cli_fail(t->cli, "%s cannot be read, or is not ours",
			    g->keys[i].name);
	}
	t->keys += g->count;
	text_clear(&w.line);
	return written;
}

static bool
take_group(struct backup_take *t, struct group *g)
{
	redisReply *moment = NULL;
	bool is = false;

	for (int i = 0; i < TRIES && !is; i++) {
		freeReplyObject(moment);
		moment = NULL;
		if (!plan(t, g))
			return false;
		if ((moment = read_moment(t, g)) == NULL)
			break;
		is = is_as_planned(g, moment->element[0]);
	}
	if (!is)
		cli_fail(t->cli, "%s cannot be read as of one moment", g->name);
	is = is && write_group(t, g, moment);
	freeReplyObject(moment);
	return is;
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

#define GROUPS_MAX 100

static size_t
groups_of(const redisReply *keys, char groups[][BACKUP_GROUP_ROOM])
{
	size_t count = 0;

	for (size_t i = 0; i < keys->elements; i++) {
		char group[BACKUP_GROUP_ROOM];
		size_t k = 0;

		if (!backup_is_kept(keys->element[i]->str) ||
		    !backup_group_of(keys->element[i]->str, group))
			continue;
		while (k < count && strcmp(groups[k], group) != 0)
			k++;
		if (k == count && count < GROUPS_MAX)
			text_copy(groups[count++], BACKUP_GROUP_ROOM, group);
	}
	qsort(groups, count, BACKUP_GROUP_ROOM, compare_groups);
	return count;
}

static bool
is_half_restored(struct backup_take *t, const redisReply *keys)
{
	for (size_t i = 0; i < keys->elements; i++)
		if (strcmp(keys->element[i]->str, BACKUP_MARK) == 0) {
			cli_fail(t->cli,
			    "a restore is under way here, or was "
			    "broken off");
			return true;
		}
	return false;
}

bool
backup_take(struct backup_take *t, const struct settings *s)
{
	const struct backup_head head = { (unsigned)s->shards, clock_now_ms() };
	char groups[GROUPS_MAX][BACKUP_GROUP_ROOM];
	redisReply *keys = records_ask(t->redis, "KEYS sw:*");
	struct group g = { .keys = mem_alloc(KEYS_MAX * sizeof(*g.keys)) };
	struct text line = { 0 };
	size_t count = 0;
	bool taken = keys != NULL && records_is_texts(keys);

	if (!taken)
		cli_fail(t->cli, "Redis cannot be read");
	taken = taken && !is_half_restored(t, keys);
	if (taken)
		count = groups_of(keys, groups);
	backup_write_head(&head, &line);
	linefile_put(t->out, line.data, line.length);
	for (size_t i = 0; taken && i < count; i++) {
		text_copy(g.name, sizeof(g.name), groups[i]);
		taken = take_group(t, &g);
	}
	text_clear(&line);
	freeReplyObject(keys);
	free(g.keys);
	return taken;
}
