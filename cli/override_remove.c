/* sunwatch override remove: duty is again whose it would be without it. */
#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "as", "NAME", "the person who orders it (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
override_remove(struct cli *c, const struct cli_arguments *a)
{
	return control_run(c,
	    json_pack("{s:s, s:s}", "command", "override-remove", "override",
		a->words[0]),
	    cli_value(a, "as"));
}

const struct cli_command cmd_override_remove = {
	.name = "override remove",
	.synopsis = "OVERRIDE [--as NAME]",
	.summary = "Take an override back",
	.options = options,
	.min = 1,
	.max = 1,
	.run = override_remove,
};
