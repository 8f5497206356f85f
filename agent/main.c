/* sunwatch-agent: options and signals; agent.c does the rest. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "agent/agent.h"
#include "agent/planfile.h"
#include "lib/descriptors.h"
#include "lib/log.h"
#include "lib/notify.h"
#include "lib/version.h"

#define STATE_DIR "/var/lib/sunwatch-agent"

static void __attribute__((noreturn)) usage(void)
{
	fputs("usage: sunwatch-agent [-dnV] [-A cafile] [-a cafile] "
	      "[-s statedir] -c url -t tokenfile\n",
	    stderr);
	exit(2);
}

static void
on_stop(evutil_socket_t number, short what, void *arg)
{
	(void)number, (void)what;
	notify_manager("STOPPING=1");
	agent_drain(arg);
}

static void
on_reload(evutil_socket_t number, short what, void *arg)
{
	(void)number, (void)what;
	if (agent_read_token(arg) == 0)
		log_info("the token was read again");
}

/* 0, or 1 with everything that is wrong said. */
static int
check(const struct agent_options *o, struct event_base *base)
{
	struct agent a = { .base = base, .options = *o };
	struct fetcher_options f = { .ca_file = o->ca_file };
	struct fetcher *fetcher = fetcher_new(base, &f);
	int bad = fetcher == NULL;

	fetcher_free(fetcher);
	f.ca_file = o->probe_ca;
	fetcher = fetcher_new(base, &f);
	bad |= fetcher == NULL;
	fetcher_free(fetcher);
	bad |= agent_read_token(&a) == -1;
	if (access(o->state_dir, R_OK | W_OK | X_OK) == -1) {
		log_warn("%s", o->state_dir);
		bad = 1;
	}
	return bad;
}

static int
run(const struct agent_options *o, struct event_base *base)
{
	struct agent *a = agent_new(base, o);
	struct event *events[3];

	if (a == NULL)
		return 1;
	events[0] = evsignal_new(base, SIGTERM, on_stop, a);
	events[1] = evsignal_new(base, SIGINT, on_stop, a);
	events[2] = evsignal_new(base, SIGHUP, on_reload, a);
	for (int i = 0; i < 3; i++) {
		if (events[i] == NULL || event_add(events[i], NULL) == -1)
			fatalx("the event loop takes no more");
	}
	log_info("begins, for %s", o->collector);
	notify_manager("READY=1");
	event_base_dispatch(base);
	log_info("ends");
	for (int i = 0; i < 3; i++)
		event_free(events[i]);
	agent_free(a);
	return 0;
}

static void
check_collector(const char *url)
{
	if (url == NULL || url[0] == '\0')
		usage();
	if (url[strlen(url) - 1] == '/' || strpbrk(url, "?#@") != NULL)
		fatalx("-c %s: give it as https://host:port", url);
	if (!fetch_url_is_safe(url))
		fatalx("-c %s: not https, and plain http is for loopback only",
		    url);
}

/* What the command line says. */
struct given {
	struct agent_options agent;
	bool debug, only_check;
};

static void
read_option(struct given *g, int option)
{
	switch (option) {
	case 'A':
		g->agent.probe_ca = optarg;
		break;
	case 'a':
		g->agent.ca_file = optarg;
		break;
	case 'c':
		g->agent.collector = optarg;
		break;
	case 'd':
		g->debug = true;
		break;
	case 'n':
		g->only_check = true;
		break;
	case 's':
		g->agent.state_dir = optarg;
		break;
	case 't':
		g->agent.token_file = optarg;
		break;
	default:
		usage();
	}
}

int
main(int argc, char **argv)
{
	struct given g = { .agent = { .state_dir = STATE_DIR } };
	struct event_base *base;
	int option, status;

	while ((option = getopt(argc, argv, "A:a:c:dns:t:V")) != -1) {
		if (option == 'V') {
			puts("sunwatch-agent " SUNWATCH_VERSION);
			return 0;
		}
		read_option(&g, option);
	}
	log_init("sunwatch-agent", g.debug);
	if (optind != argc || g.agent.token_file == NULL)
		usage();
	check_collector(g.agent.collector);
	descriptors_raise();
	base = event_base_new();
	if (base == NULL)
		fatalx("no event loop");
	status = g.only_check ? check(&g.agent, base) : run(&g.agent, base);
	event_base_free(base);
	return status;
}
