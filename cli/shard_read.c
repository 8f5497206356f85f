/* shard_read: see shard_read.h. */
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/records.h"
#include "cli/records_stream.h"
#include "cli/shard_history.h"
#include "cli/shard_read.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/renames.h"
#include "lib/store.h"
#include "lib/text.h"

#define LIVE_MS INT64_C(86400000) /* so much is never in the history yet */

static const char *const keys[] = { "meta", "terms", "windows", "exclusions",
	"annotations", "runs", "voids", "outages", "states", "alarms", "agents",
	"poison", "early" };

struct reading {
	struct cli *cli;
	struct shard *shard;
	const char *key;
	struct renames names;
	struct shard_history *history; /* NULL: it is not needed */
	size_t unreadable;
};

static void
on_record(void *arg, const char *key, const char *field, const char *value,
    size_t length)
{
	struct reading *r = arg;
	char error[160];

	if (shard_load(r->shard, key, field, value, length, error) == 0)
		return;
	cli_fail(r->cli, "%s %s: %s", key, field, error);
	r->unreadable++;
}

static void
on_field(void *arg, const char *field, const char *value, size_t length)
{
	struct reading *r = arg;
	char error[160];

	if (r->history != NULL && strcmp(r->key, "runs") == 0)
		shard_history_live(r->history, field);
	if (strcmp(r->key, "names") == 0)
		(void)renames_load(&r->names, field, value, length, error);
	on_record(r, r->key, field, value, length);
}

/* Whose records are those of a name that it has, had, or is to have. */
static const char *
key_of(const struct reading *r, const struct settings *s, const char *name)
{
	const struct endpoint *e = settings_endpoint(s, name);
	const char *key = renames_key(&r->names, name, TIME_MAX);

	if (renames_since(&r->names, key) == 0 && e != NULL &&
	    e->was_id != NULL)
		key = renames_key(&r->names, e->was_id, TIME_MAX);
	return key;
}

static bool
read_keys(struct reading *r, struct records *redis, const char *group,
    const char *const *list, size_t count)
{
	bool read = true;

	for (size_t i = 0; read && i < count; i++) {
		r->key = list[i];
		read = records_each(redis, group, r->key, on_field, r);
	}
	return read;
}

static bool
read_records(struct reading *r, struct records *redis, const char *group,
    const struct settings *s, struct shard_span span)
{
	static const char *const first[] = { "names" };
	bool read = read_keys(r, redis, group, first, 1);

	if (span.endpoint != NULL)
		span.endpoint = key_of(r, s, span.endpoint);
	if (span.from_ms < clock_now_ms() - LIVE_MS)
		r->history = shard_history_new(&span);
	read = read &&
	    read_keys(r, redis, group, keys, sizeof(keys) / sizeof(keys[0]));
	if (read && r->history != NULL)
		read =
		    shard_history_read(r->history, redis, group, on_record, r);
	return read;
}

/* One entry: [id, ["d", envelope]]. */
static bool
feed(void *arg, const redisReply *entry)
{
	const struct reading *r = arg;
	const redisReply *data = entry->element[1]->element[1];

	shard_entry(r->shard, entry->element[0]->str, data->str, data->len,
	    clock_now_ms());
	return true;
}

static bool
read_stream(struct reading *r, struct records *redis, const char *group)
{
	char key[32], after[48];

	text_format(key, sizeof(key), "%sin", group);
	text_copy(after, sizeof(after), shard_position(r->shard));
	return records_stream(redis, key, after, NULL, RECORDS_ALL, feed, r);
}

struct shard *
shard_read(struct cli *c, const struct settings *s, struct records *redis,
    unsigned number, const struct shard_span *span, size_t *unreadable)
{
	struct reading r = { .cli = c, .shard = shard_new(s, number) };
	int64_t now_ms = clock_now_ms();
	char group[16];
	bool read;

	store_shard_group(number, group);
	read = read_records(&r, redis, group, s, *span);
	shard_history_free(r.history);
	renames_clear(&r.names);
	shard_start(r.shard, now_ms);
	*unreadable += r.unreadable;
	if (read && read_stream(&r, redis, group))
		return r.shard;
	cli_fail(c, "Redis cannot be read");
	shard_free(r.shard);
	return NULL;
}
