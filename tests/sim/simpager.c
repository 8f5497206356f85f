/* simpager: see simpager.h. */
#include "tests/sim/simpager.h"
#include "tests/sim/oracle.h"

#define GROUP "sw:{p}:"
#define LEASE_MS 10000
#define RENEW_MS 3000
#define READ_MS 5000 /* a read waits so long for something new */
#define RETRY_MS 1000
#define SETTLE_MS 20000
#define AWAY_MS 30000 /* then the journal takes the place of the store */

static void pump(struct world *, struct sim_pager *);
static void read_on(struct world *, struct sim_pager *);
static void import(struct world *, struct sim_pager *);

/* A person's command on its way or waiting for its answer. */
struct asked {
	int number;
	uint64_t id;
	char person[64], incident[24], verb[16], json[256];
	struct asked *next;
};

struct sim_pager *
sim_pager_active(struct world *w)
{
	for (int i = 0; i < PAGERS; i++)
		if (proc_runs(w, &w->pagers[i]->proc) &&
		    w->pagers[i]->state == PAGER_RUNNING)
			return w->pagers[i];
	return NULL;
}

static int64_t
age(const struct world *w, int64_t beat_ms)
{
	return beat_ms == 0 ? NEVER : w->now_ms - beat_ms;
}

void
sim_pager_ages(struct world *w, struct prober_answer *a)
{
	a->pager_age_ms = age(w, w->pager_beat_ms);
	a->auditor_age_ms = age(w, w->auditor_beat_ms);
	a->commit_age_ms = age(w, w->commit_beat_ms);
}

static void
forget_asked(struct sim_pager *p)
{
	struct asked *a;

	while ((a = p->asked) != NULL) {
		p->asked = a->next;
		free(a);
	}
}

static void
stand_by(struct sim_pager *p)
{
	duty_free(p->duty);
	p->duty = NULL;
	p->state = PAGER_STANDBY;
	p->fence = 0;
	p->committing = p->reading = p->waits = false;
	commit_clear(&p->pending);
	forget_asked(p);
}

static void
journal_add(struct sim_pager *p)
{
	if (p->journal_count == p->journal_room) {
		p->journal_room = 2 * p->journal_room + 16;
		p->journal =
		    mem_grow(p->journal, p->journal_room * sizeof(*p->journal));
	}
	p->journal[p->journal_count++] = p->pending;
	commit_init(&p->pending);
}

static void
journal_drop(struct sim_pager *p)
{
	for (size_t i = 0; i < p->journal_count; i++)
		commit_clear(&p->journal[i]);
	p->journal_count = 0;
}

/* What was pending is durable. */
static void
settled(struct world *w, struct sim_pager *p)
{
	p->committing = false;
	p->lost_since_ms = 0;
	commit_clear(&p->pending);
	duty_committed(p->duty);
	pump(w, p);
}

static void
journalled(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who];

	if (p->state == PAGER_RUNNING && p->fence == *(int64_t *)data)
		settled(w, p);
}

static void
to_journal(struct world *w, struct sim_pager *p)
{
	journal_add(p);
	at_proc(w, &p->proc, w->now_ms + 2, journalled, p->proc.number,
	    mem_copy(&p->fence, sizeof(p->fence)));
}

static void commit_pending(struct world *, struct sim_pager *);

static void
retry(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who];

	if (p->state == PAGER_RUNNING && p->fence == *(int64_t *)data &&
	    p->committing)
		commit_pending(w, p);
}

static void
go_away(struct world *w, struct sim_pager *p)
{
	tell(w, "%s: the store is away, the journal takes its place",
	    p->proc.name);
	p->away = true;
	duty_store(p->duty, false);
}

static void
committed(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];

	if (p->state != PAGER_RUNNING || p->fence != c->fence || !p->committing)
		return;
	if (c->outcome == STORE_DONE) {
		settled(w, p);
		return;
	}
	if (c->outcome != STORE_LOST) {
		tell(w, "%s: commit outcome %d, loads anew", p->proc.name,
		    (int)c->outcome);
		stand_by(p);
		return;
	}
	if (p->lost_since_ms == 0)
		p->lost_since_ms = w->now_ms;
	if (w->now_ms - p->lost_since_ms >= AWAY_MS) {
		go_away(w, p);
		to_journal(w, p);
	} else
		at_proc(w, &p->proc, w->now_ms + RETRY_MS, retry,
		    p->proc.number, mem_copy(&p->fence, sizeof(p->fence)));
}

static void
copy_commit(struct commit *to, const struct commit *from)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct commit_op *op = &from->ops[i];

		switch (op->kind) {
		case COMMIT_EXPECT:
			commit_expect(to, op->key, op->field, op->value);
			break;
		case COMMIT_SET:
			commit_set(to, op->key, op->field, op->value,
			    op->length);
			break;
		case COMMIT_UNSET:
			commit_unset(to, op->key, op->field);
			break;
		case COMMIT_APPEND:
			commit_append(to, op->key, op->value, op->length);
			break;
		case COMMIT_TRIM:
			commit_trim(to, op->key, op->value);
			break;
		}
	}
}

static void
commit_pending(struct world *w, struct sim_pager *p)
{
	struct call *c = call_new(w, &p->proc, DO_COMMIT, GROUP, committed);

	copy_commit(&c->commit, &p->pending);
	text_copy(c->token, sizeof(c->token), p->token);
	c->fence = p->fence;
	call_start(w, c);
}

static void
commit(struct world *w, struct sim_pager *p)
{
	if (p->committing ||
	    !duty_commit(p->duty, proc_now(w, &p->proc), &p->pending))
		return;
	p->committing = true;
	if (p->away)
		to_journal(w, p);
	else
		commit_pending(w, p);
}

static void
answered(struct world *w, struct sim_pager *p, const struct duty_action *act)
{
	struct asked **a = &p->asked, *found;

	while (*a != NULL && (*a)->id != act->command)
		a = &(*a)->next;
	if ((found = *a) == NULL) {
		broken(w, "an answer to a command that nobody gave");
		return;
	}
	*a = found->next;
	oracle_answered(w, found->person, found->incident, found->json, act->ok,
	    act->answer);
	free(found);
}

static void
on_timer(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who];

	(void)data;
	p->timer_at_ms = NEVER;
	if (p->state != PAGER_RUNNING)
		return;
	duty_time(p->duty, proc_now(w, &p->proc));
	pump(w, p);
}

static void
set_timer(struct world *w, struct sim_pager *p)
{
	int64_t due_ms = duty_deadline(p->duty);

	if (due_ms == NEVER)
		return;
	due_ms -= p->proc.skew_ms;
	if (due_ms < w->now_ms + 1)
		due_ms = w->now_ms + 1;
	if (due_ms >= p->timer_at_ms)
		return;
	p->timer_at_ms = due_ms;
	at_proc(w, &p->proc, due_ms, on_timer, p->proc.number, NULL);
}

static void
pump(struct world *w, struct sim_pager *p)
{
	struct duty_action act;

	commit(w, p);
	for (;;) {
		memset(&act, 0, sizeof(act));
		switch (duty_next(p->duty, proc_now(w, &p->proc), &act)) {
		case DUTY_NOTHING:
			commit(w, p);
			set_timer(w, p);
			return;
		case DUTY_SEND:
			sink_send(w, p, &act.message);
			break;
		case DUTY_ANSWER:
			answered(w, p, &act);
			break;
		}
		duty_action_clear(&act);
		if (step_kills(w, &p->proc))
			return;
	}
}

void
sim_pager_sent(struct world *w, int number, const char *intent,
    enum sent outcome)
{
	struct sim_pager *p = w->pagers[number];

	if (p->state != PAGER_RUNNING)
		return;
	duty_sent(p->duty, intent, outcome,
	    outcome == SENT_HANDED_OVER ? "" : "simulated",
	    proc_now(w, &p->proc));
	pump(w, p);
}

static void
command_arrives(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who];
	struct asked *a;

	if (p->state != PAGER_RUNNING)
		return;
	a = mem_copy(data, sizeof(*a));
	a->id = ++p->next_command;
	a->next = p->asked;
	p->asked = a;
	duty_command(p->duty, a->id, a->json, strlen(a->json), a->person,
	    proc_now(w, &p->proc));
	pump(w, p);
}

void
sim_pager_command(struct world *w, const char *person, const char *incident,
    const char *verb, const char *json)
{
	struct sim_pager *p = sim_pager_active(w);
	struct asked *a;

	if (p == NULL)
		return; /* the page said so; the person tries later or not */
	a = mem_alloc(sizeof(*a));
	text_copy(a->person, sizeof(a->person), person);
	text_copy(a->incident, sizeof(a->incident), incident);
	text_copy(a->verb, sizeof(a->verb), verb);
	text_copy(a->json, sizeof(a->json), json);
	at_proc(w, &p->proc, w->now_ms + roll_between(w, 5, 200),
	    command_arrives, p->proc.number, a);
}

/* Of several timers for reading only the latest counts. */
static void *
next_turn(struct sim_pager *p)
{
	p->read_turn++;
	return mem_copy(&p->read_turn, sizeof(p->read_turn));
}

static void
on_read_timer(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who];

	if (p->state == PAGER_RUNNING && p->read_turn == *(int64_t *)data &&
	    !p->reading)
		read_on(w, p);
}

void
sim_pagers_wake(struct world *w)
{
	for (int i = 0; i < PAGERS; i++) {
		struct sim_pager *p = w->pagers[i];

		if (!p->waits || p->state != PAGER_RUNNING)
			continue;
		p->waits = false;
		at_proc(w, &p->proc, w->now_ms + 1, on_read_timer, i,
		    next_turn(p));
	}
}

static void
was_read(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];
	bool more = c->outcome == STORE_DONE && c->count > 0;

	if (p->state != PAGER_RUNNING || p->fence != c->fence)
		return;
	p->reading = false;
	for (size_t i = 0; c->outcome == STORE_DONE && i < c->count; i++) {
		duty_alarm(p->duty, 0, c->records[i].key, c->records[i].value,
		    c->records[i].length, proc_now(w, &p->proc));
		if (step_kills(w, &p->proc))
			return;
	}
	pump(w, p);
	p->waits = !more && c->outcome == STORE_DONE;
	at_proc(w, &p->proc, w->now_ms + (more ? 1 : READ_MS), on_read_timer,
	    p->proc.number, next_turn(p));
}

static void
read_on(struct world *w, struct sim_pager *p)
{
	struct call *c = call_new(w, &p->proc, DO_READ, "sw:{c0}:", was_read);

	p->reading = true;
	p->waits = false;
	c->fence = p->fence;
	text_copy(c->stream, sizeof(c->stream), "out");
	text_copy(c->after, sizeof(c->after), duty_position(p->duty, 0));
	call_start(w, c);
}

static void
sign(void *arg, const char *incident, const char *person, const char *intent,
    char *token, size_t room)
{
	(void)arg;
	text_format(token, room, "%s.%s.%s", incident, person, intent);
}

static void
loaded(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];
	char error[160];

	if (p->fence != c->fence || p->state != PAGER_LOADING)
		return;
	if (c->outcome != STORE_DONE) {
		stand_by(p);
		return;
	}
	for (size_t i = 0; i < c->count; i++)
		if (duty_load(p->duty, c->records[i].key, c->records[i].field,
			c->records[i].value, c->records[i].length, error) != 0)
			broken(w, "the pager cannot read %s %s: %s",
			    c->records[i].key, c->records[i].field, error);
	p->away = false;
	p->lost_since_ms = 0;
	p->state = PAGER_RUNNING;
	p->able_from_ms = w->now_ms + SETTLE_MS;
	tell(w, "%s: is on, fence %lld", p->proc.name, (long long)p->fence);
	duty_start(p->duty, proc_now(w, &p->proc));
	read_on(w, p);
	pump(w, p);
}

static void
load(struct world *w, struct sim_pager *p)
{
	struct call *c = call_new(w, &p->proc, DO_LOAD, GROUP, loaded);

	p->duty = duty_new(w->settings, sign, NULL);
	p->state = PAGER_LOADING;
	c->fence = p->fence;
	call_start(w, c);
}

/* The journal is in the store now: go on as ever, or begin by loading. */
static void
was_imported(struct world *w, struct sim_pager *p)
{
	journal_drop(p);
	if (p->state == PAGER_STANDBY) {
		load(w, p);
		return;
	}
	p->away = false;
	tell(w, "%s: the store is back", p->proc.name);
	duty_store(p->duty, true);
	pump(w, p);
}

/* who is the index in the journal. */
static void
imported(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];

	if (p->fence != c->fence)
		return;
	p->importing = false;
	if (c->outcome == STORE_LOST)
		return; /* the next lease tries again */
	if (c->outcome == STORE_FENCED)
		return;
	/* A conflict: this one had arrived before, unheard. */
	p->imported = (size_t)c->who + 1;
	import(w, p);
}

static void
import(struct world *w, struct sim_pager *p)
{
	struct call *c;

	if (p->importing || p->committing)
		return;
	if (p->imported >= p->journal_count) {
		p->imported = 0;
		was_imported(w, p);
		return;
	}
	p->importing = true;
	c = call_new(w, &p->proc, DO_COMMIT, GROUP, imported);
	copy_commit(&c->commit, &p->journal[p->imported]);
	text_copy(c->token, sizeof(c->token), p->token);
	c->fence = p->fence;
	c->who = (int)p->imported;
	call_start(w, c);
}

static void
leased(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];

	if (c->outcome == STORE_FENCED && c->who != 0 && p->fence == c->who) {
		if (p->state != PAGER_STANDBY)
			stand_by(p);
		p->fence = 0;
		return;
	}
	if (c->outcome != STORE_DONE)
		return;
	w->pager_beat_ms = w->auditor_beat_ms =
	    p->state == PAGER_RUNNING ? w->now_ms : w->pager_beat_ms;
	if (p->fence == 0)
		p->fence = c->fence;
	if (p->fence != c->fence)
		return;
	if (p->state == PAGER_STANDBY || p->away)
		import(w, p);
}

static void
lease(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who];
	struct call *c = call_new(w, &p->proc, DO_LEASE, GROUP, leased);

	(void)data;
	text_copy(c->token, sizeof(c->token), p->token);
	c->fence = p->fence;
	c->who = (int)p->fence;
	c->life_ms = LEASE_MS;
	call_start(w, c);
	at_proc(w, &p->proc, w->now_ms + RENEW_MS, lease, who, NULL);
}

/* By how much its clock has moved since it last looked. */
static void
look_at_clock(struct world *w, struct sim_pager *p)
{
	if (p->proc.skew_ms != p->last_skew_ms)
		oracle_pager_jumped(w, p->last_skew_ms - p->proc.skew_ms);
	p->last_skew_ms = p->proc.skew_ms;
}

static void
born(struct world *w, struct proc *proc)
{
	struct sim_pager *p = w->pagers[proc->number];

	text_format(p->token, sizeof(p->token), "%s-%u", proc->name,
	    proc->life);
	p->timer_at_ms = NEVER;
	p->imported = 0;
	p->importing = false;
	p->lost_since_ms = 0;
	p->away = false;
	look_at_clock(w, p);
	lease(w, proc->number, NULL);
}

static void
died(struct world *w, struct proc *proc)
{
	struct sim_pager *p = w->pagers[proc->number];

	(void)w;
	if (p->duty != NULL)
		stand_by(p);
	p->fence = 0;
}

static void
woken(struct world *w, struct proc *proc)
{
	struct sim_pager *p = w->pagers[proc->number];

	p->timer_at_ms = NEVER;
	look_at_clock(w, p);
	if (p->state == PAGER_RUNNING) {
		p->able_from_ms = w->now_ms + SETTLE_MS;
		duty_break(p->duty, proc_now(w, proc));
		pump(w, p);
	}
}

struct sim_pager *
sim_pager_new(struct world *w, int number)
{
	static const char *const names[] = { "pager-0", "pager-1" };
	struct sim_pager *p = mem_alloc(sizeof(*p));

	(void)w;
	p->proc = (struct proc){ .name = names[number],
		.number = number,
		.born = born,
		.died = died,
		.woken = woken };
	p->timer_at_ms = NEVER;
	return p;
}

void
sim_pager_free(struct sim_pager *p)
{
	if (p->duty != NULL)
		stand_by(p);
	journal_drop(p);
	free(p->journal);
	free(p);
}
