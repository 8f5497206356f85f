/*
 * sunwatch maintenance extend, shorten, cancel: what was announced is changed
 * by saying something more.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/control.h"
#include "cli/maintenance.h"
#include "cli/tree.h"
#include "lib/text.h"
#include "lib/window.h"

#define WHICH                                                                  \
	{ "nth", "NUMBER", "of several times (default: now, or the next)" },   \
	    { "client", "NAME", "only for this client" },                      \
	    { "why", "TEXT", "the reason; for the record" },                   \
	{                                                                      \
		"as", "NAME", "the person who says so (default: the user)"     \
	}

static const struct cli_option extend_options[] = {
	{ "to", "TIME", "the new end" },
	{ "zone", "ZONE",
	    "of a time without an offset (default: the clients')" },
	{ "force", NULL, "in blackout dates, too" },
	WHICH,
	{ NULL, NULL, NULL },
};
static const struct cli_option shorten_options[] = {
	{ "to", "TIME", "the new end; now: it is over" },
	{ "zone", "ZONE",
	    "of a time without an offset (default: the clients')" },
	WHICH,
	{ NULL, NULL, NULL },
};
static const struct cli_option cancel_options[] = {
	WHICH,
	{ NULL, NULL, NULL },
};

/* The zone that all clients have, or that of the one which is named. */
static const char *
zone_of(const struct cli_arguments *a, const struct settings *s)
{
	const char *zone = cli_value(a, "zone"), *name = cli_value(a, "client");
	const struct client *client =
	    name != NULL ? settings_client(s, name) : NULL;

	if (zone != NULL || client != NULL)
		return zone != NULL ? zone : client->zone;
	CONF_EACH (const struct client, other, &s->clients) {
		if (zone != NULL && strcmp(zone, other->zone) != 0)
			return NULL;
		zone = other->zone;
	}
	return zone;
}

static int
read_nth(struct cli *c, const char *text, int *nth)
{
	char *end;
	long value = strtol(text, &end, 10);

	*nth = (int)value;
	if (*text != '\0' && *end == '\0' && value >= 1 &&
	    value <= WINDOW_TIMES_MAX)
		return CLI_DONE;
	return cli_misuse(c, "--nth: 1 to %d is expected", WINDOW_TIMES_MAX);
}

/* Which of them; the request is released when it is complained about. */
static int
add_which(struct cli *c, const struct cli_arguments *a,
    const struct settings *s, json_t *request)
{
	const char *client = cli_value(a, "client"), *why = cli_value(a, "why"),
		   *nth_text = cli_value(a, "nth");
	int nth, failed;

	if (client != NULL && tree_client(c, s, client) == NULL)
		return CLI_FAILED;
	if (client != NULL)
		json_object_set_new(request, "client", json_string(client));
	if (why != NULL)
		json_object_set_new(request, "why", json_string(why));
	if (nth_text == NULL)
		return CLI_DONE;
	if ((failed = read_nth(c, nth_text, &nth)) != CLI_DONE)
		return failed;
	json_object_set_new(request, "nth", json_integer(nth));
	return CLI_DONE;
}

static int
change_in(struct cli *c, const struct cli_arguments *a,
    const struct settings *s, const char *command)
{
	json_t *request =
	    json_pack("{s:s, s:s}", "command", command, "window", a->words[0]);
	const char *to = cli_value(a, "to");
	int failed = add_which(c, a, s, request);
	int64_t to_ms;

	if (failed == CLI_DONE && to != NULL) {
		if (maintenance_instant(c, "to", to, zone_of(a, s), true,
			&to_ms))
			json_object_set_new(request, "to_ms",
			    json_integer(to_ms));
		else
			failed = CLI_USAGE;
	}
	if (cli_value(a, "force") != NULL)
		json_object_set_new(request, "force", json_true());
	if (failed == CLI_DONE)
		return control_run_collector(c, s, request, cli_value(a, "as"));
	json_decref(request);
	return failed;
}

static int
change(struct cli *c, const struct cli_arguments *a, const char *command)
{
	struct settings *s = tree_parse(c);
	int status;

	if (s == NULL)
		return CLI_FAILED;
	status = change_in(c, a, s, command);
	settings_free(s);
	return status;
}

static int
extend(struct cli *c, const struct cli_arguments *a)
{
	if (cli_value(a, "to") == NULL)
		return cli_misuse(c, "--to is missing: the new end");
	return change(c, a, "maintenance-extend");
}

static int
shorten(struct cli *c, const struct cli_arguments *a)
{
	if (cli_value(a, "to") == NULL)
		return cli_misuse(c, "--to is missing: the new end, or now");
	return change(c, a, "maintenance-shorten");
}

static int
cancel(struct cli *c, const struct cli_arguments *a)
{
	return change(c, a, "maintenance-cancel");
}

const struct cli_command cmd_maintenance_extend = {
	.name = "maintenance extend",
	.synopsis = "WINDOW --to TIME [--nth NUMBER] [--why TEXT]",
	.summary = "Let announced maintenance last longer",
	.options = extend_options,
	.min = 1,
	.max = 1,
	.run = extend,
	.asks_collector = true,
};
const struct cli_command cmd_maintenance_shorten = {
	.name = "maintenance shorten",
	.synopsis = "WINDOW --to TIME|now [--nth NUMBER] [--why TEXT]",
	.summary = "End announced maintenance earlier",
	.options = shorten_options,
	.min = 1,
	.max = 1,
	.run = shorten,
	.asks_collector = true,
};
const struct cli_command cmd_maintenance_cancel = {
	.name = "maintenance cancel",
	.synopsis = "WINDOW [--nth NUMBER] [--client NAME] [--why TEXT]",
	.summary = "Take back what was announced and is not over",
	.options = cancel_options,
	.min = 1,
	.max = 1,
	.run = cancel,
	.asks_collector = true,
};
