/* world: see world.h. */
#include "tests/sim/world.h"

struct sim_event {
	int64_t at_ms;
	uint64_t order; /* of events at one instant: as they were made */
	sim_run *run;
	int who;
	void *data;
	struct proc *proc; /* NULL: nobody's step */
	uint32_t life;
	bool borrowed; /* data is not to be freed */
};

/* xorshift64*: small, fast and the same everywhere. */
uint64_t
roll(struct world *w, uint64_t limit)
{
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;
	return (w->random * UINT64_C(2685821657736338717) >> 32) % limit;
}

int64_t
roll_between(struct world *w, int64_t low, int64_t high)
{
	return low + (int64_t)roll(w, (uint64_t)(high - low + 1));
}

bool
chance(struct world *w, int percent)
{
	return percent > 0 && (int)roll(w, 100) < percent;
}

static bool
earlier(const struct sim_event *a, const struct sim_event *b)
{
	return a->at_ms < b->at_ms ||
	    (a->at_ms == b->at_ms && a->order < b->order);
}

static void
push(struct world *w, struct sim_event e)
{
	size_t i;

	if (w->event_count == w->event_room) {
		w->event_room = 2 * w->event_room + 64;
		w->events =
		    mem_grow(w->events, w->event_room * sizeof(*w->events));
	}
	e.order = w->event_order++;
	i = w->event_count++;
	for (; i > 0 && earlier(&e, &w->events[(i - 1) / 2]); i = (i - 1) / 2)
		w->events[i] = w->events[(i - 1) / 2];
	w->events[i] = e;
}

static struct sim_event
pop(struct world *w)
{
	struct sim_event first = w->events[0], last;
	size_t i = 0, child;

	last = w->events[--w->event_count];
	while ((child = 2 * i + 1) < w->event_count) {
		if (child + 1 < w->event_count &&
		    earlier(&w->events[child + 1], &w->events[child]))
			child++;
		if (!earlier(&w->events[child], &last))
			break;
		w->events[i] = w->events[child];
		i = child;
	}
	if (w->event_count > 0)
		w->events[i] = last;
	return first;
}

void
at(struct world *w, int64_t when_ms, sim_run *run, int who, void *data)
{
	push(w,
	    (struct sim_event){ .at_ms =
				    when_ms < w->now_ms ? w->now_ms : when_ms,
		.run = run,
		.who = who,
		.data = data });
}

void
at_proc(struct world *w, struct proc *p, int64_t when_ms, sim_run *run, int who,
    void *data)
{
	push(w,
	    (struct sim_event){ .at_ms =
				    when_ms < w->now_ms ? w->now_ms : when_ms,
		.run = run,
		.who = who,
		.data = data,
		.proc = p,
		.life = p->life });
}

void
at_borrowed(struct world *w, int64_t when_ms, sim_run *run, void *data)
{
	push(w,
	    (struct sim_event){ .at_ms =
				    when_ms < w->now_ms ? w->now_ms : when_ms,
		.run = run,
		.data = data,
		.borrowed = true });
}

void
at_proc_borrowed(struct world *w, struct proc *p, int64_t when_ms, sim_run *run,
    void *data)
{
	push(w,
	    (struct sim_event){ .at_ms =
				    when_ms < w->now_ms ? w->now_ms : when_ms,
		.run = run,
		.data = data,
		.proc = p,
		.life = p->life,
		.borrowed = true });
}

static void
event_free(struct sim_event *e)
{
	if (!e->borrowed)
		free(e->data);
}

bool
step_kills(struct world *w, struct proc *p)
{
	w->steps++;
	if (p->crash_in == 0 || --p->crash_in > 0)
		return false;
	tell(w, "%s dies between two steps", p->name);
	proc_kill(w, p, roll_between(w, 1000, 120000));
	return true;
}

bool
step_stalls(struct world *w, struct proc *p)
{
	if (p->stall_in == 0 || --p->stall_in > 0)
		return false;
	proc_stall(w, p, roll_between(w, 6000, 60000));
	return true;
}

bool
world_step(struct world *w, int64_t until_ms)
{
	struct sim_event e;

	if (w->event_count == 0 || w->events[0].at_ms > until_ms)
		return false;
	e = pop(w);
	w->now_ms = e.at_ms;
	if (e.proc != NULL) {
		if (!e.proc->up || e.proc->life != e.life) {
			event_free(&e);
			return true;
		}
		if (e.proc->stalled_until_ms > w->now_ms ||
		    step_stalls(w, e.proc)) {
			e.at_ms = e.proc->stalled_until_ms;
			push(w, e);
			return true;
		}
		if (step_kills(w, e.proc)) {
			event_free(&e);
			return true;
		}
	}
	e.run(w, e.who, e.data);
	event_free(&e);
	return true;
}

void
world_hurt(struct world *w, enum part part, int64_t for_ms)
{
	if (w->now_ms + for_ms > w->hurt_until_ms[part])
		w->hurt_until_ms[part] = w->now_ms + for_ms;
	interval_set_add(&w->hurt[part], w->now_ms, w->now_ms + for_ms);
}

void
proc_start(struct world *w, struct proc *p)
{
	p->up = true;
	p->stalled_until_ms = 0;
	p->life++;
	tell(w, "%s starts", p->name);
	p->born(w, p);
}

/* data holds the process. */
static void
restart(struct world *w, int who, void *data)
{
	struct proc *p = *(struct proc **)data;

	(void)who;
	if (!p->up)
		proc_start(w, p);
}

void
proc_kill(struct world *w, struct proc *p, int64_t for_ms)
{
	if (!p->up)
		return;
	tell(w, "%s is killed, back in %lld s", p->name,
	    (long long)for_ms / 1000);
	world_hurt(w, p->part, for_ms);
	p->up = false;
	p->crash_in = 0;
	p->down_since_ms = w->now_ms;
	p->died(w, p);
	at(w, w->now_ms + for_ms, restart, 0, mem_copy(&p, sizeof(p)));
}

static void
wake(struct world *w, int who, void *data)
{
	struct proc *p = *(struct proc **)data;

	(void)who;
	if (p->woken != NULL)
		p->woken(w, p);
}

void
proc_stall(struct world *w, struct proc *p, int64_t for_ms)
{
	if (!p->up)
		return;
	tell(w, "%s stalls for %lld s", p->name, (long long)for_ms / 1000);
	world_hurt(w, p->part, for_ms);
	if (w->now_ms + for_ms <= p->stalled_until_ms)
		return;
	p->stalled_until_ms = w->now_ms + for_ms;
	if (for_ms > 5000)
		at_proc(w, p, p->stalled_until_ms, wake, 0,
		    mem_copy(&p, sizeof(p)));
}

static void
jump_back(struct world *w, int who, void *data)
{
	struct proc *p = *(struct proc **)data;

	(void)who;
	tell(w, "%s: clock is right again", p->name);
	p->skew_ms = 0;
	if (proc_runs(w, p) && p->woken != NULL)
		p->woken(w, p);
}

void
proc_jump(struct world *w, struct proc *p, int64_t by_ms, int64_t for_ms)
{
	tell(w, "%s: clock jumps by %lld ms", p->name, (long long)by_ms);
	world_hurt(w, p->part, for_ms);
	p->skew_ms = by_ms;
	if (proc_runs(w, p) && p->woken != NULL)
		p->woken(w, p);
	at(w, w->now_ms + for_ms, jump_back, 0, mem_copy(&p, sizeof(p)));
}

bool
proc_runs(const struct world *w, const struct proc *p)
{
	return p->up && p->stalled_until_ms <= w->now_ms;
}

int64_t
proc_now(const struct world *w, const struct proc *p)
{
	return w->now_ms + p->skew_ms;
}

void
tell(struct world *w, const char *fmt, ...)
{
	int64_t ms = w->now_ms - w->zero_ms;
	va_list ap;

	if (!w->trace)
		return;
	printf("# [%02d:%02d:%02d.%03d] ", (int)(ms / 3600000),
	    (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

void
broken(struct world *w, const char *fmt, ...)
{
	char why[400];
	int64_t ms = w->now_ms - w->zero_ms;
	va_list ap;

	if (w->broken[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	snprintf(w->broken, sizeof(w->broken), "at %02d:%02d:%02d.%03d: %s",
	    (int)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
	    (int)(ms % 1000), why);
	tell(w, "BROKEN: %s", why);
}

void
world_drop(struct world *w)
{
	while (w->event_count > 0)
		event_free(&w->events[--w->event_count]);
	free(w->events);
	w->events = NULL;
	for (int p = 0; p < PARTS; p++)
		interval_set_clear(&w->hurt[p]);
}
