/*
 * A year of a house in Redis: what evaluate would have written.
 *
 *	bench_year CONF SOCKET ENDPOINTS DAYS
 *
 * Three agents look at every endpoint of tests/bench/big.py each 30 s.  Every
 * endpoint is out for all of them once in ten days, for one of them once in
 * twenty and for a single look once in a week; an agent is blind once a month.
 * The shard's own core takes what they would send, a day at a time, and
 * its commits go to Redis.  Prints a line of JSON.
 */
#include <hiredis/hiredis.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "collector/shard.h"
#include "lib/text.h"
#include "lib/wire.h"

#define STEP_MS (30 * INT64_C(1000))
#define DAY_MS INT64_C(86400000)
#define TICK_MS DAY_MS /* its fold is 2,880 looks, fewer than WIRE_FOLD_MAX */
#define AGENTS 3
#define PER_CLIENT 20 /* as year.py has them */
#define KINDS 3
#define ROOM 900 /* observations in a part */

static const char *const agents[AGENTS] = { "auckland-1", "london-1",
	"new-york-1" };
static const char *const regions[AGENTS] = { "auckland", "london", "new-york" };

/* The next stretch of a kind of trouble, of an endpoint or one of its sights. */
struct trouble {
	int64_t from_ms, to_ms;
};

struct sight {
	struct trouble regional, blip;
};

struct target {
	char id[WIRE_NAME_MAX + 1];
	struct trouble outage;
	struct sight sights[AGENTS];
};

struct year {
	struct settings *settings;
	struct shard *shard;
	redisContext *redis;
	struct target *targets;
	size_t count;
	int64_t now_ms, begin_ms, end_ms;
	uint64_t random;
	/* one agent's part */
	struct observation seen[ROOM + 8];
	size_t seen_count;
	int64_t seqs[AGENTS], entries;
	/* what it came to */
	int64_t observations, probes, commits, writes;
};

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "bench_year: %s\n", what);
	exit(1);
}

static double
roll(struct year *y)
{
	y->random = y->random * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (double)(y->random >> 11) / 9007199254740992.0;
}

/* From 30 s to an hour, short ones more often. */
static int64_t
long_while(struct year *y)
{
	return (int64_t)(30000 * pow(120, roll(y)));
}

static void
next_trouble(struct year *y, struct trouble *t, double days, bool is_long)
{
	t->from_ms = t->to_ms + STEP_MS +
	    (int64_t)(-log(1 - roll(y)) * days * (double)DAY_MS);
	t->to_ms = t->from_ms + (is_long ? long_while(y) : STEP_MS / 2);
}

static void
begin_targets(struct year *y)
{
	y->targets = mem_alloc(y->count * sizeof(*y->targets));
	for (size_t i = 0; i < y->count; i++) {
		struct target *t = &y->targets[i];

		text_format(t->id, sizeof(t->id), "client-%zu/learn-%zu",
		    i / PER_CLIENT, i % PER_CLIENT);
		t->outage.to_ms = y->begin_ms;
		next_trouble(y, &t->outage, 10, true);
		for (int a = 0; a < AGENTS; a++) {
			t->sights[a].regional.to_ms = y->begin_ms;
			t->sights[a].blip.to_ms = y->begin_ms;
			next_trouble(y, &t->sights[a].regional, 20, true);
			next_trouble(y, &t->sights[a].blip, 7, false);
		}
	}
}

static void
apply_op(struct year *y, const struct commit_op *op)
{
	char key[64];

	text_format(key, sizeof(key), "sw:{c0}:%s", op->key);
	if (op->kind == COMMIT_SET)
		redisAppendCommand(y->redis, "HSET %s %s %b", key, op->field,
		    op->value, op->length);
	else if (op->kind == COMMIT_UNSET)
		redisAppendCommand(y->redis, "HDEL %s %s", key, op->field);
	else if (op->kind == COMMIT_APPEND)
		redisAppendCommand(y->redis, "XADD %s * d %b", key, op->value,
		    op->length);
	else
		redisAppendCommand(y->redis, "PING");
	y->writes++;
}

static void
apply(struct year *y, const struct commit *c)
{
	redisReply *reply;

	for (size_t i = 0; i < c->count; i++)
		apply_op(y, &c->ops[i]);
	for (size_t i = 0; i < c->count; i++) {
		if (redisGetReply(y->redis, (void **)&reply) != REDIS_OK ||
		    reply->type == REDIS_REPLY_ERROR)
			fail("Redis refused a write");
		freeReplyObject(reply);
	}
	y->commits++;
}

static void
commit(struct year *y)
{
	struct commit c;

	commit_init(&c);
	while (shard_commit(y->shard, y->now_ms, &c)) {
		apply(y, &c);
		shard_committed(y->shard, y->now_ms);
		commit_clear(&c);
	}
	commit_clear(&c);
}

/* What agent a was blind for in this tick, once in about thirty days. */
static bool
is_blind(struct year *y, struct blind *out)
{
	if (roll(y) > (double)TICK_MS / (30.0 * (double)DAY_MS))
		return false;
	out->from_ms = y->now_ms - TICK_MS / 2;
	out->to_ms = out->from_ms + long_while(y);
	return true;
}

static void
send_part(struct year *y, int a, struct blind *blind)
{
	struct wire_part part = { .spool = "00000000000000aa",
		.seq = ++y->seqs[a],
		.closed_at_ms = y->now_ms,
		.offset_error_ms = 1,
		.observations = y->seen,
		.count = y->seen_count,
		.blinds = blind,
		.blind_count = blind != NULL };
	struct wire_bytes bytes, whole;
	struct wire_envelope e = { .agent = agents[a],
		.region = regions[a],
		.received_at_ms = y->now_ms };
	char id[48];

	part.from_seq = part.seq;
	wire_encode_part(&part, &bytes);
	e.part = bytes.data;
	e.part_length = bytes.length;
	wire_encode_envelope(&e, &whole);
	text_format(id, sizeof(id), "%lld-%lld", (long long)y->now_ms,
	    (long long)++y->entries);
	shard_entry(y->shard, id, whole.data, whole.length, y->now_ms);
	wire_bytes_clear(&bytes);
	wire_bytes_clear(&whole);
	y->observations += (int64_t)y->seen_count;
	y->seen_count = 0;
}

/* Until when what is seen at this instant stays so, and what that is. */
static bool
fails_at(const struct trouble *t, int64_t at_ms, int64_t *until_ms)
{
	if (at_ms < t->from_ms && t->from_ms < *until_ms)
		*until_ms = t->from_ms;
	if (at_ms < t->from_ms || at_ms >= t->to_ms)
		return false;
	if (t->to_ms < *until_ms)
		*until_ms = t->to_ms;
	return true;
}

static void
pass(struct year *y, struct trouble *t, int64_t at_ms, double days,
    bool is_long)
{
	while (at_ms >= t->to_ms)
		next_trouble(y, t, days, is_long);
}

static void
add(struct year *y, struct target *t, int64_t from_ms, int64_t count,
    bool failed)
{
	struct observation *o = &y->seen[y->seen_count++];

	*o = (struct observation){ .endpoint = t->id,
		.started_at_ms = from_ms,
		.until_at_ms = from_ms + (count - 1) * STEP_MS,
		.count = count,
		.outcome = failed ? OUTCOME_FAILED : OUTCOME_OK,
		.reason = failed ? REASON_HTTP_STATUS : REASON_NONE,
		.interval_ms = STEP_MS,
		.total_us = 90000,
		.status = failed ? 503 : 200 };
	if (failed)
		text_copy(o->detail, sizeof(o->detail), "answered 503");
	y->probes += count;
}

/* The outage is every agent's: it is passed on after the last of them. */
static void
look(struct year *y, struct target *t, int a, struct blind **blind)
{
	struct sight *s = &t->sights[a];
	int64_t phase_ms = 10000 * a + (t - y->targets) % 97 * 100;
	int64_t at_ms = y->now_ms - TICK_MS + phase_ms, until_ms, count;
	bool failed;

	while (at_ms < y->now_ms) {
		until_ms = y->now_ms;
		pass(y, &s->regional, at_ms, 20, true);
		pass(y, &s->blip, at_ms, 7, false);
		failed = fails_at(&t->outage, at_ms, &until_ms);
		failed = fails_at(&s->regional, at_ms, &until_ms) || failed;
		failed = fails_at(&s->blip, at_ms, &until_ms) || failed;
		count = failed ? 1 : (until_ms - at_ms + STEP_MS - 1) / STEP_MS;
		add(y, t, at_ms, count, failed);
		at_ms += count * STEP_MS;
		if (y->seen_count >= ROOM) {
			send_part(y, a, *blind);
			*blind = NULL;
		}
	}
}

static void
tick(struct year *y)
{
	struct blind stretch, *blind;

	/* Its reader was away, as it were: nothing is judged until all is read. */
	shard_break(y->shard, y->now_ms);
	for (int a = 0; a < AGENTS; a++) {
		blind = is_blind(y, &stretch) ? &stretch : NULL;
		for (size_t i = 0; i < y->count; i++)
			look(y, &y->targets[i], a, &blind);
		if (y->seen_count > 0)
			send_part(y, a, blind);
	}
	for (size_t i = 0; i < y->count; i++)
		pass(y, &y->targets[i].outage, y->now_ms, 10, true);
	shard_read_all(y->shard, y->now_ms);
	shard_time(y->shard, y->now_ms);
	commit(y);
}

static void
begin(struct year *y, char **argv)
{
	struct conf_errors errors = { 0 };

	y->settings = settings_load(argv[1], &errors);
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		fprintf(stderr, "%s\n", c->text);
	conf_errors_clear(&errors);
	if (y->settings == NULL)
		fail("the configuration is refused");
	y->redis = redisConnectUnix(argv[2]);
	if (y->redis == NULL || y->redis->err)
		fail("no Redis there");
	y->count = (size_t)atoi(argv[3]);
	y->end_ms = (int64_t)time(NULL) / 3600 * 3600 * 1000;
	y->begin_ms = y->end_ms - atoi(argv[4]) * DAY_MS;
	y->random = 20261122;
	y->now_ms = y->begin_ms;
	begin_targets(y);
	y->shard = shard_new(y->settings, 0);
	shard_start(y->shard, y->now_ms);
}

int
main(int argc, char **argv)
{
	struct year *y;

	if (argc != 5)
		fail("usage: bench_year CONF SOCKET ENDPOINTS DAYS");
	y = mem_alloc(sizeof(*y));
	begin(y, argv);
	while (y->now_ms < y->end_ms) {
		y->now_ms += TICK_MS;
		tick(y);
	}
	printf("{\"observations\": %lld, \"probes\": %lld, \"commits\": %lld, "
	       "\"writes\": %lld}\n",
	    (long long)y->observations, (long long)y->probes,
	    (long long)y->commits, (long long)y->writes);
	shard_free(y->shard);
	settings_free(y->settings);
	redisFree(y->redis);
	free(y->targets);
	free(y);
	return 0;
}
