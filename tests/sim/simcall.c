/* simcall: see simcall.h. */
#include "tests/sim/oracle.h"
#include "tests/sim/simcall.h"
#include "tests/sim/simcollector.h"
#include "tests/sim/simpager.h"

#define TIMEOUT_MS 5000
#define STUCK_MS 600000 /* so long a kernel tries to send */

static struct call *under_way;

struct call *
call_new(struct world *w, struct proc *p, enum call_verb verb,
    const char *group, void (*done)(struct world *, struct call *))
{
	struct call *c = mem_alloc(sizeof(*c));

	(void)w;
	c->verb = verb;
	c->proc = p;
	c->life = p->life;
	c->done = done;
	c->count_max = 200;
	text_copy(c->group, sizeof(c->group), group);
	c->next = under_way;
	c->prev = &under_way;
	if (under_way != NULL)
		under_way->prev = &c->next;
	under_way = c;
	return c;
}

static void
call_free(struct call *c)
{
	*c->prev = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	for (size_t i = 0; i < c->count; i++) {
		free(c->records[i].key);
		free(c->records[i].field);
		free(c->records[i].value);
	}
	free(c->records);
	free(c->envelope);
	commit_clear(&c->commit);
	free(c);
}

static void
answer(struct world *w, int who, void *data)
{
	struct call *c = data;

	(void)who;
	c->done(w, c);
	call_free(c);
}

static void
lose(struct world *w, struct call *c, int64_t after_ms)
{
	c->outcome = STORE_LOST;
	at_proc_borrowed(w, c->proc, w->now_ms + after_ms, answer, c);
}

static void
add_record(struct call *c, const char *key, const char *field,
    const void *value, size_t length)
{
	char *copy = mem_alloc(length + 1);

	if (c->count == c->room) {
		c->room = 2 * c->room + 16;
		c->records =
		    mem_grow(c->records, c->room * sizeof(*c->records));
	}
	memcpy(copy, value, length);
	c->records[c->count++] =
	    (struct record){ mem_text(key), mem_text(field), copy, length };
}

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	add_record(arg, key, field, value, length);
}

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	add_record(arg, id, "", data, length);
}

static void
on_standing(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	if (strcmp(key, "alarms") == 0 || strcmp(key, "names") == 0 ||
	    (strcmp(key, "meta") == 0 && strcmp(field, "judged") == 0))
		add_record(arg, key, field, value, length);
}

/* What a commit books, for the story. */
static void
tell_commit(struct world *w, const struct call *c)
{
	for (size_t i = 0; w->trace && i < c->commit.count; i++) {
		const struct commit_op *op = &c->commit.ops[i];

		if (strcmp(op->key, "outages") == 0)
			tell(w, "books %s: %.*s", op->field, (int)op->length,
			    (const char *)op->value);
	}
}

static void
apply(struct world *w, struct call *c)
{
	struct simstore *s = w->store;

	c->outcome = STORE_DONE;
	switch (c->verb) {
	case DO_LEASE:
		simstore_unlease(s, c->group, c->dead);
		c->outcome = simstore_lease(s, c->group, c->token, &c->fence,
		    c->life_ms, w->now_ms);
		if (c->outcome == STORE_DONE)
			oracle_leased(w, c->group, c->token,
			    w->now_ms + c->life_ms);
		break;
	case DO_COMMIT:
		c->outcome = simstore_commit(s, c->group, c->token, &c->commit,
		    w->now_ms);
		w->commits++;
		if (c->outcome == STORE_DONE) {
			oracle_wrote(w, c->group, c->token);
			tell_commit(w, c);
		}
		break;
	case DO_INGEST:
		c->outcome = simstore_ingest(s, &c->ingest, w->now_ms, &c->have,
		    &c->appended);
		break;
	case DO_LOAD:
		simstore_fields(s, c->group, on_field, c);
		break;
	case DO_STANDING:
		simstore_fields(s, c->group, on_standing, c);
		break;
	case DO_READ:
		simstore_read(s, c->group, c->stream, c->after, c->count_max,
		    on_entry, c);
		break;
	}
}

static void
note_change(void *arg, const struct simstore_change *change)
{
	oracle_changed(arg, change);
}

/* The store has written to disk and answers. */
static void
fsynced(struct world *w, int who, void *data)
{
	struct call *c = data;

	(void)who;
	if (!w->store_proc.up || w->store_proc.life != c->store_life) {
		lose(w, c, 1);
		return;
	}
	simstore_fsync(w->store, note_change, w);
	oracle_durable(w);
	if (c->verb == DO_INGEST && c->outcome == STORE_DONE)
		sim_collectors_wake(w, c->group);
	if (c->verb == DO_COMMIT && c->outcome == STORE_DONE)
		sim_pagers_wake(w, c->group);
	if (c->proc->store_cut_until_ms > w->now_ms) {
		lose(w, c, TIMEOUT_MS); /* done, but nobody hears of it */
		return;
	}
	at_proc_borrowed(w, c->proc, w->now_ms + 1, answer, c);
}

/* A commit that was stuck on the way, long after its answer was given up. */
struct straggler {
	struct commit commit;
	char group[16], token[48];
	struct straggler *next;
};
static struct straggler *stragglers;

static void
straggle(struct world *w, int who, void *data)
{
	struct straggler *g = *(struct straggler **)data;
	enum store_outcome outcome;

	(void)who;
	if (!w->store_proc.up)
		return;
	outcome = simstore_commit(w->store, g->group, g->token, &g->commit,
	    w->now_ms);
	tell(w, "a straggling commit arrives: outcome %d", (int)outcome);
	if (outcome == STORE_DONE)
		oracle_wrote(w, g->group, g->token);
}

static void
get_stuck(struct world *w, struct call *c)
{
	int64_t free_ms = c->proc->store_cut_until_ms;
	struct straggler *g;

	if (c->verb != DO_COMMIT || c->proc->part != PART_COLLECTORS ||
	    free_ms - w->now_ms > STUCK_MS || chance(w, 50))
		return;
	g = mem_alloc(sizeof(*g));
	g->commit = c->commit;
	commit_init(&c->commit);
	text_copy(g->group, sizeof(g->group), c->group);
	text_copy(g->token, sizeof(g->token), c->token);
	g->next = stragglers;
	stragglers = g;
	at(w, free_ms + roll_between(w, 1, 3000), straggle, 0,
	    mem_copy(&g, sizeof(g)));
}

static void
arrive(struct world *w, int who, void *data)
{
	struct call *c = data;

	(void)who;
	if (!w->store_proc.up) {
		lose(w, c, 1);
		return;
	}
	if (c->proc->store_cut_until_ms > w->now_ms) {
		get_stuck(w, c);
		lose(w, c, TIMEOUT_MS);
		return;
	}
	c->store_life = w->store_proc.life;
	apply(w, c);
	at_borrowed(w, w->now_ms + roll_between(w, 1, 3), fsynced, c);
}

void
call_start(struct world *w, struct call *c)
{
	at_borrowed(w, w->now_ms + 1, arrive, c);
}

void
calls_free(struct world *w)
{
	struct straggler *g;

	(void)w;
	while (under_way != NULL)
		call_free(under_way);
	while ((g = stragglers) != NULL) {
		stragglers = g->next;
		commit_clear(&g->commit);
		free(g);
	}
}

void
call_drop(struct call *c)
{
	call_free(c);
}
