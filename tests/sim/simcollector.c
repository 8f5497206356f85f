/* simcollector: see simcollector.h. */
#include "tests/sim/simcollector.h"
#include "collector/shard_command.h"
#include "tests/sim/oracle.h"

#define LEASE_MS 10000
#define RENEW_MS 3000
#define READ_MS 5000 /* a read waits so long for something new */
#define REREAD_MS (15 * INT64_C(60000))

static void pump(struct world *, struct sim_worker *);
static void read_on(struct world *, struct sim_worker *);

struct shard *
sim_shard_active(struct world *w, unsigned number)
{
	for (int i = 0; i < COLLECTORS; i++) {
		struct sim_collector *c = w->collectors[i];

		if (c->proc.up && c->workers[number].state == COLLECTOR_RUNNING)
			return c->workers[number].shard;
	}
	return NULL;
}

/* Events name a worker by its collector and shard. */
static int
number_of(const struct sim_worker *k)
{
	return k->collector->proc.number * SIM_SHARDS + (int)k->number;
}

static struct sim_worker *
worker_of(struct world *w, int who)
{
	return &w->collectors[who / SIM_SHARDS]->workers[who % SIM_SHARDS];
}

static struct call *
ask(struct world *w, struct sim_worker *k, enum call_verb verb,
    void (*done)(struct world *, struct call *))
{
	struct call *c = call_new(w, &k->collector->proc, verb, k->group, done);

	text_copy(c->token, sizeof(c->token), k->token);
	c->fence = k->fence;
	c->context = k;
	return c;
}

static void
stand_by(struct sim_worker *k)
{
	shard_free(k->shard);
	k->shard = NULL;
	k->state = COLLECTOR_STANDBY;
	k->fence = 0;
	k->committing = k->reading = k->waits = false;
	text_copy(k->dead, sizeof(k->dead), k->token);
	k->token[0] = '\0';
}

static void
deliver_order(struct world *w, int who, void *data)
{
	sim_agent_order(w, who, data);
}

/* One of a region's agents that waits for orders. */
static struct sim_agent *
listening(struct world *w, const char *region)
{
	for (int i = 0; i < w->agent_count; i++) {
		struct sim_agent *a = w->agents[i];

		if (strcmp(a->region, region) == 0 && a->proc.up &&
		    a->proc.cut_until_ms <= w->now_ms)
			return a;
	}
	return NULL;
}

static void
send_orders(struct world *w, struct sim_worker *k)
{
	struct shard_order order;

	while (shard_next_order(k->shard, &order)) {
		struct sim_agent *a = listening(w, order.region);

		if (a == NULL || chance(w, w->loss_percent))
			continue;
		at_proc(w, &a->proc, w->now_ms + roll_between(w, 5, 100),
		    deliver_order, a->proc.number, mem_text(order.endpoint));
	}
}

static void
committed(struct world *w, struct call *c)
{
	struct sim_worker *k = c->context;

	if (k->fence != c->fence || k->state != COLLECTOR_RUNNING)
		return;
	k->committing = false;
	if (c->outcome == STORE_DONE) {
		k->committed_at_ms = w->now_ms;
		w->commit_beat_ms = w->now_ms;
		shard_committed(k->shard, proc_now(w, &k->collector->proc));
		pump(w, k);
	} else {
		tell(w, "%s: shard %u: commit outcome %d, loads anew",
		    k->collector->proc.name, k->number, (int)c->outcome);
		stand_by(k);
	}
}

static void
commit(struct world *w, struct sim_worker *k)
{
	struct call *c;

	if (k->committing ||
	    (!shard_is_urgent(k->shard) &&
		w->now_ms < k->committed_at_ms + 1000))
		return;
	c = ask(w, k, DO_COMMIT, committed);
	if (!shard_commit(k->shard, proc_now(w, &k->collector->proc),
		&c->commit)) {
		call_drop(c);
		return;
	}
	k->standing.calm = !shard_is_catching_up(k->shard);
	k->standing.at_ms = proc_now(w, &k->collector->proc);
	oracle_handed_out(w, k->number, &k->standing);
	k->committing = true;
	call_start(w, c);
}

static void
on_timer(struct world *w, int who, void *data)
{
	struct sim_worker *k = worker_of(w, who);

	(void)data;
	k->timer_at_ms = NEVER;
	if (k->state != COLLECTOR_RUNNING)
		return;
	shard_time(k->shard, proc_now(w, &k->collector->proc));
	pump(w, k);
}

static void
set_timer(struct world *w, struct sim_worker *k)
{
	int64_t due_ms = shard_deadline(k->shard);

	if (due_ms == NEVER)
		return;
	due_ms -= k->collector->proc.skew_ms;
	if (due_ms < w->now_ms + 1)
		due_ms = w->now_ms + 1;
	if (due_ms >= k->timer_at_ms)
		return;
	k->timer_at_ms = due_ms;
	at_proc(w, &k->collector->proc, due_ms, on_timer, number_of(k), NULL);
}

static void
pump(struct world *w, struct sim_worker *k)
{
	send_orders(w, k);
	commit(w, k);
	set_timer(w, k);
}

/* Of several timers for reading only the latest counts. */
static void *
next_turn(struct sim_worker *k)
{
	k->read_turn++;
	return mem_copy(&k->read_turn, sizeof(k->read_turn));
}

static void
on_read_timer(struct world *w, int who, void *data)
{
	struct sim_worker *k = worker_of(w, who);

	if (k->state == COLLECTOR_RUNNING && k->read_turn == *(int64_t *)data &&
	    !k->reading)
		read_on(w, k);
}

void
sim_collectors_wake(struct world *w, const char *group)
{
	int shard = group[5] - '0';

	for (int i = 0; i < COLLECTORS; i++) {
		struct sim_worker *k = &w->collectors[i]->workers[shard];

		if (!k->waits || k->state != COLLECTOR_RUNNING)
			continue;
		k->waits = false;
		at_proc(w, &k->collector->proc, w->now_ms + 1, on_read_timer,
		    number_of(k), next_turn(k));
	}
}

/* How far the pager has read, so that the outbox can be trimmed. */
static void
hear_of_pager(struct world *w, struct sim_worker *k)
{
	char field[24], id[48];
	const char *found;
	size_t length;

	text_format(field, sizeof(field), "position:%u", k->number);
	found = simstore_get(w->store, "sw:{p}:", "meta", field, &length);
	if (found == NULL || length >= sizeof(id))
		return;
	text_format(id, sizeof(id), "%.*s", (int)length, found);
	shard_outbox_read(k->shard, id);
}

static void
was_read(struct world *w, struct call *c)
{
	struct sim_worker *k = c->context;
	int64_t now_ms = proc_now(w, &k->collector->proc);

	if (k->fence != c->fence || k->state != COLLECTOR_RUNNING)
		return;
	k->reading = false;
	if (c->outcome != STORE_DONE) {
		stand_by(k);
		return;
	}
	for (size_t i = 0; i < c->count; i++) {
		shard_entry(k->shard, c->records[i].key, c->records[i].value,
		    c->records[i].length, now_ms);
		text_copy(k->reread_from, sizeof(k->reread_from),
		    c->records[i].key);
		if (step_kills(w, &k->collector->proc))
			return;
	}
	if (c->count == 0) {
		hear_of_pager(w, k);
		shard_read_all(k->shard, now_ms);
		k->standing.settled = true;
	}
	pump(w, k);
	k->waits = c->count == 0;
	at_proc(w, &k->collector->proc, w->now_ms + (k->waits ? READ_MS : 1),
	    on_read_timer, number_of(k), next_turn(k));
}

static void
read_on(struct world *w, struct sim_worker *k)
{
	struct call *c = ask(w, k, DO_READ, was_read);

	k->reading = true;
	k->waits = false;
	text_copy(c->stream, sizeof(c->stream), "in");
	text_copy(c->after, sizeof(c->after), k->reread_from);
	call_start(w, c);
}

static void
loaded(struct world *w, struct call *c)
{
	struct sim_worker *k = c->context;
	int64_t now_ms = proc_now(w, &k->collector->proc), from_ms;
	char error[160];

	if (k->fence != c->fence || k->state != COLLECTOR_LOADING)
		return;
	if (c->outcome != STORE_DONE) {
		stand_by(k);
		return;
	}
	for (size_t i = 0; i < c->count; i++)
		if (shard_load(k->shard, c->records[i].key, c->records[i].field,
			c->records[i].value, c->records[i].length, error) != 0)
			broken(w, "the shard cannot read %s %s: %s",
			    c->records[i].key, c->records[i].field, error);
	shard_start(k->shard, now_ms);
	k->standing = (struct standing){ .broke_ms = now_ms };
	from_ms = strtoll(shard_position(k->shard), NULL, 10) - REREAD_MS;
	text_format(k->reread_from, sizeof(k->reread_from), "%lld-0",
	    (long long)(from_ms > 0 ? from_ms : 0));
	k->state = COLLECTOR_RUNNING;
	tell(w, "%s: has shard %u, fence %lld", k->collector->proc.name,
	    k->number, (long long)k->fence);
	read_on(w, k);
	pump(w, k);
}

static void
load(struct world *w, struct sim_worker *k)
{
	k->state = COLLECTOR_LOADING;
	k->shard = shard_new(w->settings, k->number);
	call_start(w, ask(w, k, DO_LOAD, loaded));
}

static void
leased(struct world *w, struct call *c)
{
	struct sim_worker *k = c->context;

	if (c->outcome == STORE_DONE) {
		k->dead[0] = '\0';
		if (k->state == COLLECTOR_STANDBY && c->who == 0 &&
		    strcmp(c->token, k->token) == 0) {
			k->fence = c->fence;
			load(w, k);
		}
	} else if (c->outcome == STORE_FENCED &&
	    k->state != COLLECTOR_STANDBY && k->fence == c->who)
		stand_by(k);
}

/* Each taking has a token of its own; the one before is given back. */
static void
lease(struct world *w, int who, void *data)
{
	struct sim_worker *k = worker_of(w, who);
	struct call *c;

	(void)data;
	if (k->token[0] == '\0')
		text_format(k->token, sizeof(k->token), "%s-%u-%u-%u",
		    k->collector->proc.name, k->collector->proc.life, k->number,
		    ++k->takings);
	c = ask(w, k, DO_LEASE, leased);
	text_copy(c->dead, sizeof(c->dead), k->dead);
	c->who = (int)k->fence;
	c->life_ms = LEASE_MS;
	call_start(w, c);
	at_proc(w, &k->collector->proc, w->now_ms + RENEW_MS, lease, who, NULL);
}

static bool
is_used(const struct world *w, unsigned shard)
{
	CONF_EACH (const struct client, c, &w->settings->clients)
		if (settings_shard(w->settings, c->name) == shard)
			return true;
	return false;
}

static void
born(struct world *w, struct proc *p)
{
	for (unsigned i = 0; i < SIM_SHARDS; i++) {
		struct sim_worker *k = &w->collectors[p->number]->workers[i];

		k->timer_at_ms = NEVER;
		if (is_used(w, i))
			lease(w, number_of(k), NULL);
	}
}

static void
died(struct world *w, struct proc *p)
{
	for (unsigned i = 0; i < SIM_SHARDS; i++) {
		struct sim_worker *k = &w->collectors[p->number]->workers[i];

		if (k->token[0] != '\0')
			stand_by(k);
	}
}

static void
woken(struct world *w, struct proc *p)
{
	for (unsigned i = 0; i < SIM_SHARDS; i++) {
		struct sim_worker *k = &w->collectors[p->number]->workers[i];

		k->timer_at_ms = NEVER;
		if (k->state != COLLECTOR_RUNNING)
			continue;
		shard_break(k->shard, proc_now(w, p));
		k->standing = (struct standing){ .broke_ms = proc_now(w, p) };
		pump(w, k);
	}
}

void
sim_collector_configure(struct world *w, int number)
{
	struct sim_collector *c = w->collectors[number];

	for (unsigned i = 0; i < SIM_SHARDS; i++) {
		struct sim_worker *k = &c->workers[i];

		if (k->state == COLLECTOR_STANDBY)
			continue;
		if (k->state == COLLECTOR_LOADING) {
			stand_by(k); /* and loads with the new one */
			continue;
		}
		shard_configure(k->shard, w->settings, proc_now(w, &c->proc));
		pump(w, k);
	}
}

static struct sim_worker *
worker_running(struct world *w, unsigned shard)
{
	for (int i = 0; i < COLLECTORS; i++) {
		struct sim_collector *c = w->collectors[i];

		if (proc_runs(w, &c->proc) &&
		    c->workers[shard].state == COLLECTOR_RUNNING)
			return &c->workers[shard];
	}
	return NULL;
}

/* Whoever is refused is told why; nothing is changed by it, or by a check. */
static bool
obey(struct world *w, struct sim_worker *k, const char *json, bool check,
    char error[300])
{
	uint64_t before = shard_put_so_far(k->shard);
	struct shard_reply reply;
	bool done = shard_command(k->shard, json, strlen(json), "p0", check,
	    proc_now(w, &k->collector->proc), &reply);

	text_copy(error, 300, reply.error);
	if (done && reply.found == 0) {
		text_copy(error, 300, "it is about nobody here");
		done = false;
	}
	if (!done && error[0] == '\0')
		broken(w, "promise 9: refused without a word: %s", json);
	if ((!done || check) && shard_put_so_far(k->shard) != before)
		broken(w, "promise 9: %s, and something is written: %s",
		    check ? "checked only" : "refused", json);
	shard_reply_clear(&reply);
	return done;
}

/* Said again it is harmless: it is done, and nothing more is written. */
static void
repeat(struct world *w, struct sim_worker *k, const char *json)
{
	uint64_t before = shard_put_so_far(k->shard);
	char error[300];

	if (!obey(w, k, json, true, error) || !obey(w, k, json, false, error))
		broken(w, "promise 9: said again it is refused: %s: %s", json,
		    error);
	else if (shard_put_so_far(k->shard) != before)
		broken(w, "promise 9: said again it is written again: %s",
		    json);
}

bool
sim_collector_command(struct world *w, unsigned shard, const char *json,
    char error[300])
{
	struct sim_worker *k = worker_running(w, shard);
	bool done = k != NULL;

	text_copy(error, 300, "nobody has the shard");
	if (done)
		shard_time(k->shard, proc_now(w, &k->collector->proc));
	done = done && obey(w, k, json, true, error) &&
	    obey(w, k, json, false, error);
	if (done) {
		repeat(w, k, json);
		pump(w, k);
	}
	return done;
}

struct sim_collector *
sim_collector_new(struct world *w, int number)
{
	static const char *const names[] = { "collector-0", "collector-1" };
	struct sim_collector *c = mem_alloc(sizeof(*c));

	(void)w;
	c->proc = (struct proc){ .name = names[number],
		.number = number,
		.born = born,
		.died = died,
		.woken = woken };
	for (unsigned i = 0; i < SIM_SHARDS; i++) {
		struct sim_worker *k = &c->workers[i];

		k->collector = c;
		k->number = i;
		k->timer_at_ms = NEVER;
		text_format(k->group, sizeof(k->group), "sw:{c%u}:", i);
	}
	return c;
}

void
sim_collector_free(struct sim_collector *c)
{
	for (unsigned i = 0; i < SIM_SHARDS; i++)
		shard_free(c->workers[i].shard);
	free(c);
}
