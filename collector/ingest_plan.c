/*
 * Plans: made once per agent and tree, handed out by tag.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/ingest_parts.h"
#include "lib/plan.h"
#include "lib/serve.h"
#include "lib/text.h"

void
ingest_plans_forget(struct ingest *g)
{
	struct ingest_plan *p, *next;

	HASH_ITER (hh, g->plans, p, next) {
		HASH_DEL(g->plans, p);
		free(p->json);
		free(p);
	}
}

/* NULL when the agent is no longer in the settings. */
static struct ingest_plan *
make_plan(struct ingest *g, const char *agent)
{
	struct plan *plan = plan_for(g->settings, agent);
	struct ingest_plan *p;

	if (plan == NULL)
		return NULL;
	p = mem_alloc(sizeof(*p));
	text_copy(p->agent, sizeof(p->agent), agent);
	text_format(p->etag, sizeof(p->etag), "\"%s\"", plan->tag);
	p->json = plan_encode(plan);
	p->length = strlen(p->json);
	plan_free(plan);
	HASH_ADD_STR(g->plans, agent, p);
	return p;
}

static struct ingest_plan *
find_plan(struct ingest *g, const char *agent)
{
	struct ingest_plan *p;

	HASH_FIND_STR(g->plans, agent, p);
	return p != NULL ? p : make_plan(g, agent);
}

static bool
is_known(const struct serve_request *r, const struct ingest_plan *p)
{
	const char *tag = serve_header(r, "If-None-Match");

	return tag != NULL && strstr(tag, p->etag) != NULL;
}

static void
answer(struct serve_request *r, const struct ingest_plan *p)
{
	serve_set_header(r, "ETag", p->etag);
	serve_set_header(r, "Cache-Control", "no-cache");
	if (is_known(r, p))
		serve_answer(r, 304, NULL, "", 0);
	else
		serve_answer(r, 200, "application/json", p->json, p->length);
}

void
ingest_plan_over(void *arg, struct serve_request *r, const char *agent,
    const char *region)
{
	const struct ingest_plan *p = find_plan(arg, agent);

	(void)region;
	if (p == NULL)
		serve_fail(r, 401, "this token is nobody's");
	else
		answer(r, p);
}

void
ingest_on_plan(void *arg, struct serve_request *r)
{
	struct ingest *g = arg;
	const struct agent_settings *agent = ingest_agent(g, r);
	const struct ingest_plan *p;

	if (agent == NULL)
		return;
	p = find_plan(g, agent->name);
	if (p == NULL || !is_known(r, p))
		ingest_plan_over(g, r, agent->name, agent->region);
	else
		polls_wait(&g->plan_polls, r, agent, polls_asked_ms(r));
}
