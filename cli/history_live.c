/* history_live: what can still change of a client; see history.h. */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/history.h"
#include "cli/records.h"
#include "cli/records_stream.h"
#include "collector/shard.h"
#include "lib/clock.h"
#include "lib/store.h"
#include "lib/text.h"

#define TRIES 5 /* the inbox is trimmed once a minute */

/*
 * KEYS: meta, in, then hashes; ARGV: for each of these which fields.  Answers
 * meta, the first entry of the inbox, then the hashes.
 */
static const char snapshot[] =
    "local out = {redis.call('HGETALL', KEYS[1]), "
    "redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)}\n"
    "for i = 3, #KEYS do\n"
    "  local found, cursor = {}, '0'\n"
    "  repeat\n"
    "    local step = redis.call('HSCAN', KEYS[i], cursor, 'MATCH', "
    "ARGV[i - 2], 'COUNT', 10000)\n"
    "    cursor = step[1]\n"
    "    for _, text in ipairs(step[2]) do found[#found + 1] = text end\n"
    "  until cursor == '0'\n"
    "  out[i] = found\n"
    "end\n"
    "return out\n";

/* The hashes of the snapshot: of this client, but where ALL says so. */
#define ALL MOVED_KEYS
static const struct {
	const char *name;
	enum moved_key key; /* ALL: only for the replay */
	bool is_ours;       /* and not everybody's */
} hashes[] = {
	{ "names", MOVED_NAMES, true },
	{ "terms", MOVED_TERMS, true },
	{ "windows", MOVED_WINDOWS, true },
	{ "exclusions", MOVED_EXCLUSIONS, true },
	{ "annotations", MOVED_ANNOTATIONS, true },
	{ "states", MOVED_STATES, true },
	{ "outages", MOVED_OUTAGES, true },
	{ "incidents", MOVED_INCIDENTS, true },
	{ "runs", ALL, true },
	{ "voids", MOVED_VOIDS, false },
	{ "agents", ALL, false },
	{ "poison", ALL, false },
	{ "early", ALL, true },
};
#define HASHES (sizeof(hashes) / sizeof(hashes[0]))

struct live {
	struct cli *cli;
	struct records *redis;
	struct history *history;
	struct shard *shard;
	char group[16];
	char first[48]; /* entry of the inbox at the snapshot; "": none */
	char position[48];
	size_t unreadable;
};

static redisReply *
take_snapshot(const struct live *l)
{
	const char *words[8 + 2 * HASHES + 2];
	char keys[HASHES + 2][64], match[80];
	int n = 0;

	text_format(match, sizeof(match), "%s*", l->history->head.client);
	text_format(keys[0], sizeof(keys[0]), "%smeta", l->group);
	text_format(keys[1], sizeof(keys[1]), "%sin", l->group);
	words[n++] = "EVAL";
	words[n++] = snapshot;
	words[n++] = "15";
	_Static_assert(HASHES + 2 == 15, "the number of keys");
	for (size_t i = 0; i < HASHES + 2; i++) {
		if (i >= 2)
			text_format(keys[i], sizeof(keys[i]), "%s%s", l->group,
			    hashes[i - 2].name);
		words[n++] = keys[i];
	}
	for (size_t i = 0; i < HASHES; i++)
		words[n++] = hashes[i].is_ours ? match : "*";
	return records_send(l->redis, n, words, NULL);
}

/* It may be another client's whose name begins alike. */
static bool
is_wanted(const struct live *l, size_t i, const char *field)
{
	enum moved_key key = hashes[i].key != ALL ? hashes[i].key : MOVED_RUNS;

	return !hashes[i].is_ours ||
	    moved_is_of(key, field, l->history->head.client);
}

static void
take_field(struct live *l, size_t i, const char *field, const char *value,
    size_t length)
{
	char error[160];

	if (!is_wanted(l, i, field))
		return;
	if (hashes[i].key != ALL)
		history_add(l->history, hashes[i].key, field, value, length);
	if (shard_load(l->shard, hashes[i].name, field, value, length, error) ==
	    0)
		return;
	cli_fail(l->cli, "%s %s: %s", hashes[i].name, field, error);
	l->unreadable++;
}

static void
take_meta(struct live *l, const redisReply *meta)
{
	struct moved_head *head = &l->history->head;
	char error[160];

	for (size_t i = 0; i + 1 < meta->elements; i += 2) {
		const char *field = meta->element[i]->str;
		const redisReply *value = meta->element[i + 1];

		if (shard_load(l->shard, "meta", field, value->str, value->len,
			error) != 0)
			continue; /* nor does evaluate know it */
		if (strcmp(field, "position") == 0)
			text_copy(l->position, sizeof(l->position), value->str);
		if (strcmp(field, "judged") == 0)
			head->judged_ms = strtoll(value->str, NULL, 10);
		if (strcmp(field, "settled") == 0)
			head->settled_ms = strtoll(value->str, NULL, 10);
	}
}

static bool
is_snapshot(const redisReply *reply)
{
	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != HASHES + 2)
		return false;
	for (size_t i = 0; i < reply->elements; i++)
		if (i != 1 && !records_is_texts(reply->element[i]))
			return false;
	return reply->element[1]->type == REDIS_REPLY_ARRAY;
}

static void
first_of(const redisReply *entries, char out[48])
{
	bool is =
	    entries->elements > 0 && records_is_entry(entries->element[0]);

	text_copy(out, 48, is ? entries->element[0]->element[0]->str : "");
}

static bool
load_snapshot(struct live *l)
{
	redisReply *reply = take_snapshot(l);
	bool read = reply != NULL && is_snapshot(reply);

	if (read) {
		take_meta(l, reply->element[0]);
		first_of(reply->element[1], l->first);
	}
	for (size_t i = 0; read && i < HASHES; i++) {
		const redisReply *list = reply->element[i + 2];

		for (size_t k = 0; k + 1 < list->elements; k += 2)
			take_field(l, i, list->element[k]->str,
			    list->element[k + 1]->str,
			    list->element[k + 1]->len);
	}
	freeReplyObject(reply);
	return read;
}

/* ---- what the inbox knows better ---- */

static bool
feed(void *arg, const redisReply *entry)
{
	struct live *l = arg;
	const redisReply *data = entry->element[1]->element[1];

	shard_entry(l->shard, entry->element[0]->str, data->str, data->len,
	    clock_now_ms());
	return true;
}

/* Up to the position: what follows is not in the books. */
static bool
replay(struct live *l)
{
	char key[32], after[48];

	if (l->position[0] == '\0')
		return true;
	text_format(key, sizeof(key), "%sin", l->group);
	text_copy(after, sizeof(after), shard_position(l->shard));
	return records_stream(l->redis, key, after, l->position, RECORDS_ALL,
	    feed, l);
}

/* Nothing of what was read again was trimmed meanwhile. */
static bool
is_still_there(const struct live *l, bool *is_there)
{
	redisReply *reply =
	    records_ask(l->redis, "XRANGE %sin - + COUNT 1", l->group);
	char first[48] = "";

	if (reply == NULL)
		return false;
	if (reply->type == REDIS_REPLY_ARRAY)
		first_of(reply, first);
	*is_there = strcmp(first, l->first) == 0;
	freeReplyObject(reply);
	return true;
}

static void
on_runs(void *arg, const char *field, const void *record, size_t length)
{
	struct history *h = arg;

	if (moved_is_of(MOVED_RUNS, field, h->head.client))
		history_add(h, MOVED_RUNS, field, record, length);
}

static bool
attempt(struct live *l, const struct settings *s, bool *is_whole)
{
	unsigned number = settings_shard(s, l->history->head.client);
	bool read;

	l->shard = shard_new(s, number);
	l->unreadable = 0;
	store_shard_group(number, l->group);
	read = load_snapshot(l);
	if (read) {
		shard_start(l->shard, clock_now_ms());
		read = replay(l) && is_still_there(l, is_whole);
	}
	if (read)
		shard_runs(l->shard, on_runs, l->history);
	shard_free(l->shard);
	return read;
}

bool
history_live(struct cli *c, const struct settings *s, struct records *redis,
    struct history *h)
{
	const struct moved_head head = h->head;
	bool is_whole = false;

	for (int i = 0; i < TRIES && !is_whole; i++) {
		struct live l = { .cli = c, .redis = redis, .history = h };

		history_clear(h);
		h->head = head;
		if (!attempt(&l, s, &is_whole)) {
			cli_fail(c, "Redis cannot be read");
			return false;
		}
		if (l.unreadable > 0)
			return false;
	}
	if (!is_whole)
		cli_fail(c,
		    "the inbox was trimmed each time while it was "
		    "read: try again");
	return is_whole;
}
