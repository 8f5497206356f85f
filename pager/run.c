/*
 * run: see run.h.
 *
 * Everything that happens ends in run_turn(): time passes, what is to be
 * written is written, what is durable happens, and one timer waits for the
 * core's next deadline.
 */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <jansson.h>

#include "lib/accept.h"
#include "lib/crash.h"
#include "lib/log.h"
#include "lib/notify.h"
#include "lib/record.h"
#include "lib/sign.h"
#include "lib/text.h"
#include "pager/link_token.h"
#include "pager/run_parts.h"

#define TURNS_MAX 10000 /* of one event; more is a fault of ours */
/* What is still due after a turn waits for something else, a commit or the
   lease; looking all the time would not help. */
#define BLOCKED_MS 20
#define DRAIN_US INT64_C(10000000)

struct run_call *
run_call(struct run *r, unsigned shard)
{
	struct run_call *call = mem_alloc(sizeof(*call));

	*call = (struct run_call){ r, r->generation, shard };
	return call;
}

bool
run_call_is_void(const struct run_call *call)
{
	return call->generation != call->run->generation;
}

void
run_sign(void *arg, const char *incident, const char *person,
    const char *intent, char *token, size_t room)
{
	const struct run *r = arg;
	struct link_token t;

	text_copy(t.incident, sizeof(t.incident), incident);
	text_copy(t.person, sizeof(t.person), person);
	text_copy(t.intent, sizeof(t.intent), intent);
	if (!link_token_make(r->secret, &t, token, room))
		log_warnx("%s: no link for %s", incident, person);
}

static void
set_deadline(struct run *r)
{
	int64_t at_ms = r->phase == RUN_ACTIVE ? duty_deadline(r->duty) : NEVER;
	int64_t wait_ms = at_ms - clock_now_ms();
	struct timeval tv;

	evtimer_del(r->deadline);
	if (at_ms == NEVER)
		return;
	if (wait_ms < BLOCKED_MS)
		wait_ms = BLOCKED_MS;
	tv = (struct timeval){ wait_ms / 1000, wait_ms % 1000 * 1000 };
	evtimer_add(r->deadline, &tv);
}

void
run_turn(struct run *r)
{
	int turns = 0;

	if (r->phase == RUN_ACTIVE) {
		duty_time(r->duty, clock_now_ms());
		while ((run_write(r) || run_act(r)) && turns < TURNS_MAX)
			turns++;
		if (turns == TURNS_MAX)
			log_warnx("pager: the core does not come to rest");
	}
	set_deadline(r);
}

static void
drain_tick(struct run *r)
{
	bool busy = r->commit_waiting || run_is_sending(r);

	if (busy && clock_monotonic_us() < r->drain_until_us)
		return;
	if (r->phase != RUN_STANDBY && !r->away && store_is_up(r->store) &&
	    r->drain_until_us != 0) {
		store_unlease(r->store, STORE_PAGER_GROUP, r->token);
		r->drain_until_us = 0; /* one more tick for it to leave */
		return;
	}
	event_base_loopbreak(r->base);
}

static void
look_at_clock(struct run *r)
{
	if (clock_guard_look(&r->guard) == CLOCK_STEADY)
		return;
	log_warnx("pager: the clock jumped, or we were held up");
	if (r->phase == RUN_ACTIVE)
		duty_break(r->duty, clock_now_ms());
}

/* What came first after a gap may be this. */
static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	look_at_clock(arg);
	run_turn(arg);
}

static void
on_read(evutil_socket_t fd, short what, void *arg)
{
	struct run *r = arg;

	(void)fd, (void)what;
	look_at_clock(r);
	run_read_tick(r);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct run *r = arg;

	(void)fd, (void)what;
	look_at_clock(r);
	notify_manager("WATCHDOG=1");
	run_lease_tick(r);
	run_away_tick(r);
	run_turn(r);
	if (r->draining)
		drain_tick(r);
}

/* Said to be done, it stands in the store or in the journal. */
static bool
is_kept(void *arg)
{
	const struct run *r = arg;

	return !r->away || !r->unrecorded;
}

/* If the tree has a place for it. */
static void
listen_for_alerts(struct run *r)
{
	const struct alerts_options options = { .desk = r->desk,
		.settings = r->settings,
		.is_kept = is_kept,
		.arg = r };
	char error[160] = "";

	if (r->alerts != NULL || r->settings->listen_alerts.address == NULL)
		return;
	r->alerts = alerts_new(r->base, &options, error);
	if (r->alerts != NULL)
		log_info("alerts: listening port=%d", alerts_port(r->alerts));
	else if (!r->listen_told)
		log_warnx("alerts: %s; trying again", error);
}

static void
open_console(struct run *r)
{
	char error[160] = "";

	if (r->door != NULL || r->settings->listen_console.address == NULL)
		return;
	r->door = door_new(r->base, r->desk, r->settings, error);
	if (r->door == NULL) {
		if (!r->listen_told)
			log_warnx("console: %s; trying again", error);
		return;
	}
	log_info("console: listening port=%d", door_port(r->door));
	if (*r->secret != '\0')
		door_set_secret(r->door, r->secret);
}

void
run_tell_secret(struct run *r)
{
	if (r->links != NULL)
		links_set_secret(r->links, r->secret);
	if (r->door != NULL)
		door_set_secret(r->door, r->secret);
}

static void
listen_all(struct run *r)
{
	char path[600], error[160] = "";

	text_format(path, sizeof(path), "%s/pager.sock", r->state_dir);
	if (r->control == NULL) {
		r->control = control_new(r->base, r->desk, path);
		if (r->control == NULL && !r->listen_told)
			log_warn("%s: no control socket; trying again", path);
	}
	if (r->links == NULL) {
		r->links = links_new(r->base, r->desk, r->settings, error);
		if (r->links == NULL && !r->listen_told)
			log_warnx("links: %s; trying again", error);
		else if (r->links != NULL)
			log_info("links: listening port=%d",
			    links_port(r->links));
		if (r->links != NULL && *r->secret != '\0')
			links_set_secret(r->links, r->secret);
	}
	listen_for_alerts(r);
	open_console(r);
	r->listen_told = r->control == NULL || r->links == NULL ||
	    (r->alerts == NULL && r->settings->listen_alerts.address != NULL) ||
	    (r->door == NULL && r->settings->listen_console.address != NULL);
}

static void
on_live(evutil_socket_t fd, short what, void *arg)
{
	struct run *r = arg;

	(void)fd, (void)what;
	if (!r->draining)
		listen_all(r);
	run_live(r);
}

/* Is it this question? */
static bool
is_named(const char *json, size_t length, const char *name)
{
	json_t *request = json_loadb(json, length, 0, NULL);
	const char *command = record_string(request, "command");
	bool is = command != NULL && strcmp(command, name) == 0;

	json_decref(request);
	return is;
}

/* Anything that is asked while nothing is known. */
static char *
stand_by_answer(const struct run *r, const char *json, size_t length, bool *ok)
{
	json_t *answer;
	char *text;

	*ok = is_named(json, length, "status");
	if (!*ok)
		return mem_text("{\"error\": \"this pager is not the active "
				"one, or not ready yet\"}");
	answer = json_pack("{s:b, s:b, s:b}", "active", 0, "stands_by",
	    (int)(run_standing(r) == AUDIT_STANDBY), "store",
	    (int)store_is_up(r->store));
	text = record_dump(answer);
	json_decref(answer);
	return text;
}

static char *
query(void *arg, const char *json, size_t length, bool *ok)
{
	struct run *r = arg;

	if (r->phase != RUN_ACTIVE)
		return stand_by_answer(r, json, length, ok);
	if (is_named(json, length, "load"))
		return run_burden(r, clock_now_ms(), ok);
	return duty_query(r->duty, json, length, clock_now_ms(), ok);
}

static bool
command(void *arg, uint64_t id, const char *json, size_t length, const char *by)
{
	struct run *r = arg;

	if (r->phase != RUN_ACTIVE || r->draining)
		return false;
	look_at_clock(r);
	duty_command(r->duty, id, json, length, by, clock_now_ms());
	event_active(r->deadline, EV_TIMEOUT, 0); /* soon, not from within */
	return true;
}

static void
on_store(void *arg, bool up, const char *advisory)
{
	run_store_changed(arg, up, advisory);
}

static void
make_timers(struct run *r)
{
	const struct timeval tick = { 0, TICK_MS * 1000 };
	const struct timeval reading = { 0, READ_MS * 1000 };
	int64_t live_ms = PATIENCE_MS("SUNWATCH_LIVE_MS", LIVE_MS);
	const struct timeval live = { live_ms / 1000, live_ms % 1000 * 1000 };

	r->deadline = evtimer_new(r->base, on_deadline, r);
	r->tick = event_new(r->base, -1, EV_PERSIST, on_tick, r);
	r->read = event_new(r->base, -1, EV_PERSIST, on_read, r);
	r->live = event_new(r->base, -1, EV_PERSIST, on_live, r);
	if (r->deadline == NULL || r->tick == NULL || r->read == NULL ||
	    r->live == NULL || event_add(r->tick, &tick) == -1 ||
	    event_add(r->read, &reading) == -1 ||
	    event_add(r->live, &live) == -1)
		fatalx("pager: no timers");
}

static void
make_store(struct run *r)
{
	const struct redis_settings *redis = &r->settings->redis;
	const struct store_options options = { .address = redis->address,
		.ca_file = redis->ca_file,
		.password = redis->password,
		.wait_replicas = (int)redis->wait_replicas };

	r->store = store_new(r->base, &options, on_store, r);
	if (r->store == NULL)
		fatalx("%s: not an address of Redis", redis->address);
}

struct run *
run_new(struct event_base *base, struct settings *settings)
{
	static const struct desk_backend backend = { query, command,
		"this pager is not the active one, or not ready yet" };
	struct run *r = mem_alloc(sizeof(*r));
	char path[600];

	r->base = base;
	r->settings = settings;
	text_copy(r->state_dir, sizeof(r->state_dir), settings->site.state_dir);
	r->tenure.life_ms = PATIENCE_MS("SUNWATCH_LEASE_MS", TENURE_LIFE_MS);
	r->away_after_ms = PATIENCE_MS("SUNWATCH_AWAY_MS", AWAY_AFTER_MS);
	r->differ_ms = PATIENCE_MS("SUNWATCH_DIFFER_MS", DIFFER_MS);
	r->trees_every_ms = PATIENCE_MS("SUNWATCH_TREES_MS", TREES_MS);
	r->doubt_every_ms = PATIENCE_MS("SUNWATCH_DOUBT_MS", DOUBT_MS);
	LIST_INIT(&r->sends);
	commit_init(&r->commit);
	commit_init(&r->spare_commit);
	sign_random(r->token, sizeof(r->token) - 1);
	r->reading = mem_alloc((size_t)settings->shards * sizeof(bool));
	r->doubted_us = mem_alloc((size_t)settings->shards * sizeof(int64_t));
	text_format(path, sizeof(path), "%s/pager.attempt", r->state_dir);
	r->attempt = attempt_new(path);
	text_format(path, sizeof(path), "%s/pager.leases", r->state_dir);
	r->leases = lease_file_new(path);
	r->desk = desk_new(&backend, r);
	r->channels = channels_new(base, settings);
	make_timers(r);
	listen_all(r);
	make_store(r);
	r->down_since_us = clock_monotonic_us();
	return r;
}

enum audit_pager
run_standing(const struct run *r)
{
	if (r->phase == RUN_ACTIVE)
		return AUDIT_ACTIVE;
	return r->phase == RUN_STANDBY && r->standby_told ? AUDIT_STANDBY
							  : AUDIT_OPENING;
}

void
run_free(struct run *r)
{
	r->generation++; /* what still comes is void */
	r->phase = RUN_STANDBY;
	run_forget_sends(r);
	links_free(r->links);
	alerts_free(r->alerts);
	door_free(r->door);
	control_free(r->control);
	store_free(r->store);
	channels_free(r->channels);
	desk_free(r->desk);
	run_drop_spare(r);
	duty_free(r->duty);
	json_decref(r->load);
	journal_close(r->journal);
	attempt_free(r->attempt);
	lease_file_free(r->leases);
	commit_clear(&r->commit);
	event_free(r->tick);
	event_free(r->read);
	event_free(r->deadline);
	event_free(r->live);
	settings_free(r->settings);
	free(r->reading);
	free(r->doubted_us);
	free(r);
}

void
run_configure(struct run *r, struct settings *s)
{
	struct settings *old = r->settings;

	if (accept_wants_restart(old, s) ||
	    text_differs(old->listen_pager.address, s->listen_pager.address) ||
	    text_differs(old->listen_alerts.address,
		s->listen_alerts.address) ||
	    text_differs(old->listen_console.address,
		s->listen_console.address))
		log_warnx("pager: redis, listen and state_dir change at the "
			  "next restart");
	if (s->shards != old->shards) {
		log_warnx("pager: the number of shards is fixed; keeping the "
			  "old configuration");
		settings_free(s);
		return;
	}
	r->settings = s;
	if (r->phase == RUN_ACTIVE || r->phase == RUN_LOADING)
		duty_configure(r->duty, s, clock_now_ms());
	if (r->spare != NULL)
		duty_configure(r->spare, s, clock_now_ms());
	channels_configure(r->channels, s);
	if (r->links != NULL)
		links_configure(r->links, s);
	if (r->alerts != NULL)
		alerts_configure(r->alerts, s);
	if (r->door != NULL)
		door_configure(r->door, s);
	if (s->site.link_secret != NULL) {
		text_copy(r->secret, sizeof(r->secret), s->site.link_secret);
		run_tell_secret(r);
	}
	r->trees_at_us = 0;
	settings_free(old);
	run_turn(r);
}

void
run_drain(struct run *r)
{
	if (r->draining)
		return;
	r->draining = true;
	r->drain_until_us = clock_monotonic_us() + DRAIN_US;
}
