/* shard_writer: see shard_writer.h. */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/leased.h"
#include "cli/records.h"
#include "cli/shard_writer.h"
#include "lib/clock.h"
#include "lib/crash.h"
#include "lib/store.h"
#include "lib/text.h"

#define TOKEN_PREFIX "command-"
#define AGAIN_MS 250

struct shard_writer {
	struct leased leased;
	unsigned shard;
};

/* ---- whose it is ---- */

struct question {
	bool is_waiting;
	char token[64], holder[96];
};

static void
on_holder(void *arg, const redisReply *r)
{
	struct question *q = arg;

	q->is_waiting = false;
	if (r == NULL || r->type != REDIS_REPLY_ARRAY || r->elements != 2)
		return;
	if (r->element[0]->type == REDIS_REPLY_STRING)
		text_copy(q->token, sizeof(q->token), r->element[0]->str);
	if (r->element[1]->type == REDIS_REPLY_STRING)
		text_copy(q->holder, sizeof(q->holder), r->element[1]->str);
}

static struct question
ask_holder(struct shard_writer *w)
{
	struct question q = { .is_waiting = true };

	store_commandf(w->leased.store, on_holder, &q,
	    "EVAL %s 2 %slease %sworker",
	    "return {redis.call('GET', KEYS[1]), "
	    "redis.call('HGET', KEYS[2], 'holder')}",
	    w->leased.group, w->leased.group);
	while (q.is_waiting)
		leased_turn(&w->leased, AGAIN_MS);
	return q;
}

static void
complain(struct shard_writer *w, const struct question *q)
{
	char pid[24] = "", host[64] = "";

	if (sscanf(q->holder, "%20[0-9] %63s", pid, host) == 2)
		cli_fail(w->leased.cli,
		    "shard %u is evaluated by process %s on %s: stop it there "
		    "(and whoever stands by) first",
		    w->shard, pid, host);
	else
		cli_fail(w->leased.cli,
		    "shard %u is somebody else's: stop whoever evaluates it "
		    "first",
		    w->shard);
}

/* Another command's, which may be dead: as long as it may last. */
static bool
take_lease(struct shard_writer *w)
{
	int64_t until_ms =
	    clock_monotonic_us() / 1000 + 2 * SHARD_WRITER_LEASE_MS;
	enum store_outcome outcome;

	while ((outcome = leased_take(&w->leased)) == STORE_FENCED) {
		struct question q = ask_holder(w);

		if ((q.token[0] != '\0' &&
			strncmp(q.token, TOKEN_PREFIX,
			    sizeof(TOKEN_PREFIX) - 1) != 0) ||
		    clock_monotonic_us() / 1000 > until_ms) {
			complain(w, &q);
			return false;
		}
		leased_turn(&w->leased, AGAIN_MS);
	}
	if (outcome != STORE_DONE)
		cli_fail(w->leased.cli,
		    "the lease of shard %u could not be taken", w->shard);
	return outcome == STORE_DONE;
}

static bool
agree_on_schema(struct shard_writer *w)
{
	enum store_outcome outcome = leased_schema(&w->leased);

	if (outcome == STORE_DONE)
		return true;
	cli_fail(w->leased.cli,
	    outcome == STORE_NEWER
		? "shard %u: a newer program has written here"
		: "shard %u: the store did not answer",
	    w->shard);
	return false;
}

struct shard_writer *
shard_writer_new(struct cli *c, const struct settings *s, unsigned shard)
{
	struct shard_writer *w = mem_alloc(sizeof(*w));
	char group[16];

	w->shard = shard;
	store_shard_group(shard, group);
	if (leased_open(&w->leased, c, &s->redis, group, TOKEN_PREFIX,
		PATIENCE_MS("SUNWATCH_COMMAND_LEASE_MS",
		    SHARD_WRITER_LEASE_MS)) &&
	    take_lease(w)) {
		CRASH_POINT("import-leased");
		if (agree_on_schema(w))
			return w;
	}
	shard_writer_free(w);
	return NULL;
}

void
shard_writer_free(struct shard_writer *w)
{
	if (w == NULL)
		return;
	leased_close(&w->leased);
	free(w);
}

bool
shard_writer_commit(struct shard_writer *w, struct commit *commit)
{
	enum store_outcome outcome = leased_commit(&w->leased, commit);

	if (outcome == STORE_FENCED)
		cli_fail(w->leased.cli, "shard %u is somebody else's by now",
		    w->shard);
	else if (outcome == STORE_CONFLICT)
		cli_fail(w->leased.cli, "shard %u was changed meanwhile",
		    w->shard);
	else if (outcome != STORE_DONE)
		cli_fail(w->leased.cli, "the store did not take a commit");
	return outcome == STORE_DONE;
}
