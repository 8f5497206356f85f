/* polls: see polls.h. */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "collector/polls.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/text.h"

struct poll {
	TAILQ_ENTRY(poll) entry;
	struct polls *polls;
	struct serve_request *request;
	struct event *timer;
	char agent[64], region[64];
};

void
polls_init(struct polls *p, struct event_base *base, poll_over *over, void *arg)
{
	p->base = base;
	p->over = over;
	p->arg = arg;
	TAILQ_INIT(&p->waiting);
}

int64_t
polls_asked_ms(const struct serve_request *r)
{
	char text[8];
	int64_t ms;

	if (serve_query(r, "wait", text, sizeof(text)) == NULL)
		return 0;
	ms = strtol(text, NULL, 10) * 1000;
	if (ms < 0)
		return 0;
	return ms > POLLS_WAIT_MAX_MS ? POLLS_WAIT_MAX_MS : ms;
}

static void
forget(struct poll *p)
{
	TAILQ_REMOVE(&p->polls->waiting, p, entry);
	event_free(p->timer);
	free(p);
}

static void
on_gone(void *arg)
{
	forget(arg);
}

static void
end(struct polls *polls, struct poll *p)
{
	TAILQ_REMOVE(&polls->waiting, p, entry);
	event_free(p->timer);
	polls->over(polls->arg, p->request, p->agent, p->region);
	free(p);
}

static void
on_time_up(evutil_socket_t fd, short what, void *arg)
{
	struct poll *p = arg;

	(void)fd, (void)what;
	end(p->polls, p);
}

/* An agent that asks again has given its older question up. */
static void
make_room(struct polls *polls, const char *agent)
{
	struct poll *p, *oldest = NULL;
	int n = 0;

	TAILQ_FOREACH (p, &polls->waiting, entry) {
		if (strcmp(p->agent, agent) != 0)
			continue;
		if (oldest == NULL)
			oldest = p;
		n++;
	}
	if (n >= POLLS_OF_AGENT)
		end(polls, oldest);
}

void
polls_wait(struct polls *polls, struct serve_request *r,
    const struct agent_settings *agent, int64_t wait_ms)
{
	struct timeval tv = { wait_ms / 1000, wait_ms % 1000 * 1000 };
	struct poll *p;

	if (wait_ms == 0) {
		polls->over(polls->arg, r, agent->name, agent->region);
		return;
	}
	make_room(polls, agent->name);
	p = mem_alloc(sizeof(*p));
	p->polls = polls;
	p->request = r;
	text_copy(p->agent, sizeof(p->agent), agent->name);
	text_copy(p->region, sizeof(p->region), agent->region);
	p->timer = evtimer_new(polls->base, on_time_up, p);
	if (p->timer == NULL || event_add(p->timer, &tv) != 0)
		fatalx("polls: no memory for a timer");
	TAILQ_INSERT_TAIL(&polls->waiting, p, entry);
	serve_defer(r, on_gone, p);
}

struct serve_request *
polls_take(struct polls *polls, const char *region)
{
	struct serve_request *r;
	struct poll *p;

	TAILQ_FOREACH (p, &polls->waiting, entry) {
		if (strcmp(p->region, region) != 0)
			continue;
		r = p->request;
		forget(p);
		return r;
	}
	return NULL;
}

size_t
polls_waiting(const struct polls *polls, const char *region)
{
	const struct poll *p;
	size_t n = 0;

	TAILQ_FOREACH (p, &polls->waiting, entry)
		if (strcmp(p->region, region) == 0)
			n++;
	return n;
}

void
polls_end_one(struct polls *polls, const char *region)
{
	struct poll *p;

	TAILQ_FOREACH (p, &polls->waiting, entry)
		if (strcmp(p->region, region) == 0) {
			end(polls, p);
			return;
		}
}

static bool
is_right(const struct poll *p, const struct settings *s)
{
	CONF_EACH (const struct agent_settings, a, &s->agents)
		if (strcmp(a->name, p->agent) == 0)
			return strcmp(a->region, p->region) == 0;
	return false;
}

void
polls_end_unless(struct polls *polls, const struct settings *s)
{
	struct poll *p, *next;

	for (p = TAILQ_FIRST(&polls->waiting); p != NULL; p = next) {
		next = TAILQ_NEXT(p, entry);
		if (!is_right(p, s))
			end(polls, p);
	}
}

void
polls_end(struct polls *polls)
{
	while (!TAILQ_EMPTY(&polls->waiting))
		end(polls, TAILQ_FIRST(&polls->waiting));
}
