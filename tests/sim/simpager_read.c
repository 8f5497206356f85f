/* simpager_read: records at a start, and the shards' outboxes after it. */
#include "tests/sim/oracle.h"
#include "tests/sim/simpager_parts.h"

#define READ_MS 5000 /* a read waits so long for something new */
#define DOUBT_MS 60000
#define SUBJECTS_ASKED 100

static void read_on(struct world *, struct sim_pager *, unsigned shard);
static void on_turn(struct world *, int who, void *data);

/* Events name an outbox by its pager and shard. */
static void
turn_at(struct world *w, struct sim_pager *p, unsigned shard, int64_t at_ms)
{
	int64_t turn = ++p->outboxes[shard].turn;

	at_proc(w, &p->proc, at_ms, on_turn,
	    p->proc.number * SIM_SHARDS + (int)shard,
	    mem_copy(&turn, sizeof(turn)));
}

/* Of several timers for reading only the latest counts. */
static void
on_turn(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who / SIM_SHARDS];
	unsigned shard = (unsigned)who % SIM_SHARDS;
	const struct sim_outbox *o = &p->outboxes[shard];

	if (p->state == PAGER_RUNNING && o->turn == *(int64_t *)data &&
	    !o->reading)
		read_on(w, p, shard);
}

void
sim_pagers_wake(struct world *w, const char *group)
{
	unsigned shard = (unsigned)(group[5] - '0');

	if (group[4] != 'c')
		return;
	for (int i = 0; i < w->pager_count; i++) {
		struct sim_pager *p = w->pagers[i];

		if (!p->outboxes[shard].waits || p->state != PAGER_RUNNING)
			continue;
		p->outboxes[shard].waits = false;
		turn_at(w, p, shard, w->now_ms + 1);
	}
}

/* who is the shard. */
static void
was_asked(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];
	const char *subjects[SUBJECTS_ASKED];
	struct renames names = { NULL };
	char error[160];
	int64_t judged_ms = 0;
	size_t count = 0;

	if (p->state != PAGER_RUNNING || p->fence != c->fence || p->away ||
	    c->outcome != STORE_DONE)
		return;
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->records[i].key, "meta") == 0)
			judged_ms = strtoll(c->records[i].value, NULL, 10);
		else if (strcmp(c->records[i].key, "names") == 0)
			(void)renames_load(&names, c->records[i].field,
			    c->records[i].value, c->records[i].length, error);
		else if (count < SUBJECTS_ASKED)
			subjects[count++] = c->records[i].field;
	duty_standing(p->duty, (unsigned)c->who, judged_ms, subjects, count,
	    &names, proc_now(w, &p->proc));
	renames_clear(&names);
	pager_pump(w, p);
}

/* All was read: does the shard know of what is open? */
static void
doubt(struct world *w, struct sim_pager *p, unsigned shard)
{
	char group[12];
	struct call *c;

	if (p->state != PAGER_RUNNING || p->away ||
	    w->now_ms - p->outboxes[shard].doubted_ms < DOUBT_MS ||
	    !duty_has_of(p->duty, shard))
		return;
	p->outboxes[shard].doubted_ms = w->now_ms;
	text_format(group, sizeof(group), "sw:{c%u}:", shard);
	c = call_new(w, &p->proc, DO_STANDING, group, was_asked);
	c->fence = p->fence;
	c->who = (int)shard;
	call_start(w, c);
}

/* who is the shard. */
static void
was_read(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];
	unsigned shard = (unsigned)c->who;
	bool more = c->outcome == STORE_DONE && c->count > 0;

	if (p->state != PAGER_RUNNING || p->fence != c->fence)
		return;
	p->outboxes[shard].reading = false;
	for (size_t i = 0; c->outcome == STORE_DONE && i < c->count; i++) {
		duty_alarm(p->duty, shard, c->records[i].key,
		    c->records[i].value, c->records[i].length,
		    proc_now(w, &p->proc));
		if (step_kills(w, &p->proc))
			return;
	}
	pager_pump(w, p);
	if (c->outcome == STORE_DONE && !more)
		doubt(w, p, shard);
	p->outboxes[shard].waits = !more && c->outcome == STORE_DONE;
	turn_at(w, p, shard, w->now_ms + (more ? 1 : READ_MS));
}

static void
read_on(struct world *w, struct sim_pager *p, unsigned shard)
{
	char group[12];
	struct call *c;

	text_format(group, sizeof(group), "sw:{c%u}:", shard);
	c = call_new(w, &p->proc, DO_READ, group, was_read);
	p->outboxes[shard].reading = true;
	p->outboxes[shard].waits = false;
	c->fence = p->fence;
	c->who = (int)shard;
	text_copy(c->stream, sizeof(c->stream), "out");
	text_copy(c->after, sizeof(c->after), duty_position(p->duty, shard));
	call_start(w, c);
}

static void
sign(void *arg, const char *incident, const char *person, const char *intent,
    char *token, size_t room)
{
	(void)arg;
	text_format(token, room, "%s.%s.%s", incident, person, intent);
}

void
pager_read(struct world *w, struct sim_pager *p)
{
	for (unsigned i = 0; i < w->settings->shards; i++)
		read_on(w, p, i);
}

/* What another one has in a journal is not so from now on. */
static void
find_orphans(struct world *w, const struct sim_pager *p)
{
	bool any = w->aside;

	for (int i = 0; i < w->pager_count; i++) {
		struct sim_pager *q = w->pagers[i];

		if (q == p || q->journal_count == 0 || q->journal_orphan)
			continue;
		q->journal_orphan = any = true;
	}
	w->aside = false;
	if (any)
		oracle_set_aside(w);
}

static void
loaded(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];
	char error[160];

	if (p->fence != c->fence || p->state != PAGER_LOADING)
		return;
	if (c->outcome != STORE_DONE) {
		pager_stand_by(p);
		return;
	}
	for (size_t i = 0; i < c->count; i++)
		if (duty_load(p->duty, c->records[i].key, c->records[i].field,
			c->records[i].value, c->records[i].length, error) != 0)
			broken(w, "the pager cannot read %s %s: %s",
			    c->records[i].key, c->records[i].field, error);
	p->lost_since_ms = 0;
	p->state = PAGER_RUNNING;
	find_orphans(w, p);
	pager_look_at_clock(w, p);
	p->able_from_ms = w->now_ms + PAGER_SETTLE_MS;
	tell(w, "%s: is on, fence %lld", p->proc.name, (long long)p->fence);
	duty_start(p->duty, proc_now(w, &p->proc));
	pager_read(w, p);
	pager_pump(w, p);
}

void
pager_load(struct world *w, struct sim_pager *p)
{
	struct call *c = call_new(w, &p->proc, DO_LOAD, PAGER_GROUP, loaded);

	p->duty = duty_new(w->settings, sign, NULL);
	p->state = PAGER_LOADING;
	c->fence = p->fence;
	call_start(w, c);
}
