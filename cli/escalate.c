/* sunwatch escalate: the next level of the ladder is called now. */
#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "as", "NAME", "the person who escalates (default: the user)" },
	{ "note", "TEXT", "an internal note for the timeline" },
	{ NULL, NULL, NULL },
};

static int
escalate(struct cli *c, const struct cli_arguments *a)
{
	json_t *request = json_pack("{s:s, s:s}", "command", "escalate",
	    "incident", a->words[0]);

	if (cli_value(a, "note") != NULL)
		json_object_set_new(request, "note",
		    json_string(cli_value(a, "note")));
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_escalate = {
	.name = "escalate",
	.synopsis = "INCIDENT [--note TEXT] [--as NAME]",
	.summary = "Call the next level of its ladder now",
	.options = options,
	.min = 1,
	.max = 1,
	.run = escalate,
};
