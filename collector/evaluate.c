/*
 * evaluate: workers, their commits and their timers; see evaluate.h.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "collector/evaluate_parts.h"
#include "collector/liveness.h"
#include "collector/orders.h"
#include "lib/crash.h"
#include "lib/interval.h"
#include "lib/log.h"
#include "lib/text.h"

#define TICK_MS 1000
#define REST_MIN_MS 500
#define REST_MAX_MS 10000
#define TIMER_MAX_MS 3600000
#define TIMER_MIN_MS 5

struct errand *
errand_new(struct worker *w)
{
	struct errand *e = mem_alloc(sizeof(*e));

	e->worker = w;
	e->life = w->life;
	return e;
}

struct worker *
errand_worker(const struct errand *e)
{
	return e->life == e->worker->life ? e->worker : NULL;
}

struct worker *
errand_end(struct errand *e)
{
	struct worker *w = errand_worker(e);

	free(e);
	return w;
}

/* Forget all: whatever is still answered is for an earlier life. */
void
worker_drop(struct worker *w, const char *why)
{
	if (w->state == WORKER_RUNNING || w->state == WORKER_LOADING)
		log_warnx("shard %u: dropped: %s", w->number, why);
	w->life++;
	w->state = WORKER_AWAY;
	w->fence = 0;
	w->is_reading = w->read_again = w->has_read_all = false;
	w->is_committing = false;
	w->refused = NULL;
	w->starts = w->suspected = 0;
	w->suspect[0] = '\0';
	free(w->entry);
	w->entry = NULL;
	w->shards_text[0] = '\0';
	commit_clear(&w->repairs);
	worker_forget_erasure(w);
	shard_free(w->shard);
	w->shard = NULL;
	door_look(w->evaluate->door); /* who waited for it */
	event_del(w->timer);
	w->rest_ms = w->rest_ms == 0 ? REST_MIN_MS : w->rest_ms * 2;
	if (w->rest_ms > REST_MAX_MS)
		w->rest_ms = REST_MAX_MS;
	w->not_before_ms = clock_now_ms() + w->rest_ms;
}

/* All has been read, and is written or nothing of it had to be: it is well. */
static void
say_well(const struct worker *w, int64_t now_ms)
{
	if (w->has_read_all && store_is_up(w->evaluate->store))
		liveness_well(w->evaluate->liveness, w->number, now_ms);
}

static void
on_committed(void *arg, enum store_outcome outcome)
{
	static const char *const why[] = {
		[STORE_FENCED] = "another has the lease",
		[STORE_CONFLICT] = "the store has changed under it",
		[STORE_LOST] = "a commit was not answered",
		[STORE_REFUSED] = "a commit was refused",
	};
	struct worker *w = errand_end(arg);

	if (w == NULL)
		return;
	w->is_committing = false;
	if (outcome != STORE_DONE) {
		worker_drop(w, why[outcome]);
		return;
	}
	CRASH_POINT("evaluate-committed");
	worker_look_at_clock(w);
	w->rest_ms = 0;
	shard_committed(w->shard, clock_now_ms());
	door_look(w->evaluate->door);
	if (!w->evaluate->is_aside)
		say_well(w, clock_now_ms());
	worker_pump(w);
}

static bool
may_commit(const struct worker *w, int64_t now_ms)
{
	return !w->is_committing && !w->evaluate->is_aside &&
	    (shard_is_urgent(w->shard) || w->evaluate->stopping ||
		now_ms - w->committed_ms >= EVALUATE_PACE_MS ||
		now_ms < w->committed_ms);
}

static void
commit(struct worker *w, int64_t now_ms)
{
	struct commit c;

	if (!may_commit(w, now_ms))
		return;
	commit_init(&c);
	if (shard_commit(w->shard, now_ms, &c)) {
		CRASH_POINT("evaluate-decided");
		w->is_committing = true;
		/* When it took all that fits, more is waiting. */
		w->committed_ms = c.count > COMMIT_OPS_MAX / 2 ||
			c.bytes > COMMIT_BYTES_MAX / 2
		    ? 0
		    : now_ms;
		store_commit(w->evaluate->store, w->group, w->token, &c,
		    on_committed, errand_new(w));
	} else
		say_well(w, now_ms);
	commit_clear(&c);
}

/* What could wait is committed when its second is over, not a tick later. */
static void
schedule(struct worker *w, int64_t now_ms)
{
	int64_t at_ms = shard_deadline(w->shard), left_ms = TIMER_MAX_MS;
	struct timeval tv;

	if (now_ms - w->committed_ms < EVALUATE_PACE_MS &&
	    w->committed_ms + EVALUATE_PACE_MS < at_ms)
		at_ms = w->committed_ms + EVALUATE_PACE_MS;
	if (at_ms - now_ms < left_ms)
		left_ms = at_ms - now_ms;
	if (left_ms < TIMER_MIN_MS)
		left_ms = TIMER_MIN_MS;
	tv = (struct timeval){ left_ms / 1000, left_ms % 1000 * 1000 };
	event_add(w->timer, &tv);
}

/* Something has happened: see what is to be done about it. */
void
worker_pump(struct worker *w)
{
	int64_t now_ms = clock_now_ms();
	struct shard_order o;

	worker_look_at_clock(w);
	if (w->state != WORKER_RUNNING)
		return;
	while (shard_next_order(w->shard, &o))
		orders_give(w->evaluate->orders, o.endpoint, o.region, o.at_ms);
	commit(w, now_ms);
	schedule(w, now_ms);
}

/* A stall or a jump of the clock: what was not heard is not silence. */
static void
break_all(struct evaluate *e, const char *why)
{
	int64_t now_ms = clock_now_ms();
	struct worker *w;

	for (w = e->workers; w < e->workers + e->count; w++) {
		w->has_read_all = false;
		if (w->state == WORKER_RUNNING) {
			log_info("shard %u: catches up: %s", w->number, why);
			shard_break(w->shard, now_ms);
		}
	}
}

/*
 * What another would make of it under a clock that was not set is truer.  A
 * shard that is known stays so: if nobody has had its lease, we go on.
 */
static void
stand_aside(struct evaluate *e)
{
	int64_t now_us = clock_monotonic_us();
	struct worker *w;

	if (e->stopping ||
	    (e->aside_us != 0 &&
		now_us - e->aside_us < EVALUATE_ASIDE_EVERY_MS * 1000))
		return;
	log_warnx("evaluate: our clock was set: another may go on for us");
	e->aside_us = now_us;
	e->is_aside = true;
	for (w = e->workers; w < e->workers + e->count; w++) {
		if (w->state == WORKER_RUNNING)
			store_unlease(e->store, w->group, w->token);
		else if (w->state != WORKER_AWAY) {
			worker_drop(w, "its clock was set");
			worker_unlease(w);
		}
	}
}

/* True while another may take what we had. */
static bool
stands_aside(struct evaluate *e)
{
	struct worker *w;

	if (!e->is_aside)
		return false;
	if (!e->stopping &&
	    clock_monotonic_us() - e->aside_us < EVALUATE_ASIDE_MS * 1000)
		return true;
	e->is_aside = false;
	for (w = e->workers; w < e->workers + e->count; w++)
		w->renewed_ms = 0; /* at once, before anything is written */
	return false;
}

static void
look_at_clock(struct evaluate *e)
{
	switch (clock_guard_look(&e->guard)) {
	case CLOCK_STEADY:
		break;
	case CLOCK_STALLED:
		break_all(e, "this process stood still");
		break;
	case CLOCK_JUMPED:
		break_all(e, "its clock was set");
		stand_aside(e);
		break;
	}
}

/* Whatever is called by the loop may be the first to come after a break. */
void
worker_look_at_clock(struct worker *w)
{
	look_at_clock(w->evaluate);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;

	(void)fd, (void)what;
	look_at_clock(w->evaluate);
	if (w->evaluate->is_aside)
		return; /* all is made good when we go on */
	shard_time(w->shard, clock_now_ms());
	worker_pump(w);
}

static void
tick_worker(struct worker *w, int64_t now_ms)
{
	if (w->state == WORKER_AWAY) {
		if (!w->evaluate->stopping &&
		    (now_ms >= w->not_before_ms ||
			w->not_before_ms > now_ms + REST_MAX_MS))
			worker_take(w, now_ms);
		return;
	}
	if (w->fence != 0 &&
	    (now_ms - w->renewed_ms >= EVALUATE_RENEW_MS ||
		now_ms < w->renewed_ms))
		worker_renew(w, now_ms);
	if (w->state == WORKER_RUNNING) {
		worker_read(w);
		worker_ask_outbox(w, now_ms);
		worker_erase(w);
		worker_pump(w);
	}
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct evaluate *e = arg;
	int64_t now_ms = clock_now_ms();
	struct worker *w;

	(void)fd, (void)what;
	look_at_clock(e);
	door_tick(e->door);
	if (!store_is_up(e->store) || stands_aside(e))
		return;
	for (w = e->workers; w < e->workers + e->count; w++)
		tick_worker(w, now_ms);
}

static void
worker_init(struct evaluate *e, struct worker *w, unsigned number)
{
	w->evaluate = e;
	w->number = number;
	store_shard_group(number, w->group);
	commit_init(&w->repairs);
	w->timer = evtimer_new(e->base, on_deadline, w);
	if (w->timer == NULL)
		fatalx("shard %u: no memory for a timer", number);
}

struct evaluate *
evaluate_new(struct event_base *base, const struct settings *settings,
    struct store *store, struct orders *orders, struct liveness *liveness)
{
	struct evaluate *e = mem_alloc(sizeof(*e));
	struct timeval tv = { TICK_MS / 1000, 0 };
	char path[1024];
	unsigned i;

	e->base = base;
	e->settings = settings;
	e->store = store;
	e->orders = orders;
	e->liveness = liveness;
	text_format(path, sizeof(path), "%s/evaluate.leases",
	    settings->site.state_dir);
	e->leases = lease_file_new(path);
	e->count = (unsigned)settings->shards;
	e->workers = mem_alloc(e->count * sizeof(*e->workers));
	for (i = 0; i < e->count; i++)
		worker_init(e, &e->workers[i], i);
	(void)clock_guard_look(&e->guard); /* from now on */
	e->tick = event_new(base, -1, EV_PERSIST, on_tick, e);
	if (e->tick == NULL || event_add(e->tick, &tv) != 0)
		fatalx("evaluate: no memory for a timer");
	e->door = door_new(e);
	return e;
}

void
evaluate_free(struct evaluate *e)
{
	struct worker *w;

	if (e == NULL)
		return;
	for (w = e->workers; w < e->workers + e->count; w++) {
		shard_free(w->shard);
		commit_clear(&w->repairs);
		worker_forget_erasure(w);
		free(w->entry);
		event_free(w->timer);
	}
	event_free(e->tick);
	door_free(e->door);
	lease_file_free(e->leases);
	free(e->workers);
	free(e);
}

void
evaluate_configure(struct evaluate *e, const struct settings *settings)
{
	int64_t now_ms = clock_now_ms();
	struct worker *w;

	e->settings = settings;
	for (w = e->workers; w < e->workers + e->count; w++) {
		if (w->state == WORKER_LOADING)
			worker_drop(w, "the configuration has changed");
		if (w->state != WORKER_RUNNING)
			continue;
		shard_configure(w->shard, settings, now_ms);
		worker_pump(w);
	}
}

/* Back: what is known stays, if the lease does (worker_renew). */
void
evaluate_store(struct evaluate *e, bool up)
{
	int64_t now_ms = clock_now_ms();
	struct worker *w;

	if (!up)
		return;
	break_all(e, "the store is back");
	for (w = e->workers; w < e->workers + e->count; w++) {
		w->not_before_ms = 0;
		w->renewed_ms = 0;
		if (!e->is_aside)
			tick_worker(w, now_ms);
	}
}

bool
evaluate_is_running(const struct evaluate *e)
{
	const struct worker *w;

	for (w = e->workers; w < e->workers + e->count; w++)
		if (w->state == WORKER_RUNNING)
			return !e->is_aside;
	return false;
}

void
evaluate_wake(struct evaluate *e, unsigned shard)
{
	if (shard < e->count && e->workers[shard].state == WORKER_RUNNING)
		worker_read(&e->workers[shard]);
}

void
evaluate_stop(struct evaluate *e)
{
	struct worker *w;

	e->stopping = true;
	for (w = e->workers; w < e->workers + e->count; w++)
		worker_pump(w);
}

bool
evaluate_is_idle(const struct evaluate *e)
{
	const struct worker *w;

	for (w = e->workers; w < e->workers + e->count; w++)
		if (w->is_committing || w->is_reading)
			return false;
	return door_is_idle(e->door);
}

void
evaluate_unlease(struct evaluate *e)
{
	struct worker *w;

	for (w = e->workers; w < e->workers + e->count; w++)
		worker_unlease(w);
}
