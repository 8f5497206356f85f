/* sunwatch take: the incident is mine. */
#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "as", "NAME", "the person who takes it (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
take(struct cli *c, const struct cli_arguments *a)
{
	return control_run(c,
	    json_pack("{s:s, s:s}", "command", "take", "incident", a->words[0]),
	    cli_value(a, "as"));
}

const struct cli_command cmd_take = {
	.name = "take",
	.synopsis = "INCIDENT [--as NAME]",
	.summary = "Take an incident: its page is quiet, the others are told",
	.options = options,
	.min = 1,
	.max = 1,
	.run = take,
};
