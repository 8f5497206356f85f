/*
 * agent: the turns; see agent.h.
 *
 * Whatever happens ends in a turn: the prober is asked what to do until it
 * wants nothing, then the timer is set to its deadline.  Turns are made from
 * the event loop, so that what happens together is one turn.
 */
#include <ctype.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <event2/event.h>

#include "agent/agent.h"
#include "agent/planfile.h"
#include "lib/crash.h"
#include "lib/interval.h"
#include "lib/log.h"
#include "lib/notify.h"
#include "lib/sign.h"
#include "lib/text.h"

#define TURN_MAX_MS 1000 /* the clock is looked at so often at least */
#define PROBES_MAX 2000  /* under way; further ones wait for their turn */

int64_t
agent_now(struct agent *a)
{
	bool broken = clock_guard_look(&a->guard) != CLOCK_STEADY;
	int64_t now_ms = clock_now_ms();

	if (broken) {
		log_info("this process stood still, or its clock jumped");
		prober_break(a->prober, now_ms);
		a->hello_at_ms = 0; /* by a clock that is no more */
	}
	return now_ms;
}

void
agent_turn_soon(struct agent *a)
{
	event_active(a->turn, EV_TIMEOUT, 0);
}

/* Alive: a hung loop does not come here. */
static void
tell_watchdog(struct agent *a)
{
	int64_t now_us = clock_monotonic_us();

	if (a->watchdog_us == 0 || now_us - a->alive_us < a->watchdog_us / 4)
		return;
	a->alive_us = now_us;
	notify_manager("WATCHDOG=1");
}

/* Do one thing that the prober wants; what it writes down comes first. */
static void
perform(struct agent *a, struct prober_action *what, int64_t now_ms)
{
	switch (what->what) {
	case PROBER_NOTHING:
		break;
	case PROBER_PROBE:
		if (!a->draining)
			probe_start(a, what);
		break;
	case PROBER_RECORD:
		if (spoolfile_append(a->spool, what->record.data,
			what->record.length, what->whole) == -1)
			prober_unwritten(a->prober, now_ms);
		wire_bytes_clear(&what->record);
		break;
	case PROBER_SEND:
		report_results(a, what->parts, what->part_count);
		break;
	case PROBER_TELL:
		if (!a->draining)
			tell(a, what);
		break;
	}
}

static void
set_timer(struct agent *a, int64_t now_ms)
{
	int64_t wait_ms = prober_deadline(a->prober) - now_ms;
	struct timeval tv;

	if (wait_ms > TURN_MAX_MS)
		wait_ms = TURN_MAX_MS;
	if (wait_ms < 0)
		wait_ms = 0;
	tv = (struct timeval){ wait_ms / 1000, wait_ms % 1000 * 1000 };
	evtimer_add(a->turn, &tv);
}

static bool
is_drained(const struct agent *a)
{
	return prober_is_empty(a->prober) ||
	    clock_monotonic_us() >= a->drained_by_us;
}

static void
on_turn(evutil_socket_t fd, short events, void *arg)
{
	struct agent *a = arg;
	int64_t now_ms = agent_now(a);
	struct prober_action what;
	int started = 0;

	(void)fd, (void)events;
	tell_watchdog(a);
	prober_time(a->prober, now_ms);
	while (started < AGENT_STARTS_MAX &&
	    prober_next(a->prober, now_ms, &what) != PROBER_NOTHING) {
		started += what.what == PROBER_PROBE;
		perform(a, &what, now_ms);
	}
	if (a->draining && is_drained(a))
		event_base_loopbreak(a->base);
	if (started == AGENT_STARTS_MAX)
		agent_turn_soon(a); /* let the others have a look in */
	else
		set_timer(a, now_ms);
}

/* "Authorization: Bearer ..." from the token file. */
int
agent_read_token(struct agent *a)
{
	char token[AGENT_TOKEN_MAX + 2];
	FILE *in = fopen(a->options.token_file, "re");
	struct stat st;
	size_t length;

	if (in == NULL || fstat(fileno(in), &st) == -1) {
		log_warn("%s", a->options.token_file);
		if (in != NULL)
			fclose(in);
		return -1;
	}
	if ((st.st_mode & 077) != 0)
		log_warnx("%s: can be read by others", a->options.token_file);
	length = fread(token, 1, sizeof(token) - 1, in);
	fclose(in);
	while (length > 0 && isspace((unsigned char)token[length - 1]))
		length--;
	token[length] = '\0';
	for (size_t i = 0; i < length; i++) {
		if (token[i] <= ' ' || token[i] >= 0x7f)
			length = 0;
	}
	if (length == 0 || length > AGENT_TOKEN_MAX) {
		log_warnx("%s: holds no token of at most %d characters",
		    a->options.token_file, AGENT_TOKEN_MAX);
		return -1;
	}
	text_format(a->authorization, sizeof(a->authorization),
	    "Authorization: Bearer %s", token);
	explicit_bzero(token, sizeof(token));
	return 0;
}

void
agent_take_plan(struct agent *a, struct plan *plan)
{
	tell_plan(a, plan);
	prober_plan(a->prober, plan, agent_now(a));
	malloc_trim(0); /* reading it took many times what it needs */
	agent_turn_soon(a);
}

static int
replay(void *arg, const char *records, size_t length)
{
	struct agent *a = arg;

	return prober_replay(a->prober, records, length);
}

static void
begin_prober(struct agent *a)
{
	char id[WIRE_SPOOL_LENGTH + 1];

	sign_random(id, WIRE_SPOOL_LENGTH);
	prober_free(a->prober);
	a->prober = prober_new(id, clock_now_ms());
}

/* What an earlier life has left; 0, or -1, logged. */
static int
resume(struct agent *a)
{
	struct plan *plan;

	a->spool = spoolfile_open(a->options.state_dir);
	if (a->spool == NULL)
		return -1;
	begin_prober(a);
	if (spoolfile_read(a->spool, replay, a) == -1)
		begin_prober(a);
	prober_begin(a->prober, clock_now_ms());
	CRASH_POINT("agent-replayed");
	plan = planfile_load(a->options.state_dir);
	if (plan == NULL)
		return 0;
	log_info("plan: %zu endpoints, as it was kept", plan->count);
	if (plan->tag != NULL)
		text_format(a->etag, sizeof(a->etag), "\"%s\"", plan->tag);
	agent_take_plan(a, plan);
	return 0;
}

static int
make_fetchers(struct agent *a)
{
	struct fetcher_options o = { .user_agent = AGENT_NAME };

	o.ca_file = a->options.ca_file;
	a->talks = fetcher_new(a->base, &o);
	o.ca_file = a->options.probe_ca;
	o.max_under_way = PROBES_MAX;
	a->probes = fetcher_new(a->base, &o);
	return a->talks != NULL && a->probes != NULL ? 0 : -1;
}

static void
on_hello_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	report_hello(arg);
}

struct agent *
agent_new(struct event_base *base, const struct agent_options *o)
{
	struct agent *a = mem_alloc(sizeof(*a));

	a->base = base;
	a->options = *o;
	LIST_INIT(&a->flights);
	(void)clock_guard_look(&a->guard);
	a->watchdog_us = notify_watchdog_us();
	a->silent_status = -1;
	a->turn = evtimer_new(base, on_turn, a);
	a->hello_again = evtimer_new(base, on_hello_due, a);
	if (a->turn == NULL || a->hello_again == NULL)
		fatalx("the event loop takes no more");
	if (agent_read_token(a) == -1 || make_fetchers(a) == -1 ||
	    resume(a) == -1) {
		agent_free(a);
		return NULL;
	}
	report_hello(a);
	polls_start(a);
	agent_turn_soon(a);
	return a;
}

/* What is under way is given up; what was seen is sent. */
void
agent_drain(struct agent *a)
{
	if (a->draining)
		return;
	a->draining = true;
	a->drained_by_us = clock_monotonic_us() + AGENT_DRAIN_MS * 1000;
	polls_cancel(a);
	probes_cancel(a);
	agent_turn_soon(a);
}

void
agent_free(struct agent *a)
{
	if (a == NULL)
		return;
	polls_cancel(a);
	probes_cancel(a);
	report_cancel(a);
	tell_cancel(a);
	fetcher_free(a->probes);
	fetcher_free(a->talks);
	fetcher_free(a->mails);
	prober_free(a->prober);
	spoolfile_close(a->spool);
	event_free(a->hello_again);
	event_free(a->turn);
	explicit_bzero(a->authorization, sizeof(a->authorization));
	free(a);
}
