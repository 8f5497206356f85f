/* exchange: see exchange.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "collector/exchange.h"
#include "lib/interval.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/text.h"

#define SHARDS_MAX 64
#define UNKNOWN (-1)

/* request is NULL when the agent has gone. */
struct exchange {
	struct serve_request *request;
	char agent[64], region[64];
	unsigned shards;
	int64_t received_at_ms;
	int64_t have[SHARDS_MAX]; /* UNKNOWN: not said */
	enum exchange_fault fault;
	char error[200];
	json_t *refused, *unreadable;
};

static void
on_gone(void *arg)
{
	struct exchange *x = arg;

	x->request = NULL;
}

struct exchange *
exchange_begin(struct serve_request *r, const struct agent_settings *agent,
    unsigned shards, int64_t received_at_ms)
{
	struct exchange *x = mem_alloc(sizeof(*x));
	unsigned i;

	x->request = r;
	text_copy(x->agent, sizeof(x->agent), agent->name);
	text_copy(x->region, sizeof(x->region), agent->region);
	x->shards = shards;
	x->received_at_ms = received_at_ms;
	for (i = 0; i < SHARDS_MAX; i++)
		x->have[i] = UNKNOWN;
	x->refused = json_array();
	x->unreadable = json_array();
	serve_defer(r, on_gone, x);
	return x;
}

/* Parts are answered in order, but a refused one may know less. */
void
exchange_have(struct exchange *x, unsigned shard, int64_t seq)
{
	if (shard < SHARDS_MAX && seq > x->have[shard])
		x->have[shard] = seq;
}

void
exchange_fault(struct exchange *x, enum exchange_fault fault, const char *fmt,
    ...)
{
	va_list ap;

	if (fault <= x->fault)
		return;
	x->fault = fault;
	va_start(ap, fmt);
	vsnprintf(x->error, sizeof(x->error), fmt, ap);
	va_end(ap);
}

void
exchange_refused(struct exchange *x, size_t part, size_t count,
    const char *error)
{
	json_array_append_new(x->refused,
	    json_pack("{s:I, s:I, s:s}", "part", (json_int_t)part, "count",
		(json_int_t)count, "error", error));
}

void
exchange_unreadable(struct exchange *x, size_t part, const char *error)
{
	json_array_append_new(x->unreadable,
	    json_pack("{s:I, s:s}", "part", (json_int_t)part, "error", error));
	exchange_fault(x, EXCHANGE_UNREADABLE, "parts[%zu]: %s", part, error);
}

const char *
exchange_agent(const struct exchange *x)
{
	return x->agent;
}

const char *
exchange_region(const struct exchange *x)
{
	return x->region;
}

static json_t *
age_json(int64_t ms)
{
	return ms == NEVER ? json_null() : json_integer((json_int_t)ms);
}

static json_t *
have_json(const struct exchange *x)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < SHARDS_MAX; i++)
		if (x->have[i] != UNKNOWN)
			json_array_append_new(list,
			    json_pack("{s:i, s:I}", "shard", (int)i, "seq",
				(json_int_t)x->have[i]));
	return list;
}

static char *
encode(const struct exchange *x, const struct ages *ages, int64_t now_ms)
{
	json_t *root;
	char *text;

	root = json_pack("{s:i, s:s, s:s, s:i, s:I, s:o, s:{s:o, s:o, s:o}, "
			 "s:O, s:O, s:I}",
	    "version", 1, "agent", x->agent, "region", x->region, "shards",
	    (int)x->shards, "received_at_ms", (json_int_t)x->received_at_ms,
	    "have", have_json(x), "ages", "pager_ms", age_json(ages->pager_ms),
	    "auditor_ms", age_json(ages->auditor_ms), "commit_ms",
	    age_json(ages->commit_ms), "refused", x->refused, "unreadable",
	    x->unreadable, "sent_at_ms", (json_int_t)now_ms);
	if (root != NULL && x->fault != EXCHANGE_FINE)
		json_object_set_new(root, "error", json_string(x->error));
	text = root != NULL ? json_dumps(root, JSON_COMPACT) : NULL;
	if (text == NULL)
		fatalx("exchange with %s: cannot be written", x->agent);
	json_decref(root);
	return text;
}

static void
forget(struct exchange *x)
{
	json_decref(x->refused);
	json_decref(x->unreadable);
	free(x);
}

void
exchange_end(struct exchange *x, const struct ages *ages, int64_t now_ms)
{
	static const int statuses[] = {
		[EXCHANGE_FINE] = 200,
		[EXCHANGE_GAP] = 409,
		[EXCHANGE_AWAY] = 503,
		[EXCHANGE_UNREADABLE] = 422,
	};
	char *text;

	if (x->request != NULL) {
		text = encode(x, ages, now_ms);
		if (x->fault == EXCHANGE_AWAY)
			serve_set_header(x->request, "Retry-After", "1");
		serve_answer(x->request, statuses[x->fault], "application/json",
		    text, strlen(text));
		free(text);
	}
	forget(x);
}

void
exchange_refuse(struct exchange *x, int status, const char *fmt, ...)
{
	char why[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	if (x->request != NULL)
		serve_fail(x->request, status, "%s", why);
	forget(x);
}
