/* simcollector: see simcollector.h. */
#include "tests/sim/simcollector.h"
#include "tests/sim/oracle.h"

#define GROUP "sw:{c0}:"
#define LEASE_MS 10000
#define RENEW_MS 3000
#define READ_MS 5000 /* a read waits so long for something new */
#define REREAD_MS (15 * INT64_C(60000))

static void pump(struct world *, struct sim_collector *);
static void read_on(struct world *, struct sim_collector *);

struct sim_collector *
sim_collector_active(struct world *w)
{
	for (int i = 0; i < COLLECTORS; i++)
		if (w->collectors[i]->proc.up &&
		    w->collectors[i]->state == COLLECTOR_RUNNING)
			return w->collectors[i];
	return NULL;
}

static void
stand_by(struct sim_collector *col)
{
	shard_free(col->shard);
	col->shard = NULL;
	col->state = COLLECTOR_STANDBY;
	col->fence = 0;
	col->committing = col->reading = col->waits = false;
}

static void
deliver_order(struct world *w, int who, void *data)
{
	sim_agent_order(w, who, data);
}

static void
send_orders(struct world *w, struct sim_collector *col)
{
	struct shard_order order;

	while (shard_next_order(col->shard, &order)) {
		struct sim_agent *a = sim_agent_in(w, order.region);

		if (a == NULL || !a->proc.up ||
		    a->proc.cut_until_ms > w->now_ms ||
		    chance(w, w->loss_percent))
			continue;
		at_proc(w, &a->proc, w->now_ms + roll_between(w, 5, 100),
		    deliver_order, a->proc.number, mem_text(order.endpoint));
	}
}

static void
committed(struct world *w, struct call *c)
{
	struct sim_collector *col = w->collectors[c->proc->number];

	if (col->fence != c->fence || col->state != COLLECTOR_RUNNING)
		return;
	col->committing = false;
	if (c->outcome == STORE_DONE) {
		col->committed_at_ms = w->now_ms;
		w->commit_beat_ms = w->now_ms;
		shard_committed(col->shard, proc_now(w, &col->proc));
		pump(w, col);
	} else {
		tell(w, "%s: commit outcome %d, loads anew", col->proc.name,
		    (int)c->outcome);
		stand_by(col);
	}
}

static void
commit(struct world *w, struct sim_collector *col)
{
	struct call *c;

	if (col->committing ||
	    (!shard_is_urgent(col->shard) &&
		w->now_ms < col->committed_at_ms + 1000))
		return;
	c = call_new(w, &col->proc, DO_COMMIT, GROUP, committed);
	if (!shard_commit(col->shard, proc_now(w, &col->proc), &c->commit)) {
		call_drop(c);
		return;
	}
	col->standing.calm = !shard_is_catching_up(col->shard);
	oracle_handed_out(w, 0, &col->standing);
	text_copy(c->token, sizeof(c->token), col->token);
	c->fence = col->fence;
	col->committing = true;
	call_start(w, c);
}

static void
on_timer(struct world *w, int who, void *data)
{
	struct sim_collector *col = w->collectors[who];

	(void)data;
	col->timer_at_ms = NEVER;
	if (col->state != COLLECTOR_RUNNING)
		return;
	shard_time(col->shard, proc_now(w, &col->proc));
	pump(w, col);
}

static void
set_timer(struct world *w, struct sim_collector *col)
{
	int64_t due_ms = shard_deadline(col->shard);

	if (due_ms == NEVER)
		return;
	due_ms -= col->proc.skew_ms;
	if (due_ms < w->now_ms + 1)
		due_ms = w->now_ms + 1;
	if (due_ms >= col->timer_at_ms)
		return;
	col->timer_at_ms = due_ms;
	at_proc(w, &col->proc, due_ms, on_timer, col->proc.number, NULL);
}

static void
pump(struct world *w, struct sim_collector *col)
{
	send_orders(w, col);
	commit(w, col);
	set_timer(w, col);
}

/* Of several timers for reading only the latest counts. */
static void *
next_turn(struct sim_collector *col)
{
	col->read_turn++;
	return mem_copy(&col->read_turn, sizeof(col->read_turn));
}

static void
on_read_timer(struct world *w, int who, void *data)
{
	struct sim_collector *col = w->collectors[who];

	if (col->state == COLLECTOR_RUNNING &&
	    col->read_turn == *(int64_t *)data && !col->reading)
		read_on(w, col);
}

void
sim_collectors_wake(struct world *w)
{
	for (int i = 0; i < COLLECTORS; i++) {
		struct sim_collector *col = w->collectors[i];

		if (!col->waits || col->state != COLLECTOR_RUNNING)
			continue;
		col->waits = false;
		at_proc(w, &col->proc, w->now_ms + 1, on_read_timer, i,
		    next_turn(col));
	}
}

static void
was_read(struct world *w, struct call *c)
{
	struct sim_collector *col = w->collectors[c->proc->number];
	int64_t now_ms = proc_now(w, &col->proc);

	if (col->fence != c->fence || col->state != COLLECTOR_RUNNING)
		return;
	col->reading = false;
	if (c->outcome != STORE_DONE) {
		stand_by(col);
		return;
	}
	for (size_t i = 0; i < c->count; i++) {
		shard_entry(col->shard, c->records[i].key, c->records[i].value,
		    c->records[i].length, now_ms);
		text_copy(col->reread_from, sizeof(col->reread_from),
		    c->records[i].key);
		if (step_kills(w, &col->proc))
			return;
	}
	if (c->count == 0) {
		shard_read_all(col->shard, now_ms);
		col->standing.settled = true;
	}
	pump(w, col);
	col->waits = c->count == 0;
	at_proc(w, &col->proc, w->now_ms + (col->waits ? READ_MS : 1),
	    on_read_timer, col->proc.number, next_turn(col));
}

static void
read_on(struct world *w, struct sim_collector *col)
{
	struct call *c = call_new(w, &col->proc, DO_READ, GROUP, was_read);

	col->reading = true;
	col->waits = false;
	c->fence = col->fence;
	text_copy(c->stream, sizeof(c->stream), "in");
	text_copy(c->after, sizeof(c->after), col->reread_from);
	call_start(w, c);
}

static void
loaded(struct world *w, struct call *c)
{
	struct sim_collector *col = w->collectors[c->proc->number];
	int64_t now_ms = proc_now(w, &col->proc), from_ms;
	char error[160];

	if (col->fence != c->fence || col->state != COLLECTOR_LOADING)
		return;
	if (c->outcome != STORE_DONE) {
		stand_by(col);
		return;
	}
	for (size_t i = 0; i < c->count; i++)
		if (shard_load(col->shard, c->records[i].key,
			c->records[i].field, c->records[i].value,
			c->records[i].length, error) != 0)
			broken(w, "the shard cannot read %s %s: %s",
			    c->records[i].key, c->records[i].field, error);
	shard_start(col->shard, now_ms);
	col->standing = (struct standing){ .broke_ms = now_ms };
	from_ms = strtoll(shard_position(col->shard), NULL, 10) - REREAD_MS;
	text_format(col->reread_from, sizeof(col->reread_from), "%lld-0",
	    (long long)(from_ms > 0 ? from_ms : 0));
	col->state = COLLECTOR_RUNNING;
	tell(w, "%s: has the shard, fence %lld", col->proc.name,
	    (long long)col->fence);
	read_on(w, col);
	pump(w, col);
}

static void
load(struct world *w, struct sim_collector *col)
{
	struct call *c = call_new(w, &col->proc, DO_LOAD, GROUP, loaded);

	col->state = COLLECTOR_LOADING;
	col->shard = shard_new(w->settings, 0);
	c->fence = col->fence;
	call_start(w, c);
}

static void
leased(struct world *w, struct call *c)
{
	struct sim_collector *col = w->collectors[c->proc->number];

	if (c->outcome == STORE_DONE) {
		if (col->state == COLLECTOR_STANDBY && c->who == 0) {
			col->fence = c->fence;
			load(w, col);
		}
	} else if (c->outcome == STORE_FENCED &&
	    col->state != COLLECTOR_STANDBY && col->fence == c->who)
		stand_by(col);
}

static void
lease(struct world *w, int who, void *data)
{
	struct sim_collector *col = w->collectors[who];
	struct call *c = call_new(w, &col->proc, DO_LEASE, GROUP, leased);

	(void)data;
	text_copy(c->token, sizeof(c->token), col->token);
	c->fence = col->fence;
	c->who = (int)col->fence;
	c->life_ms = LEASE_MS;
	call_start(w, c);
	at_proc(w, &col->proc, w->now_ms + RENEW_MS, lease, who, NULL);
}

static void
born(struct world *w, struct proc *p)
{
	struct sim_collector *col = w->collectors[p->number];

	text_format(col->token, sizeof(col->token), "%s-%u", p->name, p->life);
	col->timer_at_ms = NEVER;
	lease(w, p->number, NULL);
}

static void
died(struct world *w, struct proc *p)
{
	struct sim_collector *col = w->collectors[p->number];

	(void)w;
	if (col->shard != NULL)
		stand_by(col);
}

static void
woken(struct world *w, struct proc *p)
{
	struct sim_collector *col = w->collectors[p->number];

	col->timer_at_ms = NEVER;
	if (col->state == COLLECTOR_RUNNING) {
		shard_break(col->shard, proc_now(w, p));
		col->standing = (struct standing){ .broke_ms = proc_now(w, p) };
		pump(w, col);
	}
}

struct sim_collector *
sim_collector_new(struct world *w, int number)
{
	static const char *const names[] = { "collector-0", "collector-1" };
	struct sim_collector *col = mem_alloc(sizeof(*col));

	(void)w;
	col->proc = (struct proc){ .name = names[number],
		.number = number,
		.born = born,
		.died = died,
		.woken = woken };
	col->timer_at_ms = NEVER;
	return col;
}

void
sim_collector_free(struct sim_collector *col)
{
	if (col->shard != NULL)
		shard_free(col->shard);
	free(col);
}
