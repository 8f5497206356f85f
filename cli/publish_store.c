/*
 * publish_store: the store on a loop of its own that turns only while an
 * answer is waited for.
 */
#include <stdlib.h>

#include <event2/event.h>

#include "cli/publish.h"
#include "lib/clock.h"
#include "lib/crash.h"
#include "lib/sign.h"
#include "lib/text.h"

#define LEASE_MS INT64_C(60000) /* longer than a report takes */
#define PATIENCE_MS_OPEN INT64_C(5000)

struct publish_store {
	struct cli *cli;
	struct event_base *base;
	struct store *store; /* NULL: its address is none */
	char token[33];
	int64_t fence;              /* 0: without the lease */
	bool waiting;               /* for the answer of one call */
	enum store_outcome outcome; /* of the last one */
};

static void
on_changed(void *arg, bool up, const char *advisory)
{
	(void)arg;
	(void)up;
	(void)advisory; /* the store has logged it */
}

static void
on_leased(void *arg, enum store_outcome outcome, int64_t fence)
{
	struct publish_store *s = arg;

	s->waiting = false;
	s->outcome = outcome;
	if (outcome == STORE_DONE)
		s->fence = fence;
}

static void
on_committed(void *arg, enum store_outcome outcome)
{
	struct publish_store *s = arg;

	s->waiting = false;
	s->outcome = outcome;
}

/* The store tells of every call, be it only that it was lost. */
static enum store_outcome
wait_for(struct publish_store *s)
{
	while (s->waiting)
		event_base_loop(s->base, EVLOOP_ONCE);
	return s->outcome;
}

static enum store_outcome
lease(struct publish_store *s)
{
	s->waiting = true;
	store_lease(s->store, PUBLISHED_GROUP, s->token, s->fence,
	    PATIENCE_MS("SUNWATCH_PUBLISH_LEASE_MS", LEASE_MS), on_leased, s);
	return wait_for(s);
}

static bool
wait_until_up(struct publish_store *s)
{
	const struct timeval tick = { 0, 50000 };
	int64_t until_us = clock_monotonic_us() + PATIENCE_MS_OPEN * 1000;

	while (!store_is_up(s->store) && clock_monotonic_us() < until_us) {
		event_base_loopexit(s->base, &tick);
		event_base_loop(s->base, 0);
	}
	return store_is_up(s->store);
}

static bool
connect_to(struct publish_store *s, const struct redis_settings *redis)
{
	const struct store_options options = { .address = redis->address,
		.ca_file = redis->ca_file,
		.password = redis->password,
		.wait_replicas = (int)redis->wait_replicas };

	if (s->base != NULL)
		s->store = store_new(s->base, &options, on_changed, s);
	if (s->store != NULL && wait_until_up(s))
		return true;
	cli_fail(s->cli, "cannot reach Redis at %s", redis->address);
	return false;
}

/* The lease, and that no newer program has written here. */
static bool
begin(struct publish_store *s, bool *is_busy)
{
	enum store_outcome outcome = lease(s);

	*is_busy = outcome == STORE_FENCED;
	if (*is_busy)
		return false;
	if (outcome == STORE_DONE) {
		s->waiting = true;
		store_schema(s->store, PUBLISHED_GROUP, s->token, on_committed,
		    s);
		outcome = wait_for(s);
	}
	if (outcome == STORE_NEWER)
		cli_fail(s->cli, "a newer program has written reports here");
	else if (outcome != STORE_DONE)
		cli_fail(s->cli, "Redis does not give the lease");
	return outcome == STORE_DONE;
}

struct publish_store *
publish_store_open(struct cli *c, const struct settings *settings,
    bool *is_busy)
{
	struct publish_store *s = mem_alloc(sizeof(*s));

	*is_busy = false;
	s->cli = c;
	s->base = event_base_new();
	sign_random(s->token, sizeof(s->token) - 1);
	if (connect_to(s, &settings->redis) && begin(s, is_busy))
		return s;
	publish_store_close(s);
	return NULL;
}

void
publish_store_close(struct publish_store *s)
{
	if (s == NULL)
		return;
	if (s->fence != 0) {
		store_unlease(s->store, PUBLISHED_GROUP, s->token);
		/* Asked last, answered last: then it is given back. */
		s->waiting = true;
		store_schema(s->store, PUBLISHED_GROUP, s->token, on_committed,
		    s);
		wait_for(s);
	}
	if (s->store != NULL)
		store_free(s->store);
	if (s->base != NULL)
		event_base_free(s->base);
	free(s);
}

bool
publish_store_commit(struct publish_store *s, struct commit *commit)
{
	enum store_outcome outcome = lease(s);

	if (outcome == STORE_DONE) {
		CRASH_POINT("publish-before-commit");
		s->waiting = true;
		store_commit(s->store, PUBLISHED_GROUP, s->token, commit,
		    on_committed, s);
		outcome = wait_for(s);
		CRASH_POINT("publish-after-commit");
	}
	commit_clear(commit);
	if (outcome == STORE_DONE)
		return true;
	cli_fail(s->cli,
	    outcome == STORE_FENCED || outcome == STORE_CONFLICT
		? "another publisher has the lease now; nothing more is "
		  "written"
		: "Redis has not said that it is written; run it again");
	return false;
}
