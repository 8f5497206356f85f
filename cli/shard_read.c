/* shard_read: see shard_read.h. */
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/records.h"
#include "cli/shard_read.h"
#include "lib/clock.h"
#include "lib/store.h"
#include "lib/text.h"

#define PIECE 100 /* entries of the stream at once */

static const char *const keys[] = { "meta", "terms", "runs", "voids", "outages",
	"states", "alarms", "agents", "poison" };

struct reading {
	struct cli *cli;
	struct shard *shard;
	const char *key;
	size_t unreadable;
};

static void
on_field(void *arg, const char *field, const char *value, size_t length)
{
	struct reading *r = arg;
	char error[160];

	if (shard_load(r->shard, r->key, field, value, length, error) == 0)
		return;
	cli_fail(r->cli, "%s %s: %s", r->key, field, error);
	r->unreadable++;
}

/* One entry: [id, ["d", envelope]]. */
static void
feed(struct reading *r, const redisReply *entry, char last[48])
{
	const redisReply *fields;

	if (!records_is_entry(entry))
		return;
	fields = entry->element[1];
	text_copy(last, 48, entry->element[0]->str);
	shard_entry(r->shard, entry->element[0]->str, fields->element[1]->str,
	    fields->element[1]->len, clock_now_ms());
}

static bool
read_stream(struct reading *r, struct records *redis, const char *group)
{
	char last[48], before[48];
	size_t count = PIECE;

	text_copy(last, sizeof(last), shard_position(r->shard));
	while (count == PIECE) {
		redisReply *reply = records_ask(redis,
		    "XRANGE %sin (%s + COUNT %d", group, last, PIECE);

		if (reply == NULL)
			return false;
		text_copy(before, sizeof(before), last);
		count = reply->elements;
		for (size_t i = 0; i < reply->elements; i++)
			feed(r, reply->element[i], last);
		if (strcmp(last, before) == 0)
			count = 0; /* none of them was an entry */
		freeReplyObject(reply);
	}
	return true;
}

struct shard *
shard_read(struct cli *c, const struct settings *s, struct records *redis,
    unsigned number, size_t *unreadable)
{
	struct reading r = { .cli = c, .shard = shard_new(s, number) };
	bool read = true;
	char group[16];

	store_shard_group(number, group);
	for (size_t i = 0; read && i < sizeof(keys) / sizeof(keys[0]); i++) {
		r.key = keys[i];
		read = records_each(redis, group, r.key, on_field, &r);
	}
	shard_start(r.shard, clock_now_ms());
	*unreadable += r.unreadable;
	if (read && read_stream(&r, redis, group))
		return r.shard;
	cli_fail(c, "Redis cannot be read");
	shard_free(r.shard);
	return NULL;
}
