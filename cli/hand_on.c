/* sunwatch hand-on: somebody else is to take the incident now. */
#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "as", "NAME", "the person who hands on (default: the user)" },
	{ "note", "TEXT", "an internal note for the timeline" },
	{ NULL, NULL, NULL },
};

static int
hand_on(struct cli *c, const struct cli_arguments *a)
{
	json_t *request = json_pack("{s:s, s:s, s:s}", "command", "hand-on",
	    "incident", a->words[0], "to", a->words[1]);

	if (cli_value(a, "note") != NULL)
		json_object_set_new(request, "note",
		    json_string(cli_value(a, "note")));
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_hand_on = {
	.name = "hand-on",
	.synopsis = "INCIDENT PERSON [--note TEXT] [--as NAME]",
	.summary = "Call another person, who has to take the incident",
	.options = options,
	.min = 2,
	.max = 2,
	.run = hand_on,
};
