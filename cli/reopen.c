/* sunwatch reopen: it was said to be over, and is not. */
#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "as", "NAME", "the person who reopens (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
reopen(struct cli *c, const struct cli_arguments *a)
{
	return control_run(c,
	    json_pack("{s:s, s:s, s:s}", "command", "reopen", "incident",
		a->words[0], "note", a->words[1]),
	    cli_value(a, "as"));
}

const struct cli_command cmd_reopen = {
	.name = "reopen",
	.synopsis = "INCIDENT REASON [--as NAME]",
	.summary = "Open a closed incident again: it calls anew",
	.options = options,
	.min = 2,
	.max = 2,
	.run = reopen,
};
