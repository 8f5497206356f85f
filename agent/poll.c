/*
 * poll: the long polls for plan and orders; see agent.h.
 *
 * A poll asks, is answered late or at once, and asks again: at once after an
 * answer that took its time, after a second when it did not, and after a
 * growing while when there was none.
 */
#include <string.h>

#include <event2/event.h>

#include "agent/agent.h"
#include "agent/planfile.h"
#include "lib/crash.h"
#include "lib/log.h"
#include "lib/sign.h"
#include "lib/text.h"

#define WAIT_S 50
#define TIMEOUT_MS ((WAIT_S + 15) * 1000)
#define HASTE_MS 1000 /* between two questions */
#define BACKOFF_MAX_MS 30000

#define TEXT_OF(x) #x
#define SECONDS(x) TEXT_OF(x)

static void
ask_again(struct poll *p, int64_t after_ms)
{
	struct timeval tv = { after_ms / 1000, after_ms % 1000 * 1000 };

	evtimer_add(p->again, &tv);
}

/* A little later for some agents than for others. */
static void
back_off(struct poll *p)
{
	uint64_t share = sign_random_number() % 256;

	p->backoff_ms = p->backoff_ms == 0 ? HASTE_MS : p->backoff_ms * 2;
	if (p->backoff_ms > BACKOFF_MAX_MS)
		p->backoff_ms = BACKOFF_MAX_MS;
	ask_again(p, p->backoff_ms + p->backoff_ms * (int64_t)share / 1024);
}

static void
went_well(struct poll *p)
{
	int64_t took_ms = (clock_monotonic_us() - p->begun_us) / 1000;

	p->backoff_ms = 0;
	p->complaint[0] = '\0';
	ask_again(p, took_ms < HASTE_MS ? HASTE_MS - took_ms : 0);
}

/* Once for each new complaint, not each time. */
static void
went_wrong(struct poll *p, const char *why)
{
	char complaint[sizeof(p->complaint)];

	text_copy(complaint, sizeof(complaint), why);
	if (strcmp(complaint, p->complaint) != 0)
		log_warnx("collector %s: %s: %s", p->agent->options.collector,
		    p->path, why);
	text_copy(p->complaint, sizeof(p->complaint), complaint);
	back_off(p);
}

/* The body of a good answer; false: it was told what is wrong. */
static bool
is_good(struct poll *p, const struct fetch_result *r)
{
	char status[32];

	p->fetch = NULL;
	if (r->failure != FETCH_OK) {
		went_wrong(p, r->error);
		return false;
	}
	if (r->status == 200 && r->body_seen == r->body_length)
		return true;
	text_format(status, sizeof(status), "answers %d", r->status);
	if (r->status == 304)
		went_well(p);
	else
		went_wrong(p,
		    r->status == 200 ? "the answer is too large" : status);
	return false;
}

static void
keep_etag(struct agent *a, const struct fetch_result *r)
{
	const char *etag = r->header(r, "ETag");

	a->etag[0] = '\0';
	if (etag != NULL && strlen(etag) < sizeof(a->etag))
		text_copy(a->etag, sizeof(a->etag), etag);
}

static void
on_plan(void *arg, const struct fetch_result *r)
{
	struct poll *p = arg;
	struct agent *a = p->agent;
	struct plan *plan;
	char error[160];

	(void)agent_now(a);
	if (!is_good(p, r))
		return;
	plan = plan_decode(r->body, r->body_length, error);
	if (plan == NULL) {
		went_wrong(p, error);
		return;
	}
	keep_etag(a, r);
	CRASH_POINT("agent-before-plan");
	planfile_save(a->options.state_dir, r->body, r->body_length);
	CRASH_POINT("agent-after-plan");
	log_info("plan: %zu endpoints for %s in %s", plan->count, plan->agent,
	    plan->region);
	agent_take_plan(a, plan);
	went_well(p);
}

static void
on_order(void *arg, const char *endpoint)
{
	struct agent *a = arg;

	log_debug("%s: ordered to look now", endpoint);
	prober_order(a->prober, endpoint, clock_now_ms());
}

static void
on_orders(void *arg, const struct fetch_result *r)
{
	struct poll *p = arg;

	(void)agent_now(p->agent);
	if (!is_good(p, r))
		return;
	if (orders_parse(r->body, r->body_length, on_order, p->agent) == 0)
		went_well(p);
	else
		went_wrong(p, "these are no orders");
	agent_turn_soon(p->agent);
}

static void
ask(struct poll *p, const char *header, size_t body_max, fetch_done *done)
{
	const char *headers[] = { p->agent->authorization, header, NULL };
	struct fetch_request request = { .headers = headers,
		.timeout_ms = TIMEOUT_MS,
		.body_max = body_max };
	struct text url = { 0 };

	text_addf(&url, "%s%s", p->agent->options.collector, p->path);
	request.url = url.data;
	p->begun_us = clock_monotonic_us();
	p->fetch = fetch_start(p->agent->talks, &request, done, p);
	text_clear(&url);
}

static void
on_plan_due(evutil_socket_t fd, short what, void *arg)
{
	struct poll *p = arg;
	struct text header = { 0 };

	(void)fd, (void)what;
	if (p->agent->etag[0] != '\0')
		text_addf(&header, "If-None-Match: %s", p->agent->etag);
	ask(p, header.data, PLAN_MAX, on_plan);
	text_clear(&header);
}

static void
on_orders_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	ask(arg, NULL, EXCHANGE_MAX, on_orders);
}

static void
start(struct poll *p, struct agent *a, const char *path, event_callback_fn due)
{
	p->agent = a;
	p->path = path;
	p->again = evtimer_new(a->base, due, p);
	if (p->again == NULL)
		fatalx("the event loop takes no more");
	ask_again(p, 0);
}

void
polls_start(struct agent *a)
{
	start(&a->plan, a, "/agent/v1/plan?wait=" SECONDS(WAIT_S), on_plan_due);
	start(&a->orders, a, "/agent/v1/orders?wait=" SECONDS(WAIT_S),
	    on_orders_due);
}

static void
cancel(struct poll *p)
{
	if (p->fetch != NULL)
		fetch_cancel(p->fetch);
	p->fetch = NULL;
	if (p->again != NULL)
		event_free(p->again);
	p->again = NULL;
}

void
polls_cancel(struct agent *a)
{
	cancel(&a->plan);
	cancel(&a->orders);
}
