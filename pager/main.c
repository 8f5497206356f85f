/* sunwatch-pager: options, signals, and the loop. */
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>

#include "lib/accept.h"
#include "lib/descriptors.h"
#include "lib/fetch.h"
#include "lib/log.h"
#include "lib/notify.h"
#include "lib/text.h"
#include "lib/version.h"
#include "pager/auditor.h"
#include "pager/keeper.h"
#include "pager/run.h"

#define DEFAULT_CONF "/etc/sunwatch/sunwatch.yaml"

struct program {
	struct event_base *base;
	struct run *run;
	struct keeper *keeper;
	const char *conf;
};

static void
usage(FILE *to)
{
	fprintf(to, "usage: sunwatch-pager [-dnV] [-f file]\n");
}

static int
check(const char *conf)
{
	struct conf_errors errors = { 0 };
	struct settings *s = accept_check(conf, &errors);

	CONF_EACH (const struct conf_complaint, c, &errors.list)
		fprintf(stderr, "%s\n", c->text);
	conf_errors_clear(&errors);
	if (s == NULL)
		return 1;
	settings_free(s);
	printf("%s: good\n", conf);
	return 0;
}

static void
on_reload(evutil_socket_t number, short what, void *arg)
{
	struct program *p = arg;
	struct settings *s = accept_reload(p->conf, "pager", NULL);

	(void)number, (void)what;
	if (s == NULL) {
		log_warnx("%s: not taken; the old configuration stays",
		    p->conf);
		return;
	}
	log_info("%s: taken hash=%.12s", p->conf, s->hash);
	run_configure(p->run, s);
	keeper_renew(p->keeper);
}

static void
on_end(evutil_socket_t number, short what, void *arg)
{
	struct program *p = arg;

	(void)number, (void)what;
	log_info("pager: ending");
	notify_manager("STOPPING=1");
	run_drain(p->run);
}

static void
on_libevent(int severity, const char *text)
{
	if (severity >= EVENT_LOG_WARN)
		log_warnx("libevent: %s", text);
	else
		log_debug("libevent: %s", text);
}

static struct event *
watch_signal(struct program *p, int number, event_callback_fn then)
{
	struct event *e = evsignal_new(p->base, number, then, p);

	if (e == NULL || event_add(e, NULL) == -1)
		fatalx("signal %d cannot be watched", number);
	return e;
}

static enum audit_pager
standing(void *arg)
{
	return run_standing(arg);
}

static int
audit(const char *conf, const char *state_dir)
{
	struct settings *s = accept_beside(conf, state_dir, "pager");

	if (s == NULL)
		fatalx("%s: nothing to audit by", conf);
	auditor_run(s);
	return 0;
}

/* state_dir: as it was at the start, whatever is configured since. */
static struct keeper *
keep(const struct program *p, const char *state_dir, bool debug)
{
	const struct keeper_options options = {
		.argv = { "sunwatch-pager", "-f", p->conf, "-A", state_dir,
		    debug ? "-d" : NULL },
		.standing = standing,
		.arg = p->run
	};

	return keeper_new(p->base, &options);
}

static int
serve(const char *conf, bool debug)
{
	struct program p = { .conf = conf };
	struct settings *s = accept_at_start(conf, "pager");
	struct event *events[3];
	char state_dir[512];

	if (s == NULL)
		fatalx("%s: no configuration was ever accepted here", conf);
	text_copy(state_dir, sizeof(state_dir), s->site.state_dir);
	descriptors_raise();
	signal(SIGPIPE, SIG_IGN);
	event_set_log_callback(on_libevent);
	if ((p.base = event_base_new()) == NULL)
		fatalx("no event loop");
	p.run = run_new(p.base, s);
	p.keeper = keep(&p, state_dir, debug);
	events[0] = watch_signal(&p, SIGHUP, on_reload);
	events[1] = watch_signal(&p, SIGTERM, on_end);
	events[2] = watch_signal(&p, SIGINT, on_end);
	notify_manager("READY=1");
	log_info("started conf=%s hash=%.12s", conf, s->hash);
	event_base_dispatch(p.base);
	keeper_free(p.keeper);
	run_free(p.run);
	for (size_t i = 0; i < 3; i++)
		event_free(events[i]);
	event_base_free(p.base);
	log_info("ended");
	return 0;
}

int
main(int argc, char **argv)
{
	const char *conf = DEFAULT_CONF, *audited = NULL;
	bool debug = false, only_check = false;
	int option;

	while ((option = getopt(argc, argv, "A:df:nV")) != -1)
		switch (option) {
		case 'A': /* by keep() alone */
			audited = optarg;
			break;
		case 'd':
			debug = true;
			break;
		case 'f':
			conf = optarg;
			break;
		case 'n':
			only_check = true;
			break;
		case 'V':
			printf("sunwatch-pager %s\n", SUNWATCH_VERSION);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	if (optind != argc) {
		usage(stderr);
		return 2;
	}
	log_init(audited != NULL ? "sunwatch-auditor" : "sunwatch-pager",
	    debug);
	if (audited != NULL)
		return audit(conf, audited);
	return only_check ? check(conf) : serve(conf, debug);
}
