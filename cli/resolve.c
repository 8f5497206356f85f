/* sunwatch resolve: a person says that it is over. */
#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "as", "NAME", "the person who resolves (default: the user)" },
	{ "note", "TEXT", "an internal note for the timeline" },
	{ NULL, NULL, NULL },
};

static int
resolve(struct cli *c, const struct cli_arguments *a)
{
	json_t *request = json_pack("{s:s, s:s}", "command", "resolve",
	    "incident", a->words[0]);

	if (cli_value(a, "note") != NULL)
		json_object_set_new(request, "note",
		    json_string(cli_value(a, "note")));
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_resolve = {
	.name = "resolve",
	.synopsis = "INCIDENT [--note TEXT] [--as NAME]",
	.summary = "Close an incident by hand",
	.options = options,
	.min = 1,
	.max = 1,
	.run = resolve,
};
