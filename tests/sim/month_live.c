/*
 * month_live: the shard of a simulated month, with the store under it.
 */
#include "tests/sim/month.h"

#define GROUP "sw:{c0}:"
#define TOKEN "month"
#define REREAD_MS (15 * MINUTE)
#define TICK_MS (5 * HOUR + 7 * MINUTE)
#define ORDER_MS 400

/* Nobody else has it; what was applied is durable. */
void
month_commit(struct month *m)
{
	struct commit c;

	commit_init(&c);
	while (
	    m->shard != NULL && shard_commit(m->shard, m->world.now_ms, &c)) {
		if (simstore_commit(m->store, GROUP, TOKEN, &c,
			m->world.now_ms) != STORE_DONE)
			broken(&m->world, "a commit was refused");
		simstore_fsync(m->store, NULL, NULL);
		shard_committed(m->shard, m->world.now_ms);
		m->world.commits++;
	}
	commit_clear(&c);
}

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct month *m = arg;

	shard_entry(m->shard, id, data, length, m->world.now_ms);
	text_copy(m->given, sizeof(m->given), id);
	m->world.steps++;
}

static void
on_order(struct world *w, int who, void *data)
{
	(void)data;
	month_look_now(month_of(w), who / MONTH_AGENTS, who % MONTH_AGENTS,
	    OBSERVATION_ORDERED);
}

static void
send_orders(struct month *m)
{
	struct shard_order o;

	while (shard_next_order(m->shard, &o))
		for (int e = 0; e < m->world.truth.endpoints; e++)
			for (int i = 0; i < TRUTH_REGIONS; i++)
				if (truth_endpoint(o.endpoint) == e &&
				    strcmp(o.region, m->agents[i].region) == 0)
					at(&m->world,
					    m->world.now_ms + ORDER_MS +
						roll_between(&m->world, 0, 300),
					    on_order, e * MONTH_AGENTS + i,
					    NULL);
}

static void
read_on(struct month *m)
{
	while (simstore_read(m->store, GROUP, "in", m->given, 200, on_entry,
		   m) == 200)
		continue;
	shard_read_all(m->shard, m->world.now_ms);
}

void
month_pass(struct month *m)
{
	if (m->shard == NULL)
		return;
	read_on(m);
	shard_time(m->shard, m->world.now_ms);
	send_orders(m);
	month_commit(m);
}

static void
on_tick(struct world *w, int who, void *data)
{
	(void)data;
	month_pass(month_of(w));
	at(w, w->now_ms + TICK_MS, on_tick, who, NULL);
}

/* As the collector does it: what is long past is not loaded. */
static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct month *m = arg;
	char error[160];

	if (strcmp(key, "history") == 0 || strcmp(key, "oldvoids") == 0)
		return;
	if (shard_load(m->shard, key, field, value, length, error) != 0)
		broken(&m->world, "the shard cannot read %s %s: %s", key, field,
		    error);
}

void
month_start(struct month *m)
{
	int64_t from_ms;

	if (m->shard != NULL)
		return;
	m->shard = shard_new(m->settings, 0);
	simstore_fields(m->store, GROUP, on_field, m);
	shard_start(m->shard, m->world.now_ms);
	month_tell_wish(m); /* terms changed meanwhile begin now */
	from_ms = strtoll(shard_position(m->shard), NULL, 10) - REREAD_MS;
	text_format(m->given, sizeof(m->given), "%lld-0",
	    (long long)(from_ms > 0 ? from_ms : 0));
	tell(&m->world, "the evaluator starts");
	month_pass(m);
}

void
month_stop(struct month *m, bool with_all)
{
	if (with_all)
		month_commit(m);
	shard_free(m->shard);
	m->shard = NULL;
	tell(&m->world, "the evaluator is killed");
}

void
month_begin(struct month *m)
{
	struct world *w = &m->world;

	m->store = simstore_new();
	if (simstore_lease(m->store, GROUP, TOKEN, &m->fence, 4000 * DAY,
		w->now_ms) != STORE_DONE)
		broken(w, "no lease");
	month_configure(m);
	month_start(m);
	at(w, w->now_ms + TICK_MS, on_tick, 0, NULL);
}

void
month_end(struct month *m)
{
	shard_free(m->shard);
	simstore_free(m->store);
	settings_free(m->settings);
	for (int i = 0; i < m->agent_count; i++) {
		struct month_agent *a = &m->agents[i];

		free(a->seen);
		interval_set_clear(&a->away);
		interval_set_clear(&a->dead);
		interval_set_clear(&a->loses);
		interval_set_clear(&a->vague);
		interval_set_clear(&a->skewed);
	}
	for (int e = 0; e < TRUTH_ENDPOINTS; e++)
		interval_set_clear(&m->flaky[e]);
	interval_set_clear(&m->refused);
	truth_clear(&m->world.truth);
	world_drop(&m->world);
}
