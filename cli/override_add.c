/* sunwatch override add: somebody stands in on a rota. */
#include "cli/commands.h"
#include "cli/control.h"
#include "cli/overrides.h"

static const struct cli_option options[] = {
	{ "rota", "NAME", "default: the first" },
	{ "from", "TIME", "default: now" },
	{ "to", "TIME", "the end" },
	{ "for", "DURATION", "or how long" },
	{ "instead", "NAME", "only this person's hours (default: whoever's)" },
	{ "as", "NAME", "the person who orders it (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
override_add(struct cli *c, const struct cli_arguments *a)
{
	int64_t from_ms, to_ms;
	json_t *request;

	if (!overrides_span(c, a, &from_ms, &to_ms))
		return CLI_USAGE;
	request = overrides_request(c, "override-add", cli_value(a, "rota"),
	    a->words[0], cli_value(a, "instead"));
	if (request == NULL)
		return CLI_FAILED;
	json_object_set_new(request, "from_ms", json_integer(from_ms));
	json_object_set_new(request, "to_ms", json_integer(to_ms));
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_override_add = {
	.name = "override add",
	.synopsis =
	    "PERSON [--rota NAME] [--from TIME] --to TIME|--for DURATION "
	    "[--instead NAME]",
	.summary = "Let a person stand in on a rota",
	.options = options,
	.min = 1,
	.max = 1,
	.run = override_add,
};
