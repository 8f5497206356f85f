/* load_read: see load_read.h. */
#include <hiredis/hiredis.h>

#include "cli/load_read.h"
#include "cli/overrides_stored.h"
#include "cli/records_stream.h"
#include "lib/store.h"
#include "lib/text.h"

#define GROUP STORE_PAGER_GROUP

static bool
on_entry(void *arg, const redisReply *entry)
{
	const redisReply *value = entry->element[1]->element[1];

	(void)burden_line(arg, value->str, value->len);
	return true;
}

static bool
read_journal(struct burden *b, struct records *redis, int64_t from_ms)
{
	char after[24];

	from_ms -= BURDEN_BEFORE_MS;
	text_format(after, sizeof(after), "%lld-0",
	    (long long)(from_ms > 0 ? from_ms : 0));
	return records_stream(redis, GROUP "journal", after, NULL, RECORDS_ALL,
	    on_entry, b);
}

static void
on_past(void *arg, const char *field, const char *value, size_t length)
{
	(void)burden_past(arg, field, value, length);
}

static bool
read_watches(struct burden *b, const struct settings *s, struct records *redis,
    int64_t now_ms)
{
	struct overrides o = { 0 };
	bool read = records_each(redis, GROUP, "past", on_past, b) &&
	    overrides_stored(s, redis, &o);

	if (read)
		CONF_EACH (const struct rota, r, &s->rotas)
			burden_since(b, r, o.items, o.count, now_ms);
	overrides_clear(&o);
	return read;
}

struct burden *
load_read(struct cli *c, const struct settings *s,
    const struct burden_period *period, int64_t now_ms)
{
	struct records *redis = records_need(c, s);
	struct burden *b;

	if (redis == NULL)
		return NULL;
	b = burden_new(s, period);
	if (!read_journal(b, redis, period->from_ms) ||
	    !read_watches(b, s, redis, now_ms)) {
		cli_fail(c, "Redis cannot be read");
		burden_free(b);
		b = NULL;
	}
	records_close(redis);
	return b;
}
