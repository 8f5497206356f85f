/* probe: probes are begun, and what they saw is judged; see agent.h. */
#include <stdlib.h>

#include "agent/agent.h"
#include "agent/outcome.h"
#include "lib/crash.h"
#include "lib/log.h"
#include "lib/text.h"

static void
flight_free(struct flight *p)
{
	LIST_REMOVE(p, entry);
	free(p);
}

static enum reason
reason_of(enum fetch_failure failure)
{
	switch (failure) {
	case FETCH_OK:
		return REASON_NONE;
	case FETCH_DNS:
		return REASON_DNS;
	case FETCH_CONNECT:
		return REASON_CONNECT;
	case FETCH_TLS:
		return REASON_TLS;
	case FETCH_TIMEOUT:
		return REASON_TIMEOUT;
	case FETCH_PROTOCOL:
	case FETCH_REFUSED:
	case FETCH_LATER:
		return REASON_PROTOCOL;
	case FETCH_REDIRECT:
		return REASON_REDIRECT;
	case FETCH_TRUNCATED:
		return REASON_TRUNCATED;
	case FETCH_FORBIDDEN:
		return REASON_PROBE_SAFETY;
	case FETCH_OURSELVES:
		return REASON_AGENT;
	}
	return REASON_AGENT;
}

static void
judge(const struct flight *p, const struct fetch_result *r,
    struct observation *o)
{
	struct seen seen = { .failed = reason_of(r->failure),
		.error = r->error,
		.status = r->status,
		.total_us = r->total_us,
		.dns_us = r->dns_us,
		.connect_us = r->connect_us,
		.tls_us = r->tls_us,
		.first_byte_us = r->first_byte_us,
		.body = r->body,
		.body_length = r->body_length,
		.body_seen = r->body_seen,
		.location = r->header(r, "Location") };

	if (p->endpoint != NULL)
		outcome_judge(p->endpoint, &seen, o);
	else
		outcome_judge_canary(&seen, o);
	if (o->outcome != OUTCOME_OK)
		log_debug("%s: %s reason=%s %s",
		    p->endpoint != NULL ? p->endpoint->id : "a canary",
		    outcome_text(o->outcome), reason_text(o->reason),
		    o->detail);
}

static void
on_done(void *arg, const struct fetch_result *r)
{
	struct flight *p = arg;
	struct agent *a = p->agent;
	int64_t now_ms = agent_now(a);
	struct observation o = { .started_at_ms = p->started_at_ms };

	CRASH_POINT("agent-probe-ended");
	judge(p, r, &o);
	prober_done(a->prober, p->probe, &o, now_ms);
	flight_free(p);
	agent_turn_soon(a);
}

/* Always fresh: what a visitor who comes for the first time would see. */
static struct fetch_request
request_of(const struct prober_action *what)
{
	const struct plan_endpoint *e = what->endpoint;

	if (e == NULL)
		return (struct fetch_request){ .url = what->canary,
			.timeout_ms = PROBER_CANARY_TIMEOUT_MS,
			.fresh = true };
	return (struct fetch_request){ .url = e->url,
		.method = e->head ? "HEAD" : "GET",
		.timeout_ms = e->timeout_ms,
		.connect_ms = e->connect_ms,
		.tls_ms = e->tls_ms,
		.first_byte_ms = e->first_byte_ms,
		.body_max = e->head ? 0 : (size_t)e->body_max,
		.redirects = (int)e->redirects,
		.guarded = true,
		.allow_networks = e->allow_networks,
		.fresh = true };
}

void
probe_start(struct agent *a, const struct prober_action *what)
{
	struct fetch_request request = request_of(what);
	struct flight *p = mem_alloc(sizeof(*p));

	p->agent = a;
	p->probe = what->probe;
	p->endpoint = what->endpoint;
	p->started_at_ms = clock_now_ms();
	LIST_INSERT_HEAD(&a->flights, p, entry);
	p->fetch = fetch_start(a->probes, &request, on_done, p);
}

void
probes_cancel(struct agent *a)
{
	struct flight *p, *next;

	for (p = LIST_FIRST(&a->flights); p != NULL; p = next) {
		next = LIST_NEXT(p, entry);
		fetch_cancel(p->fetch);
		flight_free(p);
	}
}
