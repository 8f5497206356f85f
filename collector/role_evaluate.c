/*
 * Role evaluate: agents speak to ingest, shards are evaluated, orders go
 * back; all in one process and on one loop.
 */
#include <stdlib.h>

#include "collector/evaluate.h"
#include "collector/ingest.h"
#include "collector/orders.h"
#include "collector/role.h"
#include "lib/text.h"

struct all {
	struct orders *orders;
	struct evaluate *evaluate;
	struct ingest *ingest;
};

static void
on_stored(void *arg, unsigned shard)
{
	struct all *b = arg;

	evaluate_wake(b->evaluate, shard);
}

static bool
evaluates(const void *arg)
{
	const struct all *b = arg;

	return evaluate_is_running(b->evaluate);
}

static void
end(void *arg)
{
	struct all *b = arg;

	ingest_free(b->ingest);
	evaluate_free(b->evaluate);
	orders_free(b->orders);
	free(b);
}

static void *
begin(struct event_base *base, struct store *store, struct liveness *liveness,
    const struct settings *settings, char error[160])
{
	struct all *b = mem_alloc(sizeof(*b));
	struct ingest_options o = { .store = store,
		.liveness = liveness,
		.stored = on_stored,
		.evaluates = evaluates,
		.arg = b };

	o.orders = b->orders = orders_new(base);
	b->evaluate = evaluate_new(base, settings, store, b->orders, liveness);
	b->ingest = ingest_new(base, settings, &o, error);
	if (b->ingest != NULL)
		return b;
	end(b);
	return NULL;
}

static void
configure(void *arg, const struct settings *settings)
{
	struct all *b = arg;

	ingest_configure(b->ingest, settings);
	evaluate_configure(b->evaluate, settings);
}

static void
store_changed(void *arg, bool up)
{
	struct all *b = arg;

	ingest_store(b->ingest, up);
	evaluate_store(b->evaluate, up);
}

static void
stop(void *arg)
{
	struct all *b = arg;

	ingest_stop(b->ingest);
	evaluate_stop(b->evaluate);
}

static bool
is_idle(const void *arg)
{
	const struct all *b = arg;

	return ingest_is_idle(b->ingest) && evaluate_is_idle(b->evaluate);
}

static void
leave(void *arg)
{
	struct all *b = arg;

	evaluate_unlease(b->evaluate);
}

const struct role role_evaluate = {
	.name = "evaluate",
	.program = "collector",
	.begin = begin,
	.configure = configure,
	.store = store_changed,
	.stop = stop,
	.is_idle = is_idle,
	.leave = leave,
	.end = end,
};
