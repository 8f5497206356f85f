/* simpager: see simpager.h. */
#include "tests/sim/oracle.h"
#include "tests/sim/simalien.h"
#include "tests/sim/simbeat.h"
#include "tests/sim/simreceipt.h"
#include "tests/sim/simpager_parts.h"
#include "tests/unit/duty_check.h"

/* A person's command on its way or waiting for its answer. */
struct asked {
	int number;
	uint64_t id;
	char person[64], incident[24], verb[16], json[256];
	struct asked *next;
};

bool
sim_pager_strays(const struct world *w, const struct sim_pager *p)
{
	return p->fence != 0 && p->fence < w->pager_fence;
}

struct sim_pager *
sim_pager_active(struct world *w)
{
	for (int i = 0; i < w->pager_count; i++) {
		struct sim_pager *p = w->pagers[i];

		if (proc_runs(w, &p->proc) && p->state == PAGER_RUNNING &&
		    p->fence == w->pager_fence)
			return p;
	}
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
	p->spells++;
	p->fence = 0;
	p->tenure.until_ms = 0;
	p->committing = p->importing = p->away = false;
	p->imported = 0;
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
	if (sim_pager_strays(w, p)) { /* what it says is known to be nothing */
		free(found);
		return;
	}
	if (strcmp(found->person, ALIEN) == 0) {
		alien_answered(w, found->json, act->ok);
		free(found);
		return;
	}
	if (strcmp(found->person, BEAT) == 0) {
		beat_answered(w, found->json, act->ok);
		free(found);
		return;
	}
	if (strcmp(found->person, CARRIER) == 0) {
		receipt_answered(w, found->json, act->ok);
		free(found);
		return;
	}
	if (strcmp(found->verb, "reply") == 0) {
		receipt_replied(w, found->person, found->incident, found->json,
		    act);
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
		if (!tenure_may_send(&p->tenure, p->away, w->now_ms)) {
			set_timer(w, p);
			return;
		}
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
		if (step_kills(w, &p->proc) || step_stalls(w, &p->proc))
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

/* Its journal is another time's: decision "The pager's journal". */
static void
look_at_journal(struct world *w, struct sim_pager *p)
{
	if (p->journal_count > 0 &&
	    !tenure_is_ours(p->journal_fence, p->fence)) {
		tell(w, "%s: its journal is put aside", p->proc.name);
		w->aside = w->aside || !p->journal_orphan;
		pager_journal_drop(p);
	}
	p->journal_fence = p->fence;
}

static void
taken(struct world *w, struct sim_pager *p, int64_t fence)
{
	if (p->away && !tenure_is_ours(p->fence, fence)) {
		tell(w, "%s: another has been active meanwhile", p->proc.name);
		pager_stand_by(p);
		return;
	}
	p->fence = w->pager_fence = fence;
	look_at_journal(w, p);
	pager_import(w, p);
}

static void
on_taking(struct world *w, struct sim_pager *p, const struct call *c)
{
	p->token_spent = c->outcome != STORE_FENCED;
	if (c->outcome == STORE_DONE) {
		tenure_granted(&p->tenure);
		taken(w, p, c->fence);
	} else if (c->outcome == STORE_FENCED && p->state != PAGER_STANDBY)
		pager_stand_by(p);
}

static void
on_renewed(struct world *w, struct sim_pager *p, const struct call *c)
{
	if (p->fence != c->who)
		return; /* the lease of an earlier time */
	if (c->outcome == STORE_FENCED)
		pager_stand_by(p);
	if (c->outcome != STORE_DONE)
		return;
	tenure_granted(&p->tenure);
	if (p->state == PAGER_STANDBY || p->away)
		pager_import(w, p);
	else if (p->state == PAGER_RUNNING)
		pager_pump(w, p);
}

/* who is the fence that is renewed; 0: it is a taking. */
static void
leased(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];

	p->lease_waiting = false;
	if (c->who == 0)
		on_taking(w, p, c);
	else
		on_renewed(w, p, c);
	if (c->outcome == STORE_DONE && p->state == PAGER_RUNNING)
		w->pager_beat_ms = w->auditor_beat_ms = w->now_ms;
}

/* A commit on its way under an old token comes to nothing. */
static void
give_back(struct sim_pager *p, struct call *c)
{
	if (!p->token_spent)
		return;
	text_copy(c->dead, sizeof(c->dead), p->token);
	text_format(p->token, sizeof(p->token), "%s-%u.%u", p->proc.name,
	    p->proc.life, ++p->taking);
	p->token_spent = false;
}

static void
ask(struct world *w, struct sim_pager *p)
{
	struct call *c = call_new(w, &p->proc, DO_LEASE, PAGER_GROUP, leased);
	bool takes = p->fence == 0 || (p->away && !p->importing);

	p->lease_waiting = true;
	p->tenure.asked_ms = w->now_ms;
	if (takes)
		give_back(p, c);
	text_copy(c->token, sizeof(c->token), p->token);
	c->fence = takes ? 0 : p->fence;
	c->who = (int)c->fence;
	c->life_ms = TENURE_LIFE_MS;
	call_start(w, c);
}

static void
lease(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who];

	(void)data;
	if (!p->lease_waiting &&
	    tenure_asks(&p->tenure, p->fence != 0, w->now_ms))
		ask(w, p);
	at_proc(w, &p->proc,
	    w->now_ms +
		(p->fence != 0 ? TENURE_LIFE_MS * 3 / 10 : TENURE_ASK_MS),
	    lease, who, NULL);
}

/* By how much the clock that counts has moved since it was looked at. */
void
pager_look_at_clock(struct world *w, const struct sim_pager *p)
{
	if (p->proc.skew_ms != w->pager_skew_ms)
		oracle_pager_jumped(w, w->pager_skew_ms - p->proc.skew_ms);
	w->pager_skew_ms = p->proc.skew_ms;
}

static void
born(struct world *w, struct proc *proc)
{
	struct sim_pager *p = w->pagers[proc->number];

	text_format(p->token, sizeof(p->token), "%s-%u", proc->name,
	    proc->life);
	p->timer_at_ms = NEVER;
	p->tenure = (struct tenure){ .life_ms = TENURE_LIFE_MS };
	p->token_spent = p->lease_waiting = false;
	p->lost_since_ms = 0;
	lease(w, proc->number, NULL);
}

static void
died(struct world *w, struct proc *proc)
{
	(void)w;
	pager_stand_by(w->pagers[proc->number]);
}

static void
woken(struct world *w, struct proc *proc)
{
	struct sim_pager *p = w->pagers[proc->number];

	p->timer_at_ms = NEVER;
	if (p->state == PAGER_RUNNING) {
		if (!sim_pager_strays(w, p))
			pager_look_at_clock(w, p);
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
