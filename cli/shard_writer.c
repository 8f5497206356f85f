/*
 * shard_writer: see shard_writer.h.  The store is the daemons' own, its loop
 * turned only while something is waited for.
 */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <hiredis/hiredis.h>

#include "cli/records.h"
#include "cli/shard_writer.h"
#include "lib/clock.h"
#include "lib/crash.h"
#include "lib/sign.h"
#include "lib/store.h"
#include "lib/text.h"

#define TOKEN_PREFIX "command-"
#define UP_MS 10000
#define AGAIN_MS 250

struct shard_writer {
	struct cli *cli;
	unsigned shard;
	char group[16], token[64];
	struct event_base *base;
	struct store *store;
	int64_t fence, renewed_ms;
	bool is_waiting; /* for an answer, which goes into the next two */
	enum store_outcome outcome;
	bool is_leased;
};

static void
on_changed(void *arg, bool up, const char *advisory)
{
	(void)arg, (void)up, (void)advisory;
}

static void
on_timer(int fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
}

/* One turn of the loop, at most this long. */
static void
turn(struct shard_writer *w, int64_t ms)
{
	const struct timeval tv = { ms / 1000,
		(suseconds_t)(ms % 1000 * 1000) };
	struct event *timer = evtimer_new(w->base, on_timer, NULL);

	if (timer == NULL || event_add(timer, &tv) != 0)
		abort();
	event_base_loop(w->base, EVLOOP_ONCE);
	event_free(timer);
}

/* The store answers each question or says that it is lost. */
static enum store_outcome
wait_answer(struct shard_writer *w)
{
	while (w->is_waiting)
		turn(w, AGAIN_MS);
	return w->outcome;
}

static void
on_leased(void *arg, enum store_outcome outcome, int64_t fence)
{
	struct shard_writer *w = arg;

	w->is_waiting = false;
	w->outcome = outcome;
	if (outcome == STORE_DONE)
		w->fence = fence;
}

static void
on_done(void *arg, enum store_outcome outcome)
{
	struct shard_writer *w = arg;

	w->is_waiting = false;
	w->outcome = outcome;
}

static enum store_outcome
lease(struct shard_writer *w)
{
	w->is_waiting = true;
	w->renewed_ms = clock_monotonic_us() / 1000;
	store_lease(w->store, w->group, w->token, w->fence,
	    PATIENCE_MS("SUNWATCH_COMMAND_LEASE_MS", SHARD_WRITER_LEASE_MS),
	    on_leased, w);
	return wait_answer(w);
}

static bool
is_up(struct shard_writer *w)
{
	int64_t until_ms = clock_monotonic_us() / 1000 + UP_MS;

	while (!store_is_up(w->store) && clock_monotonic_us() / 1000 < until_ms)
		turn(w, AGAIN_MS);
	return store_is_up(w->store);
}

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

	store_commandf(w->store, on_holder, &q, "EVAL %s 2 %slease %sworker",
	    "return {redis.call('GET', KEYS[1]), "
	    "redis.call('HGET', KEYS[2], 'holder')}",
	    w->group, w->group);
	while (q.is_waiting)
		turn(w, AGAIN_MS);
	return q;
}

static void
complain(struct shard_writer *w, const struct question *q)
{
	char pid[24] = "", host[64] = "";

	if (sscanf(q->holder, "%20[0-9] %63s", pid, host) == 2)
		cli_fail(w->cli,
		    "shard %u is evaluated by process %s on %s: stop it there "
		    "(and whoever stands by) first",
		    w->shard, pid, host);
	else
		cli_fail(w->cli,
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

	while ((outcome = lease(w)) == STORE_FENCED) {
		struct question q = ask_holder(w);

		if ((q.token[0] != '\0' &&
			strncmp(q.token, TOKEN_PREFIX,
			    sizeof(TOKEN_PREFIX) - 1) != 0) ||
		    clock_monotonic_us() / 1000 > until_ms) {
			complain(w, &q);
			return false;
		}
		turn(w, AGAIN_MS);
	}
	if (outcome != STORE_DONE)
		cli_fail(w->cli, "the lease of shard %u could not be taken",
		    w->shard);
	return outcome == STORE_DONE;
}

static bool
agree_on_schema(struct shard_writer *w)
{
	w->is_waiting = true;
	store_schema(w->store, w->group, w->token, on_done, w);
	if (wait_answer(w) == STORE_DONE)
		return true;
	cli_fail(w->cli,
	    w->outcome == STORE_NEWER
		? "shard %u: a newer program has written here"
		: "shard %u: the store did not answer",
	    w->shard);
	return false;
}

struct shard_writer *
shard_writer_new(struct cli *c, const struct settings *s, unsigned shard)
{
	const struct store_options options = { .address = s->redis.address,
		.ca_file = s->redis.ca_file,
		.password = s->redis.password,
		.wait_replicas = (int)s->redis.wait_replicas };
	struct shard_writer *w = mem_alloc(sizeof(*w));

	w->cli = c;
	w->shard = shard;
	store_shard_group(shard, w->group);
	text_copy(w->token, sizeof(w->token), TOKEN_PREFIX);
	sign_random(w->token + strlen(w->token), 32);
	w->base = event_base_new();
	if (w->base == NULL)
		abort();
	w->store = store_new(w->base, &options, on_changed, w);
	if (!is_up(w))
		cli_fail(c, "Redis at %s does not answer", s->redis.address);
	else if (take_lease(w)) {
		w->is_leased = true;
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
	if (w->is_leased) {
		store_unlease(w->store, w->group, w->token);
		(void)ask_holder(w); /* it is answered in order */
	}
	store_free(w->store);
	event_base_free(w->base);
	free(w);
}

bool
shard_writer_commit(struct shard_writer *w, struct commit *commit)
{
	int64_t age_ms = clock_monotonic_us() / 1000 - w->renewed_ms;
	enum store_outcome outcome = STORE_DONE;

	if (age_ms > SHARD_WRITER_LEASE_MS / 3)
		outcome = lease(w);
	if (outcome == STORE_DONE) {
		w->is_waiting = true;
		store_commit(w->store, w->group, w->token, commit, on_done, w);
		outcome = wait_answer(w);
	}
	commit_clear(commit);
	if (outcome == STORE_FENCED)
		cli_fail(w->cli, "shard %u is somebody else's by now",
		    w->shard);
	else if (outcome == STORE_CONFLICT)
		cli_fail(w->cli, "shard %u was changed meanwhile", w->shard);
	else if (outcome != STORE_DONE)
		cli_fail(w->cli, "the store did not take a commit");
	return outcome == STORE_DONE;
}
