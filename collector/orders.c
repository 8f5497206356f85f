/* orders: see orders.h. */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <jansson.h>

#include "collector/orders.h"
#include "collector/polls.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/text.h"

struct order {
	TAILQ_ENTRY(order) entry;
	char endpoint[136], region[64];
	int64_t at_ms;
};
TAILQ_HEAD(order_list, order);

struct orders {
	struct order_list kept; /* oldest first */
	size_t count;
	struct polls polls;
	struct event *flush;
};

static void
answer(struct serve_request *r, json_t *list)
{
	json_t *root = json_pack("{s:i, s:o}", "version", 1, "orders", list);
	char *text = json_dumps(root, JSON_COMPACT);

	if (text == NULL)
		fatalx("orders: no memory");
	serve_answer(r, 200, "application/json", text, strlen(text));
	free(text);
	json_decref(root);
}

static void
on_over(void *arg, struct serve_request *r, const char *agent,
    const char *region)
{
	(void)arg, (void)agent, (void)region;
	answer(r, json_array());
}

static void
forget(struct orders *o, struct order *order)
{
	TAILQ_REMOVE(&o->kept, order, entry);
	o->count--;
	free(order);
}

/* All orders of one region, to one of its agents. */
static void
hand_out(struct orders *o, const char *region, struct serve_request *r)
{
	struct order *order, *next;
	json_t *list = json_array();

	for (order = TAILQ_FIRST(&o->kept); order != NULL; order = next) {
		next = TAILQ_NEXT(order, entry);
		if (strcmp(order->region, region) != 0)
			continue;
		json_array_append_new(list,
		    json_pack("{s:s, s:I}", "endpoint", order->endpoint,
			"at_ms", (json_int_t)order->at_ms));
		forget(o, order);
	}
	answer(r, list);
}

static void
forget_old(struct orders *o, int64_t now_ms)
{
	struct order *order;

	while ((order = TAILQ_FIRST(&o->kept)) != NULL &&
	    (order->at_ms < now_ms - ORDERS_KEPT_MS || o->count > ORDERS_MAX))
		forget(o, order);
}

/* What was given in one turn of the loop goes out together. */
static void
on_flush(evutil_socket_t fd, short what, void *arg)
{
	struct orders *o = arg;
	struct serve_request *r;
	struct order *order;
	char region[64];

	(void)fd, (void)what;
	forget_old(o, clock_now_ms());
	for (order = TAILQ_FIRST(&o->kept); order != NULL;) {
		if ((r = polls_take(&o->polls, order->region)) == NULL) {
			order = TAILQ_NEXT(order, entry);
			continue;
		}
		text_copy(region, sizeof(region), order->region);
		hand_out(o, region, r);
		order = TAILQ_FIRST(&o->kept);
	}
}

struct orders *
orders_new(struct event_base *base)
{
	struct orders *o = mem_alloc(sizeof(*o));

	TAILQ_INIT(&o->kept);
	polls_init(&o->polls, base, on_over, o);
	o->flush = event_new(base, -1, 0, on_flush, o);
	if (o->flush == NULL)
		fatalx("orders: no memory");
	return o;
}

void
orders_free(struct orders *o)
{
	if (o == NULL)
		return;
	while (!TAILQ_EMPTY(&o->kept))
		forget(o, TAILQ_FIRST(&o->kept));
	event_free(o->flush);
	free(o);
}

void
orders_give(struct orders *o, const char *endpoint, const char *region,
    int64_t at_ms)
{
	struct order *order = mem_alloc(sizeof(*order));

	text_copy(order->endpoint, sizeof(order->endpoint), endpoint);
	text_copy(order->region, sizeof(order->region), region);
	order->at_ms = at_ms;
	TAILQ_INSERT_TAIL(&o->kept, order, entry);
	o->count++;
	event_active(o->flush, EV_TIMEOUT, 0);
}

void
orders_wait(struct orders *o, struct serve_request *r,
    const struct agent_settings *agent, int64_t wait_ms, int64_t now_ms)
{
	struct order *order;

	forget_old(o, now_ms);
	TAILQ_FOREACH (order, &o->kept, entry) {
		if (strcmp(order->region, agent->region) != 0)
			continue;
		hand_out(o, agent->region, r);
		return;
	}
	polls_wait(&o->polls, r, agent, wait_ms);
}

void
orders_end(struct orders *o)
{
	polls_end(&o->polls);
}
