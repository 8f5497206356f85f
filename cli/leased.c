/* leased: see the header. */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "cli/leased.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/sign.h"
#include "lib/text.h"

#define UP_MS 10000
#define TURN_MS 250

static int64_t
monotonic_ms(void)
{
	return clock_monotonic_us() / 1000;
}

/* The store has logged it. */
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

void
leased_turn(struct leased *l, int64_t ms)
{
	const struct timeval tv = { ms / 1000,
		(suseconds_t)(ms % 1000 * 1000) };
	struct event *timer = evtimer_new(l->base, on_timer, NULL);

	if (timer == NULL || event_add(timer, &tv) != 0)
		abort();
	event_base_loop(l->base, EVLOOP_ONCE);
	event_free(timer);
}

/* The store answers each question or says that it is lost. */
static enum store_outcome
wait_answer(struct leased *l)
{
	while (l->is_waiting)
		leased_turn(l, TURN_MS);
	return l->outcome;
}

static void
on_leased(void *arg, enum store_outcome outcome, int64_t fence)
{
	struct leased *l = arg;

	l->is_waiting = false;
	l->outcome = outcome;
	if (outcome == STORE_DONE)
		l->fence = fence;
}

static void
on_done(void *arg, enum store_outcome outcome)
{
	struct leased *l = arg;

	l->is_waiting = false;
	l->outcome = outcome;
}

static bool
is_up(struct leased *l)
{
	int64_t until_ms = monotonic_ms() + UP_MS;

	while (!store_is_up(l->store) && monotonic_ms() < until_ms)
		leased_turn(l, TURN_MS);
	return store_is_up(l->store);
}

bool
leased_open(struct leased *l, struct cli *c, const struct redis_settings *s,
    const char *group, const char *token_prefix, int64_t life_ms)
{
	const struct store_options options = { .address = s->address,
		.ca_file = s->ca_file,
		.password = s->password,
		.wait_replicas = (int)s->wait_replicas };
	char random[33];

	log_only_trouble(); /* that Redis is there is no answer */
	*l = (struct leased){ .cli = c, .life_ms = life_ms };
	text_copy(l->group, sizeof(l->group), group);
	sign_random(random, sizeof(random) - 1);
	text_format(l->token, sizeof(l->token), "%s%s", token_prefix, random);
	l->base = event_base_new();
	if (l->base == NULL)
		abort();
	l->store = store_new(l->base, &options, on_changed, l);
	if (l->store != NULL && is_up(l))
		return true;
	cli_fail(c, "cannot reach Redis at %s", s->address);
	return false;
}

enum store_outcome
leased_take(struct leased *l)
{
	l->is_waiting = true;
	l->renewed_ms = monotonic_ms();
	store_lease(l->store, l->group, l->token, l->fence, l->life_ms,
	    on_leased, l);
	return wait_answer(l);
}

enum store_outcome
leased_schema(struct leased *l)
{
	l->is_waiting = true;
	store_schema(l->store, l->group, l->token, on_done, l);
	return wait_answer(l);
}

enum store_outcome
leased_commit(struct leased *l, struct commit *commit)
{
	enum store_outcome outcome = STORE_DONE;

	if (monotonic_ms() - l->renewed_ms > l->life_ms / 3)
		outcome = leased_take(l);
	if (outcome == STORE_DONE) {
		l->is_waiting = true;
		store_commit(l->store, l->group, l->token, commit, on_done, l);
		outcome = wait_answer(l);
	}
	commit_clear(commit);
	return outcome;
}

void
leased_close(struct leased *l)
{
	if (l->fence != 0) {
		store_unlease(l->store, l->group, l->token);
		(void)leased_schema(l); /* answered in order: it is back */
	}
	if (l->store != NULL)
		store_free(l->store);
	if (l->base != NULL)
		event_base_free(l->base);
	*l = (struct leased){ 0 };
}
