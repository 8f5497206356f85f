/* rounds: see rounds.h. */
#include <event2/event.h>

#include "collector/rounds.h"
#include "lib/log.h"
#include "lib/store.h"

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct rounds *r = arg;

	(void)fd, (void)what;
	if (r->is_busy || !store_is_up(r->store))
		return;
	r->is_busy = true;
	rounds_hold(r);
	r->begin(r->arg);
}

void
rounds_start(struct rounds *r, struct event_base *base, int every_ms)
{
	struct timeval every = { every_ms / 1000, every_ms % 1000 * 1000 };

	r->tick = event_new(base, -1, EV_PERSIST, on_tick, r);
	if (r->tick == NULL || event_add(r->tick, &every) != 0)
		fatalx("pages: no memory for a timer");
	event_active(r->tick, EV_TIMEOUT, 0);
}

bool
rounds_are_over(const struct rounds *r)
{
	return r->tick == NULL;
}

void
rounds_hold(struct rounds *r)
{
	r->held++;
}

void
rounds_let_go(struct rounds *r)
{
	if (--r->held == 0 && r->tick == NULL)
		r->release(r->arg);
}

void
rounds_end(struct rounds *r)
{
	r->is_busy = false;
	rounds_let_go(r);
}

void
rounds_free(struct rounds *r)
{
	event_free(r->tick);
	r->tick = NULL;
	if (r->held == 0)
		r->release(r->arg);
}
