/* sunwatch update: what the client reads on the status page. */
#include <string.h>

#include "cli/commands.h"
#include "cli/control.h"
#include "cli/tree.h"
#include "cli/when.h"
#include "lib/clock.h"
#include "lib/conf.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "state", "STATE",
	    "investigating, identified, monitoring, resolved, postmortem" },
	{ "eta", "FROM..TO", "when it may be over: 15:00..16:00, or instants" },
	{ "zone", "ZONE", "of a bare clock in --eta (default: UTC)" },
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
	cli_misuse(c, "unknown state \"%s\"%s%s%s", state,
	    nearest != NULL ? ", did you mean \"" : "",
	    nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
	return false;
}

static bool
add_eta(struct cli *c, json_t *request, const char *eta, const char *zone,
    int64_t now_ms)
{
	int64_t from_ms, to_ms;
	char why[160];

	if (!when_range(eta, zone != NULL ? zone : "UTC", now_ms, &from_ms,
		&to_ms, why)) {
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
	const char *state = cli_value(a, "state"), *eta = cli_value(a, "eta");
	const char *next = cli_value(a, "next");
	int64_t now_ms = clock_now_ms(), within_ms;

	if (state != NULL && !add_state(c, request, state))
		return false;
	if (eta != NULL &&
	    !add_eta(c, request, eta, cli_value(a, "zone"), now_ms))
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
