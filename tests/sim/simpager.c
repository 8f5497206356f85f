/* simpager: see simpager.h. */
#include "tests/sim/oracle.h"
#include "tests/sim/simalien.h"
#include "tests/sim/simpager_parts.h"
#include "tests/unit/duty_check.h"

#define LEASE_MS 10000
#define RENEW_MS 3000

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

void
pager_stand_by(struct sim_pager *p)
{
	duty_free(p->duty);
	p->duty = NULL;
	p->state = PAGER_STANDBY;
	p->fence = 0;
	p->committing = false;
	for (unsigned i = 0; i < SIM_SHARDS; i++)
		p->outboxes[i].reading = p->outboxes[i].waits = false;
	commit_clear(&p->pending);
	forget_asked(p);
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
	if (strcmp(found->person, ALIEN) == 0) {
		alien_answered(w, found->json, act->ok);
		free(found);
		return;
	}
	oracle_answered(w, found->person, found->incident, found->json, act->ok,
	    act->answer);
	free(found);
}

/* What the core keeps in order, beside what a walk finds. */
static void
check_order(struct world *w, const struct sim_pager *p)
{
	const char *wrong = duty_check(p->duty, proc_now(w, &p->proc));

	if (wrong != NULL)
		broken(w, "%s", wrong);
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
	check_order(w, p);
	pager_pump(w, p);
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

void
pager_pump(struct world *w, struct sim_pager *p)
{
	struct duty_action act;

	pager_commit(w, p);
	for (;;) {
		memset(&act, 0, sizeof(act));
		switch (duty_next(p->duty, proc_now(w, &p->proc), &act)) {
		case DUTY_NOTHING:
			pager_commit(w, p);
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
	pager_pump(w, p);
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
	pager_pump(w, p);
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

static void
leased(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];

	if (c->outcome == STORE_FENCED && c->who != 0 && p->fence == c->who) {
		if (p->state != PAGER_STANDBY)
			pager_stand_by(p);
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
		pager_import(w, p);
}

static void
lease(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who];
	struct call *c = call_new(w, &p->proc, DO_LEASE, PAGER_GROUP, leased);

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
		pager_stand_by(p);
	p->fence = 0;
}

static void
woken(struct world *w, struct proc *proc)
{
	struct sim_pager *p = w->pagers[proc->number];

	p->timer_at_ms = NEVER;
	look_at_clock(w, p);
	if (p->state == PAGER_RUNNING) {
		p->able_from_ms = w->now_ms + PAGER_SETTLE_MS;
		duty_break(p->duty, proc_now(w, proc));
		pager_pump(w, p);
	}
}

void
sim_pager_configure(struct world *w, int number)
{
	struct sim_pager *p = w->pagers[number];

	if (p->duty == NULL)
		return; /* loads with it */
	if (p->state == PAGER_LOADING) {
		pager_stand_by(p);
		return;
	}
	duty_configure(p->duty, w->settings, proc_now(w, &p->proc));
	pager_pump(w, p);
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
		pager_stand_by(p);
	pager_journal_drop(p);
	free(p->journal);
	free(p);
}
