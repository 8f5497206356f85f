/*
 * sunwatch-collector: options, signals, and the loop for one role.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "collector/liveness.h"
#include "collector/role.h"
#include "lib/accept.h"
#include "lib/clock.h"
#include "lib/descriptors.h"
#include "lib/log.h"
#include "lib/notify.h"
#include "lib/store.h"
#include "lib/text.h"
#include "lib/version.h"

#define DEFAULT_PATH "/etc/sunwatch/sunwatch.yaml"
#define DRAIN_MS 8000 /* at most, after SIGTERM */
#define DRAIN_TICK_MS 50

static const struct role *const roles[] = { &role_evaluate, &role_pages };

struct collector {
	const char *path;
	const struct role *role;
	void *role_state; /* what its begin() returned */
	struct event_base *base;
	struct settings *settings;
	struct store *store;
	struct liveness *liveness;
	struct event *drain, *events[5];
	size_t event_count;
	int64_t drain_until_us; /* 0: not stopping */
	bool has_left;
};

static void
usage(FILE *out)
{
	fputs("usage: sunwatch-collector [-dnV] [-f file] --role "
	      "evaluate|pages\n",
	    out);
}

static const struct role *
find_role(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(roles[i]->name, name) == 0)
			return roles[i];
	return NULL;
}

/* -n: say what is wrong with the tree, and whether it would be taken. */
static int
check(const char *path)
{
	struct conf_errors errors = { 0 };
	struct settings *s = accept_check(path, &errors);
	int status = s != NULL ? 0 : 1;

	CONF_EACH (const struct conf_complaint, c, &errors.list)
		fprintf(stderr, "%s\n", c->text);
	conf_errors_clear(&errors);
	settings_free(s);
	return status;
}

static void
on_store(void *arg, bool up, const char *advisory)
{
	struct collector *c = arg;

	(void)advisory; /* the store has logged it */
	if (c->role->store != NULL)
		c->role->store(c->role_state, up);
}

static void
on_drain(evutil_socket_t fd, short what, void *arg)
{
	struct collector *c = arg;

	(void)fd, (void)what;
	if (c->has_left) {
		event_base_loopbreak(c->base);
		return;
	}
	if (c->role->is_idle != NULL && !c->role->is_idle(c->role_state) &&
	    clock_monotonic_us() < c->drain_until_us)
		return;
	/* One more turn for what leaving has to send. */
	if (c->role->leave != NULL)
		c->role->leave(c->role_state);
	c->has_left = true;
}

/* What is under way is ended; what has not begun does not begin. */
static void
on_terminate(evutil_socket_t number, short what, void *arg)
{
	struct timeval tv = { 0, DRAIN_TICK_MS * 1000 };
	struct collector *c = arg;

	(void)what;
	if (c->drain_until_us != 0)
		return;
	log_info("stopping signal=%d", (int)number);
	notify_manager("STOPPING=1");
	c->drain_until_us = clock_monotonic_us() + DRAIN_MS * 1000;
	if (c->role->stop != NULL)
		c->role->stop(c->role_state);
	event_add(c->drain, &tv);
}

/* The new tree is taken whole, or the old one stays. */
static void
on_reload(evutil_socket_t number, short what, void *arg)
{
	struct collector *c = arg;
	struct settings *fresh;

	(void)number, (void)what;
	if (c->drain_until_us != 0)
		return;
	notify_manager("RELOADING=1");
	fresh = accept_reload(c->path, c->role->program, c->settings);
	if (fresh == NULL)
		log_warnx("%s: not taken, the old one stays", c->path);
	else {
		/* Where it listens is said by who listens. */
		if (accept_wants_restart(c->settings, fresh))
			log_warnx("redis and state_dir change at the next "
				  "restart");
		settings_read_mail_ca(fresh);
		liveness_tree(c->liveness, fresh->hash);
		c->role->configure(c->role_state, fresh);
		settings_free(c->settings);
		c->settings = fresh;
		log_info("%s: taken hash=%.12s", c->path, fresh->hash);
	}
	notify_manager("READY=1");
}

static void
on_watchdog(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	notify_manager("WATCHDOG=1");
}

static struct event *
add_event(struct collector *c, int number, short what, event_callback_fn fn,
    const struct timeval *tv)
{
	struct event *e = event_new(c->base, number, what, fn, c);

	if (e == NULL || (tv != NULL && event_add(e, tv) != 0))
		fatalx("no memory for an event");
	c->events[c->event_count++] = e;
	return e;
}

static void
on_signal(struct collector *c, int number, event_callback_fn fn)
{
	if (event_add(add_event(c, number, EV_SIGNAL | EV_PERSIST, fn, NULL),
		NULL) != 0)
		fatalx("signal %d cannot be caught", number);
}

static void
watch_signals(struct collector *c)
{
	int64_t usec = notify_watchdog_us();
	struct timeval tv;

	signal(SIGPIPE, SIG_IGN);
	on_signal(c, SIGTERM, on_terminate);
	on_signal(c, SIGINT, on_terminate);
	on_signal(c, SIGHUP, on_reload);
	c->drain = add_event(c, -1, EV_PERSIST, on_drain, NULL);
	if (usec == 0)
		return;
	tv = (struct timeval){ (time_t)(usec / 3 / 1000000),
		(suseconds_t)(usec / 3 % 1000000) };
	add_event(c, -1, EV_PERSIST, on_watchdog, &tv);
}

static void
start(struct collector *c)
{
	struct store_options o = {
		.address = c->settings->redis.address,
		.ca_file = c->settings->redis.ca_file,
		.password = c->settings->redis.password,
		.wait_replicas = (int)c->settings->redis.wait_replicas,
	};
	char error[160];

	c->base = event_base_new();
	if (c->base == NULL)
		fatalx("no event loop");
	watch_signals(c);
	c->store = store_new(c->base, &o, on_store, c);
	if (c->store == NULL)
		fatalx("redis: no address");
	c->liveness = liveness_new(c->base, c->store, c->role->program);
	liveness_tree(c->liveness, c->settings->hash);
	c->role_state =
	    c->role->begin(c->base, c->store, c->liveness, c->settings, error);
	if (c->role_state == NULL)
		fatalx("%s", error);
	notify_manager("READY=1");
}

struct given {
	const char *path;
	const struct role *role; /* NULL: not said, or there is none */
	bool debug, only_check;
};

/* -1: go on; otherwise what to exit with. */
static int
read_options(int argc, char **argv, struct given *g)
{
	static const struct option long_options[] = {
		{ "role", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL },
	};
	int option;

	while ((option = getopt_long(argc, argv, "df:hnV", long_options,
		    NULL)) != -1)
		switch (option) {
		case 'd':
			g->debug = true;
			break;
		case 'f':
			g->path = optarg;
			break;
		case 'h':
			usage(stdout);
			return 0;
		case 'n':
			g->only_check = true;
			break;
		case 'r':
			g->role = find_role(optarg);
			break;
		case 'V':
			printf("sunwatch-collector %s\n", SUNWATCH_VERSION);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	return -1;
}

static void
serve(const char *path, const struct role *role)
{
	struct collector c = { .path = path, .role = role };

	descriptors_raise();
	c.settings = accept_at_start(path, role->program);
	if (c.settings == NULL)
		fatalx("%s: there is no tree to run with", path);
	settings_read_mail_ca(c.settings);
	start(&c);
	event_base_dispatch(c.base);
	store_free(c.store);
	role->end(c.role_state);
	liveness_free(c.liveness);
	settings_free(c.settings);
	for (size_t i = 0; i < c.event_count; i++)
		event_free(c.events[i]);
	event_base_free(c.base); /* libevent's own frees wait for it */
}

int
main(int argc, char **argv)
{
	struct given g = { .path = DEFAULT_PATH };
	int status = read_options(argc, argv, &g);

	if (status >= 0)
		return status;
	if (optind != argc || (g.role == NULL && !g.only_check)) {
		usage(stderr);
		return 2;
	}
	if (g.only_check)
		return check(g.path);
	log_init("sunwatch-collector", g.debug);
	serve(g.path, g.role);
	return 0;
}
