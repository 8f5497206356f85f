/*
 * A shard's inbox is full: nobody has evaluated it for long.  It is logged
 * when it begins and when it is over, and stands meanwhile in sw:{a}:, where
 * the pager finds it and makes an incident of it.
 */
#include "collector/ingest_parts.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/store.h"

#define TELL_EVERY_MS 10000
#define OVER_MS 15000 /* nothing was refused for so long */

static void
on_written(void *arg, const struct redisReply *r)
{
	(void)arg, (void)r; /* lossy */
}

void
ingest_full_begin(struct ingest *g)
{
	int64_t now_ms = clock_now_ms();

	for (unsigned i = 0; i < INGEST_SHARDS_MAX; i++)
		g->full[i].refused_ms = now_ms;
}

void
ingest_is_full(struct ingest *g, unsigned shard)
{
	struct ingest_full *f = &g->full[shard % INGEST_SHARDS_MAX];
	int64_t now_ms = clock_now_ms();

	if (!f->is_said)
		log_warnx("shard %u: its inbox is full: %d entries wait to be "
			  "evaluated; agents are to try again later",
		    shard, STORE_INBOX_MAX);
	f->is_said = true;
	f->refused_ms = now_ms;
	if (now_ms - f->told_ms < TELL_EVERY_MS && now_ms >= f->told_ms)
		return;
	f->told_ms = now_ms;
	store_commandf(g->options.store, on_written, NULL,
	    "HSET " STORE_AGENT_GROUP "live full:%u %lld", shard,
	    (long long)now_ms);
}

/* What is only repeated is taken all the same: one yes proves nothing. */
void
ingest_has_room(struct ingest *g, unsigned shard)
{
	struct ingest_full *f = &g->full[shard % INGEST_SHARDS_MAX];
	int64_t now_ms = clock_now_ms();

	if (f->refused_ms == 0 ||
	    (now_ms - f->refused_ms < OVER_MS && now_ms >= f->refused_ms))
		return;
	if (f->is_said)
		log_info("shard %u: its inbox has room again", shard);
	*f = (struct ingest_full){ 0 };
	store_commandf(g->options.store, on_written, NULL,
	    "HDEL " STORE_AGENT_GROUP "live full:%u", shard);
}
