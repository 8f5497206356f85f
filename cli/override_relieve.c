/* sunwatch override relieve: take the watch from whoever has it, now. */
#include "cli/commands.h"
#include "cli/control.h"
#include "cli/overrides.h"
#include "cli/tree.h"

static const struct cli_option options[] = {
	{ "rota", "NAME", "default: the first" },
	{ "as", "NAME", "the person who orders it (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
override_relieve(struct cli *c, const struct cli_arguments *a)
{
	json_t *request;

	request = overrides_request(c, "override-relieve", cli_value(a, "rota"),
	    a->words[0], NULL);
	if (request == NULL)
		return CLI_FAILED;
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_override_relieve = {
	.name = "override relieve",
	.synopsis = "[PERSON] [--rota NAME]",
	.summary = "Give the watch of now to a person, or to the second",
	.options = options,
	.max = 1,
	.run = override_relieve,
};
