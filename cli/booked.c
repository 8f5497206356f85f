/* booked: see booked.h. */
#include <stdlib.h>

#include "cli/booked.h"
#include "cli/records.h"
#include "lib/store.h"

struct reading {
	struct ledger *ledger;
	const char *key;
	size_t unreadable;
};

static void
on_field(void *arg, const char *field, const char *value, size_t length)
{
	struct reading *r = arg;
	char error[160];

	r->unreadable +=
	    ledger_load(r->ledger, r->key, field, value, length, error) != 0;
}

static int64_t
judged_ms(struct records *redis, const char *group, int64_t now_ms)
{
	char *text = records_field(redis, group, "meta", "judged");
	int64_t at_ms = text != NULL ? strtoll(text, NULL, 10) : 0;

	free(text);
	return at_ms == 0 || at_ms > now_ms ? now_ms : at_ms;
}

/* All that an account is made of. */
static const char *const keys[] = { "names", "terms", "outages", "windows",
	"exclusions", "annotations" };

struct ledger *
booked_ledger(struct cli *c, const struct settings *s, const char *client,
    int64_t now_ms, int64_t *known_ms)
{
	struct reading r = { .ledger = ledger_new(client) };
	struct records *redis = records_need(c, s);
	bool read = redis != NULL;
	char group[16];

	store_shard_group(settings_shard(s, client), group);
	/* Before the records: they are not older than this says. */
	*known_ms = read ? judged_ms(redis, group, now_ms) : now_ms;
	for (size_t i = 0; read && i < sizeof(keys) / sizeof(keys[0]); i++) {
		r.key = keys[i];
		read = records_each(redis, group, r.key, on_field, &r);
	}
	if (redis != NULL)
		records_close(redis);
	if (read && r.unreadable == 0)
		return r.ledger;
	if (redis != NULL)
		cli_fail(c, "%zu records cannot be read", r.unreadable);
	ledger_free(r.ledger);
	return NULL;
}
