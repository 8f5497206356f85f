/* sunwatch note: what the colleagues should know; never public. */
#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "as", "NAME", "the person who notes (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
note(struct cli *c, const struct cli_arguments *a)
{
	return control_run(c,
	    json_pack("{s:s, s:s, s:s}", "command", "note", "incident",
		a->words[0], "text", a->words[1]),
	    cli_value(a, "as"));
}

const struct cli_command cmd_note = {
	.name = "note",
	.synopsis = "INCIDENT TEXT [--as NAME]",
	.summary = "Add an internal note; it renews a take",
	.options = options,
	.min = 2,
	.max = 2,
	.run = note,
};
