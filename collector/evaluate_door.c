/*
 * evaluate_door: people's commands, at the socket "site.collector_socket".
 *
 * A command is checked by every shard that it concerns before any of them
 * changes anything, and answered when what they decided is durable.  All of
 * them must be evaluated here: otherwise it is refused, and says by whom the
 * shard is evaluated.  Whether a shard of somebody else has what a command
 * names is looked up where it is stored.
 *
 * Of several collectors on one host the socket is that of the one that came
 * to evaluate last; one that stands by listens while nobody else does.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include <event2/event.h>
#include <jansson.h>

#include "collector/assent.h"
#include "collector/elsewhere.h"
#include "collector/evaluate_parts.h"
#include "lib/control.h"
#include "lib/desk.h"
#include "lib/log.h"
#include "lib/record.h"
#include "lib/text.h"

/* What one shard still has to write. */
struct wait {
	struct worker *worker;
	uint64_t life, unit;
};

/* A command that was handed in.  answer is NULL while it is not known. */
struct pending {
	LIST_ENTRY(pending) entry;
	struct door *door;
	uint64_t id;
	struct wait *waits; /* NULL: none */
	size_t count;
	char *json, *by;
	size_t length;   /* of json */
	uint64_t shards; /* that it may concern */
	unsigned shard;  /* the one that is not ours */
	bool is_asking;  /* the store, of that one */
	bool ok;
	char *answer;
};

struct door {
	struct evaluate *evaluate;
	struct desk *desk;
	struct control *control; /* NULL while nobody can come in here */
	struct event *answers;
	LIST_HEAD(pending_list, pending) pending;
	char path[1024];
	bool is_holding; /* it has taken the socket for a shard of ours */
	bool was_told;   /* that it cannot listen */
};

void
door_name(char out[96])
{
	char host[64] = "";

	gethostname(host, sizeof(host) - 1);
	text_format(out, 96, "%ld %s", (long)getpid(), host);
}

/* ---- answers ---- */

static void
forget(struct pending *p)
{
	free(p->waits);
	free(p->json);
	free(p->by);
	free(p->answer);
	free(p);
}

static void
give(struct pending *p)
{
	desk_answer(p->door->desk, p->id, p->ok, p->answer);
	LIST_REMOVE(p, entry);
	forget(p);
}

static void
decide(struct pending *p, bool ok, json_t *answer)
{
	free(p->answer);
	p->ok = ok;
	p->answer = record_dump(answer);
	json_decref(answer);
	event_active(p->door->answers, EV_TIMEOUT, 0); /* not from within */
}

static void __attribute__((format(printf, 2, 3)))
refuse(struct pending *p, const char *fmt, ...)
{
	char error[400];
	va_list ap;

	va_start(ap, fmt);
	text_formatv(error, sizeof(error), fmt, ap);
	va_end(ap);
	decide(p, false, json_pack("{s:o}", "error", record_foreign(error)));
}

static bool
is_lost(const struct pending *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->waits[i].life != p->waits[i].worker->life)
			return true;
	return false;
}

static bool
is_durable(const struct pending *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (shard_durable(p->waits[i].worker->shard) < p->waits[i].unit)
			return false;
	return true;
}

static void
lose(struct pending *p)
{
	decide(p, false,
	    json_pack("{s:b, s:s}", "lost", 1, "error",
		"The store did not answer: it is not known whether this was "
		"recorded. Do it again, that is harmless."));
}

static void
on_answers(evutil_socket_t fd, short what, void *arg)
{
	struct door *door = arg;
	struct pending *p, *next;

	(void)fd, (void)what;
	for (p = LIST_FIRST(&door->pending); p != NULL; p = next) {
		next = LIST_NEXT(p, entry);
		if (p->is_asking)
			continue;
		if (is_lost(p))
			lose(p);
		if (p->count == 0 || is_lost(p) || is_durable(p))
			give(p);
	}
}

void
door_look(struct door *door)
{
	if (door != NULL && !LIST_EMPTY(&door->pending))
		event_active(door->answers, EV_TIMEOUT, 0);
}

bool
door_is_idle(const struct door *door)
{
	return LIST_EMPTY(&door->pending);
}

/* ---- a command ---- */

struct asking {
	struct pending *pending;
	json_t *request;
	struct assent assent;
};

/* Every shard says yes, or the first that does not is refused. */
static bool
ask_all(struct asking *x, bool check)
{
	struct pending *p = x->pending;
	struct evaluate *e = p->door->evaluate;
	int64_t now_ms = clock_now_ms();

	for (unsigned i = 0; i < e->count; i++) {
		struct shard_reply reply;
		bool done;

		if ((p->shards >> i & 1) == 0)
			continue;
		done = shard_command(e->workers[i].shard, p->json, p->length,
		    p->by, check, now_ms, &reply);
		if (!done)
			refuse(p, "%s", reply.error);
		else if (check)
			assent_checked(&x->assent, &reply);
		else
			assent_done(&x->assent, &reply);
		shard_reply_clear(&reply);
		if (!done)
			return false;
	}
	return true;
}

static void
wait_for_all(struct pending *p)
{
	struct evaluate *e = p->door->evaluate;

	p->waits = mem_alloc(e->count * sizeof(*p->waits));
	for (unsigned i = 0; i < e->count; i++) {
		struct worker *w = &e->workers[i];

		if ((p->shards >> i & 1) == 0)
			continue;
		p->waits[p->count++] =
		    (struct wait){ w, w->life, shard_put_so_far(w->shard) };
	}
	for (unsigned i = 0; i < e->count; i++)
		if ((p->shards >> i & 1) != 0)
			worker_pump(&e->workers[i]);
}

static void on_elsewhere(void *arg, const char *why);

/* False: one is not ours, or not ready; what it has is asked, or refused. */
static bool
has_all(struct asking *x)
{
	struct pending *p = x->pending;
	struct worker *w = p->door->evaluate->workers;
	struct assent_named named;

	while ((p->shards >> w->number & 1) == 0 || w->state == WORKER_RUNNING)
		if (++w ==
		    p->door->evaluate->workers + p->door->evaluate->count)
			return true;
	p->shard = w->number;
	if (w->state == WORKER_LOADING) {
		refuse(p, "shard %u is being loaded: try again soon",
		    w->number);
		return false;
	}
	assent_named(x->request, &named);
	p->is_asking = true;
	elsewhere_ask(w, &named, on_elsewhere, p);
	return false;
}

static void
obey(struct asking *x)
{
	struct pending *p = x->pending;
	struct evaluate *e = p->door->evaluate;
	char error[300];

	if (!has_all(x))
		return;
	if (!store_is_up(e->store)) {
		refuse(p, "the store is away: nothing can be recorded");
		return;
	}
	if (!ask_all(x, true))
		return;
	if (!assent_is_clear(&x->assent, e->settings, x->request, error)) {
		refuse(p, "%s", error);
		return;
	}
	/* What was checked just now is not refused. */
	if (!ask_all(x, false))
		return;
	decide(p, true, assent_answer(&x->assent));
	wait_for_all(p);
}

static void
begin(struct pending *p)
{
	struct asking x = { .pending = p,
		.request = json_loadb(p->json, p->length, 0, NULL) };

	obey(&x);
	assent_clear(&x.assent);
	json_decref(x.request);
}

/* It is refused, or goes on without that shard. */
static void
on_elsewhere(void *arg, const char *why)
{
	struct pending *p = arg;

	p->is_asking = false;
	if (why == NULL && p->door->evaluate->stopping)
		why = "this collector is stopping: try again soon";
	if (why != NULL) {
		refuse(p, "%s", why);
		return;
	}
	worker_look_at_clock(p->door->evaluate->workers);
	p->shards &= ~(UINT64_C(1) << p->shard);
	begin(p);
}

static bool
on_command(void *arg, uint64_t id, const char *json, size_t length,
    const char *by)
{
	struct door *door = arg;
	struct evaluate *e = door->evaluate;
	struct pending *p;
	json_t *request;
	const char *name;
	char error[300];

	/* It may be the first thing that happens after a break. */
	worker_look_at_clock(&e->workers[0]);
	if (e->stopping || e->is_aside)
		return false;
	p = mem_alloc(sizeof(*p));
	*p = (struct pending){ .door = door,
		.id = id,
		.json = mem_alloc(length + 1),
		.by = mem_text(by),
		.length = length };
	memcpy(p->json, json, length);
	LIST_INSERT_HEAD(&door->pending, p, entry);
	request = json_loadb(json, length, 0, NULL);
	name = record_string(request, "command");
	if (name == NULL || !shard_command_is_known(name))
		refuse(p, "command: there is no such command here");
	else if ((p->shards = assent_shards(e->settings, request, error)) == 0)
		refuse(p, "%s", error);
	else
		begin(p);
	json_decref(request);
	return true;
}

/* {"command": "status"}: which shards are evaluated here. */
static char *
on_query(void *arg, const char *json, size_t length, bool *ok)
{
	const struct evaluate *e = ((struct door *)arg)->evaluate;
	json_t *request = json_loadb(json, length, 0, NULL), *answer, *list;
	const char *name = record_string(request, "command");
	bool is_status = name != NULL && strcmp(name, "status") == 0;
	char *text, us[96];

	json_decref(request);
	if (!is_status)
		return NULL;
	list = json_array();
	for (unsigned i = 0; i < e->count; i++)
		if (e->workers[i].state == WORKER_RUNNING)
			json_array_append_new(list, json_integer(i));
	door_name(us);
	answer = json_pack("{s:s, s:o, s:b}", "holder", us, "evaluates", list,
	    "store", (int)store_is_up(e->store));
	text = record_dump(answer);
	json_decref(answer);
	*ok = true;
	return text;
}

/* ---- the socket ---- */

static bool
has_shards(const struct evaluate *e)
{
	for (unsigned i = 0; i < e->count; i++)
		if (e->workers[i].state == WORKER_RUNNING)
			return true;
	return false;
}

void
door_tick(struct door *door)
{
	struct evaluate *e = door->evaluate;
	bool holds = has_shards(e), takes = holds && !door->is_holding;

	door->is_holding = holds;
	if (e->stopping)
		return;
	if (door->control != NULL && !control_is_current(door->control)) {
		control_free(door->control);
		door->control = NULL;
	}
	if (takes) {
		/* Who stood by may have been first; or it was ourselves. */
		control_free(door->control);
		door->control = control_take(e->base, door->desk, door->path);
	} else if (door->control == NULL)
		door->control = control_new(e->base, door->desk, door->path);
	if (door->control == NULL && errno != EADDRINUSE && !door->was_told)
		log_warn("%s: no control socket; trying again", door->path);
	door->was_told = door->control == NULL;
}

struct door *
door_new(struct evaluate *e)
{
	static const struct desk_backend backend = { on_query, on_command,
		"this collector is stopping, or its clock was set just now: "
		"try again soon" };
	struct door *door = mem_alloc(sizeof(*door));

	door->evaluate = e;
	LIST_INIT(&door->pending);
	text_copy(door->path, sizeof(door->path),
	    e->settings->site.collector_socket);
	door->desk = desk_new(&backend, door);
	door->answers = evtimer_new(e->base, on_answers, door);
	if (door->answers == NULL)
		fatalx("evaluate: no memory for a timer");
	return door;
}

/* The store was freed before: nobody's question is under way. */
void
door_free(struct door *door)
{
	struct pending *p;

	if (door == NULL)
		return;
	control_free(door->control);
	desk_free(door->desk);
	while ((p = LIST_FIRST(&door->pending)) != NULL) {
		LIST_REMOVE(p, entry);
		forget(p);
	}
	event_free(door->answers);
	free(door);
}
