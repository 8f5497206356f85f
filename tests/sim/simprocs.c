/* simprocs: the processes of a world by number, and its store among them. */
#include "tests/sim/simagent.h"
#include "tests/sim/simcollector.h"
#include "tests/sim/simpager.h"
#include "tests/sim/world.h"

struct proc *
sim_proc(struct world *w, int number)
{
	if (number < w->agent_count)
		return &w->agents[number]->proc;
	number -= w->agent_count;
	if (number < COLLECTORS)
		return &w->collectors[number]->proc;
	return &w->pagers[number - COLLECTORS]->proc;
}

int
sim_proc_count(const struct world *w)
{
	return w->agent_count + COLLECTORS + w->pager_count;
}

static void
store_born(struct world *w, struct proc *p)
{
	(void)w, (void)p;
}

static void
store_died(struct world *w, struct proc *p)
{
	(void)p;
	simstore_lose(w->store);
}

void
sim_store_make(struct world *w, const char *name)
{
	w->store = simstore_new();
	w->store_proc = (struct proc){ .name = name,
		.part = PART_STORE,
		.born = store_born,
		.died = store_died };
}
