/*
 * Plans: endpoints are put into JSON once per region and tree, PLAN_SLICE of
 * them in one turn of the loop, so that batches are answered in between.  What
 * is asked for before it is whole waits.  Then those who wait are answered one
 * in a turn, too, all from the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "collector/ingest_parts.h"
#include "lib/log.h"
#include "lib/plan.h"
#include "lib/serve.h"
#include "lib/sign.h"
#include "lib/text.h"

#define PLAN_SLICE 50        /* endpoints; about a millisecond */
#define MAKING_WAIT_MS 30000 /* for a plan that is being made */

/*
 * A region's endpoints.  It is in the list of the ingest, or forgotten and
 * only kept until the last answer made of it is sent.
 */
struct ingest_region {
	TAILQ_ENTRY(ingest_region) entry;
	struct plan_region *plan;
	char name[64];
	bool is_whole, is_forgotten;
	size_t to_answer; /* polls that waited for it, once it is whole */
	size_t holders;   /* answers under way */
};

static void
free_unless_held(struct ingest_region *r)
{
	if (!r->is_forgotten || r->holders > 0)
		return;
	plan_region_free(r->plan);
	free(r);
}

static void
on_sent(void *arg)
{
	struct ingest_region *r = arg;

	r->holders--;
	free_unless_held(r);
}

void
ingest_plans_forget(struct ingest *g)
{
	struct ingest_region *r;

	while ((r = TAILQ_FIRST(&g->regions)) != NULL) {
		TAILQ_REMOVE(&g->regions, r, entry);
		r->is_forgotten = true;
		free_unless_held(r);
	}
}

static struct ingest_region *
find_region(const struct ingest *g, const char *name)
{
	struct ingest_region *r;

	TAILQ_FOREACH (r, &g->regions, entry)
		if (strcmp(r->name, name) == 0)
			return r;
	return NULL;
}

static void
go_on(struct ingest *g)
{
	static const struct timeval at_once = { 0, 0 };

	event_add(g->plan_work, &at_once);
}

void
ingest_plans_make(struct ingest *g)
{
	struct ingest_region *r;

	ingest_plans_forget(g);
	CONF_EACH (const struct agent_settings, a, &g->settings->agents) {
		if (find_region(g, a->region) != NULL)
			continue;
		r = mem_alloc(sizeof(*r));
		text_copy(r->name, sizeof(r->name), a->region);
		r->plan = plan_region_new(g->settings, a->region);
		TAILQ_INSERT_TAIL(&g->regions, r, entry);
	}
	go_on(g);
}

static void
make_more(struct ingest *g, struct ingest_region *r)
{
	r->is_whole = plan_region_more(r->plan, PLAN_SLICE);
	if (r->is_whole)
		r->to_answer = polls_waiting(&g->plan_polls, r->name);
}

/* One turn: a slice of a plan, or an answer to one who waited for it. */
bool
ingest_plans_step(struct ingest *g)
{
	struct ingest_region *r;

	TAILQ_FOREACH (r, &g->regions, entry) {
		if (!r->is_whole) {
			make_more(g, r);
			return true;
		}
		if (r->to_answer > 0) {
			r->to_answer--;
			polls_end_one(&g->plan_polls, r->name);
			return true;
		}
	}
	/* Those whose agent or region is in the settings no more. */
	polls_end_unless(&g->plan_polls, g->settings);
	return false;
}

static void
on_work(evutil_socket_t fd, short what, void *arg)
{
	struct ingest *g = arg;

	(void)fd, (void)what;
	if (ingest_plans_step(g))
		go_on(g);
}

void
ingest_plans_begin(struct ingest *g, struct event_base *base)
{
	TAILQ_INIT(&g->regions);
	g->plan_work = evtimer_new(base, on_work, g);
	if (g->plan_work == NULL)
		fatalx("ingest: no memory for a timer");
	ingest_plans_make(g);
}

void
ingest_plans_end(struct ingest *g)
{
	ingest_plans_forget(g);
	event_free(g->plan_work);
}

static bool
is_known(const struct serve_request *r, const char *tag)
{
	const char *known = serve_header(r, "If-None-Match");

	return known != NULL && strstr(known, tag) != NULL;
}

static void
answer(struct serve_request *r, struct ingest_region *region, const char *head,
    const char *tag)
{
	struct serve_pieces p = { .before = head,
		.after = PLAN_END,
		.release = on_sent,
		.arg = region };
	char quoted[80];

	text_format(quoted, sizeof(quoted), "\"%s\"", tag);
	serve_set_header(r, "ETag", quoted);
	serve_set_header(r, "Cache-Control", "no-cache");
	if (is_known(r, quoted)) {
		serve_answer(r, 304, NULL, "", 0);
		return;
	}
	p.body = plan_region_json(region->plan, &p.length);
	region->holders++;
	serve_answer_pieces(r, 200, "application/json", &p);
}

/* Whoever has a plan may go on with it; there is no newer one yet. */
static void
answer_not_yet(struct serve_request *r)
{
	if (serve_header(r, "If-None-Match") != NULL) {
		serve_answer(r, 304, NULL, "", 0);
		return;
	}
	serve_set_header(r, "Retry-After", "1");
	serve_fail(r, 503, "the plan is being made");
}

static const struct agent_settings *
find_agent(const struct ingest *g, const char *name)
{
	CONF_EACH (const struct agent_settings, a, &g->settings->agents)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}

void
ingest_plan_over(void *arg, struct serve_request *r, const char *agent,
    const char *was_region)
{
	struct ingest *g = arg;
	const struct agent_settings *a = find_agent(g, agent);
	struct ingest_region *region;
	char *head, tag[SIGN_HEX];

	(void)was_region; /* the settings may have changed meanwhile */
	if (a == NULL) {
		serve_fail(r, 401, "this token is nobody's");
		return;
	}
	region = find_region(g, a->region);
	if (region == NULL || !region->is_whole) {
		answer_not_yet(r);
		return;
	}
	head = plan_region_head(region->plan, agent, tag);
	answer(r, region, head, tag);
	free(head);
}

/* The tag of an agent's plan is the one that it has. */
static bool
has_newest(struct serve_request *r, const struct ingest_region *region,
    const char *agent)
{
	char tag[SIGN_HEX];

	free(plan_region_head(region->plan, agent, tag));
	return is_known(r, tag);
}

void
ingest_on_plan(void *arg, struct serve_request *r)
{
	struct ingest *g = arg;
	const struct agent_settings *agent = ingest_agent(g, r);
	const struct ingest_region *region;
	int64_t wait_ms;

	if (agent == NULL)
		return;
	wait_ms = polls_asked_ms(r);
	region = find_region(g, agent->region);
	if (region == NULL || !region->is_whole)
		wait_ms = wait_ms > MAKING_WAIT_MS ? wait_ms : MAKING_WAIT_MS;
	else if (!has_newest(r, region, agent->name))
		wait_ms = 0;
	polls_wait(&g->plan_polls, r, agent, wait_ms);
}
