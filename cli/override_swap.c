/* sunwatch override swap: two people take each other's watch. */
#include "cli/commands.h"
#include "cli/control.h"
#include "cli/overrides.h"
#include "cli/tree.h"
#include "lib/clock.h"

static const struct cli_option options[] = {
	{ "rota", "NAME", "default: the first" },
	{ "at", "TIME", "within the watch of the first" },
	{ "other", "TIME", "within the watch of the second" },
	{ "as", "NAME", "the person who orders it (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
override_swap(struct cli *c, const struct cli_arguments *a)
{
	const char *at = cli_value(a, "at"), *other = cli_value(a, "other");
	int64_t now_ms = clock_now_ms(), at_ms, other_at_ms;
	json_t *request;

	if (at == NULL || other == NULL)
		return cli_misuse(c, "give --at and --other");
	if (!cli_time(c, "at", at, now_ms, &at_ms) ||
	    !cli_time(c, "other", other, now_ms, &other_at_ms))
		return CLI_USAGE;
	request = overrides_request(c, "override-swap", cli_value(a, "rota"),
	    a->words[1], a->words[0]);
	if (request == NULL)
		return CLI_FAILED;
	json_object_set_new(request, "at_ms", json_integer(at_ms));
	json_object_set_new(request, "other_at_ms", json_integer(other_at_ms));
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_override_swap = {
	.name = "override swap",
	.synopsis = "PERSON OTHER [--rota NAME] --at TIME --other TIME",
	.summary = "Let two people take each other's watch",
	.options = options,
	.min = 2,
	.max = 2,
	.run = override_swap,
};
