/*
 * How many shards there are is fixed when the store is begun.  Where the
 * configuration says something else (and no accepted tree is left to know
 * better), a part would be put where nobody evaluates it, and a plan would
 * have agents make more of them: then agents are refused altogether.
 */
#include <stdlib.h>

#include <hiredis/hiredis.h>

#include "collector/ingest_parts.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/store.h"

#define ASK_AGAIN_MS 1000 /* while the store has not been begun */

static void
on_shards(void *arg, const struct redisReply *r)
{
	struct ingest *g = arg;

	if (r == NULL)
		return; /* asked again when the store is back */
	g->shards_in_store = r->type == REDIS_REPLY_STRING
	    ? strtol(r->str, NULL, 10)
	    : INGEST_NOT_BEGUN;
	if (g->shards_in_store <= 0) /* a damaged one is begun anew */
		g->shards_in_store = INGEST_NOT_BEGUN;
	if (g->shards_in_store == INGEST_NOT_BEGUN ||
	    g->shards_in_store == g->settings->shards)
		return;
	log_warnx("ingest: the store was begun with shards: %ld, the "
		  "configuration says %lld: agents are refused",
	    g->shards_in_store, (long long)g->settings->shards);
}

void
ingest_ask_shards(struct ingest *g)
{
	g->shards_asked_ms = clock_now_ms();
	g->shards_in_store = INGEST_NOT_ASKED;
	store_commandf(g->options.store, on_shards, g,
	    "HGET sw:{c0}:worker shards");
}

/* It is begun by whoever evaluates it first, with what that one is told. */
static void
ask_again(struct ingest *g)
{
	int64_t now_ms = clock_now_ms();

	if (g->shards_in_store == INGEST_NOT_BEGUN &&
	    (now_ms - g->shards_asked_ms >= ASK_AGAIN_MS ||
		now_ms < g->shards_asked_ms)) {
		g->shards_asked_ms = now_ms;
		store_commandf(g->options.store, on_shards, g,
		    "HGET sw:{c0}:worker shards");
	}
}

bool
ingest_shards_agree(struct ingest *g, struct serve_request *r)
{
	ask_again(g);
	if (g->shards_in_store <= 0 ||
	    g->shards_in_store == g->settings->shards)
		return true;
	serve_set_header(r, "Retry-After", "10");
	serve_fail(r, 503, "the store was begun with another number of shards");
	return false;
}
