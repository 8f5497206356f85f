/*
 * hello and results.
 *
 * A batch is read whole before any of it is stored; then every part goes to
 * the store at once, in order, and the last answer from there ends the
 * exchange.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/admit.h"
#include "collector/hello.h"
#include "collector/ingest_parts.h"
#include "lib/clock.h"
#include "lib/crash.h"
#include "lib/serve.h"
#include "lib/store.h"
#include "lib/text.h"
#include "lib/wire.h"

/* The exchange while the store is asked, and how much is still to come. */
struct asking {
	struct ingest *ingest;
	struct exchange *exchange;
	size_t left;
};

/* One question of it. */
struct question {
	struct asking *asking;
	unsigned shard;
	size_t part;
};

static struct asking *
asking_new(struct ingest *g, struct exchange *x)
{
	struct asking *a = mem_alloc(sizeof(*a));

	a->ingest = g;
	a->exchange = x;
	a->left = 1; /* ourselves, until all questions are asked */
	g->under_way++;
	return a;
}

static void
asked_one(struct asking *a)
{
	if (--a->left > 0)
		return;
	CRASH_POINT("ingest-stored");
	ingest_end(a->ingest, a->exchange);
	free(a);
}

static struct question *
question_new(struct asking *a, unsigned shard, size_t part)
{
	struct question *q = mem_alloc(sizeof(*q));

	q->asking = a;
	q->shard = shard;
	q->part = part;
	a->left++;
	return q;
}

static void
on_have(void *arg, enum store_outcome outcome, int64_t seq)
{
	struct question *q = arg;
	struct asking *a = q->asking;

	if (outcome == STORE_DONE)
		exchange_have(a->exchange, q->shard, seq);
	else
		exchange_fault(a->exchange, EXCHANGE_AWAY,
		    "the store does not answer");
	free(q);
	asked_one(a);
}

void
ingest_on_hello(void *arg, struct serve_request *r)
{
	struct ingest *g = arg;
	int64_t now_ms = clock_now_ms();
	const struct agent_settings *agent = ingest_agent(g, r);
	unsigned i, shards = (unsigned)g->settings->shards;
	const char *body, *error;
	struct asking *a;
	struct hello hello;
	size_t length;
	int status;

	if (agent == NULL || !ingest_clock_agrees(g, r))
		return;
	body = serve_body(r, &length);
	status = hello_read(body, length, agent->name, &hello, &error);
	if (status != 0) {
		serve_fail(r, status, "%s", error);
		return;
	}
	a = asking_new(g, exchange_begin(r, agent, shards, now_ms));
	for (i = 0; hello.spool[0] != '\0' && i < shards; i++)
		store_have(g->options.store, i, agent->name, hello.spool,
		    on_have, question_new(a, i, 0));
	asked_one(a);
}

static void
on_ingested(void *arg, enum store_outcome outcome, int64_t have)
{
	struct question *q = arg;
	struct asking *a = q->asking;
	struct exchange *x = a->exchange;

	if (outcome == STORE_DONE || outcome == STORE_CONFLICT ||
	    outcome == STORE_BUSY)
		exchange_have(x, q->shard, have);
	if (outcome == STORE_CONFLICT)
		exchange_fault(x, EXCHANGE_GAP,
		    "parts[%zu]: a gap: the last part of this spool in shard "
		    "%u was %" PRId64,
		    q->part, q->shard, have);
	else if (outcome == STORE_BUSY) {
		ingest_is_full(a->ingest, q->shard);
		exchange_fault(x, EXCHANGE_AWAY,
		    "parts[%zu]: the inbox of shard %u is full", q->part,
		    q->shard);
	} else if (outcome != STORE_DONE)
		exchange_fault(x, EXCHANGE_AWAY,
		    "parts[%zu]: could not be stored", q->part);
	else {
		ingest_has_room(a->ingest, q->shard);
		a->ingest->options.stored(a->ingest->options.arg, q->shard);
	}
	free(q);
	asked_one(a);
}

static void
store_part(struct asking *a, size_t i, const struct wire_part *part,
    const char *data, size_t length, int64_t now_ms)
{
	const struct ingest *g = a->ingest;
	struct wire_envelope envelope;
	struct wire_bytes bytes;
	struct store_ingest s = {
		.shard = part->shard,
		.agent = exchange_agent(a->exchange),
		.spool = part->spool,
		.from_seq = part->from_seq,
		.seq = part->seq,
	};

	if (g->shards_in_store == INGEST_NOT_ASKED) {
		exchange_fault(a->exchange, EXCHANGE_AWAY,
		    "parts[%zu]: the store does not answer", i);
		return;
	}
	admit_part(part, s.agent, exchange_region(a->exchange), now_ms,
	    &envelope);
	envelope.part = data;
	envelope.part_length = length;
	wire_encode_envelope(&envelope, &bytes);
	s.envelope = bytes.data;
	s.length = bytes.length;
	store_ingest(g->options.store, &s, on_ingested,
	    question_new(a, part->shard, i));
	wire_bytes_clear(&bytes);
}

/*
 * Decode every part; those that cannot be are told of.  False when one is
 * for a shard that does not exist: then nothing of the batch is taken.
 */
static bool
read_parts(struct exchange *x, const struct wire_request *q, unsigned shards,
    struct wire_decoded *parts[WIRE_PARTS_MAX])
{
	char error[160];
	size_t i;

	for (i = 0; i < q->count; i++) {
		parts[i] = wire_decode_part(q->parts[i].data,
		    q->parts[i].length, error);
		if (parts[i] == NULL) {
			exchange_unreadable(x, i, error);
			continue;
		}
		if (parts[i]->part.shard >= shards) {
			exchange_refuse(x, 400,
			    "parts[%zu].shard: there is no shard %u, only %u",
			    i, parts[i]->part.shard, shards);
			return false;
		}
		if (parts[i]->refused > 0)
			exchange_refused(x, i, parts[i]->refused,
			    parts[i]->error);
	}
	return true;
}

static void
take_batch(struct ingest *g, struct exchange *x, const struct wire_request *q,
    int64_t now_ms)
{
	struct wire_decoded *parts[WIRE_PARTS_MAX] = { 0 };
	struct asking *a;
	size_t i;

	if (read_parts(x, q, (unsigned)g->settings->shards, parts)) {
		CRASH_POINT("ingest-read");
		a = asking_new(g, x);
		for (i = 0; i < q->count; i++)
			if (parts[i] != NULL)
				store_part(a, i, &parts[i]->part,
				    q->parts[i].data, q->parts[i].length,
				    now_ms);
		asked_one(a);
	}
	for (i = 0; i < q->count; i++)
		wire_decoded_free(parts[i]);
}

void
ingest_on_results(void *arg, struct serve_request *r)
{
	struct ingest *g = arg;
	int64_t now_ms = clock_now_ms();
	const struct agent_settings *agent = ingest_agent(g, r);
	struct wire_request *q;
	const char *body;
	char error[160];
	size_t length;

	if (agent == NULL || !ingest_clock_agrees(g, r))
		return;
	body = serve_body(r, &length);
	q = mem_alloc(sizeof(*q));
	if (wire_decode_request(body, length, q, error) != 0)
		serve_fail(r, 400, "%s", error);
	else
		take_batch(g,
		    exchange_begin(r, agent, (unsigned)g->settings->shards,
			now_ms),
		    q, now_ms);
	free(q);
}
