/* liveness: see liveness.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <hiredis/hiredis.h>

#include "collector/liveness.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/log.h"
#include "lib/store.h"
#include "lib/text.h"

#define TICK_MS 2500 /* what others wrote is read again, ours is written */
#define TREE_TICKS 24
#define SHARDS_MAX 64

/*
 * When something was last well, and when, by our own steady clock, it was first
 * heard to have been well then.
 */
struct word {
	int64_t at_ms; /* wall-clock milliseconds; 0: not known */
	int64_t heard_us;
};

struct liveness {
	struct store *store;
	struct event *tick;
	char program[300], hash[65]; /* NAME@HOST: each its own field */
	unsigned ticks;
	bool asked;                               /* a reading is under way */
	struct word pager, auditor, pager_commit; /* as read */
	struct word shards[SHARDS_MAX];
	struct word own[SHARDS_MAX]; /* of shards evaluated here */
	int64_t written_ms[SHARDS_MAX];
};

static void
on_written(void *arg, const redisReply *r)
{
	(void)arg, (void)r; /* lossy */
}

static void
write_shards(struct liveness *l)
{
	unsigned i;

	for (i = 0; i < SHARDS_MAX; i++) {
		if (l->own[i].at_ms == l->written_ms[i])
			continue;
		l->written_ms[i] = l->own[i].at_ms;
		store_commandf(l->store, on_written, l,
		    "HSET " STORE_AGENT_GROUP "live evaluate:%u %lld", i,
		    (long long)l->own[i].at_ms);
	}
}

static void
write_tree(struct liveness *l)
{
	char value[128];

	if (l->hash[0] == '\0')
		return;
	snprintf(value, sizeof(value),
	    "{\"hash\": \"%s\", \"at_ms\": %" PRId64 "}", l->hash,
	    clock_now_ms());
	store_commandf(l->store, on_written, l,
	    "HSET " STORE_AGENT_GROUP "trees %s %s", l->program, value);
}

static void
hear(struct word *w, int64_t at_ms)
{
	if (at_ms < 0 || at_ms > TIME_MAX)
		at_ms = 0; /* nobody's word */
	if (w->at_ms == at_ms)
		return;
	w->at_ms = at_ms;
	w->heard_us = clock_monotonic_us();
}

static void
take(struct liveness *l, const char *field, int64_t at_ms)
{
	unsigned long shard;
	char *end;

	if (strcmp(field, "pager") == 0)
		hear(&l->pager, at_ms);
	else if (strcmp(field, "auditor") == 0)
		hear(&l->auditor, at_ms);
	else if (strcmp(field, "commit") == 0)
		hear(&l->pager_commit, at_ms);
	else if (strncmp(field, "evaluate:", 9) == 0) {
		shard = strtoul(field + 9, &end, 10);
		if (*end == '\0' && shard < SHARDS_MAX)
			hear(&l->shards[shard], at_ms);
	}
}

static void
on_read(void *arg, const redisReply *r)
{
	struct liveness *l = arg;
	size_t i;

	l->asked = false;
	if (r == NULL || r->type != REDIS_REPLY_ARRAY)
		return;
	for (i = 0; i + 1 < r->elements; i += 2)
		if (r->element[i]->type == REDIS_REPLY_STRING &&
		    r->element[i + 1]->type == REDIS_REPLY_STRING)
			take(l, r->element[i]->str,
			    strtoll(r->element[i + 1]->str, NULL, 10));
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct liveness *l = arg;

	(void)fd, (void)what;
	if (!store_is_up(l->store))
		return;
	write_shards(l);
	if (l->ticks % TREE_TICKS == 0)
		write_tree(l);
	l->ticks++;
	if (l->asked)
		return;
	l->asked = true;
	store_commandf(l->store, on_read, l,
	    "HGETALL " STORE_AGENT_GROUP "live");
}

/* As EV_TIMEOUT the next tick would be taken for it, and left out. */
static void
soon(struct liveness *l)
{
	event_active(l->tick, EV_READ, 0);
}

struct liveness *
liveness_new(struct event_base *base, struct store *store, const char *program)
{
	struct liveness *l = mem_alloc(sizeof(*l));
	struct timeval tv = { TICK_MS / 1000, TICK_MS % 1000 * 1000 };
	char host[200] = "";

	l->store = store;
	gethostname(host, sizeof(host) - 1);
	text_format(l->program, sizeof(l->program), "%s@%s", program, host);
	l->tick = event_new(base, -1, EV_PERSIST, on_tick, l);
	if (l->tick == NULL || event_add(l->tick, &tv) != 0)
		fatalx("liveness: no memory");
	return l;
}

void
liveness_free(struct liveness *l)
{
	if (l == NULL)
		return;
	event_free(l->tick);
	free(l);
}

void
liveness_tree(struct liveness *l, const char *hash)
{
	text_copy(l->hash, sizeof(l->hash), hash);
	l->ticks = 0;
	soon(l);
}

void
liveness_well(struct liveness *l, unsigned shard, int64_t at_ms)
{
	if (shard >= SHARDS_MAX)
		return;
	if (l->own[shard].at_ms == 0)
		soon(l); /* who waits for it need not wait */
	hear(&l->own[shard], at_ms);
}

/*
 * What is dated ahead was said by a clock that is fast, or was: it is as old as
 * it has been known, so that nobody seems alive until that time has come.
 */
static int64_t
age(const struct word *w, int64_t now_ms)
{
	if (w->at_ms == 0)
		return NEVER;
	if (w->at_ms > now_ms)
		return (clock_monotonic_us() - w->heard_us) / 1000;
	return now_ms - w->at_ms;
}

static int64_t
shard_age(const struct liveness *l, unsigned shard, int64_t now_ms)
{
	int64_t own_ms = age(&l->own[shard], now_ms);
	int64_t read_ms = age(&l->shards[shard], now_ms);

	return own_ms < read_ms ? own_ms : read_ms;
}

int64_t
liveness_shard_ms(const struct liveness *l, unsigned shard, int64_t now_ms)
{
	int64_t age_ms =
	    shard < SHARDS_MAX ? shard_age(l, shard, now_ms) : NEVER;

	return age_ms == NEVER ? 0 : now_ms - age_ms;
}

void
liveness_ages(const struct liveness *l, unsigned shards, int64_t now_ms,
    struct ages *out)
{
	out->pager_ms = age(&l->pager, now_ms);
	out->auditor_ms = age(&l->auditor, now_ms);
	out->commit_ms = age(&l->pager_commit, now_ms);
	for (unsigned i = 0; i < shards && i < SHARDS_MAX; i++) {
		int64_t age_ms = shard_age(l, i, now_ms);

		if (age_ms > out->commit_ms)
			out->commit_ms = age_ms;
	}
}
