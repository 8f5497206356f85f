/*
 * What agents saw is dated by the clock of the collector that takes it.
 * Where several take results, one whose clock is not that of the others
 * would date what another evaluates: a collector that evaluates nothing, and
 * whose clock is not that of Redis, refuses.  One that evaluates goes by its
 * own clock, whatever Redis says: the store's host may be the one that is
 * wrong, and nobody else is there.
 */
#include <inttypes.h>
#include <stdlib.h>

#include <hiredis/hiredis.h>

#include "collector/ingest_parts.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/store.h"

#define ASK_EVERY_US 2000000
#define OFF_MS 2000

static void
say(struct ingest *g, bool off, int64_t by_ms)
{
	if (off && !g->clock_is_said)
		log_warnx("ingest: our clock is %" PRId64
			  " ms off that of Redis; while another evaluates, "
			  "nothing is taken here",
		    by_ms);
	else if (!off && g->clock_is_said)
		log_info("ingest: our clock is that of Redis again");
	g->clock_is_said = off;
}

static void
on_time(void *arg, const struct redisReply *r)
{
	struct ingest *g = arg;
	int64_t took_ms = (clock_monotonic_us() - g->clock_asked_us) / 1000;
	int64_t by_ms;

	if (r == NULL || r->type != REDIS_REPLY_ARRAY || r->elements != 2 ||
	    r->element[0]->type != REDIS_REPLY_STRING ||
	    r->element[1]->type != REDIS_REPLY_STRING)
		return;
	by_ms = clock_now_ms() - took_ms / 2 -
	    (strtoll(r->element[0]->str, NULL, 10) * 1000 +
		strtoll(r->element[1]->str, NULL, 10) / 1000);
	g->clock_is_off = llabs(by_ms) > OFF_MS + took_ms / 2;
	say(g, g->clock_is_off, by_ms);
}

static void
ask(struct ingest *g)
{
	g->clock_asked_us = clock_monotonic_us();
	store_commandf(g->options.store, on_time, g, "TIME");
}

bool
ingest_clock_agrees(struct ingest *g, struct serve_request *r)
{
	bool jumped = clock_guard_look(&g->clock_guard) == CLOCK_JUMPED;

	if (jumped)
		g->clock_is_off = true; /* until Redis has said more */
	if (jumped || g->clock_asked_us == 0 ||
	    clock_monotonic_us() - g->clock_asked_us >= ASK_EVERY_US)
		ask(g);
	if (!g->clock_is_off || g->options.evaluates(g->options.arg))
		return true;
	serve_set_header(r, "Retry-After", "1");
	serve_fail(r, 503, "the clock of this collector is off");
	return false;
}
