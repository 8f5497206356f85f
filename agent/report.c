/* report: hello and results, and what the collector answers; see agent.h. */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <jansson.h>

#include "agent/agent.h"
#include "lib/crash.h"
#include "lib/interval.h"
#include "lib/log.h"
#include "lib/text.h"
#include "lib/version.h"

#define TIMEOUT_MS 20000
#define HELLO_AGAIN_S 5
#define PROGRAM "sunwatch-agent " SUNWATCH_VERSION

/* Say once when the collector's answers change, not at every answer. */
static void
note_status(struct agent *a, const struct fetch_result *r)
{
	int status = r->failure == FETCH_OK ? r->status : 0;

	if (status == a->silent_status)
		return;
	if (status == 200)
		log_info("collector %s: answers", a->options.collector);
	else if (status == 0)
		log_warnx("collector %s: does not answer: %s",
		    a->options.collector, r->error);
	else if (status == 401)
		log_warnx("collector %s: refuses our token (401)",
		    a->options.collector);
	else
		log_warnx("collector %s: answers %d", a->options.collector,
		    status);
	a->silent_status = status;
}

/*
 * What was taken in part is news each time; that all is refused is said once,
 * though it is tried again and again.
 */
static void
note_complaint(struct agent *a, int status, const char *complaint)
{
	bool is_news = status == 200 || status == 422 ||
	    strcmp(a->refusal, complaint) != 0;

	if (complaint[0] != '\0' && status != 503 && is_news)
		log_warnx("collector %s: %d: %s", a->options.collector, status,
		    complaint);
	text_copy(a->refusal, sizeof(a->refusal),
	    status == 200 || status == 422 ? "" : complaint);
}

/* Part n of what was sent, to find whose shard is meant. */
static int
shard_of_part(const struct agent *a, size_t n)
{
	struct wire_request request;
	struct wire_decoded *part;
	char error[160];
	int shard;

	if (wire_decode_request(a->sent.data, a->sent.length, &request,
		error) == -1 ||
	    n >= request.count)
		return -1;
	part = wire_decode_part(request.parts[n].data, request.parts[n].length,
	    error);
	if (part == NULL)
		return -1;
	shard = (int)part->part.shard;
	wire_decoded_free(part);
	return shard;
}

static void
mark_unreadable(const struct agent *a, struct exchange *x)
{
	for (size_t n = 0; n < WIRE_PARTS_MAX; n++) {
		int shard = x->unreadable[n] ? shard_of_part(a, n) : -1;

		for (size_t i = 0; shard >= 0 && i < x->answer.have_count; i++)
			if (x->answer.have[i].shard == (unsigned)shard)
				x->answer.have[i].unreadable = true;
	}
}

/* What the prober is to know of an answer, whatever it was. */
static void
read_answer(struct agent *a, const struct fetch_result *r, struct exchange *x)
{
	bool whole = r->failure == FETCH_OK && r->body_seen == r->body_length;
	bool read;

	note_status(a, r);
	read = exchange_parse(r->body, whole ? r->body_length : 0, x) == 0;
	if (read || (whole && r->status != 200))
		x->answer.status = r->status;
	note_complaint(a, r->status, x->complaint);
}

static void
hand_over(struct agent *a, struct exchange *x, int64_t sent_at_ms,
    int64_t now_ms)
{
	x->answer.sent_at_ms = sent_at_ms;
	x->answer.received_at_ms = now_ms;
	CRASH_POINT("agent-answered");
	prober_answered(a->prober, &x->answer, now_ms);
	agent_turn_soon(a);
}

static struct fetch *
post(struct agent *a, const char *path, const char *type, const char *body,
    size_t length, fetch_done *done)
{
	const char *headers[] = { a->authorization, type, NULL };
	struct fetch_request request = { .headers = headers,
		.body = body,
		.body_length = length,
		.timeout_ms = TIMEOUT_MS,
		.body_max = EXCHANGE_MAX };
	struct text url = { 0 };
	struct fetch *f;

	text_addf(&url, "%s%s", a->options.collector, path);
	request.url = url.data;
	f = fetch_start(a->talks, &request, done, a);
	text_clear(&url);
	return f;
}

static void
on_hello(void *arg, const struct fetch_result *r)
{
	const struct timeval again = { HELLO_AGAIN_S, 0 };
	struct agent *a = arg;
	int64_t now_ms = agent_now(a);
	struct exchange x;

	a->hello = NULL;
	read_answer(a, r, &x);
	if (x.answer.status != 200) {
		event_add(a->hello_again, &again);
		return;
	}
	x.answer.hello = true;
	hand_over(a, &x, a->hello_at_ms, now_ms);
}

void
report_hello(struct agent *a)
{
	json_t *hello = json_pack("{s:i, s:s, s:s}", "version", 1, "spool",
	    prober_spool(a->prober), "program", PROGRAM);
	char *body = json_dumps(hello, JSON_COMPACT);

	if (body == NULL)
		abort();
	a->hello_at_ms = clock_now_ms();
	a->hello = post(a, "/agent/v1/hello", "Content-Type: application/json",
	    body, strlen(body), on_hello);
	free(body);
	json_decref(hello);
}

static void
on_results(void *arg, const struct fetch_result *r)
{
	struct agent *a = arg;
	int64_t now_ms = agent_now(a);
	struct exchange x;

	a->results = NULL;
	read_answer(a, r, &x);
	mark_unreadable(a, &x);
	wire_bytes_clear(&a->sent);
	hand_over(a, &x, a->results_at_ms, now_ms);
}

void
report_results(struct agent *a, const struct wire_bytes *parts, size_t count)
{
	CRASH_POINT("agent-before-send");
	a->results_at_ms = clock_now_ms();
	wire_encode_request(a->results_at_ms, parts, count, &a->sent);
	a->results =
	    post(a, "/agent/v1/results", "Content-Type: application/msgpack",
		a->sent.data, a->sent.length, on_results);
	CRASH_POINT("agent-after-send");
}

void
report_cancel(struct agent *a)
{
	if (a->hello != NULL)
		fetch_cancel(a->hello);
	if (a->results != NULL)
		fetch_cancel(a->results);
	a->hello = a->results = NULL;
	wire_bytes_clear(&a->sent);
}
