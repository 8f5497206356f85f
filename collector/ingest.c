/* ingest: see ingest.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/ingest_parts.h"
#include "collector/orders.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/listener.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/sign.h"
#include "lib/store.h"
#include "lib/text.h"
#include "lib/wire.h"

#define HELLO_MAX 4096
#define SAY_DENIED_MS 60000 /* at most one line in this time */

static bool
has_token(const struct agent_settings *agent, const char *hash)
{
	char *const *tokens = agent->tokens.items;
	bool found = false;
	size_t i;

	for (i = 0; i < agent->tokens.count; i++)
		found |= sign_equal_hash(tokens[i], hash);
	return found;
}

/*
 * All tokens are compared, so that time tells nothing about which.  They are
 * hashes and cheap to compare: a request with a body is looked at again when
 * it is whole, since the settings may have changed meanwhile.
 */
static const struct agent_settings *
find_agent(const struct settings *s, const char *hash)
{
	const struct agent_settings *found = NULL;

	CONF_EACH (const struct agent_settings, a, &s->agents)
		if (has_token(a, hash) && found == NULL)
			found = a;
	return found;
}

static void
deny(struct ingest *g, struct serve_request *r, const char *why)
{
	int64_t now_ms = clock_now_ms();

	if (now_ms - g->said_denied_ms >= SAY_DENIED_MS ||
	    now_ms < g->said_denied_ms) {
		g->said_denied_ms = now_ms;
		log_warnx("ingest: %s turned away: %s", serve_peer(r), why);
	}
	serve_set_header(r, "WWW-Authenticate", "Bearer");
	serve_fail(r, 401, "%s", why);
}

const struct agent_settings *
ingest_agent(struct ingest *g, struct serve_request *r)
{
	const char *given = serve_bearer(r);
	const struct agent_settings *agent;
	char hash[SIGN_HEX];

	if (given == NULL) {
		deny(g, r, "there is no Authorization: Bearer token");
		return NULL;
	}
	sign_sha256(given, strlen(given), hash);
	if ((agent = find_agent(g->settings, hash)) == NULL)
		deny(g, r, "this token is nobody's");
	else if (!ingest_shards_agree(g, r))
		return NULL;
	return agent;
}

void
ingest_store(struct ingest *g, bool up)
{
	g->away_since_ms = up ? NEVER : clock_now_ms();
	if (up)
		ingest_ask_shards(g);
}

static bool
is_away(const struct ingest *g, int64_t now_ms)
{
	return g->away_since_ms != NEVER &&
	    now_ms - g->away_since_ms > INGEST_AWAY_MS;
}

void
ingest_end(struct ingest *g, struct exchange *x)
{
	int64_t now_ms = clock_now_ms();
	struct ages ages;

	g->under_way--;
	if (is_away(g, now_ms))
		exchange_fault(x, EXCHANGE_AWAY, "the store is away");
	liveness_ages(g->options.liveness, (unsigned)g->settings->shards,
	    now_ms, &ages);
	exchange_end(x, &ages, now_ms);
}

static void
on_orders(void *arg, struct serve_request *r)
{
	struct ingest *g = arg;
	const struct agent_settings *agent = ingest_agent(g, r);

	if (agent != NULL)
		orders_wait(g->options.orders, r, agent, polls_asked_ms(r),
		    clock_now_ms());
}

/* Bodies are read of our agents only. */
static bool
admit(void *arg, struct serve_request *r)
{
	return ingest_agent(arg, r) != NULL;
}

static const struct serve_route routes[] = {
	{ "POST", "/agent/v1/hello", HELLO_MAX, ingest_on_hello, admit },
	{ "POST", "/agent/v1/results", WIRE_BODY_MAX, ingest_on_results,
	    admit },
	{ "GET", "/agent/v1/plan", 0, ingest_on_plan },
	{ "GET", "/agent/v1/orders", 0, on_orders },
	{ NULL },
};

struct ingest *
ingest_new(struct event_base *base, const struct settings *settings,
    const struct ingest_options *options, char error[160])
{
	struct ingest *g = mem_alloc(sizeof(*g));

	g->options = *options;
	g->settings = settings;
	ingest_full_begin(g);
	ingest_store(g, store_is_up(options->store));
	polls_init(&g->plan_polls, base, ingest_plan_over, g);
	g->serve =
	    listener_new(base, &settings->listen_agents, routes, g, error);
	if (g->serve == NULL) {
		free(g);
		return NULL;
	}
	(void)clock_guard_look(&g->clock_guard); /* from now on */
	ingest_plans_begin(g, base);
	log_info("ingest: listening at %s port=%d",
	    settings->listen_agents.address, serve_port(g->serve));
	return g;
}

void
ingest_free(struct ingest *g)
{
	if (g == NULL)
		return;
	serve_free(g->serve);
	ingest_plans_end(g);
	free(g);
}

void
ingest_configure(struct ingest *g, const struct settings *settings)
{
	if (strcmp(g->settings->listen_agents.address,
		settings->listen_agents.address) != 0)
		log_warnx("ingest: another address to listen at needs a "
			  "restart");
	g->settings = settings;
	listener_configure(g->serve, &settings->listen_agents);
	ingest_plans_make(g);
}

void
ingest_stop(struct ingest *g)
{
	serve_stop(g->serve);
	polls_end(&g->plan_polls);
	orders_end(g->options.orders);
}

bool
ingest_is_idle(const struct ingest *g)
{
	return g->under_way == 0 && serve_connections(g->serve) == 0;
}

int
ingest_port(const struct ingest *g)
{
	return serve_port(g->serve);
}
