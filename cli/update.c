/* sunwatch update: what the client reads on the status page. */
#include <string.h>

#include "cli/commands.h"
#include "cli/control.h"
#include "cli/show.h"
#include "cli/tree.h"
#include "cli/when.h"
#include "lib/clock.h"
#include "lib/conf.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "state", "STATE",
	    "investigating, identified, monitoring, resolved, postmortem" },
	{ "eta", "FROM..TO", "when it may be over: 15:00..16:00, or instants" },
	{ "zone", "ZONE", "of a clock in --eta (default: the client's)" },
	{ "next", "DURATION", "the next update comes within this time" },
	{ "hold", NULL, "keep it a draft" },
	{ "as", "NAME", "the person who writes (default: the user)" },
	{ NULL, NULL, NULL },
};

static const char *const states[] = { "investigating", "identified",
	"monitoring", "resolved", "postmortem" };
#define STATES (sizeof(states) / sizeof(states[0]))

static bool
add_state(struct cli *c, json_t *request, const char *state)
{
	const char *nearest;

	for (size_t i = 0; i < STATES; i++)
		if (strcmp(state, states[i]) == 0) {
			json_object_set_new(request, "state",
			    json_string(state));
			return true;
		}
	nearest = conf_nearest(state, states, STATES);
	if (nearest != NULL)
		cli_misuse(c, "unknown state \"%s\", did you mean \"%s\"?",
		    state, nearest);
	else
		cli_misuse(c,
		    "unknown state \"%s\": investigating, identified, "
		    "monitoring, resolved, postmortem",
		    state);
	return false;
}

/* The zone of the incident's client; UTC when that cannot be known. */
static void
zone_of(struct cli *c, const char *incident, char *zone, size_t room)
{
	const struct client *client;
	char path[512], error[256];
	struct settings *s = tree_parse(c);
	json_t *answer = NULL;

	text_copy(zone, room, "UTC");
	if (s == NULL)
		return;
	if (control_path(c, path, sizeof(path)))
		answer = control_ask(path,
		    json_pack("{s:s, s:s}", "command", "incident", "incident",
			incident),
		    error);
	client = settings_client(s,
	    show_text(json_object_get(answer, "incident"), "client"));
	if (client != NULL)
		text_copy(zone, room, client->zone);
	json_decref(answer);
	settings_free(s);
}

static bool
add_eta(struct cli *c, json_t *request, const struct cli_arguments *a,
    int64_t now_ms)
{
	int64_t from_ms, to_ms;
	char why[160], zone[64];

	if (cli_value(a, "zone") != NULL)
		text_copy(zone, sizeof(zone), cli_value(a, "zone"));
	else if (strchr(cli_value(a, "eta"), 'T') != NULL)
		text_copy(zone, sizeof(zone), "UTC"); /* whole instants */
	else
		zone_of(c, a->words[0], zone, sizeof(zone));
	if (!when_range(cli_value(a, "eta"), zone, now_ms, &from_ms, &to_ms,
		why)) {
		cli_misuse(c, "%s", why);
		return false;
	}
	json_object_set_new(request, "eta_from_ms", json_integer(from_ms));
	json_object_set_new(request, "eta_to_ms", json_integer(to_ms));
	return true;
}

static bool
add_all(struct cli *c, const struct cli_arguments *a, json_t *request)
{
	const char *state = cli_value(a, "state");
	const char *next = cli_value(a, "next");
	int64_t now_ms = clock_now_ms(), within_ms;

	if (cli_value(a, "zone") != NULL && cli_value(a, "eta") == NULL) {
		cli_misuse(c, "--zone is that of --eta, which is not given");
		return false;
	}
	if (state != NULL && !add_state(c, request, state))
		return false;
	if (cli_value(a, "eta") != NULL && !add_eta(c, request, a, now_ms))
		return false;
	if (next != NULL) {
		if (!cli_duration(c, next, &within_ms))
			return false;
		json_object_set_new(request, "next_ms",
		    json_integer(now_ms + within_ms));
	}
	json_object_set_new(request, "publish",
	    json_boolean(cli_value(a, "hold") == NULL));
	if (a->count > 1)
		json_object_set_new(request, "text", json_string(a->words[1]));
	return true;
}

static int
update(struct cli *c, const struct cli_arguments *a)
{
	json_t *request = json_pack("{s:s, s:s}", "command", "update",
	    "incident", a->words[0]);

	if (!add_all(c, a, request)) {
		json_decref(request);
		return CLI_USAGE;
	}
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_update = {
	.name = "update",
	.synopsis = "INCIDENT [--state STATE] [--eta FROM..TO] "
		    "[--next DURATION] [TEXT]",
	.summary = "Write a public update for the client's status page",
	.options = options,
	.min = 1,
	.max = 2,
	.run = update,
};
