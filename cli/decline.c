/* sunwatch decline: I cannot; the next one is called at once. */
#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "as", "NAME", "the person who cannot (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
decline(struct cli *c, const struct cli_arguments *a)
{
	return control_run(c,
	    json_pack("{s:s, s:s}", "command", "decline", "incident",
		a->words[0]),
	    cli_value(a, "as"));
}

const struct cli_command cmd_decline = {
	.name = "decline",
	.synopsis = "INCIDENT [--as NAME]",
	.summary = "Say that you cannot: the next one is called at once",
	.options = options,
	.min = 1,
	.max = 1,
	.run = decline,
};
