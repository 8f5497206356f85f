/* sunwatch demo lms: the training LMS as a program of its own. */
#include <stdlib.h>
#include <signal.h>

#include <event2/event.h>

#include "cli/commands.h"
#include "cli/lms.h"

static const struct cli_option options[] = {
	{ "port", "N", "of the platform (default: any free one)" },
	{ "switch-port", "N", "of the switch (default: any free one)" },
	{ "canary-port", "N", "of the canaries (default: any free one)" },
	{ NULL, NULL, NULL },
};

static bool
port_of(struct cli *c, const char *name, const char *text, int *port)
{
	char *end;
	long n;

	if (text == NULL)
		return true;
	n = strtol(text, &end, 10);
	*port = (int)n;
	if (end != text && *end == '\0' && n >= 0 && n <= 65535)
		return true;
	cli_misuse(c, "--%s %s: write a number from 0 to 65535", name, text);
	return false;
}

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	(void)number, (void)what;
	event_base_loopbreak(arg);
}

static void
tell(struct cli *c, const struct lms *l)
{
	if (c->json)
		cli_print_json(c,
		    json_pack("{s:i, s:i, s:i, s:s, s:s}", "port",
			l->ports.site, "switch_port", l->ports.panel,
			"canary_port", l->ports.canaries, "user", l->user,
			"password", l->password));
	else
		fprintf(c->out,
		    "training LMS at http://127.0.0.1:%d/ (log in as %s, "
		    "password %s)\nits switch at "
		    "http://127.0.0.1:%d/switch\n",
		    l->ports.site, l->user, l->password, l->ports.panel);
	fflush(c->out);
}

static int
demo_lms(struct cli *c, const struct cli_arguments *a)
{
	struct event_base *base;
	struct event *term, *interrupt;
	struct lms *l;
	char error[160];
	struct lms_ports ports = { 0 };

	if (!port_of(c, "port", cli_value(a, "port"), &ports.site) ||
	    !port_of(c, "switch-port", cli_value(a, "switch-port"),
		&ports.panel) ||
	    !port_of(c, "canary-port", cli_value(a, "canary-port"),
		&ports.canaries))
		return CLI_USAGE;
	base = event_base_new();
	if ((l = lms_new(base, &ports, error)) == NULL) {
		event_base_free(base);
		return cli_fail(c, "%s", error);
	}
	term = evsignal_new(base, SIGTERM, on_signal, base);
	interrupt = evsignal_new(base, SIGINT, on_signal, base);
	evsignal_add(term, NULL);
	evsignal_add(interrupt, NULL);
	tell(c, l);
	event_base_dispatch(base);
	event_free(term);
	event_free(interrupt);
	lms_free(l);
	event_base_free(base);
	return CLI_DONE;
}

const struct cli_command cmd_demo_lms = {
	.name = "demo lms",
	.synopsis = "[--port N] [--switch-port N] [--canary-port N]",
	.summary = "Run the training LMS and its switch",
	.options = options,
	.run = demo_lms,
};
